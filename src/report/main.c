/* main - clintech-report --pdf A4|Letter: a document on standard input, a PDF on standard
 * output. Exit status: 0; 2 usage; 65 no document; 70 it could not be drawn; 74 not read or
 * written. */
#include "report/report.h"

#include <cairo-pdf.h>
#include <errno.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

enum { EXIT_USAGE_ = 2, EXIT_DATA_ = 65, EXIT_DRAW_ = 70, EXIT_IO_ = 74,
       IN_MAX = 64 * 1024 * 1024 };

/* What pango and fontconfig keep goes with the process, which ends at once: giving it back
 * aborts now and then (cairo counts its fonts), after all was drawn. So nobody looks for it. */
#ifdef __SANITIZE_ADDRESS__
int __lsan_is_turned_off(void);
int __lsan_is_turned_off(void)
{
    return 1;
}
#endif

static int say(int status, const char *text)
{
    fprintf(stderr, "clintech-report: %s\n", text);
    return status;
}

static bool take(int fd, GByteArray *to)
{
    static guint8 part[65536];
    for (;;) {
        ssize_t n = read(fd, part, sizeof part);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return n == 0;
        g_byte_array_append(to, part, (guint)n);
        if (to->len > IN_MAX)
            return false;
    }
}

static bool give(int fd, const guint8 *p, size_t n)
{
    while (n > 0) {
        ssize_t k = write(fd, p, n);
        if (k < 0 && errno == EINTR)
            continue;
        if (k < 0)
            return false;
        p += k;
        n -= (size_t)k;
    }
    return true;
}

static cairo_status_t collect(void *to, const unsigned char *p, unsigned n)
{
    g_byte_array_append(to, p, n);
    return CAIRO_STATUS_SUCCESS;
}

static void layout(struct page *p)
{
    size_t i;
    json_t *b;
    page_begin(p);
    json_array_foreach(json_object_get(p->doc, "body"), i, b)
        block_draw(p, b);
    page_end(p);
}

/* All pages once; out NULL: to be counted alone. */
static cairo_status_t draw(struct page *p, GByteArray *out)
{
    cairo_surface_t *s =
        out != NULL ? cairo_pdf_surface_create_for_stream(collect, out, p->width, p->height)
                    : cairo_pdf_surface_create_for_stream(NULL, NULL, p->width, p->height);
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_TITLE, text_of(p->doc, "title"));
    cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATOR, "clintech");
    if (text_of(p->doc, "utc")[0] != '\0')
        cairo_pdf_surface_set_metadata(s, CAIRO_PDF_METADATA_CREATE_DATE, text_of(p->doc, "utc"));
    p->cr = cairo_create(s);
    p->n = 0;
    layout(p);
    cairo_status_t st = cairo_status(p->cr);
    cairo_destroy(p->cr);
    cairo_surface_finish(s);
    if (st == CAIRO_STATUS_SUCCESS)
        st = cairo_surface_status(s);
    cairo_surface_destroy(s);
    return st;
}

static bool paper(const char *name, struct page *p)
{
    if (strcmp(name, "A4") == 0) {
        p->width = 595.276;
        p->height = 841.890;
    } else if (strcmp(name, "Letter") == 0) {
        p->width = 612;
        p->height = 792;
    } else
        return false;
    p->left = p->top = 40;
    p->right = p->width - 40;
    p->bottom = p->height - 36;
    return true;
}

int main(int argc, char **argv)
{
    struct page p = {.unknown = g_string_new(NULL)};
    const struct rlimit none = {0, 0};
    json_error_t at;
    /* What comes in is about patients: no core dump, no debugger. */
    (void)setrlimit(RLIMIT_CORE, &none);
    (void)prctl(PR_SET_DUMPABLE, 0);
    setlocale(LC_CTYPE, "C.UTF-8");
    if (argc != 3 || strcmp(argv[1], "--pdf") != 0 || !paper(argv[2], &p))
        return say(EXIT_USAGE_, "usage: clintech-report --pdf A4|Letter <document >PDF; "
                                "it is started by clintech");
    GByteArray *in = g_byte_array_new(), *out = g_byte_array_new();
    if (!take(STDIN_FILENO, in))
        return say(EXIT_IO_, "the document could not be read");
    json_t *doc = json_loadb((const char *)in->data, in->len, 0, &at);
    g_byte_array_free(in, TRUE);
    if (doc == NULL || strcmp(text_of(doc, "format"), "clintech report 1") != 0 ||
        !json_is_array(json_object_get(doc, "body"))) {
        json_decref(doc);
        g_byte_array_free(out, TRUE);
        return say(EXIT_DATA_, "that is no document of clintech");
    }
    p.doc = doc;
    cairo_status_t st = draw(&p, NULL);
    p.total = p.n;
    if (st == CAIRO_STATUS_SUCCESS && p.unknown->len > 0) {
        p.lacking = true; /* its own line may make one page more */
        st = draw(&p, NULL);
        p.total = p.n;
    }
    if (st == CAIRO_STATUS_SUCCESS)
        st = draw(&p, out);
    bool written = st == CAIRO_STATUS_SUCCESS && give(STDOUT_FILENO, out->data, out->len);
    json_decref(doc);
    g_byte_array_free(out, TRUE);
    if (st != CAIRO_STATUS_SUCCESS)
        return say(EXIT_DRAW_, cairo_status_to_string(st));
    return written ? 0 : say(EXIT_IO_, "the PDF could not be written");
}
