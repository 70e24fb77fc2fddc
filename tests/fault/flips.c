/* One byte of the store or of the keyring is flipped, again and again: the login
 * refuses or `verify` names the place; nothing crashes, and a refusal changes
 * nothing. CT_SOAK_S=1 takes every byte of the store; otherwise the first and last
 * bytes of each page and of its seal, and bytes between.
 *
 * A page that stops the login is tried byte by byte. The others are first tried alone,
 * and their further bytes many pages at a time, one byte each: `verify` must then name
 * all of these pages, and no other. What a batch does not tell is asked byte by byte.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/store_kit.h"
#include "tests/support/steps.h"
#include "tests/support/ward.h"

enum { PAGE = 4096, SEAL = 48, STRIDE = 2053, PAGES_MAX = 1024 };

struct bytes {
    char *p;
    size_t n;
};

struct flips {
    struct ward w;
    struct bytes store, ring, witness;
    size_t refused, found, healed;
    size_t alone; /* flips of batches that were asked again, each alone */
};

static void path_of(const struct flips *f, const char *name, char out[128])
{
    clinic_path(&f->w.c, name, out);
}

static struct bytes take(const struct flips *f, const char *name)
{
    char path[128];
    struct bytes b;
    path_of(f, name, path);
    b.p = file_read(path, &b.n);
    return b;
}

