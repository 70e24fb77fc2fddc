/* device_parts_wait - what the parts of the device's page are until each is there. Whoever
 * writes the real one deletes it here; the file goes with the last. */
#include "ui/screens/device_parts.h"

#define DRAW(name)                                                                         \
    int name(struct ct_ui *ui, struct ct_grid *g, struct ct_rect at,                       \
             const struct ct_equipment *e)                                                 \
    {                                                                                      \
        (void)ui, (void)g, (void)at, (void)e;                                              \
        return 0;                                                                          \
    }
#define KEY(name)                                                                          \
    enum ct_reaction name(struct ct_view *v)                                               \
    {                                                                                      \
        ct_ui_say(ct_view_ui(v), CT_R_NOTE, "Not there yet.");                             \
        return CT_REFUSED;                                                                 \
    }
#define LINE(name)                                                                         \
    enum ct_reaction name(struct ct_view *v, const struct ct_equip_line *line)             \
    {                                                                                      \
        (void)v, (void)line;                                                               \
        return CT_IGNORED;                                                                 \
    }

/* fault */
DRAW(ct_device_fault_draw)
KEY(ct_device_fault)
KEY(ct_device_quarantine)
KEY(ct_equip_faults)
LINE(ct_device_fault_line)

/* look-back */
DRAW(ct_device_lookback_draw)
KEY(ct_device_impact)
KEY(ct_equip_lookbacks)
LINE(ct_device_lookback_line)
