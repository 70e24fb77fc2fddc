/* equip_form - what the forms of the registry have in common: fields on a screen with a
 * draft, texts that are in use offered for a field, saved on the last Enter.
 *
 * Layer:  ui. Such a screen's state begins with a struct ct_equip_form.
 */
#ifndef CT_UI_EQUIP_FORM_H
#define CT_UI_EQUIP_FORM_H

#include "ui/screens/form_draft.h"

enum { CT_OFFERS_MAX = 400 };
struct ct_equip_form {
    struct ct_ui *ui;
    struct ct_form form;
    char kind[24];   /* of its draft */
    char title[160];
    /* What may stand in that field, each and a NUL, ended by an empty one; whole words are
     * not needed: the front of any word of one will do. Nothing added: none are offered. */
    void (*offers)(struct ct_equip_form *f, const char *field, struct ct_buf *out);
    /* Only what is offered may stand there (else it is help). NULL: nowhere. */
    bool (*only)(const struct ct_equip_form *f, const char *field);
    void (*fill)(struct ct_equip_form *f); /* what a discard brings back; NULL: nothing */
    void (*save)(struct ct_view *v);       /* all fields are judged */
    size_t taken;                          /* how often ^N was pressed in this field */
    char typed[200];                       /* what stood there before the first */
};

/* After ui, kind, title and the functions are set; form filled with fill, then the draft. */
CT_NODISCARD enum ct_status ct_equip_form_begin(struct ct_equip_form *f,
                                                const struct ct_field *fields, size_t n,
                                                int label_cols, struct ct_error *reterr);
void ct_equip_form_draw(struct ct_view *v, struct ct_grid *g, struct ct_rect body);
enum ct_reaction ct_equip_form_event(struct ct_view *v, const struct ct_event *e);
bool ct_equip_form_draft(struct ct_view *v, struct ct_draft *d);
bool ct_equip_form_typing(const struct ct_view *v);
void ct_equip_form_close(struct ct_view *v);
enum ct_reaction ct_equip_form_save(struct ct_view *v);
enum ct_reaction ct_equip_form_discard(struct ct_view *v);
enum ct_reaction ct_equip_form_offer(struct ct_view *v);
/* A failed save: the cursor goes to its field, and it is said. */
void ct_equip_form_failed(struct ct_equip_form *f, const struct ct_error *e);
/* The draft goes, the view closes; false: the draft could not be dropped. */
bool ct_equip_form_saved(struct ct_equip_form *f);
/* The offered one that is meant: folded the same, or the only one of which words begin with
 * the words typed. CT_EINVAL (field): none, or several, which are named. "" stays "". */
CT_NODISCARD enum ct_status ct_offer_meant(const char *field, const char *what,
                                           const char *offers, const char *typed, char *out,
                                           size_t size, struct ct_error *reterr);

#define CT_EQUIP_FORM_COMMANDS(screen, what)                                               \
    {.id = screen ".save", .keys = "^S F10", .label = "save", .perm = what,                \
     .help = "Save.", .run = ct_equip_form_save},                                          \
    {.id = screen ".offer", .keys = "^N", .label = "in use", .perm = what,                 \
     .help = "Take what is offered below the form for this field; again: the next one.",   \
     .run = ct_equip_form_offer},                                                          \
    {.id = screen ".discard", .keys = "^X", .label = "discard", .perm = what,              \
     .help = "Empty the form and drop its draft.", .run = ct_equip_form_discard}

#endif
