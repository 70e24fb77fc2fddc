/* Configuration: whatever is wrong with a site's file is refused with its file
 * and line; what is read is what a person sees in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <fcntl.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/embed.h"
#include "tests/support/tmp.h"

static char dir[64];

static int make_dir(void **state)
{
    (void)state;
    tmp_dir(dir, "config");
    return 0;
}

static int remove_dir(void **state)
{
    (void)state;
    return rmdir(dir);
}

static void path_of(const char *name, char out[128])
{
    snprintf(out, 128, "%s/%s", dir, name);
}

static void write_file(const char *name, const void *data, size_t n, mode_t mode)
{
    char path[128];
    path_of(name, path);
    int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, data, n), n);
    assert_int_equal(fchmod(fd, mode), 0);
    assert_int_equal(close(fd), 0);
}

static void remove_file(const char *name)
{
    char path[128];
    path_of(name, path);
    assert_int_equal(unlink(path), 0);
}

/* A whole file in memory; the caller frees. */
static char *slurp(const char *path, size_t *n)
{
    FILE *f = fopen(path, "rb");
    assert_non_null(f);
    char *data = calloc(1, CT_INI_MAX_BYTES);
    assert_non_null(data);
    *n = fread(data, 1, CT_INI_MAX_BYTES, f);
    assert_int_equal(fclose(f), 0);
    return data;
}

static void refused_bytes(const char *data, size_t n, int line, const char *words)
{
    struct ct_ini *ini = NULL;
    struct ct_error err = {0};
    if (ct_ini_parse("x.ini", data, n, &ini, &err) != CT_ECONFIG)
        fail_msg("accepted, where it should say \"%s\"", words);
    assert_null(ini);
    char where[24] = "x.ini: ";
    if (line > 0)
        snprintf(where, sizeof where, "x.ini:%d: ", line);
    if (strncmp(err.text, where, strlen(where)) != 0 || strstr(err.text, words) == NULL)
        fail_msg("%s (wanted %s and \"%s\")", err.text, where, words);
}

static void refused(const char *text, int line, const char *words)
{
    refused_bytes(text, strlen(text), line, words);
}

static void test_what_is_wrong_has_its_line(void **state)
{
    (void)state;
    refused("a = 1\n[s]\n", 1, "before the first");
    refused("# fine\n\n[s\na = 1\n", 3, "nothing behind");
    refused("[s] ; note\n", 1, "nothing behind");
    refused("[s]]\n", 1, "nothing behind");
    refused("[]\n", 1, "no name");
    refused("[  ]\n", 1, "no name");
    refused("[a:b]\n", 1, "letters, digits");
    refused("[a b]\n", 1, "letters, digits");
    refused("[\xC3\xBC]\n", 1, "letters, digits");
    refused("[s]\n= 1\n", 2, "no name");
    refused("[s]\nk y = 1\n", 2, "letters, digits");
    refused("[s]\njust words\n", 2, "neither");
    refused("[s]\na = 1\nb = 2\nA = 3\n", 4, "line 2 already");
    refused("[s]\na = 1\n[t]\n[S]\nb = 2\n", 4, "line 1 already");
    refused("[s]\nt = 1\n[t]\n", 3, "of a section (line 3) and of a key (line 2)");
    refused("[t]\n[s]\nt = 1\n", 3, "of a section (line 1) and of a key (line 3)");
    refused("[s]\na = one \\\n two\n", 2, "cannot be continued");
    refused("# a comment \\\n[s]\n", 1, "cannot be continued");
    refused("[s]\na = one \\  \n", 2, "cannot be continued");
    refused("[s]\na = 5 ; five\n", 2, "double quotes");
    refused("[s]\na = Ward #3\n", 2, "double quotes");
    refused("[s]\na = \"open\n", 2, "ends with the only other");
    refused("[s]\na = \"one\" two\n", 2, "ends with the only other");
    refused("[s]\na = \"one\"two\"\n", 2, "ends with the only other");
    refused("[s]\na = \"\n", 2, "ends with the only other");
    refused("[s]\na = 'one'\n", 2, "double quotes");
    refused("[s]\na = \x1B[2J\n", 2, "U+001B");
    refused("[s]\na = \xE2\x80\xAE\n", 2, "U+202E");
    refused("[s]\na = x\rb = y\n", 2, "U+000D");
    refused("[s]\na = \xFC\n", 2, "0xFC is not UTF-8");
    refused("[s]\na = \xC3", 2, "is not UTF-8");
    refused("\xEF\xBB\xBF[s]\n", 1, "byte order mark");
    refused("\xFF\xFE[\0s\0", 1, "is not UTF-8");
    refused_bytes("[s]\na = \0b\n", 11, 2, "U+0000");
    refused_bytes("\0", 1, 1, "U+0000");
}

