/* table - see table.h. */
#include "cli/table.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { EXIT_IO = 74 };

int ct_cli_table_report(const struct ct_cli_table *of, const struct ct_error *e)
{
    fprintf(stderr, "clintech %s: %s\n", of->command, e->text);
    return ct_status_exit(e->status);
}

int ct_cli_table_finish(const struct ct_cli_table *of, int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    fprintf(stderr, "clintech %s: cannot write the result: %s\n", of->command, strerror(errno));
    return EXIT_IO;
}

enum ct_status ct_cli_table_read(void *arg, char *buf, size_t cap, size_t *ret_n,
                                 struct ct_error *reterr)
{
    const int *fd = arg;
    ssize_t n;
    do
        n = read(*fd, buf, cap);
    while (n < 0 && errno == EINTR);
    if (n < 0)
        return ct_fail(reterr, CT_EIO, NULL, "cannot read the table: %s", strerror(errno));
    *ret_n = (size_t)n;
    return CT_OK;
}

static enum ct_status write_stdout(void *arg, const char *data, size_t n,
                                   struct ct_error *reterr)
{
    (void)arg;
    if (fwrite(data, 1, n, stdout) == n)
        return CT_OK;
    return ct_fail(reterr, CT_EIO, NULL, "cannot write the result: %s", strerror(errno));
}

int ct_cli_table_open(const struct ct_cli_table *of, const char *path)
{
    if (strcmp(path, "-") == 0)
        return STDIN_FILENO;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    if (fd >= 0 && fstat(fd, &st) == 0 && S_ISDIR(st.st_mode)) {
        close(fd);
        errno = EISDIR;
        fd = -1;
    }
    if (fd < 0)
        fprintf(stderr, "clintech %s: cannot open %s: %s\n", of->command, path,
                strerror(errno));
    return fd;
}

int ct_cli_table(const struct ct_cli_table *of, const char *path,
                 enum ct_status (*run)(const void *arg, const struct ct_score_csv *ends,
                                       struct ct_score_csv_count *count, struct ct_error *e),
                 const void *arg)
{
    int fd = ct_cli_table_open(of, path);
    if (fd < 0)
        return CT_EXIT_NO_INPUT;
    const struct ct_score_csv ends = {.read = ct_cli_table_read, .read_arg = &fd, .write = write_stdout};
    struct ct_score_csv_count count;
    struct ct_error e;
    enum ct_status st = run(arg, &ends, &count, &e);
    if (fd != STDIN_FILENO)
        close(fd);
    int status = ct_cli_table_finish(of, st == CT_OK ? 0 : ct_cli_table_report(of, &e));
    if (count.refused > 0)
        fprintf(stderr,
                "clintech %s: %" PRIu64 " of %" PRIu64
                " rows have no %s; the column error says why\n",
                of->command, count.refused, count.rows, of->result);
    return status == 0 && count.refused > 0 ? CT_EXIT_WANTING : status;
}
