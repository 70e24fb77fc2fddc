/* Form: the hands go first. A complete set costs its own digits; what is
 * impossible is refused at its field, what is unusual asked about once; nothing
 * traps, and nothing that was typed is changed behind the user's back. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>

#include "clinic/quantity.h"
#include "tests/ui/widget.h"
#include "ui/tk/form.h"

static const int64_t NOW = INT64_C(1795340520000); /* 22 Nov 2026 09:42 UTC */

/* ---- the form of a set of vitals, from the real table ----------------------- */

static const enum ct_q ORDER[] = {CT_Q_SBP, CT_Q_DBP,     CT_Q_PULSE, CT_Q_RESP,  CT_Q_SPO2,
                                  CT_Q_O2,  CT_Q_O2_FLOW, CT_Q_TEMP,  CT_Q_ACVPU, CT_Q_PAIN};
enum { N_Q = CT_LEN(ORDER), NOTE = N_Q, N_VITALS };

struct vitals {
    struct ct_field field[N_VITALS];
    struct ct_form form;
};

static bool on_air(const struct ct_form *f, size_t i)
{
    if (strcmp(f->field[i]->name, "o2_flow") != 0)
        return false;
    const char *o2 = ct_form_text(f, "o2");
    return o2[0] == '\0' || strcmp(o2, "A") == 0 || strcmp(o2, "a") == 0;
}

static void vitals_make(struct vitals *v)
{
    struct ct_limits l;
    assert_int_equal(ct_limits_load(NULL, &l, NULL), CT_OK);
    for (size_t i = 0; i < N_Q; i++) {
        ct_quantity_field(ORDER[i], 0, &l, &v->field[i]);
        v->field[i].joined = ORDER[i] == CT_Q_DBP || ORDER[i] == CT_Q_O2_FLOW;
    }
    v->field[NOTE] = (struct ct_field){
        .name = "note", .label = "Note", .kind = CT_F_TEXT, .width = 12, .max_bytes = 20};
    assert_true(ct_form_init(&v->form, v->field, N_VITALS, 15));
    v->form.skip = on_air;
    v->form.fresh = true;
}

static enum ct_form_result press(struct ct_form *f, uint32_t key)
{
    struct ct_event e = w_key(key);
    enum ct_form_result r = ct_form_event(f, &e, NOW);
    assert_true(f->focus < f->n);
    if (r == CT_FORM_REFUSED || r == CT_FORM_ASKS)
        assert_true(f->message.text[0] != '\0'); /* it always says why */
    return r;
}

/* Type it all; what the last key gave. */
static enum ct_form_result type(struct ct_form *f, const char *keys)
{
    enum ct_form_result r = CT_FORM_MOVED;
    for (; *keys != '\0'; keys++)
        r = press(f, (uint32_t)(unsigned char)*keys);
    return r;
}

static const char *focus(const struct ct_form *f)
{
    return f->field[f->focus]->name;
}

static void focus_on(struct ct_form *f, const char *name)
{
    int i = ct_form_index(f, name);
    assert_true(i >= 0);
    f->focus = (size_t)i;
    f->fresh = true;
    f->swallow = false;
}

static void vitals_are_complete(struct vitals *v)
{
    static const struct {
        enum ct_q q;
        int64_t value;
    } WANT[] = {{CT_Q_SBP, 122},  {CT_Q_DBP, 76},         {CT_Q_PULSE, 71},
                {CT_Q_RESP, 16},  {CT_Q_SPO2, 97},        {CT_Q_O2, CT_O2_AIR},
                {CT_Q_TEMP, 368}, {CT_Q_ACVPU, CT_ALERT}, {CT_Q_O2_FLOW, CT_UNSET}};
    for (size_t i = 0; i < CT_LEN(WANT); i++)
        assert_int_equal(ct_form_value(&v->form, CT_QUANTITY[WANT[i].q].name, NOW),
                         WANT[i].value);
    assert_string_equal(focus(&v->form), "pain");
    assert_true(ct_form_check(&v->form, NOW));
}

/* Sixteen keys and the one that saves: the set is complete. */
static void test_a_set_is_its_digits(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    assert_int_equal(type(&v.form, "12276711697a368a"), CT_FORM_MOVED);
    vitals_are_complete(&v);
    ct_form_done(&v.form);
}

