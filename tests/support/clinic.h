/* clinic - a demo clinic in a folder of the test's own, and a way in. */
#ifndef CT_TESTS_CLINIC_H
#define CT_TESTS_CLINIC_H

#include "base/config.h"
#include "tests/support/tty.h"

#define CLINIC_TECH "tech1"
#define CLINIC_TECH_PASSWORD "demo walnut lantern 1"
#define CLINIC_SUPERVISOR "sam"
#define CLINIC_SUPERVISOR_PASSWORD "demo walnut lantern 9"
#define CLINIC_ADMIN "admin"
#define CLINIC_ADMIN_PASSWORD "demo walnut lantern 0"

/* One a test program, made by `clintech demo`; borrowed path of its folder. */
const char *clinic_dir(void);
/* A second, third ... clinic of its own. Within the suite, what one program had made is
 * copied by those that want the same within a minute: two calls may give one store. */
void clinic_demo(const char *dir, const char *patients, const char *days);

/* Settings for a session in this process: the defaults, but no password is raised by a
 * login. (A file of settings of a test's own says [security] public_passwords = yes.) */
void clinic_config(struct ct_config *c);

/* The workstation on that clinic; o may be NULL. Waits for the login screen. */
struct tty *clinic_open(const struct tty_options *o);
struct tty *clinic_open_dir(const char *dir, const struct tty_options *o);
/* Log in and wait for the home screen. */
void clinic_enter(struct tty *t, const char *login, const char *password);

/* `clintech ARGS...` on that clinic, the password on standard input when not
 * NULL; the output in out. */
int clinic_run(const char *password, char *out, size_t size, const char *const *args);
/* verify finds nothing wrong. */
void clinic_verify(const char *dir);

/* Register a patient from the home screen and stand on the patient's screen. */
void clinic_register(struct tty *t, const char *family, const char *given, const char *born);

#endif
