/* record - the one door for changes, permissions, and the audit chain.
 *
 * Layer:  record.
 * Order:  permission, check, gate + BEGIN IMMEDIATE, write, chain entry, commit.
 *         There is no other way to write: ct_tx_begin is called by record/
 *         only (lint), except for drafts and derived search keys.
 * Chain:  leaf = BLAKE2b-256(0x00 | canonical entry), link = BLAKE2b-256(0x01 |
 *         previous link | leaf). The canonical entry is length-prefixed fields
 *         after a version byte: store id, seq, at_ms, user, session, verb,
 *         severity, patient, done_ms, detail, and for each row written: table,
 *         row id, columns, hash. docs/format.md gives it byte by byte.
 * Order of entries is seq and nothing else: a clock that went back more than a
 *         minute makes the entry notable and is told in its detail.
 */
#ifndef CT_RECORD_RECORD_H
#define CT_RECORD_RECORD_H

#include "base/field.h" /* CT_UNSET */
#include "record/app.h"

/* What somebody may do. Names are shown by `clintech user list` and docs. */
#define CT_PERMISSION_TABLE(X)                                                        \
    /* id, name, technician, supervisor, administrator */                             \
    X(CT_PERM_PATIENT_READ, "patient.read", 1, 1, 0)                                  \
    X(CT_PERM_PATIENT_WRITE, "patient.write", 1, 1, 0)                                \
    X(CT_PERM_VITALS_READ, "vitals.read", 1, 1, 0)                                    \
    X(CT_PERM_VITALS_WRITE, "vitals.write", 1, 1, 0)                                  \
    X(CT_PERM_PROCEDURE_READ, "procedure.read", 1, 1, 0)                              \
    X(CT_PERM_PROCEDURE_WRITE, "procedure.write", 1, 1, 0)                            \
    X(CT_PERM_PROCEDURE_REOPEN, "procedure.reopen", 0, 1, 0) /* done, cancelled: back */ \
    X(CT_PERM_CONSENT, "consent.write", 1, 1, 0)     /* explanation, consent */       \
    X(CT_PERM_EXPORT, "export", 1, 1, 0)             /* figures out of the store */   \
    X(CT_PERM_ACCESS_RESTRICT, "access.restrict", 0, 1, 0) /* restrict, lift, name a care team */ \
    X(CT_PERM_ACCESS_REVIEW, "access.review", 0, 1, 0) /* openings; what somebody looked at */ \
    X(CT_PERM_PREP_READ, "prep.read", 1, 1, 0)       /* checklists */                 \
    X(CT_PERM_PREP_WRITE, "prep.write", 1, 1, 0)                                      \
    X(CT_PERM_PREP_OVERRIDE, "prep.override", 0, 1, 0) /* let a stop pass */          \
    X(CT_PERM_EQUIP_READ, "equipment.read", 1, 1, 0)                                  \
    X(CT_PERM_EQUIP_WRITE, "equipment.write", 1, 1, 0) /* register, papers, tasks, faults, readings */ \
    X(CT_PERM_EQUIP_PLAN, "equipment.plan", 0, 1, 0)  /* schedules, campaigns, retire */ \
    X(CT_PERM_EQUIP_APPROVE, "equipment.approve", 1, 1, 0) /* another's calibration, return to service */ \
    X(CT_PERM_LOOKBACK, "lookback.close", 0, 1, 0)   /* its period; close, open again */ \
    X(CT_PERM_STERILE_READ, "sterile.read", 1, 1, 0) /* machines, packs, loads */      \
    X(CT_PERM_STERILE_WRITE, "sterile.write", 1, 1, 0) /* tests, packs, counts, baths */ \
    X(CT_PERM_STERILE_PLAN, "sterile.plan", 0, 1, 0) /* programmes of machines, recipes of sets */ \
    X(CT_PERM_STERILE_RELEASE, "sterile.release", 1, 1, 0) /* another's load */         \
    X(CT_PERM_STERILE_OVERRIDE, "sterile.override", 0, 1, 0) /* early release; a pack refused at a scan; recalls */ \
    X(CT_PERM_TRAIN_READ, "training.read", 1, 1, 0)  /* sessions, matrix, one's own list */ \
    X(CT_PERM_TRAIN_WRITE, "training.write", 1, 1, 0) /* plan, give, sign in, declare, read */ \
    X(CT_PERM_COMP_ASSESS, "competency.assess", 1, 1, 0) /* as a current assessor; countersign */ \
    X(CT_PERM_COMP_PLAN, "competency.plan", 0, 1, 0) /* requirements, assessors, trainees, documents */ \
    X(CT_PERM_SHIFT_OWN, "shift.own", 1, 1, 0)       /* one's own entries */          \
    X(CT_PERM_SHIFT_ALL, "shift.all", 0, 1, 0)       /* everybody's */                \
    X(CT_PERM_SHIFT_WRITE, "shift.write", 1, 1, 0)   /* incidents, own hours, answers */ \
    X(CT_PERM_REVIEW, "review", 0, 1, 0)             /* go through a shift, sign it */ \
    X(CT_PERM_USER_READ, "user.read", 0, 1, 1)                                        \
    X(CT_PERM_USER_WRITE, "user.write", 0, 1, 1)     /* technicians, supervisors */   \
    X(CT_PERM_USER_ADMIN, "user.admin", 0, 0, 1)     /* administrators too */         \
    X(CT_PERM_VERIFY, "verify", 0, 1, 1)                                              \
    X(CT_PERM_BACKUP, "backup", 0, 1, 1)             /* and restore */                \
    X(CT_PERM_REKEY, "rekey", 0, 0, 1)               /* a new key for the store */    \
    X(CT_PERM_SESSION, "session", 1, 1, 1)           /* own login, own password */

