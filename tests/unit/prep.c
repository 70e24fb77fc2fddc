/* Checklists in the store: kept under the words they were begun under, every answer an
 * entry, the former readable; stops, overrides, second persons, ends. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "clinic/prep_gate.h"
#include "clinic/prep.h"
#include "tests/support/demo_checklist.h"
#include "tests/support/ward.h"

#define MIN(n) ((n) * (int64_t)CT_MINUTE_MS)
#define NUMBER "9434765919"

/* ---- a ward with a site folder of its own ------------------------------------ */

struct fixture {
    struct ward w;
    char site[96];
    int64_t patient;
};

static void template_write(const struct fixture *f, const char *id, const char *text)
{
    char path[160];
    snprintf(path, sizeof path, "%s/checklists/%s.ini", f->site, id);
    file_write(path, text, strlen(text));
}

static struct ct_app *entered(struct fixture *f, const char *login, const char *password)
{
    struct ct_app *app = clinic_app(&f->w.c);
    ok(recorded_login(app, login, password, e));
    return app;
}

static int begin(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    char path[128];
    assert_non_null(f);
    ward_begin(&f->w);
    ct_app_freep(&f->w.tom);
    ct_app_freep(&f->w.sue);
    snprintf(f->site, sizeof f->site, "%s/site", f->w.c.top);
    snprintf(path, sizeof path, "%s/checklists", f->site);
    assert_int_equal(mkdir(f->site, 0700), 0);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(f->w.c.config.data_dir, sizeof f->w.c.config.data_dir, "%s", f->site);
    template_write(f, "demo", DEMO_CHECKLIST);
    f->w.tom = entered(f, "tom", TOM_PASSWORD);
    f->w.sue = entered(f, "sue", SUE_PASSWORD);
    f->patient = ward_patient(&f->w, "Checked", "Amara", NUMBER, "1961-03-14");
    *state = f;
    return 0;
}

static int end(void **state)
{
    struct fixture *f = *state;
    char path[160];
    snprintf(path, sizeof path, "%s/checklists/demo.ini", f->site);
    remove(path);
    snprintf(path, sizeof path, "%s/checklists", f->site);
    remove(path);
    remove(f->site);
    ward_end(&f->w);
    free(f);
    return 0;
}

static struct ct_prep_sheet *opened(struct ct_app *app, int64_t id)
{
    struct ct_prep_sheet *s = NULL;
    ok(ct_prep_load(app, id, &s, e));
    return s;
}

static struct ct_prep_sheet *started(struct fixture *f, const char *id)
{
    int64_t prep;
    ok(ct_prep_start(f->w.tom, f->patient, 0, id, &prep, e));
    return opened(f->w.tom, prep);
}

static size_t at(const struct ct_prep_sheet *s, const char *id)
{
    size_t i = ct_checklist_find(s->t, id);
    if (i == CT_CHECK_NONE)
        fail_msg("no item %s", id);
    return i;
}

static enum ct_status typed(struct ct_app *app, struct ct_prep_sheet *s, const char *id,
                            const char *text, struct ct_error *reterr)
{
    size_t i = at(s, id);
    struct ct_check_answer a = s->answer[i];
    if (s->t->item[i].kind == CT_CHECK_YES_NO && (text[0] == 'y' || strcmp(text, "no") == 0))
        text = text[0] == 'y' ? "Y" : "N";
    enum ct_verdict v = ct_check_read(&s->t->item[i], text, ct_app_now(app), &a, reterr);
    if (v != CT_V_OK && v != CT_V_UNUSUAL)
        return CT_EINVAL;
    a.comment[0] = '\0';
    return ct_prep_answer(app, s, i, &a, reterr);
}

#define answer(app, s, id, text) ok(typed(app, s, id, text, e))

static const char *shown(const struct ct_prep_sheet *s, const char *id)
{
    static char out[300];
    size_t i = at(s, id);
    ct_check_answer_text(&s->t->item[i], &s->answer[i], &s->at, out, sizeof out);
    return out;
}

/* ---- answers ------------------------------------------------------------------ */

static void test_nothing_is_answered_beforehand(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    for (size_t i = 0; i < s->t->n_items; i++) {
        assert_int_equal(s->answer[i].given, CT_CHECK_NOT_ASKED);
        assert_int_equal(s->mark[i].answer_id, 0);
    }
    assert_int_equal(s->prep.answered, 0);
    assert_true(s->prep.wants > 0);
    assert_int_equal(s->prep.patient_id, f->patient);
    assert_string_equal(s->prep.title, "Demo list");
    expect_entry(&f->w.c, "prep.start", CT_ROUTINE, "Demo list, version 7");
    int64_t again;
    refused(ct_prep_start(f->w.sue, f->patient, 0, "demo", &again, e), CT_ECONFLICT, "",
            "open already");
    assert_int_equal(again, s->prep.id);
    refused(ct_prep_start(f->w.tom, f->patient, 0, "nowhere", &again, e), CT_ENOTFOUND,
            "checklist", "nowhere");
    refused(ct_prep_start(f->w.tom, 9999, 0, "demo", &again, e), CT_ENOTFOUND, "",
            "no patient");
    refused(ct_prep_start(f->w.c.app, f->patient, 0, "x-ray", &again, e), CT_EDENIED, "",
            "prep.write");
}

