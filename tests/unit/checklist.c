/* Checklists: what a template may say, where it is told what is wrong, and that its
 * exact text can be kept. Answers are in checklist_answer.c, the shipped ones in
 * checklist_packs.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "clinic/checklist.h"
#include "tests/support/demo_checklist.h"
#include "tests/support/tmp.h"

static enum ct_status parse(const char *text, struct ct_checklist **ret, struct ct_error *e)
{
    *ret = NULL;
    return ct_checklist_parse("c.ini", text, strlen(text), ret, e);
}

/* DEMO_CHECKLIST with the first `from` replaced; NULL: `to` appended. */
static void with(struct ct_buf *b, const char *from, const char *to)
{
    const char *at =
        from != NULL ? strstr(DEMO_CHECKLIST, from) : DEMO_CHECKLIST + strlen(DEMO_CHECKLIST);
    assert_non_null(at);
    ct_buf_clear(b);
    ct_buf_add(b, DEMO_CHECKLIST, (size_t)(at - DEMO_CHECKLIST));
    ct_buf_str_add(b, to);
    ct_buf_str_add(b, at + (from != NULL ? strlen(from) : 0));
}

/* ---- templates ------------------------------------------------------------------- */

static void test_a_template_is_read(void **state)
{
    (void)state;
    CT_CHECKLIST *t = NULL;
    struct ct_error e;
    assert_int_equal(parse(DEMO_CHECKLIST, &t, &e), CT_OK);
    assert_string_equal(t->id, "demo");
    assert_string_equal(t->version, "7");
    assert_int_equal(t->n_sources, 1);
    assert_int_equal(t->n_sections, 3);
    assert_int_equal(t->n_items, 13);
    assert_int_equal(t->section[1].first, 6);
    assert_int_equal(t->section[1].n, 4);
    assert_int_equal(t->section[2].before, CT_CHECK_DONE);
    assert_string_equal(t->section[1].by, "theatre");
    /* Mandatory unless it says otherwise; n/a only where it says so. */
    assert_true(t->item[1].mandatory && t->item[1].na && !t->item[0].na);
    assert_false(t->item[11].mandatory);
    /* A section's two persons hold for items that do not say otherwise. */
    assert_true(t->item[0].two_person && t->item[10].two_person);
    assert_false(t->item[11].two_person || t->item[1].two_person);
    assert_int_equal(t->item[4].least_ms, 6 * CT_HOUR_MS);
    assert_int_equal(t->item[7].least_from, 6);
    assert_int_equal(t->item[3].when[0].item, 2);
    assert_int_equal(t->item[3].when[0].set, 1 << 1);
    assert_int_equal(ct_checklist_find(t, "ate"), 4);
    assert_int_equal(ct_checklist_find(t, "none"), CT_CHECK_NONE);
}

struct bad {
    const char *from, *to;
    int line;
    const char *says;
};

static void refuse(const struct bad *b, size_t n)
{
    CT_BUF text = {0};
    for (size_t i = 0; i < n; i++, b++) {
        struct ct_checklist *t;
        struct ct_error e = {0};
        char where[32];
        snprintf(where, sizeof where, "c.ini:%d: ", b->line);
        with(&text, b->from, b->to);
        if (parse(ct_buf_str(&text), &t, &e) != CT_ECONFIG)
            fail_msg("accepted: %s", b->to);
        if (strncmp(e.text, where, strlen(where)) != 0 || strstr(e.text, b->says) == NULL)
            fail_msg("\"%s\", not %s%s, for %s", e.text, where, b->says, b->to);
        assert_null(t);
    }
}

