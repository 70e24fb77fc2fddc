/* Any bytes as what a terminal sends, with any pauses: every event is a key that there is or
 * clean text, nothing hangs for longer than it may, and after silence nothing is held. */
#include <locale.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ui/tk/decode.h"
#include "tests/fuzz/fuzz.h"

enum { ESC_MS = 100 };

static void check_text(const char *s, size_t n)
{
    const char *p = s, *end = s + n;
    demand(ct_utf8_valid(s, n) && strlen(s) == n);
    for (uint32_t cp; p < end;) {
        p += ct_utf8_next(p, end, &cp);
        demand(cp == '\n' || cp == '\t' || cp == 0xFFFD || !ct_text_unsafe(cp));
    }
}

static void check(const struct ct_event *e)
{
    demand(e->kind == CT_EV_KEY || e->kind == CT_EV_PASTE);
    if (e->kind == CT_EV_PASTE) {
        demand(e->text_len <= CT_PASTE_BYTES_MAX);
        check_text(e->text != NULL ? e->text : "", e->text_len);
        return;
    }
    demand(e->key <= CT_KEY_UNKNOWN && !(e->key >= 0xD800 && e->key < 0xE000));
    char name[64];
    ct_key_name(e->key, name, sizeof name);
    demand(name[0] != '\0' && strlen(name) < sizeof name - 1 && ct_utf8_valid(name, strlen(name)));
}

static void take_pending(struct ct_decode *d)
{
    struct ct_event e = {0};
    for (int i = 0; ct_decode_pending(d, &e); i++) {
        demand(i < 4);
        check(&e);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const uint16_t STEP[4] = {0, 20, 150, 2500};
    struct ct_decode d;
    struct ct_event e = {0};
    int64_t now = 0;
    size_t events = 0;
    setlocale(LC_CTYPE, "C.UTF-8");
    ct_decode_init(&d);
    for (size_t i = 0; i < size; i++) {
        uint32_t token = data[i];
        if (token == 0xFE || token == 0xFF) { /* what no byte of UTF-8 is: more */
            uint8_t how = i + 1 < size ? data[++i] : 0;
            if (how & 0x80) {
                now += STEP[how & 3];
                if (ct_decode_pause(&d, now, ESC_MS, &e))
                    check(&e);
                take_pending(&d);
                continue;
            }
            token = how & 0x40   ? (how & 1 ? CT_TOKEN_PASTE_BEGIN : CT_TOKEN_PASTE_END)
                    : how & 0x20 ? data[i]
                                 : (uint32_t)CT_KEY_BACKSPACE +
                                       how % (CT_KEY_UNKNOWN - CT_KEY_BACKSPACE + 1);
        }
        take_pending(&d);
        if (ct_decode_feed(&d, token, now, &e)) {
            check(&e);
            events++;
        }
        int wait = ct_decode_timeout(&d, now, ESC_MS);
        demand(wait >= -1 && wait <= CT_PASTE_SILENCE_MS);
    }
    take_pending(&d);
    for (int i = 0; i < 4; i++) {
        now += CT_PASTE_SILENCE_MS + 1;
        if (ct_decode_pause(&d, now, ESC_MS, &e))
            check(&e);
        take_pending(&d);
    }
    demand(ct_decode_timeout(&d, now, ESC_MS) == -1 && events <= size);
    ct_decode_done(&d);
    return 0;
}
