/* The registry: models that devices share, devices found by number, UDI or words, changed
 * with a reason, retired for good; what stands in the way is said, and nothing is half
 * saved. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/equipment_rows.h"
#include "clinic/quantity.h"
#include "tests/support/ward.h"

static int64_t model_of(struct ward *w, const char *class, const char *maker, const char *name)
{
    struct ct_equip_model m = {.elec_class = CT_ELEC_I, .applied = CT_APPLIED_BF};
    snprintf(m.class, sizeof m.class, "%s", class);
    snprintf(m.maker, sizeof m.maker, "%s", maker);
    snprintf(m.name, sizeof m.name, "%s", name);
    enum ct_status rc = ct_model_add(w->tom, &m, NULL);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    return m.first_id;
}

static struct ct_equipment monitor(struct ward *w, const char *asset)
{
    struct ct_equipment e = {.model_id = model_of(w, "monitor", "Meridian", "PM-3"),
                             .made = CT_NO_DATE,
                             .received = CT_NO_DATE,
                             .warranty = CT_NO_DATE};
    snprintf(e.asset, sizeof e.asset, "%s", asset);
    return e;
}

static struct ct_equipment added(struct ward *w, const char *asset, const char *location)
{
    struct ct_equipment x = monitor(w, asset);
    snprintf(x.location, sizeof x.location, "%s", location);
    ok(ct_equipment_add(w->tom, &x, NULL, e));
    return x;
}

static struct ct_equipment got(struct ward *w, int64_t id)
{
    struct ct_equipment x;
    ok(ct_equipment_get(w->sue, id, &x, e));
    return x;
}

/* The derived table agrees with what it is derived from. */
static void consistent(struct ward *w)
{
    assert_int_equal(
        app_int(w->sue,
                "SELECT count(*) FROM equipment q LEFT JOIN equipment_find f "
                "ON f.equipment_id = q.id JOIN equipment_detail d ON d.id = (SELECT max(x.id) "
                "FROM equipment_detail x WHERE x.equipment_id = q.id) JOIN equipment_model m "
                "ON m.id = (SELECT ifnull(max(y.id), d.model_id) FROM equipment_model y "
                "WHERE y.first_id = d.model_id) JOIN equipment_event v ON v.id = (SELECT "
                "max(z.id) FROM equipment_event z WHERE z.equipment_id = q.id) "
                "WHERE f.detail_id IS NOT d.id OR f.model_id IS NOT d.model_id "
                "OR f.asset IS NOT d.asset OR f.udi IS NOT d.udi OR f.serial IS NOT d.serial "
                "OR f.location IS NOT d.location OR f.class IS NOT m.class "
                "OR f.condition IS NOT v.condition OR f.condition_ms IS NOT v.at_ms"),
        0);
}

/* Asset numbers of a list, a blank behind each. */
static void listed(struct ward *w, const struct ct_equip_filter *f, char out[400],
                   int64_t *ret_total)
{
    struct ct_equipment *v = NULL;
    size_t n = 0;
    out[0] = '\0';
    ok(ct_equipment_list(w->tom, f, 0, 50, &v, &n, ret_total, e));
    for (size_t i = 0; i < n; i++)
        snprintf(out + strlen(out), 400 - strlen(out), "%s ", v[i].asset);
    free(v);
}

static void expect_list(struct ward *w, const struct ct_equip_filter *f, const char *want)
{
    char have[400];
    int64_t total = -1, n = 0;
    listed(w, f, have, &total);
    assert_string_equal(have, want);
    for (const char *p = want; *p != '\0'; p++)
        n += *p == ' ';
    assert_int_equal(total, n);
}

/* ---- classes and models ------------------------------------------------------ */

static void test_shipped_classes_load_and_name_what_is_measured(void **state)
{
    struct ward *w = *state;
    const struct ct_equip_classes *c;
    ok(ct_equip_classes_of(w->tom, &c, e));
    const struct ct_equip_class *k = ct_equip_class_find(c, "Monitor");
    assert_non_null(k);
    assert_string_equal(k->title, "Patient monitor");
    assert_int_equal(k->measures, 1U << CT_Q_SBP | 1U << CT_Q_DBP | 1U << CT_Q_PULSE |
                                      1U << CT_Q_RESP | 1U << CT_Q_SPO2 | 1U << CT_Q_TEMP);
    assert_string_equal(k->templates[0], "nibp-static");
    assert_null(ct_equip_class_find(c, "teapot"));
    assert_int_equal(k->methods, 0);
    k = ct_equip_class_find(c, "washer-disinfector");
    assert_non_null(k);
    assert_int_equal(k->methods, 1U << 5); /* washer-disinfection */
}

