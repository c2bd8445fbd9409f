// SPDX-License-Identifier: EUPL-1.2
// Knows how a file is imported.
#include "import.h"

#include "bulk.h"
#include "input.h"
#include "progress.h"
#include "rows.h"
#include "say.h"
#include "tally.h"

#include "base/arena.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BATCH_BYTES (512u << 10)

struct format {
    const char *name, *verb, *type; // "decp", "need import", of the body
    bool header;                    // the first line names the columns, and goes with every batch
    bool bulk;                      // goes as one stream, not in batches
    bool (*fits)(const char *line); // whether a file that starts with this line is of the format
};

// What is imported. The lines of a batch have consecutive numbers, so that the server can count along.
struct import {
    struct call *call;
    const struct options *o;
    const struct format *format;
    struct input in;
    struct tally tally;
    struct progress progress;
    struct text header, lines, body; // lines: the batch; body: what is sent of it
    size_t *ends;                    // of each line of the batch, behind its LF
    size_t count, most_lines, most_bytes;
    uint64_t first;        // number of the first line of the batch
    uint64_t acknowledged; // number of the last line the server answered
};

// A DECP record: an object that names what was bought.
static bool fits_decp(const char *line)
{
    static const char *const keys[] = {"objet", "codeCPV", "acheteur"};
    json_t *object = json_loads(line, 0, NULL);
    bool fits = false;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        fits = fits || json_object_get(object, keys[i]);
    json_decref(object);
    return fits;
}

static bool has_column(const char *line, const char *name)
{
    size_t len = strlen(name);
    for (const char *at = line; at; at = strchr(at, '\t')) {
        at += at != line || *at == '\t';
        if (strncmp(at, name, len) == 0 && (at[len] == '\t' || at[len] == 0))
            return true;
    }
    return false;
}

static bool fits_siae(const char *line)
{
    return has_column(line, "siret") && has_column(line, "kind");
}

static bool fits_offers(const char *line)
{
    json_t *object = json_loads(line, 0, NULL);
    bool fits = json_object_get(object, "siret") && json_object_get(object, "offer");
    json_decref(object);
    return fits;
}

static const struct format formats[] = {
    {"decp", "need import", "application/x-ndjson", false, false, fits_decp},
    {"siae", "offer import", "text/tab-separated-values", true, false, fits_siae},
    {"csv", "offer import", NULL, true, true, rows_fits},
    {"offers", "offer import", NULL, false, true, fits_offers},
};
#define FORMATS (sizeof formats / sizeof *formats)

// The format named by --format, or told from the first line; NULL (said) when it is not one of this verb.
static const struct format *choose(const struct import *im, const char *verb)
{
    const char *wanted = im->o->value[OPTION_FORMAT], *line = text_string(&im->in.line);
    bool automatic = !wanted || text_equal(wanted, "auto");
    for (size_t i = 0; i < FORMATS; i++) {
        if (automatic ? !formats[i].fits(line) : !text_equal(formats[i].name, wanted))
            continue;
        if (text_equal(formats[i].verb, verb))
            return &formats[i];
        say_no(im->o->lang, "le format %s s'importe par : entregent %s", "the format %s is imported by: entregent %s",
               formats[i].name, formats[i].verb);
        return NULL;
    }
    if (automatic)
        say_no(
            im->o->lang,
            "%s : format non reconnu (decp : un objet JSON par ligne avec objet, codeCPV ou acheteur ; siae : des "
            "colonnes séparées par des tabulations, dont siret et kind ; csv : des colonnes séparées par des virgules "
            "ou des points-virgules, dont siret, name et cpv ; offers : un objet JSON par ligne avec siret et offer) ; "
            "la ligne %llu commence par : %.60s",
            "%s: format not known (decp: one JSON object a line with objet, codeCPV or acheteur; siae: columns "
            "separated by tabs, siret and kind among them; csv: columns separated by commas or semicolons, siret, name "
            "and cpv among them; offers: one JSON object a line with siret and offer); line %llu starts with: %.60s",
            im->tally.name, (unsigned long long)im->in.number, line);
    else
        say_no(im->o->lang, "--format : decp, siae, csv, offers ou auto", "--format: decp, siae, csv, offers or auto");
    return NULL;
}

static enum result no_answer(const struct import *im, uint64_t number)
{
    say_no(im->o->lang, "la réponse du serveur ne dit pas ce qu'il est advenu de la ligne %llu",
           "the server's answer does not say what became of line %llu", (unsigned long long)number);
    return RESULT_SERVER;
}

