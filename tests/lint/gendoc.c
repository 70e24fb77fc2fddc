/* gendoc - prints a page of the manual from the tables in the program, so that
 * the page cannot say anything else: keys, config, permissions, quantities or
 * schema. `make docs` writes them all; the lint compares them.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/embed.h"
#include "clinic/quantity.h"
#include "record/record.h"
#include "ui/screens/screens.h"
#include "ui/tk/form.h"
#include "ui/tk/table.h"
#include "ui/tk/ui_priv.h"

static bool failed; /* something in a table or in the schema is not explained */

static void begin(const char *title, const char *from)
{
    printf("<!-- Made by `make docs` from %s: change that, not this page. -->\n\n# %s\n\n",
           from, title);
}

/* A cell of a table: nothing in it ends the cell or the line. */
static void cell(const char *text)
{
    printf("| ");
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '|' || *text == '<')
            putchar('\\');
        putchar(*text == '\n' ? ' ' : *text);
    }
    putchar(' ');
}

static void code_cell(const char *text)
{
    if (text == NULL || text[0] == '\0') {
        cell("");
        return;
    }
    printf("| `");
    for (; *text != '\0'; text++)
        printf(*text == '|' ? "\\|" : "%c", *text);
    printf("` ");
}

static void end_row(void)
{
    printf("|\n");
}

/* ---- keys ---------------------------------------------------------------------- */

static void keys_cell(const char *keys)
{
    printf(keys[0] == '\0' ? "| `:` by name" : "|"); /* no key of its own */
    for (const char *p = keys; *p != '\0';) {
        size_t n = strcspn(p, " ");
        if (n > 0)
            printf(" `%s%.*s`", n == 1 && *p == '|' ? "\\" : "", (int)n, p);
        p += n + strspn(p + n, " ");
    }
    printf(" ");
}

static void key_rows(const char *title, const struct ct_key_row *rows)
{
    printf("## %s\n\n| keys | what they do |\n|---|---|\n", title);
    for (; rows->keys != NULL; rows++) {
        keys_cell(rows->keys);
        cell(rows->help);
        end_row();
    }
    printf("\n");
}

static void command_row(const struct ct_command *c)
{
    keys_cell(c->keys);
    code_cell(c->id);
    cell(c->help);
    code_cell(c->perm >= 0 ? ct_perm_name((enum ct_perm)c->perm) : "");
    end_row();
    failed = failed || c->help == NULL || c->help[0] == '\0';
}

static void command_head(void)
{
    printf("| keys | command | what it does | permission |\n|---|---|---|---|\n");
}

static void screen_row(const struct ct_screen *s, const struct ct_command *c, void *arg)
{
    const struct ct_screen **last = arg;
    if (*last != s) {
        printf("%s## %s\n\n%s\n\n", *last != NULL ? "\n" : "", s->title,
               s->help != NULL ? s->help : "");
        if (s->jump)
            printf("From anywhere: `:%s`.\n\n", s->id);
        command_head();
    }
    *last = s;
    command_row(c);
}

static void page_keys(void)
{
    begin("Keys", "the tables of commands in `ui/screens/` and of keys in `ui/tk/`");
    printf(
        "`^S` is Ctrl and S. Where the terminal keeps a function key for itself, Esc and its "
        "digit do\nthe same. `?` shows the keys of the screen one is on, and Enter there does "
        "what the line says.\n\n## Everywhere\n\n");
    command_head();
    for (const struct ct_command *c = CT_UI_GLOBAL; c->id != NULL; c++)
        command_row(c);
    printf("\n");
    key_rows("In a form", CT_FORM_KEYS);
    key_rows("In a field", CT_EDITOR_KEYS);
    key_rows("In a list", CT_TABLE_KEYS);
    const struct ct_screen *last = NULL;
    ct_ui_each_command(ct_screens, screen_row, &last);
}

/* ---- config and permissions ------------------------------------------------------ */

static void page_config(void)
{
    const char *section = "";
    begin("Configuration", "`CT_CONFIG_KEYS` in `src/base/config_site.c`");
    printf(
        "`config.ini` has sections in brackets and a `key = value` a line; a comment stands on "
        "a line\nof its own, after a `;`. What is left out is as below. An unknown key or a "
        "value out of its\nrange stops the program with the file and the line, before anything "
        "is created.\n");
    for (size_t i = 0; i < CT_CONFIG_KEYS_N; i++) {
        const struct ct_config_key *k = &CT_CONFIG_KEYS[i];
        if (strcmp(section, k->section) != 0) {
            section = k->section;
            printf("\n## [%s]\n\n| key | default | meaning |\n|---|---|---|\n", section);
        }
        code_cell(strcmp(k->key, "*") == 0 ? "NAME" : k->key);
        code_cell(k->fallback);
        cell(k->help);
        end_row();
    }
}