static void test_faulty_heads_and_sections(void **state)
{
    (void)state;
    static const struct bad BAD[] = {
        {"version = 7\n", "", 1, "[checklist] version: is missing"},
        {"version = 7\n", "version =\n", 3, "is missing"},
        {"version = 7\n", "version = 123456789012345678901234\n", 3, "24 bytes, more than 23"},
        {"id = demo\n", "", 1, "id: is missing"},
        {"id = demo\n", "id = De mo\n", 2, "small letters"},
        {"title = Demo list\n", "", 1, "title: is missing"},
        {"source = Nobody in particular\n", "", 1, "source: is missing"},
        {"title = Demo list\n", "titel = Demo list\n", 4, "has no such key"},
        {"title = Demo list\n", "title = Demo list\ntitle = Again\n", 5, "in line 4 already"},
        {"[checklist]\n", "[list]\n", 1, "begins with [checklist]"},
        {"[section.ward]\n", "[sektion.ward]\n", 6, "no part of a checklist"},
        {"[section.ward]\n", "[section.w.ard]\n", 6, "an id has"},
        {"[section.room]\n", "[section.ward]\n", 46, "in line 6 already"},
        {"by = ward\n", "", 6, "by: is missing"},
        {"before = ready\n", "", 6, "ready, start or done"},
        {"before = ready\n", "before = lunch\n", 9, "ready, start or done"},
        {"by = ward\n", "by = ward\nkind = text\n", 9, "a section has no such key"},
        {"two_person = yes\n[item.counts]", "two_person = maybe\n[item.counts]", 72,
         "must be yes or no"},
        {"[section.room]\n",
         "[section.void]\ntitle = x\nby = x\nbefore = done\n[section.room]\n", 46,
         "the section has no items"},
        {"[section.ward]\ntitle = On the ward\nby = ward\nbefore = ready\n", "", 6,
         "before the first [section.NAME]"},
    };
    refuse(BAD, CT_LEN(BAD));
    struct ct_checklist *t;
    struct ct_error e;
    assert_int_equal(parse("", &t, &e), CT_ECONFIG);
    assert_int_equal(parse("[checklist]\nid = a\nversion = 1\ntitle = t\nsource = s\n", &t, &e),
                     CT_ECONFIG);
    assert_non_null(strstr(e.text, "c.ini:1: [checklist]: the checklist has no items"));
}

