/* cli_util - what the subcommands share; see cli.h. */
#include "cli/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

#include "base/file.h"
#include "base/text.h"

int ct_cli_error(const struct ct_error *e)
{
    CT_BUF clean = {0};
    ct_text_clean(&clean, e->text, -1, false);
    fprintf(stderr, "clintech: %s\n", ct_buf_str(&clean));
    return ct_status_exit(e->status);
}

int ct_cli_usage(const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    fputs("clintech: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputs("\nTry: clintech --help\n", stderr);
    va_end(ap);
    return CT_EXIT_USAGE;
}

static void take_out(int *argc, char **argv, int i, int n)
{
    for (int k = i; k + n <= *argc; k++)
        argv[k] = argv[k + n];
    *argc -= n;
}

bool ct_cli_option(int *argc, char **argv, const char *name, const char **ret, bool *bad)
{
    size_t len = strlen(name);
    for (int i = 1; i < *argc; i++) {
        if (strcmp(argv[i], "--") == 0)
            return false;
        if (strncmp(argv[i], name, len) != 0)
            continue;
        if (argv[i][len] == '=') {
            *ret = argv[i] + len + 1;
            take_out(argc, argv, i, 1);
            return true;
        }
        if (argv[i][len] != '\0')
            continue;
        if (i + 1 >= *argc) {
            *bad = true;
            return false;
        }
        *ret = argv[i + 1];
        take_out(argc, argv, i, 2);
        return true;
    }
    return false;
}

bool ct_cli_flag(int *argc, char **argv, const char *name)
{
    for (int i = 1; i < *argc && strcmp(argv[i], "--") != 0; i++) {
        if (strcmp(argv[i], name) == 0) {
            take_out(argc, argv, i, 1);
            return true;
        }
    }
    return false;
}

/* ---- secrets in ------------------------------------------------------------- */

/* While a password is typed: the signal that ends the program, once the terminal
 * echoes again. */
static volatile sig_atomic_t caught;

static void on_signal(int signo)
{
    caught = signo;
}

static const int ENDING[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};

/* They are held back, and come through only while wait_line waits: one that came
 * between looking and reading would be lost, and the read wait for ever. */
static void catch_signals(struct sigaction was[CT_LEN(ENDING)], sigset_t *ret_mask)
{
    const struct sigaction act = {.sa_handler = on_signal}; /* no SA_RESTART */
    sigset_t held;
    caught = 0;
    sigemptyset(&held);
    for (size_t i = 0; i < CT_LEN(ENDING); i++)
        sigaddset(&held, ENDING[i]);
    sigprocmask(SIG_BLOCK, &held, ret_mask);
    for (size_t i = 0; i < CT_LEN(ENDING); i++)
        sigaction(ENDING[i], &act, &was[i]);
}

static void release_signals(const struct sigaction was[CT_LEN(ENDING)], const sigset_t *mask)
{
    sigprocmask(SIG_SETMASK, mask, NULL); /* what is held back is caught here */
    for (size_t i = 0; i < CT_LEN(ENDING); i++)
        sigaction(ENDING[i], &was[i], NULL);
    if (caught != 0)
        raise(caught);
}

/* Wait for input with the signals let through (mask NULL: no need to wait).
 * False, errno EINTR: one of them came. */
static bool wait_line(int fd, const sigset_t *mask)
{
    struct pollfd p = {.fd = fd, .events = POLLIN};
    while (mask != NULL && caught == 0 && ppoll(&p, 1, NULL, mask) < 0)
        if (errno != EINTR)
            break; /* the read says what is wrong */
    errno = EINTR;
    return caught == 0;
}

/* One line from fd into the secret, byte by byte: no stdio buffer sees it. */
static enum ct_status read_line(int fd, const sigset_t *mask, struct ct_secret *s,
                                struct ct_error *reterr)
{
    unsigned char c;
    for (;;) {
        ssize_t n = wait_line(fd, mask) ? read(fd, &c, 1) : -1;
        if (n < 0 && errno == EINTR && caught == 0)
            continue;
        if (n < 0)
            return ct_fail(reterr, CT_EIO, NULL, "The password could not be read: %s.",
                           strerror(errno));
        if (n == 0 || c == '\n')
            break;
        bool fits = ct_secret_add(s, &c, 1);
        ct_wipe(&c, 1);
        if (!fits)
            return ct_fail(reterr, CT_EINVAL, "password", "A password has at most %d bytes.",
                           CT_SECRET_MAX);
    }
    if (s->len > 0 && s->data[s->len - 1] == '\r')
        s->data[--s->len] = 0;
    return CT_OK;
}

static enum ct_status ask(int tty, const char *prompt, struct ct_secret *s,
                          struct ct_error *reterr)
{
    struct termios was, quiet;
    struct sigaction signals[CT_LEN(ENDING)];
    sigset_t mask;
    catch_signals(signals, &mask);
    bool set = tcgetattr(tty, &was) == 0;
    if (set) { /* before the prompt: whoever answers it at once is not echoed */
        quiet = was;
        quiet.c_lflag &= ~(tcflag_t)(ECHO | ECHOE | ECHOK | ECHONL);
        quiet.c_lflag |= ICANON;
        tcsetattr(tty, TCSAFLUSH, &quiet);
    }
    dprintf(tty, "%s: ", prompt);
    enum ct_status st = read_line(tty, &mask, s, reterr);
    if (set)
        tcsetattr(tty, TCSADRAIN, &was);
    dprintf(tty, "\n");
    release_signals(signals, &mask);
    return st;
}

static enum ct_status from_file(const char *path, struct ct_secret *s, struct ct_error *reterr)
{
    bool standard = strcmp(path, "-") == 0;
    int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return ct_fail(reterr, CT_EINVAL, "password-file", "%s cannot be read: %s.", path,
                       strerror(errno));
    enum ct_status st = read_line(fd, NULL, s, reterr);
    if (!standard)
        close(fd);
    return st;
}

enum ct_status ct_cli_password(const struct ct_cli *cli, const char *prompt, bool twice,
                               struct ct_secret **ret, struct ct_error *reterr)
{
    CT_SECRET *s = NULL, *again = NULL;
    enum ct_status st = ct_secret_new(CT_SECRET_MAX, &s, reterr);
    if (st == CT_OK && cli->password_file != NULL) {
        st = from_file(cli->password_file, s, reterr);
    } else if (st == CT_OK) {
        int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
        if (tty < 0)
            return ct_fail(reterr, CT_EINVAL, "password",
                           "There is no terminal to ask for a password on. Use "
                           "--password-file FILE (- for standard input).");
        st = ask(tty, prompt, s, reterr);
        if (st == CT_OK && twice) {
            st = ct_secret_new(CT_SECRET_MAX, &again, reterr);
            if (st == CT_OK)
                st = ask(tty, "Once more", again, reterr);
            if (st == CT_OK &&
                (s->len != again->len || !ct_equal(s->data, again->data, s->len)))
                st = ct_fail(reterr, CT_EINVAL, "password",
                             "The password was not typed the same twice. Nothing is changed.");
        }
        close(tty);
    }
    if (st == CT_OK) {
        *ret = s;
        s = NULL;
    }
    return st;
}

/* ---- secrets out ------------------------------------------------------------ */

enum ct_status ct_cli_can_show(const struct ct_cli *cli, struct ct_error *reterr)
{
    if (cli->secret_file != NULL) {
        struct stat st;
        if (lstat(cli->secret_file, &st) == 0)
            return ct_fail(reterr, CT_EEXISTS, "secret-file",
                           "%s exists. Name a file that does not.", cli->secret_file);
        /* A secret that is made and cannot be handed over is lost. */
        int fd =
            open(cli->secret_file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
        if (fd < 0)
            return ct_fail(reterr, CT_EIO, "secret-file", "%s cannot be created: %s.",
                           cli->secret_file, strerror(errno));
        close(fd);
        (void)unlink(cli->secret_file);
        return CT_OK;
    }
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (tty < 0)
        return ct_fail(
            reterr, CT_EINVAL, "secret-file",
            "There is no terminal to show a secret on. Use --secret-file FILE; it is "
            "created for you alone.");
    close(tty);
    return CT_OK;
}

enum ct_status ct_cli_show_secret(const struct ct_cli *cli, const char *label,
                                  const struct ct_secret *s, struct ct_error *reterr)
{
    bool file = cli->secret_file != NULL;
    const char *where = file ? cli->secret_file : "/dev/tty";
    int fd = file ? open(where, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)
                  : open(where, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        return ct_fail(reterr, CT_EIO, "secret-file", "%s cannot be opened: %s.", where,
                       strerror(errno));
    if (!file)
        dprintf(fd, "%s: ", label);
    int e = ct_write_all(fd, s->data, s->len);
    if (e == 0)
        e = ct_write_all(fd, "\n", 1);
    if (close(fd) != 0 && e == 0)
        e = errno;
    return e == 0 ? CT_OK
                  : ct_fail(reterr, ct_status_errno(e), "secret-file",
                            "%s cannot be written: %s.", where, strerror(e));
}

enum ct_status ct_cli_type_back(const struct ct_cli *cli, const struct ct_secret *code,
                                struct ct_error *reterr)
{
    enum { TRIES = 5 };
    CT_SECRET *typed = NULL;
    if (cli->secret_file != NULL)
        return CT_OK;
    enum ct_status st = ct_secret_new(CT_SECRET_MAX, &typed, reterr);
    int tty = open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY);
    if (st == CT_OK && tty < 0)
        st = ct_fail(reterr, CT_EIO, NULL, "There is no terminal to type the code on.");
    for (int left = TRIES; st == CT_OK && left > 0; left--) {
        struct ct_error e = {0};
        char prompt[80];
        snprintf(prompt, sizeof prompt, "Type it from what you wrote down (not shown, %d %s)",
                 left, left == 1 ? "try" : "tries");
        ct_secret_wipe(typed);
        if ((st = ask(tty, prompt, typed, reterr)) != CT_OK)
            break;
        if (ct_keyring_code_same(code, typed, &e) == CT_OK) {
            close(tty);
            return CT_OK;
        }
        dprintf(tty, "No: %s.\n", e.text);
    }
    if (tty >= 0)
        close(tty);
    return st != CT_OK ? st
                       : ct_fail(reterr, CT_EINVAL, "recovery_code",
                                 "the code was not typed in %d tries", TRIES);
}

/* ---- the store -------------------------------------------------------------- */

enum ct_status ct_cli_app(struct ct_cli *cli, struct ct_app **ret, struct ct_error *reterr)
{
    return ct_app_new(cli->dir, &cli->config, &CT_CLOCK_SYSTEM, ret, reterr);
}

enum ct_status ct_cli_login(struct ct_cli *cli, struct ct_app **ret,
                            struct ct_secret **ret_password, struct ct_error *reterr)
{
    CT_SECRET *password = NULL;
    struct ct_app *app = NULL;
    char prompt[128];
    if (cli->as == NULL)
        return ct_fail(reterr, CT_EINVAL, "as", "Say who you are: --as LOGIN.");
    enum ct_status st = ct_cli_app(cli, &app, reterr);
    snprintf(prompt, sizeof prompt, "Password of %.60s", cli->as);
    if (st == CT_OK)
        st = ct_cli_password(cli, prompt, false, &password, reterr);
    if (st == CT_OK)
        st = ct_login(app, cli->as, password, reterr);
    if (st != CT_OK) {
        ct_app_free(app);
        return st;
    }
    *ret = app;
    if (ret_password != NULL) {
        *ret_password = password;
        password = NULL;
    }
    return CT_OK;
}
