/* steam - see steam.h. */
#include "clinic/steam.h"

#include <math.h>
#include <string.h>
#include <strings.h>

#define KELVIN 273.15

enum { MICRO = 1000000 };

const char *const CT_PRESSURE_UNIT_NAME[CT_PRESSURE_UNITS] = {"kPa", "bar", "mbar",
                                                              "MPa", "psi", "mmHg"};
const char *const CT_PRESSURE_BASIS_NAME[CT_PRESSURE_BASES] = {"not-stated", "absolute",
                                                               "gauge"};

static const double KPA[CT_PRESSURE_UNITS] = {
    [CT_P_KPA] = 1,
    [CT_P_BAR] = 100,
    [CT_P_MBAR] = 0.1,
    [CT_P_MPA] = 1000,
    [CT_P_PSI] = 6.894757293168,
    [CT_P_MMHG] = 0.133322387415,
};

bool ct_pressure_unit(const char *s, size_t n, enum ct_pressure_unit *ret)
{
    static const struct {
        const char *name;
        enum ct_pressure_unit unit;
    } ALSO[] = {{"hPa", CT_P_MBAR}, {"psia", CT_P_PSI}, {"psig", CT_P_PSI}, {"bara", CT_P_BAR},
                {"barg", CT_P_BAR}, {"kPaa", CT_P_KPA}, {"kPag", CT_P_KPA}};
    for (int u = 0; u < CT_PRESSURE_UNITS; u++)
        if (strlen(CT_PRESSURE_UNIT_NAME[u]) == n &&
            strncasecmp(CT_PRESSURE_UNIT_NAME[u], s, n) == 0) {
            *ret = (enum ct_pressure_unit)u;
            return true;
        }
    for (size_t u = 0; u < CT_LEN(ALSO); u++)
        if (strlen(ALSO[u].name) == n && strncasecmp(ALSO[u].name, s, n) == 0) {
            *ret = ALSO[u].unit;
            return true;
        }
    return false;
}

bool ct_pressure_basis(const char *s, size_t n, enum ct_pressure_basis *ret)
{
    static const struct {
        const char *name;
        enum ct_pressure_basis basis;
    } WORD[] = {{"absolute", CT_P_ABSOLUTE},    {"abs", CT_P_ABSOLUTE}, {"a", CT_P_ABSOLUTE},
                {"gauge", CT_P_GAUGE},          {"g", CT_P_GAUGE},      {"gage", CT_P_GAUGE},
                {"not-stated", CT_P_NOT_STATED}};
    for (size_t w = 0; w < CT_LEN(WORD); w++)
        if (strlen(WORD[w].name) == n && strncasecmp(WORD[w].name, s, n) == 0) {
            *ret = WORD[w].basis;
            return true;
        }
    return false;
}

double ct_pressure_kpa(int64_t value, enum ct_pressure_unit unit)
{
    return (double)value / MICRO * KPA[unit];
}

double ct_pressure_absolute(int64_t value, enum ct_pressure_unit unit,
                            enum ct_pressure_basis basis, double air_kpa)
{
    if (basis == CT_P_NOT_STATED || value == CT_UNSET)
        return NAN;
    return ct_pressure_kpa(value, unit) + (basis == CT_P_GAUGE ? air_kpa : 0);
}

/* ---- saturation, IAPWS-IF97 region 4 -------------------------------------------- */

static const double N[11] = {
    0, /* counted from 1, as published */
    0.11670521452767e4,
    -0.72421316703206e6,
    -0.17073846940092e2,
    0.12020824702470e5,
    -0.32325550322333e7,
    0.14915108613530e2,
    -0.48232657361591e4,
    0.40511340542057e6,
    -0.23855557567849,
    0.65017534844798e3,
};

double ct_steam_pressure(double t_c)
{
    double t = t_c + KELVIN;
    if (!(t >= 273.15 && t <= 647.096))
        return NAN;
    double theta = t + N[9] / (t - N[10]);
    double a = theta * theta + N[1] * theta + N[2];
    double b = N[3] * theta * theta + N[4] * theta + N[5];
    double c = N[6] * theta * theta + N[7] * theta + N[8];
    double beta = 2 * c / (-b + sqrt(b * b - 4 * a * c));
    return beta * beta * beta * beta * 1000;
}

double ct_steam_temperature(double kpa)
{
    if (!(kpa >= 0.611213 && kpa <= 22064))
        return NAN;
    double beta = pow(kpa / 1000, 0.25);
    double e = beta * beta + N[3] * beta + N[6];
    double f = N[1] * beta * beta + N[4] * beta + N[7];
    double g = N[2] * beta * beta + N[5] * beta + N[8];
    double d = 2 * g / (-f - sqrt(f * f - 4 * e * g));
    double sum = N[10] + d;
    return (sum - sqrt(sum * sum - 4 * (N[9] + N[10] * d))) / 2 - KELVIN;
}
