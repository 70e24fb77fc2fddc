/* vitals_form - what the vitals form holds: a field for each quantity in the site's
 * order, what is said besides figures, the set made of both, and its draft.
 *
 * Layer:  ui; shared by vitals*.c only. vitals.c has the screen, its keys and saving,
 *         vitals_extra.c what is said by one key beside the Tab path, vitals_draw.c
 *         what is seen.
 * Fields: every quantity has one. Those that the site does not list are hidden until
 *         they get a value (a quick line, a corrected set of an earlier setting), so
 *         that nothing is dropped unseen. Up to five further pressures follow the
 *         first, hidden until they are asked for.
 * Kept:   qualifiers begin with the site's defaults for each set: a posture or a
 *         rhythm is true of one patient at one time. Devices are kept for the session.
 */
#ifndef CT_UI_VITALS_FORM_H
#define CT_UI_VITALS_FORM_H

#include "clinic/equipment_gate.h"
#include "ui/screens/screens.h"
#include "ui/tk/form.h"

enum {
    VF_FURTHER = CT_BP_MAX - 1,
    VF_PARTS = 3, /* of a further pressure: systolic, diastolic, minutes */
    VF_FIELDS = CT_QS + VF_FURTHER * VF_PARTS + 2,
    VF_LAST = 2,  /* sets beside the fields */
    VF_LABEL_COLS = 15
};
_Static_assert((int)VF_FIELDS <= (int)CT_FORM_FIELDS_MAX, "room in a form");

/* What is said besides figures. */
struct vf_said {
    uint8_t ql[CT_QLS];        /* site's, corrected set's, or chosen */
    uint8_t not_taken[CT_QS];  /* enum ct_why */
    enum ct_why partial;
    size_t further;            /* pressures beyond the first */
    uint8_t position[VF_FURTHER];
    char monitor[CT_DEVICE_BYTES + 1];    /* "": none was chosen */
    char own[CT_QS][CT_DEVICE_BYTES + 1]; /* the device of this quantity alone */
    uint32_t by_hand;          /* bits: no device, whatever the monitor measures */
    uint32_t tapped;           /* bits: counted by tapping, until typed over */
};

struct vitals {
    struct ct_ui *ui;
    struct ct_patient patient;
    struct ct_vitals last[VF_LAST]; /* newest first */
    size_t n_last;
    struct ct_vitals full;          /* the newest with a score */
    bool have_full;
    int64_t correct_id;
    struct ct_vitals corrected;     /* the set that is corrected */

    struct ct_vitals now;           /* what the form says at the moment */
    struct ct_assessment worth;
    int64_t stood[VF_FIELDS];       /* by field: its value when it was left last */

    enum ct_q order[CT_QS];         /* of the fields; those shown at once come first */
    uint32_t shown;                 /* bits */
    size_t at[CT_QS];               /* field of a quantity */
    size_t further_at;              /* first field of the further pressures */
    size_t note_at, taken_at;
    uint8_t unit[CT_QS];            /* in which each is typed: the site's, unless the quick
                                     * line or the corrected set has it otherwise */
    struct vf_said said, base;      /* base: what the form began with */
    char further_label[VF_FURTHER][24], further_name[VF_FURTHER * VF_PARTS][12];
    struct ct_field field[VF_FIELDS];
    struct ct_form form;

    int64_t band_ms;                /* when this patient's wristband was scanned here; 0: not */
    char other_band[2 * CT_NAME_BYTES + 3]; /* whose was scanned instead, last; "" nobody's */
    char quick[400];                /* the last quick line that was not understood */
    struct ct_tap_result tap;       /* filled by the screen above */
    /* what the question on the screen is about */
    enum ct_q asked;
    enum ct_qualifier asked_ql;
    size_t asked_row;               /* further pressure; VF_FURTHER: a new one */
    enum { VF_MONITOR, VF_OWN } asked_device;
    /* devices that their state speaks against, and why they are used all the same */
    struct {
        enum ct_gate_answer monitor; /* of the monitor, when it was looked at last */
        char device[CT_VITALS_DEVICES_MAX][CT_DEVICE_BYTES + 1];
        char reason[CT_VITALS_DEVICES_MAX][CT_EQUIP_REASON_MAX + 1];
        size_t n;
        char asked[CT_DEVICE_BYTES + 1];
        void (*go_on)(struct ct_view *v);
    } gate;
};

