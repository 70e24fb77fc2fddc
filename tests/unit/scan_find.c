/* Whom or what a code names: wristbands, badges, devices, sets, loads and procedures; several are
 * all given; and what is said about a code that names nothing. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "clinic/access.h"
#include "clinic/equipment.h"
#include "clinic/procedure.h"
#include "clinic/scan_find.h"
#include "tests/support/ward.h"

static struct ct_scan_named named;
static struct ct_config config;

/* "patient PATEL, Rohan 9434765919 | a device E-1" */
static const char *matches(void)
{
    static char out[4096];
    out[0] = '\0';
    for (size_t i = 0; i < named.n; i++) {
        const struct ct_scan_match *m = &named.match[i];
        size_t n = strlen(out);
        snprintf(out + n, sizeof out - n, "%s%s%s%s %s", i > 0 ? " | " : "",
                 ct_named_text(m->kind), m->name[0] != '\0' ? " " : "", m->name, m->number);
    }
    if (named.several)
        strncat(out, " ...", sizeof out - strlen(out) - 1);
    return out;
}

static void name(const char *code)
{
    ct_scan_name(&config, ct_date_make(2026, 6, 1), code, strlen(code), &named);
}
#define names(code, want) (name(code), assert_string_equal(matches(), want))

static void find_as(struct ct_app *app, const char *code)
{
    ok(ct_scan_find_named(app, code, strlen(code), &named, e));
}
#define finds(code, want) (find_as(w->tom, code), assert_string_equal(matches(), want))

static int standard(void **state)
{
    (void)state;
    ct_config_default(&config);
    return 0;
}

static void test_things(void **state)
{
    (void)state;
    names("E-1042", "a device E-1042");
    names("e-1042", "a device e-1042"); /* a scanner with its capitals turned round */
    names("PK-88121", "an instrument set PK-88121");
    names("P-88121", ""); /* there is no such procedure */
    names("L-2026-0412", "a steriliser load L-2026-0412");
    names("P-", "");
    names("X-1", "");
    names("", "");
    names("]C18004ABC-7742", "a device ABC-7742");
    names("]C18004ABC-1042", "a device ABC-1042 | a device ABC-"); /* or a lot of 42 */
    assert_null(ct_scan_only(&named, CT_NAMED_DEVICE));
    config.scan_sends_gs = true;
    names("]C18004ABC-1042", "a device ABC-1042");
    config.scan_sends_gs = false;
    names("(8004)ABC-1042", "a device ABC-1042");
    names("]d2800305012345678901", ""); /* its check digit is wrong */
    assert_int_equal(named.fault.status, CT_EINVAL);
    names("]d2800305012345678900TRAY7", "a device 05012345678900TRAY7 | "
                                        "an instrument set 05012345678900TRAY7");
    ct_text_copy(config.id_equipment, sizeof config.id_equipment, "MON");
    ct_text_copy(config.id_set, sizeof config.id_set, "");
    names("MON0031", "a device MON0031");
    names("E-1042", "");
    names("P-88121", "");
    ct_text_copy(config.id_set, sizeof config.id_set, "M"); /* two of one beginning */
    names("MON0031", "a device MON0031 | an instrument set MON0031");
}

static void test_badges(void **state)
{
    (void)state;
    names("U-tech1", "a staff badge tech1");
    names("u-TECH1", "a staff badge tech1");
    names("U-1tech", ""); /* no login is so */
    names("U-te ch", "");
    names("U-t", "");
    names("U-tom\033", "");
    names("U-a23456789012345678901234567890123", "");
    ct_text_copy(config.id_badge, sizeof config.id_badge, "");
    names("U-tech1", ""); /* no badges at this site */
}

