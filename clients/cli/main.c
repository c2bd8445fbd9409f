// SPDX-License-Identifier: EUPL-1.2
// Knows the verbs: the table is also the usage text.
#include "account.h"
#include "alert.h"
#include "answer.h"
#include "channel.h"
#include "fetch.h"
#include "import.h"
#include "listen.h"
#include "member.h"
#include "need.h"
#include "offer.h"
#include "organisation.h"
#include "plancheck.h"
#include "plansolve.h"
#include "plantables.h"
#include "say.h"
#include "show.h"
#include "token.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

static enum result cpv_find(struct call *c, const struct options *o)
{
    struct text path;
    text_init(&path, 16384);
    text_put(&path, "/v1/cpv?q=");
    for (int i = 2; i < o->words; i++) {
        text_put(&path, i > 2 ? "%20" : "");
        call_escape(&path, o->word[i]);
    }
    enum result result = fetch_list(c, o, text_string(&path), NULL, show_cpv_row);
    text_fini(&path);
    return result;
}

static enum result list_notices(struct call *c, const struct options *o)
{
    return fetch_list(c, o, "/v1/notices", NULL, show_notice);
}

#define TAKES(...)                                                                                                     \
    (const enum option[])                                                                                              \
    {                                                                                                                  \
        __VA_ARGS__, OPTIONS                                                                                           \
    }
#define PAGES OPTION_ALL, OPTION_LIMIT
#define LOT OPTION_CPV, OPTION_PLACE, OPTION_MIN, OPTION_MAX, OPTION_RESERVED
#define DRAFTED OPTION_TITLE, OPTION_KIND, LOT, OPTION_DEADLINE, OPTION_SERVICES, OPTION_DESCRIPTION, OPTION_REFERENCE
#define POSTED DRAFTED, OPTION_DRAFT, OPTION_KEY
#define SIGNED_IN OPTION_EMAIL, OPTION_PASSWORD_FILE, OPTION_TICKET, OPTION_NAME
#define MADE OPTION_LABEL, OPTION_DAYS, OPTION_SCOPES, OPTION_SHARED
#define SIGNUP                                                                                                         \
    OPTION_SIRET, OPTION_ORGANISATION, OPTION_KIND, OPTION_NAME, OPTION_EMAIL, OPTION_STRUCTURE, OPTION_JOIN,          \
        OPTION_SEPARATE
#define CHANGED                                                                                                        \
    OPTION_NAME, OPTION_KIND, OPTION_STRUCTURE, OPTION_CONTACT_NAME, OPTION_CONTACT_EMAIL, OPTION_CONTACT_PHONE,       \
        OPTION_ETAG
#define REPORTED OPTION_NEED, OPTION_ORGANISATION, OPTION_REASON, OPTION_REMARK
#define IMPORTED OPTION_FORMAT, OPTION_BATCH, OPTION_REPORT, OPTION_VERBOSE
#define PLANNED                                                                                                        \
    OPTION_SECONDS, OPTION_SPREAD, OPTION_LEVELS, OPTION_SEED, OPTION_MEMORY, OPTION_OUT, OPTION_SILENT, OPTION_VERBOSE
#define SET                                                                                                            \
    OPTION_LABEL, OPTION_RHYTHM, OPTION_HOUR, OPTION_WEEKDAY, OPTION_QUIET, OPTION_LEAST_SCORE, OPTION_WEEKLY_MOST,    \
        OPTION_URL, OPTION_ACTIVE