static void page_permissions(void)
{
    begin("Permissions", "`CT_PERMISSION_TABLE` and `CT_VERB_TABLE` in `src/record/record.h`");
    printf("## What a role may do\n\n| permission ");
    for (int r = 0; r < CT_ROLES; r++)
        cell(ct_role_name((enum ct_role)r));
    printf("|\n|---");
    for (int r = 0; r < CT_ROLES; r++)
        printf("|---");
    printf("|\n");
    for (int p = 0; p < CT_PERMS; p++) {
        code_cell(ct_perm_name((enum ct_perm)p));
        for (int r = 0; r < CT_ROLES; r++)
            cell(ct_role_may((enum ct_role)r, (enum ct_perm)p) ? "yes" : "-");
        end_row();
    }
    printf(
        "\n## What the audit chain records\n\nA signed entry asks for the password again and "
        "carries the user's signature.\n\n| entry | in the shift log | permission | signed "
        "|\n|---|---|---|---|\n");
    for (int v = 0; v < CT_VERBS; v++) {
        code_cell(CT_VERB[v].name);
        cell(CT_VERB[v].line);
        code_cell(ct_perm_name(CT_VERB[v].perm));
        cell(CT_VERB[v].sign ? "yes" : "-");
        end_row();
    }
}

/* ---- quantities -------------------------------------------------------------------- */

static void range_cell(const struct ct_field *f, int64_t lo, int64_t hi)
{
    char from[40], to[40], both[96];
    ct_field_text(f, lo, from, sizeof from);
    ct_field_text(f, hi, to, sizeof to);
    snprintf(both, sizeof both, "%s to %s", from, to);
    cell(both);
}

static void unit_row(enum ct_q q, uint8_t unit, const struct ct_limits *l)
{
    const struct ct_quantity *t = &CT_QUANTITY[q];
    struct ct_field f;
    char jump[40] = "";
    ct_quantity_field(q, unit, l, &f);
    if (unit == 0 && l->q[q].jump != CT_UNSET)
        ct_field_text(&f, l->q[q].jump, jump, sizeof jump);
    code_cell(unit == 0 ? t->name : "");
    cell(unit == 0 ? t->label : "");
    cell(t->unit[unit].name);
    code_cell(t->unit[unit].ucum);
    code_cell(unit == 0 ? t->loinc : "");
    range_cell(&f, f.hard_lo, f.hard_hi);
    range_cell(&f, f.soft_lo, f.soft_hi);
    cell(jump);
    code_cell(t->unit[unit].column);
    end_row();
}

static void qualifiers(void)
{
    printf("\n## How it was measured\n\nOne choice of each category; the code stands behind the "
           "value. In config.ini, `[vitals] qualifiers`, as `bp_site:LA`; in SQL the choices are "
           "numbered from 1.\n\n| category | of | choices |\n|---|---|---|\n");
    for (int i = 0; i < CT_QLS; i++) {
        const struct ct_qualifier_row *row = &CT_QUALIFIER[i];
        char text[400] = "";
        for (const struct ct_choice *c = row->choices; c->code != NULL; c++) {
            size_t n = strlen(text);
            snprintf(text + n, sizeof text - n, "%s%s %s", n > 0 ? ", " : "", c->code, c->label);
        }
        code_cell(row->name);
        cell(CT_QUANTITY[row->q].label);
        cell(text);
        end_row();
    }
    printf("\n## Why something was not taken\n\n| key | reason |\n|---|---|\n");
    for (const struct ct_choice *c = CT_WHY_CHOICES; c->code != NULL; c++) {
        code_cell(c->code);
        cell(c->label);
        end_row();
    }
}