static void test_numbers(void **state)
{
    (void)state;
    name("943 476 5919");
    assert_int_equal(named.n_numbers, 1);
    assert_string_equal(named.number[0], "9434765919");
    assert_true(named.band && !named.bad_number);
    name("9434765918");
    assert_true(named.bad_number);
    name("+A123BJC5D6E71G"); /* a product of HIBC is nobody's number */
    assert_int_equal(named.n_numbers, 0);
    name("(01)05012345678900");
    assert_int_equal(named.n_numbers, 0);
    ct_text_copy(config.id_wristband, sizeof config.id_wristband, "WB");
    name("wb9434765919");
    assert_string_equal(named.number[0], "9434765919");
    assert_true(named.band);
    name("9434765919"); /* it names the patient, but is no wristband here */
    assert_string_equal(named.number[0], "9434765919");
    assert_false(named.band);
    for (int c = 0; c < 256; c++) { /* any byte, alone and before a number */
        char one[3] = {(char)c, '1', '\0'};
        ct_scan_name(&config, ct_date_make(2026, 6, 1), one, 1, &named);
        ct_scan_name(&config, ct_date_make(2026, 6, 1), one, 2, &named);
    }
}

/* 8018: prefix 50123, then the number with zeros, then the check digit. */
static void gsrn(const char *seventeen, char out[24])
{
    snprintf(out, 24, "8018%s%c", seventeen, ct_scan_check_digit(seventeen, 17));
}

static void test_gsrn(void **state)
{
    (void)state;
    char code[24];
    gsrn("50123009434765919", code);
    ct_text_copy(config.id_gsrn, sizeof config.id_gsrn, "50123");
    char with[32];
    snprintf(with, sizeof with, "]C1%s", code);
    name(with);
    assert_int_equal(named.n_numbers, 1);
    assert_string_equal(named.number[0], "9434765919");
    assert_true(named.band);
    gsrn("50123000000765919", code); /* a short number, or one of ten with zeros */
    snprintf(with, sizeof with, "]C1%s", code);
    name(with);
    assert_int_equal(named.n_numbers, 2);
    assert_string_equal(named.number[0], "765919");
    assert_string_equal(named.number[1], "0000765919");
    gsrn("60123009434765919", code); /* of somebody else */
    snprintf(with, sizeof with, "]C1%s", code);
    name(with);
    assert_int_equal(named.n_numbers, 1);
    assert_string_equal(named.number[0], with + 7);
    with[strlen(with) - 1] = with[strlen(with) - 1] == '0' ? '1' : '0';
    name(with); /* a wrong check digit names nobody */
    assert_int_equal(named.n_numbers, 0);
    assert_int_equal(named.fault.status, CT_EINVAL);
}

static void test_words(void **state)
{
    (void)state;
    char out[800];
    const char *code = "(01)05012345678900(17)270331(10)A1";
    name(code);
    ct_scan_words(&named, code, strlen(code), out, sizeof out);
    assert_non_null(strstr(out, "a GS1 code: "));
    assert_non_null(strstr(out, "05012345678900"));
    assert_non_null(strstr(out, "2027-03-31"));
    assert_non_null(strstr(out, "A1"));
    code = "(7253)SECRETNAME";
    name(code);
    ct_scan_words(&named, code, strlen(code), out, sizeof out);
    assert_null(strstr(out, "SECRETNAME"));
    code = "hello\033[2Jthere";
    name(code);
    ct_scan_words(&named, code, strlen(code), out, sizeof out);
    assert_string_equal(out, "the text hello.[2Jthere");
    char big[4000];
    memset(big, 'x', sizeof big);
    ct_scan_name(&config, ct_date_make(2026, 6, 1), big, sizeof big, &named);
    ct_scan_words(&named, big, sizeof big, out, sizeof out);
    assert_true(strlen(out) < 100);
}

static void test_device(void **state)
{
    (void)state;
    char out[200];
    ct_scan_device(&config, "]C18004ABC-7742", out, sizeof out);
    assert_string_equal(out, "ABC-7742");
    ct_scan_device(&config, "E-1042", out, sizeof out);
    assert_string_equal(out, "E-1042");
    ct_scan_device(&config, "MON 7", out, sizeof out); /* typed by hand */
    assert_string_equal(out, "MON 7");
    ct_scan_device(&config, "]d2800305012345678900TRAY7", out, sizeof out);
    assert_string_equal(out, "05012345678900TRAY7");
    ct_scan_login(&config, "U-Tech1", out, sizeof out);
    assert_string_equal(out, "tech1");
    ct_scan_login(&config, "tech1", out, sizeof out);
    assert_string_equal(out, "tech1");
    ct_scan_device(&config, "", out, sizeof out);
    assert_string_equal(out, "");
}