// clang-format off
static const struct verb {
    const char *words, *arguments;
    int least, most; // arguments
    const enum option *options; // as option_check takes them
    enum result (*run)(struct call *c, const struct options *o);
    const char *text[2];
} verbs[] = {
    {"signup", "OPTIONS", 0, 0, TAKES(SIGNUP), account_signup,
     {"inscrit une personne et son organisation ; un lien par courriel confirme",
      "signs up a person and its organisation; a mailed link confirms"}},
    {"signin", "OPTIONS", 0, 0, TAKES(SIGNED_IN, MADE, OPTION_LINK, OPTION_ORGANISATION), account_signin,
     {"imprime un jeton personnel, par mot de passe ou par un lien reçu",
      "prints a personal token, by a password or by a mailed link"}},
    {"need post", "FILE|-|OPTIONS", 0, 1, TAKES(POSTED), need_post,
     {"publie un besoin : un fichier JSON, ou un lot dit par les options",
      "posts a need: a JSON file, or one lot said by options"}},
    {"need preview", "FILE|-|OPTIONS", 0, 1, TAKES(DRAFTED), need_preview,
     {"combien de fournisseurs un besoin toucherait, même inachevé, et ce qu'un changement y ferait ; ne publie rien",
      "how many suppliers a need would reach, an unfinished one too, and what one change would do; posts nothing"}},
    {"need show", "ID", 1, 1, NULL, need_show, {"montre un besoin", "shows a need"}},
    {"need list", "", 0, 0, TAKES(PAGES, OPTION_MINE), need_list,
     {"les besoins ouverts, ou les miens", "the open needs, or mine"}},
    {"need matches", "ID", 1, 1, TAKES(PAGES, OPTION_ANSWER, OPTION_VERBOSE), need_matches,
     {"les fournisseurs trouvés, le meilleur d'abord, et leur réponse", "the suppliers found, best first, and their answer"}},
    {"need funnel", "ID", 1, 1, NULL, need_funnel,
     {"combien sont trouvés, prévenus, intéressés, déclinent et pourquoi", "how many were found, told, are interested, decline and why"}},
    {"need explain", "ID", 1, 1, TAKES(OPTION_OFFER), need_explain,
     {"pourquoi une offre convient ou non", "why an offer matches or not"}},
    {"need amend", "ID FILE|-", 2, 2, TAKES(OPTION_ETAG), need_amend, {"modifie un besoin", "amends a need"}},
    {"need publish", "ID", 1, 1, TAKES(OPTION_KEY), need_move, {"publie un brouillon", "publishes a draft"}},
    {"need close", "ID", 1, 1, TAKES(OPTION_KEY), need_move, {"clôt un besoin", "closes a need"}},
    {"need award", "ID", 1, 1, TAKES(OPTION_KEY), need_move, {"déclare un besoin attribué", "marks a need as awarded"}},
    {"need cancel", "ID", 1, 1, TAKES(OPTION_KEY), need_move, {"annule un besoin", "cancels a need"}},
    {"need interested", "ID", 1, 1, TAKES(OPTION_MESSAGE), answer_interested,
     {"dit mon intérêt ; les contacts sont échangés", "says that I am interested; contacts are shared"}},
    {"need decline", "ID --reason R", 1, 1, TAKES(OPTION_REASON, OPTION_MESSAGE, OPTION_APPLY), answer_decline,
     {"décline, et montre le changement de l'offre qui est proposé", "declines, and shows the change of the offer that is proposed"}},
    {"need seen", "ID", 1, 1, NULL, answer_seen, {"dit que je l'ai vu", "says that I have seen it"}},
    {"need import", "FILE|-", 1, 1, TAKES(IMPORTED), import_needs,
     {"importe des besoins (decp : données essentielles de la commande publique, une par ligne)",
      "imports needs (decp: French essential procurement data, one a line)"}},
    {"offer set", "FILE|-", 1, 1, TAKES(OPTION_ETAG), offer_set, {"écrit mon offre (JSON)", "writes my offer (JSON)"}},
    {"offer show", "[ID]", 0, 1, NULL, offer_show,
     {"montre mon offre, ou celle d'un fournisseur", "shows my offer, or a supplier's"}},
    {"offer needs", "", 0, 0, TAKES(PAGES, OPTION_VERBOSE), offer_needs,
     {"les besoins qui me conviennent, le meilleur d'abord", "the needs that fit me, best first"}},
    {"offer import", "FILE|-", 1, 1, TAKES(IMPORTED), import_offers,
     {"importe des fournisseurs et leurs offres, même un million (csv, offers : NDJSON), ou préremplies (siae : registre)",
      "imports suppliers and their offers, a million even (csv, offers: NDJSON), or pre-filled ones (siae: register)"}},
    {"alert list", "", 0, 0, NULL, alert_list, {"les alertes de mon organisation", "the alerts of my organisation"}},
    {"alert show", "ID", 1, 1, NULL, alert_show, {"montre une alerte", "shows an alert"}},
    {"alert add", "FILE|-|OPTIONS", 0, 1, TAKES(OPTION_NAME, LOT, OPTION_WORDS, OPTION_BUYER, OPTION_RHYTHM), alert_add,
     {"enregistre une alerte : un fichier JSON, ou les options ; un courriel la suit", "saves an alert: a JSON file, or options; a mail follows it"}},
    {"alert set", "ID FILE|-", 2, 2, TAKES(OPTION_ETAG), alert_set, {"change une alerte", "changes an alert"}},
    {"alert drop", "ID", 1, 1, NULL, alert_drop, {"supprime une alerte", "deletes an alert"}},
    {"alert needs", "ID", 1, 1, TAKES(PAGES), alert_needs, {"les besoins qu'elle trouve", "the needs that it finds"}},
    {"channel list", "", 0, 0, NULL, channel_list,
     {"les voies par lesquelles nous sommes prévenus", "the ways by which we are told"}},
    {"channel show", "ID", 1, 1, NULL, channel_show, {"une voie, avec son adresse secrète", "one way, with its secret address"}},
    {"channel add", "KIND", 1, 1, TAKES(OPTION_ALERT, OPTION_SHARED, SET), channel_add,
     {"ajoute une voie : mail, webhook, feed (flux Atom) ou calendar", "adds a way: mail, webhook, feed (Atom) or calendar"}},
    {"channel set", "ID OPTIONS", 1, 1, TAKES(SET), channel_set,
     {"règle une voie : ce qui est donné", "sets a way: what is given"}},
    {"channel drop", "ID", 1, 1, NULL, channel_drop,
     {"supprime une voie ; son adresse secrète ne vaut plus rien", "deletes a way; its secret address is worth nothing then"}},
    {"channel test", "ID", 1, 1, NULL, channel_test,
     {"essaie un webhook et attend ce qu'il en advient", "tries a webhook and waits for what comes of it"}},
    {"channel deliveries", "ID", 1, 1, TAKES(PAGES, OPTION_STATE), channel_deliveries,
     {"ce qui est parti par là, le plus récent d'abord", "what went out by it, latest first"}},
    {"channel replay", "ID [DELIVERY]", 1, 2, NULL, channel_replay,
     {"refait ce qui a échoué, ou une seule remise", "makes again what failed, or one delivery"}},
    {"cpv find", "WORDS...", 1, OPTION_WORDS_MOST, TAKES(PAGES), cpv_find,
     {"cherche des codes CPV par mots ou par chiffres", "finds CPV codes by words or digits"}},
    {"plan solve", "FILE|-", 1, 1, TAKES(PLANNED), plansolve_run,
     {"le meilleur emploi du temps d'une journée de rendez-vous (JSON, ou MiniZinc .dzn) ; sans serveur",
      "the best timetable for a day of meetings (JSON, or MiniZinc .dzn); without a server"}},
    {"plan check", "PROBLEM TIMETABLE", 2, 2, TAKES(OPTION_SPREAD), plancheck_run,
     {"si un emploi du temps respecte toutes les règles", "whether a timetable keeps all the rules"}},
    {"plan tables", "FILE|-", 1, 1, NULL, plantables_run,
     {"combien de tables et de créneaux il faut", "how many tables and slots are needed"}},
    {"listen", "", 0, 0, TAKES(OPTION_SINCE, OPTION_COUNT, OPTION_SECONDS), listen_events,
     {"imprime les avis à mesure qu'ils arrivent", "prints notices as they come"}},
    {"notices", "", 0, 0, TAKES(PAGES), list_notices, {"mes avis, les plus récents d'abord", "my notices, latest first"}},
    {"whoami", "", 0, 0, NULL, organisation_show, {"mon organisation", "my organisation"}},
    {"person show", "", 0, 0, TAKES(SIGNED_IN), account_show, {"mon compte (s'y connecte)", "my account (signs in)"}},
    {"person export", "", 0, 0, TAKES(SIGNED_IN, OPTION_FORMAT), account_export,
     {"tout ce qui est gardé de moi (se connecte)", "all that is kept of me (signs in)"}},
    {"person erase", "", 0, 0, TAKES(SIGNED_IN, OPTION_CONFIRM), account_erase,
     {"efface mon compte (se connecte)", "erases my account (signs in)"}},
    {"organisation show", "", 0, 0, NULL, organisation_show, {"mon organisation", "my organisation"}},
    {"organisation set", "OPTIONS", 0, 0, TAKES(CHANGED), organisation_set,
     {"change mon organisation : ce qui est donné", "changes my organisation: what is given"}},
    {"organisation export", "", 0, 0, TAKES(OPTION_FORMAT), organisation_export,
     {"tout ce qui est gardé de mon organisation", "all that is kept of my organisation"}},
    {"organisation audit", "", 0, 0, TAKES(PAGES), organisation_audit,
     {"les changements sensibles, les plus récents d'abord", "sensitive changes, latest first"}},
    {"member list", "", 0, 0, NULL, member_list, {"les personnes de mon organisation", "the people of my organisation"}},
    {"member invite", "EMAIL --role R", 1, 1, TAKES(OPTION_ROLE), member_invite,
     {"invite une personne par courriel", "invites a person by mail"}},
    {"member role", "PERSON ROLE", 2, 2, NULL, member_role,
     {"donne un rôle, ou accepte qui demande à rejoindre", "gives a role, or accepts who asks to join"}},
    {"member remove", "PERSON", 1, 1, NULL, member_remove,
     {"retire une personne, ou refuse qui demande", "removes a person, or refuses who asks"}},
    {"token list", "", 0, 0, NULL, token_list, {"mes jetons, et ceux de l'organisation", "my tokens, and the organisation's"}},
    {"token new", "--label T", 0, 0, TAKES(MADE), token_new, {"imprime un jeton nouveau", "prints a new token"}},
    {"token revoke", "ID", 1, 1, NULL, token_revoke, {"révoque un jeton", "revokes a token"}},
    {"report", "OPTIONS", 0, 0, TAKES(REPORTED), organisation_report,
     {"signale un besoin ou une organisation à un modérateur", "reports a need or an organisation to a moderator"}},
};
// clang-format on
#define VERBS (sizeof verbs / sizeof *verbs)