int64_t vf_now(const struct vitals *s);
/* The quantity of a field; CT_QS: of none (a further pressure, note, taken). */
enum ct_q vf_quantity(const struct vitals *s, size_t field);
enum ct_q vf_focused(const struct vitals *s);
/* The further pressure that a field is part of; VF_FURTHER: of none. */
size_t vf_further(const struct vitals *s, size_t field);
/* What stands in a field, as a figure; CT_UNSET. */
int64_t vf_value(const struct vitals *s, size_t field);
const char *vf_text(const struct vitals *s, size_t field);
bool vf_anything(const struct vitals *s); /* is any value typed? */

/* Fields and what they begin with; the sets before are known. False: no memory. */
bool vf_make(struct vitals *s);
/* Back to the beginning: empty, or the corrected set. */
void vf_begin(struct vitals *s);
/* Type a quantity in a unit; show its field if it was hidden. */
void vf_unit(struct vitals *s, enum ct_q q, uint8_t unit, bool show);
/* What the set holds, into the form; what it does not hold stays. */
void vf_fill(struct vitals *s, const struct ct_vitals *v);
/* What the form says, as s->now and its worth. Digits that are still being typed are
 * no value yet: a pressure of 1 on the way to 122 would score 3, and be sent to the
 * screen and taken back. The field under the cursor counts with what it said before,
 * until it is left, or when the set is saved (all). */
void vf_gather(struct vitals *s, bool all);
/* The device that a quantity is measured with, "" for none. */
const char *vf_device(const struct vitals *s, enum ct_q q);
/* Different devices that the set could carry by now. */
size_t vf_devices(const struct vitals *s);

/* The label and the position of further pressure k. */
void vf_further_name(struct vitals *s, size_t k, uint8_t position);
void vf_further_remove(struct vitals *s, size_t k);

/* vitals_draft.c */
void vf_draft_kind(const struct vitals *s, char out[24]);
bool vf_draft_put(const struct vitals *s, struct ct_draft *d); /* false: nothing to keep */
void vf_draft_get(struct vitals *s, const struct ct_draft *d);

/* vitals_extra.c: commands */
enum ct_reaction vf_not_taken(struct ct_view *v);
enum ct_reaction vf_none_taken(struct ct_view *v);
enum ct_reaction vf_qualify(struct ct_view *v);
enum ct_reaction vf_pressure(struct ct_view *v);
enum ct_reaction vf_choose_device(struct ct_view *v);
enum ct_reaction vf_own_device(struct ct_view *v);
enum ct_reaction vf_scan(struct ct_view *v, const struct ct_event *e);
enum ct_reaction vf_tap(struct ct_view *v);
void vf_tapped(struct vitals *s); /* the counter has gone; what it brought */
/* Save the set (vitals.c): asks what is still to be asked. */
enum ct_reaction vf_save(struct ct_view *v);

/* vitals_gate.c */
/* Look at the monitor again: whether it is marked. */
void vf_gate_monitor(struct vitals *s);
/* A device was chosen: says what speaks against it, if anything does. */
bool vf_gate_warn(struct vitals *s, const char *device);
/* Ask why, once for each device of s->now that needs it; go_on when nothing is to be asked
 * (any more). One that may not be used stops here, and the form stays as it is. */
enum ct_reaction vf_gate(struct ct_view *v, void (*go_on)(struct ct_view *v));
/* The reasons that were given, into s->now. */
void vf_gate_attach(struct vitals *s);
void vf_gate_forget(struct vitals *s);

/* vitals_draw.c */
void vf_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body);
/* All that is to be said of the focused field, for the help: a row has room for less. */
void vf_hint(const struct ct_view *v, char *out, size_t size);

#endif
