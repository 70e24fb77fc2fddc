/* certificate - a calibration as a paper: what ISO/IEC 17025:2017 7.8.2 and 7.8.4 want of
 * it, in pages. The contract is calibration.h. */
#include "clinic/calibration_priv.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "record/user.h"

enum { COLS_MIN = 60, COLS_MAX = 200, HEAD_LINES = 4, LINES_MIN = 20, LABEL = 20 };

struct paper {
    struct ct_app *app;
    const struct ct_calibration *k;
    int cols;
    struct ct_buf *body;
};

/* ---- lines ------------------------------------------------------------------------ */

/* "Label               text", wrapped under the text. Nothing without text. */
static void item(struct paper *p, const char *label, const char *text)
{
    if (text[0] == '\0')
        return;
    ct_buf_printf(p->body, "%-*s", LABEL, label);
    ct_text_wrap(p->body, text, LABEL, LABEL, p->cols);
}

static void itemf(struct paper *p, const char *label, const char *fmt, ...) CT_FORMAT(3, 4);

static void itemf(struct paper *p, const char *label, const char *fmt, ...)
{
    char text[1600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    item(p, label, text);
}

static void indented(struct paper *p, const char *text)
{
    ct_buf_str_add(p->body, "    ");
    ct_text_wrap(p->body, text, 4, 6, p->cols);
}

static void heading(struct paper *p, const char *text)
{
    ct_buf_printf(p->body, "\n%s\n", text);
}

static void number(int64_t v, char out[CT_DECIMAL_SIZE])
{
    ct_decimal_text(v, CT_CAL_PLACES, out);
}

/* ---- what, whose, where, when --------------------------------------------------------- */

static const char *title_of(const struct ct_calibration *k)
{
    return k->kind == CT_TASK_ELECTRICAL ? "Report of an electrical safety test"
           : k->t->check                 ? "Report of a functional check"
                                         : "Calibration certificate";
}

static void about_device(struct paper *p)
{
    const struct ct_calibration *k = p->k;
    const struct ct_equipment *e = &k->e;
    char day[16];
    heading(p, "The device");
    itemf(p, "Item", "%s %s, asset number %s", e->maker, e->model, e->asset);
    item(p, "Serial number", e->serial[0] != '\0' ? e->serial : "not stated");
    item(p, "UDI", e->udi);
    item(p, "Department", e->holder);
    if (k->kind == CT_TASK_ELECTRICAL)
        itemf(p, "Class, applied part", "class %s, applied part %s",
              CT_ELEC_NAME[e->elec_class], CT_APPLIED_NAME[e->applied]);
    item(p, "Condition", k->item_state[0] != '\0' ? k->item_state : "nothing to remark");
    ct_date_text(ct_date_at(k->done_ms), day);
    itemf(p, "Measured on", "%s%s", day, k->has_left ? " (as found)" : "");
    if (k->has_left) {
        ct_date_text(ct_date_at(k->left_ms), day);
        itemf(p, "", "%s (as left)", day);
    }
    item(p, "Measured at", k->place);
    itemf(p, "Measured by", "%s%s%s", k->by,
          k->has_left && k->left_by != k->by_user ? "; as left: " : "",
          k->has_left && k->left_by != k->by_user ? k->left_name : "");
    item(p, "Occasion", CT_TASK_WHY_NAME[k->why]);
}

static void about_method(struct paper *p)
{
    const struct ct_calibration *k = p->k;
    CT_BUF text = {.max = CT_CALT_CANONICAL_MAX};
    unsigned char hash[CT_HASH_LEN];
    char t[24] = "not measured", h[24] = "not measured", a[24] = "";
    ct_caltemplate_canonical(k->t, &text);
    p->body->bad = p->body->bad || text.bad; /* never a hash of half a template */
    ct_hash(hash, ct_buf_str(&text), strlen(ct_buf_str(&text)));
    heading(p, "Method and conditions");
    itemf(p, "Method", "%s (%s, version %s, text %02x%02x%02x%02x%02x%02x%02x%02x)", k->t->title,
          k->t->id, k->t->version, hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6],
          hash[7]);
    if (k->t->division != CT_UNSET) {
        char e[CT_DECIMAL_SIZE];
        ct_decimal_text(k->t->division, CT_CAL_PLACES, e);
        itemf(p, "Division e", "%s %s (%s)", e, k->t->division_unit, k->t->division_source);
    }
    for (size_t i = 0; i < k->t->n_sources; i++)
        item(p, i == 0 ? "Source of limits" : "", k->t->source[i]);
    if (k->temp_c10 != CT_UNSET)
        snprintf(t, sizeof t, "%s%lld.%lld degC", k->temp_c10 < 0 ? "-" : "",
                 llabs((long long)k->temp_c10) / 10, llabs((long long)k->temp_c10) % 10);
    if (k->rh_pct != CT_UNSET)
        snprintf(h, sizeof h, "%lld %%", (long long)k->rh_pct);
    if (k->press_hpa != CT_UNSET)
        snprintf(a, sizeof a, ", air pressure %lld hPa", (long long)k->press_hpa);
    itemf(p, "Environment", "temperature %s, relative humidity %s%s", t, h, a);
    for (size_t i = 0; i < k->n_refs; i++) {
        char day[16];
        ct_date_text(k->ref[i].last_day, day);
        itemf(p, i == 0 ? "Traceable to" : "", "%s (%s): %s; in date until %s", k->ref[i].asset,
              k->ref[i].of, k->ref[i].certificate, day);
    }
    if (k->n_refs == 0)
        item(p, "Traceable to", "no reference standard was asked for by the method");
    if (k->n_refs > 0)
        item(p, "",
             "Each reference was compared with standards as its certificate states; the "
             "certificates are kept with its record.");
}