static const struct {
    enum result result;
    const char *text[2];
} results[] = {
    {RESULT_DONE, {"fait (une liste peut être vide)", "done (a list may be empty)"}},
    {RESULT_NO,
     {"la réponse est non (need explain : ne convient pas ; signin : encore aucune organisation ; channel test : pas "
      "remis ; plan solve : aucun emploi du temps ; plan check : des fautes)",
      "the answer is no (need explain: no match; signin: no organisation yet; channel test: not delivered; plan solve: no "
      "timetable; plan check: faults)"}},
    {RESULT_USAGE,
     {"appel incorrect, ou fichier qui ne peut être lu ou écrit",
      "wrong usage, or a file that cannot be read or written"}},
    {RESULT_UNREACHABLE, {"serveur injoignable", "server not reachable"}},
    {RESULT_REFUSED, {"refusé par le serveur (4xx)", "refused by the server (4xx)"}},
    {RESULT_SERVER, {"erreur du serveur (5xx)", "server error (5xx)"}},
    {RESULT_STOPPED, {"interrompu (Ctrl-C)", "interrupted (Ctrl-C)"}},
};

// How many of the caller's words, from `from` on, the verb's words begin with; *whole when they are all of the verb's.
static int fitting(const struct verb *v, const struct options *o, int from, bool *whole)
{
    const char *at = v->words;
    int n = 0;
    while (*at && from + n < o->words) {
        size_t len = strcspn(at, " ");
        if (strlen(o->word[from + n]) != len || memcmp(o->word[from + n], at, len) != 0)
            break;
        at += len + (at[len] == ' ');
        n++;
    }
    *whole = *at == 0;
    return n;
}