static void test_sizes_are_bounded(void **state)
{
    (void)state;
    char *data = calloc(1, 400 * 1024);
    assert_non_null(data);
    snprintf(data, 64, "[s]\n\na = ");
    size_t head = strlen(data);
    memset(data + head, 'x', 10000);
    refused_bytes(data, head + 10000, 3, "has 10004 bytes, more than 900");
    memcpy(data + 4, "#", 1); /* comments are lines as well */
    memset(data, '#', 901);
    data[901] = '\n';
    refused_bytes(data, 902, 1, "has 901 bytes");

    struct ct_ini *ini = NULL;
    snprintf(data, 64, "[s]\na = ");
    head = strlen(data);
    memset(data + head, 'x', 896); /* 900 with its "a = " */
    data[head + 896] = '\n';
    assert_int_equal(ct_ini_parse("x.ini", data, head + 897, &ini, NULL), CT_OK);
    assert_int_equal(strlen(ct_ini_get(ini, "s", "a")), 896);
    ct_ini_freep(&ini);

    memset(data, '\n', 400 * 1024);
    refused_bytes(data, 400 * 1024, 0, "longer than 256 KiB");
    assert_int_equal(ct_ini_parse("x.ini", data, CT_INI_MAX_BYTES, &ini, NULL), CT_OK);
    ct_ini_freep(&ini);

    size_t n = (size_t)snprintf(data, 16, "[s]\n");
    for (int i = 0; i < 5000; i++)
        n += (size_t)snprintf(data + n, 16, "k%d=\n", i);
    refused_bytes(data, n, 4001, "more than 4000");

    char name[80];
    memset(name, 'n', sizeof name);
    n = (size_t)snprintf(data, 200, "[%.65s]\n", name);
    refused_bytes(data, n, 1, "longer than 64");
    n = (size_t)snprintf(data, 200, "[s]\n%.65s = 1\n", name);
    refused_bytes(data, n, 2, "longer than 64");
    free(data);
}

