/* steps - see steps.h. */
#include "tests/support/steps.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

enum { BOUND_MS = 20 * 1000 };

int64_t steps_now_ms(void)
{
    struct timespec ts;
    clock_gettime(CLOCK_MONOTONIC, &ts);
    return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static void copy_file(const char *from, const char *to, mode_t mode)
{
    char buf[65536];
    ssize_t n;
    int in = open(from, O_RDONLY | O_CLOEXEC);
    int out = open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
    assert_true(in >= 0 && out >= 0);
    while ((n = read(in, buf, sizeof buf)) > 0)
        assert_int_equal(write(out, buf, (size_t)n), n);
    assert_int_equal(n, 0);
    close(in);
    assert_int_equal(close(out), 0);
}

void steps_copy_dir(const char *from, const char *to)
{
    assert_int_equal(mkdir(to, 0700), 0);
    DIR *d = opendir(from);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d)) != NULL;) {
        char a[512], b[512];
        struct stat st;
        snprintf(a, sizeof a, "%s/%s", from, e->d_name);
        snprintf(b, sizeof b, "%s/%s", to, e->d_name);
        if (stat(a, &st) == 0 && S_ISREG(st.st_mode))
            copy_file(a, b, st.st_mode & 0777);
    }
    closedir(d);
}

void steps_remove_dir(const char *dir)
{
    DIR *d = opendir(dir);
    if (d == NULL)
        return;
    for (struct dirent *e; (e = readdir(d)) != NULL;)
        if (e->d_type != DT_DIR)
            assert_int_equal(unlinkat(dirfd(d), e->d_name, 0), 0);
    closedir(d);
    assert_int_equal(rmdir(dir), 0);
}

int64_t steps_size(const char *dir, const char *name)
{
    char path[512];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", dir, name);
    return stat(path, &st) == 0 ? (int64_t)st.st_size : -1;
}

void steps_wait_grown(const char *dir, const char *name, int64_t size)
{
    int64_t end = steps_now_ms() + BOUND_MS;
    while (steps_size(dir, name) <= size) {
        if (steps_now_ms() > end)
            fail_msg("%s/%s did not grow", dir, name);
        poll(NULL, 0, 5);
    }
}

static uint64_t hash_file(const char *path, uint64_t h)
{
    unsigned char buf[65536];
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t n;
    while (fd >= 0 && (n = read(fd, buf, sizeof buf)) > 0)
        for (ssize_t i = 0; i < n; i++)
            h = (h ^ buf[i]) * UINT64_C(1099511628211);
    if (fd >= 0)
        close(fd);
    return h;
}

uint64_t steps_hash_dir(const char *dir)
{
    struct dirent **name = NULL;
    int n = scandir(dir, &name, NULL, alphasort);
    uint64_t h = UINT64_C(14695981039346656037);
    for (int i = 0; i < n; i++) {
        char path[512];
        struct stat st;
        snprintf(path, sizeof path, "%s/%s", dir, name[i]->d_name);
        const char *end = strrchr(name[i]->d_name, '-');
        bool index = end != NULL && strcmp(end, "-shm") == 0;
        if (!index && stat(path, &st) == 0 && S_ISREG(st.st_mode)) {
            for (const char *p = name[i]->d_name; *p != '\0'; p++)
                h = (h ^ (unsigned char)*p) * UINT64_C(1099511628211);
            h = hash_file(path, h);
        }
        free(name[i]);
    }
    free(name);
    return h;
}

int64_t steps_end_ms(struct tty *t, int64_t since, int *ret_status)
{
    *ret_status = tty_wait_exit(t);
    return steps_now_ms() - since;
}

void steps_new_form(struct tty *t, const char *family)
{
    unsigned h = 0;
    char born[16];
    for (const char *p = family; *p != '\0'; p++)
        h = h * 31 + (unsigned char)*p;
    /* a birthday of its own: else the program asks whether it is the same person */
    snprintf(born, sizeof born, "%u %u %u", 1 + h % 28, 1 + h / 28 % 12, 1940 + h / 336 % 50);
    tty_expect(t, "NOW");
    clinic_register(t, family, "Invented", born);
    steps_key(t, "v", "VITALS");
    tty_expect(t, "missing 7 of 7");
}