static void about_rule(struct paper *p)
{
    static const char *const SAYS[CT_CAL_RULES] = {
        [CT_CAL_SIMPLE] = "simple acceptance (w = 0): a pass lies within the tolerance, its "
                          "limits included. At the limit the chance of a false acceptance is "
                          "up to 50 %",
        [CT_CAL_GUARDED] = "guard band w = U: a pass lies within the tolerance less U on each "
                           "limit. The chance of a false acceptance is below 2.5 %",
        [CT_CAL_NON_BINARY] = "non-binary, w = U: a pass lies within the tolerance less U; "
                              "between the two a conditional pass; beyond the tolerance by at "
                              "most U a conditional fail. The chance of a false acceptance is "
                              "below 2.5 % for a pass, up to 50 % for a conditional pass",
    };
    const struct ct_calibration *k = p->k;
    itemf(p, "Decision rule", "%s (ILAC-G8:09/2019)%s%s.", SAYS[k->rule],
          k->rule_source[0] != '\0' ? "; asked for by " : "", k->rule_source);
    item(p, "Uncertainty",
         "U is the expanded uncertainty, coverage factor k = 2, about 95 %, in the unit of the "
         "point, as it was stated by who measured; TUR is the width of the tolerance over 2 U.");
}

/* ---- results --------------------------------------------------------------------------- */

static void phase_line(struct paper *p, size_t at, enum ct_cal_phase phase)
{
    const struct ct_calibration *k = p->k;
    const struct ct_cal_value *v = &k->value[phase][at];
    const char *unit = k->t->point[at].unit, *name = phase == CT_CAL_AS_LEFT ? "as left " : "as found";
    char mean[CT_DECIMAL_SIZE], error[CT_DECIMAL_SIZE + 2], stat[80] = "", risk[60] = "";
    CT_BUF b = {.max = 4096};
    if (v->left_out[0] != '\0')
        ct_buf_printf(&b, "%s  not measured: %s", name, v->left_out);
    if (!v->measured && v->left_out[0] == '\0')
        return;
    if (v->measured) {
        double chance = isnan(v->c.false_accept) ? v->c.false_reject : v->c.false_accept;
        number(v->repeat.mean, mean);
        ct_cal_error_text(v, error, sizeof error);
        if (v->repeat.n > 1)
            snprintf(stat, sizeof stat, " (mean of %d, s %.3g, u_A %.3g)", v->repeat.n,
                     v->repeat.s, v->repeat.u_a);
        if (!isnan(chance) && chance >= 0.0001)
            snprintf(risk, sizeof risk, "; chance of a wrong verdict %.2g %%", chance * 100);
        else if (!isnan(chance))
            snprintf(risk, sizeof risk, "; chance of a wrong verdict below 0.01 %%");
        ct_buf_printf(&b, "%s  %s %s%s, error %s: %s%s", name, mean, unit, stat, error,
                      CT_CAL_VERDICT_NAME[v->c.verdict], risk);
        const char *note = ct_conformity_note(&v->c, k->rule);
        if (note[0] != '\0')
            ct_buf_printf(&b, "; %s", note);
    }
    indented(p, ct_buf_str(&b));
}

