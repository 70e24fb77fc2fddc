/* floor - the least an ncurses program can do: a list of 20 lines with a bar, a
 * line to type in, a key bar, and a second screen. What the machine, the terminal
 * and ncurses cost; nothing is looked up.
 *
 * Up and Down move the bar, letters are typed, Backspace takes one back, Enter
 * opens the second screen and ^N comes back. Ends at a hang-up. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include <curses.h>

enum { LINES_MAX = 20, TYPED = 40 };

static void list(int at, const char *typed)
{
    erase();
    mvaddstr(0, 1, "FLOOR   a list, drawn anew for every key");
    mvprintw(1, 1, "Find  %s", typed);
    for (int i = 0; i < LINES_MAX; i++) {
        if (i == at)
            attron(A_REVERSE);
        mvprintw(2 + i, 1, "SAMPLE-%02d, Invented%*d Mar 19%02d   F   999 %03d %04d   Bay %-8d",
                 i, 14, i + 1, 40 + i, i * 37 % 1000, i * 4321 % 10000, i);
        if (i == at)
            attroff(A_REVERSE);
    }
    mvaddstr(23, 1, "Enter open   / find   n new patient   l shift log   ? help");
    move(1, 7 + (int)strlen(typed));
    refresh();
}

static void second(void)
{
    erase();
    mvaddstr(0, 1, "SECOND SCREEN   something else on every line");
    for (int i = 0; i < LINES_MAX; i++)
        mvprintw(2 + i, 1, "22 Nov %02d:%02d   NEWS2 %2d   BP %d/%d  P %d  RR %d  SpO2 %d", i,
                 (i * 7) % 60, i % 9, 100 + i, 60 + i, 70 + i, 12 + i % 8, 92 + i % 8);
    mvaddstr(23, 1, "v vitals   t trend   c correct   i versions   ? help");
    refresh();
}

int main(void)
{
    char typed[TYPED + 1] = "";
    int at = 0, c;
    setlocale(LC_ALL, "");
    initscr();
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    list(at, typed);
    while ((c = getch()) != ERR) {
        size_t n = strlen(typed);
        if (c == KEY_DOWN && at < LINES_MAX - 1)
            at++;
        else if (c == KEY_UP && at > 0)
            at--;
        else if ((c == KEY_BACKSPACE || c == 127) && n > 0)
            typed[n - 1] = '\0';
        else if (c >= ' ' && c < 127 && n < TYPED) {
            typed[n] = (char)c;
            typed[n + 1] = '\0';
        }
        if (c == '\r')
            second();
        else
            list(at, typed);
    }
    endwin();
    return 0;
}
