/* scope_fields - what the forms of an endoscope's record ask. */
#include "clinic/scope.h"

#define TEXT(n, l, w, max, req, h)                                                         \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TEXT, .width = w, .max_bytes = max,   \
     .required = req, .help = h}
#define TIME(n, l, h)                                                                      \
    {.name = n, .label = l, .unit = "", .kind = CT_F_TIME, .width = 18, .help = h}
#define RESULT                                                                             \
    {.name = "failed", .label = "Result", .unit = "", .kind = CT_F_CODE, .width = 3,       \
     .required = true, .hard_hi = 1, .soft_hi = 1, .choices = FAILED,                      \
     .help = "Failed ends the record: it begins again from the first step."}
#define REMARK                                                                                 \
    TEXT("text", "Remark", 52, CT_SCOPE_TEXT_MAX, false, "Of a failed step what was wrong.")

static const struct ct_choice WHY[] = {{"U", "used on a patient"},
                                       {"S", "stored too long"},
                                       {"N", "new, on loan or repaired"},
                                       {"A", "again, the record before failed"},
                                       {NULL, NULL}};
static const struct ct_choice FAILED[] = {{"D", "done"}, {"F", "FAILED"}, {NULL, NULL}};

const struct ct_field CT_SCOPE_FIELDS[] = {
    {.name = "why",
     .label = "Why",
     .unit = "",
     .kind = CT_F_CODE,
     .width = 3,
     .required = true,
     .hard_hi = CT_SCOPE_WHYS - 1,
     .soft_hi = CT_SCOPE_WHYS - 1,
     .choices = WHY,
     .help = "Why it is reprocessed."},
    TEXT("procedure_id", "Procedure", 14, 20, false,
         "The number of the procedure that it was used on: P-12."),
    TIME("used_ms", "Used until",
         "When the procedure ended; empty is what the procedure says."),
    TEXT("text", "Where, remark", 52, CT_SCOPE_TEXT_MAX, false,
         "On whom and where it was used, when no procedure here says so."),
    TEXT("programme", "Programme", 32, CT_PROGRAMME_ID_MAX, false,
         "Steps and limits; empty is \"endoscope\"."),
};
const size_t CT_SCOPE_FIELDS_N = CT_LEN(CT_SCOPE_FIELDS);

const struct ct_field CT_SCOPE_STEP_FIELDS[] = {
    RESULT,
    TIME("done_ms", "Done", "When it was done; empty is now."),
    REMARK,
};
const size_t CT_SCOPE_STEP_FIELDS_N = CT_LEN(CT_SCOPE_STEP_FIELDS);

const struct ct_field CT_SCOPE_CLEAN_FIELDS[] = {
    RESULT,
    TIME("done_ms", "Begun", "When cleaning by hand began; empty is now."),
    TEXT("reason", "Late because", 52, CT_SCOPE_TEXT_MAX, false,
         "Asked for when the time from use to cleaning is over its limit."),
    REMARK,
};
const size_t CT_SCOPE_CLEAN_FIELDS_N = CT_LEN(CT_SCOPE_CLEAN_FIELDS);

const struct ct_field CT_SCOPE_MACHINE_FIELDS[] = {
    TEXT("machine", "Machine", 24, CT_ASSET_MAX, true, "The number of the reprocessor."),
    TEXT("programme", "Programme", 32, CT_PROGRAMME_ID_MAX, false,
         "That it ran; empty where it runs one alone."),
    {.name = "cycle_number", .label = "Cycle number", .unit = "", .kind = CT_F_INT, .width = 10,
     .hard_lo = 0, .hard_hi = 99999999, .help = "As on the machine or its print."},
    RESULT,
    TIME("done_ms", "Ended", "When the cycle was over; empty is now."),
    REMARK,
};
const size_t CT_SCOPE_MACHINE_FIELDS_N = CT_LEN(CT_SCOPE_MACHINE_FIELDS);

const struct ct_field CT_SCOPE_STORE_FIELDS[] = {
    TEXT("place", "Stored in", 32, CT_SCOPE_PLACE_MAX, true, "Which cabinet and place."),
    TIME("done_ms", "Stored", "When it was hung up; empty is now."),
    REMARK,
};
const size_t CT_SCOPE_STORE_FIELDS_N = CT_LEN(CT_SCOPE_STORE_FIELDS);