static void page_quantities(void)
{
    struct ct_limits l;
    struct ct_error e;
    begin("Quantities", "`CT_QUANTITY`, `CT_QUALIFIER` in `src/clinic/` and `data/limits/adult.ini`");
    if (ct_limits_load(NULL, &l, &e) != CT_OK) {
        fprintf(stderr, "gendoc: %s\n", e.text);
        failed = true;
        return;
    }
    printf(
        "A figure outside of what is possible is refused; one outside of what is usual, or a "
        "change\nfrom the last set by more than the jump, is asked about once. The limits are "
        "version %s.\nCodes are LOINC and UCUM; where there is none, none is verified.\n\n",
        l.version);
    printf("| name | quantity | unit | UCUM | LOINC | possible | usual | jump | column |\n"
           "|---|---|---|---|---|---|---|---|---|\n");
    for (int q = 0; q < CT_QS; q++)
        for (size_t u = 0; u < CT_QUANTITY[q].n_units; u++)
            if (CT_QUANTITY[q].kind != CT_F_CODE)
                unit_row((enum ct_q)q, (uint8_t)u, &l);
    for (int q = 0; q < CT_QS; q++) {
        const struct ct_quantity *t = &CT_QUANTITY[q];
        if (t->kind != CT_F_CODE)
            continue;
        printf("\n## %s (`%s`)\n\n%s\n\n| stored | typed | meaning |\n|---|---|---|\n",
               t->label, t->name, t->help);
        for (int i = 0; t->choices[i].code != NULL; i++) {
            printf("| %d ", i);
            code_cell(t->choices[i].code);
            cell(t->choices[i].label);
            end_row();
        }
    }
    qualifiers();
    printf("\n## What each is\n\n| name | short | |\n|---|---|---|\n");
    for (int q = 0; q < CT_QS; q++) {
        code_cell(CT_QUANTITY[q].name);
        cell(CT_QUANTITY[q].brief);
        cell(CT_QUANTITY[q].help);
        end_row();
    }
}

/* ---- schema --------------------------------------------------------------------------
 * A reader for our own files, a statement or a column a line. What it does not
 * understand, and a column without a comment, ends in an error. */

enum { LINE_BYTES = 1024, COMMENT_BYTES = 2048 };

struct schema {
    const char *file;
    int line;
    char comment[COMMENT_BYTES]; /* lines of comment just before */
    bool in_table, in_view, skipping, first;
};

static void schema_error(const struct schema *s, const char *what)
{
    fprintf(stderr, "gendoc: data/%s:%d: %s\n", s->file, s->line, what);
    failed = true;
}

static char *trim(char *s)
{
    s += strspn(s, " ");
    size_t n = strlen(s);
    while (n > 0 && (s[n - 1] == ' ' || s[n - 1] == ','))
        s[--n] = '\0';
    return s;
}

/* Cut the line at its comment; returns the comment, "" for none. */
static char *comment_of(char *line)
{
    bool quoted = false;
    for (char *p = line; *p != '\0'; p++) {
        quoted = quoted != (*p == '\'');
        if (!quoted && p[0] == '-' && p[1] == '-') {
            *p = '\0';
            return trim(p + 2);
        }
    }
    return line + strlen(line);
}

static void remember(struct schema *s, const char *comment)
{
    size_t n = strlen(s->comment);
    snprintf(s->comment + n, sizeof s->comment - n, "%s%s", n > 0 ? " " : "", comment);
}

/* The word after `key` in a line that begins with it. */
static bool named(const char *line, const char *key, char out[128])
{
    size_t n = strlen(key);
    if (strncmp(line, key, n) != 0)
        return false;
    snprintf(out, 128, "%.*s", (int)strcspn(line + n, " (;"), line + n);
    return true;
}

/* Never changed or deleted, by a trigger in the same file. */
static bool append_only(const char *text, const char *table)
{
    char both[2][200];
    snprintf(both[0], sizeof both[0], "BEFORE UPDATE ON %s BEGIN", table);
    snprintf(both[1], sizeof both[1], "BEFORE DELETE ON %s BEGIN", table);
    return strstr(text, both[0]) != NULL && strstr(text, both[1]) != NULL;
}

static void table_begin(struct schema *s, const char *text, const char *name)
{
    printf("### %s\n\n", name);
    if (s->comment[0] != '\0')
        printf("%s\n\n", s->comment);
    if (append_only(text, name))
        printf("Rows are added, never changed or deleted.\n\n");
    printf("| column | type and rules | meaning |\n|---|---|---|\n");
    s->comment[0] = '\0';
    s->in_table = s->first = true;
}