// The answer to `count` lines from `number` on: one result a line, in order.
static enum result take_results(struct import *im, const struct text *body, uint64_t number, size_t count)
{
    const char *at = text_string(body), *end = at + body->len;
    for (; count; count--, number++) {
        const char *stop = at < end ? memchr(at, '\n', (size_t)(end - at)) : NULL;
        stop = stop ? stop : end;
        if (!tally_add(&im->tally, number, at, (size_t)(stop - at)))
            return no_answer(im, number);
        im->acknowledged = number;
        at = stop < end ? stop + 1 : end;
    }
    progress_show(&im->progress, im->in.taken, im->tally.read, im->tally.refused);
    return at == end ? RESULT_DONE : no_answer(im, number);
}

static void build_body(struct import *im, size_t from, size_t count)
{
    size_t start = from ? im->ends[from - 1] : 0;
    text_clear(&im->body);
    text_add(&im->body, text_string(&im->header), im->header.len);
    text_add(&im->body, im->lines.data + start, im->ends[from + count - 1] - start);
}

// Sends a part of the batch; halves it as long as the server finds it too large.
static enum result send_part(struct import *im, size_t from, size_t count)
{
    char path[80];
    struct answer a;
    uint64_t number = im->first + from;
    snprintf(path, sizeof path, "/v1/imports/%s?first=%llu", im->format->name, (unsigned long long)number);
    build_body(im, from, count);
    struct request r = {.method = "POST", .path = path, .type = im->format->type};
    r.body = text_string(&im->body);
    r.length = im->body.len;
    call_answer_init(&a);
    enum result result = call_send(im->call, &r, &a);
    long status = a.status;
    if (result == RESULT_DONE && status == 200)
        result = take_results(im, &a.body, number, count);
    else if (result == RESULT_DONE && status != 413)
        result = call_problem(im->o, &a);
    call_answer_fini(&a);
    if (result != RESULT_DONE || status != 413)
        return result;
    if (count == 1) {
        tally_refuse(&im->tally, number, ERR_TOO_LONG,
                     im->o->lang == LANG_FR ? "ce que prend le serveur" : "what the server takes");
        im->acknowledged = number;
        return RESULT_DONE;
    }
    if (im->most_bytes > im->body.len / 2)
        im->most_bytes = im->body.len / 2; // the batches to come
    result = send_part(im, from, count / 2);
    return result == RESULT_DONE ? send_part(im, from + count / 2, count - count / 2) : result;
}

static enum result send_batch(struct import *im)
{
    enum result result = im->count ? send_part(im, 0, im->count) : RESULT_DONE;
    text_clear(&im->lines);
    im->count = 0;
    return result == RESULT_DONE && call_stopped(im->call) ? RESULT_STOPPED : result;
}

static enum result add_line(struct import *im)
{
    const struct text *line = &im->in.line;
    enum result result = RESULT_DONE;
    if (im->count == im->most_lines || (im->count && im->lines.len + line->len + 1 > im->most_bytes))
        result = send_batch(im);
    if (im->count == 0)
        im->first = im->in.number;
    text_add(&im->lines, text_string(line), line->len);
    text_byte(&im->lines, '\n');
    im->ends[im->count++] = im->lines.len;
    return result;
}

static enum result refuse_line(struct import *im)
{
    enum result result = send_batch(im);
    if (result == RESULT_DONE)
        tally_refuse(&im->tally, im->in.number, ERR_TOO_LONG, im->o->lang == LANG_FR ? "256 Kio" : "256 KiB");
    return result;
}

static enum result unreadable(const struct import *im)
{
    say_no(im->o->lang, "%s : lecture impossible (%s)", "%s: cannot be read (%s)", im->tally.name, strerror(errno));
    return RESULT_USAGE;
}

static enum result send_all(struct import *im)
{
    enum result result = RESULT_DONE;
    enum input_step step = INPUT_LINE;
    while (result == RESULT_DONE && (step = input_next(&im->in)) != INPUT_END) {
        if (step == INPUT_LINE)
            // A blank line is no record, but it has a number: the batch ends before it.
            result = input_blank(&im->in) ? send_batch(im) : add_line(im);
        else if (step == INPUT_TOO_LONG)
            result = refuse_line(im);
        else
            result = step == INPUT_STOPPED ? RESULT_STOPPED : unreadable(im);
    }
    return result == RESULT_DONE ? send_batch(im) : result;
}