static void test_one_answer_is_one_entry(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    int64_t before = chain_end(f->w.c.app);
    f->w.c.now += MIN(3);
    answer(f->w.tom, s, "marked", "yes");
    assert_int_equal(chain_end(f->w.c.app), before + 1);
    size_t i = at(s, "marked");
    assert_int_equal(s->answer[i].at_ms, f->w.c.now);
    assert_string_equal(s->mark[i].by, "Tom Demo-Vale");
    expect_entry(&f->w.c, "prep.answer", CT_ROUTINE, "Site marked?: yes");
    answer(f->w.tom, s, "marked", "yes"); /* it stands already */
    assert_int_equal(chain_end(f->w.c.app), before + 1);

    /* n/a, no, and not asked are three */
    answer(f->w.tom, s, "marked", "n/a");
    assert_string_equal(shown(s, "marked"), "n/a");
    assert_int_equal(s->answer[i].given, CT_CHECK_NOT_APPLICABLE);
    answer(f->w.tom, s, "marked", "no");
    assert_string_equal(shown(s, "marked"), "no");
    assert_true(s->state[i].comment_missing);
    answer(f->w.tom, s, "marked", "");
    assert_string_equal(shown(s, "marked"), "not asked");
    assert_true(s->state[i].missing);
    answer(f->w.tom, s, "weight", "72.5");
    assert_string_equal(shown(s, "weight"), "72.5 kg");
}

static void test_a_changed_answer_keeps_the_former(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t i = at(s, "marked");
    answer(f->w.tom, s, "marked", "no");
    ok(ct_prep_comment(f->w.tom, s, i, "  the patient is asleep ", e));
    assert_string_equal(s->answer[i].comment, "the patient is asleep");
    assert_false(s->state[i].comment_missing);
    f->w.c.now += MIN(5);
    CT_PREP_SHEET *other = opened(f->w.sue, s->prep.id);
    answer(f->w.sue, other, "marked", "yes");
    assert_string_equal(other->answer[i].comment, ""); /* it was about the other answer */
    assert_int_equal(other->mark[i].answers, 2);
    expect_entry(&f->w.c, "prep.answer", CT_NOTABLE, "yes (was no, Tom Demo-Vale)");

    struct ct_prep_entry *h;
    size_t n;
    ok(ct_prep_history(f->w.tom, s, i, &h, &n, e));
    assert_int_equal(n, 3);
    assert_string_equal(h[0].text, "no");
    assert_string_equal(h[0].by, "Tom Demo-Vale");
    assert_int_equal(h[1].kind, CT_PREP_COMMENT);
    assert_string_equal(h[1].text, "the patient is asleep");
    assert_string_equal(h[2].text, "yes");
    assert_string_equal(h[2].by, "Sue Demo-Okoro");
    free(h);

    /* who has not seen it is told, and overwrites nothing */
    refused(typed(f->w.tom, s, "marked", "n/a", e), CT_ECONFLICT, "marked",
            "Sue Demo-Okoro answered this meanwhile (yes");
    assert_string_equal(shown(s, "marked"), "yes"); /* the sheet is as the store is */
    assert_int_equal(app_int(f->w.tom, "SELECT count(*) FROM prep_answer"), 2);
}

