/* kept - the kinds of drafts: what each is called, and how to go on with it. */
#include "ui/screens/school.h"
#include "ui/screens/review_parts.h"
#include "ui/screens/sterile.h"
#include "ui/screens/task_walk.h"

#include <string.h>

/* Number behind the kind's name, 0 without one; and whose draft it is. */
typedef bool (*kept_go)(struct ct_ui *ui, int64_t number, int64_t patient_id);

static bool go_note(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_note, &(struct ct_note_arg){.vitals_id = number});
}

static bool go_entry(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_entry, number != 0 ? &number : NULL);
}

static bool go_handover(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_handover, &number);
}

static bool go_prep(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_prep, &number);
}

static bool go_round(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_round, &(struct ct_round_arg){.resume = true});
}

static bool go_plan(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    return ct_ui_push(
        ui, &ct_screen_plan,
        &(struct ct_plan_arg){.patient_id = patient_id, .procedure_id = number});
}

static bool go_explain(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_explain, &(struct ct_explain_arg){.procedure_id = number});
}

static bool go_consent(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(
        ui, &ct_screen_consent_form,
        &(struct ct_consent_arg){.procedure_id = number, .kind = CT_CONSENT_GIVEN});
}

static bool go_lacks(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(
        ui, &ct_screen_consent_form,
        &(struct ct_consent_arg){.procedure_id = number, .kind = CT_CONSENT_LACKS});
}

/* Somebody was asked why a restricted record should open. */
static bool go_restricted(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    struct ct_restricted_arg again = {
        .patient_id = patient_id, .screen = &ct_screen_patient, .has_arg = true};
    (void)number;
    memcpy(again.arg, &patient_id, sizeof patient_id);
    return ct_ui_push(ui, &ct_screen_restricted, &again);
}

static bool go_share(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number;
    return ct_ui_push(ui, &ct_screen_share, &patient_id);
}

static bool go_register(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number;
    return ct_ui_push(ui, &ct_screen_register, patient_id != CT_UNSET ? &patient_id : NULL);
}

static bool go_device(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_device_form, &(struct ct_device_arg){.id = number});
}

static bool go_scanned(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_device_form, &(struct ct_device_arg){.scanned = true});
}

static bool go_model(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_model_form, number != 0 ? &number : NULL);
}

static bool go_paper(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_paper_form, &number);
}

static bool go_campaign(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_campaign_form, NULL);
}

static bool go_schedule(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_schedule_form, &(struct ct_task_arg){.equipment_id = number});
}

static bool go_reschedule(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_schedule_form, &(struct ct_task_arg){.schedule_id = number});
}

static bool go_fault(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_fault_form, &(struct ct_fault_arg){.equipment_id = number});
}

static bool go_task(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_task, &(struct ct_task_arg){.equipment_id = number});
}

static bool go_walk(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_walk,
                      &(struct ct_walk_arg){.equipment_id = number, .resume = true});
}

static bool go_vitals(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    return ct_ui_push(
        ui, &ct_screen_vitals,
        &(struct ct_vitals_arg){.patient_id = patient_id, .correct_id = number});
}

static bool go_calibration(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_calibration, &(struct ct_cal_arg){.equipment_id = number});
}

static bool go_as_left(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_calibration, &(struct ct_cal_arg){.calibration_id = number});
}

static bool go_machine_test(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_machine_test, &number);
}

static bool go_pack(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_pack_form, NULL);
}

static bool go_recipe(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_recipe_form, number != 0 ? &number : NULL);
}

static bool go_count(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_count, &(struct ct_count_arg){.set_id = number});
}

static bool go_return(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_count, &(struct ct_count_arg){.pack_id = number});
}

static bool go_bath(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_bath_form, &number);
}

static bool go_strip(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_bath_strip, &number);
}

static bool go_soak(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_bath_soak, &number);
}

static bool go_scope(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_scope_form, &number);
}

/* A step that was recorded meanwhile is shown with its record. */
static bool go_scope_step(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    struct ct_scope_record r;
    int64_t id = number / CT_SCOPE_STEP_DRAFTS;
    (void)patient_id;
    bool next = ct_scope_get(ct_ui_app(ui), id, &r, NULL) == CT_OK &&
                r.is == CT_SCOPE_UNDER_WAY && r.step + 1 == number % CT_SCOPE_STEP_DRAFTS;
    return ct_ui_push(ui, next ? &ct_screen_scope_step : &ct_screen_scope_record, &id);
}

static bool go_scope_soak(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_scope_soak, &number);
}

static bool go_assess(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_assess,
                      &(struct ct_competency_arg){.user_id = (uint32_t)number});
}

static bool go_require(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_requirement_form, NULL);
}

static bool go_session(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_session_form, NULL);
}

static bool go_document(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)number, (void)patient_id;
    return ct_ui_push(ui, &ct_screen_document_form, NULL);
}

static bool go_trainee(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_trainee_form,
                      &(struct ct_person_arg){.user_id = (uint32_t)number});
}

static bool go_immediate(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_load_immediate, &number);
}

static bool go_values(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_load_values, &number);
}

static bool go_bi(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_load_bi, &number);
}

