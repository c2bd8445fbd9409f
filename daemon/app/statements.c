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

// Accessibility: in the order of the model that the law asks for (décret 2019-768). Without an audit that is still valid a site is to be
// called not conforming, whatever its makers have tested; frame.c says the same at the foot of every page.

static const char *const declared[] = {"23 novembre 2026", "23 November 2026"}; // by enum lang: when these texts and what they tell were last looked over

static void put_engagement(struct page *p)
{
    static const char *const steps[][2] = {
        {"Chaque page est examinée par un outil, et chaque parcours joué au clavier, à chaque changement du logiciel : un défaut trouvé empêche sa publication.", "Each page is examined by a tool and walked by the keyboard at each change of the software: a fault that is found keeps it from being released."},
        {"Ce qu'on nous signale est corrigé en premier.", "What is reported to us is mended first."},
        {"Un audit des 106 critères du RGAA, avec des lecteurs d'écran et des personnes qui s'en servent, reste à faire.", "An audit of the 106 criteria of the RGAA, with screen readers and with people who use them, is still to be made."},
    };
    const char *home = link_home(p->call->parts, p->call->arena);
    paragraph(p, "Le responsable de ce service s'engage à le rendre accessible conformément à l'article 47 de la loi n° 2005-102 du 11 février 2005. À cette fin :",
              "Who runs this service undertakes to make it accessible under article 47 of the French act 2005-102 of 11 February 2005. To this end:");
    list(p, steps, sizeof steps / sizeof *steps);
    text_format(&p->out, "<p>%s ", in(p, "Cette déclaration s'applique à toutes les pages de", "This statement applies to all pages of"));
    text_html(&p->out, home);
    text_put(&p->out, ".</p>\n");
}

static void put_conformity(struct page *p)
{
    static const char *const tests[][2] = {
        {"Les règles d'axe-core (WCAG 2.2, niveaux A et AA, et bonnes pratiques) ne trouvent plus de défaut, à 1280 et à 320 pixels de large, en clair et en sombre.", "The rules of axe-core (WCAG 2.2, levels A and AA, and best practices) find no fault any more, at widths of 1280 and 320 pixels, in light and dark."},
        {"Toutes les adresses se parcourent au clavier : le focus se voit, n'est jamais retenu, et va au titre de la page où mène un lien.", "All addresses can be walked by the keyboard: the focus is seen, never held, and goes to the heading of the page to which a link leads."},
        {"La publication d'un besoin et la grille des rendez-vous se font au clavier seul ; les pages publiques et celle d'un participant, sans JavaScript.", "Posting a need and the grid of meetings work by the keyboard alone; public pages and a participant's, without JavaScript."},
    };
    heading(p, "État de conformité", "State of conformity");
    paragraph(p, "Entregent est <strong>non conforme</strong> au référentiel général d'amélioration de l'accessibilité (RGAA), version 4.1 : il n'a pas encore été audité, et c'est ainsi que la loi demande alors de le dire.",
              "Entregent is <strong>not conforming</strong> to the French accessibility framework (RGAA), version 4.1: it was not audited yet, and that is how the law wants it to be called until then.");
    heading(p, "Résultats des tests", "Results of the tests");
    paragraph(p, "Aucun taux de conformité n'est mesuré. Ceux qui font le logiciel ont vérifié ceci, par des essais automatiques :", "No rate of conformity is measured. Those who make the software have verified this, by automatic tests:");
    list(p, tests, sizeof tests / sizeof *tests);
}

static void sub(struct page *p, const char *fr, const char *en)
{
    text_format(&p->out, "<h3>%s</h3>\n", in(p, fr, en));
}