static void test_values_are_what_is_seen(void **state)
{
    (void)state;
    static const char TEXT[] = "; a comment\n"
                               "[One]\r\n"
                               "  Plain =  two words  \r\n"
                               "empty =\n"
                               "quoted = \" a; b # c \"\n"
                               "none = \"\"\n"
                               "equals = a=b=\"c\"\n"
                               "percent = %s %n 100%\n"
                               "tab\t=\tx\ty\n"
                               "umlaut = M\xC3\xBCller \xC3\xA0\n"
                               "path = C:\\dir\\x\n"
                               "it = it's\n"
                               "\n"
                               "[two]\n"
                               "[three.x-y_z]\n"
                               "last = end";
    struct ct_ini *ini = NULL;
    struct ct_error err = {0};
    if (ct_ini_parse("x.ini", TEXT, sizeof TEXT - 1, &ini, &err) != CT_OK)
        fail_msg("%s", err.text);
    static const struct {
        const char *key, *value;
        int line;
    } ROWS[] = {{"plain", "two words", 3},   {"empty", "", 4},
                {"quoted", " a; b # c ", 5}, {"none", "", 6},
                {"equals", "a=b=\"c\"", 7},  {"percent", "%s %n 100%", 8},
                {"tab", "x\ty", 9},          {"umlaut", "M\xC3\xBCller \xC3\xA0", 10},
                {"path", "C:\\dir\\x", 11},  {"it", "it's", 12}};
    for (size_t i = 0; i < CT_LEN(ROWS); i++) {
        assert_string_equal(ct_ini_key(ini, "one", i), ROWS[i].key);
        assert_string_equal(ct_ini_get(ini, "one", ROWS[i].key), ROWS[i].value);
        assert_int_equal(ct_ini_line(ini, "one", ROWS[i].key), ROWS[i].line);
    }
    assert_null(ct_ini_key(ini, "one", CT_LEN(ROWS)));
    assert_string_equal(ct_ini_get(ini, "ONE", "PLAIN"), "two words");
    assert_string_equal(ct_ini_section(ini, 0), "one");
    assert_string_equal(ct_ini_section(ini, 2), "three.x-y_z");
    assert_null(ct_ini_section(ini, 3));
    assert_null(ct_ini_key(ini, "two", 0));
    assert_null(ct_ini_key(ini, "four", 0));
    assert_null(ct_ini_get(ini, "two", "plain"));
    assert_null(ct_ini_get(ini, "one", "one"));
    assert_null(ct_ini_get(ini, "one:plain", ""));
    assert_string_equal(ct_ini_get(ini, "three.x-y_z", "last"), "end");
    assert_int_equal(ct_ini_line(ini, "two", NULL), 14);
    assert_int_equal(ct_ini_line(ini, "nine", NULL), 0);
    assert_string_equal(ct_ini_name(ini), "x.ini");

    assert_int_equal(ct_ini_fail(ini, "one", "tab", &err, "is %d.", 5), CT_ECONFIG);
    assert_string_equal(err.text, "x.ini:9: [one] tab: is 5.");
    assert_string_equal(err.field, "tab");
    ct_ini_fail(ini, "two", "gone", &err, "is missing.");
    assert_string_equal(err.text, "x.ini:14: [two] gone: is missing.");
    ct_ini_fail(ini, "one", NULL, &err, "is odd.");
    assert_string_equal(err.text, "x.ini:2: [one]: is odd.");
    ct_ini_fail(ini, "nine", NULL, &err, "is missing.");
    assert_string_equal(err.text, "x.ini: [nine]: is missing.");
    ct_ini_freep(&ini);
    assert_null(ini);
}

/* In a Latin-1 locale the last byte of an accented a is a blank to libc. */
static void test_locale_does_not_cut_values(void **state)
{
    (void)state;
    static const char TEXT[] = "[s]\na = voil\xC3\xA0\n";
    (void)setlocale(LC_ALL, "de_DE.ISO-8859-1");
    CT_INI *ini = NULL;
    enum ct_status st = ct_ini_parse("x.ini", TEXT, sizeof TEXT - 1, &ini, NULL);
    (void)setlocale(LC_ALL, "C");
    assert_int_equal(st, CT_OK);
    assert_string_equal(ct_ini_get(ini, "s", "a"), "voil\xC3\xA0");
}

static void load_refused(const char *name, enum ct_status want, const char *words)
{
    char path[128];
    path_of(name, path);
    struct ct_ini *ini = NULL;
    struct ct_error err = {0};
    assert_int_equal(ct_ini_load(path, &ini, &err), want);
    assert_null(ini);
    assert_int_equal(strncmp(err.text, path, strlen(path)), 0);
    if (strstr(err.text, words) == NULL)
        fail_msg("%s (wanted \"%s\")", err.text, words);
}