enum ct_perm {
#define X(id, name, t, s, a) id,
    CT_PERMISSION_TABLE(X)
#undef X
    CT_PERMS
};
const char *ct_perm_name(enum ct_perm perm);
bool ct_role_may(enum ct_role role, enum ct_perm perm);
/* CT_ELOCKED without a session, CT_EDENIED with a sentence. */
CT_NODISCARD enum ct_status ct_require(const struct ct_app *app, enum ct_perm perm,
                                       struct ct_error *reterr);

/* What can be written into the chain. `line` is how the shift log words it. */
#define CT_VERB_TABLE(X)                                                              \
    /* id, stored name, permission, signed, line */                                   \
    X(CT_VERB_INIT, "store.init", CT_PERM_SESSION, 0, "store created")                \
    X(CT_VERB_LOGIN, "session.login", CT_PERM_SESSION, 0, "logged in")                \
    X(CT_VERB_LOGOUT, "session.logout", CT_PERM_SESSION, 0, "logged out")             \
    X(CT_VERB_LOCK, "session.lock", CT_PERM_SESSION, 0, "locked the screen")          \
    X(CT_VERB_UNLOCK, "session.unlock", CT_PERM_SESSION, 0, "unlocked the screen")    \
    X(CT_VERB_LOST, "session.lost", CT_PERM_SESSION, 0, "lost the connection")        \
    X(CT_VERB_DENIED, "session.denied", CT_PERM_SESSION, 0, "was refused")            \
    X(CT_VERB_PASSWORD, "user.password", CT_PERM_SESSION, 1, "changed own password")  \
    X(CT_VERB_COST, "user.cost", CT_PERM_SESSION, 0, "own password kept with more Argon2id") \
    X(CT_VERB_USER_ADD, "user.add", CT_PERM_USER_WRITE, 1, "added a user")            \
    X(CT_VERB_USER_DISABLE, "user.disable", CT_PERM_USER_WRITE, 1, "disabled a user") \
    X(CT_VERB_USER_RESET, "user.reset", CT_PERM_USER_WRITE, 1, "reset a password")    \
    X(CT_VERB_REKEY, "store.rekey", CT_PERM_REKEY, 1, "gave the store a new key")     \
    X(CT_VERB_REKEYED, "store.rekeyed", CT_PERM_REKEY, 0, "the store's old key is gone") \
    X(CT_VERB_USER_RECOVER, "user.recover", CT_PERM_SESSION, 0, "used the RECOVERY CODE for an administrator") \
    X(CT_VERB_USER_CODE, "user.code", CT_PERM_USER_WRITE, 1, "made a new RECOVERY CODE") \
    X(CT_VERB_PATIENT_REGISTER, "patient.register", CT_PERM_PATIENT_WRITE, 0, "registered a patient") \
    X(CT_VERB_PATIENT_AMEND, "patient.amend", CT_PERM_PATIENT_WRITE, 0, "amended a patient's details") \
    X(CT_VERB_PATIENT_ALERT, "patient.alert", CT_PERM_PATIENT_WRITE, 0, "set or ended an alert") \
    X(CT_VERB_PATIENT_OPEN, "patient.open", CT_PERM_PATIENT_READ, 0, "opened a record") \
    X(CT_VERB_VITALS_RECORD, "vitals.record", CT_PERM_VITALS_WRITE, 0, "recorded vitals") \
    X(CT_VERB_VITALS_CORRECT, "vitals.correct", CT_PERM_VITALS_WRITE, 0, "corrected vitals") \
    X(CT_VERB_VITALS_VOID, "vitals.void", CT_PERM_VITALS_WRITE, 0, "marked vitals entered in error") \
    X(CT_VERB_VITALS_EXPORT, "vitals.export", CT_PERM_EXPORT, 0, "exported vitals")   \
    X(CT_VERB_INTERPRET, "vitals.interpret", CT_PERM_VITALS_WRITE, 0, "wrote an interpretation") \
    X(CT_VERB_ESCALATION, "escalation.event", CT_PERM_VITALS_WRITE, 0, "escalation") \
    X(CT_VERB_RESTRICT, "access.restrict", CT_PERM_ACCESS_RESTRICT, 0, "restricted a record") \
    X(CT_VERB_STAFF, "access.staff", CT_PERM_PATIENT_WRITE, 0, "marked a member of staff: restricted") \
    X(CT_VERB_LIFT, "access.lift", CT_PERM_ACCESS_RESTRICT, 0, "lifted a restriction") \
    X(CT_VERB_TEAM, "access.team", CT_PERM_ACCESS_RESTRICT, 0, "care team of a restricted record") \
    X(CT_VERB_BREAK_GLASS, "access.break_glass", CT_PERM_PATIENT_READ, 0, "opened a RESTRICTED record") \
    X(CT_VERB_GLASS_REVIEW, "access.review", CT_PERM_ACCESS_REVIEW, 0, "reviewed an opening") \
    X(CT_VERB_SHARING, "access.sharing", CT_PERM_PATIENT_WRITE, 0, "permission to share") \
    X(CT_VERB_LOOKED, "access.log", CT_PERM_PATIENT_READ, 0, "looked up who opened what") \
    X(CT_VERB_EXPLAIN, "consent.explain", CT_PERM_CONSENT, 0, "explained a procedure") \
    X(CT_VERB_CONSENT, "consent.event", CT_PERM_CONSENT, 0, "consent")                \
    X(CT_VERB_PROCEDURE_ADD, "procedure.add", CT_PERM_PROCEDURE_WRITE, 0, "planned a procedure") \
    X(CT_VERB_PROCEDURE_AMEND, "procedure.amend", CT_PERM_PROCEDURE_WRITE, 0, "changed a procedure") \
    X(CT_VERB_PROCEDURE_STATE, "procedure.state", CT_PERM_PROCEDURE_WRITE, 0, "procedure") \
    X(CT_VERB_PROCEDURE_REOPEN, "procedure.reopen", CT_PERM_PROCEDURE_REOPEN, 0, "reopened a procedure") \
    X(CT_VERB_PROCEDURE_USE, "procedure.use", CT_PERM_PROCEDURE_WRITE, 0, "used in a procedure") \
    X(CT_VERB_SECOND, "session.second", CT_PERM_SESSION, 0, "a second person gave a password") \
    X(CT_VERB_PREP_START, "prep.start", CT_PERM_PREP_WRITE, 0, "began a checklist")   \
    X(CT_VERB_PREP_ANSWER, "prep.answer", CT_PERM_PREP_WRITE, 0, "answered a checklist") \
    X(CT_VERB_PREP_COMMENT, "prep.comment", CT_PERM_PREP_WRITE, 0, "commented a checklist") \
    X(CT_VERB_PREP_CONFIRM, "prep.confirm", CT_PERM_PREP_WRITE, 0, "second person confirmed") \
    X(CT_VERB_PREP_OVERRIDE, "prep.override", CT_PERM_PREP_OVERRIDE, 0, "let a stop of a checklist pass") \
    X(CT_VERB_PREP_OVERRIDE_HERE, "prep.override_here", CT_PERM_PREP_WRITE, 0, "a supervisor let a stop pass here") \
    X(CT_VERB_PREP_CLOSE, "prep.close", CT_PERM_PREP_WRITE, 0, "closed a checklist")  \
    X(CT_VERB_PREP_REOPEN, "prep.reopen", CT_PERM_PREP_WRITE, 0, "opened a checklist again") \
    X(CT_VERB_PREP_VOID, "prep.void", CT_PERM_PREP_WRITE, 0, "marked a checklist entered in error") \
    X(CT_VERB_PROCEDURE_EXPORT, "procedure.export", CT_PERM_EXPORT, 0, "listed procedures") \
    X(CT_VERB_MODEL, "equipment.model", CT_PERM_EQUIP_WRITE, 0, "wrote down a model")  \
    X(CT_VERB_EQUIP_ADD, "equipment.add", CT_PERM_EQUIP_WRITE, 0, "registered a device") \
    X(CT_VERB_EQUIP_AMEND, "equipment.amend", CT_PERM_EQUIP_WRITE, 0, "amended a device's details") \
    X(CT_VERB_EQUIP_RETIRE, "equipment.retire", CT_PERM_EQUIP_PLAN, 0, "retired a device") \
    X(CT_VERB_EQUIP_PAPER, "equipment.paper", CT_PERM_EQUIP_WRITE, 0, "papers of a device") \
    X(CT_VERB_EQUIP_EXPORT, "equipment.export", CT_PERM_EQUIP_READ, 0, "wrote a paper about a device") \
    X(CT_VERB_CAMPAIGN, "equipment.campaign", CT_PERM_EQUIP_PLAN, 0, "campaign over a model") \
    X(CT_VERB_CAMPAIGN_TICK, "equipment.campaign_tick", CT_PERM_EQUIP_WRITE, 0, "campaign: a device") \
    X(CT_VERB_SCHEDULE, "schedule.change", CT_PERM_EQUIP_PLAN, 0, "schedule of a device") \
    X(CT_VERB_RESULT, "equipment.result", CT_PERM_EQUIP_WRITE, 0, "recorded a task on a device") \
    X(CT_VERB_RESULT_VOID, "equipment.result_void", CT_PERM_EQUIP_WRITE, 0, "marked a task entered in error") \
    X(CT_VERB_FAULT_OPEN, "fault.open", CT_PERM_EQUIP_WRITE, 0, "reported a fault")    \
    X(CT_VERB_FAULT_STEP, "fault.step", CT_PERM_EQUIP_WRITE, 0, "fault")               \
    X(CT_VERB_GUIDE, "fault.guide", CT_PERM_EQUIP_WRITE, 0, "went through a troubleshooting guide") \
    X(CT_VERB_FAULT_REVIEW, "fault.review", CT_PERM_EQUIP_APPROVE, 1, "put a device back in service") \
    X(CT_VERB_CAL_FOUND, "calibration.found", CT_PERM_EQUIP_WRITE, 0, "calibration, as found") \
    X(CT_VERB_CAL_STEP, "calibration.step", CT_PERM_EQUIP_WRITE, 0, "calibration")     \
    X(CT_VERB_CAL_SEND_BACK, "calibration.send_back", CT_PERM_EQUIP_APPROVE, 0, "sent a calibration back") \
    X(CT_VERB_CAL_APPROVE, "calibration.approve", CT_PERM_EQUIP_APPROVE, 1, "approved a calibration") \
    X(CT_VERB_LOOKBACK_OPEN, "lookback.open", CT_PERM_EQUIP_WRITE, 0, "opened a look-back") \
    X(CT_VERB_LOOKBACK_LINE, "lookback.line", CT_PERM_EQUIP_WRITE, 0, "look-back: dispositions") \
    X(CT_VERB_LOOKBACK_PERIOD, "lookback.period", CT_PERM_LOOKBACK, 0, "look-back: changed its period") \
    X(CT_VERB_LOOKBACK_CLOSE, "lookback.close", CT_PERM_LOOKBACK, 1, "closed a look-back") \
    X(CT_VERB_LOOKBACK_EXPORT, "lookback.export", CT_PERM_EXPORT, 0, "wrote down what a device measured") \
    X(CT_VERB_LOOKBACK_REOPEN, "lookback.reopen", CT_PERM_LOOKBACK, 0, "opened a look-back again") \
    X(CT_VERB_MACHINE_PROGRAMME, "steriliser.programme", CT_PERM_STERILE_PLAN, 0, "programme of a steriliser") \
    X(CT_VERB_MACHINE_TEST, "steriliser.test", CT_PERM_STERILE_WRITE, 0, "tested a steriliser") \
    X(CT_VERB_MACHINE_TEST_VOID, "steriliser.test_void", CT_PERM_STERILE_WRITE, 0, "marked a steriliser's test entered in error") \
    X(CT_VERB_SET, "set.change", CT_PERM_STERILE_PLAN, 0, "recipe of a set")           \
    X(CT_VERB_SET_RETURN, "set.return", CT_PERM_STERILE_WRITE, 0, "counted a set that came back") \
    X(CT_VERB_SET_FOLLOW, "set.follow", CT_PERM_STERILE_WRITE, 0, "followed up a difference in a set") \
    X(CT_VERB_SET_GIVE_UP, "set.give_up", CT_PERM_STERILE_PLAN, 0, "gave up an instrument of a set") \
    X(CT_VERB_PACK_MAKE, "pack.make", CT_PERM_STERILE_WRITE, 0, "packed")              \
    X(CT_VERB_PACK_STEP, "pack.step", CT_PERM_STERILE_WRITE, 0, "pack")                \
    X(CT_VERB_PACK_LABEL, "pack.label", CT_PERM_STERILE_WRITE, 0, "printed a pack's label") \
    X(CT_VERB_LOAD_PLAN, "load.plan", CT_PERM_STERILE_WRITE, 0, "planned a load")      \
    X(CT_VERB_LOAD_PACK, "load.pack", CT_PERM_STERILE_WRITE, 0, "load: a pack")        \
    X(CT_VERB_LOAD_START, "load.start", CT_PERM_STERILE_WRITE, 0, "started a load")    \
    X(CT_VERB_LOAD_OVER, "load.over", CT_PERM_STERILE_WRITE, 0, "a load was over")     \
    X(CT_VERB_LOAD_ABORT, "load.abort", CT_PERM_STERILE_WRITE, 0, "a load was aborted") \
    X(CT_VERB_LOAD_READ, "load.read", CT_PERM_STERILE_WRITE, 0, "read a load's parameters") \
    X(CT_VERB_LOAD_RECORD, "load.record", CT_PERM_STERILE_WRITE, 0, "kept a machine's record") \
    X(CT_VERB_LOAD_CI, "load.ci", CT_PERM_STERILE_WRITE, 0, "read a chemical indicator") \
    X(CT_VERB_LOAD_BI, "load.bi", CT_PERM_STERILE_WRITE, 0, "incubated a biological indicator") \
    X(CT_VERB_LOAD_BI_READ, "load.bi_read", CT_PERM_STERILE_WRITE, 0, "read a biological indicator") \
    X(CT_VERB_LOAD_RELEASE, "load.release", CT_PERM_STERILE_RELEASE, 1, "released a load") \
    X(CT_VERB_LOAD_EARLY, "load.early", CT_PERM_STERILE_WRITE, 0, "released a pack EARLY") \
    X(CT_VERB_LOAD_REJECT, "load.reject", CT_PERM_STERILE_WRITE, 0, "rejected a load") \
    X(CT_VERB_RECALL_OPEN, "recall.open", CT_PERM_STERILE_WRITE, 0, "opened a RECALL") \
    X(CT_VERB_RECALL_PACKS, "recall.packs", CT_PERM_STERILE_WRITE, 0, "recall: packs stopped") \
    X(CT_VERB_RECALL_LINE, "recall.line", CT_PERM_STERILE_WRITE, 0, "recall: dispositions") \
    X(CT_VERB_RECALL_LIFT, "recall.lift", CT_PERM_STERILE_OVERRIDE, 0, "recall: lifted from packs") \
    X(CT_VERB_RECALL_CLOSE, "recall.close", CT_PERM_STERILE_OVERRIDE, 1, "closed a recall") \
    X(CT_VERB_RECALL_EXPORT, "recall.export", CT_PERM_EXPORT, 0, "listed where packs went") \
    X(CT_VERB_FIGURES_EXPORT, "figures.export", CT_PERM_REVIEW, 0, "exported figures") \
    X(CT_VERB_BATH_POUR, "bath.pour", CT_PERM_STERILE_WRITE, 0, "poured a bath")       \
    X(CT_VERB_BATH_STRIP, "bath.strip", CT_PERM_STERILE_WRITE, 0, "tested a bath")     \
    X(CT_VERB_BATH_SOAK, "bath.soak", CT_PERM_STERILE_WRITE, 0, "soaked in a bath")    \
    X(CT_VERB_BATH_SOAK_END, "bath.soak_end", CT_PERM_STERILE_WRITE, 0, "took out of a bath") \
    X(CT_VERB_BATH_END, "bath.end", CT_PERM_STERILE_WRITE, 0, "threw a bath away")     \
    X(CT_VERB_SCOPE_BEGIN, "scope.begin", CT_PERM_STERILE_WRITE, 0, "began an endoscope's record") \
    X(CT_VERB_SCOPE_STEP, "scope.step", CT_PERM_STERILE_WRITE, 0, "reprocessed an endoscope") \
    X(CT_VERB_SCOPE_END, "scope.end", CT_PERM_STERILE_WRITE, 0, "broke an endoscope's record off") \
    X(CT_VERB_SCOPE_VOID, "scope.void", CT_PERM_STERILE_WRITE, 0, "marked an endoscope's record entered in error") \
    X(CT_VERB_COMP_RULE, "competency.rule", CT_PERM_COMP_PLAN, 0, "what competency is required") \
    X(CT_VERB_COMP_DECLARE, "competency.declare", CT_PERM_TRAIN_WRITE, 0, "declared own competence") \
    X(CT_VERB_COMP_ASSESS, "competency.assess", CT_PERM_COMP_ASSESS, 1, "assessed a competency") \
    X(CT_VERB_COMP_CONFIRM, "competency.confirm", CT_PERM_TRAIN_WRITE, 0, "confirmed an assessment of oneself") \
    X(CT_VERB_COMP_WITHDRAW, "competency.withdraw", CT_PERM_COMP_PLAN, 0, "withdrew a competency") \
    X(CT_VERB_COMP_REINSTATE, "competency.reinstate", CT_PERM_COMP_PLAN, 0, "reinstated a competency") \
    X(CT_VERB_TRAIN_PLAN, "training.plan", CT_PERM_TRAIN_WRITE, 0, "planned training") \
    X(CT_VERB_TRAIN_GIVEN, "training.given", CT_PERM_TRAIN_WRITE, 0, "training was given") \
    X(CT_VERB_TRAIN_CANCEL, "training.cancel", CT_PERM_TRAIN_WRITE, 0, "cancelled training") \
    X(CT_VERB_TRAIN_SIGN_IN, "training.sign_in", CT_PERM_TRAIN_WRITE, 0, "attended training") \
    X(CT_VERB_DOCUMENT, "training.document", CT_PERM_COMP_PLAN, 0, "document to be read") \
    X(CT_VERB_DOCUMENT_READ, "training.read", CT_PERM_TRAIN_WRITE, 0, "read a document") \
    X(CT_VERB_TRAINEE, "training.trainee", CT_PERM_COMP_PLAN, 0, "trainee") \
    X(CT_VERB_COUNTERSIGN, "training.countersign", CT_PERM_COMP_ASSESS, 1, "countersigned") \
    X(CT_VERB_SHIFT_ENTRY, "shift.entry", CT_PERM_SHIFT_WRITE, 0, "wrote down")       \
    X(CT_VERB_SHIFT_CORRECT, "shift.correct", CT_PERM_SHIFT_WRITE, 0, "corrected what was written down") \
    X(CT_VERB_SHIFT_VOID, "shift.void", CT_PERM_SHIFT_WRITE, 0, "marked what was written down as in error") \
    X(CT_VERB_SHIFT_HOURS, "shift.hours", CT_PERM_SHIFT_WRITE, 0, "corrected hours of a shift") \
    X(CT_VERB_REVIEW_BEGIN, "review.begin", CT_PERM_REVIEW, 0, "began a review")      \
    X(CT_VERB_REVIEW_ACK, "review.acknowledge", CT_PERM_REVIEW, 0, "acknowledged")    \
    X(CT_VERB_REVIEW_COMMENT, "review.comment", CT_PERM_REVIEW, 0, "commented in a review") \
    X(CT_VERB_REVIEW_QUERY, "review.query", CT_PERM_REVIEW, 0, "queried a record")    \
    X(CT_VERB_REVIEW_ANSWER, "review.answer", CT_PERM_SHIFT_WRITE, 0, "answered a query") \
    X(CT_VERB_REVIEW_FILTER, "review.filter", CT_PERM_REVIEW, 0, "filter of reviews") \
    X(CT_VERB_REVIEW_SIGN, "review.sign", CT_PERM_REVIEW, 1, "signed a review")       \
    X(CT_VERB_HANDOVER_BEGIN, "handover.begin", CT_PERM_SHIFT_WRITE, 0, "began a handover") \
    X(CT_VERB_HANDOVER_WORDS, "handover.words", CT_PERM_SHIFT_WRITE, 0, "handover: words") \
    X(CT_VERB_HANDOVER_GIVE, "handover.give", CT_PERM_SHIFT_WRITE, 0, "handed over")  \
    X(CT_VERB_HANDOVER_TAKE, "handover.take", CT_PERM_SHIFT_WRITE, 0, "took a handover") \
    X(CT_VERB_HANDOVER_WITHDRAW, "handover.withdraw", CT_PERM_SHIFT_WRITE, 0, "took an item off a handover") \
    X(CT_VERB_PRINT, "report.print", CT_PERM_EXPORT, 0, "printed a report")           \
    X(CT_VERB_VERIFY, "store.verify", CT_PERM_VERIFY, 0, "verified the store")        \
    X(CT_VERB_BACKUP, "store.backup", CT_PERM_BACKUP, 0, "backed up")                 \
    X(CT_VERB_RESTORE, "store.restore", CT_PERM_BACKUP, 0, "RESTORED the store from a backup") \
    X(CT_VERB_WITNESS, "store.witness", CT_PERM_SESSION, 0, "could not write the witness")