/* Enter, Tab and the slash typed out of habit change nothing. */
static void test_habits(void **state)
{
    (void)state;
    static const char *const WAYS[] = {
        "122\r76\r71\r16\r97\ra\r368\ra\r",
        "122\t76\t71\t16\t97\ta\t368\ta\t",
        "122/76\r71\r16\r97\rA\r36.8\rA\r",
        "122/7671\r1697\ra36,8\ra",
    };
    for (size_t i = 0; i < CT_LEN(WAYS); i++) {
        struct vitals v;
        vitals_make(&v);
        assert_int_equal(type(&v.form, WAYS[i]), CT_FORM_MOVED);
        vitals_are_complete(&v);
        ct_form_done(&v.form);
    }
}

/* One habit a field: the second Enter, and one after looking around, counts. */
static void test_habit_once(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    type(&v.form, "122\r");
    assert_string_equal(focus(&v.form), "dbp");
    type(&v.form, "\r");
    assert_string_equal(focus(&v.form), "pulse");
    type(&v.form, "71");
    press(&v.form, CT_KEY_HOME);
    type(&v.form, "\r");
    assert_string_equal(focus(&v.form), "spo2");
    ct_form_done(&v.form);

    vitals_make(&v); /* the slash ends a short pressure */
    type(&v.form, "12");
    assert_string_equal(focus(&v.form), "sbp");
    assert_int_equal(type(&v.form, "/"), CT_FORM_ASKS); /* 12 is unusual */
    type(&v.form, "/");
    assert_string_equal(focus(&v.form), "dbp");
    assert_int_equal(ct_form_value(&v.form, "sbp", NOW), 12);
    ct_form_done(&v.form);
}

/* ---- impossible, unusual, unfinished ----------------------------------------- */

static void test_impossible(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    focus_on(&v.form, "pulse");
    type(&v.form, "30");
    assert_int_equal(type(&v.form, "1"), CT_FORM_REFUSED); /* said with the digit */
    assert_string_equal(v.form.message.field, "pulse");
    assert_non_null(strstr(v.form.message.text, "possible 0-300"));
    assert_string_equal(ct_form_text(&v.form, "pulse"), "301"); /* as typed, to be seen */
    assert_int_equal(ct_form_value(&v.form, "pulse", NOW), CT_UNSET);
    static const uint32_t ON[] = {CT_KEY_ENTER, CT_KEY_TAB, CT_KEY_DOWN};
    for (size_t i = 0; i < CT_LEN(ON); i++) {
        assert_int_equal(press(&v.form, ON[i]), CT_FORM_REFUSED);
        assert_string_equal(focus(&v.form), "pulse");
    }
    assert_int_equal(type(&v.form, "71"), CT_FORM_REFUSED); /* nor lost in the next field */
    assert_string_equal(focus(&v.form), "pulse");
    /* but nobody is trapped */
    assert_int_equal(press(&v.form, CT_KEY_ESC), CT_FORM_IGNORED);
    assert_int_equal(press(&v.form, CT_KEY_UP), CT_FORM_MOVED);
    assert_string_equal(focus(&v.form), "dbp");
    assert_false(ct_form_check(&v.form, NOW)); /* and it cannot be saved */
    assert_string_equal(focus(&v.form), "pulse");
    press(&v.form, CT_KEY_BACKTAB);
    assert_string_equal(focus(&v.form), "dbp");
    assert_int_equal(v.form.message.status, CT_OK);
    press(&v.form, CT_KEY_DOWN);
    type(&v.form, "72");
    assert_string_equal(focus(&v.form), "resp");
    assert_int_equal(ct_form_value(&v.form, "pulse", NOW), 72);
    ct_form_done(&v.form);
}

/* A figure never scrolls: "8815" must not stand there as "15". */
static void test_no_more_digits_than_are_seen(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    focus_on(&v.form, "resp");
    assert_int_equal(type(&v.form, "881"), CT_FORM_REFUSED); /* 88 is asked about ... */
    assert_string_equal(ct_form_text(&v.form, "resp"), "88"); /* ... and stands */
    press(&v.form, CT_CTRL('u'));
    type(&v.form, "88");
    press(&v.form, CT_KEY_BACKSPACE);
    type(&v.form, "815");
    assert_string_equal(ct_form_text(&v.form, "resp"), "88");
    press(&v.form, CT_CTRL('u'));
    assert_int_equal(type(&v.form, "10"), CT_FORM_MOVED);
    assert_int_equal(type(&v.form, "9"), CT_FORM_REFUSED); /* more than is possible */
    assert_int_equal(type(&v.form, "5"), CT_FORM_REFUSED);
    assert_string_equal(ct_form_text(&v.form, "resp"), "109");
    assert_non_null(strstr(v.form.message.text, "Backspace"));
    press(&v.form, CT_CTRL('u'));
    type(&v.form, "15");
    press(&v.form, CT_KEY_ENTER);
    assert_int_equal(ct_form_value(&v.form, "resp", NOW), 15);
    ct_form_done(&v.form);
}