static void class_refused(const char *text, const char *says)
{
    CT_INI *ini = NULL;
    struct ct_error e = {0};
    struct ct_equip_classes *c = calloc(1, sizeof *c);
    assert_non_null(c);
    assert_int_equal(ct_ini_parse("classes.ini", text, strlen(text), &ini, &e), CT_OK);
    assert_int_equal(ct_equip_classes_parse(NULL, ini, c, &e), CT_ECONFIG);
    if (strstr(e.text, says) == NULL)
        fail_msg("%s: %s", text, e.text);
    free(c);
}

static void test_a_bad_class_file_is_refused_with_its_line(void **state)
{
    (void)state;
    class_refused("[x]\ntitle = X\nmethod = steam boiling\n", "no method of reprocessing");
    class_refused("[monitor]\nmeasures = sbp\n", "title");
    class_refused("[monitor]\ntitle = M\nmeasures = sbp beauty\n", "classes.ini:3");
    class_refused("[monitor]\ntitle = M\ntemplates = nibp-static nibp-statik\n",
                  "no calibrations/nibp-statik.ini");
    class_refused("[monitor]\ntitle = M\ntemplates = ecg ecg\n", "twice");
    class_refused("[monitor]\ntitle = M\ncheck = ../x\n", "no checks/");
    class_refused("[monitor]\ntitle = M\ncolour = red\n", "no such key");
    class_refused("[a.b]\ntitle = M\n", "a-z");
    class_refused("# nothing\n", "no class");
}

static void test_models_are_shared_and_not_written_twice(void **state)
{
    struct ward *w = *state;
    int64_t first = model_of(w, "Monitor", "  Meridian ", "PM-3");
    struct ct_equip_model m = {0}, again = {0};
    ok(ct_model_get(w->sue, first, &m, e));
    assert_string_equal(m.class, "monitor"); /* as the file writes it */
    assert_string_equal(m.maker, "Meridian");
    snprintf(again.class, sizeof again.class, "monitor");
    snprintf(again.maker, sizeof again.maker, "MERIDIAN");
    snprintf(again.name, sizeof again.name, "pm 3");
    refused(ct_model_add(w->tom, &again, e), CT_EEXISTS, "name", "is a model already");
    assert_int_equal(again.first_id, first);
    snprintf(again.class, sizeof again.class, "teapot");
    refused(ct_model_add(w->tom, &again, e), CT_EINVAL, "class", "teapot");
    again.class[0] = '\0';
    refused(ct_model_add(w->tom, &again, e), CT_EINVAL, "class", "missing");
    snprintf(again.class, sizeof again.class, "ecg");
    snprintf(again.device_id, sizeof again.device_id, "5012345678901");
    refused(ct_model_add(w->tom, &again, e), CT_EINVAL, "device_id", "last digit");
    snprintf(again.device_id, sizeof again.device_id, "5012345678900");
    ok(ct_model_add(w->tom, &again, e));
    assert_string_equal(again.device_id, "05012345678900");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_model"), 2);
}

static void test_a_model_changed_is_changed_for_its_devices(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = added(w, "M-1", "Bay 1");
    struct ct_equip_model m = {0}, late;
    ok(ct_model_get(w->tom, a.model_id, &m, e));
    late = m;
    snprintf(m.maker, sizeof m.maker, "Aurora");
    snprintf(m.class, sizeof m.class, "nibp");
    m.risk = CT_RISK_HIGH;
    refused(ct_model_amend(w->tom, &m, " ", e), CT_EINVAL, "reason", "missing");
    ok(ct_model_amend(w->tom, &m, "bought by Aurora", e));
    struct ct_equipment is = got(w, a.id);
    assert_string_equal(is.maker, "Aurora");
    assert_string_equal(is.class, "nibp");
    assert_int_equal(is.risk, CT_RISK_HIGH);
    expect_list(w, &(struct ct_equip_filter){.words = "auro"}, "M-1 ");
    expect_list(w, &(struct ct_equip_filter){.class = "nibp"}, "M-1 ");
    expect_list(w, &(struct ct_equip_filter){.words = "meridian"}, "");
    refused(ct_model_amend(w->sue, &late, "x", e), CT_ECONFLICT, "", "meanwhile");
    refused(ct_model_amend(w->sue, &m, "x", e), CT_EINVAL, "", "nothing is changed");
    expect_entry(&w->c, "equipment.model", CT_ROUTINE, "bought by Aurora");
    consistent(w);
}