static void test_faulty_items(void **state)
{
    (void)state;
    static const struct bad BAD[] = {
        {"text = Site marked?\n", "", 15, "text: is missing"},
        {"kind = yes-no\nna", "na", 15, "kind: is missing"},
        {"kind = yes-no\nna", "kind = maybe\nna", 17, "\"maybe\" is not yes-no"},
        {"na = yes\n", "nah = yes\n", 18, "no such key"},
        {"na = yes\n", "na = y\n", 18, "must be yes or no"},
        {"na = yes\n", "places = 1\n", 18, "does not belong to an item of kind yes-no"},
        {"kind = text\nwhen", "kind = text\nleast = 6 h\nwhen", 30, "does not belong"},
        {"[item.marked]\n", "[item.identity]\n", 15, "in line 10 already"},
        {"choices = N no, Y yes, U not known\n", "", 20, "choices: is missing"},
        {"choices = N no, Y yes, U not known\n", "choices = N no\n", 23, "two or more"},
        {"choices = N no, Y yes, U not known\n", "choices = N no, n yes\n", 23, "comes twice"},
        {"choices = N no, Y yes, U not known\n", "choices = N no, Y\n", 23, "no label"},
        {"choices = N no, Y yes, U not known\n", "choices = N no,, Y yes\n", 23, "is no code"},
        {"choices = N no, Y yes, U not known\n", "choices = N no, given yes\n", 23,
         "is no code"},
        {"choices = N no, Y yes, U not known\n", "choices = N no, na not applicable\n", 23,
         "is no code"},
        {"choices = N no, Y yes, U not known\n",
         "choices = 1 a, 2 a, 3 a, 4 a, 5 a, 6 a, 7 a, 8 a, 9 a, 10 a, 11 a, 12 a, 13 a\n", 23,
         "more than 12"},
        {"note = Tell the team.\n", "", 25, "there is no note"},
        /* Limits. */
        {"hard = 0.5..400.0\n", "", 38, "a number needs its limits"},
        {"hard = 0.5..400.0\n", "hard = 400.0..0.5\n", 43, "the wrong way round"},
        {"hard = 0.5..400.0\n", "hard = 400 .. 0.5\n", 43, "the wrong way round"},
        {"hard = 0.5..400.0\n", "hard = 0.55..400\n", 43, "is not a range"},
        {"hard = 0.5..400.0\n", "hard = 0.5..\n", 43, "is not a range"},
        {"hard = 0.5..400.0\n", "hard = 70\n", 43, "one value only"},
        {"usual = 35.0..200.0\n", "usual = 200..35\n", 44, "the wrong way round"},
        {"usual = 35.0..200.0\n", "usual = 35..500\n", 44, "must lie within hard"},
        {"usual = 35.0..200.0\n", "", 44, "\"low\" is no answer of this item; there is: given"},
        {"places = 1\n", "places = 4\n", 42, "must be 0 to 3"},
        {"unit = kg\n", "unit = kilograms and more\n", 41, "more than 15"},
        {"least = 6 h\n", "least = 6:00\n", 34, "is not a span such as 6 h"},
        {"least = 6 h\n", "least = 0 h\n", 34, "is not a span"},
        {"least = 6 h\n", "least = 6 h 6 h\n", 34, "is not a span"},
        {"least = 6 h\n", "least = 999 h\n", 34, "at most 720 h"},
        {"least = 6 h\n", "least = 6 h\nmost = 5 h 59 min\n", 35, "the wrong way round"},
        {"until = start\n", "until = noon\n", 35, "must be now or start"},
        {"kind = duration\n", "kind = duration\nleast = 2 min\n", 53, "minutes:seconds"},
        {"kind = duration\n", "kind = duration\nleast = 2:60\n", 53, "minutes:seconds"},
        {"least_from = label\n", "least_from = weight\n", 56, "must be of kind duration"},
        {"least_from = label\n", "least_from = labels\n", 56, "there is no item \"labels\""},
        {"least_from = label\n", "least_from = label\nleast = 1:00\n", 56, "a least already"},
        {"kind = duration\n", "kind = duration\nna = yes\n", 57, "must be of kind duration"},
        {"kind = duration\n", "kind = duration\nmandatory = no\n", 57, "mandatory"},
        {"kind = duration\n", "kind = duration\nwhen = allergy Y\n", 57, "may be hidden"},
        {"of = wristband\n", "of = hat\n", 61, "wristband, site or set"},
        {"of = wristband\n", "", 58, "wristband, site or set"},
    };
    refuse(BAD, CT_LEN(BAD));
}

static void test_faulty_conditions_and_stops(void **state)
{
    (void)state;
    static const struct bad BAD[] = {
        {"when = allergy Y\n", "when = alergy Y\n", 30, "there is no item \"alergy\""},
        {"when = allergy Y\n", "when = allergy maybe\n", 30,
         "\"maybe\" is no answer of allergy; there is: N, Y, U"},
        {"when = allergy Y\n", "when = allergy n/a\n", 30, "\"n/a\" is no answer of allergy"},
        {"when = allergy Y\n", "when = allergy\n", 30, "names no answer"},
        {"when = allergy Y\n", "when =\n", 30, "names no item"},
        {"when = allergy Y\n", "when = allergy Y,\n", 30, "names no item"},
        {"when = allergy Y\n", "when = weight high, counts yes\n", 30,
         "\"weight\" stands later, in line 38; a condition looks back only"},
        {"when = allergy Y\n", "when = which given\n", 30, "refers to itself"},
        {"when = allergy Y\n",
         "when = allergy Y, allergy N, allergy U, identity yes, identity no\n", 30,
         "more than 4 conditions"},
        /* Two that wait for each other: the first of them looks ahead. */
        {"stop_on = U\nnote", "when = which given\nstop_on = U\nnote", 24, "in line 28"},
        {"stop_on = U\n", "stop_on = maybe\n", 24, "is no answer of this item"},
        {"stop_on = U\n", "mandatory = no\nstop_on = U\n", 25, "a stop needs mandatory = yes"},
        {"stop_on = U\n", "stop_on = N Y U\n", 24, "could never pass"},
        {"stop_on = U\n", "stop_on = given\n", 24, "could never pass"},
        {"comment_on = no\n", "comment_on = n/o\n", 19, "is no answer"},
        {"comment_on = no\n", "comment_on =\n", 19, "names no answer"},
        {"note_on = Y\n", "note_on = yes\n", 26, "is no answer"},
        {"stop_on = mismatch\n", "stop_on = by-eye\n", 61, "stop_on = mismatch"},
        {"stop_on = short\ncomment", "stop_on = long\ncomment", 36, "there is: enough, short"},
        {"stop_on = past\n", "stop_on = future\n", 67, "there is: coming, past"},
    };
    refuse(BAD, CT_LEN(BAD));
}

