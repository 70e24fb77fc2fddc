/* demo_checklist - a small checklist with an item of every kind, for tests. */
#ifndef CT_TESTS_DEMO_CHECKLIST_H
#define CT_TESTS_DEMO_CHECKLIST_H

/* Lines are counted from 1: tests name them. */
static const char DEMO_CHECKLIST[] =
    "[checklist]\n"                       /* 1 */
    "id = demo\n"                         /* 2 */
    "version = 7\n"                       /* 3 */
    "title = Demo list\n"                 /* 4 */
    "source = Nobody in particular\n"     /* 5 */
    "[section.ward]\n"                    /* 6 */
    "title = On the ward\n"               /* 7 */
    "by = ward\n"                         /* 8 */
    "before = ready\n"                    /* 9 */
    "[item.identity]\n"                   /* 10 */
    "text = Identity checked?\n"          /* 11 */
    "kind = yes-no\n"                     /* 12 */
    "two_person = yes\n"                  /* 13 */
    "stop_on = no\n"                      /* 14 */
    "[item.marked]\n"                     /* 15 */
    "text = Site marked?\n"               /* 16 */
    "kind = yes-no\n"                     /* 17 */
    "na = yes\n"                          /* 18 */
    "comment_on = no\n"                   /* 19 */
    "[item.allergy]\n"                    /* 20 */
    "text = Allergy?\n"                   /* 21 */
    "kind = choice\n"                     /* 22 */
    "choices = N no, Y yes, U not known\n" /* 23 */
    "stop_on = U\n"                       /* 24 */
    "note = Tell the team.\n"             /* 25 */
    "note_on = Y\n"                       /* 26 */
    "[item.which]\n"                      /* 27 */
    "text = Which?\n"                     /* 28 */
    "kind = text\n"                       /* 29 */
    "when = allergy Y\n"                  /* 30 */
    "[item.ate]\n"                        /* 31 */
    "text = Last meal?\n"                 /* 32 */
    "kind = since\n"                      /* 33 */
    "least = 6 h\n"                       /* 34 */
    "until = start\n"                     /* 35 */
    "stop_on = short\n"                   /* 36 */
    "comment_on = short\n"                /* 37 */
    "[item.weight]\n"                     /* 38 */
    "text = Weight\n"                     /* 39 */
    "kind = number\n"                     /* 40 */
    "unit = kg\n"                         /* 41 */
    "places = 1\n"                        /* 42 */
    "hard = 0.5..400.0\n"                 /* 43 */
    "usual = 35.0..200.0\n"               /* 44 */
    "comment_on = low high\n"             /* 45 */
    "[section.room]\n"                    /* 46 */
    "title = In the room\n"               /* 47 */
    "by = theatre\n"                      /* 48 */
    "before = start\n"                    /* 49 */
    "[item.label]\n"                      /* 50 */
    "text = Contact time of the label\n"  /* 51 */
    "kind = duration\n"                   /* 52 */
    "[item.contact]\n"                    /* 53 */
    "text = Contact\n"                    /* 54 */
    "kind = timer\n"                      /* 55 */
    "least_from = label\n"                /* 56 */
    "stop_on = short\n"                   /* 57 */
    "[item.band]\n"                       /* 58 */
    "text = Wristband\n"                  /* 59 */
    "kind = scan\n"                       /* 60 */
    "of = wristband\n"                    /* 61 */
    "stop_on = mismatch\n"                /* 62 */
    "comment_on = by-eye\n"               /* 63 */
    "[item.expiry]\n"                     /* 64 */
    "text = Use by\n"                     /* 65 */
    "kind = date\n"                       /* 66 */
    "stop_on = past\n"                    /* 67 */
    "[section.after]\n"                   /* 68 */
    "title = Afterwards\n"                /* 69 */
    "by = theatre\n"                      /* 70 */
    "before = done\n"                     /* 71 */
    "two_person = yes\n"                  /* 72 */
    "[item.counts]\n"                     /* 73 */
    "text = Counts right?\n"              /* 74 */
    "kind = yes-no\n"                     /* 75 */
    "stop_on = no\n"                      /* 76 */
    "[item.remark]\n"                     /* 77 */
    "text = Remark\n"                     /* 78 */
    "kind = text\n"                       /* 79 */
    "mandatory = no\n"                    /* 80 */
    "two_person = no\n"                   /* 81 */
    "[item.left]\n"                       /* 82 */
    "text = Left at\n"                    /* 83 */
    "kind = time\n"                       /* 84 */
    "two_person = no\n";                  /* 85 */

#endif
