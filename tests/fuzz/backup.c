/* Any bytes as a backup: as they are, and with magic, lengths, keyring and checksum made
 * to fit. Refused, or shown within its bounds; and without the key nothing ever opens. */
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vault/backup_internal.h"
#include "tests/fuzz/fuzz.h"

enum { PAGES_MAX = 18 };

static void look(int fd)
{
    static const unsigned char key[CT_KEY_LEN] = {1};
    struct ct_error err = {0};
    CT_CLEANUP(ct_backup_in_freep) struct ct_backup_in *in = NULL;
    enum ct_status s = ct_backup_in_new(fd, "b", &in, &err);
    demand(s == CT_OK || s == CT_EDAMAGED || s == CT_EFOREIGN || s == CT_ENEWER);
    if (s != CT_OK)
        return;
    const struct ct_backup_head *h = ct_backup_in_head(in);
    size_t n = 0;
    const unsigned char *ring = ct_backup_in_keyring(in, &n);
    demand(h->pages > 0 && strlen(h->program) <= CT_BACKUP_PROGRAM_LEN);
    demand(ct_backup_length(h->pages, n) == ct_backup_in_size(in));
    demand(ct_keyring_image_slots(ring, n) > 0);
    s = ct_backup_in_whole(in, NULL, NULL, &err);
    demand(s == CT_OK || s == CT_EDAMAGED);
    demand(ct_backup_in_start(in, key, &err) == CT_EDAMAGED);
}

/* A keyring whose checksum fits: two slots, as they come. */
static size_t ring_of(unsigned char *out)
{
    static const unsigned char id[CT_STORE_ID_LEN] = {9};
    struct ct_ring r = {0};
    if (ct_ring_new(&r, 2, 1, id, NULL) != CT_OK)
        abort();
    for (uint32_t i = 0; i < 2; i++) {
        unsigned char *slot = ct_ring_slot(&r, i);
        ct_le32_put(slot + CT_SLOT_AT_USER, i);
        ct_le32_put(slot + CT_SLOT_AT_VERSION, 1);
        ct_le32_put(slot + CT_SLOT_AT_KDF, CT_KDF_ARGON2ID13);
        ct_le32_put(slot + CT_SLOT_AT_OPS, 1);
        ct_le32_put(slot + CT_SLOT_AT_MEM, CT_KDF_MEM_KIB_MIN);
    }
    ct_hash(r.data + r.len - CT_HASH_LEN, r.data, r.len - CT_HASH_LEN);
    memcpy(out, r.data, r.len);
    size_t n = r.len;
    ct_ring_done(&r);
    return n;
}

static void fitted(int fd, const uint8_t *data, size_t size)
{
    static unsigned char ring[4096];
    uint32_t pages = 1 + data[0] % PAGES_MAX;
    size_t k = ring_of(ring), n = (size_t)ct_backup_length(pages, k);
    unsigned char *p = malloc(n);
    if (p == NULL)
        return;
    for (size_t i = 0; i < n; i++)
        p[i] = data[i % size];
    memcpy(p, CT_BACKUP_MAGIC, CT_BACKUP_MAGIC_LEN);
    ct_le32_put(p + CT_BACKUP_AT_VERSION, CT_BACKUP_VERSION);
    ct_le32_put(p + CT_BACKUP_AT_KEYRING, (uint32_t)k);
    ct_le32_put(p + CT_BACKUP_AT_PAGES, pages);
    ct_le32_put(p + CT_BACKUP_AT_FLAGS, data[0] & 1);
    ct_le32_put(p + CT_BACKUP_AT_EPOCH, 1);
    memcpy(p + CT_BACKUP_AT_STORE_ID, ring + CT_RING_AT_STORE_ID, CT_STORE_ID_LEN);
    p[CT_BACKUP_AT_SEQ + 7] &= 0x7f;
    memcpy(p + CT_BACKUP_HEAD, ring, k);
    ct_hash(p + n - CT_HASH_LEN, p, n - CT_HASH_LEN);
    if (ftruncate(fd, 0) == 0 && pwrite(fd, p, n, 0) == (ssize_t)n) {
        struct ct_backup_in *in = NULL;
        demand(ct_backup_in_new(fd, "b", &in, NULL) ==
               CT_OK); /* nothing is wrong but the key */
        ct_backup_in_free(in);
        look(fd);
    }
    free(p);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static int fd = -1;
    if (fd < 0)
        fd = memfd_create("backup", MFD_CLOEXEC);
    if (fd < 0 || size == 0)
        return 0;
    if (ftruncate(fd, 0) == 0 && pwrite(fd, data, size, 0) == (ssize_t)size)
        look(fd);
    if (pwrite(fd, CT_BACKUP_MAGIC, CT_BACKUP_MAGIC_LEN, 0) == CT_BACKUP_MAGIC_LEN)
        look(fd);
    fitted(fd, data, size);
    return 0;
}
