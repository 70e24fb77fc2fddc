/* Somebody changes the files behind the program's back, with what he has seen of them
 * before: an older page, an older log, a log cut short, parts of one log in another,
 * everything as it was. Each row of the table "What notices what" in docs/format.md that
 * no other test proves is proved here, and so is what nothing notices.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "record/draft.h"
#include "tests/support/store_kit.h"
#include "tests/support/steps.h"
#include "tests/support/ward.h"

enum { PAGE = 4096, LOG_HEADER = 32, FRAME_HEADER = 24, FRAME = FRAME_HEADER + PAGE };
enum { STORE, LOG, RING, WITNESS, FILES };

static const char *const NAME[FILES] = {CT_STORE_FILE, CT_STORE_FILE "-wal", "keyring",
                                        "witness"};

/* ---- the files as they were -------------------------------------------- */

struct moment {
    char *p[FILES];
    size_t n[FILES];
};

static void keep(const struct ward *w, struct moment *m)
{
    char path[128];
    for (int i = 0; i < FILES; i++) {
        clinic_path(&w->c, NAME[i], path);
        m->p[i] = access(path, F_OK) == 0 ? file_read(path, &m->n[i]) : calloc(1, 1);
    }
}

static void forget(struct moment *m)
{
    for (int i = 0; i < FILES; i++)
        free(m->p[i]);
}

/* One file with these bytes. */
static void put(const struct ward *w, int file, const void *p, size_t n)
{
    char path[128];
    clinic_path(&w->c, NAME[file], path);
    file_write(path, p, n);
}

/* Nobody is in. The log's index goes with it: it is of another moment. */
static void put_back(const struct ward *w, const struct moment *m)
{
    char path[128];
    for (int i = 0; i < FILES; i++)
        put(w, i, m->p[i], m->n[i]);
    clinic_path(&w->c, CT_STORE_FILE "-shm", path);
    (void)unlink(path);
}

/* Everybody leaves without a word, as a power cut has it. */
static void all_out(struct ward *w)
{
    ct_app_freep(&w->tom);
    ct_app_freep(&w->sue);
    ct_app_freep(&w->c.app);
}

static void tom_in(struct ward *w)
{
    w->tom = clinic_app(&w->c);
    ok(recorded_login(w->tom, "tom", TOM_PASSWORD, e));
}

static void empty_log(struct ward *w)
{
    struct ct_app *app = clinic_app(&w->c);
    ok(recorded_login(app, "sue", SUE_PASSWORD, e));
    ok(ct_db_checkpoint(ct_app_db(app), e));
    ct_app_free(app);
}

/* ---- what notices it --------------------------------------------------- */

enum verdict { REFUSED, WARNED, FOUND, UNNOTICED };

/* sue logs in and verifies. ask: while she is in, and nothing was noticed. */
static enum verdict look(struct ward *w, void (*ask)(struct ct_app *app, void *arg), void *arg)
{
    struct ct_error err = {0};
    struct ct_app *app = clinic_app(&w->c);
    struct ct_verify_report r = {0};
    int64_t bad_keys = 0;
    enum verdict v = UNNOTICED;
    enum ct_status s = recorded_login(app, "sue", SUE_PASSWORD, &err);
    if (s != CT_OK) {
        if ((s != CT_EDAMAGED && s != CT_EFOREIGN) || err.text[0] == '\0')
            fail_msg("login: %s: %s", ct_status_name(s), err.text);
        v = REFUSED;
    } else if (ct_app_warning(app)[0] != '\0') {
        v = WARNED;
    } else {
        s = ct_verify(app, NULL, NULL, &r, &err);
        if (s == CT_OK && r.problems == 0)
            s = ct_patient_keys_check(app, &bad_keys, &err);
        if (s != CT_OK && s != CT_EDAMAGED)
            fail_msg("verify: %s: %s", ct_status_name(s), err.text);
        if (s != CT_OK || r.problems > 0 || bad_keys > 0)
            v = FOUND;
    }
    if (v == UNNOTICED && ask != NULL)
        ask(app, arg);
    ct_app_free(app);
    return v;
}

/* ---- an older page ----------------------------------------------------- */

struct records {
    int64_t patients, versions, alerts, sets, entries;
    char link[80]; /* of the last entry */
};

static void count(struct ct_app *app, struct records *r)
{
    char sql[120];
    r->patients = app_int(app, "SELECT count(*) FROM patient");
    r->versions = app_int(app, "SELECT count(*) FROM patient_version");
    r->alerts = app_int(app, "SELECT count(*) FROM patient_alert");
    r->sets = app_int(app, "SELECT count(*) FROM vitals");
    snprintf(sql, sizeof sql, "SELECT hex(link) FROM audit WHERE seq = %lld",
             (long long)r->entries);
    app_text(app, sql, r->link, sizeof r->link);
}

