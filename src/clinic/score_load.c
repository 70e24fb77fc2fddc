/* score_load - reads data/scores/news2.ini. */
#include "clinic/score.h"

#include <stdlib.h>
#include <string.h>

#include "clinic/score_table.h"

enum { SCORE_MAX = 3 };

static const char HEAD[] = "news2", INCOMPLETE[] = "call_incomplete";

static const struct ct_choice O2_WORDS[] = {{"air", "air"}, {"oxygen", "oxygen"},
                                            {NULL, NULL}};
static const struct ct_choice ACVPU_WORDS[] = {
    [CT_ALERT] = {"A", "alert"},
    [CT_CONFUSION] = {"C", "new confusion"},
    [CT_VOICE] = {"V", "voice"},
    [CT_PAIN] = {"P", "pain"},
    [CT_UNRESPONSIVE] = {"U", "unresponsive"},
    {NULL, NULL},
};

static const struct ct_score_part PART[CT_NPS] = {
    [CT_NP_RESP] = {"resp", 0, NULL},
    [CT_NP_SPO2_1] = {"spo2_scale1", 0, NULL},
    [CT_NP_SPO2_2_AIR] = {"spo2_scale2_air", 0, NULL},
    [CT_NP_SPO2_2_OXYGEN] = {"spo2_scale2_oxygen", 0, NULL},
    [CT_NP_O2] = {"o2", 0, O2_WORDS},
    [CT_NP_SBP] = {"sbp", 0, NULL},
    [CT_NP_PULSE] = {"pulse", 0, NULL},
    [CT_NP_ACVPU] = {"acvpu", 0, ACVPU_WORDS},
    [CT_NP_TEMP] = {"temp", 1, NULL},
};

static enum ct_status check_names(const struct ct_ini *ini, struct ct_error *reterr)
{
    static const char *const HEAD_KEYS[] = {"version", "title", "source", NULL};
    static const char *const PART_KEYS[] = {"score_0", "score_1", "score_2", "score_3", NULL};
    static const char *const INCOMPLETE_KEYS[] = {"response", NULL};
    const char *s;
    for (size_t i = 0; (s = ct_ini_section(ini, i)) != NULL; i++) {
        const char *const *keys = NULL;
        if (strcmp(s, HEAD) == 0)
            keys = HEAD_KEYS;
        else if (strcmp(s, INCOMPLETE) == 0)
            keys = INCOMPLETE_KEYS;
        else if (ct_score_is_call(s))
            keys = CT_SCORE_CALL_KEYS;
        for (size_t p = 0; p < CT_NPS; p++)
            if (strcmp(s, PART[p].section) == 0)
                keys = PART_KEYS;
        if (keys == NULL)
            return ct_ini_fail(ini, s, NULL, reterr, "is no part of the score");
        enum ct_status st = ct_score_keys_check(ini, s, keys, reterr);
        if (st != CT_OK)
            return st;
    }
    return CT_OK;
}

/* The highest total the tables can give. */
static int total_max(const struct ct_news2 *t)
{
    int max[CT_NPS] = {0};
    for (size_t p = 0; p < CT_NPS; p++)
        max[p] = ct_score_highest(&t->part[p]);
    int spo2 = max[CT_NP_SPO2_1];
    for (size_t p = CT_NP_SPO2_2_AIR; p <= CT_NP_SPO2_2_OXYGEN; p++)
        spo2 = max[p] > spo2 ? max[p] : spo2;
    return max[CT_NP_RESP] + spo2 + max[CT_NP_O2] + max[CT_NP_SBP] + max[CT_NP_PULSE] +
           max[CT_NP_ACVPU] + max[CT_NP_TEMP];
}

static enum ct_status read_table(const struct ct_ini *ini, struct ct_news2 *t,
                                 struct ct_error *reterr)
{
    enum ct_status st = check_names(ini, reterr);
    if (st == CT_OK)
        st = ct_score_text_read(ini, HEAD, "version", t->version, sizeof t->version, reterr);
    for (size_t p = 0; st == CT_OK && p < CT_NPS; p++) {
        st = ct_score_rows_read(ini, &PART[p], SCORE_MAX, &t->part[p], reterr);
        if (st == CT_OK)
            st = ct_score_rows_check(ini, &PART[p], CT_OPEN_LO, CT_OPEN_HI, &t->part[p],
                                     reterr);
    }
    if (st == CT_OK)
        st = ct_score_text_read(ini, INCOMPLETE, "response", t->incomplete,
                                sizeof t->incomplete, reterr);
    const char *s;
    for (size_t i = 0; st == CT_OK && (s = ct_ini_section(ini, i)) != NULL; i++)
        if (ct_score_is_call(s) && strcmp(s, INCOMPLETE) != 0)
            st = ct_score_call_read(ini, s, &t->calls, reterr);
    return st == CT_OK ? ct_score_calls_check(ini, HEAD, &t->calls, total_max(t), reterr) : st;
}

enum ct_status ct_news2_from_ini(const struct ct_ini *ini, struct ct_news2 **ret,
                                 struct ct_error *reterr)
{
    struct ct_news2 *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "out of memory while loading the score");
    enum ct_status st = read_table(ini, t, reterr);
    if (st != CT_OK) {
        ct_news2_free(t);
        return st;
    }
    *ret = t;
    return CT_OK;
}

enum ct_status ct_news2_load(const struct ct_config *c, struct ct_news2 **ret,
                             struct ct_error *reterr)
{
    CT_INI *ini = NULL;
    enum ct_status st = ct_data_ini(c, "scores/news2.ini", &ini, reterr);
    return st == CT_OK ? ct_news2_from_ini(ini, ret, reterr) : st;
}