/* ---- devices ------------------------------------------------------------------ */

static void test_a_device_is_registered_and_read_back(void **state)
{
    struct ward *w = *state;
    struct ct_equipment e0 = monitor(w, " M-104 ");
    snprintf(e0.serial, sizeof e0.serial, "SN 77");
    snprintf(e0.location, sizeof e0.location, "  Bay   3 ");
    snprintf(e0.note, sizeof e0.note, "cuff sizes S and M only");
    e0.received = ct_date_make(2024, 2, 29);
    e0.warranty = ct_date_make(2031, 2, 28);
    e0.elec_class = CT_ELEC_II;
    e0.elec_own = true;
    ok(ct_equipment_add(w->tom, &e0, NULL, e));
    struct ct_equipment x = got(w, e0.id);
    assert_string_equal(x.asset, "M-104");
    assert_string_equal(x.location, "Bay 3");
    assert_string_equal(x.maker, "Meridian");
    assert_int_equal(x.elec_class, CT_ELEC_II); /* its own */
    assert_int_equal(x.applied, CT_APPLIED_BF); /* the model's */
    assert_true(x.elec_own && !x.applied_own);
    assert_int_equal(x.received, ct_date_make(2024, 2, 29));
    assert_int_equal(x.made, CT_NO_DATE);
    assert_int_equal(x.condition, CT_COND_IN_SERVICE);
    assert_int_equal(x.state, CT_STATE_OK);
    assert_int_equal(x.registered_ms, w->c.now);
    expect_entry(&w->c, "equipment.add", CT_ROUTINE, "M-104 Meridian PM-3, Bay 3");
    consistent(w);
}

static void test_what_cannot_be_registered_is_said_at_its_field(void **state)
{
    struct ward *w = *state;
    struct ct_equipment base = monitor(w, "M-1"), x;
    int64_t devices = app_int(w->tom, "SELECT count(*) FROM equipment");
#define TRY(set, at, says)                                                                 \
    x = base;                                                                              \
    set;                                                                                   \
    refused(ct_equipment_add(w->tom, &x, NULL, e), CT_EINVAL, at, says)
    TRY(x.asset[0] = '\0', "asset", "missing");
    TRY(memcpy(x.asset, "--", 3), "asset", "letter or digit");
    TRY(memcpy(x.asset, "M\xc3\xbc", 4), "asset", "keyboard");
    TRY(memcpy(x.location, "Bay\x1b[2J", 8), "location", "control character");
    TRY(x.model_id = 0, "model_id", "missing");
    TRY(x.model_id = 999, "model_id", "no such model");
    TRY(x.made = -1, "made", "before 1970");
    TRY(x.received = ct_date_at(w->c.now) + 1, "received", "in the future");
    TRY(x.warranty = ct_date_make(2199, 12, 31) + 1, "warranty", "after 2199");
    TRY((x.received = ct_date_make(2020, 1, 2), x.warranty = ct_date_make(2020, 1, 1)),
        "warranty", "before it was received");
    TRY((x.made = ct_date_make(2020, 1, 2), x.received = ct_date_make(2020, 1, 1)), "received",
        "before it was made");
    TRY(x.standard = true, "standard_of", "manometer");
    TRY(memcpy(x.standard_of, "manometer", 10), "standard_of", "only a reference standard");
    TRY(memcpy(x.udi, "(01)05012345678901", 19), "udi", "not a UDI");
#undef TRY
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment"), devices);
    struct ct_app *ada = w->c.app; /* an administrator does not work with devices */
    login_again(&w->c, "ada", ADA_PASSWORD);
    refused(ct_equipment_add(ada, &base, NULL, e), CT_EDENIED, "", "");
}