enum ct_verb {
#define X(id, name, perm, sign, line) id,
    CT_VERB_TABLE(X)
#undef X
    CT_VERBS
};
struct ct_verb_row {
    const char *name;
    enum ct_perm perm;
    bool sign;
    const char *line;
};
extern const struct ct_verb_row CT_VERB[CT_VERBS];
bool ct_verb_parse(const char *name, enum ct_verb *ret);

enum ct_severity { CT_ROUTINE, CT_NOTABLE, CT_EXCEPTION };

/* The entry a write fills in; the rest is known to the door. */
struct ct_entry {
    enum ct_severity severity;
    int64_t patient_id;  /* 0 or CT_UNSET: none */
    int64_t done_ms;     /* 0 or CT_UNSET: now */
    char detail[512];
    struct {
        const char *tbl; /* static string */
        int64_t row_id;
    } row[256];          /* the rows written; each is hashed into the entry */
    size_t n_rows;
};
/* A row more than there is room for makes ct_record fail with CT_EINTERNAL. */
void ct_entry_row(struct ct_entry *e, const char *tbl, int64_t row_id);

/* One change. check runs before the transaction, and nothing runs it again; write runs
 * inside it. Either may fail: nothing is stored then. What has to hold while others
 * write too is looked at by write: where that is all that check would look at, a check
 * is the same work twice, so a change that is saved often has none. */
