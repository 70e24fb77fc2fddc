/* keyring_delay - how many wrong passwords, and how long the next try waits.
 *
 * The counters are outside the MAC (a failed try has no key to make one with),
 * so nothing here is believed further than its worst value allows.
 *
 * MUST 1  a login without a slot waits exactly as one with a slot does; else the
 *         delay would tell which logins exist.
 * MUST 2  nobody is locked out for ever: a wait is at most 300 s after the last
 *         failure, and a failure more than 300 s in the future (the clock was
 *         wrong then, or the file was tampered with) does not count.
 * MUST 3  what was typed as a login leaves at most 16 bits of itself, and
 *         nothing if it is as long as a password: people do type their
 *         password into the login's line.
 */
#include "vault/keyring_internal.h"

#include <string.h>

enum { FREE_TRIES = 3, WAIT_MAX_MS = 300 * 1000, GUEST_HASHED = 0x10000, GUEST_LONG = 0x20000 };

int64_t ct_counter_wait(const unsigned char *counter, int64_t now_ms)
{
    const uint32_t failures = ct_le32(counter + CT_COUNTER_AT_FAILURES);
    const int64_t last = (int64_t)ct_le64(counter + CT_COUNTER_AT_LAST);
    int64_t wait = WAIT_MAX_MS, since;
    if (failures <= FREE_TRIES)
        return 0;
    if (failures - FREE_TRIES < 9) /* 2, 4, 8 ... 256 s, then 300 */
        wait = (int64_t)1000 << (failures - FREE_TRIES);
    if (__builtin_sub_overflow(now_ms, last, &since) || since < -WAIT_MAX_MS || since >= wait)
        return 0;
    return wait - since;
}

void ct_counter_add(unsigned char *counter, int64_t now_ms)
{
    const uint32_t failures = ct_le32(counter + CT_COUNTER_AT_FAILURES);
    if (failures < UINT32_MAX)
        ct_le32_put(counter + CT_COUNTER_AT_FAILURES, failures + 1);
    ct_le64_put(counter + CT_COUNTER_AT_LAST, (uint64_t)now_ms);
}

void ct_counter_reset(unsigned char *counter)
{
    ct_le32_put(counter + CT_COUNTER_AT_FAILURES, 0);
    ct_le64_put(counter + CT_COUNTER_AT_LAST, 0);
}

static uint32_t guest_tag(const char *login, const unsigned char login_hash[CT_HASH_LEN])
{
    if (strlen(login) >= CT_PASSWORD_MIN)
        return GUEST_LONG;
    return GUEST_HASHED + ((uint32_t)login_hash[0] | (uint32_t)login_hash[1] << 8);
}

unsigned char *ct_counter_of(const struct ct_ring *r, uint32_t slot, const char *login,
                             const unsigned char login_hash[CT_HASH_LEN])
{
    if (slot < r->n)
        return ct_ring_counter(r, slot);
    const uint32_t tag = guest_tag(login, login_hash);
    for (uint32_t i = 0; i < CT_RING_GUESTS; i++)
        if (ct_le32(ct_ring_guest(r, i) + CT_COUNTER_AT_TAG) == tag)
            return ct_ring_guest(r, i);
    return NULL;
}

unsigned char *ct_guest_take(const struct ct_ring *r, const char *login,
                             const unsigned char login_hash[CT_HASH_LEN])
{
    unsigned char *oldest = NULL;
    for (uint32_t i = 0; i < CT_RING_GUESTS; i++) {
        unsigned char *g = ct_ring_guest(r, i);
        if (ct_le32(g + CT_COUNTER_AT_TAG) == 0) {
            oldest = g;
            break;
        }
        if (oldest == NULL || (int64_t)ct_le64(g + CT_COUNTER_AT_LAST) <
                                  (int64_t)ct_le64(oldest + CT_COUNTER_AT_LAST))
            oldest = g;
    }
    ct_counter_reset(oldest);
    ct_le32_put(oldest + CT_COUNTER_AT_TAG, guest_tag(login, login_hash));
    return oldest;
}