static void test_a_number_or_a_serial_is_borne_by_one_device(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = monitor(w, "M-1"), b = monitor(w, "m-1");
    snprintf(a.serial, sizeof a.serial, "S1");
    snprintf(a.location, sizeof a.location, "Bay 1");
    ok(ct_equipment_add(w->tom, &a, NULL, e));
    refused(ct_equipment_add(w->tom, &b, NULL, e), CT_EEXISTS, "asset",
            "M-1 Meridian PM-3, Bay 1");
    snprintf(b.asset, sizeof b.asset, "M-2");
    snprintf(b.serial, sizeof b.serial, "s1");
    refused(ct_equipment_add(w->tom, &b, NULL, e), CT_EEXISTS, "serial", "M-1 is a Meridian");
    b.model_id = model_of(w, "ecg", "Meridian", "E-1"); /* another make may count alike */
    ok(ct_equipment_add(w->tom, &b, NULL, e));
    struct ct_equipment imp = monitor(w, "M-3");
    ok(ct_equipment_add(w->tom, &imp, "M-3", e));
    snprintf(imp.asset, sizeof imp.asset, "M-4");
    refused(ct_equipment_add(w->tom, &imp, "M-3", e), CT_EEXISTS, "import_key", "already");
    consistent(w);
}

static void test_a_change_needs_its_reason_and_the_newest_version(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = added(w, "M-1", "Bay 1"), late;
    late = a;
    snprintf(a.location, sizeof a.location, "Bay 2");
    snprintf(a.asset, sizeof a.asset, "M-7");
    refused(ct_equipment_amend(w->tom, &a, "", e), CT_EINVAL, "reason", "missing");
    w->c.now += 1000;
    ok(ct_equipment_amend(w->tom, &a, "moved", e));
    struct ct_equipment is = got(w, a.id);
    assert_string_equal(is.location, "Bay 2");
    assert_string_equal(is.asset, "M-7");
    assert_int_equal(is.changed_ms, w->c.now);
    assert_int_equal(is.registered_ms, w->c.now - 1000);
    expect_entry(&w->c, "equipment.amend", CT_ROUTINE,
                 "number M-7 instead of M-1; location Bay 2 instead of Bay 1, because moved");
    refused(ct_equipment_amend(w->sue, &late, "y", e), CT_ECONFLICT, "", "nothing of yours");
    refused(ct_equipment_amend(w->sue, &is, "y", e), CT_EINVAL, "", "nothing is changed");
    assert_int_equal(app_int(w->tom, "SELECT count(*) FROM equipment_detail"), 2);
    consistent(w);
}

/* ---- found ------------------------------------------------------------------------ */

static void test_found_by_number_without_case_and_by_its_udi(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = monitor(w, "M-104"), x;
    char gs[64];
    snprintf(a.udi, sizeof a.udi, "(01)05012345678900(11)240131(21)SN-9");
    ok(ct_equipment_add(w->tom, &a, NULL, e));
    assert_string_equal(a.serial, "SN-9"); /* the UDI says so */
    assert_int_equal(a.made, ct_date_make(2024, 1, 31));
    ok(ct_equipment_find(w->tom, "m-104", &x, e));
    assert_int_equal(x.id, a.id);
    ok(ct_equipment_find(w->tom, a.udi, &x, e));
    assert_int_equal(x.id, a.id);
    snprintf(gs, sizeof gs, "]d2010501234567890011240131%s", "21SN-9");
    ok(ct_equipment_find(w->tom, gs, &x, e)); /* as a scanner sends it */
    assert_int_equal(x.id, a.id);
    refused(ct_equipment_find(w->tom, "M-105", &x, e), CT_ENOTFOUND, "asset", "M-105");
    struct ct_equipment b = monitor(w, "M-2");
    memcpy(b.udi, a.udi, sizeof b.udi);
    snprintf(b.serial, sizeof b.serial, "SN-8");
    refused(ct_equipment_add(w->tom, &b, NULL, e), CT_EINVAL, "serial", "SN-9");
}

static size_t named(struct ward *w, const char *code, int64_t *ret)
{
    size_t n = 0;
    ok(ct_equipment_named(w->tom, code, ret, 4, &n, e));
    return n;
}

static void test_codes_name_devices(void **state)
{
    struct ward *w = *state;
    int64_t id[4];
    struct ct_equip_model m = {0};
    struct ct_equipment a = added(w, "M-1", ""), g = monitor(w, "4012345AB17"),
                        u = monitor(w, "M-3");
    ok(ct_model_get(w->tom, a.model_id, &m, e));
    snprintf(m.device_id, sizeof m.device_id, "5012345678900");
    ok(ct_model_amend(w->tom, &m, "from its label", e));
    snprintf(g.serial, sizeof g.serial, "7001");
    ok(ct_equipment_add(w->tom, &g, NULL, e)); /* numbered with GIAIs */
    snprintf(u.udi, sizeof u.udi, "(8004)4012345AB18");
    ok(ct_equipment_add(w->tom, &u, NULL, e));
    assert_int_equal(named(w, "m-1", id), 1);
    assert_int_equal(id[0], a.id);
    assert_int_equal(named(w, "(8004)4012345AB17", id), 1);
    assert_int_equal(id[0], g.id);
    assert_int_equal(named(w, "(8004)4012345AB18", id), 1);
    assert_int_equal(id[0], u.id);
    assert_int_equal(named(w, "(01)05012345678900(21)7001", id), 1);
    assert_int_equal(id[0], g.id); /* product of the model, serial of the device */
    assert_int_equal(named(w, "(01)05012345678917(21)7001", id), 0); /* another product */
    assert_int_equal(named(w, "(01)05012345678900", id), 0);
    assert_int_equal(named(w, "", id), 0);
    assert_int_equal(named(w, "M-9", id), 0);
}

