// SPDX-License-Identifier: EUPL-1.2
// Knows how lost letters are found again from the words a text may hold.
#include "core/mend.h"

#include "base/map.h"
#include "core/words.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#define LETTERS 48  // words of more letters are neither learnt nor mended

// No two of them look the same once their letters are lost.
static const char common[] =
    "abîmé abonné abonnés accès accessibilité accréditifs accréditives activité activités adapté adaptée adaptées "
    "adaptés adhérent adhérents aéraulique aérien aérienne aériennes aériens aérodrome aéronautique aéronef aéronefs "
    "aéroport aéroports afférent afférente afférentes afférents âge âgé âgée âgées âgés agglomération agglomérations "
    "agréé agréés agrégats aîné aînés allée allées aménagé aménagée aménagées aménagement aménagements aménager "
    "aménagés amélioration améliorations améliorer amiantée amiantés année années annulé août apéritif appelé "
    "appelée après aquifère arboré arborée archéologie archéologique archéologiques arrêt arrêté arrêtés arrêts "
    "artère artères assemblée assimilé assimilés assistée associé associée associées associés assuré assurés "
    "athlétisme attractivité auprès autorité autorités bâché bâches bactériologique barrière barrières bâti bâtie "
    "bâtiment bâtiments bâtir bâtis bénéfice bénéficiaire bénéficiaires bénéficier bénévoles béton bétons "
    "bibliothèque bibliothèques bière biodéchets biodiversité biomédecine biomédical biomédicale biomédicales "
    "biomédicaux bitumés boîte boîtes bénéfique brûler brûleur brûleurs budgétaire budgétaires câblage câblé câble "
    "câbles cafétéria caméra caméras canapé capacité capacités carrière carrières catégorie catégories cèdre "
    "célébration céréales cérémonie cérémonies chaîne chaînes châssis château châteaux châtaignier chaudière "
    "chaudières chaussée chaussées chêne chéneau chéneaux chênes chèque chèques chéquier cimetière cimetières cinéma "
    "cinémas cinquième cité cités civilité classée classés clé clés clientèle climatisés clôture clôtures cohérence "
    "cohésion collectivité collectivités collège collèges collégiale comité comités commerçants communauté "
    "communautés communément compétence compétences compétitif complément complémentaire complémentaires complète "
    "complétude composé composés comptabilité comprimé compétition concédé concédant concernés conférence "
    "conférences confié confiée confiées confidentialité conformément conformité congélateur congélateurs "
    "congélation congrès connecté connectée connectés conséquences consécutive conséquent constitué continuité "
    "contrôle contrôlé contrôlée contrôles contrôleur contrôleurs coopération coopérative coordonnées copropriété "
    "côté côtés côte côtes côtière côtier coût coûts créance créances créateur créatif créatifs création créations "
    "créativité crèche crèches crédit crédits crématorium créer critère critères croisière cuisinière débarras débat "
    "débit débitmètre débits déblai déblaiement déblais débouchage débroussaillage débroussaillement début décapage "
    "décembre décennale déchet déchèterie déchèteries déchetterie déchetteries déchets déchiqueté décision décisions "
    "déclaration déclarations déclaré déclarée déconstruction décor décoration décorations décors découpe découverte "
    "découvertes décret dédié dédiée dédiés défaillance défaut défense défenses défibrillateur défibrillateurs "
    "définies définitif définition définitive dégagement dégradé dégraissage dégrilleur déjà déjections déjeuner "
    "déjeuners délai délais délégataire délégation délégué déléguée délégués délibération dématérialisation "
    "dématérialisé dématérialisée dématérialisées dématérialisés déménagement déménagements démantèlement démarche "
    "démarches démolition démolitions démontage déneigement dénomination dénommé denrée denrées dépannage dépannages "
    "départ département départementale départementales départemental départementaux départements dépendance "
    "dépendances déplacement déplacements déploiement déplombage dépollution dépose dépôt dépôts député dérasement "
    "dératisation dernière dernières dérogation derrière désamiantage désenfumage désherbage désignation désigné "
    "désignés désinfectant désinfectants désinfection désinsectisation destiné destinée destinées destinés détaché "
    "détachée détachées détaillée détecteur détecteurs détection détente détergent détergents détermination "
    "déterminée détartrage deuxième développement développements développer dévoiement diagnostiqué différé "
    "différent différente différentes différents diététique diététiques difficultés diplôme discothèque "
    "disponibilité distribué distribués divisée domiciliée donnée données dôme durabilité durée durées dès ébéniste "
    "ébénisterie écart échafaudage échafaudages échange échanges échantillon échantillons échéance échelle échelles "
    "échographe échographes éclairage éclairages école écologie écologique écologiques écoles économie économies "
    "économique économiques économes écoulement écran écrans écriture écuries écluse écluses éditeur édition "
    "éditions éditique éducatif éducation éducative éducatives effectué effectués égalité église églises égout "
    "égouts élaboration élagage élargissement élastomère électricité électrification électrique électriques "
    "électrogène électrogènes électromécanique électromécaniques électroménager électronique électroniques "
    "électroportatif électroportatifs électrotechnique élément élémentaire élémentaires éléments élève élèves "
    "élévateur élévateurs élévatrice élimination élite élu élue élues élus émission émissions émulsion émulsions "
    "enchère enchères énergétique énergétiques énergie énergies enlèvement enquête enquêtes enrobé enrobés enterré "
    "enterrés entité entités entraînement entrée entrées entrepôt entrepôts épandage épaves épicerie époque "
    "épuration épurations équestre équilibrage équipe équipé équipée équipées équipement équipements équipes équipés "
    "équipier équipiers équivalent ère espèce espèces étage étages étanche étanchéité étang étape état états été "
    "étendue étiquetage étiquette étiquettes étoile étranger étrangère étrangères étrangers être étude étudiant "
    "étudiante étudiantes étudiants études européen européenne européennes européens évacuation évacuations "
    "évaluation évaluations événement événementiel événementielle événementiels événements éventuel éventuelle "
    "éventuelles éventuellement éventuels éveil évolutif évolution évolutions évolutive exécuté exécuter exécution "
    "expédition expérience expérimentation expérimental expérimentale exploité exploitée exploités expressément "
    "extérieur extérieure extérieures extérieurs externalisé externalisée extrémité fabriqué fabriqués façade "
    "façades façon façonnage faculté faîtage faisabilité fédéral fédération fenêtre fenêtres fermé festivité "
    "festivités fête fêtes février fiabilité fidélité filière filières financé financés financière financières "
    "foncière foncières fonctionnalité fonctionnalités forêt forêts forestière forestières formalisé formalisés "
    "fossé fossés fourrière français française françaises frère fréquence fréquentation fumée fumées funéraire "
    "funéraires gardiennée général générale généralement générales générateur génération généraux génétique "
    "génétiques génie géographique géolocalisation géomètre géomètres géotechnique géotechniques géothermie gérance "
    "gériatrique géré gérée gérées gérés gîte gîtes glacée goûter grâce grève gré guêpes hâlage handicapé handicapée "
    "handicapées handicapés hélicoptère hélicoptères héliport hémodialyse hémicycle hébergé hébergement hébergements "
    "héritage hêtre hétérogène hiérarchisé homogène homologué hôpital hôpitaux hospitalière hospitalières hôte hôtel "
    "hôtelière hôtellerie hôtels humidité hydrogène hydrogéologie hydrogéologique hygiène identité île îles îlot "
    "îlots immobilière immobilières imprimé imprimés incinération indépendant indépendante indépendants indéterminée "
    "individualisé inférieur inférieure informatisé informatisée infogérance ingénierie ingénieur ingénieurs "
    "inhérents initié insonorisé installé installée installées installés intégral intégrale intégralité intégrant "
    "intégrateur intégration intégré intégrée intégrés intercommunalité intéressé intérêt intérêts intérieur "
    "intérieure intérieures intérieurs intérim intérimaire intérimaires intermédiaire intermédiaires "
    "interopérabilité interprétariat interprétation intitulé intitulée intégrées inventoriés isolée isolé isolés "
    "itinéraire itinéraires jardinière jardinières jetée journée journées journalière journalières kinésithérapie "
    "lâcher là laïcité légal légale légende léger légère légères légers légume légumes lès libération liberté libéré "
    "licencié lié liée liées liés lièvre liquidité littérature localisé localisée localisées loué lumière lumières "
    "lycée lycéen lycéens lycées maçon maçonnerie maçonneries maître maîtres maîtrise maîtrisé majorité manège "
    "managérial managériale manœuvre marché marchés maréchal maréchaux marée matériau matériaux matériel matérielle "
    "matérielles matériels maternité matière matières mécanique mécaniques mécanisé mécanisée médecin médecine "
    "médecins médiateur médiathèque médiathèques médiatisation médiation médical médicale médicales médicament "
    "médicaments médicaux médico média médias méditerranée méditerranéen méditerranéenne mélangé mélange même mêmes "
    "mémoire mémorial mélèze ménage ménager ménagère ménagères ménagers menées mère mères mérite métal métalliques "
    "métallique métallerie métallurgie météo météorologique méthanisation méthode méthodes méthodologie métier "
    "métiers métrage mètre mètres métro métrologie métropole métropoles métropolitain métropolitaine métropolitaines "
    "métropolitains minéral minérale minérales minéralisées ministère ministères mobilité mobilités modèle modèles "
    "modélisation modération modéré modernisée momentanément monétaire motricité motorisé motorisés multimédia "
    "multimédias multimodalité municipalité musée musées muséographie muséographique muséographiques mutualisé "
    "mutualisée mutualisés mutualité mâchefers mât mâts nécessaire nécessaires nécessité nécessitant négoce négocié "
    "négociée négociés néonatalogie nettoyé neutralité noël notoriété nouveauté nuitée nuitées numérique numériques "
    "numérisation numérisé numéro numéros numérotés néphrologie objectivité obésité occupé occupée occupés œuvre "
    "œuvres opéra opérateur opérateurs opération opérationnel opérationnelle opérationnelles opérationnels "
    "opérations opportunité optométrie ordonnée organisé organisée organisés orthopédie orthopédique orthopédiques "
    "ostéosynthèse ostéodensitomètre où palière palières paramétrage paramédical parité particulière particulières "
    "pâtisserie pâtisseries paysagère paysagères péage pédagogie pédagogique pédagogiques pédiatrie pédiatrique "
    "pédopsychiatrie pénal pénale pénalités pénitentiaire pénitentiaires pépinière pépinières père péri périmètre "
    "périmètres période périodes périodicité périodique périodiques périphérie périphérique périphériques "
    "périscolaire périscolaires pérenne pérennité personnalisé personnalisée personnalisés pèlerinage pétanque "
    "pétrolier pétroliers pétrolière photovoltaïque photovoltaïques phénomène pièce pièces piégeage piétine piéton "
    "piétonne piétonnier piétonnière piétonnes piétons piézomètre piqûre planté plantés plâtre plâtrerie plénière "
    "pôle pôles polyéthylène portée possibilité poussière poussières préalable préalables préau préaux précaution "
    "précédent précédente précise précision précisions préconisation préfabriqué préfabriquée préfabriquées "
    "préfabriqués préfectoral préfecture préfet préfète prélèvement prélèvements préliminaire préliminaires première "
    "premières prépaiement préparation préparations préparatoire préparatoires préparé préparée préparés préscolaire "
    "présence présent présentation présente présentes présents préservation président présidence prêt prêts "
    "prévention préventif préventifs préventive préventives prévision prévisionnel prévoyance prévu prévue prévues "
    "prévus prière prieuré priorité privé privée privées privés procédé procédés procédure procédures procès "
    "programmé programmée programmés progrès propreté propriété propriétés protégé protégée protégés protège "
    "prothèse prothèses proximité prédalles puéricultrice puériculture publicité publiée qualité qualités quatrième "
    "quantité quantités radiothérapie rafraîchissement randonnée randonnées réactif réactifs réaction "
    "réactualisation réaffectation réalisant réalisation réalisations réalisé réalisée réalisées réaliser réalisés "
    "réaménagement réaménagements réanimation réapprovisionnement récent réception réceptions récipient réclamation "
    "récolement récolte reconnaître récréatif récréation récupération récupéré récurage récurrent rédaction "
    "redécoupage réduction réduit réduite réduites réécriture réédition réel réels référence référencé référencement "
    "références référencés référent référents réfection réfections réforme réfrigérant réfrigérées réfrigéré "
    "réfrigérés régie régies régime régimes région régional régionale régionales régionaux régions réglable règle "
    "règlement réglementaire réglementaires réglementation règlements règles régulateur régulation régulier "
    "régulière régulières régularité réhabilitation réhabilitations réhabilité réhabilités réhabiliter "
    "réimplantation réinsertion relèvement rémunération rénovation rénovations rénové rénovée rénovés rénover "
    "réorganisation réparation réparations réparateur réparti répartis répartie répartition repère repérage "
    "repérages répertoire réponse représentant représentation représentations république requête réseau réseaux "
    "réservation réservations réserve réservé réservée réservées réserves réservés réservoir réservoirs résidence "
    "résidences résident résidents résidentiel résidentielle résidentialisation résiduel résiduelle résiduelles "
    "résiduels résiliation résilience résilié résine résistance résolution responsabilité responsabilités rétention "
    "retraité retraités réunion réunions réussite réutilisable réutilisables réutilisation réversible révision "
    "révisions révisé réévaluation revêtement revêtements rivière rivières rôle rôles rosé routière routières "
    "réglage réinscription salarié salariée salariés salés santé sablés scénique scéniques scénographie "
    "scénographique scénographiques scène scènes schéma schémas scolarisé scolarisés scolarité séance séances sèche "
    "sèches sécurisation sécurisé sécurisée sécurisées sécurisés sécuriser sécurité sécurités sécheresse sédentaire "
    "sédiment sédiments séjour séjours sélectif sélectifs sélection sélective sélectives sélectivité sélectionné "
    "séminaire séminaires sémaphore sénat sénior séniors séparatif séparation séparateur séparateurs séparé séparée "
    "séparées séparément séparés septième sépulture sépultures séquence série séries sérigraphie sérieux sérologie "
    "sévère siècle siècles siège sièges signalétique signalétiques simultanée sinistralité situé située situées "
    "situés sixième société sociétés solidarité solidarités spécial spéciale spéciales spécialisé spécialisée "
    "spécialisées spécialisés spécialité spécialités spécifique spécifiques spéciaux spectromètre stérile stériles "
    "stérilisateur stérilisation stratégie stratégies stratégique stratégiques subséquent subséquente subséquents "
    "succès sucrés supérieur supérieure supérieures supérieurs supplément supplémentaire supplémentaires suppléments "
    "sûr sûre sûreté surélévation surgelé surgelée surgelées surgelés synthèse synthétique synthétiques systématique "
    "système systèmes tâche tâches technicité télé téléalarme téléassistance télécom télécommunication "
    "télécommunications télécoms télégestion télémaintenance télémédecine téléphérique téléphone téléphones "
    "téléphonie téléphonique téléphoniques téléprotection télérelève télescopique télésiège télésurveillance "
    "télétransmission télétravail télévisé télévisée téléviseur téléviseurs télévision télévisuel télévisuels "
    "tempérée tête têtes théâtrale théâtral théâtre théâtres thème thèmes thématique thématiques thérapeutique "
    "thérapeutiques thérapie thésaurus tiède totalité toxicité tracé tractée traité traitée traités traîne tranchée "
    "tranchées transféré traçabilité traversée très trésor trésorerie trésorier trié triés troisième tronçon "
    "tronçons télédéclaration unité unités université universités urétérale usagé usagée usagées usagés usée usées "
    "utérins utilisé utilisée utilisés utilité vallée vallées validité variété végétal végétale végétales "
    "végétalisation végétalisé végétalisée végétation végétaux véhicule véhicules vélo vélodrome vélos vérandas "
    "vérification vérifications vérifié verrière verrières vêtement vêtements vétérinaire vétérinaires vétuste "
    "vétusté viabilité viabilisé vidéo vidéoconférence vidéophonie vidéoprojecteur vidéoprojecteurs vidéoprotection "
    "vidéos vidéosurveillance vidéoverbalisation vulnérabilité vérin voûte voûtes zéro ème étuve étuves évier "
    "évitage évaporation éolien éolienne éoliennes éligible égalisation échéant éloigné émetteur émetteurs énoncé "
    "épreuve épreuves équidés érosion éthique éthylique étalonnage étalonnages étanches étaiement établi établie "
    "établissement établissements établissant étrier évasion évêque déambulateur déontologie désaffecté "
    "désamiantages désembouage désengorgement désertification désincarcération désodorisation désossage détresse "
    "dévasage déverse déversement déversoir déversoirs hérault ardèche corrèze isère rhône saône compiègne finistère "
    "pyrénées lozère ariège vendée drôme nièvre besançon orléans béziers nîmes sète mâcon évry évreux créteil "
    "alençon montluçon briançon béthune liévin thérèse andré gérard léon félicien frédéric geneviève étienne eugène "
    "jérôme sévigné clément rené josé hélène noé françois françoise jaurès molière bât bâts rhénan "
    "alvéole alvéoles albâtre congé congés déclarés résidant préparative séquenceur échassiers élection élections "
    "réversibles télévisions déterminer détaillé détaillés externalisées isolées métalleries décent thermodésorbeur "
    "gazonné gazonnés expirées renouvelées créosotées hétérogènes étendues recréée léo géant géants géante géantes";

