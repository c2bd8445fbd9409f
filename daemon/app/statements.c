// SPDX-License-Identifier: EUPL-1.2
// Knows what is declared of personal data and of accessibility.
#include "app/statements.h"

#include "app/config.h"
#include "app/frame.h"
#include "app/link.h"

#include <string.h>

struct page {
    struct call *call;
    struct text out;
};

static const char *in(const struct page *p, const char *fr, const char *en)
{
    return p->call->lang == LANG_FR ? fr : en;
}

static void begin(struct page *p, struct call *c, const char *const title[2], const char *const about[2])
{
    p->call = c;
    frame_share(c);
    frame_begin(c, &p->out, title[c->lang], about[c->lang]);
}

static void heading(struct page *p, const char *fr, const char *en)
{
    text_format(&p->out, "<h2>%s</h2>\n", in(p, fr, en));
}

// These texts are ours: they may hold elements.
static void paragraph(struct page *p, const char *fr, const char *en)
{
    text_format(&p->out, "<p>%s</p>\n", in(p, fr, en));
}

static void list(struct page *p, const char *const items[][2], size_t count)
{
    text_put(&p->out, "<ul>\n");
    for (size_t i = 0; i < count; i++)
        text_format(&p->out, "<li>%s</li>\n", items[i][p->call->lang]);
    text_put(&p->out, "</ul>\n");
}

static void contact(struct page *p)
{
    const char *address = link_sender(p->call->parts, p->call->arena);
    text_put(&p->out, "<p><a href=\"");
    text_html(&p->out, address);
    text_put(&p->out, "\">");
    text_html(&p->out, text_starts(address, "mailto:") ? address + strlen("mailto:") : address);
    text_put(&p->out, "</a></p>\n");
}

// Data

static void row(struct page *p, const char *fr, const char *en, int64_t n, const char *unit_fr, const char *unit_en)
{
    text_format(&p->out, "<tr><th scope=\"row\">%s</th><td class=\"number\">%lld %s</td></tr>\n", in(p, fr, en), (long long)n, in(p, unit_fr, unit_en));
}

static void put_times(struct page *p)
{
    const struct config *config = p->call->parts->config;
    heading(p, "Combien de temps", "For how long");
    text_format(&p->out, "<table>\n<caption>%s</caption>\n<thead><tr><th scope=\"col\">%s</th><th scope=\"col\" class=\"number\">%s</th></tr></thead>\n<tbody>\n", in(p, "Durées en vigueur sur ce service", "Times in force on this service"), in(p, "Quoi", "What"), in(p, "Au plus", "At most"));
    row(p, "Compte inutilisé (un courriel prévient un mois avant)", "Unused account (a mail warns a month before)", config->account_days, "jours", "days");
    row(p, "Besoin terminé (un courriel prévient un mois avant)", "Ended need (a mail warns a month before)", config->need_days, "jours", "days");
    row(p, "Participants, après des rendez-vous d'affaires", "Participants, after business meetings", config->convention_days, "jours", "days");
    row(p, "Avis envoyés", "Notices", config->notice_days, "jours", "days");
    row(p, "Courriels remis, et erreurs de remise", "Mails that were delivered, and failures", config->mail_days, "jours", "days");
    row(p, "Session sans usage", "Unused session", config->session_days, "jours", "days");
    row(p, "Lien reçu par courriel", "Mailed link", config->ticket_hours, "heures", "hours");
    text_put(&p->out, "</tbody></table>\n");
    paragraph(p, "Le journal des changements sensibles (qui a donné quel rôle, qui a été suspendu) est gardé aussi longtemps que le service ; il désigne les personnes par un numéro, qui ne mène plus à personne une fois le compte effacé.",
              "The log of sensitive changes (who gave which role, who was suspended) is kept as long as the service; it names people by a number, which leads to nobody once the account is erased.");
}