static void test_lists_sort_by_value_and_count_what_passes(void **state)
{
    struct ward *w = *state;
    (void)added(w, "M-10", "Bay 1");
    (void)added(w, "M-9", "Bay 2");
    (void)added(w, "m-0011", "Bay 1");
    struct ct_equipment r = monitor(w, "R-1"), *v = NULL;
    r.standard = true;
    snprintf(r.standard_of, sizeof r.standard_of, "manometer");
    ok(ct_equipment_add(w->tom, &r, NULL, e));
    expect_list(w, &(struct ct_equip_filter){.words = ""}, "M-9 M-10 m-0011 R-1 ");
    expect_list(w, &(struct ct_equip_filter){.words = "m 10"}, "M-10 ");
    expect_list(w, &(struct ct_equip_filter){.words = "m10"}, "M-10 ");
    expect_list(w, &(struct ct_equip_filter){.words = "meri bay"}, "M-9 M-10 m-0011 ");
    expect_list(w, &(struct ct_equip_filter){.words = "a b c d e f"}, "");
    expect_list(w, &(struct ct_equip_filter){.words = "10%"}, "M-10 ");
    expect_list(w, &(struct ct_equip_filter){.location = "bay 1"}, "M-10 m-0011 ");
    expect_list(w, &(struct ct_equip_filter){.standards = true}, "R-1 ");
    expect_list(w, &(struct ct_equip_filter){.class = "ecg"}, "");
    expect_list(w, &(struct ct_equip_filter){.states = 1U << CT_STATE_OVERDUE}, "");
    size_t n = 0;
    int64_t total = 0;
    ok(ct_equipment_list(w->tom, &(struct ct_equip_filter){.words = ""}, 1, 2, &v, &n, &total,
                         e));
    assert_int_equal(n, 2);
    assert_int_equal(total, 4);
    assert_string_equal(v[0].asset, "M-10");
    free(v);
    ok(ct_equipment_list(w->tom, &(struct ct_equip_filter){.words = ""}, 9, 2, &v, &n, &total,
                         e));
    assert_int_equal(n, 0);
    assert_int_equal(total, 4); /* past the end they are counted all the same */
    assert_null(v);
}

static void test_texts_in_use_are_offered_once(void **state)
{
    struct ward *w = *state;
    CT_BUF b = {.max = 4096};
    struct ct_equipment x = added(w, "M-1", "Bay 2");
    (void)added(w, "M-2", "Bay 1");
    (void)added(w, "M-3", "Bay 2");
    ok(ct_equipment_in_use(w->tom, CT_IN_USE_LOCATION, &b, e));
    assert_int_equal(b.len, 13);
    assert_memory_equal(b.data, "Bay 1\0Bay 2\0\0", 13);
    snprintf(x.location, sizeof x.location, "Bay 9");
    ok(ct_equipment_amend(w->tom, &x, "moved", e));
    ct_buf_clear(&b);
    ok(ct_equipment_in_use(w->tom, CT_IN_USE_LOCATION, &b, e));
    assert_memory_equal(b.data, "Bay 1\0Bay 2\0Bay 9\0\0", 19);
}

/* ---- condition -------------------------------------------------------------------- */

struct setting {
    int64_t id;
    enum ct_equip_condition to;
    size_t rows;
};

static enum ct_status set_write(struct ct_app *app, struct ct_db *db, void *arg,
                                struct ct_entry *entry, struct ct_error *reterr)
{
    struct setting *s = arg;
    enum ct_status rc = ct_equipment_condition_in(app, db, s->id, s->to, ct_app_now(app),
                                                  "for the test", entry, reterr);
    s->rows = entry->n_rows;
    return rc;
}