static void test_unusual_asked_once(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    focus_on(&v.form, "pulse");
    assert_int_equal(type(&v.form, "39"), CT_FORM_ASKS);
    assert_string_equal(focus(&v.form), "pulse");
    assert_non_null(strstr(v.form.message.text, "39"));
    assert_non_null(strstr(v.form.message.text, "usual 45-130"));
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_MOVED);
    assert_string_equal(focus(&v.form), "resp");
    assert_int_equal(v.form.message.status, CT_OK);
    assert_int_equal(ct_form_value(&v.form, "pulse", NOW), 39);
    press(&v.form, CT_KEY_UP); /* once: not when passing again, nor when saving */
    assert_int_equal(press(&v.form, CT_KEY_DOWN), CT_FORM_MOVED);
    assert_true(ct_form_check(&v.form, NOW));
    press(&v.form, CT_KEY_UP);
    assert_int_equal(type(&v.form, "38"), CT_FORM_ASKS); /* another value: again */
    assert_int_equal(press(&v.form, CT_KEY_UP), CT_FORM_MOVED);
    ct_form_done(&v.form);
}

/* Saving asks as well; saving again is the answer. */
static void test_unusual_at_save(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    ct_form_set(&v.form, "sbp", "60");
    ct_form_set(&v.form, "temp", "26");
    focus_on(&v.form, "note");
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_ASKS);
    assert_string_equal(focus(&v.form), "sbp");
    assert_false(ct_form_check(&v.form, NOW));
    assert_string_equal(focus(&v.form), "temp");
    assert_non_null(strstr(v.form.message.text, "Temperature 26"));
    assert_true(ct_form_check(&v.form, NOW));
    assert_string_equal(focus(&v.form), "temp");
    ct_form_done(&v.form);
}

/* Who types an Enter after every figure has not answered a question with it
 * that came up a moment before. */
static void test_habit_is_no_answer(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    type(&v.form, "122\r76\r");
    assert_int_equal(type(&v.form, "39"), CT_FORM_ASKS);
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_ASKS);
    assert_string_equal(focus(&v.form), "pulse");
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_MOVED);
    assert_string_equal(focus(&v.form), "resp");
    type(&v.form, "16"); /* no Enter this time ... */
    type(&v.form, "9");
    assert_int_equal(type(&v.form, "\b"), CT_FORM_IGNORED);
    focus_on(&v.form, "spo2");
    assert_int_equal(type(&v.form, "85"), CT_FORM_ASKS);
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_MOVED); /* ... so this is one */
    assert_string_equal(focus(&v.form), "o2");
    ct_form_done(&v.form);
}

static bool jumped(const struct ct_form *f, size_t i, int64_t value, char *why, size_t size)
{
    int *asked = f->arg;
    if (strcmp(f->field[i]->name, "pulse") != 0 || value < 112)
        return false;
    ++*asked;
    snprintf(why, size, "a jump from 71 /min at 08:28");
    return true;
}

static void test_jump(void **state)
{
    (void)state;
    struct vitals v;
    int asked = 0;
    vitals_make(&v);
    v.form.unusual = jumped;
    v.form.arg = &asked;
    focus_on(&v.form, "pulse");
    assert_int_equal(type(&v.form, "112"), CT_FORM_ASKS);
    assert_string_equal(v.form.message.text,
                        "Pulse 112: a jump from 71 /min at 08:28. Enter if it is right.");
    /* the next field's figures, typed without looking, do not take the question away */
    assert_int_equal(type(&v.form, "1"), CT_FORM_REFUSED);
    assert_int_equal(type(&v.form, "6"), CT_FORM_REFUSED);
    assert_string_equal(v.form.message.text,
                        "Pulse 112: a jump from 71 /min at 08:28. Enter if it is right.");
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_MOVED);
    press(&v.form, CT_KEY_UP);
    press(&v.form, CT_KEY_DOWN);
    assert_true(ct_form_check(&v.form, NOW));
    assert_int_equal(asked, 1);
    focus_on(&v.form, "pulse");
    assert_int_equal(type(&v.form, "111"), CT_FORM_MOVED);
    ct_form_done(&v.form);
}

