/* demo_checklist - see demo_checklist.h. */
#include "tests/support/demo_checklist.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <string.h>

/* Lines are counted from 1: tests name them. */
const char DEMO_CHECKLIST[] = "[checklist]\n"                        /* 1 */
                              "id = demo\n"                          /* 2 */
                              "version = 7\n"                        /* 3 */
                              "title = Demo list\n"                  /* 4 */
                              "source = Nobody in particular\n"      /* 5 */
                              "[section.ward]\n"                     /* 6 */
                              "title = On the ward\n"                /* 7 */
                              "by = ward\n"                          /* 8 */
                              "before = ready\n"                     /* 9 */
                              "[item.identity]\n"                    /* 10 */
                              "text = Identity checked?\n"           /* 11 */
                              "kind = yes-no\n"                      /* 12 */
                              "two_person = yes\n"                   /* 13 */
                              "stop_on = no\n"                       /* 14 */
                              "[item.marked]\n"                      /* 15 */
                              "text = Site marked?\n"                /* 16 */
                              "kind = yes-no\n"                      /* 17 */
                              "na = yes\n"                           /* 18 */
                              "comment_on = no\n"                    /* 19 */
                              "[item.allergy]\n"                     /* 20 */
                              "text = Allergy?\n"                    /* 21 */
                              "kind = choice\n"                      /* 22 */
                              "choices = N no, Y yes, U not known\n" /* 23 */
                              "stop_on = U\n"                        /* 24 */
                              "note = Tell the team.\n"              /* 25 */
                              "note_on = Y\n"                        /* 26 */
                              "[item.which]\n"                       /* 27 */
                              "text = Which?\n"                      /* 28 */
                              "kind = text\n"                        /* 29 */
                              "when = allergy Y\n"                   /* 30 */
                              "[item.ate]\n"                         /* 31 */
                              "text = Last meal?\n"                  /* 32 */
                              "kind = since\n"                       /* 33 */
                              "least = 6 h\n"                        /* 34 */
                              "until = start\n"                      /* 35 */
                              "stop_on = short\n"                    /* 36 */
                              "comment_on = short\n"                 /* 37 */
                              "[item.weight]\n"                      /* 38 */
                              "text = Weight\n"                      /* 39 */
                              "kind = number\n"                      /* 40 */
                              "unit = kg\n"                          /* 41 */
                              "places = 1\n"                         /* 42 */
                              "hard = 0.5..400.0\n"                  /* 43 */
                              "usual = 35.0..200.0\n"                /* 44 */
                              "comment_on = low high\n"              /* 45 */
                              "[section.room]\n"                     /* 46 */
                              "title = In the room\n"                /* 47 */
                              "by = theatre\n"                       /* 48 */
                              "before = start\n"                     /* 49 */
                              "[item.label]\n"                       /* 50 */
                              "text = Contact time of the label\n"   /* 51 */
                              "kind = duration\n"                    /* 52 */
                              "[item.contact]\n"                     /* 53 */
                              "text = Contact\n"                     /* 54 */
                              "kind = timer\n"                       /* 55 */
                              "least_from = label\n"                 /* 56 */
                              "stop_on = short\n"                    /* 57 */
                              "[item.band]\n"                        /* 58 */
                              "text = Wristband\n"                   /* 59 */
                              "kind = scan\n"                        /* 60 */
                              "of = wristband\n"                     /* 61 */
                              "stop_on = mismatch\n"                 /* 62 */
                              "comment_on = by-eye\n"                /* 63 */
                              "[item.expiry]\n"                      /* 64 */
                              "text = Use by\n"                      /* 65 */
                              "kind = date\n"                        /* 66 */
                              "stop_on = past\n"                     /* 67 */
                              "[section.after]\n"                    /* 68 */
                              "title = Afterwards\n"                 /* 69 */
                              "by = theatre\n"                       /* 70 */
                              "before = done\n"                      /* 71 */
                              "two_person = yes\n"                   /* 72 */
                              "[item.counts]\n"                      /* 73 */
                              "text = Counts right?\n"               /* 74 */
                              "kind = yes-no\n"                      /* 75 */
                              "stop_on = no\n"                       /* 76 */
                              "[item.remark]\n"                      /* 77 */
                              "text = Remark\n"                      /* 78 */
                              "kind = text\n"                        /* 79 */
                              "mandatory = no\n"                     /* 80 */
                              "two_person = no\n"                    /* 81 */
                              "[item.left]\n"                        /* 82 */
                              "text = Left at\n"                     /* 83 */
                              "kind = time\n"                        /* 84 */
                              "two_person = no\n";                   /* 85 */