struct ct_change {
    enum ct_verb verb;
    /* Either may be NULL. */
    enum ct_status (*check)(struct ct_app *app, void *arg, struct ct_error *reterr);
    enum ct_status (*write)(struct ct_app *app, struct ct_db *db, void *arg,
                            struct ct_entry *entry, struct ct_error *reterr);
    void *arg;
    struct ct_entry entry; /* starting values */
    bool looking; /* nothing but that somebody looked: see ct_app_defer */
};
/* ret_seq may be NULL. Errors of db.h, ct_require, check and write. Verbs marked
 * `sign` need a ct_reauthenticate within the last two minutes (CT_EDENIED), and
 * the entry is signed with the user's Ed25519 key. What ct_require, check
 * or write refuse with CT_EDENIED is itself written, as "session.denied". Whether the
 * user is still active is asked again inside the transaction. */
CT_NODISCARD enum ct_status ct_record(struct ct_app *app, const struct ct_change *change,
                                      int64_t *ret_seq, struct ct_error *reterr);
/* Many changes in one transaction, for the demo's generator and for imports: what
 * ct_record is asked for between begin and commit is checked, written and chained
 * entry by entry as always, but committed together, with one sync. Others wait
 * meanwhile, so keep it to seconds. Reads of the same app see what was written.
 * A change that fails inside (its check aside) takes all of them back, and so
 * does ct_record_bulk_cancel, a lock or the end of the app; commit is CT_EINTERNAL
 * then. Verbs that sign are refused inside. */