/* Nor do the next field's figures become part of one typed with a zero before it. */
static void test_question_about_a_short_figure(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    focus_on(&v.form, "pulse");
    assert_int_equal(type(&v.form, "018"), CT_FORM_ASKS);
    assert_int_equal(type(&v.form, "9"), CT_FORM_REFUSED);
    assert_string_equal(ct_form_text(&v.form, "pulse"), "18");
    assert_non_null(strstr(v.form.message.text, "Pulse 18"));
    /* what was typed too short is gone on with */
    (void)type(&v.form, "\b");
    press(&v.form, CT_KEY_BACKSPACE);
    assert_int_equal(type(&v.form, "1"), CT_FORM_MOVED);
    assert_string_equal(ct_form_text(&v.form, "pulse"), "11");
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_ASKS);
    assert_int_equal(type(&v.form, "2"), CT_FORM_MOVED);
    assert_string_equal(ct_form_text(&v.form, "pulse"), "112");
    assert_string_equal(focus(&v.form), "resp");
    ct_form_done(&v.form);
}

static void test_unfinished(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    focus_on(&v.form, "temp");
    assert_int_equal(type(&v.form, "3"), CT_FORM_MOVED); /* nothing to say while typing */
    assert_int_equal(v.form.message.status, CT_OK);
    assert_int_equal(press(&v.form, CT_KEY_DOWN), CT_FORM_REFUSED);
    assert_non_null(strstr(v.form.message.text, "not complete"));
    assert_string_equal(focus(&v.form), "temp");
    assert_int_equal(type(&v.form, "7"), CT_FORM_MOVED);
    assert_int_equal(v.form.message.status, CT_OK);
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_MOVED);
    assert_int_equal(ct_form_value(&v.form, "temp", NOW), 370);
    focus_on(&v.form, "o2");
    type(&v.form, "n");
    assert_int_equal(press(&v.form, CT_KEY_ENTER), CT_FORM_REFUSED);
    assert_int_equal(type(&v.form, "p"), CT_FORM_MOVED);
    assert_string_equal(focus(&v.form), "o2_flow"); /* it has a meaning now */
    ct_form_done(&v.form);
}

/* Letters get into no number, nor into a code what begins none. */
static void test_wrong_characters(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    assert_int_equal(type(&v.form, "x"), CT_FORM_REFUSED);
    assert_non_null(strstr(v.form.message.text, "Blood pressure"));
    assert_int_equal(type(&v.form, "-"), CT_FORM_REFUSED);
    assert_int_equal(type(&v.form, "."), CT_FORM_REFUSED);
    assert_string_equal(ct_form_text(&v.form, "sbp"), "");
    assert_false(v.form.changed);
    focus_on(&v.form, "acvpu");
    assert_int_equal(type(&v.form, "z"), CT_FORM_REFUSED);
    assert_non_null(strstr(v.form.message.text, "C new confusion"));
    assert_string_equal(ct_form_text(&v.form, "acvpu"), "");
    ct_form_done(&v.form);
}

/* ---- typing over --------------------------------------------------------------- */

