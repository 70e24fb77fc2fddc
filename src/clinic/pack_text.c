/* pack_text - packs in words: number, one line, may it be used, the label. */
#include <stdio.h>
#include <string.h>

#include "clinic/sterile_rows.h"

void ct_pack_bare_number(const char *prefix, int64_t id, char out[40])
{
    snprintf(out, 40, "%s%lld", prefix, (long long)id);
}

void ct_pack_number(const struct ct_app *app, int64_t id, char out[40])
{
    ct_pack_bare_number(ct_app_config(app)->id_set, id, out);
}

void ct_pack_text(const struct ct_app *app, const struct ct_pack *p, char *out, size_t size)
{
    char number[40], until[16];
    bool dated = p->expires != CT_NO_DATE && p->released != 0;
    ct_pack_number(app, p->id, number);
    ct_date_text(dated ? p->expires : CT_NO_DATE, until);
    snprintf(out, size, "%s %s%s, %s%s%s%s", number, p->contents, p->implant ? " (implant)" : "",
             CT_PACK_STEP_NAME[p->step], p->recalled > 0 ? ", RECALLED" : "",
             dated ? ", use until " : "", until);
}

bool ct_pack_usable(const struct ct_pack *p, int64_t now_ms, char *why, size_t size)
{
    char at[24], day[16];
    if (size > 0)
        why[0] = '\0';
    if (p->recalled > 0) {
        ct_datetime_text(p->recalled_ms, at);
        snprintf(why, size, "is RECALLED since %s: do not use it, set it apart", at);
    } else if (p->step == CT_PACK_OPENED || p->step == CT_PACK_USED ||
               p->step == CT_PACK_RETURNED || p->step == CT_PACK_REPROCESSED) {
        ct_datetime_text(p->step_ms, at);
        snprintf(why, size, "is no longer sterile: %s since %s", CT_PACK_STEP_NAME[p->step], at);
    } else if (p->step == CT_PACK_DAMAGED || p->step == CT_PACK_REJECTED) {
        ct_datetime_text(p->step_ms, at);
        snprintf(why, size, "is %s since %s: it has to be reprocessed",
                 CT_PACK_STEP_NAME[p->step], at);
    } else if (p->step != CT_PACK_RELEASED && p->step != CT_PACK_RELEASED_EARLY) {
        snprintf(why, size, "is not released: it is \"%s\"", CT_PACK_STEP_NAME[p->step]);
    } else if (p->expires != CT_NO_DATE && ct_date_at(now_ms) > p->expires) {
        ct_date_text(p->expires, day);
        snprintf(why, size, "is out of date: its last day was %s", day);
    } else
        return true;
    return false;
}

/* ---- the label ---------------------------------------------------------------------------- */

enum { LABEL_COLS = 40 };

/* One line, or several of whole words. */
static void line(struct ct_buf *out, const char *text)
{
    size_t n = strlen(text);
    while (n > LABEL_COLS) {
        size_t cut = LABEL_COLS;
        while (cut > 0 && text[cut] != ' ')
            cut--;
        if (cut == 0) /* a word of more than a line: between two characters */
            for (cut = LABEL_COLS; cut > 1 && ((unsigned char)text[cut] & 0xc0) == 0x80;)
                cut--;
        ct_buf_printf(out, "%.*s\n", (int)cut, text);
        text += cut + strspn(text + cut, " ");
        n = strlen(text);
    }
    ct_buf_printf(out, "%s\n", text);
}

static void sterile_lines(const struct ct_pack *p, const char *where, struct ct_buf *out)
{
    char text[128], day[16];
    if (where[0] != '\0')
        line(out, where);
    if (p->expires != CT_NO_DATE) {
        ct_date_text(p->expires - p->expiry_days, day);
        snprintf(text, sizeof text, "Sterilised %s", day);
        line(out, text);
        ct_date_text(p->expires, day);
        snprintf(text, sizeof text, "Use until %s", day);
    } else
        snprintf(text, sizeof text, "Sterile until opened or damaged");
    line(out, text);
}

void ct_pack_label_text(const struct ct_app *app, const struct ct_pack *p, const char *where,
                        struct ct_buf *out)
{
    char number[40], text[160], at[24];
    ct_pack_number(app, p->id, number);
    line(out, number);
    line(out, p->contents);
    if (p->implant)
        line(out, "IMPLANT");
    ct_datetime_text(p->at_ms, at);
    snprintf(text, sizeof text, "Packed %s by %s", at, p->by);
    line(out, text);
    if (p->method >= 0 && p->method < CT_METHODS) {
        snprintf(text, sizeof text, "For %s", CT_METHOD_NAME[p->method]);
        line(out, text);
    }
    if (p->released != 0 && p->recalled == 0)
        sterile_lines(p, where, out);
    else
        line(out, "NOT STERILE: not released");
}