static void test_what_is_no_answer(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    int64_t before = chain_end(f->w.c.app);
    refused(typed(f->w.tom, s, "weight", "0.1", e), CT_EINVAL, "weight", "400");
    refused(typed(f->w.tom, s, "identity", "n/a", e), CT_EINVAL, "identity", "not applicable");
    struct ct_check_answer a = {.given = CT_CHECK_GIVEN, .n = 7};
    refused(ct_prep_answer(f->w.tom, s, at(s, "identity"), &a, e), CT_EINVAL, "identity",
            "not an answer");
    a = (struct ct_check_answer){.given = CT_CHECK_NOT_APPLICABLE};
    refused(ct_prep_answer(f->w.tom, s, at(s, "identity"), &a, e), CT_EINVAL, "identity",
            "not an answer");
    a = (struct ct_check_answer){.given = CT_CHECK_GIVEN};
    snprintf(a.text, sizeof a.text, "\x1b[2J");
    refused(ct_prep_answer(f->w.tom, s, at(s, "which"), &a, e), CT_EINVAL, "which", "control");
    refused(typed(f->w.tom, s, "which", "latex", e), CT_EINVAL, "which", "not asked");
    refused(ct_prep_answer(f->w.tom, s, 9999, &a, e), CT_EINVAL, "", "no such item");
    refused(ct_prep_timer(f->w.tom, s, at(s, "weight"), e), CT_EINVAL, "", "no timer");
    refused(ct_prep_comment(f->w.tom, s, at(s, "weight"), "heavy", e), CT_EINVAL, "weight",
            "answer it first");
    refused(ct_prep_comment(f->w.tom, s, at(s, "weight"), "  ", e), CT_EINVAL, "weight",
            "missing");
    char much[CT_CHECK_COMMENT_MAX + 2];
    memset(much, 'x', sizeof much - 1);
    much[sizeof much - 1] = '\0';
    refused(ct_prep_comment(f->w.tom, s, at(s, "weight"), much, e), CT_EINVAL, "weight",
            "at most");
    assert_int_equal(chain_end(f->w.c.app), before);
    assert_int_equal(app_int(f->w.tom, "SELECT count(*) FROM prep_answer"), 0);
    CT_PREP_SHEET *none = NULL;
    refused(ct_prep_load(f->w.tom, 77, &none, e), CT_ENOTFOUND, "", "C-77");
    assert_null(none);
    refused(ct_prep_load(f->w.c.app, s->prep.id, &none, e), CT_EDENIED, "", "prep.read");
    assert_null(none);
}

static void test_conditions(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    answer(f->w.tom, s, "allergy", "Y");
    answer(f->w.tom, s, "which", "latex");
    assert_true(s->state[at(s, "allergy")].note);
    answer(f->w.tom, s, "allergy", "N");
    assert_false(s->state[at(s, "which")].shown); /* kept, and does not count */
    assert_string_equal(s->answer[at(s, "which")].text, "latex");
}

/* ---- the words it was begun under ------------------------------------------------ */

static void text_changed(char *out, size_t size)
{
    const char *from = strstr(DEMO_CHECKLIST, "Identity checked?");
    size_t head = (size_t)(from - DEMO_CHECKLIST);
    snprintf(out, size, "%.*sWho is this?%s", (int)head, DEMO_CHECKLIST,
             from + strlen("Identity checked?"));
}

static void test_template_edited_between_two_patients(void **state)
{
    struct fixture *f = *state;
    static char edited[8192];
    CT_PREP_SHEET *first = started(f, "demo");
    answer(f->w.tom, first, "identity", "yes");
    int64_t second_patient = ward_patient(&f->w, "Second", "", "", "1970-01-01"), id;
    text_changed(edited, sizeof edited);
    template_write(f, "demo", edited);

    ok(ct_prep_start(f->w.tom, second_patient, 0, "demo", &id, e));
    CT_PREP_SHEET *second = opened(f->w.tom, id);
    assert_string_equal(second->t->item[0].text, "Who is this?");
    CT_PREP_SHEET *again = opened(f->w.sue, first->prep.id);
    assert_string_equal(again->t->item[0].text, "Identity checked?");
    answer(f->w.sue, again, "marked", "yes"); /* and it goes on under its words */
    assert_string_equal(again->t->item[0].text, "Identity checked?");
    assert_int_equal(app_int(f->w.tom, "SELECT count(*) FROM prep_text"), 2);

    /* a third patient under the same words: kept once */
    int64_t third = ward_patient(&f->w, "Third", "", "", "1971-01-01");
    ok(ct_prep_start(f->w.tom, third, 0, "demo", &id, e));
    assert_int_equal(app_int(f->w.tom, "SELECT count(*) FROM prep_text"), 2);

    /* one that cannot be read any more harms nothing that was begun */
    template_write(f, "demo", "[checklist]\nid = demo\n");
    int64_t none;
    refused(ct_prep_start(f->w.tom, f->patient, 0, "demo", &none, e), CT_ECONFIG, "version",
            "demo.ini");
    CT_PREP_SHEET *still = opened(f->w.tom, first->prep.id);
    assert_string_equal(shown(still, "identity"), "yes");
}

/* ---- timers --------------------------------------------------------------------- */

