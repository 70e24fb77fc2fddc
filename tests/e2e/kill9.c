/* kill -9 at any moment of a technician's work: the store opens, `verify` finds
 * nothing wrong, and everything the screen had confirmed is there.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/vitals.h"
#include "tests/support/steps.h"
#include "tests/support/tmp.h"

enum { ROUNDS = STEPS_SANITIZED ? 5 : 12, SETS = 6, PULSE = 60, QUIET_MS = 400 * STEPS_SLOW };

static uint64_t seed = 9;

static uint32_t chance(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static struct tty *technician(void)
{
    struct tty *t = clinic_open(NULL);
    clinic_enter(t, CLINIC_TECH, CLINIC_TECH_PASSWORD);
    tty_expect(t, "NOW");
    return t;
}

static struct ct_app *supervisor(void)
{
    struct ct_app *app = NULL;
    struct ct_config config;
    struct ct_error e;
    CT_SECRET *s = NULL;
    clinic_config(&config);
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, &e), CT_OK);
    assert_true(
        ct_secret_add(s, CLINIC_SUPERVISOR_PASSWORD, strlen(CLINIC_SUPERVISOR_PASSWORD)));
    assert_int_equal(ct_app_new(clinic_dir(), &config, &CT_CLOCK_SYSTEM, &app, &e), CT_OK);
    if (ct_login(app, CLINIC_SUPERVISOR, s, &e) != CT_OK)
        fail_msg("the store does not open: %s", e.text);
    assert_string_equal(ct_app_warning(app), "");
    return app;
}

static void said(const char *sentence, void *arg)
{
    (void)arg;
    fprintf(stderr, "verify: %s\n", sentence);
}

static void verify(struct ct_app *app)
{
    struct ct_verify_report r = {0};
    struct ct_error e;
    if (ct_verify(app, said, NULL, &r, &e) != CT_OK)
        fail_msg("verify: %s", e.text);
    assert_int_equal(r.problems, 0);
}

static int64_t find(struct ct_app *app, const char *name)
{
    struct ct_patient_hits hits = {0};
    struct ct_error e;
    assert_int_equal(ct_patient_find(app, name, 10, &hits, &e), CT_OK);
    int64_t id = hits.n == 1 ? hits.hit[0].id : 0;
    assert_true(hits.n <= 1);
    ct_patient_hits_done(&hits);
    return id;
}

/* Kill when so many bytes have come, whatever the program is doing then. */
static void kill_after(struct tty *t, size_t bytes)
{
    tty_wait_bytes(t, bytes, QUIET_MS);
    tty_kill(t, SIGKILL);
    assert_int_equal(tty_wait_exit(t), 128 + SIGKILL);
}

/* The pulse of the set that the screen calls saved, 0 if it shows none. */
static int confirmed(struct tty *t)
{
    const char *screen = tty_screen(t);
    const char *saved = strstr(screen, "SAVED "), *pulse = strstr(screen, "  P ");
    return saved != NULL && pulse != NULL && pulse > saved ? (int)strtol(pulse + 4, NULL, 10)
                                                           : 0;
}

/* The sets in the store are the first ones that were typed, in order, at least up
 * to the confirmed one. */
static void check_sets(const char *name, int last_confirmed)
{
    struct ct_app *app = supervisor();
    struct ct_vitals *set = NULL;
    struct ct_error e;
    size_t n = 0;
    verify(app);
    int64_t id = find(app, name);
    assert_true(id != 0);
    assert_int_equal(ct_vitals_list(app, id, CT_UNSET, 100, &set, &n, &e), CT_OK);
    bool there[SETS] = {false};
    for (size_t i = 0; i < n; i++) {
        int64_t k = set[i].v[CT_Q_PULSE].n - PULSE;
        assert_true(k >= 0 && k < SETS && !there[k]);
        there[k] = true;
        assert_int_equal(set[i].v[CT_Q_SBP].n, 122);
        assert_int_equal(set[i].v[CT_Q_TEMP].n, 368);
        assert_int_equal(set[i].score, 0);
    }
    for (size_t k = 0; k < n; k++)
        if (!there[k])
            fail_msg("set %zu is missing and a later one is there", k + 1);
    if (last_confirmed != 0 && !there[last_confirmed - PULSE])
        fail_msg("pulse %d was confirmed on the screen and is lost", last_confirmed);
    free(set);
    ct_app_free(app);
}