static void put_kept(struct page *p)
{
    static const char *const kept[][2] = {
        {"De votre compte : nom, adresse de courriel, langue, empreinte du mot de passe (jamais le mot de passe), sessions ouvertes et, de chacune, navigateur et système (« Firefox · Android »).", "Of your account: name, mail address, language, a hash of the password (never the password), open sessions with the browser and system of each (“Firefox · Android”)."},
        {"De votre organisation : SIRET, nom, type de structure, contact, membres et leurs rôles, besoins ou offre, alertes.", "Of your organisation: SIRET, name, kind of structure, contact, members and their roles, needs or offer, alerts."},
        {"D'une personne invitée à des rendez-vous : nom, organisation, adresse, disponibilité, souhaits, rendez-vous et ce qu'elle en dit.", "Of a person invited to meetings: name, organisation, address, availability, wishes, meetings and what it says of them."},
        {"D'une alerte sans compte : l'adresse et ce qui est cherché.", "Of an alert without an account: the address and what is looked for."},
    };
    heading(p, "Ce qui est gardé", "What is kept");
    list(p, kept, sizeof kept / sizeof *kept);
    paragraph(p, "Rien d'autre : ni mesure d'audience, ni publicité, ni traceur. Le seul témoin de connexion (cookie) est celui de votre session ; il est nécessaire pour rester connecté, et ne demande donc pas d'accord. Aucun contenu ne vient d'un autre site.",
              "Nothing else: no audience measurement, no advertising, no tracker. The only cookie is that of your session; it is needed to stay signed in, and so asks for no consent. Nothing comes from another site.");
}

static void put_seen(struct page *p)
{
    heading(p, "Qui voit quoi", "Who sees what");
    paragraph(p, "Un besoin publié et le nom de l'acheteur sont publics. L'offre d'un fournisseur est lue par les organisations inscrites. Les coordonnées ne sont échangées que lorsqu'un fournisseur se dit intéressé : l'acheteur voit alors son contact, et lui celui de l'acheteur. Les participants d'une journée de rendez-vous voient noms et organisations, jamais les adresses.",
              "A posted need and the buyer's name are public. A supplier's offer is read by organisations that are signed up. Contacts are exchanged only when a supplier says that it is interested: the buyer then sees its contact, and it the buyer's. Participants of a day of meetings see names and organisations, never addresses.");
}

static void put_rights(struct page *p)
{
    static const char *const rights[][2] = {
        {"Lire et corriger : <a href=\"/app/account\">votre compte</a>, <a href=\"/app/organisation\">votre organisation</a>.", "Read and correct: <a href=\"/app/account\">your account</a>, <a href=\"/app/organisation\">your organisation</a>."},
        {"Emporter : tout ce qui est gardé de vous, en JSON ou en CSV, depuis ces mêmes pages.", "Take along: all that is kept of you, as JSON or CSV, from these same pages."},
        {"Effacer : votre compte ou votre organisation, aussitôt ; la réponse dit ce qui doit rester, et pourquoi.", "Erase: your account or your organisation, at once; the answer says what must stay, and why."},
        {"Ne plus recevoir : chaque courriel porte un lien qui l'arrête.", "Stop: each mail has a link that ends it."},
        {"Participants sans compte : le lien de votre programme permet de vous retirer ; demandez l'effacement à l'organisateur ou à l'adresse ci-dessous.", "Participants without an account: the link of your programme lets you withdraw; ask the organiser, or the address below, to erase you."},
    };
    heading(p, "Vos droits", "Your rights");
    list(p, rights, sizeof rights / sizeof *rights);
    paragraph(p, "Pour toute question :", "For any question:");
    contact(p);
    paragraph(p, "Si la réponse ne vous convient pas, vous pouvez vous adresser à la <a href=\"https://www.cnil.fr/fr/plaintes\">CNIL</a>.", "If the answer does not satisfy you, you can turn to the <a href=\"https://www.cnil.fr/en/plaintes\">CNIL</a>.");
}

void statements_privacy(struct call *c)
{
    struct page p;
    begin(&p, c, (const char *const[]){"Vos données", "Your data"}, (const char *const[]){"Ce qu'Entregent garde de vous, combien de temps, et comment l'emporter ou l'effacer.", "What Entregent keeps of you, for how long, and how to take it along or erase it."});
    put_kept(&p);
    put_seen(&p);
    put_times(&p);
    put_rights(&p);
    frame_end(c, &p.out, 200);
}

// Accessibility: in the order of the model that the law asks for (décret 2019-768)

