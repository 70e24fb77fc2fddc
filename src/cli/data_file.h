/* data_file - check, list and show: what the commands have in common that read data files of
 * a kind (checklists, calibration templates, programmes, import profiles).
 *
 * Layer:  cli. Needs no store and no login.
 */
#ifndef CT_CLI_DATA_FILE_H
#define CT_CLI_DATA_FILE_H

#include <jansson.h>
#include <stdio.h>

#include "cli/cli.h"

enum { CT_CLI_COLUMNS = 80 }; /* of a page */

struct ct_cli_data {
    const char *prefix;             /* of the three words in messages: "template ", or "" */
    int (*usage)(const char *what); /* says what is wrong, and the help; the exit status */
    enum ct_status (*ids)(const struct ct_config *c, struct ct_buf *ret, struct ct_error *e);
    enum ct_status (*load)(const struct ct_config *c, const char *id, void **ret,
                           struct ct_error *e);
    enum ct_status (*load_file)(const char *path, void **ret, struct ct_error *e);
    void (*free)(void *t);
    json_t *(*head)(const void *t);                     /* of list and check */
    void (*line)(const void *t, struct ct_buf *out);    /* of the list */
    void (*right)(const void *t, struct ct_buf *out);   /* of check, behind "FILE: OK, " */
    size_t (*sources)(const void *t, const char *const **ret); /* of the list */
    void (*page)(const void *t, int cols, struct ct_buf *out);
    void (*file)(const void *t, struct ct_buf *out);    /* as it loads again */
    size_t page_max;                                    /* bytes */
};

/* argv[0] is check (FILE...), list or show (NAME). A site's copy that is wrong is said, and
 * does not hide the others. */
int ct_cli_data(const struct ct_cli_data *of, struct ct_cli *cli, int argc, char **argv,
                bool ini);

/* Text from a file, on a terminal: cleaned, and a newline. */
void ct_cli_say(FILE *to, const char *text);
/* JSON holds valid UTF-8 only; the name of a file may be any bytes. */
json_t *ct_cli_json_text(const char *s);
json_t *ct_cli_json_texts(const char *const *s, size_t n);
void ct_cli_json_print(json_t *j); /* to standard output, and freed */

#endif
