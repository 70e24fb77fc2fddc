/* screen - open the workstation. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "cli/cli.h"
#include "exchange/figures_csv.h"
#include "exchange/load_curve.h"
#include "exchange/certificate_file.h"
#include "exchange/look_csv.h"
#include "clinic/procedure.h"
#include "exchange/obs_chart.h"
#include "exchange/report_kind.h"
#include "ui/screens/screens.h"
#include "ui/tk/term.h"

static enum ct_status store_there(const struct ct_cli *cli, struct ct_error *reterr)
{
    char path[600];
    struct stat st;
    snprintf(path, sizeof path, "%s/%s", cli->dir, CT_STORE_FILE);
    if (stat(path, &st) == 0)
        return CT_OK;
    return ct_fail(reterr, CT_ENOTFOUND, NULL,
                   "There is no store in %.200s. `clintech init` creates one, `clintech demo` one "
                   "of invented people; --dir names another place.",
                   cli->dir);
}

int ct_cli_screen(struct ct_cli *cli)
{
    struct ct_error err;
    struct ct_app *app = NULL;
    struct ct_vitals_rules rules = {0};
    struct ct_term *term = NULL;
    struct ct_ui *ui = NULL;
    int status = 0;
    enum ct_status st = store_there(cli, &err);
    if (st == CT_OK)
        st = ct_vitals_rules_load(&cli->config, &rules, &err);
    if (st == CT_OK)
        st = ct_cli_app(cli, &app, &err);
    const struct ct_proc_kinds *kinds; /* wrong ones are said now, not at the first use */
    if (st == CT_OK)
        st = ct_proc_kinds_of(app, &kinds, &err);
    if (st == CT_OK)
        st = ct_term_open(
            &(struct ct_term_options){.config = &cli->config, .no_color = cli->no_color}, &term,
            &err);
    if (st == CT_OK) {
        ui = ct_ui_new(&(struct ct_ui_options){.app = app,
                                               .rules = &rules,
                                               .first = &ct_screen_login,
                                               .locked = &ct_screen_locked,
                                               .restricted = &ct_screen_restricted,
                                               .all = ct_screens,
                                               .look_export = ct_look_export,
                                               .certificate_export = ct_certificate_file,
                                               .figures_export = ct_figures_export,
                                               .load_curve = ct_load_curve,
                                               .print = ct_report_job,
                                               .scan = ct_scan_anywhere,
                                               .obs_export = ct_obs_export,
                                               .ascii = ct_term_ascii(term)});
        if (ui == NULL)
            st = ct_fail(&err, CT_ENOMEM, NULL, "There is no memory for the screen.");
    }
    if (st == CT_OK) {
        ct_app_defer(app, true);
        status = ct_term_loop(term, ui);
    }
    ct_ui_free(ui);
    ct_app_free(app); /* every key is wiped before the terminal's own ^C counts again */
    ct_term_close(term);
    ct_vitals_rules_done(&rules);
    return st == CT_OK ? status : ct_cli_error(&err);
}