static void put_conformity(struct page *p)
{
    static const char *const tests[][2] = {
        {"Chaque page est examinée par axe-core (règles WCAG 2.1 A et AA, et bonnes pratiques) à 1280 et à 320 pixels de large, à chaque changement du logiciel : aucun défaut n'est admis.", "Each page is examined by axe-core (WCAG 2.1 A and AA rules, and best practices) at widths of 1280 and 320 pixels, at each change of the software: no violation is let through."},
        {"Les parcours sont joués dans un navigateur, plusieurs d'entre eux au clavier seul ; les pages publiques et celle du participant le sont sans JavaScript.", "Journeys are played in a browser, several of them by keyboard alone; public pages and a participant's are played without JavaScript."},
        {"Contrastes d'au moins 4,5 pour 1, en clair et en sombre ; rien ne défile de côté à 320 pixels, hors tableaux.", "Contrasts of at least 4.5 to 1, in light and dark; nothing scrolls sideways at 320 pixels, but for tables."},
    };
    static const char *const missing[][2] = {
        {"Aucun audit complet par un tiers sur les 106 critères du RGAA n'a été mené : le taux de conformité n'est pas mesuré.", "No full audit by a third party of the 106 criteria of the RGAA was made: no rate of conformity is measured."},
        {"Les lecteurs d'écran (NVDA, JAWS, VoiceOver) n'ont pas encore été essayés par des personnes qui s'en servent.", "Screen readers (NVDA, JAWS, VoiceOver) have not yet been tried by people who use them."},
        {"Ce que les acheteurs et les fournisseurs écrivent eux-mêmes peut ne pas être clair ou être dans une autre langue.", "What buyers and suppliers write themselves may not be clear, or be in another language."},
    };
    heading(p, "État de conformité", "State of conformity");
    paragraph(p, "Entregent est <strong>partiellement conforme</strong> au référentiel général d'amélioration de l'accessibilité (RGAA 4.1), en raison des points énumérés ci-dessous.", "Entregent is <strong>partly conforming</strong> to the French accessibility framework (RGAA 4.1), because of the points listed below.");
    heading(p, "Résultats des tests", "Results of the tests");
    list(p, tests, sizeof tests / sizeof *tests);
    heading(p, "Ce qui n'est pas vérifié ou pas accessible", "What is not verified or not accessible");
    list(p, missing, sizeof missing / sizeof *missing);
}

static void put_remedies(struct page *p)
{
    static const char *const ways[][2] = {
        {"Écrire un message au <a href=\"https://formulaire.defenseurdesdroits.fr/\">Défenseur des droits</a>.", "Write to the <a href=\"https://formulaire.defenseurdesdroits.fr/\">Défenseur des droits</a>."},
        {"Contacter le <a href=\"https://www.defenseurdesdroits.fr/saisir/delegues\">délégué du Défenseur des droits dans votre région</a>.", "Contact the <a href=\"https://www.defenseurdesdroits.fr/saisir/delegues\">delegate in your region</a>."},
        {"Envoyer un courrier (gratuit, sans timbre) : Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07.", "Send a letter (free, no stamp): Défenseur des droits, Libre réponse 71120, 75342 Paris CEDEX 07."},
    };
    heading(p, "Voies de recours", "Remedies");
    paragraph(p, "Si vous constatez un défaut d'accessibilité vous empêchant d'accéder à un contenu ou à une fonctionnalité du site, que vous nous le signalez et que vous ne parvenez pas à obtenir une réponse de notre part, vous êtes en droit de faire parvenir vos doléances ou une demande de saisine au Défenseur des droits :",
              "If you find a fault that keeps you from something on this site, tell us of it and get no answer, you have the right to turn to the Défenseur des droits, the French ombudsman:");
    list(p, ways, sizeof ways / sizeof *ways);
}

void statements_accessibility(struct call *c)
{
    struct page p;
    begin(&p, c, (const char *const[]){"Accessibilité : partiellement conforme", "Accessibility: partly conforming"}, (const char *const[]){"Déclaration d'accessibilité d'Entregent.", "Accessibility statement of Entregent."});
    paragraph(&p, "Ce service s'engage à rendre son site accessible conformément à l'article 47 de la loi n° 2005-102 du 11 février 2005. Cette déclaration s'applique à toutes les pages de ce site.", "This service undertakes to make its site accessible under article 47 of the French act 2005-102 of 11 February 2005. This statement applies to all pages of this site.");
    put_conformity(&p);
    heading(&p, "Établissement de cette déclaration", "How this statement was made");
    text_format(&p.out, "<p>%s %s.</p>\n", in(&p, "Elle est établie par ceux qui font le logiciel, pour sa version", "It is made by those who make the software, for its version"), ENTREGENT_VERSION);
    paragraph(&p, "Technologies : HTML5, CSS, SVG, JavaScript (facultatif pour les pages publiques et celle du participant). Essais : Chromium sous Debian, axe-core.", "Technologies: HTML5, CSS, SVG, JavaScript (optional for public pages and a participant's). Tests: Chromium on Debian, axe-core.");
    heading(&p, "Retour d'information et contact", "Feedback and contact");
    paragraph(&p, "Si vous ne parvenez pas à accéder à un contenu ou à un service, écrivez-nous : nous vous orienterons vers une autre solution, ou nous vous donnerons le contenu sous une autre forme.", "If you cannot get at something, write to us: we will show you another way, or give it to you in another form.");
    contact(&p);
    put_remedies(&p);
    frame_end(c, &p.out, 200);
}