static void test_files_that_are_not_trusted(void **state)
{
    (void)state;
    char path[128];
    path_of("x.ini", path);
    load_refused("x.ini", CT_ENOTFOUND, "No such file");
    write_file("x.ini", "[s]\na=1\n", 8, 0602);
    load_refused("x.ini", CT_ECONFIG, "may write to it");
    write_file("x.ini", "[s]\na=1\n", 8, 0644);
    if (geteuid() == 0) {
        assert_int_equal(chown(path, 4711, 4711), 0);
        load_refused("x.ini", CT_ECONFIG, "may write to it");
        assert_int_equal(chown(path, 0, 4711), 0);
        assert_int_equal(chmod(path, 0664), 0);
        load_refused("x.ini", CT_ECONFIG, "may write to it");
        assert_int_equal(chmod(path, 0644), 0);
    }
    struct ct_ini *ini = NULL;
    assert_int_equal(ct_ini_load(path, &ini, NULL), CT_OK);
    assert_string_equal(ct_ini_get(ini, "s", "a"), "1");
    assert_string_equal(ct_ini_name(ini), path);
    ct_ini_freep(&ini);
    remove_file("x.ini");

    load_refused(".", CT_ECONFIG, "not a regular file");
    assert_int_equal(mkfifo(path, 0600), 0); /* no writer: must not wait */
    load_refused("x.ini", CT_ECONFIG, "not a regular file");
    remove_file("x.ini");
    assert_int_equal(symlink("/dev/zero", path), 0);
    load_refused("x.ini", CT_ECONFIG, "not a regular file");
    remove_file("x.ini");
    write_file("x.ini", "", 0, 0600);
    assert_int_equal(ct_ini_load(path, &ini, NULL), CT_OK);
    assert_null(ct_ini_section(ini, 0));
    ct_ini_freep(&ini);
    int fd = open(path, O_WRONLY);
    assert_int_equal(ftruncate(fd, 1 << 30), 0); /* a gigabyte of nothing is not read */
    assert_int_equal(close(fd), 0);
    load_refused("x.ini", CT_ECONFIG, "longer than 256 KiB");
    remove_file("x.ini");
}

static void test_long_paths_leave_room_for_the_reason(void **state)
{
    (void)state;
    char name[3000];
    memset(name, 'd', sizeof name - 1);
    memcpy(name + sizeof name - 8, "end.ini", 8);
    struct ct_ini *ini = NULL;
    struct ct_error err = {0};
    assert_int_equal(ct_ini_parse(name, "x\n", 2, &ini, &err), CT_ECONFIG);
    assert_non_null(strstr(err.text, "dend.ini:1: neither [section]"));
}

/* ---- config.ini --------------------------------------------------------- */

static void site_refused(const char *text, int line, const char *words)
{
    struct ct_config c, before;
    memset(&c, 0x5A, sizeof c);
    before = c;
    struct ct_error err = {0};
    if (ct_config_parse("c.ini", text, strlen(text), &c, &err) != CT_ECONFIG)
        fail_msg("%s is accepted", text);
    char where[24];
    snprintf(where, sizeof where, "c.ini:%d: ", line);
    if (strncmp(err.text, where, strlen(where)) != 0 || strstr(err.text, words) == NULL)
        fail_msg("%s (wanted %s and \"%s\")", err.text, where, words);
    assert_memory_equal(&c, &before, sizeof c);
}

static void site_is(const char *text, struct ct_config *c)
{
    struct ct_error err = {0};
    if (ct_config_parse("c.ini", text, strlen(text), c, &err) != CT_OK)
        fail_msg("%s", err.text);
}

static void test_defaults(void **state)
{
    (void)state;
    struct ct_config c, empty;
    ct_config_default(&c);
    assert_string_equal(c.site_name, "Clinic");
    assert_string_equal(c.timezone, "");
    assert_string_equal(c.store_dir, "");
    assert_string_equal(c.data_dir, "");
    assert_string_equal(c.witness, "");
    assert_int_equal(c.idle_lock_s, 300);
    assert_int_equal(c.absolute_limit_min, 720);
    assert_int_equal(c.busy_limit_ms, 5000);
    assert_int_equal(c.checkpoint_pages, 1000);
    assert_int_equal(c.kdf_ops, 3);
    assert_int_equal(c.kdf_mem_mib, 128);
    assert_int_equal(c.esc_delay_ms, 100);
    assert_string_equal(c.theme, "auto");
    assert_string_equal(c.charset, "auto");
    assert_string_equal(c.chart, "plain");
    assert_false(c.mouse);
    assert_string_equal(c.identifier_label, "NHS");
    assert_string_equal(c.identifier_check, "nhs");
    assert_string_equal(c.temperature_unit, "C");
    assert_string_equal(c.weight_unit, "kg");
    assert_string_equal(c.height_unit, "cm");
    assert_string_equal(c.glucose_unit, "mmol/L");
    assert_int_equal(c.n_shifts, 3);
    assert_string_equal(c.shifts[0].name, "early");
    assert_int_equal(c.shifts[0].start_min, 7 * 60);
    assert_int_equal(c.shifts[2].start_min, 23 * 60);
    assert_int_equal(c.shifts[2].end_min, 7 * 60);
    site_is("", &empty);
    assert_memory_equal(&c, &empty, sizeof c);
    site_is("[shifts]\n[site]\n", &empty);
    assert_memory_equal(&c, &empty, sizeof c);
}