static void test_confirmed_sets_survive(void **state)
{
    (void)state;
    size_t seen = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char name[32], keys[64], pulse_text[16];
        snprintf(name, sizeof name, "Killable%c", 'a' + round);
        struct tty *t = technician();
        steps_new_form(t, name);
        steps_key(t, KEY_ESC, "No vitals yet");
        int whole = (int)chance(SETS), pulse = 0;
        for (int i = 0; i <= whole; i++) {
            tty_settle(t, 50);
            tty_bytes_reset(t);
            snprintf(keys, sizeof keys, "%sv12276%d1697a368a" KEY_SAVE, i > 0 ? "\r" : "",
                     PULSE + i);
            tty_send(t, keys);
            if (i == whole)
                break;
            snprintf(pulse_text, sizeof pulse_text, "P %d  RR", PULSE + i);
            tty_expect(t, pulse_text);
            tty_expect(t, "SAVED");
            pulse = PULSE + i;
        }
        kill_after(t, 1 + chance(2500));
        if (confirmed(t) > pulse)
            pulse = confirmed(t);
        seen += pulse == PULSE + whole;
        tty_close(t);
        check_sets(name, pulse);
    }
    assert_true(seen > 0); /* some were killed just after they were confirmed */
}

static void test_confirmed_registrations_survive(void **state)
{
    (void)state;
    size_t confirmed_n = 0;
    for (int round = 0; round < ROUNDS; round++) {
        char name[32], keys[160];
        snprintf(name, sizeof name, "Newcomer%c", 'a' + round);
        struct tty *t = technician();
        tty_settle(t, 100);
        tty_bytes_reset(t);
        snprintf(keys, sizeof keys, "n%s\rInvented\r\r%d %d 19%d\rnfBay %d\r", name, 1 + round,
                 1 + round % 12, 30 + round * 3, round);
        tty_send(t, keys);
        kill_after(t, 200 + chance(3600));
        bool told = strstr(tty_screen(t), "Registered.") != NULL;
        tty_close(t);
        struct ct_app *app = supervisor();
        verify(app);
        if (told && find(app, name) == 0)
            fail_msg("%s was confirmed on the screen and is lost", name);
        confirmed_n += told;
        ct_app_free(app);
    }
    assert_true(confirmed_n > 0 || STEPS_SANITIZED);
}

/* In the middle of a login, a lock, a change of users: the clinic opens. */
static void test_killed_at_the_doors(void **state)
{
    (void)state;
    for (int round = 0; round < ROUNDS; round++) {
        struct tty *t = clinic_open(NULL);
        tty_settle(t, 50);
        tty_bytes_reset(t);
        if (round % 3 == 2) {
            clinic_enter(t, CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD);
            tty_expect(t, "NOW");
            char keys[200];
            snprintf(keys, sizeof keys, "unnewcomer%c\rNew Person\rt\r%s\r", 'a' + round,
                     CLINIC_SUPERVISOR_PASSWORD);
            tty_send(t, keys);
            kill_after(t, chance(5000));
        } else {
            tty_send(t, CLINIC_TECH "\r" CLINIC_TECH_PASSWORD "\rL" CLINIC_TECH_PASSWORD "\r");
            kill_after(t, chance(3000));
        }
        tty_close(t);
        struct ct_app *app = supervisor();
        verify(app);
        ct_app_free(app);
    }
    clinic_verify(clinic_dir());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_confirmed_sets_survive),
        cmocka_unit_test(test_confirmed_registrations_survive),
        cmocka_unit_test(test_killed_at_the_doors),
    };
    tmp_on_disk();
    return cmocka_run_group_tests_name("kill9", tests, NULL, NULL);
}
