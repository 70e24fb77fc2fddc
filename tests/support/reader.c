/* reader - see reader.h. */
#include "tests/support/reader.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/support/recorded.h"
#include "tests/support/steps.h"

static void secret_file(const char *text, char path[160])
{
    snprintf(path, 160, "%s/secret", test_dir());
    file_write(path, text, strlen(text));
}

/* Runs Python with these arguments; Debian's own if it is there, for that is the one
 * that has the binding. */
static int python(const char *const *args, char *out, size_t size)
{
    const char *argv[24] = {"/usr/bin/python3"};
    size_t n = 1;
    if (access(argv[0], X_OK) != 0) {
        argv[0] = "/usr/bin/env";
        argv[n++] = "python3";
    }
    for (size_t i = 0; args[i] != NULL && n < 23; i++)
        argv[n++] = args[i];
    return test_run(argv, NULL, out, size);
}

json_t *reader_read(const char *dir, const char *login, const char *secret, int *ret)
{
    enum { SIZE = 1 << 18 };
    char path[160], *out = calloc(1, SIZE);
    assert_non_null(out);
    secret_file(secret, path);
    const char *with[] = {"tests/format/read_store.py",
                          dir,
                          "--json",
                          "--tables",
                          "--verify",
                          "--login",
                          login,
                          "--password-file",
                          path,
                          NULL};
    const char *code[] = {"tests/format/read_store.py",
                          dir,
                          "--json",
                          "--tables",
                          "--verify",
                          "--recovery-file",
                          path,
                          NULL};
    *ret = python(login != NULL ? with : code, out, SIZE);
    json_t *j = json_loads(out, 0, NULL);
    if (j == NULL)
        fail_msg("the reader ended with %d: %s", *ret, out);
    free(out);
    return j;
}

int64_t reader_number(const json_t *j, const char *a, const char *b)
{
    const json_t *v = json_object_get(json_object_get(j, a), b);
    if (!json_is_integer(v))
        fail_msg("the reader does not say %s %s", a, b);
    return json_integer_value(v);
}

json_t *reader_sound(const char *dir, const char *login, const char *secret)
{
    int status;
    json_t *j = reader_read(dir, login, secret, &status);
    if (status != 0) {
        char *text = json_dumps(j, JSON_INDENT(1));
        fail_msg("%s: the reader ended with %d: %s", login, status, text);
    }
    return j;
}

void reader_expect(const char *dir, const char *login, const char *secret, int want,
                   const char *words)
{
    int status;
    json_t *j = reader_read(dir, login, secret, &status);
    char *text = json_dumps(j, 0);
    if (status != want || strstr(text, words) == NULL)
        fail_msg("the reader ended with %d, not %d and \"%s\": %s", status, want, words, text);
    free(text);
    json_decref(j);
}

void reader_need(void)
{
    static const char *const TRY[] = {"-c",
                                      "import nacl.bindings, sqlite3, sys\n"
                                      "sqlite3.Connection.deserialize",
                                      NULL};
    char out[2000];
    if (python(TRY, out, sizeof out) != 0)
        fail_msg("The reader of the store's format needs Python 3.11 or later with its "
                 "libsodium binding (Debian: python3 and python3-nacl): %s",
                 out);
}