static void test_timers_run_on(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t t = at(s, "contact");
    answer(f->w.tom, s, "label", "0:30");
    int64_t before = chain_end(f->w.c.app);
    ok(ct_prep_timer(f->w.tom, s, t, e));
    assert_int_equal(chain_end(f->w.c.app), before + 1);
    f->w.c.now += 20 * 1000;
    /* whoever opens it now, after a hang-up or elsewhere, sees it run */
    CT_PREP_SHEET *other = opened(f->w.sue, s->prep.id);
    assert_string_equal(shown(other, "contact"), "0:20, still running");
    assert_true(other->state[t].missing);
    ok(ct_prep_timer(f->w.sue, other, t, e));
    assert_string_equal(shown(other, "contact"), "0:20");
    assert_true(other->state[t].stop); /* the label says 0:30 */
    expect_entry(&f->w.c, "prep.answer", CT_NOTABLE, "Contact: 0:20; stops");
    f->w.c.now += 60 * 1000;
    ok(ct_prep_timer(f->w.sue, other, t, e));
    f->w.c.now += 31 * 1000;
    ok(ct_prep_timer(f->w.sue, other, t, e));
    assert_false(other->state[t].stop);
    struct ct_prep_entry *h;
    size_t n;
    ok(ct_prep_history(f->w.tom, other, t, &h, &n, e));
    assert_int_equal(n, 4);
    assert_string_equal(h[0].text, "started");
    assert_string_equal(h[1].text, "0:20");
    assert_string_equal(h[3].text, "0:31");
    free(h);
}

/* ---- codes ----------------------------------------------------------------------- */

static void test_wristband(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t b = at(s, "band");
    ok(ct_prep_scan(f->w.tom, s, b, "943 476 5919", false, e));
    assert_int_equal(s->state[b].value, CT_CHECK_MATCH);
    ok(ct_prep_scan(f->w.tom, s, b, "9434765870", false, e));
    assert_int_equal(s->state[b].value, CT_CHECK_MISMATCH);
    assert_true(s->state[b].stop);
    ok(ct_prep_scan(f->w.tom, s, b, "9434765870", true, e)); /* typed, and another's */
    assert_int_equal(s->state[b].value, CT_CHECK_MISMATCH);
    ok(ct_prep_scan(f->w.tom, s, b, "943-476-5919", true, e));
    assert_int_equal(s->state[b].value, CT_CHECK_BY_EYE);
    assert_true(s->state[b].comment_missing);
    refused(ct_prep_scan(f->w.tom, s, b, "", false, e), CT_EINVAL, "band", "sent nothing");
    refused(ct_prep_scan(f->w.tom, s, at(s, "weight"), "1", false, e), CT_EINVAL, "", "code");

    int64_t nameless = ward_patient(&f->w, "Unnumbered", "", "", ""), id;
    ok(ct_prep_start(f->w.tom, nameless, 0, "demo", &id, e));
    CT_PREP_SHEET *u = opened(f->w.tom, id);
    refused(ct_prep_scan(f->w.tom, u, b, "9434765919", false, e), CT_EINVAL, "band",
            "no number");
    ok(ct_prep_scan(f->w.tom, u, b, "UNNUMBERED", true, e));
    assert_int_equal(u->state[b].value, CT_CHECK_BY_EYE);
}

/* ---- stops, supervisors, second persons -------------------------------------------- */

static void test_a_stop_and_its_override(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t a = at(s, "allergy");
    char text[CT_PREP_LINE];
    answer(f->w.tom, s, "allergy", "U");
    assert_true(s->state[a].stop);
    ct_prep_stop_text(s, a, text, sizeof text);
    assert_non_null(strstr(text, "STOPS: the patient is not ready"));
    assert_non_null(strstr(text, "Only a supervisor"));
    ct_prep_missing_text(s, CT_CHECK_READY, text, sizeof text);
    assert_string_equal(text, "Demo list: stops: Allergy?");

    refused(ct_prep_override(f->w.tom, s, a, "we have to", NULL, NULL, e), CT_EDENIED, "",
            "prep.override");
    CT_PREP_SHEET *sup = opened(f->w.sue, s->prep.id);
    refused(ct_prep_override(f->w.sue, sup, a, "  ", NULL, NULL, e), CT_EINVAL, "reason",
            "missing");
    refused(ct_prep_override(f->w.sue, sup, at(s, "marked"), "because", NULL, NULL, e),
            CT_EINVAL, "marked", "nothing stops");
    ok(ct_prep_override(f->w.sue, sup, a, "asked the family by telephone", NULL, NULL, e));
    expect_entry(&f->w.c, "prep.override", CT_EXCEPTION, "because asked the family");
    assert_false(sup->state[a].stop);
    assert_true(sup->state[a].overridden);
    assert_string_equal(sup->mark[a].supervisor, "Sue Demo-Okoro");
    assert_int_equal(sup->prep.overridden, 1);

    /* it was for that answer: another one, and the same again, stop anew */
    answer(f->w.sue, sup, "allergy", "N");
    answer(f->w.sue, sup, "allergy", "U");
    assert_true(sup->state[a].stop);
}

