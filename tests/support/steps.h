/* steps - what several end-to-end tests do in the same way. */
#ifndef CT_TESTS_STEPS_H
#define CT_TESTS_STEPS_H

#include <stdint.h>

#include "tests/support/clinic.h"
#include "record/record.h"

/* Sanitizers and a shared machine are slow: a bound of the product times this. */
#if defined(__SANITIZE_ADDRESS__)
enum { STEPS_SLOW = 10, STEPS_SANITIZED = 1 };
#else
enum { STEPS_SLOW = 1, STEPS_SANITIZED = 0 };
#endif

#define KEY_SAVE    "\x13" /* ^S */
#define KEY_DISCARD "\x18" /* ^X */
#define KEY_ESC     "\x1b"
#define KEY_DOWN    "\x1b[B"
#define KEY_UP      "\x1b[A"

int64_t steps_now_ms(void); /* monotonic */

/* A copy of a folder of plain files (modes kept); `to` must not exist. */
void steps_copy_dir(const char *from, const char *to);
/* Such a folder and its files, if it is there. */
void steps_remove_dir(const char *dir);
/* The size of DIR/NAME, -1 when it is not there. */
int64_t steps_size(const char *dir, const char *name);
/* Wait until DIR/NAME has grown past `size` (the log: something was committed). */
void steps_wait_grown(const char *dir, const char *name, int64_t size);
/* All bytes of all plain files of a folder, by name, as one hash: has anything
 * changed? The log's index (-shm) is made anew by every process and left out. */
uint64_t steps_hash_dir(const char *dir);

/* Somebody of the test's clinic, logged in beside the terminals at that clock; and out. */
struct ct_app *steps_app(const char *login, const char *password, const struct ct_clock *clock);
void steps_app_out(struct ct_app *app);
/* The password again, for a signature. */
void steps_app_again(struct ct_app *app, const char *password);

/* Wait for the end of the program; milliseconds from `since` to its last breath. */
int64_t steps_end_ms(struct tty *t, int64_t since, int *ret_status);

/* From the home screen: register, come to the empty vitals form of that patient. */
void steps_new_form(struct tty *t, const char *family);
/* The row whose text contains `text`, -1 if none. */
int steps_row_of(struct tty *t, const char *text);
/* Send a key, wait until the screen has answered with `text`. */
void steps_key(struct tty *t, const char *key, const char *text);
/* Wait for a sentence that may be broken over rows between any two words: where, depends on
 * how long a path in it is. */
void steps_expect_flowing(struct tty *t, const char *text);
/* ^S, Enter to each value that is asked about, "unavailable" to what is missing, until
 * `text` stands there. */
void steps_save(struct tty *t, const char *text);
/* Move down with the arrow until the row with `text` bears the mark. */
void steps_choose(struct tty *t, const char *text);
/* A page down the list at a time until the text is there. */
void steps_page_to(struct tty *t, const char *text);

#endif
