// SPDX-License-Identifier: EUPL-1.2
// Knows what a password is worth without what everybody would guess.
#include "core/password.h"

#include "base/arena.h"
#include "core/words.h"

#include <stdbool.h>
#include <string.h>

#define LEAST_DISTINCT 5
#define KNOWN_LEAST 3 // letters of a word the guesser knows that count
#define RUN_LEAST 4   // keys in a row
#define ENOUGH 13     // points: what is guessed as a whole is worth no more than a letter

enum { NOTHING = 0, DIGIT = 1, LETTER = 2, GUESSED = 2 };

// Without accents. What heads the lists of passwords that leaked, French and English, and what surrounds this service.
static const char *const common[] = {
    "motdepasse", "monmotdepasse", "password", "passwort", "passw", "passe", "admin", "administrateur", "administrator", "root",
    "user", "utilisateur", "login", "connexion", "test", "demo", "default", "defaut", "changeme", "changezmoi", "letmein",
    "sesame", "secret", "confidentiel", "access", "acces", "entregent", "marche", "public", "achat", "acheteur", "fournisseur",
    "mairie", "commune", "ville", "association", "insertion", "solidaire", "entreprise", "bureau", "serveur", "internet",
    "ordinateur", "computer", "windows", "google", "facebook", "gmail", "hotmail", "wanadoo", "orange", "bienvenue", "welcome",
    "bonjour", "bonsoir", "salut", "coucou", "hello", "merci", "jetaime", "iloveyou", "love", "amour", "mamour", "coeur",
    "cherie", "bisous", "bebe", "baby", "doudou", "loulou", "chouchou", "titi", "toto", "tata", "papa", "maman", "famille",
    "enfant", "soleil", "sunshine", "princess", "princesse", "prince", "angel", "licorne", "dragon", "monkey", "football",
    "foot", "baseball", "rugby", "tennis", "marseille", "paris", "lyon", "toulouse", "bordeaux", "nantes", "lille",
    "strasbourg", "montpellier", "rennes", "grenoble", "nice", "clermont", "bretagne", "france", "europe", "superman", "batman",
    "pokemon", "naruto", "starwars", "matrix", "master", "shadow", "killer", "hunter", "freedom", "liberte", "trust", "trustno",
    "whatever", "nothing", "jesus", "ninja", "mustang", "flower", "lovely", "chocolat", "vacances", "musique", "music",
    "cookie", "jenesaispas", "nesaispas", "putain", "merde", "fuckyou", "fuck", "thomas", "nicolas", "julien", "alexandre",
    "maxime", "antoine", "camille", "marine", "laura", "manon", "lucas", "louis", "pierre", "philippe", "christophe",
    "nathalie", "isabelle", "sandrine", "stephanie", "sophie", "marie", "jean", "michel", "daniel", "david", "patrick",
    "frederic", "laurent", "sebastien", "guillaume", "caroline", "aurelie", "celine", "virginie", "valerie", "sylvie",
    "martine", "monique", "catherine", "christine", "veronique", "chantal", "clement", "kevin", "romain", "mathieu", "anthony",
    "benjamin", "quentin", "michael", "charlie", "jordan", "jessica", "jennifer", "ashley", "robert", "janvier", "fevrier",
    "mars", "avril", "juin", "juillet", "aout", "septembre", "octobre", "novembre", "decembre", "january", "february", "march",
    "april", "june", "july", "august", "september", "october", "november", "december", "lundi", "mardi", "mercredi", "jeudi",
    "vendredi", "samedi", "dimanche", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday", "printemps",
    "automne", "hiver", "summer", "winter", "spring", "autumn", NULL,
};

// Keys that stand side by side, on French and English keyboards; below each other; and what is counted off.
static const char *const rows[] = {
    "azertyuiop", "qsdfghjklm", "wxcvbn", "qwertyuiop", "asdfghjkl", "zxcvbnm", "qwertzuiop", "&e\"'(-e_ca)=", "!@#$%^&*()_+",
    "aqwzsxedcrfvtgbyhnujikolpm", "wqaxszcdevfrbgtnhy", "qazwsxedcrfvtgbyhnujmikolp", "zaqxswcdevfrbgtnhymju",
    "1aqw2zsx3edc4rfv5tgb6yhn7ujm8ik9ol0pm", "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p", "1a2b3c4d5e6f7g8h9i", "a1b2c3d4e5f6g7h8i9",
    "1a2z3e4r5t6y7u8i9o0p", "a1z2e3r4t5y6u7i8o9p0", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p",
    "abcdefghijklmnopqrstuvwxyz", "01234567890", NULL,
};