struct known { // a word by its letters, lower case
    struct known *next;
    bool common;
    size_t len;
    int32_t points[];
};

struct mender {
    struct arena *arena;
    struct map *shapes; // shape -> struct known list
};

// One word of a text, its letters as written.
struct spelt {
    const char *from, *to;
    size_t len;
    size_t lost, beyond; // letters lost, letters beyond ASCII
    int32_t points[LETTERS];
};

static char *write_point(int32_t point, char *to)
{
    return to + utf8proc_encode_char(point, (utf8proc_uint8_t *)to);
}

static bool letter(int32_t point)
{
    utf8proc_category_t c = utf8proc_category(point);
    return point == WORDS_LOST || (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_ME);
}

// The next word at or after at; false at the end of the text.
static bool next_word(const char *at, struct spelt *out)
{
    size_t n;
    int32_t point;
    while (*at && !letter(words_point(at, &n)))
        at += n;
    *out = (struct spelt){.from = at, .to = at};
    for (; *at && letter(point = words_point(at, &n)); at += n, out->to = at) {
        if (out->len < LETTERS)
            out->points[out->len] = point;
        out->len++;
        out->lost += point == WORDS_LOST;
        out->beyond += point >= 0x80 && point != WORDS_LOST;
    }
    return out->len > 0;
}

