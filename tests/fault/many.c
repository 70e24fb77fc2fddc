/* Four processes record vitals at once, with checkpoints, and one of them is killed
 * again and again and replaced: what was acknowledged is there with the values that
 * were sent, at most one set a kill is there beyond it, and the chain verifies.
 * CT_SOAK_S is how long it goes on, 6 s unless set. tests/soak/clinic.c is the large one.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>

#include "tests/support/store_kit.h"
#include "tests/support/crowd.h"
#include "tests/support/steps.h"

enum { WORKERS = 4, CHECKPOINT_PAGES = 100, OWN_CHECKPOINT = 25 };

static void turn(struct crowd_worker *w)
{
    (void)crowd_record(w);
    if (w->me == 0 && w->i % OWN_CHECKPOINT == 0)
        crowd_checkpoint(w);
}

static int setup(void **state)
{
    struct crowd *c = calloc(1, sizeof *c);
    assert_non_null(c);
    *state = c;
    kit_schema(10); /* to patients, vitals and who may read them */
    crowd_begin(c, CHECKPOINT_PAGES);
    return 0;
}

static int teardown(void **state)
{
    struct crowd *c = *state;
    crowd_end(c);
    free(c);
    return 0;
}

static void test_four_at_once_one_killed_again_and_again(void **state)
{
    struct crowd *c = *state;
    struct crowd_word word;
    const char *soak = getenv("CT_SOAK_S");
    int64_t end = steps_now_ms() + 1000 * (soak != NULL ? strtol(soak, NULL, 10) : 6);
    for (int i = 0; i < WORKERS; i++)
        crowd_start(c, i, turn);
    int64_t progress = steps_now_ms();
    /* longer on a machine that is busy with other things */
    while (steps_now_ms() < end || (c->kills < 4 && steps_now_ms() < end + 60000)) {
        /* So many more sets, and then one of the four dies, whatever it is doing. */
        for (size_t more = c->n + 1 + crowd_chance(&c->seed, 60);
             c->n < more && steps_now_ms() < end + 60000;) {
            if (crowd_hear(c, 100, &word))
                progress = steps_now_ms();
            else if (steps_now_ms() - progress > 20000)
                fail_msg("nobody has recorded anything for 20 s");
        }
        int victim = (int)crowd_chance(&c->seed, WORKERS);
        crowd_stop(c, victim);
        crowd_start(c, victim, turn);
    }
    for (int i = 0; i < WORKERS; i++)
        crowd_stop(c, i);
    while (crowd_hear(c, 0, &word)) { /* said before they died */
    }
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr, "%zu sets acknowledged, %d kills\n", c->n, c->kills);
    assert_true(c->kills >= 4 + WORKERS);
    for (int i = 0; i < WORKERS; i++)
        assert_true(c->by[i] > 0);
    crowd_check(c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_four_at_once_one_killed_again_and_again),
    };
    return cmocka_run_group_tests_name("many", tests, setup, teardown);
}
