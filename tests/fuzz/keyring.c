/* Any bytes as a keyring file whose checksum fits: refused, or every slot and counter
 * in it is read within its bounds. */
#include <stdlib.h>
#include <string.h>

#include "vault/keyring_internal.h"
#include "tests/fuzz/fuzz.h"

static void look(const struct ct_ring *r)
{
    static const char *const LOGINS[] = {"tom", "a login as long as a password"};
    for (uint32_t i = 0; i < r->n; i++) {
        struct ct_slot slot;
        ct_slot_view(r, i, &slot);
        demand(ct_kdf_bounded(slot.cost));
        demand(ct_ring_find_user(r, slot.user_id) <= i);
        int64_t wait = ct_counter_wait(ct_ring_counter(r, i), 1000);
        demand(wait >= 0 && wait <= 600 * 1000);
    }
    for (size_t i = 0; i < CT_LEN(LOGINS); i++) {
        unsigned char hash[CT_HASH_LEN];
        ct_login_hash(hash, ct_ring_store_id(r), LOGINS[i]);
        uint32_t at = ct_ring_find_login(r, hash);
        demand(at <= r->n);
        unsigned char *counter = ct_counter_of(r, at, LOGINS[i], hash);
        if (counter == NULL)
            counter = ct_guest_take(r, LOGINS[i], hash);
        ct_counter_add(counter, 1000);
        demand(ct_counter_wait(counter, 1000) >= 0);
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < CT_RING_HEADER + CT_HASH_LEN)
        return 0;
    struct ct_ring r = {.data = malloc(size), .len = size};
    struct ct_error err = {0};
    if (r.data == NULL)
        return 0;
    memcpy(r.data, data, size);
    memcpy(r.data, CT_RING_MAGIC, CT_RING_MAGIC_LEN);
    ct_hash(r.data + size - CT_HASH_LEN, r.data, size - CT_HASH_LEN);
    enum ct_status st = ct_ring_parse("somewhere", &r, &err);
    demand(st == CT_OK || st == CT_EDAMAGED || st == CT_ENEWER);
    if (st == CT_OK)
        look(&r);
    ct_ring_done(&r);
    return 0;
}