static void put_gaps(struct page *p)
{
    static const char *const known[][2] = {
        {"Ce que les acheteurs, les fournisseurs et les organisateurs écrivent n'est pas marqué de sa langue : un besoin en français, lu dans la page anglaise, peut être mal prononcé (critère 8.7).", "What buyers, suppliers and organisers write is not marked with its language: a French need, read on the English page, may be pronounced badly (criterion 8.7)."},
        {"Un message qui confirme disparaît après 8 secondes, après 30 secondes s'il propose d'annuler, sauf tant que le pointeur ou le focus s'y trouve ; la réponse à une demande de rendez-vous ne peut être retenue que 7 secondes avant son envoi, puis se change dans la page.", "A message that confirms goes after 8 seconds, after 30 if it offers to undo, but not while the pointer or the focus is there; the answer to a request for a meeting can be held back for 7 seconds before it is sent, and is then changed on the page."},
    };
    static const char *const unknown[][2] = {
        {"Les lecteurs d'écran (NVDA, JAWS, VoiceOver, TalkBack) et la commande vocale n'ont pas été essayés.", "Screen readers (NVDA, JAWS, VoiceOver, TalkBack) and voice control were not tried."},
        {"Les fichiers à télécharger (XLSX, CSV, calendriers) n'ont été examinés par aucun outil.", "Files for download (XLSX, CSV, calendars) were examined by no tool."},
    };
    heading(p, "Contenus non accessibles", "What is not accessible");
    sub(p, "Non-conformités connues", "Known faults");
    list(p, known, sizeof known / sizeof *known);
    sub(p, "Ce qui n'a pas été vérifié", "What was not verified");
    list(p, unknown, sizeof unknown / sizeof *unknown);
    sub(p, "Dérogations pour charge disproportionnée", "Exemptions for a disproportionate burden");
    paragraph(p, "Aucune.", "None.");
    sub(p, "Contenus non soumis à l'obligation d'accessibilité", "What the law does not ask to be accessible");
    paragraph(p, "Les pages d'autres sites auxquelles mènent les liens d'un besoin.", "Pages of other sites to which the links of a need lead.");
}

static void put_making(struct page *p)
{
    heading(p, "Établissement de cette déclaration", "How this statement was made");
    text_format(&p->out, "<p>%s %s, %s %s.</p>\n", in(p, "Elle a été établie le", "It was made on"), declared[p->call->lang], in(p, "par ceux qui font le logiciel, pour sa version", "by those who make the software, for its version"), ENTREGENT_VERSION);
    sub(p, "Technologies utilisées", "Technologies used");
    paragraph(p, "HTML5, CSS, SVG, ARIA, JavaScript (facultatif pour les pages publiques et celle d'un participant).", "HTML5, CSS, SVG, ARIA, JavaScript (optional for public pages and a participant's).");
    sub(p, "Environnement de test", "Where it was tested");
    paragraph(p, "Chromium sous Debian, piloté par Playwright ; aucun autre navigateur et aucune technologie d'assistance.", "Chromium on Debian, driven by Playwright; no other browser, and no assistive technology.");
    sub(p, "Outils pour évaluer l'accessibilité", "Tools");
    paragraph(p, "axe-core 4.14 ; pour le clavier, les titres, les tableaux et les formulaires, des essais écrits pour ce logiciel.", "axe-core 4.14; for the keyboard, headings, tables and forms, tests written for this software.");
    sub(p, "Pages vérifiées", "Pages verified");
    paragraph(p, "L'accueil, les besoins ouverts, un besoin, une journée de rendez-vous, l'inscription, la connexion, cette page et « Vos données » ; et toutes les pages de l'espace de travail, pour un acheteur, un fournisseur, un organisateur et un modérateur, en français, une partie en anglais.",
              "The start page, open needs, a need, a day of meetings, signing up, signing in, this page and “Your data”; and all pages of the workplace, for a buyer, a supplier, an organiser and a moderator, in French, a part of them in English.");
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
    begin(&p, c, (const char *const[]){"Accessibilité : non conforme", "Accessibility: not conforming"}, (const char *const[]){"Déclaration d'accessibilité d'Entregent.", "Accessibility statement of Entregent."});
    put_engagement(&p);
    put_conformity(&p);
    put_gaps(&p);
    put_making(&p);
    heading(&p, "Retour d'information et contact", "Feedback and contact");
    paragraph(&p, "Si vous ne parvenez pas à accéder à un contenu ou à un service, écrivez-nous : nous vous orienterons vers une autre solution, ou nous vous donnerons le contenu sous une autre forme.", "If you cannot get at something, write to us: we will show you another way, or give it to you in another form.");
    contact(&p);
    put_remedies(&p);
    frame_end(c, &p.out, 200);
}
