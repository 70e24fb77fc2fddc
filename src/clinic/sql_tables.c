/* sql_tables - every module's table of statements, so that one test can
 * prepare them all. The layers below list nothing that lies above them: this
 * is the topmost place under the command line.
 */
#include "clinic/bath_priv.h"
#include "clinic/figures.h"
#include "clinic/load_priv.h"
#include "clinic/recall_priv.h"
#include "clinic/scope_priv.h"
#include "clinic/competency_priv.h"
#include "clinic/handover_priv.h"
#include "clinic/printed_priv.h"
#include "clinic/review_priv.h"
#include "record/sql.h"
#include "store/sql.h"

const struct ct_sql_table ct_sql_tables[] = {
    {ct_store_sql, CT_STORE_SQL_N},     {ct_record_sql, CT_RECORD_SQL_N},
    {ct_patient_sql, CT_PATIENT_SQL_N}, {ct_find_sql, CT_FIND_SQL_N},
    {ct_vitals_sql, CT_VITALS_SQL_N},   {ct_escalation_sql, CT_ESCALATION_SQL_N},
    {ct_shift_sql, CT_SHIFT_SQL_N},     {ct_interpretation_sql, CT_INTERPRETATION_SQL_N},
    {ct_access_sql, CT_ACCESS_SQL_N},
    {ct_consent_sql, CT_CONSENT_SQL_N},
    {ct_procedure_sql, CT_PROCEDURE_SQL_N},
    {ct_prep_sql, CT_PREP_SQL_N},
    {ct_calibration_sql, CT_CALIBRATION_SQL_N},
    {ct_equipment_sql, CT_EQUIPMENT_SQL_N},
    {ct_equipment_more_sql, CT_EQUIPMENT_MORE_SQL_N},
    {ct_fault_sql, CT_FAULT_SQL_N},
    {ct_schedule_sql, CT_SCHEDULE_SQL_N},
    {ct_gate_sql, CT_GATE_SQL_N},
    {ct_lookback_sql, CT_LOOKBACK_SQL_N},
    {ct_machine_sql, CT_MACHINE_SQL_N},
    {ct_pack_sql, CT_PACK_SQL_N},
    {ct_set_sql, CT_SET_SQL_N},
    {ct_bath_sql, CT_BATH_SQL_N},
    {ct_load_sql, CT_LOAD_SQL_N},
    {ct_recall_sql, CT_RECALL_SQL_N},
    {ct_scope_sql, CT_SCOPE_SQL_N},
    {ct_competency_sql, CT_COMPETENCY_SQL_N},
    {ct_training_sql, CT_TRAINING_SQL_N},
    {ct_entry_sql, CT_ENTRY_SQL_N},
    {ct_review_sql, CT_REVIEW_SQL_N},
    {ct_handover_sql, CT_HANDOVER_SQL_N},
    {ct_figures_sql, CT_FIGURES_SQL_N},
    {ct_printed_sql, CT_PRINTED_SQL_N},
    {NULL, 0},
};
