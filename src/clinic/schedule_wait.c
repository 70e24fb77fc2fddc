/* schedule_wait - what faults and gates need of schedules, until that module is there; then
 * this file goes. */
#include "clinic/schedule.h"

const char *const CT_TASK_NAME[CT_TASKS] = {"calibration", "electrical safety",
                                            "preventive maintenance", "pre-use check",
                                            "cleaning"};
ct_date ct_schedule_due(const struct ct_schedule *s, const ct_date *done, size_t n,
                        ct_date *ret_last_day)
{
    ct_date due = n > 0 ? done[n - 1] + s->every : s->starts;
    *ret_last_day = due;
    return due;
}