static void test_patients(void **state)
{
    struct ward *w = *state;
    ward_patient(w, "Patel", "Rohan", "943 476 5919", "1961-03-14");
    ward_patient(w, "Lee", "Min", "401 023 2137", "1984-11-02");
    ward_patient(w, "Nobody", "Numbered", "", "");
    finds("9434765919", "a patient PATEL, Rohan 9434765919");
    assert_string_equal(named.match[0].more, "born 14 Mar 1961");
    assert_ptr_equal(ct_scan_only(&named, CT_NAMED_PATIENT), &named.match[0]);
    finds("]C0943 476 5919", "a patient PATEL, Rohan 9434765919");
    finds("943476591", ""); /* the beginning of a number is nobody's */
    finds("4765919", "");
    finds("PATEL", "");
    finds("U-tom", "a staff badge tom");
    find_as(w->c.app, "9434765919"); /* an administrator: patients are not shown */
    assert_string_equal(matches(), "");
    assert_true(named.denied);
}

static void test_several(void **state)
{
    struct ward *w = *state;
    ct_text_copy(w->c.config.identifier_check, sizeof w->c.config.identifier_check, "none");
    struct ct_config *c = (struct ct_config *)(uintptr_t)ct_app_config(w->tom);
    ct_text_copy(c->identifier_check, sizeof c->identifier_check, "none");
    ward_patient(w, "Slash", "Invented", "12/3", "");
    ward_patient(w, "Dot", "Invented", "1.23", "");
    ward_patient(w, "Device", "Invented", "E-77", "");
    finds("12/3", "a patient SLASH, Invented 12/3"); /* as it is written, it is one */
    finds("123", "a patient SLASH, Invented 12/3 | a patient DOT, Invented 1.23");
    assert_null(ct_scan_only(&named, CT_NAMED_PATIENT));
    finds("E-77", "a device E-77 | a patient DEVICE, Invented E77");
}

static int64_t device(struct ward *w, const char *asset, const char *udi, const char *serial)
{
    struct ct_equip_model m = {.id = 0};
    snprintf(m.class, sizeof m.class, "monitor");
    snprintf(m.maker, sizeof m.maker, "Meridian");
    snprintf(m.name, sizeof m.name, "PM-3");
    snprintf(m.device_id, sizeof m.device_id, "05012345678900");
    enum ct_status rc = ct_model_add(w->tom, &m, NULL);
    assert_true(rc == CT_OK || rc == CT_EEXISTS);
    struct ct_equipment x = {.model_id = m.first_id, .made = CT_NO_DATE,
                             .received = CT_NO_DATE, .warranty = CT_NO_DATE};
    snprintf(x.asset, sizeof x.asset, "%s", asset);
    snprintf(x.udi, sizeof x.udi, "%s", udi);
    snprintf(x.serial, sizeof x.serial, "%s", serial);
    snprintf(x.location, sizeof x.location, "Bay 3");
    ok(ct_equipment_add(w->tom, &x, NULL, e));
    return x.id;
}

/* What the code finds is that device, and nothing else. */
static void finds_device(struct ward *w, const char *code, const char *asset, int64_t id)
{
    char want[64];
    snprintf(want, sizeof want, "a device Meridian PM-3 %s", asset);
    finds(code, want);
    assert_int_equal(named.match[0].equipment_id, id);
    assert_string_equal(named.match[0].name, "Meridian PM-3");
    assert_non_null(strstr(named.match[0].more, "Bay 3   in service"));
}

