/* Random bytes at every screen, escape sequences, pastes and sizes among them: the
 * program goes on or leaves as if told to, and the store verifies afterwards. The
 * seed is fixed; CT_SEED and CT_SOAK_S=1 (20 times the bytes) vary it.
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

#include "base/status.h"
#include "tests/support/steps.h"

static uint64_t seed;
static char dir[200];

static uint32_t chance(uint32_t below)
{
    seed = seed * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (uint32_t)(seed >> 33) % below;
}

static const char *const SEQUENCES[] = {"\x1b[A",
                                        "\x1b[B",
                                        "\x1b[C",
                                        "\x1b[D",
                                        "\x1b[5~",
                                        "\x1b[6~",
                                        "\x1b[H",
                                        "\x1b[F",
                                        "\x1bOP",
                                        "\x1b[15~",
                                        "\x1b[20~",
                                        "\x1b[21~",
                                        "\x1b",
                                        "\r",
                                        "\r",
                                        "\t",
                                        "\x1b[Z",
                                        "\x7f",
                                        "\x13",
                                        "\x18",
                                        "\x1b[200~pasted 120/80 \x1b[201~",
                                        "\x1b[200~",
                                        "\x1b[201~",
                                        "\x1b[M !!",
                                        "\x1b[<0;10;10M",
                                        "\x1b[1;5C",
                                        "\x1b[",
                                        "\x1b[999999999999~",
                                        "\x9b\x9b",
                                        "\xc3\x28",
                                        "\xe2\x80\xae",
                                        "\xf0\x9f\x98\x80",
                                        "e\xcc\x81\xcc\x81\xcc\x81",
                                        "12276711697a368a",
                                        "=bp 120/80 p 72\r",
                                        "12080\x1b[A+32",
                                        "*p3",
                                        "--r",
                                        "-u",
                                        "@MON-1\r",
                                        "\x1b[I",
                                        "\x1b[O",
                                        "\x1b]0;title\x07",
                                        "\x1bP1$r0m\x1b\\",
                                        "\x1b[?1;2c"};

/* From the home screen to the place. */
static const struct {
    const char *name, *login, *password, *keys, *shows;
} PLACES[] = {
    {"login", NULL, NULL, "", "Login"},
    {"home", CLINIC_TECH, CLINIC_TECH_PASSWORD, "", "NOW"},
    {"board", CLINIC_TECH, CLINIC_TECH_PASSWORD, "b", "BOARD"},
    {"round", CLINIC_TECH, CLINIC_TECH_PASSWORD, "b r", "ROUND"},
    {"find", CLINIC_TECH, CLINIC_TECH_PASSWORD, "/", "FIND"},
    {"register", CLINIC_TECH, CLINIC_TECH_PASSWORD, "n", "NEW PATIENT"},
    {"patient", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\r", "e amend"},
    {"amend", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\re", "AMEND"},
    {"alerts", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\ra", "ALERTS"},
    {"vitals", CLINIC_TECH, CLINIC_TECH_PASSWORD, "v", "VITALS"},
    {"tap", CLINIC_TECH, CLINIC_TECH_PASSWORD, "v\r\rt", "COUNT THE PULSE"},
    {"correct", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\rc", "CORRECT"},
    {"trend", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\rt", "other chart"},
    {"versions", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\ri", "VERSIONS"},
    {"shift", CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "l", "SHIFT LOG"},
    {"evidence", CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "la\r", "EVIDENCE"},
    {"users", CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "u", "USERS"},
    {"user-add", CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "un", "NEW USER"},
    {"worklist", CLINIC_TECH, CLINIC_TECH_PASSWORD, "w", "WORKLIST"},
    {"procedure", CLINIC_TECH, CLINIC_TECH_PASSWORD, "w\r", "planned "},
    {"plan", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\rp", "PLAN A PROCEDURE"},
    {"consent", CLINIC_TECH, CLINIC_TECH_PASSWORD, "wo", "CONSENT"},
    {"checklists", CLINIC_TECH, CLINIC_TECH_PASSWORD, "\rkn\r", " open"},
    {"confidential", CLINIC_SUPERVISOR, CLINIC_SUPERVISOR_PASSWORD, "\rP", "who looked"},
    {"password", CLINIC_TECH, CLINIC_TECH_PASSWORD, "p", "CHANGE YOUR"},
    {"palette", CLINIC_TECH, CLINIC_TECH_PASSWORD, ":", "GO TO"},
    {"help", CLINIC_TECH, CLINIC_TECH_PASSWORD, "?", "KEYS"},
    {"locked", CLINIC_TECH, CLINIC_TECH_PASSWORD, "L", "LOCKED"},
    {"admin", CLINIC_ADMIN, CLINIC_ADMIN_PASSWORD, "", "ADMINISTRATION"},
};

static struct tty *go_to(size_t i)
{
    struct tty *t =
        clinic_open_dir(dir, &(struct tty_options){.term = i % 3 == 2 ? "linux" : NULL});
    if (PLACES[i].login != NULL) {
        clinic_enter(t, PLACES[i].login, PLACES[i].password);
        tty_expect(t, "store ok");
    }
    steps_key(t, PLACES[i].keys, PLACES[i].shows);
    tty_blind(t);
    return t;
}

/* Some bytes of one of the kinds. */
static size_t some(unsigned char *out)
{
    size_t n = 0;
    switch (chance(4)) {
    case 0: /* a sequence, whole or cut */
    {
        const char *s = SEQUENCES[chance(CT_LEN(SEQUENCES))];
        n = strlen(s);
        memcpy(out, s, n);
        if (chance(5) == 0 && n > 1)
            n = 1 + chance((uint32_t)n - 1);
        return n;
    }
    case 1: /* what people type */
        for (n = 0; n < 12; n++)
            out[n] = (unsigned char)(' ' + chance(95));
        return n;
    case 2: /* digits and Enters */
        for (n = 0; n < 8; n++)
            out[n] = (unsigned char)"0123456789.,/-\r\ty"[chance(17)];
        return n;
    default: /* anything */
        for (n = 0; n < 16; n++)
            out[n] = (unsigned char)chance(256);
        return n;
    }
}

static void assert_left_well(struct tty *t, const char *place)
{
    int status = tty_wait_exit(t);
    /* It left, gave the terminal back, and a ^C or ^\ met its last instructions. */
    bool interrupted = status == 128 + SIGINT || status == 128 + SIGQUIT;
    if (status != 0 && !interrupted) {
        size_t n;
        const char *raw = tty_raw(t, &n);
        fprintf(stderr, "%.*s\n", (int)(n < 6000 ? n : 6000), raw + (n < 6000 ? 0 : n - 6000));
        fail_msg("%s: ended with %d (seed %llu)", place, status, (unsigned long long)seed);
    }
}

/* Alive: it answers ^L with a whole screen; that of privacy is short. */
static void assert_answers(struct tty *t, const char *place)
{
    tty_resize(t, 24, 80);
    tty_settle(t, 50);
    tty_bytes_reset(t);
    tty_send(t, "\x1b[201~\x0c");
    if (!tty_wait_bytes(t, 40, 10000) && !tty_gone(t))
        fail_msg("%s: it answers no more", place);
}

static void verify(void)
{
    char out[8192];
    const char *argv[] = {test_program(),    "--dir", dir,      "--as", CLINIC_ADMIN,
                          "--password-file", "-",     "verify", NULL};
    int status = test_run(argv, CLINIC_ADMIN_PASSWORD "\n", out, sizeof out);
    if (status != 0 && strstr(out, "too many wrong tries") == NULL)
        fail_msg("verify ended with %d: %s", status, out);
}

/* A clinic of its own: wrong passwords make the next try wait. */
static void fresh_clinic(void)
{
    static int n;
    snprintf(dir, sizeof dir, "%s/monkey%d", test_dir(), n++);
    steps_copy_dir(clinic_dir(), dir);
}

static void torment(size_t i, size_t bytes)
{
    struct tty *t = go_to(i);
    for (size_t sent = 0; sent < bytes;) {
        unsigned char b[64];
        size_t n = some(b);
        tty_send_n(t, b, n);
        sent += n;
        if (chance(40) == 0)
            tty_resize(t, 1 + (int)chance(50), 1 + (int)chance(180));
        else if (chance(20) == 0)
            tty_resize(t, 24, 80);
        tty_wait_bytes(t, SIZE_MAX, 0); /* takes what it wrote */
        if (tty_gone(t)) {              /* it was told to leave: again */
            assert_left_well(t, PLACES[i].name);
            tty_close(t);
            verify();
            fresh_clinic();
            t = go_to(i);
        }
    }
    tty_settle(t, 50);
    if (!tty_gone(t)) {
        assert_answers(t, PLACES[i].name);
        if (!tty_gone(t)) {
            tty_hangup(t);
            int status = tty_wait_exit(t);
            if (status != 129 && status != 0)
                fail_msg("%s: a hang-up ended it with %d", PLACES[i].name, status);
        }
    } else {
        assert_left_well(t, PLACES[i].name);
    }
    tty_close(t);
}

static void test_every_screen(void **state)
{
    (void)state;
    size_t bytes = (STEPS_SANITIZED ? 2500 : 5000) * (getenv("CT_SOAK_S") != NULL ? 20 : 1);
    for (size_t i = 0; i < CT_LEN(PLACES); i++) {
        const char *s = getenv("CT_SEED");
        seed = (s != NULL ? strtoull(s, NULL, 10) : 1) * 1000 + i;
        fresh_clinic();
        torment(i, bytes);
        verify();
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_screen),
    };
    return cmocka_run_group_tests_name("monkey", tests, NULL, NULL);
}
