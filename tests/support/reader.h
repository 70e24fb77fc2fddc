/* reader - the second implementation of the store's format (tests/format/read_store.py), asked
 * by a test.
 */
#ifndef CT_TESTS_READER_H
#define CT_TESTS_READER_H

#include <stdint.h>

#include <jansson.h>

/* Without Python and its binding nothing can be shown: that is a failure. */
void reader_need(void);
/* The reader's answer (json_decref) and its exit status. No login: the secret is the
 * recovery code. */
json_t *reader_read(const char *dir, const char *login, const char *secret, int *ret);
/* Of a store that is as it should be. */
json_t *reader_sound(const char *dir, const char *login, const char *secret);
/* j[a][b]; it is there or the test fails. */
int64_t reader_number(const json_t *j, const char *a, const char *b);
/* It ends so, and says `words` of it. */
void reader_expect(const char *dir, const char *login, const char *secret, int want,
                   const char *words);

#endif