static void test_a_supervisor_comes_to_the_terminal(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t a = at(s, "allergy");
    answer(f->w.tom, s, "allergy", "U");
    CT_SECRET *sue = secret_of(SUE_PASSWORD), *ada = secret_of(ADA_PASSWORD);
    refused(ct_prep_override(f->w.tom, s, a, "because", "ada", ada, e), CT_EDENIED, "login",
            "prep.override");
    assert_true(s->state[a].stop);
    ok(ct_prep_override(f->w.tom, s, a, "asked the family", "sue", sue, e));
    assert_true(s->state[a].overridden);
    assert_string_equal(s->mark[a].supervisor, "Sue Demo-Okoro");
    assert_string_equal(ct_app_who(f->w.tom)->login, "tom"); /* whose session goes on */
    expect_entry(&f->w.c, "prep.override_here", CT_EXCEPTION, "passed by Sue Demo-Okoro");
    expect_entry(&f->w.c, "session.second", CT_ROUTINE, "beside tom: to let a stop");
}

static void test_two_persons(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    size_t i = at(s, "identity");
    CT_SECRET *sue = secret_of(SUE_PASSWORD), *tom = secret_of(TOM_PASSWORD),
              *wrong = secret_of("Sue forgot 7 purple doors");
    refused(ct_prep_confirm(f->w.tom, s, &i, 1, "sue", sue, e), CT_EINVAL, "identity",
            "answer it first");
    answer(f->w.tom, s, "identity", "yes");
    assert_true(s->state[i].second_missing);
    refused(ct_prep_confirm(f->w.tom, s, &i, 1, NULL, NULL, e), CT_EINVAL, "login",
            "somebody else");
    refused(ct_prep_confirm(f->w.tom, s, &i, 1, "tom", tom, e), CT_EINVAL, "login",
            "somebody else");
    refused(ct_prep_confirm(f->w.tom, s, &i, 1, "sue", wrong, e), CT_EPASSWORD, "password",
            "is wrong");
    assert_true(s->state[i].second_missing);
    ok(ct_prep_confirm(f->w.tom, s, &i, 1, " SUE", sue, e));
    assert_false(s->state[i].second_missing);
    assert_string_equal(s->mark[i].second, "Sue Demo-Okoro");
    assert_string_equal(s->mark[i].by, "Tom Demo-Vale");
    assert_string_equal(ct_app_who(f->w.tom)->login, "tom");
    assert_int_equal(app_int(f->w.tom, "SELECT second_user FROM prep_confirm"),
                     ct_app_who(f->w.sue)->user_id);
    expect_entry(&f->w.c, "prep.confirm", CT_ROUTINE, "confirmed by Sue Demo-Okoro: Identity");

    /* whoever is logged in elsewhere confirms there; and a new answer needs it anew */
    CT_PREP_SHEET *other = opened(f->w.sue, s->prep.id);
    answer(f->w.tom, s, "identity", "no");
    assert_true(s->state[i].second_missing);
    refused(ct_prep_confirm(f->w.sue, other, &i, 1, NULL, NULL, e), CT_ECONFLICT, "identity",
            "meanwhile");
    ok(ct_prep_confirm(f->w.sue, other, &i, 1, NULL, NULL, e));
    assert_string_equal(other->mark[i].second, "Sue Demo-Okoro");
    size_t weight = at(s, "weight");
    refused(ct_prep_confirm(f->w.sue, other, &weight, 1, NULL, NULL, e), CT_EINVAL, "weight",
            "no second person");
    refused(ct_prep_confirm(f->w.sue, other, NULL, 0, NULL, NULL, e), CT_EINVAL, "", "nothing");
}

/* ---- ends ------------------------------------------------------------------------ */

static void all_answered(struct fixture *f, struct ct_prep_sheet *s)
{
    size_t identity = at(s, "identity");
    answer(f->w.tom, s, "identity", "yes");
    answer(f->w.tom, s, "marked", "n/a");
    answer(f->w.tom, s, "allergy", "N");
    answer(f->w.tom, s, "ate", "-480");
    answer(f->w.tom, s, "weight", "72.5");
    answer(f->w.tom, s, "label", "0:30");
    ok(ct_prep_timer(f->w.tom, s, at(s, "contact"), e));
    f->w.c.now += 40 * 1000;
    ok(ct_prep_timer(f->w.tom, s, at(s, "contact"), e));
    ok(ct_prep_scan(f->w.tom, s, at(s, "band"), NUMBER, false, e));
    answer(f->w.tom, s, "expiry", "31 12 2060");
    CT_PREP_SHEET *sup = opened(f->w.sue, s->prep.id);
    ok(ct_prep_confirm(f->w.sue, sup, &identity, 1, NULL, NULL, e));
    ok(ct_prep_reload(f->w.tom, s, e));
}