static void test_text_over_length(void **state)
{
    (void)state;
    static const struct {
        const char *key;
        size_t max;
    } OF[] = {{"text", CT_CHECK_ITEM_TEXT_MAX},
              {"note", CT_CHECK_NOTE_MAX},
              {"help", CT_CHECK_HELP_MAX}};
    for (size_t k = 0; k < CT_LEN(OF); k++) {
        for (size_t over = 0; over < 2; over++) {
            char line[CT_CHECK_HELP_MAX + 64], says[64];
            CT_BUF text = {0};
            int n = snprintf(line, sizeof line, "%s = ", OF[k].key);
            memset(line + n, 'x', OF[k].max + over);
            snprintf(line + n + OF[k].max + over, 24, "\n%s",
                     k == 0 ? "kind" : "text = Weight\nkind");
            with(&text, "text = Weight\nkind", line);
            struct ct_checklist *t;
            struct ct_error e = {0};
            enum ct_status st = parse(ct_buf_str(&text), &t, &e);
            ct_checklist_free(t);
            assert_int_equal(st, over ? CT_ECONFIG : CT_OK);
            snprintf(says, sizeof says, "c.ini:39: [item.weight] %s: has %zu bytes", OF[k].key,
                     OF[k].max + 1);
            if (over && strstr(e.text, says) == NULL)
                fail_msg("%s, not %s", e.text, says);
        }
    }
}

/* Too many, too large: refused, never cut. */
static void test_bounds(void **state)
{
    (void)state;
    CT_BUF many = {0}, large = {0};
    ct_buf_str_add(&many, DEMO_CHECKLIST);
    ct_buf_str_add(&large, DEMO_CHECKLIST);
    for (int i = 0; i < CT_CHECK_ITEMS_MAX; i++)
        ct_buf_printf(&many, "[item.n%d]\nkind = yes-no\ntext = x\n", i);
    for (int i = 0; i < 150; i++)
        ct_buf_printf(&large,
                      "[item.n%d]\nkind = text\ntext = %0240d\nnote = %0500d\nhelp = %0700d\n",
                      i, 1, 1, 1);
    struct ct_checklist *t;
    struct ct_error e;
    assert_int_equal(parse(ct_buf_str(&many), &t, &e), CT_ECONFIG);
    assert_non_null(strstr(e.text, "[item.n187]: more than 200 items"));
    assert_int_equal(parse(ct_buf_str(&large), &t, &e), CT_ECONFIG);
    assert_non_null(strstr(e.text, "bytes of text, more than 196608"));
}

/* ---- the exact text ---------------------------------------------------------------- */

