/* report_words - what several reports say in the same way. */
#include <stdio.h>

#include "exchange/report_kind.h"

void ct_report_about(struct ct_report *r, const char *ref, const char *what)
{
    char subject[400];
    snprintf(subject, sizeof subject, "%s%s%s", ref, what[0] != '\0' ? "   " : "", what);
    ct_report_subject(r, subject, ref, 0);
}

void ct_report_when(int64_t ms, char out[24])
{
    out[0] = '\0';
    if (ms != CT_UNSET)
        ct_datetime_text(ms, out);
}

void ct_report_decided(const char *what, const char *by, int64_t at_ms, const char *text,
                       char out[700])
{
    char at[24];
    ct_report_when(at_ms, at);
    snprintf(out, 700, "%s, %s, %s%s%s", what, by, at, text[0] != '\0' ? ": " : "", text);
}

void ct_report_closed(struct ct_report *r, int64_t at_ms, const char *by, const char *text)
{
    char at[24];
    ct_report_when(at_ms, at);
    ct_report_field(r, "Closed", "%s by %s: %s", at, by, text);
}
