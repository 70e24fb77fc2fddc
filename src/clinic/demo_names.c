/* demo_names - made-up names for made-up people. Family names are put together
 * from halves that are nobody's; those of other scripts say "example" or "sample"
 * in their own language. */
#include "clinic/demo_model.h"

#include <stdio.h>

static const char *const FIRST_HALF[] = {
    "Alder", "Ash",   "Birk",  "Bramble", "Bristle", "Cinder", "Clover", "Copper", "Dapple",
    "Dusk",  "Ember", "Fallow", "Fern",   "Flint",   "Frost",  "Gorse",  "Grey",   "Hazel",
    "Heron", "Holm",  "Ivory", "Juniper", "Kestrel", "Lark",   "Linden", "Marl",   "Marsh",
    "Mellow", "Moss", "Nettle", "Oaken",  "Otter",   "Pebble", "Quill",  "Raven",  "Reed",
    "Rowan", "Saffron", "Sedge", "Silver", "Sorrel", "Tansy",  "Teasel", "Thistle", "Umber",
    "Velvet", "Willow", "Winter", "Wren",  "Yarrow",
};
static const char *const SECOND_HALF[] = {
    "acre",  "barrow", "beck", "bottom", "brook", "by",   "combe", "croft", "dale",  "dene",
    "field", "fold",   "ford", "garth",  "gill",  "ham",  "hurst", "ing",   "kirk",  "ley",
    "lock",  "mere",   "moor", "ness",   "pike",  "rigg", "shaw",  "sike",  "slade", "stead",
    "thorpe", "tarn",  "thwaite", "wade", "wick", "worth",
};
/* Apostrophes, accents, blanks, hyphens: what names are made of. */
static const char *const ODD[] = {
    "O'Tarn",        "D'Umbra",      "N'Sample",      "Exémple",      "Müsterfrau",
    "Specimenová",   "Przykładowska", "Çeşitli",      "Ejemplárez",   "van der Voorbeeld",
    "de la Muestra", "Fern-Reedley", "Mc Quillbeck",  "Þórsdæmi",     "Esimerkkölä",
    "Nguyễn-Thửmẫu", "Ångprov",      "Őszipélda",
};
static const struct {
    const char *family, *female, *male;
} SCRIPT[] = {
    {"Παραδειγματίδου", "Ελένη", "Νίκος"},  {"Δοκιμάκης", "Άννα", "Γιώργος"},
    {"Примерова", "Ольга", "Пётр"},          {"Образцов", "Вера", "Лев"},
    {"例田", "花子", "太郎"},                {"样本", "小明", "大伟"},
    {"견본", "하나", "두리"},                {"नमूना", "उषा", "रवि"},
    {"Նմուշյան", "Անի", "Արամ"},             {"ნიმუშაძე", "ნინო", "გია"},
};
static const char *const FEMALE[] = {
    "Ada",    "Agnes",  "Alba",   "Amara", "Anoushka", "Beryl", "Bláthnaid", "Cora",   "Dilys",
    "Edda",   "Elif",   "Esme",   "Fatou", "Freya",    "Greta", "Hana",      "Ines",   "Iris",
    "Jana",   "Joan",   "Kamila", "Leila", "Lucía",    "Maeve", "Marta",     "Mina",   "Nadia",
    "Noor",   "Olwen",  "Petra",  "Priya", "Rosa",     "Ruth",  "Saoirse",   "Sunita", "Thora",
    "Ursula", "Vesna",  "Wanda",  "Yara",  "Zofia",    "Zoë",
};
static const char *const MALE[] = {
    "Aled",  "Amir",  "Anton", "Arlo",  "Bashir", "Bruno", "Callum", "Dafydd", "Dmitri",
    "Emeka", "Emil",  "Enzo",  "Femi",  "Gareth", "Goran", "Hamid",  "Hugo",   "Idris",
    "Ivan",  "Jarek", "Jonah", "José",  "Kofi",   "Lars",  "Linus",  "Marek",  "Milo",
    "Nils",  "Omar",  "Oskar", "Pavel", "Quentin", "Rafał", "Rohan", "Sami",   "Stellan",
    "Tariq", "Tomás", "Umar",  "Viktor", "Wystan", "Yusuf",
};

#define PICK(r, list) (list)[ct_demo_below(r, (int)CT_LEN(list))]

void ct_demo_name(struct ct_demo_rng *r, bool male, char *family, size_t family_size,
                  char *given, size_t given_size)
{
    int kind = ct_demo_below(r, 100);
    const char *first = male ? PICK(r, MALE) : PICK(r, FEMALE);
    if (kind < 8) {
        size_t i = (size_t)ct_demo_below(r, (int)CT_LEN(SCRIPT));
        snprintf(family, family_size, "%s", SCRIPT[i].family);
        snprintf(given, given_size, "%s", male ? SCRIPT[i].male : SCRIPT[i].female);
        return;
    }
    if (kind < 20)
        snprintf(family, family_size, "%s", PICK(r, ODD));
    else
        snprintf(family, family_size, "%s%s", FIRST_HALF[ct_demo_below(r, CT_LEN(FIRST_HALF))],
                 PICK(r, SECOND_HALF));
    if (kind == 99) { /* one name only */
        given[0] = '\0';
        return;
    }
    if (kind >= 85) {
        const char *second = male ? PICK(r, MALE) : PICK(r, FEMALE);
        snprintf(given, given_size, "%s %s", first, second);
    } else {
        snprintf(given, given_size, "%s", first);
    }
}