static int characters(const char *s)
{
    int count = 0;
    for (; *s; s++)
        count += (*s & 0xc0) != 0x80;
    return count;
}

static int distinct(const char *s)
{
    bool seen[256] = {false};
    int count = 0;
    for (; *s; s++) {
        count += !seen[(unsigned char)*s];
        seen[(unsigned char)*s] = true;
    }
    return count;
}

// Whether a character stands for the letter: itself, or what is written for it ("P@ssw0rd").
static bool stands_for(char c, char letter)
{
    static const char *const written[] = {"a4@", "b8", "e3", "g9", "i1!|", "l1!|", "o0", "s5$", "t7+", "z2"};
    if (c == letter)
        return true;
    for (size_t i = 0; i < sizeof written / sizeof *written; i++)
        if (*written[i] == letter)
            return c && strchr(written[i] + 1, c);
    return false;
}

// Each returns how many bytes at s it takes off, 0 when none.

static size_t word_at(const char *s, const char *word, size_t len)
{
    for (size_t i = 0; i < len; i++)
        if (!stands_for(s[i], word[i]))
            return 0;
    return len;
}

static size_t common_at(const char *s)
{
    size_t longest = 0;
    for (const char *const *word = common; *word; word++) {
        size_t len = word_at(s, *word, strlen(*word));
        longest = len > longest ? len : longest;
    }
    return longest;
}

// known: folded; each word of it, as an address or a name has them.
static size_t known_at(const char *s, const char *const *known)
{
    size_t longest = 0;
    for (; *known; known++)
        for (const char *at = *known; *at; at += strspn(at, " @.-_'")) {
            size_t word = strcspn(at, " @.-_'"), len = word < KNOWN_LEAST ? 0 : word_at(s, at, word);
            longest = len > longest ? len : longest;
            at += word;
        }
    return longest;
}

static size_t run_at(const char *s)
{
    size_t longest = 0;
    for (const char *const *row = rows; *row; row++)
        for (const char *key = *row; *key; key++) {
            size_t up = 0, down = 0;
            while (s[up] && s[up] == key[up])
                up++;
            while (s[down] && key - down >= *row && s[down] == *(key - down))
                down++;
            size_t len = up > down ? up : down;
            longest = len > longest ? len : longest;
        }
    return longest < RUN_LEAST ? 0 : longest;
}

static size_t year_at(const char *s)
{
    bool century = strncmp(s, "19", 2) == 0 || strncmp(s, "20", 2) == 0;
    return century && strspn(s, "0123456789") >= 4 ? 4 : 0;
}

// What has just been said once more.
static size_t echo_at(const char *start, const char *s)
{
    size_t before = (size_t)(s - start), rest = strlen(s);
    for (size_t len = before < rest ? before : rest; len > 0; len--)
        if (memcmp(s - len, s, len) == 0)
            return len;
    return 0;
}

static int worth(char c)
{
    bool follows = ((unsigned char)c & 0xc0) == 0x80; // of a letter in several bytes
    return follows || c == ' ' ? NOTHING : c >= '0' && c <= '9' ? DIGIT : LETTER;
}

static int points(const char *password, const char *const *known)
{
    int sum = 0;
    for (const char *s = password; *s;) {
        size_t given = known_at(s, known), echo = echo_at(password, s), word = common_at(s), run = run_at(s), year = year_at(s);
        size_t free = given > echo ? given : echo, guessed = word > run ? word : run;
        guessed = guessed > year ? guessed : year;
        bool none = free == 0 && guessed == 0;
        sum += none ? worth(*s) : free >= guessed ? NOTHING : GUESSED;
        s += none ? 1 : free >= guessed ? free : guessed;
    }
    return sum;
}

enum err password_check(const char *password, const char *const *known)
{
    size_t count = 0;
    if (characters(password) < PASSWORD_LEAST)
        return ERR_TOO_SHORT;
    while (known && known[count])
        count++;
    struct arena *arena = arena_new();
    const char **folded = arena_array(arena, count + 1, sizeof *folded), *plain = words_fold(arena, password);
    for (size_t i = 0; i < count; i++)
        folded[i] = words_fold(arena, known[i]);
    bool weak = distinct(plain) < LEAST_DISTINCT || points(plain, folded) < ENOUGH;
    arena_free(arena);
    return weak ? ERR_WEAK_PASSWORD : ERR_OK;
}