/* Each row's default is one that the row accepts, and help says its range. */
static void test_every_row_stands_by_itself(void **state)
{
    (void)state;
    struct ct_config usual, c;
    ct_config_default(&usual);
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        assert_true(k->offset + k->size <= sizeof c);
        assert_true(strlen(k->help) > 20);
        char text[512];
        if (k->kind == CT_CFG_SHIFTS)
            continue;
        snprintf(text, sizeof text, "[%s]\n%s = %s\n", k->section, k->key, k->fallback);
        site_is(text, &c);
        assert_memory_equal(&c, &usual, sizeof c);
        if (k->kind != CT_CFG_INT)
            continue;
        char bound[16];
        const int TRY[] = {k->lo, k->hi, k->lo - 1, k->hi + 1};
        for (size_t j = 0; j < CT_LEN(TRY); j++) {
            snprintf(text, sizeof text, "[%s]\n%s = %d\n", k->section, k->key, TRY[j]);
            if (j >= 2) {
                site_refused(text, 2, "is not a whole number from");
                continue;
            }
            site_is(text, &c);
            int is;
            memcpy(&is, (const char *)&c + k->offset, sizeof is);
            assert_int_equal(is, TRY[j]);
            snprintf(bound, sizeof bound, "%d", TRY[j]);
            assert_non_null(strstr(k->help, bound));
        }
    }
}

static void test_values_of_a_site(void **state)
{
    (void)state;
    struct ct_config c;
    site_is("[site]\nname = \"Klinik #3; M\xC3\xBCnchen\"\ntimezone = UTC\ndata_dir = /srv/ct\n"
            "[Store]\nDir = /var/lib/ct\n[screen]\nmouse = YES\ntheme = Dark\n"
            "[units]\nglucose = MG/DL\ntemperature = f\n"
            "[shifts]\nday = 08:00-20:00\nnight = 20:00-08:00\n",
            &c);
    assert_string_equal(c.site_name, "Klinik #3; M\xC3\xBCnchen");
    assert_string_equal(c.timezone, "UTC");
    assert_string_equal(c.data_dir, "/srv/ct");
    assert_string_equal(c.store_dir, "/var/lib/ct");
    assert_true(c.mouse);
    assert_string_equal(c.theme, "dark");
    assert_string_equal(c.glucose_unit, "mg/dL");
    assert_string_equal(c.temperature_unit, "F");
    assert_int_equal(c.n_shifts, 2);
    assert_string_equal(c.shifts[1].name, "night");
    assert_int_equal(c.shifts[1].start_min, 1200);
    assert_string_equal(c.shifts[2].name, ""); /* no leftover of the default */
}

static void test_what_a_site_gets_wrong(void **state)
{
    (void)state;
    site_refused("[site]\nname = X\n[sites]\n", 3,
                 "there are the sections site, store, session");
    site_refused("[site]\nnmae = X\n", 2, "there are the keys name, timezone, data_dir");
    site_refused("[site]\nname =\n", 2, "1-79 are accepted");
    site_refused("[store]\ndir = relative/path\n", 2, "must begin with");
    site_refused("[site]\ntimezone = Europe/Atlantis\n", 2, "not a time zone");
    site_refused("[site]\ntimezone = ../../etc/passwd\n", 2, "not a time zone");
    site_refused("[site]\ntimezone = Europe\n", 2, "not a time zone");
    site_refused("[site]\ntimezone = /etc/localtime\n", 2, "not a time zone");
    site_refused("[session]\nidle_lock_s = 29\n", 2, "from 30 to 3600");
    site_refused("[session]\nidle_lock_s = 300s\n", 2, "\"300s\" is not a whole number");
    site_refused("[session]\nidle_lock_s = 4294967596\n", 2, "from 30 to 3600");
    site_refused("[session]\nidle_lock_s = -1\n", 2, "from 30 to 3600");
    site_refused("[session]\nidle_lock_s =\n", 2, "\"\" is not a whole number");
    site_refused("[session]\nidle_lock_s = 0x40\n", 2, "is not a whole number");
    site_refused("[screen]\nmouse = perhaps\n", 2, "neither yes nor no");
    site_refused("[screen]\ntheme = dar\n", 2, "not one of auto|mono|dark|light");
    site_refused("[screen]\ntheme = auto|mono\n", 2, "not one of");
    site_refused("[screen]\ntheme =\n", 2, "not one of");
    site_refused("[patient]\nidentifier_label = a label far too long for it\n", 2, "1-23");
    site_refused("[shifts]\nearly = 07:00\n", 2, "span of time");
    site_refused("[shifts]\nearly = 7:00-15:00\n", 2, "span of time");
    site_refused("[shifts]\nearly = 07:00-24:00\n", 2, "span of time");
    site_refused("[shifts]\nearly = 07:00-07:00\n", 2, "ends when it begins");
    site_refused("[shifts]\na_name_that_is_far_too_long = 07:00-08:00\n", 2, "at most 23");
    site_refused("[shifts]\na=01:00-02:00\nb=01:00-02:00\nc=01:00-02:00\nd=01:00-02:00\n"
                 "e=01:00-02:00\nf=01:00-02:00\ng=01:00-02:00\nh=01:00-02:00\n"
                 "i=01:00-02:00\n",
                 10, "at most 8");
}