static void test_typed_over(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    type(&v.form, "12276711697a368a");
    focus_on(&v.form, "spo2");
    type(&v.form, "95"); /* not 9795 */
    assert_string_equal(ct_form_text(&v.form, "spo2"), "95");
    type(&v.form, "n");
    assert_string_equal(ct_form_text(&v.form, "o2"), "n");
    ct_form_set(&v.form, "o2", "A");
    focus_on(&v.form, "acvpu");
    type(&v.form, "v");
    assert_int_equal(ct_form_value(&v.form, "acvpu", NOW), CT_VOICE);
    /* a letter that is refused leaves what stood there */
    focus_on(&v.form, "acvpu");
    ct_form_clean(&v.form);
    assert_int_equal(type(&v.form, "z"), CT_FORM_REFUSED);
    assert_int_equal(ct_form_value(&v.form, "acvpu", NOW), CT_VOICE);
    assert_false(v.form.changed);
    type(&v.form, "c"); /* and it still is as just arrived */
    assert_int_equal(ct_form_value(&v.form, "acvpu", NOW), CT_CONFUSION);
    /* the same letter again goes on as any other */
    focus_on(&v.form, "acvpu");
    type(&v.form, "c");
    assert_string_equal(focus(&v.form), "pain");
    /* a key that is not the form's (help) does not spoil it */
    focus_on(&v.form, "spo2");
    assert_int_equal(press(&v.form, CT_KEY_F1), CT_FORM_IGNORED);
    type(&v.form, "93");
    assert_string_equal(ct_form_text(&v.form, "spo2"), "93");
    /* who moves in the field edits it */
    focus_on(&v.form, "pulse");
    press(&v.form, CT_KEY_HOME);
    type(&v.form, "1");
    assert_string_equal(ct_form_text(&v.form, "pulse"), "171");
    /* undo brings back what was typed over */
    focus_on(&v.form, "resp");
    type(&v.form, "1");
    press(&v.form, CT_CTRL('z'));
    press(&v.form, CT_CTRL('z'));
    assert_string_equal(ct_form_text(&v.form, "resp"), "16");
    ct_form_done(&v.form);
}

static void test_paste(void **state)
{
    (void)state;
    struct vitals v;
    struct ct_event e = w_paste("118\n");
    vitals_make(&v);
    type(&v.form, "122");
    focus_on(&v.form, "sbp");
    assert_int_equal(ct_form_event(&v.form, &e, NOW), CT_FORM_MOVED);
    assert_string_equal(ct_form_text(&v.form, "sbp"), "118");
    assert_string_equal(focus(&v.form), "sbp");
    e = w_paste("PATEL, Rohan"); /* a paste gone astray */
    focus_on(&v.form, "sbp");
    assert_int_equal(ct_form_event(&v.form, &e, NOW), CT_FORM_REFUSED);
    assert_string_equal(v.form.message.field, "sbp");
    assert_string_equal(ct_form_text(&v.form, "sbp"), "118");
    focus_on(&v.form, "note");
    e = w_paste("fits in twenty bytes");
    assert_int_equal(ct_form_event(&v.form, &e, NOW), CT_FORM_MOVED);
    assert_int_equal(ct_form_event(&v.form, &e, NOW), CT_FORM_REFUSED);
    assert_string_equal(ct_form_text(&v.form, "note"), "fits in twenty bytes");
    assert_non_null(strstr(v.form.message.text, "20 bytes"));
    assert_int_equal(type(&v.form, "!"), CT_FORM_REFUSED);
    assert_non_null(strstr(v.form.message.text, "20 bytes"));
    press(&v.form, CT_CTRL('z'));
    assert_int_equal(press(&v.form, CT_CTRL('z')), CT_FORM_REFUSED);
    ct_form_done(&v.form);
}

/* ---- skipping, required, failing ------------------------------------------------- */

static const struct ct_choice YN[] = {{"Y", "yes"}, {"N", "no"}, {NULL, NULL}};
static const struct ct_field SMALL[] = {
    {.name = "first", .label = "First", .kind = CT_F_TEXT, .width = 8, .required = true},
    {.name = "extra", .label = "Extra", .kind = CT_F_TEXT, .width = 8, .required = true},
    {.name = "born", .label = "Born", .kind = CT_F_DATE, .width = 12},
    {.name = "sure",
     .label = "Sure",
     .kind = CT_F_CODE,
     .width = 1,
     .choices = YN,
     .help = "Whether it is."},
    {.name = "pin", .label = "Password", .kind = CT_F_SECRET, .width = 6, .required = true},
};
static bool extra_skipped(const struct ct_form *f, size_t i)
{
    return i == 1 && *(bool *)f->arg;
}

