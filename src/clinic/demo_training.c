/* demo_training - training in a demo clinic: what is required, three sessions, who is trained;
 * one whose competency runs out soon, one whose has. Everything in it is invented. */
#include <stdio.h>
#include <string.h>

#include "clinic/demo_equipment.h"
#include "clinic/training.h"

enum { MONTHS = 36 };

static struct ct_subject class(const char *id, const char *title)
{
    struct ct_subject s = {.kind = CT_SUBJ_CLASS};
    snprintf(s.id, sizeof s.id, "%s", id);
    snprintf(s.title, sizeof s.title, "%s", title);
    return s;
}

static enum ct_status required(const struct ct_demo_devices *d, const struct ct_subject *s,
                               enum ct_equip_risk risk, int months, struct ct_error *reterr)
{
    struct ct_comp_rule r = {.subject = *s, .level = CT_LEVEL_TRAINED, .risk = risk,
                             .months = months, .source = "Policy D-4 rev 2 (invented)"};
    return ct_comp_rule_put(d->sup, &r, reterr);
}

/* An assessor is named by the supervisor, who has given the password for this story. */
static enum ct_status assessor(const struct ct_demo_devices *d, const struct ct_subject *s,
                               struct ct_error *reterr)
{
    struct ct_competency c = {.user_id = ct_app_who(d->other)->user_id,
                              .subject = *s,
                              .level = CT_LEVEL_ASSESSOR,
                              .method = CT_METHOD_BY_TEST,
                              .passed = true,
                              .score = 96,
                              .evidence = "maker's course for trainers, certificate 2207 (invented)",
                              .done_day = ct_date_at(d->now_ms) - 200};
    return ct_competency_assess(d->sup, &c, reterr);
}

/* Given so many days ago by the second technician, who confirms who was there. */
static enum ct_status given(const struct ct_demo_devices *d, const char *topic,
                            const struct ct_subject *s, int days, const char *const *login,
                            size_t n, struct ct_error *reterr)
{
    struct ct_training t = {.method = CT_METHOD_BY_DEMONSTRATION,
                            .planned_ms = d->now_ms - days * (int64_t)CT_DAY_MS,
                            .minutes = 45,
                            .place = "Training room (demo)",
                            .material = "SOP-12",
                            .revision = "4",
                            .n_subjects = 1};
    snprintf(t.topic, sizeof t.topic, "%s", topic);
    snprintf(t.trainer, sizeof t.trainer, "%s", ct_app_who(d->other)->login);
    t.subject[0] = *s;
    int64_t at_ms = t.planned_ms;
    enum ct_status rc = ct_training_plan(d->other, &t, reterr);
    if (rc == CT_OK)
        rc = ct_training_given(d->other, t.id, at_ms, "", reterr);
    for (size_t i = 0; rc == CT_OK && i < n; i++)
        rc = ct_training_sign_in(d->other, t.id, login[i], NULL, reterr);
    return rc;
}

static enum ct_status planned(const struct ct_demo_devices *d, const struct ct_subject *s,
                              struct ct_error *reterr)
{
    struct ct_training t = {.topic = "Refresher: infusion pumps",
                            .trainer = "Meridian academy (invented)",
                            .method = CT_METHOD_BY_THEORY,
                            .planned_ms = d->now_ms + 9 * (int64_t)CT_DAY_MS,
                            .minutes = 60,
                            .place = "Training room (demo)",
                            .n_subjects = 1};
    t.subject[0] = *s;
    return ct_training_plan(d->sup, &t, reterr);
}

enum ct_status ct_demo_training(const struct ct_demo_devices *d, struct ct_error *reterr)
{
    static const char *const ALL[] = {"tech1", "tech3", "tech4", "sam"};
    static const char *const SOON[] = {"tech1", "sam"}, *const OVER[] = {"tech3"},
                             *const LATELY[] = {"tech4"};
    struct ct_subject monitor = class("monitor", "Patient monitor"),
                      pump = class("infusion-pump", "Infusion pump");
    int soon = MONTHS * 365 / 12 - 30; /* within the site's days before it runs out */
    enum ct_status rc = required(d, &monitor, CT_RISK_MEDIUM, -1, reterr);
    if (rc == CT_OK)
        rc = required(d, &pump, CT_RISK_HIGH, MONTHS, reterr);
    if (rc == CT_OK)
        rc = assessor(d, &monitor, reterr);
    if (rc == CT_OK)
        rc = assessor(d, &pump, reterr);
    if (rc == CT_OK)
        rc = given(d, "Patient monitors", &monitor, 190, ALL, CT_LEN(ALL), reterr);
    if (rc == CT_OK)
        rc = given(d, "Infusion pumps", &pump, soon + 120, OVER, CT_LEN(OVER), reterr);
    if (rc == CT_OK)
        rc = given(d, "Infusion pumps", &pump, soon, SOON, CT_LEN(SOON), reterr);
    if (rc == CT_OK)
        rc = given(d, "Infusion pumps", &pump, 60, LATELY, CT_LEN(LATELY), reterr);
    return rc == CT_OK ? planned(d, &pump, reterr) : rc;
}