static void limits_line(struct paper *p, size_t at)
{
    const struct ct_calibration *k = p->k;
    const struct ct_cal_value *v = k->value[CT_CAL_AS_FOUND][at].measured || !k->has_left
                                       ? &k->value[CT_CAL_AS_FOUND][at]
                                       : &k->value[CT_CAL_AS_LEFT][at];
    const char *unit = k->t->point[at].unit;
    char nominal[CT_DECIMAL_SIZE], u[CT_DECIMAL_SIZE];
    CT_BUF b = {.max = 4096};
    number(v->nominal, nominal);
    number(v->u, u);
    if (!v->limited || v->nominal == CT_UNSET)
        return;
    ct_buf_printf(&b, "nominal %s %s, tolerance %s", nominal, unit, v->limits);
    if (v->declared[0] != '\0')
        ct_buf_printf(&b, " (declared: %s)", v->declared);
    if (v->u != CT_UNSET)
        ct_buf_printf(&b, ", U %s %s", u, unit);
    else
        ct_buf_str_add(&b, ", U not stated");
    if (v->measured && !isnan(v->c.tur))
        ct_buf_printf(&b, ", TUR %.1f", v->c.tur);
    indented(p, ct_buf_str(&b));
}

static void results(struct paper *p)
{
    const struct ct_calibration *k = p->k;
    size_t not_for_it = 0;
    heading(p, k->has_left ? "Results, before and after the adjustment" : "Results");
    about_rule(p);
    if (!k->has_left && k->step != CT_CAL_ADJUSTED)
        item(p, "Adjustment", "none; as left is as found.");
    for (size_t i = 0; i < k->t->n_points; i++) {
        const struct ct_cal_point *q = &k->t->point[i];
        CT_BUF name = {.max = 1024};
        if (!k->value[CT_CAL_AS_FOUND][i].applies) {
            not_for_it++;
            continue;
        }
        ct_buf_printf(&name, "%s  %s", q->id, q->text);
        ct_buf_char(p->body, '\n');
        ct_text_wrap(p->body, ct_buf_str(&name), 0, 2, p->cols);
        limits_line(p, i);
        phase_line(p, i, CT_CAL_AS_FOUND);
        if (k->has_left)
            phase_line(p, i, CT_CAL_AS_LEFT);
    }
    if (not_for_it > 0)
        ct_buf_printf(p->body, "\n%zu point%s of the method %s for other devices.\n", not_for_it,
                      not_for_it == 1 ? "" : "s", not_for_it == 1 ? "is" : "are");
}

static enum ct_status work(struct paper *p, struct ct_error *reterr)
{
    struct ct_cal_event *ev = NULL;
    size_t n = 0;
    enum ct_status rc = ct_calibration_events(p->app, p->k->id, &ev, &n, reterr);
    bool any = false;
    for (size_t i = 0; i < n; i++) {
        char day[16];
        if (ev[i].step != CT_CAL_ADJUSTED)
            continue;
        if (!any)
            heading(p, "Adjustment or repair between as found and as left");
        any = true;
        ct_date_text(ct_date_at(ev[i].at_ms), day);
        itemf(p, day, "%s (%s)", ev[i].text, ev[i].by);
    }
    free(ev);
    return rc;
}

/* ---- conclusion ---------------------------------------------------------------------------- */

static void conformity(struct paper *p)
{
    const struct ct_calibration *k = p->k;
    heading(p, "Statement of conformity");
    itemf(p, "As found", "%s, of all points measured, by the tolerances and the rule above",
          CT_CAL_VERDICT_NAME[k->found]);
    if (k->has_left)
        itemf(p, "As left", "%s, the same", CT_CAL_VERDICT_NAME[k->left]);
    item(p, "Limits of use", k->limits);
    item(p, "Remarks", k->remarks);
    item(p, "Note", k->t->note);
    item(p, "", "The results relate only to the item described here, in the condition in which it "
                "was measured. This paper is not to be reproduced other than in full.");
}

static void hex(struct ct_buf *b, const unsigned char *p, size_t n)
{
    for (size_t i = 0; i < n; i++)
        ct_buf_printf(b, "%02x%s", p[i], i % 8 == 7 && i + 1 < n ? " " : "");
}

static enum ct_status signature(struct paper *p, struct ct_error *reterr)
{
    CT_STMT *st = NULL;
    bool row;
    enum ct_status rc =
        ct_stmt_get(ct_app_db(p->app), &ct_calibration_sql[CT_SQL_CAL_SIGNATURE], &st, reterr);
    if (rc != CT_OK)
        return rc;
    ct_bind_i64(st, ":id", p->k->event_id);
    rc = ct_stmt_step(st, &row, reterr);
    if (rc != CT_OK || !row)
        return rc;
    CT_BUF link = {.max = 400}, sign = {.max = 400};
    size_t n;
    const unsigned char *blob = ct_col_blob(st, 1, &n);
    hex(&link, blob, n);
    blob = ct_col_blob(st, 2, &n);
    hex(&sign, blob, n);
    itemf(p, "Entry", "%lld of the audit chain, link %s", (long long)ct_col_i64(st, 0),
          ct_buf_str(&link));
    itemf(p, "Signature", "Ed25519: %s", ct_buf_str(&sign));
    return CT_OK;
}