static void test_canonical_text_is_a_template(void **state)
{
    (void)state;
    CT_BUF first = {0}, again = {0}, other = {0}, text = {0};
    struct ct_checklist *a, *b;
    struct ct_error e;
    assert_int_equal(parse(DEMO_CHECKLIST, &a, &e), CT_OK);
    ct_checklist_canonical(a, &first);
    if (parse(ct_buf_str(&first), &b, &e) != CT_OK)
        fail_msg("%s in %s", e.text, ct_buf_str(&first));
    ct_checklist_canonical(b, &again);
    assert_string_equal(ct_buf_str(&first), ct_buf_str(&again));
    test_same_checklist(a, b);
    ct_checklist_free(a);
    ct_checklist_free(b);
    /* Comments, order of keys and blanks mean nothing. */
    with(&text, "text = Site marked?\nkind = yes-no\nna = yes\n",
         "# by the surgeon\nna = yes\nkind = Yes-No\n  text =   \"Site   marked?\"  \n\n");
    assert_int_equal(parse(ct_buf_str(&text), &a, &e), CT_OK);
    ct_buf_clear(&again);
    ct_checklist_canonical(a, &again);
    ct_checklist_free(a);
    assert_string_equal(ct_buf_str(&first), ct_buf_str(&again));
    /* Every word counts. */
    with(&text, "Site marked?", "Site marked!");
    assert_int_equal(parse(ct_buf_str(&text), &a, &e), CT_OK);
    ct_checklist_canonical(a, &other);
    ct_checklist_free(a);
    assert_string_not_equal(ct_buf_str(&first), ct_buf_str(&other));
}

static void test_canonical_text_of_odd_values(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to;
    } ODD[] = {
        {"text = Site marked?\n", "text = say \"stop\" aloud\n"},
        {"text = Site marked?\n", "text = \"a; b # c\"\n"},
        {"text = Site marked?\n", "text = \"'quoted'\"\n"},
        {"text = Site marked?\n", "text = \"[section.x]\"\n"},
        {"text = Site marked?\n", "text = a = b\n"},
        {"text = Site marked?\n", "text = it's 5 % \\ more\n"},
        {"text = Site marked?\n", "text = \xC3\xA9\xC3\xA0 \xE2\x82\xAC\n"},
        {"text = Site marked?\n", "text = \"ends with \\\"\n"},
        {"N no, Y yes, U not known", "\"N no; never,Y yes # 1 , U  not   known\""},
        {"N no, Y yes, U not known", "N no, Y \"yes\", U not known"},
        {"least = 6 h\n", "least = 90 min\nmost = 12 h 30 min\n"},
        {"least = 6 h\n", "least = 45 min\nmost=720 h\n"},
        {"kind = duration\n", "kind = duration\nleast = 0:05\nmost = 99:59\n"},
        {"hard = 0.5..400.0\n", "hard = 0.5 .. 400\n"},
        {"usual = 35.0..200.0\ncomment_on = low high\n", ""},
        {"when = allergy Y\n", "when = allergy y U, marked n/a no,identity YES\n"},
        {"of = wristband\n", "of = site\n"},
        {"by = ward\n", "by = ward\nnote = \"two; three\"\n"},
        {"source = ", "source_3 = a third\nnote = \"n;\"\nsource = "},
    };
    for (size_t i = 0; i < CT_LEN(ODD); i++) {
        CT_BUF text = {0}, first = {0}, again = {0};
        struct ct_checklist *a, *b;
        struct ct_error e;
        with(&text, ODD[i].from, ODD[i].to);
        if (parse(ct_buf_str(&text), &a, &e) != CT_OK)
            fail_msg("%s: %s", ODD[i].to, e.text);
        ct_checklist_canonical(a, &first);
        if (parse(ct_buf_str(&first), &b, &e) != CT_OK)
            fail_msg("%s: %s", ODD[i].to, e.text);
        test_same_checklist(a, b);
        ct_checklist_canonical(b, &again);
        assert_string_equal(ct_buf_str(&first), ct_buf_str(&again));
        ct_checklist_free(a);
        ct_checklist_free(b);
    }
    /* A no-break space is trimmed, and what it kept apart must still be writable. */
    CT_BUF text = {0};
    struct ct_checklist *a;
    struct ct_error e;
    with(&text, "text = Site marked?\n", "text = \xC2\xA0\"a\" b\n");
    assert_int_equal(parse(ct_buf_str(&text), &a, &e), CT_ECONFIG);
    assert_non_null(strstr(e.text, "c.ini:16: "));
}