// Reads up to the first line that is not blank, chooses the format and takes the header where there is one.
static enum result begin(struct import *im, const char *verb)
{
    enum input_step step;
    while ((step = input_next(&im->in)) == INPUT_LINE && input_blank(&im->in))
        ;
    if (step == INPUT_STOPPED)
        return RESULT_STOPPED;
    if (step == INPUT_FAILED)
        return unreadable(im);
    if (step != INPUT_LINE) { // empty, or a first line that is too long
        text_clear(&im->in.line);
        text_put(&im->in.line, step == INPUT_END ? "" : "...");
    }
    im->format = choose(im, verb);
    if (!im->format)
        return RESULT_USAGE;
    if (step == INPUT_TOO_LONG && im->format->header) {
        say_no(im->o->lang, "%s : l'en-tête est trop long", "%s: the header is too long", im->tally.name);
        return RESULT_USAGE;
    }
    if (step == INPUT_TOO_LONG)
        return refuse_line(im);
    if (step == INPUT_LINE && !im->format->header)
        input_again(&im->in);
    else if (step == INPUT_LINE) {
        text_add(&im->header, text_string(&im->in.line), im->in.line.len);
        text_byte(&im->header, '\n');
    }
    return RESULT_DONE;
}

static void tell_end(const struct import *im, enum result result)
{
    if (result == RESULT_DONE)
        tally_print(&im->tally, progress_seconds(&im->progress));
    else if (im->format && im->format->bulk && (im->acknowledged || result == RESULT_STOPPED))
        say_line(
            im->o->lang,
            "Arrêté : ce qui est certain va jusqu'à la ligne %llu (%llu offres prises, %llu réparées, %llu refusées). "
            "Relancer la même commande ne crée rien deux fois.",
            "Stopped: what is certain goes up to line %llu (%llu offers taken, %llu repaired, %llu refused). Running "
            "the same command again makes nothing twice.",
            (unsigned long long)im->acknowledged, (unsigned long long)im->tally.taken,
            (unsigned long long)im->tally.repaired, (unsigned long long)im->tally.refused);
    else if (im->tally.read || result == RESULT_STOPPED)
        say_line(im->o->lang,
                 "Arrêté : le serveur a répondu pour %llu lignes, la dernière est la ligne %llu. Relancer la même "
                 "commande ne crée rien deux fois.",
                 "Stopped: the server answered for %llu lines, the last one is line %llu. Running the same command "
                 "again makes nothing twice.",
                 (unsigned long long)im->tally.read, (unsigned long long)im->acknowledged);
}

static enum result run(struct import *im, const char *verb, const char *file)
{
    enum result result = RESULT_USAGE;
    bool reported = false;
    if (input_open(&im->in, im->o, im->call, file) && (reported = tally_open(&im->tally, im->o, file))) {
        progress_start(&im->progress, im->o, im->in.size);
        result = begin(im, verb);
        if (result == RESULT_DONE)
            result = !im->format->bulk ? send_all(im)
                                       : bulk_import(im->call, im->o, &im->in, im->format->header, &im->tally,
                                                     &im->progress, &im->acknowledged);
        progress_end(&im->progress);
        tell_end(im, result);
    }
    if (reported && !tally_close(&im->tally) && result == RESULT_DONE)
        result = RESULT_USAGE;
    input_close(&im->in);
    return result;
}

static enum result import(struct call *c, const struct options *o, const char *verb)
{
    struct import *im = memory_new(sizeof *im);
    im->call = c;
    im->o = o;
    im->most_lines = (size_t)option_number(o, OPTION_BATCH, 200);
    im->most_bytes = BATCH_BYTES;
    im->ends = memory_new(im->most_lines * sizeof *im->ends);
    text_init(&im->header, INPUT_LINE_MOST + 1);
    text_init(&im->lines, BATCH_BYTES + INPUT_LINE_MOST);
    text_init(&im->body, 2 * (BATCH_BYTES + INPUT_LINE_MOST));
    call_hold(c);
    enum result result = run(im, verb, o->word[o->words - 1]);
    text_fini(&im->header);
    text_fini(&im->lines);
    text_fini(&im->body);
    free(im->ends);
    free(im);
    fflush(stdout);
    call_release(c); // an interrupt that came meanwhile ends the process here, after what it had to say
    return result;
}

enum result import_needs(struct call *c, const struct options *o)
{
    return import(c, o, "need import");
}

enum result import_offers(struct call *c, const struct options *o)
{
    return import(c, o, "offer import");
}