static enum ct_status authorised(struct paper *p, struct ct_error *reterr)
{
    const struct ct_calibration *k = p->k;
    char at[16];
    heading(p, "Authorised");
    if (k->step != CT_CAL_APPROVED) {
        itemf(p, "State", "%s; nobody has approved it", CT_CAL_STEP_NAME[k->step]);
        return CT_OK;
    }
    ct_date_text(ct_date_at(k->approved_ms), at);
    item(p, "Approved by", k->approved_name);
    item(p, "Issued on", at);
    return signature(p, reterr);
}

/* ---- pages ---------------------------------------------------------------------------------- */

static void put_head(const struct paper *p, int page, int pages, struct ct_buf *out)
{
    const struct ct_calibration *k = p->k;
    char right[40], left[120];
    CT_BUF site = {.max = 1024};
    snprintf(left, sizeof left, "%s K-%lld", title_of(k), (long long)k->id);
    int n = snprintf(right, sizeof right, "page %d of %d", page, pages);
    ct_buf_printf(out, "%-*s%s\n", p->cols - n, left, right);
    ct_text_clean(&site, ct_app_config(p->app)->site_name, p->cols, false);
    ct_buf_printf(out, "%s\n", ct_buf_str(&site));
    ct_buf_str_add(out, k->step == CT_CAL_APPROVED   ? "\n"
                        : k->step == CT_CAL_IN_ERROR ? "ENTERED IN ERROR, not valid\n"
                                                     : "DRAFT, not a certificate\n");
    ct_buf_char(out, '\n');
}

/* Where a page that begins at s ends: after `room` lines, or before, where a block ends that
 * the next page would cut. */
static const char *page_end(const char *s, int room)
{
    const char *end = s, *block = NULL;
    int block_at = 0;
    for (int i = 0; i < room; i++) {
        if (*end == '\0')
            return end;
        if (*end == '\n') {
            block = end + 1;
            block_at = i;
        }
        end = strchr(end, '\n') + 1;
    }
    return *end != '\0' && block != NULL && block_at >= room / 2 ? block : end;
}

static void put_pages(const struct paper *p, int lines, struct ct_buf *out)
{
    const char *s = ct_buf_str(p->body) + 1; /* headings have a blank line above */
    int room = lines > 0 ? lines - HEAD_LINES : INT32_MAX, pages = 0;
    for (const char *at = s; *at != '\0'; pages++)
        at = page_end(at, room);
    for (int page = 1; page <= pages; page++) {
        const char *end = page_end(s, room);
        put_head(p, page, pages, out);
        ct_buf_add(out, s, (size_t)(end - s));
        if (lines > 0)
            ct_buf_char(out, '\f');
        s = end;
    }
}

enum ct_status ct_certificate_text(struct ct_app *app, const struct ct_calibration *k, int cols,
                                   int lines, struct ct_buf *out, struct ct_error *reterr)
{
    CT_BUF body = {.max = 1024 * 1024};
    struct paper p = {.app = app, .k = k, .body = &body};
    p.cols = cols < COLS_MIN ? COLS_MIN : cols > COLS_MAX ? COLS_MAX : cols;
    lines = lines > 0 && lines < LINES_MIN ? LINES_MIN : lines;
    enum ct_status rc = ct_require(app, CT_PERM_EQUIP_READ, reterr);
    if (rc != CT_OK)
        return rc;
    if (k->id == 0)
        return ct_fail(reterr, CT_EINVAL, "", "as found is not recorded: there is nothing to "
                                              "certify yet");
    about_device(&p);
    about_method(&p);
    results(&p);
    rc = work(&p, reterr);
    if (rc != CT_OK)
        return rc;
    conformity(&p);
    rc = authorised(&p, reterr);
    if (rc != CT_OK)
        return rc;
    ct_buf_printf(&body, "\n---- end of %s K-%lld ----\n",
                  k->step == CT_CAL_APPROVED ? "the paper" : "the draft", (long long)k->id);
    if (!body.bad)
        put_pages(&p, lines, out);
    return body.bad || out->bad ? ct_fail(reterr, CT_ENOMEM, "", "not enough memory for the paper")
                                : CT_OK;
}