CT_NODISCARD enum ct_status ct_record_bulk_begin(struct ct_app *app, struct ct_error *reterr);
CT_NODISCARD enum ct_status ct_record_bulk_commit(struct ct_app *app, struct ct_error *reterr);
void ct_record_bulk_cancel(struct ct_app *app);
/* Between begin and commit? For a change that consists of several entries. */
bool ct_record_in_bulk(const struct ct_app *app);
/* The first half of ct_record without writing anything: may this user do that
 * now? For changes that begin outside the store (the keyring). */
CT_NODISCARD enum ct_status ct_record_ask(struct ct_app *app, const struct ct_change *change,
                                          struct ct_error *reterr);
/* A plain entry that writes no row: locking, a refusal ... detail NULL: none. */
CT_NODISCARD enum ct_status ct_record_event(struct ct_app *app, enum ct_verb verb,
                                            int64_t patient_id, enum ct_severity severity,
                                            const char *detail, struct ct_error *reterr);

/* Another person shows who they are with login and password, beside the session that is
 * open: nothing of theirs stays open. Failures are counted and delayed as a login's, and
 * each is in the chain at once; so is the success, which names both and what for
 * (`why`, a few words). The keyring's slot is held against the store's list as at a login.
 * name may be NULL.
 * CT_EINVAL (field login): the user of the session; CT_EPASSWORD, CT_ELOCKED as
 * ct_keyring_unlock; CT_EDENIED: disabled, a temporary password, or a role without
 * perm; CT_EDAMAGED: the slot is not the one that the store lists. */
