/* doctor - what is installed, and whether this machine, terminal and locale will
 * do. Needs no password and changes nothing. */
#include <langinfo.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <jansson.h>

#include "base/embed.h"
#include "cli/cli.h"
#include "clinic/escalation.h"
#include "clinic/score_rows.h"
#include "clinic/procedure.h"
#include "clinic/vitals.h"
#include "ui/tk/term.h"
#include "vault/about.h"

enum grade { GOOD, NOTE, BAD };
struct report {
    json_t *rows; /* NULL: print */
    int bad;
};

static void row(struct report *r, enum grade grade, const char *what, const char *fmt, ...)
    CT_FORMAT(4, 5);
static void row(struct report *r, enum grade grade, const char *what, const char *fmt, ...)
{
    static const char *const WORD[] = {"ok", "note", "BAD"};
    char text[600];
    va_list ap;
    va_start(ap, fmt);
    vsnprintf(text, sizeof text, fmt, ap);
    va_end(ap);
    r->bad += grade == BAD;
    if (r->rows != NULL)
        json_array_append_new(r->rows, json_pack("{s:s,s:s,s:s}", "grade", WORD[grade], "what",
                                                 what, "text", text));
    else
        printf("%-5s %-14s %s\n", WORD[grade], what, text);
}

static void libraries(struct report *r)
{
    row(r, GOOD, "clintech", "version %s, schema %d, files carried: score and limits among them",
        CT_VERSION, ct_db_schema_program());
    row(r, GOOD, "SQLite", "%s; writers queue at a gate and checkpoints run inside it, so the "
                           "WAL-reset bug of versions before 3.51.3 cannot strike",
        ct_sqlite_version());
    row(r, GOOD, "libsodium", "%s", ct_sodium_version());
}

static void terminal(struct report *r, const struct ct_cli *cli)
{
    const char *term = getenv("TERM");
    char text[200];
    bool good = ct_term_describe(term, text, sizeof text);
    row(r, good ? GOOD : BAD, "terminal", "%s: %s", term != NULL ? term : "(TERM not set)", text);
    if (!isatty(STDOUT_FILENO))
        row(r, NOTE, "output", "not a terminal: the workstation itself needs one");
    setlocale(LC_CTYPE, "");
    const char *codeset = nl_langinfo(CODESET);
    bool utf8 = strcmp(codeset, "UTF-8") == 0;
    row(r, utf8 ? GOOD : NOTE, "locale", "%s%s", codeset,
        utf8 ? "" : ": not UTF-8, so the screen is drawn in ASCII and names without accents");
    row(r, setlocale(LC_CTYPE, "C.UTF-8") != NULL ? GOOD : BAD, "C.UTF-8",
        "the locale that is used when there is none of UTF-8");
    row(r, GOOD, "settings", "%s", cli->config_path[0] != '\0' ? cli->config_path : "the defaults");
}

static void first_line(const char *path, char *out, size_t size)
{
    FILE *f = fopen(path, "re");
    out[0] = '\0';
    if (f == NULL)
        return;
    if (fgets(out, (int)size, f) != NULL)
        out[strcspn(out, "\n")] = '\0';
    fclose(f);
}

static void memory(struct report *r)
{
    struct rlimit lim;
    char line[256];
    getrlimit(RLIMIT_MEMLOCK, &lim);
    row(r, ct_sqlite_memory_locked() ? GOOD : NOTE, "locked memory",
        "limit %lld KiB; SQLite's page cache is %s", (long long)(lim.rlim_cur / 1024),
        ct_sqlite_memory_locked() ? "locked" : "NOT locked: raise the limit (ulimit -l)");
    row(r, ct_hardened() ? GOOD : BAD, "core dumps", "%s",
        ct_hardened() ? "off, and other processes of this user cannot read the memory"
                      : "could not be switched off");
    FILE *f = fopen("/proc/swaps", "re");
    int lines = 0;
    while (f != NULL && fgets(line, sizeof line, f) != NULL)
        lines++;
    if (f != NULL)
        fclose(f);
    row(r, lines > 1 ? NOTE : GOOD, "swap", "%s",
        lines > 1 ? "on: make sure it is encrypted; only keys and the page cache are locked"
                  : "off");
    first_line("/proc/sys/kernel/yama/ptrace_scope", line, sizeof line);
    row(r, GOOD, "ptrace scope", "%s",
        line[0] != '\0' ? line : "no Yama in this kernel; the program protects itself");
}

