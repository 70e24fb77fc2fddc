/* Any bytes as each of the files by which a site changes what the program knows and which
 * have no driver of their own: scores, limits, kinds of procedures, classes of devices, guides
 * to faults, profiles of machine records. Refused with a place, or kept within bounds. */
#include <stdlib.h>
#include <string.h>

#include "clinic/fault.h"
#include "clinic/procedure.h"
#include "clinic/scorecard.h"
#include "exchange/cycle_profile.h"
#include "tests/fuzz/fuzz.h"

static void told(enum ct_status s, const struct ct_error *e)
{
    demand(s == CT_OK || (s == CT_ECONFIG && strncmp(e->text, "f.ini:", 6) == 0));
}

static void scores(const struct ct_ini *ini)
{
    struct ct_news2 *t = NULL;
    struct ct_scorecard *card = NULL;
    struct ct_error e = {0};
    enum ct_status s = ct_news2_from_ini(ini, &t, &e);
    told(s, &e);
    demand((s == CT_OK) == (t != NULL));
    for (int64_t v = -3; t != NULL && v < 300; v += 7) {
        const struct ct_news2_set set = {.resp = v, .spo2 = v % 101, .sbp = v, .pulse = v,
                                         .temp_c10 = 300 + v, .on_oxygen = v & 1,
                                         .acvpu = v & 1, .scale = 1 + (v & 1)};
        struct ct_news2_result r;
        if (ct_news2_score(t, &set, &r, &e) == CT_OK)
            demand(!r.complete || r.total >= 0);
    }
    ct_news2_free(t);
    e = (struct ct_error){0};
    s = ct_scorecard_from_ini(ini, &card, &e);
    told(s, &e);
    if (s == CT_OK) {
        demand(ct_scorecard_version(card)[0] != '\0');
        for (int age = 0; age < 400; age += 5) {
            int band = ct_scorecard_band(card, age);
            demand(band < 0 || ct_scorecard_band_find(card, ct_scorecard_band_name(card, band)) == band);
        }
        ct_scorecard_free(card);
    }
}

static void guide(const struct ct_ini *ini)
{
    struct ct_guide *g = NULL;
    struct ct_error e = {0};
    const char *id = ct_ini_get(ini, "guide", "id");
    enum ct_status s = ct_guide_parse(ini, id != NULL ? id : "f.ini", &g, &e);
    demand(s == CT_OK || s == CT_ECONFIG);
    if (s != CT_OK)
        return;
    for (uint32_t ways = 0; ways < 64; ways++) { /* no walk goes on for ever */
        struct ct_guide_walk w = {.n = 0};
        size_t step = 0;
        char out[400];
        while (ct_guide_at(g, &w, &step) == CT_GUIDE_ASKS) {
            demand(step < g->n && w.n < CT_GUIDE_STEPS_MAX);
            w.yes[w.n] = (ways >> w.n % 6 & 1) != 0;
            w.n++;
        }
        ct_guide_text(g, &w, out, sizeof out);
        demand(strlen(out) < sizeof out);
    }
    ct_guide_free(g);
}

static void profile(const struct ct_ini *ini)
{
    CT_PROFILE *p = NULL, *back = NULL;
    CT_BUF kept = {.max = 1 << 20}, again = {.max = 1 << 20}, page = {.max = 1 << 22};
    struct ct_error e = {0};
    enum ct_status s = ct_profile_from_ini(ini, &p, &e);
    told(s, &e);
    if (s != CT_OK)
        return;
    ct_profile_canonical(p, &kept);
    demand(!kept.bad);
    demand(ct_profile_parse("kept", ct_buf_str(&kept), kept.len, &back, &e) == CT_OK);
    ct_profile_canonical(back, &again);
    demand(kept.len == again.len && memcmp(kept.data, again.data, kept.len) == 0);
    ct_profile_text(p, 80, &page);
    demand(!page.bad);
}

static void lists(const struct ct_ini *ini)
{
    static struct ct_proc_kinds kinds;
    static struct ct_equip_classes classes;
    static struct ct_limits limits;
    struct ct_config c;
    struct ct_error e = {0};
    ct_config_default(&c);
    told(ct_limits_from_ini(ini, &limits, &e), &e);
    enum ct_status s = ct_proc_kinds_parse(&c, ini, &kinds, &e);
    told(s, &e);
    for (size_t i = 0; s == CT_OK && i < kinds.n; i++)
        demand(ct_proc_kind_find(&kinds, kinds.kind[i].id) == &kinds.kind[i]);
    s = ct_equip_classes_parse(&c, ini, &classes, &e);
    told(s, &e);
    for (size_t i = 0; s == CT_OK && i < classes.n; i++)
        demand(ct_equip_class_find(&classes, classes.class[i].id) == &classes.class[i]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CT_INI *ini = NULL;
    struct ct_error e = {0};
    if (ct_ini_parse("f.ini", (const char *)data, size, &ini, &e) != CT_OK)
        return 0;
    scores(ini);
    guide(ini);
    profile(ini);
    lists(ini);
    return 0;
}