static bool go_early(struct ct_ui *ui, int64_t number, int64_t patient_id)
{
    (void)patient_id;
    return ct_ui_push(ui, &ct_screen_load_early, &number);
}

/* A kind that ends in ':' has a number behind it. */
static const struct kept {
    const char *kind, *noun;
    kept_go go;
} KEPT[] = {
    {"vitals", "vitals", go_vitals},
    {CT_DRAFT_CORRECT, "correction", go_vitals},
    {CT_DRAFT_NOTE, "note", go_note},
    {CT_DRAFT_PREP, "checklist", go_prep},
    {CT_DRAFT_ROUND, "round", go_round},
    {CT_DRAFT_PLAN, "procedure", go_plan},
    {CT_DRAFT_REPLAN, "procedure", go_plan},
    {CT_DRAFT_EXPLAIN, "explanation", go_explain},
    {CT_DRAFT_CONSENT, "consent", go_consent},
    {CT_DRAFT_LACKS, "consent", go_lacks},
    {CT_DRAFT_RESTRICTED, "reason to open a record", go_restricted},
    {CT_DRAFT_SHARE, "permission to share", go_share},
    {CT_DRAFT_CAL, "calibration", go_calibration},
    {CT_DRAFT_CAL_LEFT, "calibration, as left", go_as_left},
    {"patient", "details", go_register},
    {CT_DRAFT_DEVICE, "device", go_device},
    {CT_DRAFT_SCANNED, "device", go_scanned},
    {CT_DRAFT_REDEVICE, "device", go_device},
    {CT_DRAFT_MODEL, "model", go_model},
    {CT_DRAFT_REMODEL, "model", go_model},
    {CT_DRAFT_PAPER, "paper", go_paper},
    {CT_DRAFT_CAMPAIGN, "campaign", go_campaign},
    {CT_DRAFT_SCHEDULE, "schedule", go_schedule},
    {CT_DRAFT_RESCHEDULE, "schedule", go_reschedule},
    {CT_DRAFT_FAULT, "fault of a device", go_fault},
    {CT_DRAFT_TASK, "task on a device", go_task},
    {CT_DRAFT_WALK, "check of a device", go_walk},
    {CT_DRAFT_MACHINE_TEST, "test of a machine", go_machine_test},
    {CT_DRAFT_PACK, "pack", go_pack},
    {CT_DRAFT_RECIPE, "recipe of a set", go_recipe},
    {CT_DRAFT_RERECIPE, "recipe of a set", go_recipe},
    {CT_DRAFT_COUNT, "count of a set", go_count},
    {CT_DRAFT_RETURN, "count of a set", go_return},
    {CT_DRAFT_BATH, "bath", go_bath},
    {CT_DRAFT_STRIP, "strip of a bath", go_strip},
    {CT_DRAFT_SOAK, "soak in a bath", go_soak},
    {CT_DRAFT_SCOPE, "record of an endoscope", go_scope},
    {CT_DRAFT_SCOPE_STEP, "step of an endoscope", go_scope_step},
    {CT_DRAFT_SCOPE_SOAK, "endoscope into a bath", go_scope_soak},
    {CT_DRAFT_ASSESS, "assessment", go_assess},
    {CT_DRAFT_REQUIRE, "requirement", go_require},
    {CT_DRAFT_SESSION, "training session", go_session},
    {CT_DRAFT_TRAINEE, "trainee", go_trainee},
    {CT_DRAFT_DOCUMENT, "document", go_document},
    {CT_DRAFT_ENTRY, "entry in the log", go_entry},
    {CT_DRAFT_HANDOVER, "taking a handover", go_handover},
    {CT_DRAFT_REENTRY, "correction of an entry in the log", go_entry},
    {CT_DRAFT_IMMEDIATE, "load for immediate use", go_immediate},
    {CT_DRAFT_VALUES, "values of a cycle", go_values},
    {CT_DRAFT_BI, "biological indicator", go_bi},
    {CT_DRAFT_EARLY, "early release", go_early},
};

static const struct kept *find(const char *kind, int64_t *ret_number)
{
    *ret_number = 0;
    for (size_t i = 0; i < CT_LEN(KEPT); i++) {
        size_t n = strlen(KEPT[i].kind);
        bool numbered = KEPT[i].kind[n - 1] == ':';
        if (numbered ? strncmp(kind, KEPT[i].kind, n) == 0 &&
                           ct_parse_int(kind + n, 1, INT64_MAX, ret_number)
                     : strcmp(kind, KEPT[i].kind) == 0)
            return &KEPT[i];
    }
    return NULL;
}

const char *ct_kept_noun(const char *kind)
{
    int64_t number;
    const struct kept *k = find(kind, &number);
    return k != NULL ? k->noun : kind;
}

enum ct_reaction ct_kept_resume(struct ct_ui *ui, const char *kind, int64_t patient_id)
{
    int64_t number;
    const struct kept *k = find(kind, &number);
    if (k == NULL) {
        ct_ui_say(ui, CT_R_WARN, "This program does not know drafts of \"%s\".", kind);
        return CT_REFUSED;
    }
    return k->go(ui, number, patient_id) ? CT_HANDLED : CT_REFUSED;
}