static void print_verb(const struct verb *v, enum lang lang)
{
    char call[64];
    snprintf(call, sizeof call, "%s %s", v->words, v->arguments);
    printf("  %-28s %s\n", call, v->text[lang]);
}

static void print_results(enum lang lang)
{
    puts(lang == LANG_FR ? "\nCodes de sortie (résultats sur la sortie standard, messages sur la sortie d'erreur) :"
                         : "\nExit codes (results on standard output, messages on standard error):");
    for (size_t i = 0; i < sizeof results / sizeof *results; i++)
        printf("  %3d  %s\n", (int)results[i].result, results[i].text[lang]);
}

// The help of the verbs that begin with the caller's words from `from` on; of one verb with its options.
static enum result help(const struct options *o, int from)
{
    const struct verb *one = NULL;
    size_t count = 0;
    bool whole, fr = o->lang == LANG_FR;
    puts(fr ? "Emploi : entregent VERBE [ARGUMENTS] [OPTIONS]\n" : "Usage: entregent VERB [ARGUMENTS] [OPTIONS]\n");
    for (size_t i = 0; i < VERBS; i++) {
        int n = fitting(&verbs[i], o, from, &whole);
        if (from + n < o->words && !(whole && n))
            continue;
        print_verb(&verbs[i], o->lang);
        one = &verbs[i];
        count++;
    }
    if (count == 0) {
        say_no(o->lang, "verbe inconnu : %s", "unknown verb: %s", o->word[from]);
        return RESULT_USAGE;
    }
    if (count == 1 && one->options) {
        putchar('\n');
        option_print(o->lang, one->options);
    }
    puts(fr ? "\nOptions de tous les verbes :" : "\nOptions of every verb:");
    option_print(o->lang, NULL);
    if (count > 1)
        puts(fr ? "\nLes options d'un verbe : entregent help VERBE" : "\nThe options of a verb: entregent help VERB");
    print_results(o->lang);
    return RESULT_DONE;
}

