/* steam - pressures as machines give them, and which pressure saturated steam has.
 *
 * Layer:   clinic; pure.
 * Units:   temperatures in millionths of a degree Celsius, pressures in millionths of
 *          their unit, as in conformity.h. A pressure is kept with its unit and with
 *          whether it is absolute or gauge, as it was given; it is converted only to be
 *          compared, and gauge only with the pressure of the air beside it.
 * Source:  IAPWS-IF97, equation for saturation (region 4), 273.15 K to 647.096 K; check
 *          value: 500 K has 2.63889776 MPa. The standard atmosphere is 101.325 kPa.
 */
#ifndef CT_CLINIC_STEAM_H
#define CT_CLINIC_STEAM_H

#include "base/field.h" /* CT_UNSET */

enum ct_pressure_unit { CT_P_KPA, CT_P_BAR, CT_P_MBAR, CT_P_MPA, CT_P_PSI, CT_P_MMHG,
                        CT_PRESSURE_UNITS };
extern const char *const CT_PRESSURE_UNIT_NAME[CT_PRESSURE_UNITS]; /* "kPa", "mbar" */

enum ct_pressure_basis { CT_P_NOT_STATED, CT_P_ABSOLUTE, CT_P_GAUGE, CT_PRESSURE_BASES };
extern const char *const CT_PRESSURE_BASIS_NAME[CT_PRESSURE_BASES]; /* "not-stated", "gauge" */

#define CT_ATMOSPHERE_KPA 101.325

/* The unit of that name in any letter case, of n bytes. Basis: "absolute", "abs", "a",
 * "gauge", "g". False: none. */
bool ct_pressure_unit(const char *s, size_t n, enum ct_pressure_unit *ret);
bool ct_pressure_basis(const char *s, size_t n, enum ct_pressure_basis *ret);

/* In kPa, as it stands (a gauge pressure stays one); psi = 6.894757293168 kPa, mmHg =
 * 0.133322387415 kPa. */
double ct_pressure_kpa(int64_t value, enum ct_pressure_unit unit);
/* Absolute kPa, with air at air_kpa. NAN when the basis is not stated. */
double ct_pressure_absolute(int64_t value, enum ct_pressure_unit unit,
                            enum ct_pressure_basis basis, double air_kpa);

/* Saturated steam: absolute kPa at t_c degC (0 to 373.9), and the other way round. NAN
 * beyond. */
double ct_steam_pressure(double t_c);
double ct_steam_temperature(double kpa);

#endif