static void test_closed_and_opened_again(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    refused(ct_prep_close(f->w.tom, s, "", e), CT_EINVAL, "",
            "not answered: Identity checked?");
    ok(ct_prep_close(f->w.tom, s, "the patient went home", e));
    assert_int_equal(s->prep.state, CT_PREP_INCOMPLETE);
    expect_entry(&f->w.c, "prep.close", CT_NOTABLE, "the patient went home");
    refused(typed(f->w.tom, s, "marked", "yes", e), CT_ECONFLICT, "", "is closed");
    refused(ct_prep_close(f->w.tom, s, "again", e), CT_ECONFLICT, "", "is closed");
    refused(ct_prep_reopen(f->w.tom, s, "", e), CT_EINVAL, "reason", "missing");
    ok(ct_prep_reopen(f->w.tom, s, "and came back", e));
    refused(ct_prep_reopen(f->w.tom, s, "and came back", e), CT_ECONFLICT, "", "is open");
    all_answered(f, s);
    refused(ct_prep_close(f->w.tom, s, "", e), CT_EINVAL, "", "not answered: Counts right?");
    size_t counts = at(s, "counts");
    answer(f->w.tom, s, "left", "-1");
    answer(f->w.tom, s, "counts", "yes");
    refused(ct_prep_close(f->w.tom, s, "", e), CT_EINVAL, "", "second person wanted: Counts");
    CT_SECRET *sue = secret_of(SUE_PASSWORD);
    ok(ct_prep_confirm(f->w.tom, s, &counts, 1, "sue", sue, e));
    assert_int_equal(s->prep.wants, 0);
    ok(ct_prep_close(f->w.tom, s, "", e));
    assert_int_equal(s->prep.state, CT_PREP_FINISHED);
    f->w.c.now += 20 * 60 * MIN(1); /* judged by when it was finished, not by today */
    CT_PREP_SHEET *later = opened(f->w.sue, s->prep.id);
    assert_int_equal(later->at.now_ms, later->prep.ended_ms);
    assert_non_null(strstr(shown(later, "ate"), "8 h"));
}

static void test_the_wrong_patients(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    answer(f->w.tom, s, "marked", "yes");
    refused(ct_prep_void(f->w.tom, s->prep.id, "", e), CT_EINVAL, "reason", "missing");
    ok(ct_prep_void(f->w.tom, s->prep.id, CT_PREP_REASONS[0].label, e));
    expect_entry(&f->w.c, "prep.void", CT_NOTABLE, "wrong patient");
    refused(ct_prep_void(f->w.tom, s->prep.id, "twice", e), CT_ECONFLICT, "", "entered in error");
    refused(typed(f->w.tom, s, "marked", "no", e), CT_ECONFLICT, "", "entered in error");
    ok(ct_prep_reload(f->w.tom, s, e));
    refused(ct_prep_reopen(f->w.tom, s, "no", e), CT_ECONFLICT, "", "entered in error");
    assert_string_equal(shown(s, "marked"), "yes"); /* readable for ever */
    CT_PREP_SHEET *anew = started(f, "demo");       /* and the right one can be begun */
    assert_int_not_equal(anew->prep.id, s->prep.id);
}

static void test_lists(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo"), *ecg = started(f, "ecg-12-lead");
    struct ct_prep *list;
    size_t n;
    answer(f->w.tom, s, "allergy", "U");
    f->w.c.now += MIN(1);
    answer(f->w.tom, ecg, "hand-hygiene", "yes");
    struct ct_prep_filter of = {.patient_id = f->patient};
    ok(ct_prep_list(f->w.sue, &of, 50, &list, &n, e));
    assert_int_equal(n, 2);
    assert_string_equal(list[0].title, ecg->t->title);
    assert_int_equal(list[0].answered, 1);
    assert_int_equal(list[1].stops, 1);
    assert_string_equal(list[1].by, "Tom Demo-Vale");
    assert_int_equal(list[1].ended_ms, CT_UNSET);
    free(list);
    struct ct_prep_filter mine = {.mine = true, .since_ms = 0};
    ok(ct_prep_list(f->w.tom, &mine, 50, &list, &n, e));
    assert_int_equal(n, 2);
    assert_int_equal(list[0].id, ecg->prep.id); /* the last one answered */
    free(list);
    ok(ct_prep_list(f->w.sue, &mine, 50, &list, &n, e));
    assert_int_equal(n, 0);
    free(list);
    ok(ct_prep_close(f->w.tom, ecg, "not needed", e));
    ok(ct_prep_list(f->w.tom, &mine, 50, &list, &n, e));
    assert_int_equal(n, 1);
    free(list);
    ok(ct_prep_list(f->w.tom, &of, 50, &list, &n, e));
    assert_int_equal(list[0].state, CT_PREP_INCOMPLETE);
    assert_string_equal(list[0].reason, "not needed");
    assert_string_equal(list[0].ended_name, "Tom Demo-Vale");
    free(list);
    refused(ct_prep_list(f->w.c.app, &of, 50, &list, &n, e), CT_EDENIED, "", "prep.read");
}