static void test_scanners(void **state)
{
    (void)state;
    struct ct_config c;
    site_is("[scanner]\nprefix = ^^\nsuffix = ^C\ngs = |\ngap_ms = 30\nsends_gs = yes\n"
            "[identifiers]\nwristband = WB\ngsrn = 50123\nbadge =\nload = \"#L\"\n",
            &c);
    assert_string_equal(c.scan_prefix, "^^");
    assert_string_equal(c.scan_gs, "|");
    assert_true(c.scan_sends_gs);
    assert_string_equal(c.id_badge, "");
    assert_string_equal(c.id_load, "#L");
    site_is("[scanner]\nprefix = F12\n", &c);
    site_is("[scanner]\nprefix = ~~x1\n", &c);
    site_is("[scanner]\nprefix =\n", &c);
    site_refused("[scanner]\nprefix = ^M\n", 2, "is Enter, Tab, Backspace, Esc or GS");
    site_refused("[scanner]\nprefix = ^]\n", 2, "is Enter, Tab, Backspace, Esc or GS");
    site_refused("[scanner]\nprefix = ^i\n", 2, "a key as ^B or F12");
    site_refused("[scanner]\nprefix = ^1\n", 2, "a key as ^B or F12");
    site_refused("[scanner]\nprefix = F13\n", 2, "a key as ^B or F12");
    site_refused("[scanner]\nprefix = a\n", 2, "no letter or digit the first");
    site_refused("[scanner]\nprefix = 7~\n", 2, "no letter or digit the first");
    site_refused("[scanner]\nprefix = ~ ~\n", 2, "a key as ^B or F12");
    site_refused("[scanner]\nprefix = ~~~~~~~~~\n", 2, "up to 8 characters");
    site_refused("[scanner]\ngs = ||\n", 2, "a mark");
    site_refused("[scanner]\nsuffix = x\n", 2, "a mark");
    site_refused("[scanner]\nwait_ms = 99\n", 2, "from 100 to 3000");
    site_refused("[identifiers]\ngsrn = 50A\n", 2, "no digit");
    site_refused("[identifiers]\nbadge = U -\n", 2, "no letter, digit or mark");
    site_refused("[identifiers]\nset = P-345678901234567\n", 2, "0-16 are accepted");
}

static void test_missing_file(void **state)
{
    (void)state;
    char path[128];
    path_of("none.ini", path);
    struct ct_config c;
    struct ct_error err = {0};
    assert_int_equal(ct_config_load(path, &c, &err), CT_ENOTFOUND);
    assert_int_equal(access(path, F_OK), -1); /* nothing is created */
}

