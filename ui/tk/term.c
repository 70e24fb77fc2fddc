/* term - see term.h: curses is started, fed with what changed, and put away. */
#include "ui/tk/term_priv.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/config.h"
#include "base/text.h"
#include "ui/tk/decode.h"

/* last: term.h makes macros of common words */
#include <curses.h>
#include <term.h>

enum { ESC_MS = 100 };
#define PASTE_ON  "\033[?2004h"
#define PASTE_OFF "\033[?2004l"

struct ct_term {
    SCREEN *screen;
    WINDOW *keys;         /* a pad: reading it never draws anything */
    FILE *in, *out;       /* curses wants streams; on descriptors of our own */
    int in_fd, out_fd;    /* borrowed */
    int gather_fd;        /* where an update is gathered; -1: it goes out as it comes */
    bool begun;           /* curses has drawn for the first time */
    struct termios modes; /* before */
    bool modes_known, signals, ascii, paste, cursor_shown, redraw, resized;
    int esc_ms;
    struct ct_grid shown; /* what stdscr holds */
    struct ct_grid line;  /* a row as it is about to be */
    struct ct_decode decode;
    attr_t attrs[CT_ROLES_UI];
    short pair[CT_ROLES_UI];
};

/* The terminal that an exit from anywhere restores. */
static struct ct_term *live;

/* ---- can this terminal be driven? --------------------------------------- */

enum entry { ENTRY_NONE, ENTRY_NO_CURSOR, ENTRY_GOOD };

/* What the entry of that name can do. Nothing is sent. */
static enum entry entry_of(const char *type, int fd, bool *ret_ansi)
{
    int why = 0;
    if (setupterm(type, fd, &why) != OK)
        return why == 1 ? ENTRY_NO_CURSOR : ENTRY_NONE; /* 1: prints on paper */
    const char *cup = tigetstr("cup");
    bool good = cup != NULL && cup != (const char *)-1 && cup[0] != '\0';
    *ret_ansi = good && strncmp(cup, "\033[", 2) == 0;
    del_curterm(cur_term);
    return good ? ENTRY_GOOD : ENTRY_NO_CURSOR;
}

/* A name that is unknown, missing or no word is taken for a plain vt100, drawn
 * in ASCII; one that is known to be unable is refused. */
static enum ct_status choose_type(const char *wanted, int fd, const char **ret, bool *ret_ansi,
                                  bool *ret_guessed, struct ct_error *reterr)
{
    static const char *const GUESSES[] = {"vt100", "ansi", "linux"};
    enum entry e = ct_term_name_ok(wanted) ? entry_of(wanted, fd, ret_ansi) : ENTRY_NONE;
    *ret = wanted;
    *ret_guessed = e == ENTRY_NONE;
    for (size_t i = 0; e == ENTRY_NONE && i < CT_LEN(GUESSES); i++) {
        *ret = GUESSES[i];
        e = entry_of(GUESSES[i], fd, ret_ansi);
    }
    if (e == ENTRY_GOOD)
        return CT_OK;
    if (!*ret_guessed)
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "This terminal (TERM=%s) cannot place its cursor, so the screens cannot "
                       "be drawn in it. Use another terminal, or the subcommands: clintech "
                       "--help lists them.",
                       wanted);
    return ct_fail(
        reterr, CT_EINVAL, NULL,
        "The terminal type is not known here, nor is vt100: the package ncurses-base "
        "is missing. Install it, or use the subcommands: clintech --help lists them.");
}

/* ---- looks -------------------------------------------------------------- */

static attr_t curses_attrs(uint8_t a)
{
    attr_t out = A_NORMAL;
    if ((a & CT_A_BOLD) != 0)
        out |= A_BOLD;
    if ((a & CT_A_REVERSE) != 0)
        out |= A_REVERSE;
    if ((a & CT_A_UNDERLINE) != 0)
        out |= A_UNDERLINE;
    if ((a & CT_A_DIM) != 0)
        out |= A_DIM;
    return out;
}

