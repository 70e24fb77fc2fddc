/* clinic - see clinic.h. */
#include "tests/support/clinic.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "tests/support/steps.h"
#include "tests/support/tmp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <cmocka.h>

/* One shift from eleven hours ago to eleven hours ahead: no test begins in one
 * shift and ends in the next. */
static void settings(const char *dir)
{
    char path[512];
    struct tm from, to;
    time_t now = time(NULL), early = now - 11 * 3600, late = now + 11 * 3600;
    localtime_r(&early, &from);
    localtime_r(&late, &to);
    snprintf(path, sizeof path, "%s/config.ini", dir);
    FILE *f = fopen(path, "a");
    assert_non_null(f);
    fprintf(f, "[shifts]\nlate = %02d:%02d-%02d:%02d\n", from.tm_hour, from.tm_min, to.tm_hour,
            to.tm_min);
    assert_int_equal(fclose(f), 0);
}

static void make(const char *dir, const char *patients, const char *days)
{
    char out[4096];
    const char *argv[] = {test_program(), "--dir", dir,      "demo", "--patients", patients,
                          "--days",       days,    "--seed", "7",    NULL};
    int status = test_run(argv, NULL, out, sizeof out);
    if (status != 0)
        fail_msg("demo ended with %d: %s", status, out);
}

/* A story that ends now is one for a minute. */
static bool fresh(const char *dir)
{
    enum { KEPT_S = 60 };
    struct stat st;
    return stat(dir, &st) == 0 && time(NULL) - st.st_mtime < KEPT_S;
}

/* From the clinic that some program of the suite made within the last minute, with the
 * same clintech; where there is none, this one makes it. False: there is no such place. */
static bool copied(const char *dir, const char *patients, const char *days)
{
    char kept[TMP_PATH + 64], making[TMP_PATH + 80], lock[TMP_PATH + 80];
    const char *top = tmp_shared();
    if (top == NULL)
        return false;
    struct stat program;
    assert_int_equal(stat(test_program(), &program), 0);
    snprintf(kept, sizeof kept, "%s/demo-%llx-%s-%s", top, (unsigned long long)program.st_ino,
             patients, days);
    snprintf(lock, sizeof lock, "%s.lock", kept);
    int fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0)
        return false;
    while (flock(fd, LOCK_EX) != 0)
        assert_int_equal(errno, EINTR);
    if (!fresh(kept)) {
        snprintf(making, sizeof making, "%s.new", kept);
        steps_remove_dir(making);
        make(making, patients, days);
        steps_remove_dir(kept);
        assert_int_equal(rename(making, kept), 0);
    }
    steps_copy_dir(kept, dir);
    close(fd);
    return true;
}

void clinic_demo(const char *dir, const char *patients, const char *days)
{
    if (!copied(dir, patients, days))
        make(dir, patients, days);
    settings(dir);
}

void clinic_config(struct ct_config *c)
{
    ct_config_default(c);
    c->public_passwords = true;
}

const char *clinic_dir(void)
{
    static char dir[128];
    if (dir[0] == '\0') {
        snprintf(dir, sizeof dir, "%s/clinic", test_dir());
        clinic_demo(dir, "14", "2");
    }
    return dir;
}

struct tty *clinic_open_dir(const char *dir, const struct tty_options *o)
{
    struct tty_options own = o != NULL ? *o : (struct tty_options){0};
    const char *argv[] = {test_program(), "--dir", dir, NULL};
    if (own.argv == NULL)
        own.argv = argv;
    struct tty *t = tty_open(&own);
    tty_expect(t, "Login");
    return t;
}

struct tty *clinic_open(const struct tty_options *o)
{
    return clinic_open_dir(clinic_dir(), o);
}

void clinic_enter(struct tty *t, const char *login, const char *password)
{
    tty_send(t, login);
    tty_send(t, "\r");
    tty_send(t, password);
    tty_send(t, "\r");
    tty_expect_gone(t, "Password");
}

int clinic_run(const char *password, char *out, size_t size, const char *const *args)
{
    const char *argv[32] = {test_program(), "--dir", clinic_dir()};
    size_t n = 3;
    if (password != NULL) {
        argv[n++] = "--password-file";
        argv[n++] = "-";
    }
    for (size_t i = 0; args[i] != NULL && n < 31; i++)
        argv[n++] = args[i];
    char line[256];
    snprintf(line, sizeof line, "%s\n", password != NULL ? password : "");
    return test_run(argv, password != NULL ? line : NULL, out, size);
}

void clinic_verify(const char *dir)
{
    char out[8192];
    const char *argv[] = {test_program(),    "--dir", dir,      "--as", CLINIC_SUPERVISOR,
                          "--password-file", "-",     "verify", NULL};
    int status = test_run(argv, CLINIC_SUPERVISOR_PASSWORD "\n", out, sizeof out);
    if (status != 0)
        fail_msg("verify ended with %d: %s", status, out);
    assert_non_null(strstr(out, "nothing is wrong"));
}

void clinic_register(struct tty *t, const char *family, const char *given, const char *born)
{
    tty_send(t, "n");
    tty_expect(t, "NEW PATIENT");
    tty_send(t, family);
    tty_send(t, "\r");
    tty_send(t, given);
    tty_send(t, "\r\r"); /* no number */
    tty_send(t, born);
    tty_send(t, "\rn"); /* not estimated: advances by itself */
    tty_send(t, "f");
    tty_send(t, "Bay 9\r");
    tty_expect(t, "No vitals yet");
}
