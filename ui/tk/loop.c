/* loop - timers, draw, poll, read; in that order (see term.h, MUST 3). */
#include "ui/tk/term_priv.h"

#include <errno.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

enum {
    BATCH = 256,  /* events between two looks at the signals */
    DEAF_MAX = 3, /* "there is something to read" that gives nothing, in a row */
    HANGUP_EXIT = 129
};

struct loop {
    struct ct_term *t;
    struct ct_ui *ui;
    struct ct_grid grid;
    int deaf;
    bool resized; /* even to the size it had: what the terminal shows is unknown */
    bool more; /* curses may hold keys that the poll does not see */
};

static void draw(void *arg)
{
    struct loop *l = arg;
    int rows, cols;
    ct_term_size(l->t, &rows, &cols);
    if ((rows != l->grid.rows || cols != l->grid.cols) && !ct_grid_resize(&l->grid, rows, cols))
        return; /* no memory: the old picture stays */
    ct_ui_draw(l->ui, &l->grid);
    if (ct_ui_redraw_take(l->ui) || l->resized)
        ct_term_redraw(l->t);
    l->resized = false;
    ct_term_show(l->t, &l->grid);
    if (ct_ui_beep_take(l->ui))
        ct_term_beep(l->t);
}

static int sooner(int a, int b)
{
    return a < 0 ? b : b < 0 || a < b ? a : b;
}

/* Something happened to the terminal or to us: true means leave. */
static bool wait_input(struct loop *l)
{
    struct pollfd p[2] = {{.fd = ct_term_fd(l->t), .events = POLLIN},
                          {.fd = ct_signals_fd(), .events = POLLIN}};
    int timeout = sooner(ct_ui_timeout(l->ui), ct_term_read_timeout(l->t));
    int n = poll(p, 2, l->more ? 0 : timeout);
    if (n < 0)
        return errno != EINTR && errno != EAGAIN && errno != ENOMEM;
    bool leave = false;
    if ((p[1].revents & POLLIN) != 0) {
        char bytes[64];
        ssize_t got;
        while ((got = read(p[1].fd, bytes, sizeof bytes)) > 0)
            for (ssize_t i = 0; i < got; i++) {
                leave = leave || bytes[i] == CT_SIGNAL_HANGUP;
                l->resized = l->resized || bytes[i] == CT_SIGNAL_SIZE;
            }
    }
    if ((p[0].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
        leave = true;
    if ((p[0].revents & POLLIN) == 0)
        l->deaf = 0;
    else if (++l->deaf > DEAF_MAX) /* at its end of file it is readable for ever */
        leave = true;
    return leave;
}

/* Hand over what is there; true when the screen must be drawn. */
static bool drain(struct loop *l)
{
    struct ct_event e;
    bool got = false, any = false, event = true;
    l->more = false;
    for (int i = 0; event && !ct_ui_done(l->ui, NULL); i++) {
        if (i == BATCH) {
            l->more = true;
            break;
        }
        event = ct_term_read(l->t, &e, &got);
        if (got) {
            l->deaf = 0;
            any = true; /* half a key too: curses may have broken off an update for it */
        }
        if (event) {
            any = true;
            ct_ui_event(l->ui, &e);
        }
    }
    return any;
}

int ct_term_loop(struct ct_term *t, struct ct_ui *ui)
{
    struct loop l = {.t = t, .ui = ui};
    int rows, cols, status = 0;
    ct_term_size(t, &rows, &cols);
    if (!ct_grid_init(&l.grid, rows, cols, ct_term_ascii(t)))
        return ct_status_exit(CT_ENOMEM);
    bool dirty = true;
    ct_ui_on_show(ui, draw, &l);
    while (!ct_ui_done(ui, &status)) {
        if (ct_ui_timeout(ui) == 0)
            dirty = ct_ui_timers(ui) || dirty;
        if (dirty) {
            draw(&l);
            if (ct_ui_drawn(ui))
                draw(&l);
        }
        dirty = false;
        if (wait_input(&l)) {
            ct_ui_event(ui, &(struct ct_event){.kind = CT_EV_HANGUP});
            status = HANGUP_EXIT;
            break;
        }
        dirty = drain(&l) || l.resized;
    }
    ct_ui_on_show(ui, NULL, NULL);
    if (l.grid.cell != NULL)
        ct_wipe(l.grid.cell, (size_t)l.grid.rows * (size_t)l.grid.cols * sizeof *l.grid.cell);
    ct_grid_done(&l.grid);
    return status;
}