static void test_example_is_the_defaults(void **state)
{
    (void)state;
    size_t n;
    char *data = slurp("config.ini", &n);
    write_file("config.ini", data, n, 0600);
    free(data);
    char path[128];
    path_of("config.ini", path);
    struct ct_config usual, c;
    ct_config_default(&usual);
    struct ct_error err = {0};
    if (ct_config_load(path, &c, &err) != CT_OK)
        fail_msg("%s", err.text);
    assert_string_not_equal(c.site_name, usual.site_name);
    memset(c.site_name, 0, sizeof c.site_name);
    memset(usual.site_name, 0, sizeof usual.site_name);
    assert_memory_equal(&c, &usual, sizeof c);

    struct ct_ini *ini = NULL;
    assert_int_equal(ct_ini_load(path, &ini, NULL), CT_OK);
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        if (k->kind == CT_CFG_SHIFTS)
            assert_non_null(ct_ini_key(ini, k->section, 0));
        else if (ct_ini_get(ini, k->section, k->key) == NULL)
            fail_msg("[%s] %s is not in config.ini", k->section, k->key);
    }
    ct_ini_freep(&ini);
    remove_file("config.ini");
}

static void test_data_files(void **state)
{
    (void)state;
    struct ct_config c;
    ct_config_default(&c);
    struct ct_ini *ini = NULL;
    struct ct_error err = {0};
    static const char *const BAD[] = {"", "/etc/passwd", "../x.ini", "a/../../x.ini"};
    for (size_t i = 0; i < CT_LEN(BAD); i++)
        assert_int_equal(ct_data_ini(&c, BAD[i], &ini, &err), CT_EINVAL);
    assert_int_equal(ct_data_ini(&c, "no/such.ini", &ini, &err), CT_ENOTFOUND);
    assert_non_null(strstr(err.text, "no/such.ini"));

    /* All that is shipped can be read, with or without a site's folder. */
    snprintf(c.data_dir, sizeof c.data_dir, "%s", dir);
    for (const struct ct_embedded *e = ct_embedded; e->name != NULL; e++) {
        size_t n = strlen(e->name);
        if (n < 4 || strcmp(e->name + n - 4, ".ini") != 0)
            continue;
        if (ct_data_ini(&c, e->name, &ini, &err) != CT_OK)
            fail_msg("%s", err.text);
        ct_ini_freep(&ini);
    }

    /* The site's copy comes first; a wrong one is an error, not passed over. */
    write_file("mine.ini", "[s]\nwhose = site\n", 17, 0600);
    assert_int_equal(ct_data_ini(&c, "mine.ini", &ini, &err), CT_OK);
    assert_string_equal(ct_ini_get(ini, "s", "whose"), "site");
    ct_ini_freep(&ini);
    write_file("mine.ini", "[s\n", 3, 0600);
    assert_int_equal(ct_data_ini(&c, "mine.ini", &ini, &err), CT_ECONFIG);
    assert_non_null(strstr(err.text, "mine.ini:1: "));
    write_file("mine.ini", "[s]\n", 4, 0666);
    assert_int_equal(ct_data_ini(&c, "mine.ini", &ini, &err), CT_ECONFIG);
    remove_file("mine.ini");
}

static void test_site_copy_replaces_the_embedded(void **state)
{
    (void)state;
    const struct ct_embedded *e = ct_embedded;
    while (e->name != NULL && (strchr(e->name, '/') == NULL || strstr(e->name, ".ini") == NULL))
        e++;
    if (e->name == NULL)
        skip();
    char folder[64] = "";
    snprintf(folder, sizeof folder, "%.*s", (int)strcspn(e->name, "/"), e->name);
    char path[128];
    path_of(folder, path);
    assert_int_equal(mkdir(path, 0700), 0);
    write_file(e->name, "[s]\nwhose = site\n", 17, 0600);
    struct ct_config c;
    ct_config_default(&c);
    struct ct_ini *ini = NULL;
    assert_int_equal(ct_data_ini(&c, e->name, &ini, NULL), CT_OK);
    assert_null(ct_ini_get(ini, "s", "whose"));
    assert_non_null(strstr(ct_ini_name(ini), "(built in)"));
    ct_ini_freep(&ini);
    snprintf(c.data_dir, sizeof c.data_dir, "%s", dir);
    assert_int_equal(ct_data_ini(&c, e->name, &ini, NULL), CT_OK);
    assert_string_equal(ct_ini_get(ini, "s", "whose"), "site");
    ct_ini_freep(&ini);
    remove_file(e->name);
    assert_int_equal(rmdir(path), 0);
}