CT_NODISCARD enum ct_status ct_second_person(struct ct_app *app, const char *login,
                                             const struct ct_secret *password,
                                             enum ct_perm perm, const char *why,
                                             uint32_t *ret_user_id, char name[128],
                                             struct ct_error *reterr);

/* The chain's last entry, for the witness and the system journal. */
struct ct_head {
    int64_t seq; /* 0: the chain is empty */
    unsigned char link[CT_HASH_LEN];
};
CT_NODISCARD enum ct_status ct_chain_head(struct ct_app *app, struct ct_head *ret,
                                          struct ct_error *reterr);

/* ---- verify ----------------------------------------------------------- */

struct ct_verify_report {
    uint32_t pages, bad_pages;    /* database file */
    int64_t entries, rows;        /* audit entries, row bindings checked */
    int64_t signatures;
    int64_t witnessed;            /* witness lines found in the chain */
    int64_t first_bad_seq;        /* 0: none */
    int64_t bad_seq[256];         /* entries that a problem is about, as many as fit */
    size_t n_bad_seq;
    uint32_t epoch, old_pages;    /* key epoch; pages under an older key */
    int64_t problems;             /* all kinds */
};
/* Walks the sealed pages, SQLite's own integrity check, the chain (order, gaps,
 * leaf, link), each bound row, each signature, rows of chained tables that no
 * entry wrote, the keyring against the store, and the head against the witness.
 * problem() gets one sentence each, naming the place. CT_OK also when problems
 * were found (see the report); an error status when it could not be done. The
 * result is written into the chain. The store is closed and opened again on the
 * way: no statement of the caller may be open. The tables it walks are those
 * that a trigger <table>_no_update or <table>_no_delete guards: a module's tables
 * need nothing else (their key is an INTEGER PRIMARY KEY named id). */
CT_NODISCARD enum ct_status ct_verify(struct ct_app *app,
                                      void (*problem)(const char *sentence, void *arg),
                                      void *arg, struct ct_verify_report *ret,
                                      struct ct_error *reterr);

#endif