static const struct verb *find_verb(const struct options *o, int *words)
{
    bool whole;
    for (size_t i = 0; i < VERBS; i++)
        if ((*words = fitting(&verbs[i], o, 0, &whole)) > 0 && whole)
            return &verbs[i];
    say_no(o->lang, "verbe inconnu : %s%s%s (voir entregent --help)", "unknown verb: %s%s%s (see entregent --help)",
           o->word[0], o->words > 1 ? " " : "", o->words > 1 ? o->word[1] : "");
    return NULL;
}

static enum result run(const struct options *o)
{
    int words = 0;
    const struct verb *v = find_verb(o, &words);
    if (!v || !option_check(o, v->options))
        return RESULT_USAGE;
    if (o->words - words < v->least || o->words - words > v->most) {
        say_no(o->lang, "emploi : entregent %s%s%s", "usage: entregent %s%s%s", v->words, *v->arguments ? " " : "",
               v->arguments);
        return RESULT_USAGE;
    }
    if (text_starts(v->words, "plan ")) // here, whether there is a server or not
        return v->run(NULL, o);
    struct call *c = call_open(o);
    if (!c)
        return RESULT_USAGE;
    enum result result = v->run(c, o);
    call_close(c);
    return result;
}

int main(int argc, char **argv)
{
    struct options o;
    enum result result;
    if (!option_read(&o, argc, argv))
        return RESULT_USAGE;
    bool asked = o.words && text_equal(o.word[0], "help");
    if (option_given(&o, OPTION_VERSION)) {
        puts("entregent " ENTREGENT_VERSION);
        result = RESULT_DONE;
    } else if (asked || option_given(&o, OPTION_HELP))
        result = help(&o, asked);
    else if (o.words == 0) {
        say_no(o.lang, "que faire ? (voir entregent --help)", "what to do? (see entregent --help)");
        result = RESULT_USAGE;
    } else
        result = run(&o);
    // Both before the end: what was promised must have been written.
    if ((fflush(stdout) != 0 || ferror(stdout)) && result == RESULT_DONE) {
        say_no(o.lang, "écriture impossible (%s)", "cannot write (%s)", strerror(errno));
        result = RESULT_USAGE;
    }
    return (int)result;
}