static enum ct_status set(struct ward *w, int64_t id, enum ct_equip_condition to, size_t *rows,
                          struct ct_error *reterr)
{
    struct setting s = {.id = id, .to = to};
    struct ct_change change = {.verb = CT_VERB_FAULT_STEP,
                               .write = set_write,
                               .arg = &s,
                               .entry = {.patient_id = CT_UNSET, .done_ms = CT_UNSET}};
    enum ct_status rc = ct_record(w->tom, &change, NULL, reterr);
    *rows = s.rows;
    return rc;
}

static void test_a_condition_is_one_event_and_shown(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = added(w, "M-1", "Bay 1");
    (void)added(w, "M-2", "Bay 1");
    size_t rows;
    w->c.now += 60000;
    ok(set(w, a.id, CT_COND_QUARANTINED, &rows, e));
    assert_int_equal(rows, 1);
    ok(set(w, a.id, CT_COND_QUARANTINED, &rows, e));
    assert_int_equal(rows, 0); /* the same again writes nothing */
    a = got(w, a.id);
    assert_int_equal(a.state, CT_STATE_QUARANTINED);
    assert_int_equal(a.condition_ms, w->c.now);
    expect_list(w, &(struct ct_equip_filter){.states = 1U << CT_STATE_QUARANTINED}, "M-1 ");
    expect_list(w, &(struct ct_equip_filter){.words = "bay"}, "M-1 M-2 ");
    for (int c = CT_COND_IN_SERVICE; c < CT_CONDITIONS - 1; c++) {
        static const enum ct_equip_state WANT[] = {CT_STATE_OK, CT_STATE_FAULTY,
                                                   CT_STATE_QUARANTINED, CT_STATE_REPAIR,
                                                   CT_STATE_TESTING};
        ok(set(w, a.id, (enum ct_equip_condition)c, &rows, e));
        assert_int_equal(got(w, a.id).state, WANT[c]);
    }
    consistent(w);
}

static void test_retired_is_for_good_and_out_of_the_lists(void **state)
{
    struct ward *w = *state;
    struct ct_equipment a = added(w, "M-1", "Bay 1");
    size_t rows;
    refused(ct_equipment_retire(w->tom, a.id, "worn out", e), CT_EDENIED, "", "");
    refused(ct_equipment_retire(w->sue, a.id, "", e), CT_EINVAL, "reason", "missing");
    ok(ct_equipment_retire(w->sue, a.id, "worn out", e));
    expect_entry(&w->c, "equipment.retire", CT_NOTABLE, "M-1 Meridian PM-3, Bay 1: worn out");
    refused(ct_equipment_retire(w->sue, a.id, "again", e), CT_EINVAL, "", "retired already");
    refused(set(w, a.id, CT_COND_IN_SERVICE, &rows, e), CT_EINVAL, "", "for good");
    assert_int_equal(got(w, a.id).state, CT_STATE_RETIRED);
    expect_list(w, &(struct ct_equip_filter){.words = ""}, "");
    expect_list(w, &(struct ct_equip_filter){.states = 1U << CT_STATE_RETIRED}, "M-1 ");
    struct ct_equipment again = monitor(w, "M-1");
    refused(ct_equipment_add(w->tom, &again, NULL, e), CT_EEXISTS, "asset", "(retired)");
    refused(ct_equipment_retire(w->sue, 999, "x", e), CT_ENOTFOUND, "", "no device");
    consistent(w);
}


int main(void)
{
    const struct CMUnitTest tests[] = {
#define WARD(f) cmocka_unit_test_setup_teardown(f, ward_setup, ward_teardown)
        WARD(test_shipped_classes_load_and_name_what_is_measured),
        cmocka_unit_test(test_a_bad_class_file_is_refused_with_its_line),
        WARD(test_models_are_shared_and_not_written_twice),
        WARD(test_a_model_changed_is_changed_for_its_devices),
        WARD(test_a_device_is_registered_and_read_back),
        WARD(test_what_cannot_be_registered_is_said_at_its_field),
        WARD(test_a_number_or_a_serial_is_borne_by_one_device),
        WARD(test_a_change_needs_its_reason_and_the_newest_version),
        WARD(test_found_by_number_without_case_and_by_its_udi),
        WARD(test_codes_name_devices),
        WARD(test_lists_sort_by_value_and_count_what_passes),
        WARD(test_texts_in_use_are_offered_once),
        WARD(test_a_condition_is_one_event_and_shown),
        WARD(test_retired_is_for_good_and_out_of_the_lists),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
