/* recorded - a small clinic for tests: a folder, settings, a clock that the test
 * moves, its first administrator, and a way to its raw tables.
 */
#ifndef CT_TESTS_RECORDED_H
#define CT_TESTS_RECORDED_H

#include <sqlite3.h>

#include "record/user.h"
#include "tests/support/tmp.h"

/* Passwords of the people below, and of nobody else. */
#define ADA_PASSWORD "Ada counts 12 tin lanterns"
#define SUE_PASSWORD "Sue paints 31 quiet bridges"
#define TOM_PASSWORD "Tom whistles at 8 windmills"

struct clinic {
    char top[TMP_PATH];     /* the folder to remove */
    char dir[TMP_PATH + 8]; /* the store's, in it */
    int64_t now;           /* both clocks */
    struct ct_config config;
    struct ct_app *app;
};

/* Folder and settings; no clinic yet. */
void recorded_make(struct clinic *c);
/* And a clinic made anew: ada (administrator) made it, and is logged in. */
void clinic_new(struct clinic *c);
/* The same, made once a program and copied: ada has logged in again. */
void clinic_begin(struct clinic *c);
/* And sue (supervisor) and tom (technician); anew, for tests that count the chain's
 * entries, or copied. */
void clinic_new_staff(struct clinic *c);
void clinic_staff(struct clinic *c);
void clinic_end(struct clinic *c);

/* The files of a clinic that nobody is in; put back, they are all that is in its folder. */
struct clinic_kept {
    struct {
        char name[32], *data;
        size_t n;
    } file[8];
    size_t files;
};
void clinic_keep(struct clinic_kept *k, const struct clinic *c);
void clinic_put_back(const struct clinic_kept *k, const struct clinic *c);

struct ct_app *clinic_app(struct clinic *c); /* a further handle, out; ct_app_free */
struct ct_secret *secret_of(const char *text);
enum ct_status recorded_login(struct ct_app *app, const char *login, const char *password,
                            struct ct_error *e);
enum ct_status clinic_again(struct ct_app *app, const char *password); /* reauthenticate */
void clinic_path(const struct clinic *c, const char *name, char out[128]);
void file_copy(const char *from, const char *to);
char *file_read(const char *path, size_t *ret_n); /* free() */
void file_write(const char *path, const void *p, size_t n);

/* A connection of its own to the sealed tables, past every rule of the program.
 * No other connection may use the handle `raw` at a time. */
struct raw {
    struct ct_seal *seal;
    sqlite3 *db;
};
void raw_open(struct raw *r, const struct clinic *c, const struct ct_unlocked *keys);
void raw_close(struct raw *r);
void raw_exec(const struct raw *r, const char *sql);
int raw_try(const struct raw *r, const char *sql); /* a SQLite code */
int64_t raw_int(const struct raw *r, const char *sql);
/* With the append-only triggers out of the way, and back again afterwards. */
void raw_force(const struct raw *r, const char *sql);

/* One value through the app's own connection. */
int64_t app_int(struct ct_app *app, const char *sql);
void app_text(struct ct_app *app, const char *sql, char *out, size_t size);
int64_t chain_end(struct ct_app *app);
/* The newest entry of a verb has this severity, and these words in its detail
 * ("": no detail at all). */
void expect_entry(struct clinic *c, const char *verb, enum ct_severity severity,
                  const char *detail_has);
/* Log out whoever is in, and log in. */
void login_again(struct clinic *c, const char *login, const char *password);

#endif