static void test_required(void **state)
{
    (void)state;
    struct ct_form f;
    bool skip = false;
    assert_true(ct_form_init(&f, SMALL, CT_LEN(SMALL), 9));
    f.skip = extra_skipped;
    f.arg = &skip;
    assert_int_equal(type(&f, "\r\r"), CT_FORM_MOVED); /* passing an empty one is fine */
    assert_string_equal(focus(&f), "born");
    focus_on(&f, "pin");
    assert_int_equal(press(&f, CT_KEY_ENTER), CT_FORM_REFUSED);
    assert_string_equal(f.message.text, "First is needed.");
    assert_string_equal(f.message.field, "first");
    assert_string_equal(focus(&f), "first");
    type(&f, "a/b c"); /* a slash is text in a text */
    assert_string_equal(ct_form_text(&f, "first"), "a/b c");
    assert_false(ct_form_check(&f, NOW));
    assert_string_equal(focus(&f), "extra");
    skip = true; /* what has no meaning is not needed */
    assert_false(ct_form_check(&f, NOW));
    assert_string_equal(focus(&f), "pin");
    type(&f, "secret");
    assert_string_equal(ct_form_text(&f, "pin"), "");
    assert_true(ct_form_check(&f, NOW));
    assert_int_equal(press(&f, CT_KEY_ENTER), CT_FORM_END);
    ct_form_done(&f);
}

/* Tab never saves, and nothing wraps around. */
static void test_ends(void **state)
{
    (void)state;
    struct ct_form f;
    assert_true(ct_form_init(&f, &SMALL[2], 2, 9));
    assert_int_equal(press(&f, CT_KEY_UP), CT_FORM_MOVED);
    assert_int_equal(press(&f, CT_KEY_BACKTAB), CT_FORM_MOVED);
    assert_int_equal(f.focus, 0);
    press(&f, CT_KEY_TAB);
    assert_int_equal(press(&f, CT_KEY_TAB), CT_FORM_MOVED);
    assert_int_equal(press(&f, CT_KEY_DOWN), CT_FORM_MOVED);
    assert_int_equal(f.focus, 1);
    assert_int_equal(type(&f, "y"), CT_FORM_MOVED); /* full, but saving is for the user */
    assert_int_equal(press(&f, CT_KEY_TAB), CT_FORM_MOVED);
    assert_int_equal(press(&f, CT_KEY_ENTER), CT_FORM_END);
    ct_form_done(&f);
    struct ct_form none;
    assert_true(ct_form_init(&none, NULL, 0, 9));
    struct ct_event e = w_key(CT_KEY_ENTER);
    assert_int_equal(ct_form_event(&none, &e, NOW), CT_FORM_IGNORED);
    ct_form_done(&none);
    assert_false(ct_form_init(&none, SMALL, CT_FORM_FIELDS_MAX + 1, 9));
}

/* The focus is never on a field that is not there. */
static void test_focus_leaves_skipped(void **state)
{
    (void)state;
    struct vitals v;
    struct ct_grid g;
    vitals_make(&v);
    ct_form_set(&v.form, "o2", "NP");
    focus_on(&v.form, "o2_flow");
    ct_form_set(&v.form, "o2_flow", "2.0");
    ct_form_set(&v.form, "o2", "A"); /* by a quick line, say */
    assert_true(ct_grid_init(&g, 12, 60, false));
    ct_form_draw(&v.form, &g, (struct ct_rect){0, 0, 12, 60});
    assert_string_equal(focus(&v.form), "temp");
    assert_int_equal(g.cursor_row,
                     ct_form_row_of(&v.form, v.form.focus, (struct ct_rect){0, 0, 12, 60}));
    focus_on(&v.form, "o2_flow");
    type(&v.form, "36");
    assert_string_equal(ct_form_text(&v.form, "temp"), "36");
    assert_int_equal(ct_form_value(&v.form, "o2_flow", NOW), CT_UNSET); /* no meaning on air */
    struct ct_error e = {.status = CT_EINVAL, .field = "o2_flow", .text = "No flow on air."};
    assert_false(ct_form_fail(&v.form, &e));
    assert_string_equal(focus(&v.form), "temp");
    press(&v.form, CT_KEY_UP);
    assert_string_equal(focus(&v.form), "o2");
    ct_grid_done(&g);
    ct_form_done(&v.form);
}

static void test_failed_save(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    type(&v.form, "12276711697a368a");
    struct ct_error e = {
        .status = CT_EINVAL, .field = "dbp", .text = "The lower pressure is above the upper."};
    assert_true(ct_form_fail(&v.form, &e));
    assert_string_equal(focus(&v.form), "dbp");
    assert_string_equal(v.form.message.text, e.text);
    type(&v.form, "80"); /* it may be typed over at once */
    assert_int_equal(ct_form_value(&v.form, "dbp", NOW), 80);
    assert_int_equal(ct_form_value(&v.form, "sbp", NOW), 122); /* all else stays */
    e = (struct ct_error){.status = CT_EFULL, .text = "The disk is full."};
    assert_false(ct_form_fail(&v.form, &e));
    assert_string_equal(v.form.message.text, e.text);
    assert_string_equal(focus(&v.form), "pulse");
    ct_form_done(&v.form);
}