static void test_page_for_people(void **state)
{
    (void)state;
    CT_CHECKLIST *t = NULL;
    CT_BUF page = {0};
    struct ct_error e;
    assert_int_equal(parse(DEMO_CHECKLIST, &t, &e), CT_OK);
    ct_checklist_text(t, 60, &page);
    const char *s = ct_buf_str(&page);
    assert_non_null(strstr(s, "demo, version 7, 13 items\n"));
    assert_non_null(strstr(s, "== On the ward (ward; before ready)\n"));
    assert_non_null(strstr(s, "Only when: allergy is Y\n"));
    assert_non_null(strstr(s, "STOPS on: short\n"));
    assert_non_null(strstr(s, "Answer: Y yes, N no, or n/a\n"));
    assert_non_null(strstr(s, "At least: what was answered to label\n"));
    assert_non_null(strstr(s, "At least: 6 h\n"));
    assert_non_null(strstr(s, "usual 35.0-200.0, possible 0.5-400.0\n        kg\n"));
    for (const char *line = s; *line != '\0'; line += strcspn(line, "\n") + 1)
        assert_true(strcspn(line, "\n") <= 60);
}

/* ---- finding ------------------------------------------------------------------------ */

static char dir[TMP_PATH];

static int make_dir(void **state)
{
    (void)state;
    char path[64];
    tmp_dir(dir, "checklist");
    snprintf(path, sizeof path, "%s/checklists", dir);
    return mkdir(path, 0700);
}

static int remove_dir(void **state)
{
    (void)state;
    static const char *const NAMES[] = {"demo.ini", "other.ini", "x-ray.ini", "Notes.txt"};
    char path[80];
    for (size_t i = 0; i < CT_LEN(NAMES); i++) {
        snprintf(path, sizeof path, "%s/checklists/%s", dir, NAMES[i]);
        unlink(path);
    }
    snprintf(path, sizeof path, "%s/checklists", dir);
    return rmdir(path) != 0 || rmdir(dir) != 0;
}

static const char *write_file(const char *name, const char *text)
{
    static char path[80];
    snprintf(path, sizeof path, "%s/checklists/%s", dir, name);
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
    return path;
}

static bool listed(const struct ct_buf *ids, const char *id)
{
    for (const char *s = ct_buf_str(ids); *s != '\0'; s += strlen(s) + 1)
        if (strcmp(s, id) == 0)
            return true;
    return false;
}

static void test_the_site_s_own(void **state)
{
    (void)state;
    struct ct_config c;
    struct ct_error e;
    struct ct_checklist *t = NULL;
    CT_BUF ids = {0}, site = {0};
    ct_config_default(&c);
    assert_int_equal(ct_checklist_ids(&c, &ids, &e), CT_OK);
    assert_true(listed(&ids, "x-ray"));
    assert_false(listed(&ids, "demo"));
    snprintf(c.data_dir, sizeof c.data_dir, "%s", dir);
    write_file("demo.ini", DEMO_CHECKLIST);
    write_file("Notes.txt", "not a checklist");
    assert_int_equal(ct_checklist_ids(&c, &site, &e), CT_OK);
    assert_int_equal(site.len, ids.len + sizeof "demo");
    assert_true(listed(&site, "demo") && listed(&site, "x-ray"));
    assert_int_equal(ct_checklist_load(&c, "demo", &t, &e), CT_OK);
    assert_string_equal(t->title, "Demo list");
    ct_checklist_free(t);
    /* The site's copy hides the built-in one, and when it is wrong that is said. */
    t = NULL;
    assert_int_equal(ct_checklist_load(&c, "x-ray", &t, &e), CT_OK);
    ct_checklist_free(t);
    write_file("x-ray.ini", DEMO_CHECKLIST);
    assert_int_equal(ct_checklist_load(&c, "x-ray", &t, &e), CT_ECONFIG);
    assert_non_null(strstr(e.text,
                           "x-ray.ini:2: [checklist] id: is demo, but the file is named "
                           "x-ray.ini"));
    assert_int_equal(ct_checklist_load(&c, "none", &t, &e), CT_ENOTFOUND);
    assert_int_equal(ct_checklist_load(&c, "../demo", &t, &e), CT_EINVAL);
    assert_int_equal(ct_checklist_load(&c, "", &t, &e), CT_EINVAL);
    t = NULL;
    assert_int_equal(ct_checklist_load_file(write_file("demo.ini", DEMO_CHECKLIST), &t, &e),
                     CT_OK);
    ct_checklist_free(t);
    assert_int_equal(ct_checklist_load_file(write_file("other.ini", DEMO_CHECKLIST), &t, &e),
                     CT_ECONFIG);
}

