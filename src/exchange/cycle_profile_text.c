/* cycle_profile_text - an import profile as bytes that load to it again, and as a page for
 * people; the contract is cycle_profile.h. */
#include "exchange/cycle_profile.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"

static void put_number(struct ct_buf *out, const char *key, int n)
{
    if (n > 0)
        ct_buf_printf(out, "%s = %d\n", key, n);
}

static void put_head(struct ct_buf *out, const struct ct_profile *p)
{
    char key[32];
    ct_buf_str_add(out, "[profile]\n");
    ct_ini_put(out, "id", p->id);
    ct_ini_put(out, "version", p->version);
    ct_ini_put(out, "title", p->title);
    ct_ini_put(out, "note", p->note);
    for (size_t s = 0; s < p->n_sources; s++) {
        snprintf(key, sizeof key, s == 0 ? "source" : "source_%zu", s + 1);
        ct_ini_put(out, key, p->source[s]);
    }
    ct_ini_put(out, "kind", p->csv ? "csv" : "text");
    ct_ini_put(out, "decimal", p->decimal_comma ? "comma" : "point");
    ct_ini_put(out, "date_order", CT_DATE_ORDER_NAME[p->date_order]);
    ct_ini_put(out, "sample_time", p->elapsed ? "elapsed" : "clock");
    if (p->has_pressure)
        ct_buf_printf(out, "pressure = %s %s\n", CT_PRESSURE_UNIT_NAME[p->unit],
                      CT_PRESSURE_BASIS_NAME[p->basis]);
    ct_ini_put(out, "recognise", p->recognise.text);
    ct_ini_put(out, "begin", p->begin.text);
}

static void put_columns(struct ct_buf *out, const struct ct_profile *p)
{
    char key[32];
    ct_buf_str_add(out, "\n[columns]\n");
    ct_ini_put(out, "time", p->column_time);
    for (size_t i = 0; i < p->n_temps; i++) {
        snprintf(key, sizeof key, i == 0 ? "temperature" : "temperature_%zu", i + 1);
        ct_ini_put(out, key, p->column_temp[i]);
    }
    ct_ini_put(out, "pressure", p->column_pressure);
}

void ct_profile_canonical(const struct ct_profile *p, struct ct_buf *out)
{
    put_head(out, p);
    if (p->csv) {
        put_columns(out, p);
        return;
    }
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++) {
        if (!p->field[f].match.set)
            continue;
        ct_buf_printf(out, "\n[field.%s]\n", CT_PRINT_FIELD_NAME[f]);
        ct_ini_put(out, "match", p->field[f].match.text);
        ct_ini_put(out, "after", p->field[f].after.text);
        put_number(out, "group", p->field[f].group);
    }
    if (p->phase.set) {
        ct_buf_str_add(out, "\n[phase]\n");
        ct_ini_put(out, "match", p->phase.text);
        put_number(out, "name", p->phase_name);
        put_number(out, "time", p->phase_time);
        put_number(out, "result", p->phase_result);
        ct_ini_put(out, "good", p->phase_good);
        ct_ini_put(out, "bad", p->phase_bad);
    }
    if (p->sample.set) {
        ct_buf_str_add(out, "\n[sample]\n");
        ct_ini_put(out, "match", p->sample.text);
        put_number(out, "time", p->sample_time);
        ct_buf_str_add(out, "temperature =");
        for (size_t i = 0; i < p->n_temps; i++)
            ct_buf_printf(out, " %d", p->sample_temp[i]);
        ct_buf_char(out, '\n');
        put_number(out, "pressure", p->sample_pressure);
    }
    ct_buf_str_add(out, "\n[outcome]\n");
    ct_ini_put(out, "complete", p->complete.text);
    ct_ini_put(out, "aborted", p->aborted.text);
    ct_ini_put(out, "passed", p->passed.text);
    ct_ini_put(out, "failed", p->failed.text);
    ct_ini_put(out, "error", p->error.text);
}

/* ---- for people ----------------------------------------------------------------------- */

static void line(struct ct_buf *out, int cols, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    ct_buf_str_add(out, label);
    ct_text_wrap(out, text, (int)strlen(label), 2, cols);
}

void ct_profile_text(const struct ct_profile *p, int cols, struct ct_buf *out)
{
    char label[48];
    cols = cols < 40 ? 40 : cols;
    ct_text_wrap(out, p->title, 0, 0, cols);
    ct_buf_printf(out, "%s, version %s, %s\n", p->id, p->version, p->csv ? "CSV" : "text");
    if (p->has_pressure)
        ct_buf_printf(out, "Pressures: %s %s\n", CT_PRESSURE_UNIT_NAME[p->unit],
                      CT_PRESSURE_BASIS_NAME[p->basis]);
    if (p->field[CT_PF_DATE].match.set)
        ct_buf_printf(out, "Dates: %s\n",
                      p->date_order == CT_DATE_DMY   ? "day month year"
                      : p->date_order == CT_DATE_MDY ? "month day year"
                                                     : "year month day");
    line(out, cols, "", p->note);
    for (size_t s = 0; s < p->n_sources; s++)
        line(out, cols, "Source: ", p->source[s]);
    ct_buf_char(out, '\n');
    line(out, cols, "Recognised by: ", p->recognise.text);
    line(out, cols, "A cycle begins: ", p->begin.text);
    for (size_t f = 0; f < CT_PRINT_FIELDS; f++) {
        snprintf(label, sizeof label, "  %s: ", CT_PRINT_FIELD_NAME[f]);
        line(out, cols, label, p->field[f].match.text);
        line(out, cols, "    after: ", p->field[f].after.text);
    }
    line(out, cols, "  phase: ", p->phase.text);
    line(out, cols, "  sample: ", p->sample.text);
    line(out, cols, "  column of times: ", p->column_time);
    for (size_t i = 0; p->csv && i < p->n_temps; i++)
        line(out, cols, "  column of temperatures: ", p->column_temp[i]);
    line(out, cols, "  column of pressures: ", p->column_pressure);
    line(out, cols, "Complete: ", p->complete.text);
    line(out, cols, "Aborted: ", p->aborted.text);
    line(out, cols, "Passed: ", p->passed.text);
    line(out, cols, "Failed: ", p->failed.text);
    line(out, cols, "Error: ", p->error.text);
}