// What a word looks like once its letters beyond ASCII are lost; the same for the whole and the damaged word.
static size_t shape(const struct spelt *w, char out[static LETTERS])
{
    for (size_t i = 0; i < w->len; i++)
        out[i] = w->points[i] < 0x80 ? (char)utf8proc_tolower(w->points[i]) : '?';
    return w->len;
}

static void learn(struct mender *m, const char *text, bool from_start)
{
    struct spelt w;
    char key[LETTERS];
    for (const char *at = text; next_word(at, &w); at = w.to) {
        if (w.lost || !w.beyond || w.len > LETTERS || w.len < 2)
            continue;
        for (size_t i = 0; i < w.len; i++)
            w.points[i] = utf8proc_tolower(w.points[i]);
        size_t len = shape(&w, key);
        struct known *first = map_get(m->shapes, key, len), *k = first;
        while (k && memcmp(k->points, w.points, len * sizeof *k->points) != 0)
            k = k->next;
        if (k)
            continue;
        k = arena_take(m->arena, sizeof *k + len * sizeof *k->points);
        *k = (struct known){.next = first, .common = from_start, .len = len};
        memcpy(k->points, w.points, len * sizeof *k->points);
        map_set(m->shapes, key, len, k);
    }
}

struct mender *mend_new(void)
{
    struct mender *m = memory_new(sizeof *m);
    m->arena = arena_new();
    m->shapes = map_new();
    learn(m, common, true);
    return m;
}