static void test_registered_devices(void **state)
{
    struct ward *w = *state;
    struct ct_config *c = (struct ct_config *)(uintptr_t)ct_app_config(w->tom);
    ct_text_copy(c->id_equipment, sizeof c->id_equipment, "E-");
    int64_t bare = device(w, "M-104", "", "SN7"), giai = device(w, "M-2", "(8004)ABC-7742", ""),
            grai = device(w, "M-3", "(8003)05012345678900TRAY7", ""),
            udi = device(w, "M-4", "(01)05012345678917(21)Z9", ""),
            prefix = device(w, "E-1042", "", "");
    finds_device(w, "M-104", "M-104", bare);
    finds_device(w, "m-104", "M-104", bare);
    finds_device(w, "(01)05012345678900(21)SN7", "M-104", bare);
    finds_device(w, "]C18004ABC-7742", "M-2", giai);
    finds_device(w, "]d2800305012345678900TRAY7", "M-3", grai); /* no tray any more */
    finds_device(w, "]d2010501234567891721Z9", "M-4", udi);
    finds_device(w, "e-1042", "E-1042", prefix);
    finds("E-9", "a device E-9"); /* by its prefix, and not in the registry */
    assert_int_equal(named.match[0].equipment_id, 0);
    finds("M-105", "");
    finds("(01)05012345678900(21)SN8", "");
    find_as(w->c.app, "M-104"); /* an administrator: devices are not shown */
    assert_string_equal(matches(), "");
}

/* A procedure there is, by the number that screens show; as lists show it, without an
 * entry that somebody looked. */
static void test_procedures(void **state)
{
    struct ward *w = *state;
    int64_t ann = ward_patient(w, "Demo", "Ann", "", "1960-01-01");
    struct ct_procedure p = {.patient_id = ann, .planned_ms = w->c.now};
    char want[200], code[40];
    snprintf(p.kind, sizeof p.kind, "ecg-12-lead");
    snprintf(p.note, sizeof p.note, "walks with a frame");
    ok(ct_procedure_add(w->tom, &p, NULL, e));
    int64_t entries = chain_end(w->tom);
    snprintf(code, sizeof code, "P-%lld", (long long)p.id);
    struct ct_config *c = (struct ct_config *)(uintptr_t)ct_app_config(w->tom);
    ct_text_copy(c->id_set, sizeof c->id_set, "P-"); /* a site where both begin so */
    snprintf(want, sizeof want, "a procedure DEMO, Ann %s | an instrument set %s", code, code);
    finds(code, want); /* asked, not picked */
    assert_int_equal(named.match[0].procedure_id, p.id);
    assert_int_equal(named.match[0].patient_id, ann);
    assert_non_null(strstr(named.match[0].more, p.title));
    assert_non_null(strstr(named.match[0].more, "scheduled"));
    assert_null(ct_scan_only(&named, CT_NAMED_PATIENT)); /* no check of a wristband */
    ct_text_copy(c->id_set, sizeof c->id_set, "PK-");
    snprintf(want, sizeof want, "a procedure DEMO, Ann %s", code);
    finds(code, want);
    code[0] = 'p';
    finds(code, want);
    snprintf(code, sizeof code, "]C0P-00%lld", (long long)p.id);
    finds(code, want);
    static const char *const NONE[] = {"P-", "P-0", "P-x", "P-1x", "P--1", "P-999999999999999999",
                                       "P-99999999999999999999", "P-4711", "PP-1"};
    for (size_t i = 0; i < CT_LEN(NONE); i++)
        finds(NONE[i], "");
    ok(ct_access_restrict(w->sue, ann, CT_RESTRICTED_SET, "asked for it in writing", e));
    snprintf(code, sizeof code, "P-%lld", (long long)p.id);
    struct ct_procedure seen;
    ok(ct_procedure_glance(w->tom, p.id, &seen, e));
    assert_true(seen.restricted); /* what a list shows, and no more */
    assert_string_equal(seen.note, "");
    finds(code, want);
    find_as(w->c.app, code); /* an administrator: procedures are not shown */
    assert_string_equal(matches(), "");
    ct_text_copy(c->id_procedure, sizeof c->id_procedure, "");
    finds(code, "");
    assert_true(chain_end(w->tom) == entries + 1); /* the restriction alone */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_things, standard),
        cmocka_unit_test_setup(test_badges, standard),
        cmocka_unit_test_setup(test_numbers, standard),
        cmocka_unit_test_setup(test_gsrn, standard),
        cmocka_unit_test_setup(test_words, standard),
        cmocka_unit_test_setup(test_device, standard),
        cmocka_unit_test_setup_teardown(test_patients, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_several, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_registered_devices, ward_setup, ward_teardown),
        cmocka_unit_test_setup_teardown(test_procedures, ward_setup, ward_teardown),
    };
    return cmocka_run_group_tests_name("scan_find", tests, NULL, NULL);
}