/* iniparser prints its complaints by default; the library never prints. */
static void test_nothing_is_printed(void **state)
{
    (void)state;
    char path[128];
    path_of("stderr", path);
    int keep = dup(2), fd = open(path, O_RDWR | O_CREAT, 0600);
    assert_true(keep >= 0 && fd >= 0 && dup2(fd, 2) == 2);
    struct ct_ini *ini = NULL;
    static const char *const TEXTS[] = {"[s]\na = 1\n", "[s\n", "[s]\nwords\n",
                                        "[s]\na = %s\n"};
    for (size_t i = 0; i < CT_LEN(TEXTS); i++) {
        if (ct_ini_parse("x.ini", TEXTS[i], strlen(TEXTS[i]), &ini, NULL) == CT_OK)
            ct_ini_freep(&ini);
    }
    assert_int_equal(dup2(keep, 2), 2);
    assert_int_equal(lseek(fd, 0, SEEK_END), 0);
    assert_int_equal(close(fd), 0);
    assert_int_equal(close(keep), 0);
    remove_file("stderr");
}

static void test_random_bytes(void **state)
{
    (void)state;
    static const char *const PIECES[] = {
        "[site]\n", "name", " = ",   "\n",          "[",          "]",       "=",
        "\"",       ";",    "#",     "\\\n",        "[shifts]\n", "'",       "\t",
        "a",        "b",    "[a]\n", "a=1\n",       "\xC3\xBC",   "\xFF",    "\r\n",
        " ",        ":",    "%n",    "00:00-01:00", "[store]\n",  "dir=/x\n"};
    uint64_t x = 362436069u;
    for (int round = 0; round < 2500; round++) {
        CT_BUF b = {0};
        do {
            x ^= x << 13;
            x ^= x >> 7;
            x ^= x << 17;
            ct_buf_str_add(&b, PIECES[(x >> 33) % CT_LEN(PIECES)]);
        } while ((x >> 20) % 24 != 0);
        struct ct_ini *ini = NULL;
        struct ct_error err = {0};
        enum ct_status st = ct_ini_parse("r.ini", ct_buf_str(&b), b.len, &ini, &err);
        if (st != CT_OK) {
            /* Refused by the check: never because iniparser read it otherwise. */
            assert_int_equal(st, CT_ECONFIG);
            assert_int_equal(strncmp(err.text, "r.ini:", 6), 0);
            if (strstr(err.text, "more simply") != NULL)
                fail_msg("%s: %s", err.text, ct_buf_str(&b));
            continue;
        }
        const char *section, *key;
        for (size_t i = 0; (section = ct_ini_section(ini, i)) != NULL; i++)
            for (size_t j = 0; (key = ct_ini_key(ini, section, j)) != NULL; j++) {
                assert_non_null(ct_ini_get(ini, section, key));
                assert_true(ct_ini_line(ini, section, key) > 0);
            }
        ct_ini_freep(&ini);
        struct ct_config c;
        st = ct_config_parse("r.ini", ct_buf_str(&b), b.len, &c, &err);
        assert_true(st == CT_OK || st == CT_ECONFIG);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_what_is_wrong_has_its_line),
        cmocka_unit_test(test_sizes_are_bounded),
        cmocka_unit_test(test_values_are_what_is_seen),
        cmocka_unit_test(test_locale_does_not_cut_values),
        cmocka_unit_test(test_files_that_are_not_trusted),
        cmocka_unit_test(test_long_paths_leave_room_for_the_reason),
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_every_row_stands_by_itself),
        cmocka_unit_test(test_values_of_a_site),
        cmocka_unit_test(test_what_a_site_gets_wrong),
        cmocka_unit_test(test_scanners),
        cmocka_unit_test(test_missing_file),
        cmocka_unit_test(test_example_is_the_defaults),
        cmocka_unit_test(test_data_files),
        cmocka_unit_test(test_site_copy_replaces_the_embedded),
        cmocka_unit_test(test_nothing_is_printed),
        cmocka_unit_test(test_random_bytes),
    };
    return cmocka_run_group_tests_name("config", tests, make_dir, remove_dir);
}