void mend_free(struct mender *m)
{
    if (!m)
        return;
    map_free(m->shapes);
    arena_free(m->arena);
    free(m);
}

void mend_learn(struct mender *m, const char *text)
{
    learn(m, text, false);
}

static bool fits(const struct known *k, const struct spelt *w)
{
    for (size_t i = 0; i < w->len; i++)
        if (w->points[i] != WORDS_LOST && utf8proc_tolower(w->points[i]) != k->points[i])
            return false;
    return true;
}

// The only known word that fits a damaged one, NULL when there is none or more than one.
static const struct known *only(const struct mender *m, const struct spelt *w)
{
    char key[LETTERS];
    const struct known *found[2] = {NULL, NULL}; // learnt, common
    int count[2] = {0, 0};
    if (w->len > LETTERS)
        return NULL;
    for (const struct known *k = map_get(m->shapes, key, shape(w, key)); k; k = k->next) {
        if (!fits(k, w))
            continue;
        found[k->common] = k;
        count[k->common]++;
    }
    return count[1] == 1 ? found[1] : count[1] == 0 && count[0] == 1 ? found[0] : NULL;
}

static bool upper(int32_t point)
{
    return point != WORDS_LOST && utf8proc_tolower(point) != point;
}

static bool lower(int32_t point)
{
    return point != WORDS_LOST && utf8proc_toupper(point) != point;
}