static void store(struct report *r, const struct ct_cli *cli)
{
    char path[700];
    struct stat st;
    struct statvfs fs;
    if (stat(cli->dir, &st) != 0) {
        row(r, NOTE, "store", "none in %s yet: clintech init, or clintech demo", cli->dir);
        return;
    }
    row(r, (st.st_mode & 07) == 0 ? GOOD : BAD, "directory", "%s, mode %03o%s", cli->dir,
        (unsigned)(st.st_mode & 0777), (st.st_mode & 07) == 0 ? "" : ": open to others, chmod 700");
    static const char *const FILES[] = {CT_STORE_FILE, CT_STORE_FILE "-wal", "keyring", "witness"};
    for (size_t i = 0; i < CT_LEN(FILES); i++) {
        snprintf(path, sizeof path, "%s/%s", cli->dir, FILES[i]);
        if (stat(path, &st) == 0)
            row(r, (st.st_mode & 07) == 0 ? GOOD : BAD, FILES[i], "%lld bytes, mode %03o",
                (long long)st.st_size, (unsigned)(st.st_mode & 0777));
        else if (i == 0 || i == 2)
            row(r, NOTE, FILES[i], "not there");
    }
    uint32_t epoch = 0;
    bool older = false;
    if (ct_keyring_epoch(cli->dir, &epoch, &older, NULL) == CT_OK)
        row(r, older ? NOTE : GOOD, "key epoch", "%u%s", epoch,
            older ? ", and the one before is not given up yet: clintech rekey" : "");
    if (statvfs(cli->dir, &fs) == 0) {
        long long mib = (long long)fs.f_bavail * (long long)fs.f_frsize / (1 << 20);
        row(r, mib > 200 ? GOOD : BAD, "disk", "%lld MiB free", mib);
    }
}

/* Whom a high score asks. A site's own file may ask nobody: then no score ever does. */
static void escalation(struct report *r, const struct ct_vitals_rules *rules,
                       enum ct_card_kind card)
{
    const char *title = ct_card_title(card);
    char levels[CT_LEVELS_TEXT];
    for (int call = 0; call < CT_SCORE_CALLS_MAX; call++) {
        struct ct_escalation_rule rule;
        ct_escalation_rule(rules, card, call, &rule);
        if (rule.n_levels == 0)
            continue;
        ct_escalation_levels_text(&rule, levels);
        row(r, GOOD, title, "asks for somebody from %s on: %s (minutes)",
            ct_band_name(rule.band), levels);
        return;
    }
    row(r, NOTE, title,
        "asks for nobody: no [call_...] of its file says escalate, so none is ever opened");
}

static void data(struct report *r, const struct ct_cli *cli)
{
    struct ct_vitals_rules rules = {0};
    struct ct_error err;
    if (ct_vitals_rules_load(&cli->config, &rules, &err) != CT_OK) {
        row(r, BAD, "rules", "%s", err.text);
        return;
    }
    row(r, GOOD, "rules", "NEWS2 table %s, limits %s%s%s", ct_news2_version(rules.news2),
        rules.limits.version, cli->config.data_dir[0] != '\0' ? ", the site's from " : "",
        cli->config.data_dir);
    escalation(r, &rules, CT_CARD_NEWS2);
    escalation(r, &rules, CT_CARD_PEWS);
    ct_vitals_rules_done(&rules);
    struct ct_proc_kinds *kinds = NULL;
    if (ct_proc_kinds_load(&cli->config, &kinds, &err) != CT_OK)
        row(r, BAD, "procedures", "%s", err.text);
    else
        row(r, GOOD, "procedures", "%zu kinds of procedures", kinds->n);
    free(kinds);
}

int ct_cli_doctor(struct ct_cli *cli, int argc, char **argv)
{
    (void)argv;
    if (argc > 1)
        return ct_cli_usage("doctor takes no argument but --json");
    struct report r = {.rows = cli->json ? json_array() : NULL};
    libraries(&r);
    terminal(&r, cli);
    memory(&r);
    data(&r, cli);
    store(&r, cli);
    if (r.rows != NULL) {
        json_dumpf(r.rows, stdout, JSON_INDENT(1));
        putchar('\n');
        json_decref(r.rows);
    }
    return r.bad > 0 ? 1 : 0;
}