static void looks(struct ct_term *t, const struct ct_term_options *o)
{
    const char *theme = o->config != NULL ? o->config->theme : "auto";
    const char *no_color = getenv("NO_COLOR");
    enum ct_palette palette = CT_PALETTE_MONO;
    bool wanted =
        !o->no_color && (no_color == NULL || no_color[0] == '\0') && strcmp(theme, "mono") != 0;
    if (wanted && has_colors() && start_color() == OK && use_default_colors() == OK)
        palette = COLORS >= 256 ? CT_PALETTE_256 : COLORS >= 8 ? CT_PALETTE_8 : CT_PALETTE_MONO;
    for (int r = 0; r < CT_ROLES_UI; r++) {
        struct ct_look look = ct_theme_look(theme, palette, (enum ct_role_ui)r);
        t->attrs[r] = curses_attrs(look.attrs);
        bool coloured = look.fg != CT_C_DEFAULT || look.bg != CT_C_DEFAULT;
        if (palette != CT_PALETTE_MONO && coloured &&
            init_pair((short)(r + 1), look.fg, look.bg) == OK)
            t->pair[r] = (short)(r + 1);
    }
}

/* ---- open and close ----------------------------------------------------- */

static void put_bytes(int fd, const char *s, size_t n)
{
    while (n > 0) {
        ssize_t w = write(fd, s, n);
        if (w < 0 && errno == EAGAIN) /* somebody who shares it does not want to wait */
            poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, 1000);
        else if (w < 0 && errno != EINTR)
            return; /* the terminal is gone */
        if (w > 0) {
            s += w;
            n -= (size_t)w;
        }
    }
}

/* A terminfo string without its padding marks. */
static void add_string(struct ct_buf *out, const char *name)
{
    const char *s = tigetstr(name);
    if (s == NULL || s == (const char *)-1)
        return;
    while (*s != '\0') {
        if (s[0] == '$' && s[1] == '<' && strchr(s, '>') != NULL)
            s = strchr(s, '>') + 1;
        else
            ct_buf_char(out, *s++);
    }
}

static void arm_restore(struct ct_term *t)
{
    CT_BUF bytes = {.max = 250};
    if (t->paste)
        ct_buf_str_add(&bytes, PASTE_OFF);
    add_string(&bytes, "sgr0");
    add_string(&bytes, "cnorm");
    add_string(&bytes, "rmkx");
    add_string(&bytes, "rmcup");
    if (t->modes_known)
        ct_signals_restore(t->out_fd, ct_buf_str(&bytes), bytes.len, &t->modes);
}

static void free_term(struct ct_term *t)
{
    if (t->gather_fd >= 0)
        close(t->gather_fd);
    if (t->in != NULL)
        fclose(t->in);
    if (t->out != NULL)
        fclose(t->out);
    ct_grid_done(&t->shown);
    ct_grid_done(&t->line);
    ct_decode_done(&t->decode);
    free(t);
}

static enum ct_status start_curses(struct ct_term *t, const char *type,
                                   const struct ct_term_options *o, struct ct_error *reterr)
{
    int in = dup(t->in_fd), out = dup(t->out_fd);
    t->in = in >= 0 ? fdopen(in, "r") : NULL;
    t->out = out >= 0 ? fdopen(out, "w") : NULL;
    if (t->in == NULL || t->out == NULL) {
        if (in >= 0 && t->in == NULL)
            close(in);
        if (out >= 0 && t->out == NULL)
            close(out);
        return ct_fail(reterr, CT_EIO, NULL, "The terminal could not be opened: %s.",
                       strerror(errno));
    }
    t->screen = newterm(type, t->out, t->in);
    if (t->screen == NULL)
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "The terminal (TERM=%s) could not be started. Try TERM=xterm or vt100.",
                       type);
    raw();
    noecho();
    nonl();
    t->keys = newpad(1, 1);
    if (t->keys == NULL || !ct_grid_init(&t->shown, LINES, COLS, t->ascii) ||
        !ct_grid_init(&t->line, 1, COLS, t->ascii)) {
        endwin();
        delscreen(t->screen);
        t->screen = NULL;
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the screen.");
    }
    keypad(t->keys, TRUE);
    nodelay(t->keys, TRUE);
    if (getenv("ESCDELAY") == NULL)
        set_escdelay(t->esc_ms);
    ct_term_keys_define();
    looks(t, o);
    return CT_OK;
}