// Whether lost letters were capitals: all other letters are.
static bool capitals(const struct spelt *w)
{
    bool any = false;
    for (size_t i = 0; i < w->len; i++) {
        if (lower(w->points[i]))
            return false;
        any |= upper(w->points[i]);
    }
    return any;
}

// Writes the damaged word with the letters of the known one; intact letters stay as they are.
static char *restore(const struct spelt *w, const struct known *k, bool starts, char *to)
{
    bool all = capitals(w) && (w->len > w->lost + 1 || starts);
    for (size_t i = 0; i < w->len; i++) {
        int32_t point = w->points[i];
        if (point == WORDS_LOST)
            point = all || (starts && i == 0) ? utf8proc_toupper(k->points[i]) : k->points[i];
        to = write_point(point, to);
    }
    return to;
}

// Letters of the elided word before a lost apostrophe ("l", "d", "qu"); 0 when the word does not begin so.
static size_t elided(const struct spelt *w)
{
    int32_t first = utf8proc_tolower(w->points[0]);
    if (w->len > 3 && first == 'q' && utf8proc_tolower(w->points[1]) == 'u' && w->points[2] == WORDS_LOST)
        return 2;
    bool one = w->len > 3 && w->len <= LETTERS && first < 0x80 && strchr("cdjlmnst", (int)first);
    return one && w->points[1] == WORDS_LOST ? 1 : 0;
}