/* The manual names the keys that the form takes, and no others. */
static void test_keys_listed(void **state)
{
    (void)state;
    assert_true(w_listed(CT_FORM_KEYS, '/'));
    for (uint32_t key = 1; key != 0; key = w_special(key)) {
        struct vitals v;
        vitals_make(&v);
        focus_on(&v.form, "pulse");
        type(&v.form, "7");
        bool listed = w_listed(CT_FORM_KEYS, key) || w_listed(CT_EDITOR_KEYS, key);
        assert_int_equal(press(&v.form, key) != CT_FORM_IGNORED, listed);
        ct_form_done(&v.form);
    }
}

static void test_changed(void **state)
{
    (void)state;
    struct vitals v;
    vitals_make(&v);
    assert_false(v.form.changed);
    type(&v.form, "\r\r\t");
    press(&v.form, CT_KEY_UP);
    press(&v.form, CT_KEY_LEFT);
    press(&v.form, CT_KEY_BACKSPACE);
    press(&v.form, CT_KEY_F1);
    assert_false(v.form.changed);
    ct_form_set(&v.form, "note", "");
    assert_false(v.form.changed);
    ct_form_set(&v.form, "note", "x");
    assert_true(v.form.changed);
    ct_form_clean(&v.form);
    assert_false(v.form.changed);
    focus_on(&v.form, "note");
    press(&v.form, CT_KEY_BACKSPACE);
    assert_true(v.form.changed);
    assert_null(ct_form_text(&v.form, "nothing"));
    assert_int_equal(ct_form_value(&v.form, "nothing", NOW), CT_UNSET);
    ct_form_done(&v.form);
}

/* ---- drawing ------------------------------------------------------------------ */

static void test_draw(void **state)
{
    (void)state;
    struct vitals v;
    struct ct_grid g;
    vitals_make(&v);
    assert_true(ct_grid_init(&g, 9, 50, false));
    type(&v.form, "12276711697np2\r368");
    ct_form_draw(&v.form, &g, (struct ct_rect){0, 0, 9, 50});
    w_sound(&g);
    w_shows(&g, true,
            "  Blood pressure  122/76  mmHg\n"
            "  Pulse           71  /min\n"
            "  Respiration     16  /min\n"
            "  SpO2            97  %\n"
            "  Oxygen          NP/2.0   l/min\n"
            "  Temperature     36.8 degC\n"
            "> Consciousness   _\n"
            "  Pain            __ /10\n"
            "  Note            ____________\n"
            "== marks\n"
            "  llllllllllllll  fffdfff dddd\n"
            "  lllll           fff dddd\n"
            "  lllllllllll     fff dddd\n"
            "  llll            fff d\n"
            "  llllll          ffdfffff ddddd\n"
            "  lllllllllll     ffff dddd\n"
            "  lllllllllllll   ^\n"
            "  llll            dd ddd\n"
            "  llll            dddddddddddd\n");
    ct_grid_done(&g);
    ct_form_done(&v.form);
}

/* A password shows its stars, and the room behind them. */
static void test_draw_secret(void **state)
{
    (void)state;
    struct ct_form f;
    struct ct_grid g;
    assert_true(ct_form_init(&f, &SMALL[4], 1, 9));
    type(&f, "abc");
    assert_true(ct_grid_init(&g, 1, 30, false));
    ct_form_draw(&f, &g, (struct ct_rect){0, 0, 1, 30});
    w_shows(&g, true, "> Password  ***___\n== marks\n  llllllll  fff^dd\n");
    ct_grid_done(&g);
    ct_form_done(&f);
}

static void test_hint(void **state)
{
    (void)state;
    struct vitals v;
    char hint[400];
    vitals_make(&v);
    focus_on(&v.form, "resp");
    ct_form_hint(&v.form, hint, sizeof hint);
    assert_string_equal(hint, "Breaths a minute, counted over a full minute if irregular. "
                              "Usual 8-26, possible 0-100 /min.");
    focus_on(&v.form, "note");
    ct_form_hint(&v.form, hint, sizeof hint);
    assert_string_equal(hint, "");
    focus_on(&v.form, "temp");
    ct_form_hint(&v.form, hint, 5);
    assert_string_equal(hint, "Body");
    ct_form_done(&v.form);
}

