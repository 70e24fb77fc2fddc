/* tmp - see tmp.h. */
#include "tests/support/tmp.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* A long path would not fit where tests keep one: then it is /tmp. */
enum { BASE_MAX = TMP_PATH - 16 - (int)sizeof "/ct--XXXXXX" };

static const char *usable(const char *path)
{
    return path != NULL && path[0] == '/' && strlen(path) <= BASE_MAX ? path : NULL;
}

static const char *base(void)
{
    const char *b = usable(getenv("CT_TEST_TMP"));
    if (b == NULL)
        b = usable(getenv("TMPDIR"));
    return b != NULL ? b : "/tmp";
}

const char *tmp_shared(void)
{
    return usable(getenv("CT_TEST_TMP"));
}

void tmp_on_disk(void)
{
    unsetenv("CT_TEST_TMP");
}

void tmp_dir(char *out, const char *name)
{
    snprintf(out, TMP_PATH, "%s/ct-%.16s-XXXXXX", base(), name);
    if (mkdtemp(out) == NULL) {
        perror(out);
        abort();
    }
}

int tmp_file(void)
{
    char path[TMP_PATH];
    snprintf(path, sizeof path, "%s/ct-file-XXXXXX", base());
    int fd = mkostemp(path, O_CLOEXEC);
    if (fd < 0) {
        perror(path);
        abort();
    }
    unlink(path);
    return fd;
}