// "l?entretien", "d??tudes": the first lost letter was an apostrophe when what follows is a word that may be elided
// before. NULL when it is not so.
static char *restore_elided(const struct mender *m, const struct spelt *w, char *to)
{
    struct spelt rest = *w;
    size_t head = elided(w);
    if (!head)
        return NULL;
    rest.len = w->len - head - 1;
    rest.lost = w->lost - 1;
    memmove(rest.points, w->points + head + 1, rest.len * sizeof *rest.points);
    const struct known *k = rest.lost ? only(m, &rest) : NULL;
    int32_t next = k ? k->points[0] : utf8proc_tolower(rest.points[0]);
    bool vowel = next < 0x80 ? strchr("aeiouyh", (int)next) != NULL : true;
    if ((rest.lost && !k) || !vowel)
        return NULL;
    for (size_t i = 0; i < head; i++)
        to = write_point(w->points[i], to);
    *to++ = '\'';
    if (k)
        return restore(&rest, k, false, to);
    for (size_t i = 0; i < rest.len; i++)
        to = write_point(rest.points[i], to);
    return to;
}

// A lone lost letter between blanks is "à"; "N?" is "N°", also before a number.
static char *restore_sign(const char *s, const struct spelt *w, char *to)
{
    bool opens = w->from == s || w->from[-1] == ' ', closes = *w->to == ' ';
    if (w->len == 1 && opens && closes) {
        struct spelt next;
        bool big = w->from == s || (w->from - s > 1 && next_word(w->to, &next) && next.len > 1 && next.len <= LETTERS &&
                                    capitals(&next) && upper(w->from[-2]));
        return write_point(big ? 0xc0 : 0xe0, to);
    }
    bool number = closes || !*w->to || (*w->to >= '0' && *w->to <= '9');
    if (w->len == 2 && utf8proc_tolower(w->points[0]) == 'n' && w->points[1] == WORDS_LOST && number)
        return write_point(0xb0, write_point(w->points[0], to));
    return NULL;
}

static char *restore_word(const struct mender *m, const char *s, const struct spelt *w, char *to)
{
    if (w->len > LETTERS)
        return NULL;
    char *end = restore_sign(s, w, to);
    if (end || w->len == 1)
        return end;
    const struct known *k = only(m, w);
    return k ? restore(w, k, w->from == s, to) : restore_elided(m, w, to);
}

const char *mend_text(const struct mender *m, struct arena *arena, const char *s, int *mended, int *left)
{
    struct spelt w;
    char *out = NULL, *to = NULL;
    const char *done = s; // what stands before it is written
    *mended = *left = 0;
    for (const char *at = s; next_word(at, &w); at = w.to) {
        if (!w.lost)
            continue;
        if (!out) // a letter takes at most 4 bytes, what it replaces at least one
            out = to = arena_take(arena, strlen(s) * 4 + 1);
        memcpy(to, done, (size_t)(w.from - done));
        char *end = restore_word(m, s, &w, to + (w.from - done));
        if (!end) {
            (*left)++;
            continue;
        }
        to = end;
        done = w.to;
        (*mended)++;
    }
    if (!*mended)
        return s;
    memcpy(to, done, strlen(done) + 1);
    return out;
}