static void test_where_it_was_left(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    uint32_t tom = ct_app_who(f->w.tom)->user_id, sue = ct_app_who(f->w.sue)->user_id;
    assert_int_equal(ct_prep_resume(s, tom), 0);
    answer(f->w.tom, s, "identity", "yes");
    answer(f->w.tom, s, "marked", "yes");
    assert_int_equal(ct_prep_resume(s, tom), at(s, "allergy"));
    answer(f->w.tom, s, "allergy", "N"); /* "which" is not asked then */
    assert_int_equal(ct_prep_resume(s, tom), at(s, "ate"));
    assert_int_equal(ct_prep_resume(s, sue), at(s, "identity")); /* the first that wants */
    answer(f->w.tom, s, "label", "1:00");
    ok(ct_prep_timer(f->w.tom, s, at(s, "contact"), e));
    assert_int_equal(ct_prep_resume(s, tom), at(s, "contact")); /* while it runs */
}

/* ---- what keeps a procedure ---------------------------------------------------------- */

static const char KINDS[] = "[demo-kind]\ntitle = Demo kind\nminutes = 20\nchecklists = demo\n"
                            "consent = none\n"
                            "[bare]\ntitle = Bare kind\nminutes = 20\nchecklists =\n"
                            "consent = none\n";

static struct ct_procedure planned(struct fixture *f, const char *kind, int64_t in_ms)
{
    struct ct_procedure p = {.patient_id = f->patient, .planned_ms = f->w.c.now + in_ms};
    snprintf(p.kind, sizeof p.kind, "%s", kind);
    ok(ct_procedure_add(f->w.tom, &p, NULL, e));
    return p;
}

static enum ct_status step(struct fixture *f, int64_t id, enum ct_proc_state to,
                           struct ct_error *reterr)
{
    struct ct_procedure p;
    ok(ct_procedure_get(f->w.tom, id, &p, e));
    struct ct_proc_event x = {.state = to};
    snprintf(x.text, sizeof x.text, "as asked");
    return ct_procedure_state(f->w.tom, id, p.state, &x, reterr);
}

static void kinds_write(struct fixture *f)
{
    char path[160];
    snprintf(path, sizeof path, "%s/procedures", f->site);
    assert_int_equal(mkdir(path, 0700), 0);
    snprintf(path, sizeof path, "%s/procedures/procedures.ini", f->site);
    file_write(path, KINDS, strlen(KINDS));
}

static void kinds_remove(struct fixture *f)
{
    char path[160];
    snprintf(path, sizeof path, "%s/procedures/procedures.ini", f->site);
    remove(path);
    snprintf(path, sizeof path, "%s/procedures", f->site);
    remove(path);
}