/* Over the old bytes: a file made anew is synced by some file systems. */
static void put(const struct flips *f, const char *name, const struct bytes *b)
{
    char path[128];
    path_of(f, name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(pwrite(fd, b->p, b->n, 0), b->n);
    assert_int_equal(ftruncate(fd, (off_t)b->n), 0);
    close(fd);
}

/* Mapped, not read: this is asked of two files for each refusal. */
static bool is(const struct flips *f, const char *name, const struct bytes *want)
{
    char path[128];
    struct stat st;
    path_of(f, name, path);
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    assert_true(fd >= 0);
    assert_int_equal(fstat(fd, &st), 0);
    bool same = (size_t)st.st_size == want->n;
    if (same && want->n > 0) {
        void *p = mmap(NULL, want->n, PROT_READ, MAP_PRIVATE | MAP_POPULATE, fd, 0);
        assert_ptr_not_equal(p, MAP_FAILED);
        same = memcmp(p, want->p, want->n) == 0;
        munmap(p, want->n);
    }
    close(fd);
    return same;
}

/* The folder as it was, with nobody in it. */
static void restore(const struct flips *f)
{
    static const char *const EXTRA[] = {CT_STORE_FILE "-wal", CT_STORE_FILE "-shm"};
    char path[128];
    for (size_t i = 0; i < CT_LEN(EXTRA); i++) {
        path_of(f, EXTRA[i], path);
        (void)unlink(path);
    }
    put(f, CT_STORE_FILE, &f->store);
    put(f, "keyring", &f->ring);
    put(f, "witness", &f->witness);
}

static int setup(void **state)
{
    kit_schema(10); /* to patients, vitals and who may read them */
    struct flips *f = calloc(1, sizeof *f);
    if (f == NULL)
        return -1;
    *state = f;
    ward_begin(&f->w);
    int64_t now = f->w.c.now;
    for (int i = 0; i < 6; i++) {
        char family[32];
        snprintf(family, sizeof family, "Flipped%c", 'A' + i);
        int64_t id = ward_patient(&f->w, family, "Invented", "", "1961-03-14");
        for (int k = 0; k < 6; k++)
            ward_record(&f->w, id, "120/80 72 16 98 36.6 A air", now - k * CT_HOUR_MS);
        if (i % 2 == 0)
            ward_alert(&f->w, id, CT_ALERT_ALLERGY);
    }
    ct_logout(f->w.sue);
    ct_logout(f->w.tom);
    ok(ct_db_checkpoint(ct_app_db(f->w.c.app), e));
    ct_app_freep(&f->w.c.app);
    f->store = take(f, CT_STORE_FILE);
    f->ring = take(f, "keyring");
    f->witness = take(f, "witness");
    assert_int_equal(f->store.n % PAGE, 0);
    return 0;
}

static int teardown(void **state)
{
    struct flips *f = *state;
    free(f->store.p);
    free(f->ring.p);
    free(f->witness.p);
    ward_end(&f->w);
    free(f);
    return 0;
}

static bool refusal(enum ct_status s)
{
    return s == CT_EDAMAGED || s == CT_EFOREIGN || s == CT_ENEWER;
}

struct told {
    char page[32];
    bool place;
    size_t lines;
};

static void line(const char *sentence, void *arg)
{
    struct told *t = arg;
    t->lines++;
    t->place = t->place || strstr(sentence, t->page) != NULL;
}

/* The flipped page was written anew, unread: SQLite does that with free pages. */
static bool written_anew(const struct flips *f, size_t at, const char *flipped_page)
{
    struct bytes now = take(f, CT_STORE_FILE);
    size_t page = at / PAGE * PAGE;
    bool anew = now.n < page + PAGE || memcmp(now.p + page, flipped_page, PAGE) != 0;
    free(now.p);
    return anew;
}

/* One flip of the store, judged. The file must hold it already. */
static void judge(struct flips *f, size_t at, const struct bytes *flipped)
{
    struct ct_error e = {0};
    struct ct_app *app = clinic_app(&f->w.c);
    enum ct_status s = recorded_login(app, "sue", SUE_PASSWORD, &e);
    if (s != CT_OK) {
        if (!refusal(s) || e.text[0] == '\0')
            fail_msg("byte %zu: login: %s: %s", at, ct_status_name(s), e.text);
        if (!is(f, CT_STORE_FILE, flipped))
            fail_msg("byte %zu: the refused login changed the store", at);
        f->refused++;
        ct_app_free(app);
        return;
    }
    struct told told = {.lines = 0};
    struct ct_verify_report r = {0};
    snprintf(told.page, sizeof told.page, "Page %zu of", at / PAGE + 1);
    s = ct_verify(app, line, &told, &r, &e);
    if (s != CT_OK && !refusal(s))
        fail_msg("byte %zu: verify: %s: %s", at, ct_status_name(s), e.text);
    if (s == CT_OK && r.problems == 0) {
        if (!written_anew(f, at, flipped->p + at / PAGE * PAGE))
            fail_msg("byte %zu: nobody noticed", at);
        f->healed++;
    } else if (s == CT_OK && !told.place) {
        fail_msg("byte %zu: verify told %zu things and not the page", at, told.lines);
    } else {
        f->found++;
    }
    ct_app_free(app);
}

/* A bit of its own for each byte. */
static void turn(struct flips *f, size_t at)
{
    f->store.p[at] = (char)(f->store.p[at] ^ (1 << (at % 8)));
}

static void flip_store(struct flips *f, size_t at)
{
    turn(f, at);
    restore(f);
    judge(f, at, &f->store);
    turn(f, at);
}

/* ---- many pages at once ------------------------------------------------------- */

/* Bytes of different pages, of which none keeps anybody from logging in. */
struct batch {
    size_t at[PAGES_MAX], n;
};

struct named {
    bool page[PAGES_MAX];
};

static void name_page(const char *sentence, void *arg)
{
    struct named *named = arg;
    size_t page;
    if (sscanf(sentence, "Page %zu of", &page) == 1 && page >= 1 && page <= PAGES_MAX)
        named->page[page - 1] = true;
}

static bool logs_in(struct flips *f)
{
    struct ct_app *app = clinic_app(&f->w.c);
    enum ct_status s = recorded_login(app, "sue", SUE_PASSWORD, NULL);
    ct_app_free(app);
    return s == CT_OK;
}

/* The pages named, of the store as it is in f. Nothing where nobody gets in. */
static void names_of(struct flips *f, struct named *ret)
{
    struct ct_verify_report r = {0};
    struct ct_error e = {0};
    *ret = (struct named){.page = {false}};
    restore(f);
    struct ct_app *app = clinic_app(&f->w.c);
    if (recorded_login(app, "sue", SUE_PASSWORD, &e) == CT_OK) {
        enum ct_status s = ct_verify(app, name_page, ret, &r, &e);
        if (s != CT_OK && !refusal(s))
            fail_msg("verify of many pages: %s: %s", ct_status_name(s), e.text);
    }
    ct_app_free(app);
}

static void flip_batch(struct flips *f, struct batch *b)
{
    struct named named;
    for (size_t i = 0; i < b->n; i++)
        turn(f, b->at[i]);
    names_of(f, &named);
    for (size_t i = 0; i < b->n; i++)
        turn(f, b->at[i]);
    for (size_t i = 0; i < b->n; i++) {
        bool told = named.page[b->at[i] / PAGE];
        named.page[b->at[i] / PAGE] = false;
        if (told)
            f->found++;
        else
            flip_store(f, b->at[i]); /* written anew, perhaps */
        f->alone += !told;
    }
    for (size_t i = 0; i < PAGES_MAX; i++)
        if (named.page[i])
            fail_msg("verify named page %zu, of which no byte was flipped", i + 1);
    b->n = 0;
}

/* The first and last bytes of the page's text, of nonce, tag, epoch and zeros. */
static bool at_an_edge(size_t in_page)
{
    static const size_t EDGE[] = {0,
                                  20,
                                  PAGE - SEAL - 1,
                                  PAGE - SEAL,
                                  PAGE - SEAL + 24,
                                  PAGE - SEAL + 39,
                                  PAGE - SEAL + 40,
                                  PAGE - 1};
    for (size_t i = 0; i < CT_LEN(EDGE); i++)
        if (EDGE[i] == in_page)
            return true;
    return false;
}

/* The flipped bytes of the page, from *at on, in order. False: no more. */
static bool next_in_page(size_t page, size_t *at)
{
    static int all = -1;
    if (all < 0)
        all = getenv("CT_SOAK_S") != NULL;
    for (; *at < (page + 1) * PAGE; ++*at)
        if (all || at_an_edge(*at % PAGE) || *at % STRIDE == 0)
            return true;
    return false;
}

/* The page's first flips; true when its further ones may go into a batch. Under the
 * sanitizers two pages of three are only asked whether they stop the login. */
static bool flip_first(struct flips *f, size_t page, size_t *at, size_t *n)
{
    assert_true(next_in_page(page, at));
    if (STEPS_SANITIZED && page % 3 != 0) {
        turn(f, *at);
        restore(f);
        bool in = logs_in(f);
        turn(f, *at);
        if (in)
            return true;
    }
    size_t refused = f->refused;
    for (; next_in_page(page, at); ++*at, ++*n) {
        flip_store(f, *at);
        if (f->refused == refused) {
            ++*at;
            ++*n;
            return true;
        }
        refused = f->refused;
    }
    return false;
}

static void test_every_page_of_the_store(void **state)
{
    struct flips *f = *state;
    size_t pages = f->store.n / PAGE, n = 0, in_batches = 0;
    static size_t at[PAGES_MAX];
    static bool together[PAGES_MAX];
    static struct batch batch;
    assert_true(pages <= PAGES_MAX);
    for (size_t page = 0; page < pages; page++) {
        at[page] = page * PAGE;
        together[page] = flip_first(f, page, &at[page], &n);
    }
    for (bool more = true; more;) {
        for (size_t page = 0; page < pages; page++)
            if (together[page] && next_in_page(page, &at[page]))
                batch.at[batch.n++] = at[page]++;
        more = batch.n > 0;
        in_batches += batch.n;
        flip_batch(f, &batch);
    }
    restore(f);
    n += in_batches;
    if (getenv("CT_TELL") != NULL)
        fprintf(stderr,
                "%zu flips in %zu pages: %zu refused, %zu found, %zu written anew;"
                " %zu in batches, %zu of these asked again\n",
                n, pages, f->refused, f->found, f->healed, in_batches, f->alone);
    assert_int_equal(f->refused + f->found + f->healed, n);
    assert_true(f->refused > 0);
    assert_true(f->found > 0);
    assert_true(f->healed * 20 < n); /* by far the most were noticed as what they are */
    assert_true(f->alone * 20 < n);
}

/* Two pages that changed places are each sealed well, and neither is where it
 * belongs. */
static void test_swapped_pages(void **state)
{
    struct flips *f = *state;
    size_t pages = f->store.n / PAGE;
    char a[PAGE], b[PAGE];
    for (size_t i = 1; i < pages; i += 3) {
        size_t k = (i * 7 + 3) % pages;
        if (k == i)
            continue;
        restore(f);
        memcpy(a, f->store.p + i * PAGE, PAGE);
        memcpy(b, f->store.p + k * PAGE, PAGE);
        memcpy(f->store.p + i * PAGE, b, PAGE);
        memcpy(f->store.p + k * PAGE, a, PAGE);
        put(f, CT_STORE_FILE, &f->store);
        judge(f, i * PAGE, &f->store);
        memcpy(f->store.p + i * PAGE, a, PAGE);
        memcpy(f->store.p + k * PAGE, b, PAGE);
    }
    restore(f);
}

/* Cut anywhere: refused, or the missing pages are told. */
static void test_cut_store(void **state)
{
    struct flips *f = *state;
    size_t whole = f->store.n, cuts[] = {0,    1,        99,        100,          PAGE - 1,
                                         PAGE, PAGE + 1, whole / 2, whole - PAGE, whole - 1};
    for (size_t i = 0; i < CT_LEN(cuts); i++) {
        restore(f);
        f->store.n = cuts[i];
        put(f, CT_STORE_FILE, &f->store);
        struct ct_error e = {0};
        struct ct_app *app = clinic_app(&f->w.c);
        enum ct_status s = recorded_login(app, "sue", SUE_PASSWORD, &e);
        struct told told = {.lines = 0};
        struct ct_verify_report r = {0};
        if (s == CT_OK) {
            s = ct_verify(app, line, &told, &r, &e);
            if (s == CT_OK && r.problems == 0)
                fail_msg("cut to %zu bytes: nobody noticed", cuts[i]);
        }
        if (s != CT_OK && !refusal(s) && s != CT_ENOTFOUND)
            fail_msg("cut to %zu bytes: %s: %s", cuts[i], ct_status_name(s), e.text);
        ct_app_free(app);
        f->store.n = whole;
    }
    restore(f);
}

/* Every byte of the keyring, by every bit of it in turn: no password is even
 * tried, and the keyring stays as it is. */
static void test_every_byte_of_the_keyring(void **state)
{
    struct flips *f = *state;
    restore(f);
    for (size_t at = 0; at < f->ring.n; at++) { /* nothing else changes: it is looked at */
        unsigned char with = (unsigned char)(1u << (at % 8));
        f->ring.p[at] = (char)(f->ring.p[at] ^ with);
        put(f, "keyring", &f->ring);
        struct ct_error e = {0};
        struct ct_app *app = clinic_app(&f->w.c);
        enum ct_status s = recorded_login(app, "tom", TOM_PASSWORD, &e);
        if (!refusal(s) || e.text[0] == '\0')
            fail_msg("byte %zu of the keyring: %s: %s", at, ct_status_name(s), e.text);
        if (!is(f, "keyring", &f->ring) || !is(f, CT_STORE_FILE, &f->store))
            fail_msg("byte %zu of the keyring: the refusal changed something", at);
        ct_app_free(app);
        f->ring.p[at] = (char)(f->ring.p[at] ^ with);
    }
    restore(f);
}

/* The witness is plain text that anybody may damage: the login goes on and says
 * so, or does not need the line. */
static void test_every_byte_of_the_witness(void **state)
{
    struct flips *f = *state;
    size_t warned = 0, step = STEPS_SANITIZED ? 41 : 7;
    for (size_t at = 0; at < f->witness.n; at += step) {
        f->witness.p[at] = (char)(f->witness.p[at] ^ 2);
        restore(f);
        struct ct_error err = {0};
        struct ct_app *app = clinic_app(&f->w.c);
        struct told told = {.lines = 0};
        struct ct_verify_report r = {0};
        if (recorded_login(app, "sue", SUE_PASSWORD, &err) != CT_OK)
            fail_msg("byte %zu of the witness: %s", at, err.text);
        warned += ct_app_warning(app)[0] != '\0';
        ok(ct_verify(app, line, &told, &r, e));
        ct_app_free(app);
        f->witness.p[at] = (char)(f->witness.p[at] ^ 2);
    }
    restore(f);
    assert_true(warned > 0);
}

/* ---- through the program ------------------------------------------------------ */

static int program(const struct flips *f, char *out, size_t size)
{
    const char *argv[] = {test_program(),    "--dir", f->w.c.dir, "--as",   "sue",
                          "--password-file", "-",     "verify",   "--json", NULL};
    return test_run(argv, SUE_PASSWORD "\n", out, size);
}

static void test_the_program_says_so(void **state)
{
    struct flips *f = *state;
    char out[16384];
    restore(f);
    assert_int_equal(program(f, out, sizeof out), 0);
    assert_non_null(strstr(out, "\"ok\": true"));

    size_t last = f->store.n - PAGE + 100; /* a page that opening does not read */
    size_t tried = 0, found = 0;
    for (size_t at = last; tried < 6 && at > PAGE; at -= PAGE * 3, tried++) {
        restore(f);
        f->store.p[at] = (char)(f->store.p[at] ^ 1);
        put(f, CT_STORE_FILE, &f->store);
        int status = program(f, out, sizeof out);
        f->store.p[at] = (char)(f->store.p[at] ^ 1);
        if (status == 1) {
            char page[32];
            snprintf(page, sizeof page, "Page %zu of", at / PAGE + 1);
            assert_non_null(strstr(out, "\"ok\": false"));
            assert_non_null(strstr(out, page));
            found++;
        } else if (status != 65) {
            fail_msg("byte %zu: ended with %d: %s", at, status, out);
        }
    }
    assert_true(found > 0);

    restore(f);
    f->store.p[50] = (char)(f->store.p[50] ^ 1); /* page 1: nothing opens */
    put(f, CT_STORE_FILE, &f->store);
    int first = program(f, out, sizeof out);
    f->store.p[50] = (char)(f->store.p[50] ^ 1);
    assert_int_equal(first, 65);
    assert_non_null(strstr(out, "clintech: "));

    restore(f);
    f->ring.p[f->ring.n / 2] = (char)(f->ring.p[f->ring.n / 2] ^ 1);
    put(f, "keyring", &f->ring);
    int ring = program(f, out, sizeof out);
    f->ring.p[f->ring.n / 2] = (char)(f->ring.p[f->ring.n / 2] ^ 1);
    assert_int_equal(ring, 65);
    restore(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_page_of_the_store),
        cmocka_unit_test(test_swapped_pages),
        cmocka_unit_test(test_cut_store),
        cmocka_unit_test(test_every_byte_of_the_keyring),
        cmocka_unit_test(test_every_byte_of_the_witness),
        cmocka_unit_test(test_the_program_says_so),
    };
    return cmocka_run_group_tests_name("flips", tests, setup, teardown);
}