/* ---- the page ---------------------------------------------------------------------- */

/* docs/checklists.md: what stands between ```ini and ``` loads as it is. */
static void test_the_example_of_the_page_loads(void **state)
{
    (void)state;
    CT_BUF page = {0};
    char chunk[4096];
    size_t n;
    FILE *f = fopen("docs/checklists.md", "rb");
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) > 0)
        ct_buf_add(&page, chunk, n);
    fclose(f);
    const char *from = strstr(ct_buf_str(&page), "```ini\n[checklist]\n");
    assert_non_null(from);
    from += strlen("```ini\n");
    const char *to = strstr(from, "\n```");
    assert_non_null(to);
    CT_CHECKLIST *t = NULL;
    struct ct_error e;
    if (ct_checklist_parse("docs/checklists.md", from, (size_t)(to + 1 - from), &t, &e) !=
        CT_OK)
        fail_msg("%s", e.text);
    assert_string_equal(t->id, "joint-injection");
    /* What the page says of it. */
    struct ct_check_answer a[32] = {0};
    struct ct_check_state s[32];
    const struct ct_check_now at = {1780000000000, CT_UNSET};
    struct ct_check_sum sum;
    assert_true(t->n_items <= CT_LEN(a));
    ct_checklist_eval(t, a, &at, s);
    ct_checklist_sum_before(t, s, CT_CHECK_READY, &sum);
    assert_int_equal(sum.missing, 5);
    size_t thinner = ct_checklist_find(t, "thinner"), inr = ct_checklist_find(t, "inr");
    assert_true(thinner != CT_CHECK_NONE && inr != CT_CHECK_NONE);
    assert_false(s[inr].shown);
    assert_int_equal(ct_check_read(&t->item[thinner], "w", at.now_ms, &a[thinner], &e),
                     CT_V_OK);
    ct_checklist_eval(t, a, &at, s);
    assert_true(s[inr].shown && s[inr].missing);
    assert_int_equal(ct_check_read(&t->item[inr], "3.5", at.now_ms, &a[inr], &e), CT_V_UNUSUAL);
    ct_checklist_eval(t, a, &at, s);
    assert_true(s[inr].stop && s[inr].comment_missing);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_template_is_read),
        cmocka_unit_test(test_faulty_heads_and_sections),
        cmocka_unit_test(test_faulty_items),
        cmocka_unit_test(test_faulty_conditions_and_stops),
        cmocka_unit_test(test_text_over_length),
        cmocka_unit_test(test_bounds),
        cmocka_unit_test(test_canonical_text_is_a_template),
        cmocka_unit_test(test_canonical_text_of_odd_values),
        cmocka_unit_test(test_page_for_people),
        cmocka_unit_test(test_the_site_s_own),
        cmocka_unit_test(test_the_example_of_the_page_loads),
    };
    return cmocka_run_group_tests_name("checklist", tests, make_dir, remove_dir);
}