enum ct_status ct_term_open_on(const char *type, int in_fd, int out_fd,
                               const struct ct_term_options *o, struct ct_term **ret,
                               struct ct_error *reterr)
{
    bool ascii, guessed, ansi = false;
    const char *charset = o->config != NULL ? o->config->charset : "auto";
    if (!ct_term_locale(charset, &ascii))
        return ct_fail(reterr, CT_EINVAL, NULL,
                       "This system has no UTF-8 locale, not even C.UTF-8: install libc-bin.");
    enum ct_status st = choose_type(type, out_fd, &type, &ansi, &guessed, reterr);
    if (st != CT_OK)
        return st;
    struct ct_term *t = calloc(1, sizeof *t);
    if (t == NULL)
        return ct_fail(reterr, CT_ENOMEM, NULL, "There is no memory for the screen.");
    t->in_fd = in_fd;
    t->out_fd = out_fd;
    t->gather_fd = -1;
    t->ascii = ascii || (guessed && strcmp(charset, "utf-8") != 0);
    t->cursor_shown = true;
    const char *delay = getenv("ESCDELAY");
    t->esc_ms =
        o->config != NULL && o->config->esc_delay_ms > 0 ? o->config->esc_delay_ms : ESC_MS;
    if (delay != NULL)
        t->esc_ms = (int)strtol(delay, NULL, 10);
    ct_decode_init(&t->decode);
    t->modes_known = tcgetattr(in_fd, &t->modes) == 0;
    st = start_curses(t, type, o, reterr);
    if (st != CT_OK) {
        free_term(t);
        return st;
    }
    t->paste = ansi;
    if (t->paste)
        put_bytes(out_fd, PASTE_ON, sizeof PASTE_ON - 1);
    *ret = t;
    return CT_OK;
}

static void at_exit(void)
{
    ct_term_close(live);
}

enum ct_status ct_term_open(const struct ct_term_options *o, struct ct_term **ret,
                            struct ct_error *reterr)
{
    static bool registered;
    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO))
        return ct_fail(
            reterr, CT_EIO, NULL,
            "Standard %s is no terminal, so there is nowhere to draw. In scripts use "
            "the subcommands: clintech --help lists them.",
            !isatty(STDIN_FILENO) ? "input" : "output");
    enum ct_status st = ct_signals_start(reterr);
    if (st != CT_OK)
        return st;
    struct ct_term *t;
    st = ct_term_open_on(getenv("TERM"), STDIN_FILENO, STDOUT_FILENO, o, &t, reterr);
    if (st != CT_OK) {
        ct_signals_stop();
        return st;
    }
    t->signals = true;
    ct_signals_size();
    t->gather_fd = memfd_create("screen", MFD_CLOEXEC);
    arm_restore(t);
    live = t;
    if (!registered)
        registered = atexit(at_exit) == 0;
    *ret = t;
    return CT_OK;
}

void ct_term_close(struct ct_term *t)
{
    if (t == NULL)
        return;
    if (live == t)
        live = NULL;
    set_term(t->screen);
    if (!t->cursor_shown)
        curs_set(1);
    endwin();
    if (t->paste)
        put_bytes(t->out_fd, PASTE_OFF, sizeof PASTE_OFF - 1);
    if (t->modes_known)
        tcsetattr(t->in_fd, TCSANOW, &t->modes);
    if (t->signals) {
        ct_signals_restore_none();
        ct_signals_stop();
    }
    delwin(t->keys);
    delscreen(t->screen);
    free_term(t);
}

bool ct_term_ascii(const struct ct_term *t)
{
    return t->ascii;
}

int ct_term_fd(const struct ct_term *t)
{
    return t->in_fd;
}

/* ---- reading ------------------------------------------------------------ */

bool ct_term_read(struct ct_term *t, struct ct_event *ret, bool *ret_got)
{
    *ret_got = false;
    if (ct_decode_pending(&t->decode, ret))
        return true;
    for (;;) {
        int c = wgetch(t->keys);
        int64_t now = ct_monotonic(&CT_CLOCK_SYSTEM);
        if (c == ERR)
            return ct_decode_pause(&t->decode, now, t->esc_ms, ret);
        *ret_got = true;
        if (c == KEY_RESIZE) {
            t->resized = true;
            *ret = (struct ct_event){.kind = CT_EV_RESIZE};
            return true;
        }
        if (ct_decode_feed(&t->decode, ct_term_keys_token(c), now, ret))
            return true;
    }
}