static void table_line(struct schema *s, char *line)
{
    static const char *const RULES[] = {"CHECK", "PRIMARY", "UNIQUE", "FOREIGN", "CONSTRAINT"};
    char *comment = comment_of(line), *text = trim(line), name[128];
    if (text[0] == ')') {
        printf("\n");
        s->in_table = false;
        return;
    }
    if (text[0] == '\0') { /* about the rule that follows */
        remember(s, comment);
        return;
    }
    size_t n = strcspn(text, " ");
    snprintf(name, sizeof name, "%.*s", (int)n, text);
    for (size_t i = 0; i < CT_LEN(RULES); i++) {
        if (strcmp(name, RULES[i]) != 0)
            continue;
        cell("");
        code_cell(text);
        cell(comment[0] != '\0' ? comment : s->comment);
        end_row();
        return;
    }
    if (comment[0] == '\0')
        schema_error(s, "a column without a comment");
    code_cell(name);
    code_cell(trim(text + n));
    cell(comment);
    end_row();
    s->comment[0] = '\0';
}

static void schema_line(struct schema *s, const char *text, char *line)
{
    char name[128];
    if (s->in_table) {
        table_line(s, line);
    } else if (s->in_view || s->skipping) {
        bool ends = strchr(line, ';') != NULL;
        if (s->in_view)
            printf("%s\n%s", line, ends ? "```\n\n" : "");
        s->in_view = s->in_view && !ends;
        s->skipping = s->skipping && !ends;
    } else if (strncmp(line, "--", 2) == 0) {
        remember(s, trim(line + 2));
    } else if (line[0] == '\0') {
        if (!s->first && s->comment[0] != '\0')
            printf("%s\n\n", s->comment); /* what the file begins with */
        s->first = true;
        s->comment[0] = '\0';
    } else if (named(line, "CREATE TABLE ", name)) {
        table_begin(s, text, name);
    } else if (named(line, "CREATE VIEW ", name)) {
        printf("### %s\n\nA view.%s%s\n\n```sql\n%s\n", name, s->comment[0] != '\0' ? " " : "",
               s->comment, line);
        s->comment[0] = '\0';
        s->in_view = true;
    } else if (named(line, "ALTER TABLE ", name) && strstr(line, " ADD COLUMN ") != NULL) {
        char *column = strstr(line, " ADD COLUMN ") + strlen(" ADD COLUMN ");
        printf(
            "### %s, one column more\n\n| column | type and rules | meaning |\n|---|---|---|\n",
            name);
        table_line(s, column);
        printf("\n");
    } else if (strncmp(line, "CREATE ", 7) == 0) {
        s->skipping = strchr(line, ';') == NULL; /* indexes and triggers: not for readers */
        s->comment[0] = '\0';
    } else {
        schema_error(s, "neither a comment nor a statement that is known");
    }
}

static void page_schema(void)
{
    begin("Schema of the store", "the migrations in `data/schema/`");
    printf(
        "Every table and column of the store, by the migration that made it. The file itself "
        "is\nencrypted; `docs/format.md` says how.\n\n");
    for (const struct ct_embedded *f = ct_embedded; f->name != NULL; f++) {
        if (strncmp(f->name, "schema/", 7) != 0)
            continue;
        struct schema s = {.file = f->name};
        printf("## %s\n\n", f->name + 7);
        for (const char *p = f->data, *end = p + f->size; p < end;) {
            const char *eol = memchr(p, '\n', (size_t)(end - p));
            size_t n = (size_t)((eol != NULL ? eol : end) - p);
            char line[LINE_BYTES];
            s.line++;
            if (n >= sizeof line)
                schema_error(&s, "the line is too long");
            snprintf(line, sizeof line, "%.*s", (int)n, p);
            schema_line(&s, f->data, line);
            p += n + 1;
        }
        if (s.in_table || s.in_view || s.skipping)
            schema_error(&s, "ends in the middle of a statement");
    }
}

int main(int argc, char **argv)
{
    static const struct {
        const char *name;
        void (*print)(void);
    } PAGES[] = {{"keys", page_keys},
                 {"config", page_config},
                 {"permissions", page_permissions},
                 {"quantities", page_quantities},
                 {"schema", page_schema}};
    for (size_t i = 0; i < CT_LEN(PAGES) && argc == 2; i++)
        if (strcmp(argv[1], PAGES[i].name) == 0) {
            PAGES[i].print();
            return failed || fflush(stdout) != 0 ? EXIT_FAILURE : EXIT_SUCCESS;
        }
    fprintf(stderr, "usage: gendoc keys|config|permissions|quantities|schema\n");
    return 2;
}
