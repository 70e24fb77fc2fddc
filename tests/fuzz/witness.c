/* Any bytes as a witness file, alone or behind the lines that there are: each line is told
 * once, in order, what is no line is called garbled, and a login's check ends with a verdict. */
#include "record/witness.h"
#include "tests/fuzz/clinic.h"

struct told {
    size_t lines, last;
    int64_t good;
};

static void line(size_t number, enum ct_witness_line verdict, const struct ct_head *head,
                 void *arg)
{
    struct told *t = arg;
    demand(number > t->last);
    demand(verdict == CT_LINE_GARBLED || (head != NULL && head->seq > 0));
    t->last = number;
    t->lines++;
    t->good += verdict == CT_LINE_GOOD;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static char *genuine, path[256];
    static size_t genuine_n;
    struct ct_app *app = fuzz_clinic();
    if (size < 1)
        return 0;
    if (genuine == NULL) {
        ct_witness_path(app, path, sizeof path);
        FILE *f = fopen(path, "rbe");
        demand(f != NULL && (genuine = malloc(4096)) != NULL);
        genuine_n = fread(genuine, 1, 4096, f);
        fclose(f);
    }
    FILE *f = fopen(path, "wbe");
    demand(f != NULL);
    size_t kept = data[0] & 1 ? genuine_n : 0;
    if (data[0] & 2 && kept > 0) /* a line of it changed at one place */
        kept = data[0] % genuine_n + 1;
    demand(fwrite(genuine, 1, kept, f) == kept);
    demand(fwrite(data + 1, 1, size - 1, f) == size - 1 && fclose(f) == 0);
    struct told t = {0};
    struct ct_error err = {0};
    int64_t good = 0;
    enum ct_status s = ct_witness_walk(app, line, &t, &good, &err);
    demand(s == CT_OK || err.text[0] != '\0');
    demand(s != CT_OK || good == t.good);
    struct ct_witness_finding found = {.verdict = CT_WITNESS_GOOD};
    s = ct_witness_check(app, &found, &err);
    demand(s == CT_OK || err.text[0] != '\0');
    demand(found.verdict != CT_WITNESS_BROKEN || found.head.seq > 0);
    return 0;
}