/* What was not noticed has changed no record. */
static void same_records(struct ct_app *app, void *arg)
{
    const struct records *want = arg;
    struct records have = {.entries = want->entries};
    count(app, &have);
    assert_int_equal(have.patients, want->patients);
    assert_int_equal(have.versions, want->versions);
    assert_int_equal(have.alerts, want->alerts);
    assert_int_equal(have.sets, want->sets);
    assert_string_equal(have.link, want->link);
}

static void draft(struct ward *w, const char *text)
{
    struct ct_draft d = {.kind = "vitals", .patient_id = CT_UNSET};
    assert_true(ct_draft_put(&d, "note", text));
    ok(ct_draft_keep(w->tom, &d, e));
    ct_draft_done(&d);
}

static void fill(struct ward *w, char first, int patients)
{
    char family[32];
    for (int i = 0; i < patients; i++) {
        snprintf(family, sizeof family, "Replayed%c", first + i);
        int64_t id = ward_patient(w, family, "Invented", "", "1961-03-14");
        for (int k = 0; k < 5; k++)
            ward_record(w, id, "120/80 72 16 98 36.6 A air", w->c.now - k * CT_HOUR_MS);
        ward_alert(w, id, CT_ALERT_ALLERGY);
    }
}

/* Each page in turn as it was an hour ago: it opens, for it was sealed for that place
 * with that key. Either something does not fit, or no record is touched. */
static void test_an_older_page_put_back(void **state)
{
    struct ward *w = *state;
    struct moment old = {0}, new = {0};
    struct records records = {0};
    size_t n[UNNOTICED + 1] = {0}, tried = 0;
    fill(w, 'A', 4);
    draft(w, "the first thought");
    ok(ct_db_checkpoint(ct_app_db(w->sue), e));
    keep(w, &old);
    fill(w, 'K', 4);
    draft(w, "a second thought");
    records.entries = chain_end(w->tom);
    ct_logout(w->tom);
    count(w->sue, &records);
    ok(ct_db_checkpoint(ct_app_db(w->sue), e));
    all_out(w);
    keep(w, &new);
    for (size_t at = 0; at + PAGE <= old.n[STORE]; at += PAGE) {
        if (memcmp(old.p[STORE] + at, new.p[STORE] + at, PAGE) == 0)
            continue;
        char now[PAGE];
        memcpy(now, new.p[STORE] + at, PAGE);
        memcpy(new.p[STORE] + at, old.p[STORE] + at, PAGE);
        put_back(w, &new);
        n[look(w, same_records, &records)]++;
        memcpy(new.p[STORE] + at, now, PAGE);
        tried++;
    }
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%zu older pages: %zu refused, %zu warned, %zu found, %zu unnoticed\n",
                tried, n[REFUSED], n[WARNED], n[FOUND], n[UNNOTICED]);
    assert_true(tried > 8);
    assert_true(n[FOUND] > 0);
    assert_true(n[UNNOTICED] > 0); /* the draft: docs/format.md says so plainly */
    assert_true(n[UNNOTICED] * 3 < tried);
    put_back(w, &new);
    assert_int_equal(look(w, same_records, &records), UNNOTICED); /* nothing was done */
    forget(&old);
    forget(&new);
}

/* ---- the log ----------------------------------------------------------- */

/* Frame i of a log ends a commit. */
static bool ends_commit(const struct moment *m, size_t i)
{
    static const char NONE[4] = {0};
    return memcmp(m->p[LOG] + LOG_HEADER + i * FRAME + 4, NONE, 4) != 0;
}

static size_t frames_of(const struct moment *m)
{
    return m->n[LOG] < LOG_HEADER ? 0 : (m->n[LOG] - LOG_HEADER) / FRAME;
}

static void count_sets(struct ct_app *app, void *arg)
{
    *(int64_t *)arg = app_int(app, "SELECT count(*) FROM vitals");
}

/* Of pulses that differ: one set twice is refused. */
static void five_sets(struct ward *w, int pulse)
{
    int64_t id = app_int(w->tom, "SELECT max(id) FROM patient");
    char line[64];
    for (int k = 0; k < 5; k++) {
        snprintf(line, sizeof line, "118/79 %d 15 97 36.5 A air", pulse + k);
        ward_record(w, id, line, w->c.now - CT_HOUR_MS / 2);
    }
}

/* A log of its own: tom comes, records five sets, and may leave. */
static void a_log(struct ward *w, bool leaves, struct moment *ret)
{
    fill(w, 'A', 1);
    all_out(w);
    empty_log(w);
    tom_in(w);
    five_sets(w, 60);
    if (leaves)
        ct_logout(w->tom);
    keep(w, ret);
    all_out(w);
}

/* Cut off anywhere, the log looks like one that a power cut ended. What the witness saw
 * is missed; what was recorded since is not. */
