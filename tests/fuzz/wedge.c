/* Any bytes as keys with any pauses: what comes out is what went in, or whole codes; and
 * nothing is held for longer than the bound. What codes name is asked of each. */
#include <stdlib.h>
#include <string.h>

#include "clinic/scan_find.h"
#include "ui/tk/wedge.h"
#include "tests/fuzz/fuzz.h"

enum { WAIT = 500 };

static size_t given; /* keys that came out, as themselves or in a code */

static void take(struct ct_wedge *w, const struct ct_config *c)
{
    static struct ct_scan_named named;
    struct ct_event e;
    while (ct_wedge_next(w, &e)) {
        given += e.kind == CT_EV_SCAN ? e.text_len : 1;
        if (e.kind != CT_EV_SCAN || e.text == NULL)
            continue;
        char words[800];
        demand(e.text_len > 0 && strlen(e.text) == e.text_len);
        ct_scan_name(c, ct_date_make(2026, 1, 1), e.text, e.text_len, &named);
        ct_scan_words(&named, e.text, e.text_len, words, sizeof words);
        for (size_t i = 0; i < named.n; i++)
            demand(named.match[i].number[0] != '\0');
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t STEP[8] = {0, 0, 1, 5, 25, 40, 300, 1500};
    static struct ct_config c;
    static struct ct_wedge w;
    if (size < 2)
        return 0;
    ct_config_default(&c);
    struct ct_wedge_rules r = {.gap_ms = data[0] & 1 ? 20 : 0, .wait_ms = WAIT};
    r.n_prefix = ct_wedge_keys(data[0] & 2 ? "^B" : "~~", r.prefix, CT_WEDGE_PREFIX_MAX);
    ct_wedge_init(&w, &r);
    int64_t now = 0;
    size_t fed = 0;
    given = 0;
    for (size_t i = 1; i + 1 < size; i += 2) {
        uint32_t key = data[i] < 0x80 ? data[i] : (uint32_t)CT_KEY_BACKSPACE + data[i] % (CT_KEY_UNKNOWN - CT_KEY_BACKSPACE + 1);
        now += STEP[data[i + 1] & 7];
        if (data[i + 1] & 8) {
            ct_wedge_pause(&w, now);
            take(&w, &c);
        }
        ct_wedge_feed(&w, &(struct ct_event){.kind = CT_EV_KEY, .key = key}, now,
                      (enum ct_wedge_place)((data[i + 1] >> 4) % 3));
        take(&w, &c);
        fed++;
    }
    for (int i = 0; i < 4; i++) {
        now += WAIT + 1;
        ct_wedge_pause(&w, now);
        take(&w, &c);
    }
    demand(ct_wedge_timeout(&w, now) < 0 && given <= 4 * fed);
    return 0;
}