int steps_row_of(struct tty *t, const char *text)
{
    for (int row = 0; row < 24; row++)
        if (strstr(tty_row(t, row), text) != NULL)
            return row;
    return -1;
}

void steps_key(struct tty *t, const char *key, const char *text)
{
    tty_send(t, key);
    tty_expect(t, text);
}

void steps_choose(struct tty *t, const char *text)
{
    tty_expect(t, text);
    tty_settle(t, 150); /* the mark may come after the text */
    for (int i = 0; i < 40; i++) {
        int row = steps_row_of(t, text);
        if (row >= 0 && tty_row(t, row)[0] == '>')
            return;
        tty_send(t, KEY_DOWN);
        tty_settle(t, 150);
    }
    fprintf(stderr, "%s\n", tty_screen(t));
    fail_msg("the mark never came to \"%s\"", text);
}

void steps_page_to(struct tty *t, const char *text)
{
    for (int i = 0; i < 12 && !tty_shows(t, text); i++) {
        tty_send(t, "\x1b[6~");
        tty_settle(t, 100);
    }
    tty_expect(t, text);
}

static bool flows(struct tty *t, const char *text)
{
    char all[8192];
    size_t n = 0;
    for (const char *s = tty_screen(t); *s != '\0' && n < sizeof all - 1; s++) {
        char c = *s == '\n' ? ' ' : *s;
        if (c != ' ' || (n > 0 && all[n - 1] != ' '))
            all[n++] = c;
    }
    all[n] = '\0';
    return strstr(all, text) != NULL;
}

void steps_expect_flowing(struct tty *t, const char *text)
{
    int64_t end = steps_now_ms() + BOUND_MS;
    while (!flows(t, text) && steps_now_ms() < end)
        tty_settle(t, 20);
    if (!flows(t, text)) {
        fprintf(stderr, "%s\n", tty_screen(t));
        fail_msg("never shown: \"%s\"", text);
    }
}

/* The sentence may be broken between any two words. */
static bool asks(struct tty *t)
{
    return tty_shows(t, "unusual (") || tty_shows(t, "a jump from");
}

void steps_save(struct tty *t, const char *text)
{
    int64_t end = steps_now_ms() + BOUND_MS;
    tty_send(t, KEY_SAVE);
    while (!tty_shows(t, text) && steps_now_ms() < end) {
        if (asks(t)) {
            tty_send(t, "\r");
            tty_expect_gone(t, "unusual (");
            tty_expect_gone(t, "a jump from");
            tty_send(t, KEY_SAVE);
        }
        if (tty_shows(t, "Not complete (")) {
            tty_send(t, "u");
            tty_expect_gone(t, "Not complete (");
        }
        tty_settle(t, 20);
    }
    tty_expect(t, text);
}

/* ---- beside the terminals ------------------------------------------------------- */

static struct ct_secret *secret(const char *password)
{
    struct ct_secret *s = NULL;
    assert_int_equal(ct_secret_new(CT_SECRET_MAX, &s, NULL), CT_OK);
    assert_true(ct_secret_add(s, password, strlen(password)));
    return s;
}

struct ct_app *steps_app(const char *login, const char *password, const struct ct_clock *clock)
{
    struct ct_config c;
    struct ct_app *app = NULL;
    clinic_config(&c);
    assert_int_equal(ct_app_new(clinic_dir(), &c, clock, &app, NULL), CT_OK);
    struct ct_secret *s = secret(password);
    assert_int_equal(ct_login(app, login, s, NULL), CT_OK);
    ct_secret_free(s);
    return app;
}

void steps_app_out(struct ct_app *app)
{
    ct_logout(app);
    ct_app_free(app);
}

void steps_app_again(struct ct_app *app, const char *password)
{
    struct ct_secret *s = secret(password);
    assert_int_equal(ct_reauthenticate(app, s, NULL), CT_OK);
    ct_secret_free(s);
}