int ct_term_read_timeout(const struct ct_term *t)
{
    return ct_decode_timeout(&t->decode, ct_monotonic(&CT_CLOCK_SYSTEM), t->esc_ms);
}

/* ---- showing ------------------------------------------------------------ */

void ct_term_size(const struct ct_term *t, int *ret_rows, int *ret_cols)
{
    (void)t;
    getmaxyx(stdscr, *ret_rows, *ret_cols);
}

void ct_term_beep(struct ct_term *t)
{
    (void)t;
    beep();
}

void ct_term_redraw(struct ct_term *t)
{
    t->redraw = true;
}

static bool same(const struct ct_cell *a, const struct ct_cell *b)
{
    return a->role == b->role && a->flags == b->flags &&
           memcmp(a->cp, b->cp, sizeof a->cp) == 0;
}

/* A blank looks the same in any of these roles: nothing but its background shows. */
static bool unseen(const struct ct_term *t, const struct ct_cell *c)
{
    const attr_t seen = A_REVERSE | A_UNDERLINE | A_STANDOUT;
    return c->flags == 0 && c->role < CT_ROLES_UI && (t->attrs[c->role] & seen) == 0;
}

static bool blank(const struct ct_cell *c)
{
    return c->cp[0] == ' ' && c->cp[1] == 0 && c->flags == 0;
}

/* The blanks between two words of one look wear it too: else it is taken off and put on
 * again between them, at up to thirty bytes a time. Wide gaps are jumped over. What a
 * blank wears follows from its own row alone, so that a row that scrolls is still known
 * as the same one. */
static void wear(const struct ct_term *t, struct ct_cell *row, int cols)
{
    enum { GAP_MAX = 12 };
    int word = -1; /* the last cell that is no blank */
    for (int c = 0; c < cols; c++) {
        if (blank(&row[c]))
            continue;
        bool joined = word >= 0 && c - word > 1 && c - word - 1 <= GAP_MAX &&
                      row[word].role == row[c].role && unseen(t, &row[word]) && unseen(t, &row[c]);
        for (int gap = word + 1; joined && gap < c; gap++)
            if (unseen(t, &row[gap]))
                row[gap].role = row[c].role;
        word = c;
    }
}

static void put_cell(const struct ct_term *t, int row, int col, const struct ct_cell *c)
{
    wchar_t text[CT_CELL_CPS + 1];
    int n = 0;
    while (n < CT_CELL_CPS && c->cp[n] != 0) {
        text[n] = (wchar_t)c->cp[n];
        n++;
    }
    text[n] = L'\0';
    unsigned role = c->role < CT_ROLES_UI ? c->role : CT_R_TEXT;
    attr_t attrs = t->attrs[role];
    if ((c->flags & CT_CELL_REVERSE) != 0)
        attrs ^= A_REVERSE;
    if ((c->flags & CT_CELL_STRUCK) != 0)
        attrs |= A_DIM | A_UNDERLINE;
    /* A width that curses sees otherwise would shift the row. */
    bool fits = n > 0 && wcwidth(text[0]) == ((c->flags & CT_CELL_WIDE) != 0 ? 2 : 1);
    cchar_t cc;
    if (!fits || setcchar(&cc, text, attrs, t->pair[role], NULL) != OK)
        setcchar(&cc, (c->flags & CT_CELL_WIDE) != 0 ? L"\xff1f" : L"?", attrs, t->pair[role],
                 NULL);
    mvadd_wch(row, col, &cc);
}

/* The window's size changed under us: stdscr begins blank again. Also when it
 * came back to the size it had before anything was drawn: curses has cut and
 * widened its picture meanwhile. */
static void follow_size(struct ct_term *t, int rows, int cols)
{
    if (!t->resized && rows == t->shown.rows && cols == t->shown.cols)
        return;
    t->resized = false;
    if (!ct_grid_resize(&t->line, 1, cols) || !ct_grid_resize(&t->shown, rows, cols))
        return;
    ct_grid_clear(&t->shown);
    erase();
    t->redraw = true;
}