static void test_gates(void **state)
{
    struct fixture *f = *state;
    kinds_write(f);
    struct ct_procedure p = planned(f, "demo-kind", MIN(30));
    ok(step(f, p.id, CT_PROC_ARRIVED, e));
    ok(step(f, p.id, CT_PROC_PREPARING, e)); /* nothing is asked before these */
    refused(step(f, p.id, CT_PROC_READY, e), CT_EINVAL, "state",
            "Not \"ready\" yet. Demo list: not begun");

    int64_t id, other = ward_patient(&f->w, "Stranger", "", "", "1980-01-01");
    refused(ct_prep_start(f->w.tom, other, p.id, "demo", &id, e), CT_EINVAL, "",
            "another patient's");
    refused(ct_prep_start(f->w.tom, f->patient, 999, "demo", &id, e), CT_ENOTFOUND, "", "P-999");
    /* one that was begun for no procedure is not this procedure's */
    ok(ct_prep_start(f->w.tom, f->patient, 0, "demo", &id, e));
    refused(step(f, p.id, CT_PROC_READY, e), CT_EINVAL, "state", "not begun");
    ok(ct_prep_start(f->w.tom, f->patient, p.id, "demo", &id, e));
    CT_PREP_SHEET *s = opened(f->w.tom, id);
    assert_int_equal(s->at.start_ms, p.planned_ms);
    refused(step(f, p.id, CT_PROC_READY, e), CT_EINVAL, "state", "not answered: Identity");
    all_answered(f, s);
    answer(f->w.tom, s, "allergy", "U");
    refused(step(f, p.id, CT_PROC_READY, e), CT_EINVAL, "state", "stops: Allergy?");
    CT_PREP_SHEET *sup = opened(f->w.sue, id);
    ok(ct_prep_override(f->w.sue, sup, at(s, "allergy"), "asked the family", NULL, NULL, e));
    ok(step(f, p.id, CT_PROC_READY, e));
    ok(step(f, p.id, CT_PROC_IN_PROGRESS, e));
    refused(step(f, p.id, CT_PROC_DONE, e), CT_EINVAL, "state", "not answered: Counts right?");
    ok(ct_prep_void(f->w.tom, id, "wrong patient", e)); /* then nothing of it counts */
    refused(step(f, p.id, CT_PROC_DONE, e), CT_EINVAL, "state", "not begun");
    ok(step(f, p.id, CT_PROC_CANCELLED, e)); /* and nothing keeps anybody from stopping */

    /* one that is not asked for keeps it only by what stops */
    struct ct_procedure bare = planned(f, "bare", MIN(30));
    ok(step(f, bare.id, CT_PROC_ARRIVED, e));
    ok(step(f, bare.id, CT_PROC_PREPARING, e));
    ok(ct_prep_start(f->w.tom, f->patient, bare.id, "demo", &id, e));
    CT_PREP_SHEET *extra = opened(f->w.tom, id);
    answer(f->w.tom, extra, "identity", "no");
    refused(step(f, bare.id, CT_PROC_READY, e), CT_EINVAL, "state", "stops: Identity");
    answer(f->w.tom, extra, "identity", "yes");
    ok(step(f, bare.id, CT_PROC_READY, e));
    kinds_remove(f);
}

/* A procedure that is moved forward makes the meal too recent: it stops again. */
static void test_moved_forward(void **state)
{
    struct fixture *f = *state;
    int64_t id;
    kinds_write(f);
    struct ct_procedure p = planned(f, "demo-kind", MIN(300));
    ok(ct_prep_start(f->w.tom, f->patient, p.id, "demo", &id, e));
    CT_PREP_SHEET *s = opened(f->w.tom, id);
    answer(f->w.tom, s, "ate", "-120");
    assert_false(s->state[at(s, "ate")].stop); /* 7 h before the start */
    ok(ct_procedure_get(f->w.tom, p.id, &p, e));
    p.planned_ms -= MIN(120);
    ok(ct_procedure_amend(f->w.tom, &p, "a gap in the list", e));
    ok(ct_prep_reload(f->w.tom, s, e));
    assert_true(s->state[at(s, "ate")].stop); /* 5 h */
    kinds_remove(f);
}

/* What the lists show agrees with what is judged, and the store with its chain. */
static void test_verified(void **state)
{
    struct fixture *f = *state;
    CT_PREP_SHEET *s = started(f, "demo");
    all_answered(f, s);
    assert_int_equal(app_int(f->w.tom, "SELECT wants FROM prep_find"), s->prep.wants);
    assert_int_equal(app_int(f->w.tom, "SELECT answered FROM prep_find"), s->prep.answered);
    struct ct_verify_report r;
    ok(ct_verify(f->w.sue, NULL, NULL, &r, e));
    assert_int_equal(r.problems, 0);
    ward_raw(&f->w, "DROP TRIGGER prep_answer_no_update; "
                    "UPDATE prep_answer SET value = 1 WHERE item = 'identity'; "
                    "CREATE TRIGGER prep_answer_no_update BEFORE UPDATE ON prep_answer BEGIN "
                    "SELECT raise(ABORT, 'prep_answer is append-only'); END");
    ok(ct_verify(f->w.sue, NULL, NULL, &r, e));
    assert_true(r.problems > 0);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, begin, end)
    const struct CMUnitTest tests[] = {
        T(test_nothing_is_answered_beforehand),
        T(test_one_answer_is_one_entry),
        T(test_a_changed_answer_keeps_the_former),
        T(test_what_is_no_answer),
        T(test_conditions),
        T(test_template_edited_between_two_patients),
        T(test_timers_run_on),
        T(test_wristband),
        T(test_a_stop_and_its_override),
        T(test_a_supervisor_comes_to_the_terminal),
        T(test_two_persons),
        T(test_closed_and_opened_again),
        T(test_the_wrong_patients),
        T(test_lists),
        T(test_where_it_was_left),
        T(test_gates),
        T(test_moved_forward),
        T(test_verified),
    };
    return cmocka_run_group_tests_name("prep", tests, NULL, NULL);
}