static void same_sections(const struct ct_checklist *a, const struct ct_checklist *b)
{
    assert_int_equal(a->n_sections, b->n_sections);
    for (size_t i = 0; i < a->n_sections; i++) {
        const struct ct_check_section *x = &a->section[i], *y = &b->section[i];
        assert_string_equal(x->id, y->id);
        assert_string_equal(x->title, y->title);
        assert_string_equal(x->by, y->by);
        assert_string_equal(x->note, y->note);
        assert_int_equal(x->before, y->before);
        assert_int_equal(x->two_person, y->two_person);
        assert_int_equal(x->first, y->first);
        assert_int_equal(x->n, y->n);
    }
}

static void same_texts(const struct ct_check_item *x, const struct ct_check_item *y)
{
    assert_string_equal(x->id, y->id);
    assert_string_equal(x->text, y->text);
    assert_string_equal(x->note, y->note);
    assert_string_equal(x->help, y->help);
    assert_string_equal(x->unit, y->unit);
    assert_int_equal(x->n_choices, y->n_choices);
    for (size_t c = 0; c < x->n_choices; c++) {
        assert_string_equal(x->choices[c].code, y->choices[c].code);
        assert_string_equal(x->choices[c].label, y->choices[c].label);
    }
}

static void same_item(const struct ct_check_item *x, const struct ct_check_item *y)
{
    same_texts(x, y);
    assert_int_equal(x->kind, y->kind);
    assert_int_equal(x->section, y->section);
    assert_int_equal(x->mandatory, y->mandatory);
    assert_int_equal(x->na, y->na);
    assert_int_equal(x->two_person, y->two_person);
    assert_int_equal(x->comment_on, y->comment_on);
    assert_int_equal(x->stop_on, y->stop_on);
    assert_int_equal(x->note_on, y->note_on);
    assert_int_equal(x->n_when, y->n_when);
    for (size_t k = 0; k < x->n_when; k++) {
        assert_int_equal(x->when[k].item, y->when[k].item);
        assert_int_equal(x->when[k].set, y->when[k].set);
    }
    assert_int_equal(x->places, y->places);
    assert_int_equal(x->hard_lo, y->hard_lo);
    assert_int_equal(x->hard_hi, y->hard_hi);
    assert_int_equal(x->usual_lo, y->usual_lo);
    assert_int_equal(x->usual_hi, y->usual_hi);
    assert_int_equal(x->least_ms, y->least_ms);
    assert_int_equal(x->most_ms, y->most_ms);
    assert_int_equal(x->least_from, y->least_from);
    assert_int_equal(x->until_start, y->until_start);
    assert_int_equal(x->scan, y->scan);
}

void test_same_checklist(const struct ct_checklist *a, const struct ct_checklist *b)
{
    assert_string_equal(a->id, b->id);
    assert_string_equal(a->version, b->version);
    assert_string_equal(a->title, b->title);
    assert_string_equal(a->note, b->note);
    assert_int_equal(a->n_sources, b->n_sources);
    for (size_t s = 0; s < a->n_sources; s++)
        assert_string_equal(a->source[s], b->source[s]);
    same_sections(a, b);
    assert_int_equal(a->n_items, b->n_items);
    for (size_t i = 0; i < a->n_items; i++)
        same_item(&a->item[i], &b->item[i]);
}