/* What was gathered: any usual screen is one write. */
static void send_out(struct ct_term *t)
{
    char bytes[1 << 14];
    ssize_t n;
    off_t at = 0;
    while ((n = pread(t->gather_fd, bytes, sizeof bytes, at)) > 0) {
        put_bytes(t->out_fd, bytes, (size_t)n);
        at += n;
    }
    ct_wipe(bytes, sizeof bytes);
    if (at > 0 && (ftruncate(t->gather_fd, 0) != 0 || lseek(t->gather_fd, 0, SEEK_SET) != 0)) {
        close(t->gather_fd);
        t->gather_fd = -1;
    }
}

/* Curses (6.4) writes out after each move of the cursor: some forty writes a screen, and
 * at each of them the reader of the terminal may wake up, send a packet, and take the
 * processor. So while it updates, its descriptor is a file in memory, and the terminal
 * gets all of it at once. Not while the window's size is about to change, nor the first
 * time: then curses asks the descriptor about the terminal. */
static void update(struct ct_term *t)
{
    sigset_t size, before;
    struct pollfd woken = {.fd = ct_signals_fd(), .events = POLLIN};
    int fd = fileno(t->out);
    sigemptyset(&size);
    sigaddset(&size, SIGWINCH);
    sigprocmask(SIG_BLOCK, &size, &before);
    bool gather = t->begun && t->gather_fd >= 0 && poll(&woken, 1, 0) == 0 &&
                  dup2(t->gather_fd, fd) == fd;
    t->begun = true;
    doupdate();
    if (gather) {
        while (dup2(t->out_fd, fd) != fd && (errno == EINTR || errno == EBUSY)) {
        }
        send_out(t);
    }
    sigprocmask(SIG_SETMASK, &before, NULL);
}

void ct_term_show(struct ct_term *t, const struct ct_grid *g)
{
    int rows, cols;
    getmaxyx(stdscr, rows, cols);
    follow_size(t, rows, cols);
    rows = rows < t->shown.rows ? rows : t->shown.rows;
    cols = cols < t->shown.cols ? cols : t->shown.cols;
    rows = rows < g->rows ? rows : g->rows;
    cols = cols < g->cols ? cols : g->cols;
    cols = cols < t->line.cols ? cols : t->line.cols; /* less only where memory ran out */
    for (int r = 0; r < rows; r++) {
        struct ct_cell *want = t->line.cell;
        memcpy(want, &g->cell[(size_t)r * (size_t)g->cols], (size_t)cols * sizeof *want);
        wear(t, want, cols);
        struct ct_cell *have = &t->shown.cell[(size_t)r * (size_t)t->shown.cols];
        for (int c = 0; c < cols; c++) {
            if (same(&want[c], &have[c]))
                continue;
            have[c] = want[c];
            if ((want[c].flags & CT_CELL_RIGHT_HALF) == 0)
                put_cell(t, r, c, &want[c]);
        }
    }
    if (g->cursor_shown != t->cursor_shown) {
        t->cursor_shown = g->cursor_shown;
        curs_set(t->cursor_shown ? 1 : 0);
    }
    move(g->cursor_row < rows ? g->cursor_row : rows - 1,
         g->cursor_col < cols ? g->cursor_col : cols - 1);
    if (t->redraw)
        clearok(curscr, TRUE);
    t->redraw = false;
    wnoutrefresh(stdscr);
    update(t);
}

void ct_term_row_text(struct ct_term *t, int row, struct ct_buf *out)
{
    int at_row, at_col, cols = t->shown.cols;
    wchar_t *text = calloc((size_t)cols * (CT_CELL_CPS + 1) + 1, sizeof *text);
    if (text == NULL || row < 0 || row >= t->shown.rows) {
        free(text);
        return;
    }
    getyx(stdscr, at_row, at_col);
    int n = mvinnwstr(row, 0, text, cols * (CT_CELL_CPS + 1));
    move(at_row, at_col);
    size_t start = out->len, end = start;
    for (int i = 0; i < n; i++) {
        char utf8[4];
        ct_buf_add(out, utf8, ct_utf8_put(utf8, (uint32_t)text[i]));
        if (text[i] != L' ')
            end = out->len;
    }
    if (out->data != NULL) {
        out->len = end;
        out->data[end] = '\0';
    }
    free(text);
}