/* Higher than its place: the focus is always in sight, the ends say that there
 * is more, and the whole comes back when there is room again. */
static void test_scrolls(void **state)
{
    (void)state;
    struct vitals v;
    struct ct_grid g;
    vitals_make(&v);
    assert_true(ct_grid_init(&g, 14, 52, true));
    for (int rows = 1; rows <= 12; rows++) {
        struct ct_rect at = {1, 1, rows, 50};
        for (int k = 0; k < 30; k++) {
            w_frame(&g, at.row, at.col, at.rows, at.cols);
            ct_form_draw(&v.form, &g, at);
            w_frame_whole(&g, at.row, at.col, at.rows, at.cols);
            assert_int_equal(g.cursor_row, ct_form_row_of(&v.form, v.form.focus, at));
            assert_int_equal(g.cell[g.cursor_row * g.cols + 1].cp[0], '>');
            press(&v.form, k < 12 ? CT_KEY_DOWN : CT_KEY_UP);
        }
    }
    focus_on(&v.form, "note");
    ct_form_draw(&v.form, &g, (struct ct_rect){1, 1, 3, 50});
    assert_int_equal(ct_form_row_of(&v.form, 0, (struct ct_rect){1, 1, 3, 50}), -1);
    ct_grid_clear(&g);
    focus_on(&v.form, "pain");
    ct_form_draw(&v.form, &g, (struct ct_rect){0, 0, 3, 50});
    w_shows(&g, false,
            "  Consciousness   _                              ^\n"
            "> Pain            __ /10\n"
            "  Note            ____________\n\n\n\n\n\n\n\n\n\n\n\n");
    ct_grid_clear(&g);
    ct_form_draw(&v.form, &g, (struct ct_rect){0, 0, 14, 50}); /* the window grew */
    assert_int_equal(ct_form_row_of(&v.form, 0, (struct ct_rect){0, 0, 14, 50}), 0);
    ct_grid_done(&g);
    ct_form_done(&v.form);
}

/* Narrow places cut; nothing is drawn outside. */
static void test_narrow(void **state)
{
    (void)state;
    struct vitals v;
    struct ct_grid g;
    vitals_make(&v);
    type(&v.form, "12276711697np2\r368");
    assert_true(ct_grid_init(&g, 12, 60, false));
    for (int cols = 1; cols < 50; cols++)
        for (size_t i = 0; i < v.form.n; i++) {
            v.form.focus = i;
            w_frame(&g, 1, 3, 9, cols);
            g.cursor_row = g.cursor_col = 0;
            ct_form_draw(&v.form, &g, (struct ct_rect){1, 3, 9, cols});
            w_frame_whole(&g, 1, 3, 9, cols);
            assert_true(g.cursor_row >= 1 && g.cursor_col >= 3);
            w_sound(&g);
        }
    ct_form_draw(&v.form, &g, (struct ct_rect){1, 3, 0, 0});
    ct_grid_done(&g);
    ct_form_done(&v.form);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_set_is_its_digits),
        cmocka_unit_test(test_habits),
        cmocka_unit_test(test_habit_once),
        cmocka_unit_test(test_impossible),
        cmocka_unit_test(test_unusual_asked_once),
        cmocka_unit_test(test_no_more_digits_than_are_seen),
        cmocka_unit_test(test_unusual_at_save),
        cmocka_unit_test(test_habit_is_no_answer),
        cmocka_unit_test(test_jump),
        cmocka_unit_test(test_question_about_a_short_figure),
        cmocka_unit_test(test_unfinished),
        cmocka_unit_test(test_wrong_characters),
        cmocka_unit_test(test_typed_over),
        cmocka_unit_test(test_paste),
        cmocka_unit_test(test_required),
        cmocka_unit_test(test_ends),
        cmocka_unit_test(test_focus_leaves_skipped),
        cmocka_unit_test(test_failed_save),
        cmocka_unit_test(test_keys_listed),
        cmocka_unit_test(test_changed),
        cmocka_unit_test(test_draw),
        cmocka_unit_test(test_draw_secret),
        cmocka_unit_test(test_hint),
        cmocka_unit_test(test_scrolls),
        cmocka_unit_test(test_narrow),
    };
    return cmocka_run_group_tests_name("form", tests, w_locale, NULL);
}