static void test_the_log_cut(void **state)
{
    struct ward *w = *state;
    struct moment m = {0};
    a_log(w, false, &m); /* the witness saw the login, and nothing after it */
    size_t frames = frames_of(&m), whole = m.n[LOG], login = 0, lost = 0;
    while (!ends_commit(&m, login))
        login++;
    login++; /* frames of the first commit */
    assert_true(frames > login + 4);
    for (size_t k = 0; k <= frames; k++) {
        int64_t sets = 0;
        m.n[LOG] = k == 0 ? 0 : LOG_HEADER + k * FRAME - (k < frames ? 7 : 0);
        put_back(w, &m);
        enum verdict v = look(w, count_sets, &sets);
        /* cut seven bytes into the last frame: it is gone as well */
        if ((k <= login) != (v == WARNED) || (k > login && v != UNNOTICED))
            fail_msg("cut to %zu of %zu frames: verdict %d", k, frames, (int)v);
        if (v == UNNOTICED) {
            assert_true(sets >= 5 && sets <= 10);
            lost += sets < 10;
        }
    }
    assert_true(lost > 0); /* docs/format.md: cut without a trace */
    m.n[LOG] = whole;
    forget(&m);
}

/* After a logout nothing can be cut off in silence. */
static void test_the_log_cut_after_a_logout(void **state)
{
    struct ward *w = *state;
    struct moment m = {0};
    a_log(w, true, &m);
    size_t frames = frames_of(&m);
    for (size_t k = 0; k < frames; k++) {
        m.n[LOG] = LOG_HEADER + k * FRAME;
        put_back(w, &m);
        assert_int_equal(look(w, NULL, NULL), WARNED);
    }
    forget(&m);
}

/* The log of before, whole and right in itself, over a store that has gone on. */
static void test_an_older_log_put_back(void **state)
{
    struct ward *w = *state;
    struct moment before = {0}, now = {0};
    a_log(w, true, &before);
    empty_log(w);
    tom_in(w);
    fill(w, 'K', 2);
    ct_logout(w->tom);
    all_out(w);
    empty_log(w);
    keep(w, &now);
    put_back(w, &now);
    assert_int_equal(look(w, NULL, NULL), UNNOTICED);
    put_back(w, &now);
    put(w, LOG, before.p[LOG], before.n[LOG]);
    assert_true(look(w, NULL, NULL) != UNNOTICED);
    forget(&before);
    forget(&now);
}

/* Frames of an older log in the present one, each at the place it had there, as they
 * are and with the salts made to fit: the log ends before the first of them. */
static void test_frames_of_another_log(void **state)
{
    struct ward *w = *state;
    struct moment older = {0}, m = {0};
    a_log(w, true, &older);
    empty_log(w);
    tom_in(w);
    int64_t sets, before = app_int(w->tom, "SELECT count(*) FROM vitals");
    five_sets(w, 80);
    keep(w, &m); /* still in: the witness saw the login */
    all_out(w);
    size_t frames = frames_of(&m), login = 0;
    while (!ends_commit(&m, login))
        login++;
    assert_true(frames_of(&older) >= frames && frames > login + 3);
    for (int salts = 0; salts < 2; salts++) {
        for (size_t i = login + 1; i < frames; i++) {
            char frame[FRAME], *at = m.p[LOG] + LOG_HEADER + i * FRAME;
            int64_t whole = before;
            for (size_t k = login + 1; k < i; k++)
                whole += ends_commit(&m, k);
            memcpy(frame, at, FRAME);
            memcpy(at, older.p[LOG] + LOG_HEADER + i * FRAME, FRAME);
            if (salts == 1)
                memcpy(at + 8, m.p[LOG] + 16, 8);
            put_back(w, &m);
            assert_int_equal(look(w, count_sets, &sets), UNNOTICED);
            assert_int_equal(sets, whole); /* the commits before, and no other */
            memcpy(at, frame, FRAME);
        }
    }
    forget(&older);
    forget(&m);
}

/* ---- everything -------------------------------------------------------- */

/* Store, log, keyring and witness as they were: a whole older clinic. Nothing in the
 * folder can tell; the witness that was left as it is does. */
static void test_everything_put_back(void **state)
{
    struct ward *w = *state;
    struct moment old = {0}, new = {0};
    int64_t sets = -1;
    fill(w, 'A', 1);
    ct_logout(w->tom);
    all_out(w);
    keep(w, &old);
    tom_in(w);
    fill(w, 'K', 1);
    ct_logout(w->tom);
    all_out(w);
    keep(w, &new);
    put_back(w, &old);
    assert_int_equal(look(w, count_sets, &sets), UNNOTICED);
    assert_int_equal(sets, 5);
    put_back(w, &old);
    put(w, WITNESS, new.p[WITNESS], new.n[WITNESS]);
    assert_int_equal(look(w, NULL, NULL), WARNED);
    forget(&old);
    forget(&new);
}

#define T(name) cmocka_unit_test_setup_teardown(name, ward_setup, ward_teardown)

int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_an_older_page_put_back),     T(test_the_log_cut),
        T(test_the_log_cut_after_a_logout), T(test_an_older_log_put_back),
        T(test_frames_of_another_log),      T(test_everything_put_back),
    };
    kit_schema(10); /* to patients, vitals and who may read them */
    return cmocka_run_group_tests_name("tamper", tests, NULL, NULL);
}
