// SPDX-License-Identifier: EUPL-1.2
// Knows how routes, records and errors look in OpenAPI.
#include "wire/openapi.h"

#include "base/err.h"
#include "wire/field.h"
#include "wire/member.h"
#include "wire/routes.h"
#include "wire/word.h"

#include <stdio.h>
#include <string.h>

#define PLACE_PATTERN "^(commune:[0-9AB]{5}|departement:[0-9AB]{2,3}|region:[0-9]{2}|nuts:FR[0-9A-Z]{0,3}|FR)$"

static void type(struct text *out, const char *word)
{
    member_text(out, "type", word);
}

static void string(struct text *out, const char *format, const char *pattern)
{
    type(out, "string");
    if (format)
        member_text(out, "format", format);
    if (pattern)
        member_text(out, "pattern", pattern);
}

static void reference(struct text *out, const char *kind, const char *name)
{
    member_key(out, "$ref");
    text_format(out, "\"#/components/%s/%s\"", kind, name);
}

static void close_object(struct text *out)
{
    text_byte(out, '}');
}

// Begins "type": "array" of items; two objects are open after.
static void array(struct text *out, int64_t least, int64_t most, bool distinct)
{
    type(out, "array");
    if (least)
        member_number(out, "minItems", least);
    if (most)
        member_number(out, "maxItems", most);
    if (distinct)
        member_bool(out, "uniqueItems", true);
    member_open(out, "items", '{');
}

// Schemas: one function a type of field. Inside the open object of the field's schema.

static void schema_text(struct text *out, const struct field *f)
{
    if (f->shown) {
        member_open(out, "type", '[');
        member_string(out, "string");
        member_string(out, "null");
        text_byte(out, ']');
        return;
    }
    type(out, "string");
    if (f->needed)
        member_number(out, "minLength", 1);
    member_number(out, "maxLength", f->most);
}

static void schema_word(struct text *out, const struct field *f)
{
    type(out, "string");
    member_open(out, "enum", '[');
    for (const struct word *w = NULL; (w = word_next(f->of, w));)
        member_string(out, w->word);
    text_byte(out, ']');
}

static void schema_words(struct text *out, const struct field *f)
{
    array(out, 0, 0, true);
    schema_word(out, f);
    close_object(out);
}

static void schema_day(struct text *out, const struct field *f)
{
    (void)f;
    string(out, "date", NULL);
}

// What is written may be a day, what is shown is always an instant.
static void schema_instant(struct text *out, const struct field *f)
{
    static const char *const formats[] = {"date-time", "date"};
    member_open(out, "anyOf", '[');
    for (int i = 0; i < 2 - f->shown; i++) {
        member_item(out);
        text_byte(out, '{');
        string(out, formats[i], NULL);
        close_object(out);
    }
    text_byte(out, ']');
}

static void schema_int(struct text *out, const struct field *f)
{
    type(out, "integer");
    if (!f->shown) {
        member_number(out, "minimum", 1);
        member_number(out, "maximum", f->most);
    }
}

static void schema_number(struct text *out, const struct field *f)
{
    type(out, "number");
    member_number(out, "minimum", 0);
    member_number(out, "maximum", f->most);
}

static void schema_bool(struct text *out, const struct field *f)
{
    type(out, "boolean");
    if (!f->shown)
        member_bool(out, "default", true);
}

static void schema_cpv(struct text *out, const struct field *f)
{
    (void)f;
    string(out, NULL, "^[0-9]{8}(-[0-9])?$");
}

static void schema_cpvs(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, true);
    schema_cpv(out, f);
    close_object(out);
}

static void schema_place(struct text *out, const struct field *f)
{
    (void)f;
    string(out, NULL, "^commune:[0-9AB]{5}$");
}

static void schema_places(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, false);
    string(out, NULL, PLACE_PATTERN);
    close_object(out);
}

static void schema_range(struct text *out, const struct field *f)
{
    (void)f;
    reference(out, "schemas", "range");
}

static void schema_point(struct text *out, const struct field *f)
{
    (void)f;
    reference(out, "schemas", "point");
}

static void schema_strings(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, false);
    type(out, "string");
    member_number(out, "minLength", 1);
    member_number(out, "maxLength", FIELD_STRING_MOST);
    close_object(out);
}

static void schema_sirets(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, false);
    string(out, NULL, "^([0-9]{9}|[0-9]{14})$");
    close_object(out);
}

static void schema_ints(struct text *out, const struct field *f)
{
    array(out, f->needed, 0, true);
    type(out, "integer");
    member_number(out, "minimum", 1);
    if (f->most)
        member_number(out, "maximum", f->most);
    close_object(out);
}

static void schema_ids(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, true);
    string(out, "uuid", NULL);
    close_object(out);
}

static void schema_records(struct text *out, const struct field *f)
{
    array(out, f->needed, f->most, false);
    reference(out, "schemas", f->of);
    close_object(out);
}

static void schema_id(struct text *out, const struct field *f)
{
    (void)f;
    string(out, "uuid", NULL);
}

static void schema_record(struct text *out, const struct field *f)
{
    reference(out, "schemas", f->of);
}

static void (*const schemas[FIELD_TYPES])(struct text *out, const struct field *f) = {
    [FIELD_TEXT] = schema_text,       [FIELD_WORD] = schema_word,       [FIELD_WORDS] = schema_words,
    [FIELD_DAY] = schema_day,         [FIELD_INSTANT] = schema_instant, [FIELD_INT] = schema_int,
    [FIELD_NUMBER] = schema_number,   [FIELD_BOOL] = schema_bool,       [FIELD_CPV] = schema_cpv,
    [FIELD_CPVS] = schema_cpvs,       [FIELD_PLACE] = schema_place,     [FIELD_PLACES] = schema_places,
    [FIELD_RANGE] = schema_range,     [FIELD_STRINGS] = schema_strings, [FIELD_SIRETS] = schema_sirets,
    [FIELD_POINT] = schema_point,     [FIELD_RECORDS] = schema_records, [FIELD_ID] = schema_id,
    [FIELD_RECORD] = schema_record,   [FIELD_INTS] = schema_ints,       [FIELD_IDS] = schema_ids,
};

// Whether a client writes the record; then what it may write is closed, and what is only shown is marked so.
static bool written(const char *record)
{
    for (const struct field *f = NULL; (f = field_next(record, f));)
        if (!f->shown)
            return true;
    return false;
}

static void write_properties(struct text *out, const char *record)
{
    bool closed = written(record);
    member_open(out, "properties", '{');
    for (const struct field *f = NULL; (f = field_next(record, f));) {
        member_open(out, f->name, '{');
        schemas[f->type](out, f);
        member_text(out, "title", f->text[LANG_EN]);
        member_text(out, "description", f->text[LANG_FR]);
        if (closed && f->shown)
            member_bool(out, "readOnly", true);
        close_object(out);
    }
    close_object(out);
    if (closed)
        member_bool(out, "additionalProperties", false);
}

static void write_record(struct text *out, const char *record)
{
    member_open(out, record, '{');
    type(out, "object");
    write_properties(out, record);
    if (written(record)) {
        member_open(out, "required", '[');
        for (const struct field *f = NULL; (f = field_next(record, f));)
            if (f->needed)
                member_string(out, f->name);
        text_byte(out, ']');
    }
    close_object(out);
}

static void write_bounded(struct text *out, const char *name, const char *word, int64_t least, int64_t most)
{
    member_open(out, name, '{');
    type(out, word);
    member_number(out, "minimum", least);
    member_number(out, "maximum", most);
    close_object(out);
}

static void write_range_and_point(struct text *out)
{
    member_open(out, "range", '{');
    type(out, "object");
    member_open(out, "properties", '{');
    write_bounded(out, "min", "integer", 0, FIELD_EUROS_MOST);
    write_bounded(out, "max", "integer", 0, FIELD_EUROS_MOST);
    text_put(out, "},\"additionalProperties\":false}");
    member_open(out, "point", '{');
    type(out, "object");
    member_open(out, "properties", '{');
    write_bounded(out, "lat", "number", -90, 90);
    write_bounded(out, "lon", "number", -180, 180);
    text_put(out, "},\"required\":[\"lat\",\"lon\"],\"additionalProperties\":false}");
}

static void write_schemas(struct text *out)
{
    member_open(out, "schemas", '{');
    for (const struct field *f = NULL; (f = field_next(NULL, f));)
        if (f == field_next(f->record, NULL))
            write_record(out, f->record);
    write_range_and_point(out);
    member_open(out, "error", '{');
    type(out, "string");
    member_open(out, "enum", '[');
    for (enum err e = ERR_OK + 1; e < ERR_COUNT; e++)
        member_string(out, err_word(e));
    text_put(out, "]}}");
}

// Parameters

static const struct {
    const char *name, *in, *schema;
    unsigned flag;      // of the routes that have it, 0 = named by the path or the method
    bool required;
    const char *text[2];
} parameters[] = {
    {"id", "path", "{\"type\":\"string\",\"format\":\"uuid\"}", 0, true, {"Identifiant", "Identifier"}},
    {"siret", "path", "{\"type\":\"string\",\"pattern\":\"^[0-9]{14}$\"}", 0, true, {"SIRET", "SIRET"}},
    {"kind", "path", "{\"type\":\"string\",\"enum\":[\"signin\",\"reset\"]}", 0, true, {"Ce que fait le lien", "What the link does"}},
    {"cursor", "query", "{\"type\":\"string\"}", ROUTE_PAGED, false,
     {"Suite d'une page : sa valeur next", "What follows a page: its value next"}},
    {"limit", "query", "{\"type\":\"integer\",\"minimum\":1}", ROUTE_PAGED, false,
     {"Objets par page", "Items a page"}},
    {"Idempotency-Key", "header", "{\"type\":\"string\",\"minLength\":1,\"maxLength\":200}", ROUTE_KEY, false,
     {"Répéter la requête avec la même clé ne fait rien deux fois",
      "Repeating the request with the same key makes nothing twice"}},
    {"If-Match", "header", "{\"type\":\"string\"}", ROUTE_IF, true,
     {"ETag de la version lue", "ETag of the version that was read"}},
    {"Last-Event-ID", "header", "{\"type\":\"string\"}", ROUTE_STREAM, false,
     {"Dernier avis reçu : le flux reprend après", "Last notice received: the stream resumes after it"}},
};

#define PARAMETERS (sizeof parameters / sizeof *parameters)

static void write_parameters(struct text *out)
{
    member_open(out, "parameters", '{');
    for (size_t i = 0; i < PARAMETERS; i++) {
        member_open(out, parameters[i].name, '{');
        member_text(out, "name", parameters[i].name);
        member_text(out, "in", parameters[i].in);
        member_bool(out, "required", parameters[i].required);
        member_text(out, "description", parameters[i].text[LANG_EN]);
        member_key(out, "schema");
        text_put(out, parameters[i].schema);
        close_object(out);
    }
    close_object(out);
}

static bool in_path(const struct routes_entry *r, const char *name)
{
    const char *at = strstr(r->path, name);
    return at && at > r->path && at[-1] == '{' && at[strlen(name)] == '}';
}

static void write_query(struct text *out, const struct routes_query *q)
{
    member_item(out);
    text_byte(out, '{');
    member_text(out, "name", q->name);
    member_text(out, "in", "query");
    member_text(out, "description", q->text[LANG_EN]);
    member_key(out, "schema");
    text_put(out, q->flag ? "{\"type\":\"string\",\"enum\":[\"1\"]}}" : "{\"type\":\"string\"}}");
}

static void write_operation_parameters(struct text *out, const struct routes_entry *r)
{
    member_open(out, "parameters", '[');
    for (size_t i = 0; i < PARAMETERS; i++) {
        if (!(r->flags & parameters[i].flag) && !in_path(r, parameters[i].name))
            continue;
        member_item(out);
        text_byte(out, '{');
        reference(out, "parameters", parameters[i].name);
        close_object(out);
    }
    for (const struct routes_query *q = NULL; (q = routes_query_next(r, q));)
        write_query(out, q);
    if (r->flags & ROUTE_NEW) { // needed only where there is something to replace
        member_item(out);
        text_put(out, "{\"name\":\"If-Match\",\"in\":\"header\",\"schema\":{\"type\":\"string\"}}");
    }
    text_byte(out, ']');
}

// Requests and answers

// What routes.def calls by another name than its record: one that is edited is shown with more than is written, and lines
// are answered one by one.
static const char *shown_record(const char *name)
{
    static const char *const names[][2] = {
        {"need_view", "need"}, {"offer_view", "offer"}, {"alert_view", "alert"}, {"line_results", "line_result"},
        {"offer_lines", "offer_line"}, {"bulk_results", "bulk_result"},
        {"convention_view", "convention"}, {"participant_view", "participant"}};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i][0], name) == 0)
            return names[i][1];
    return name;
}

static bool edited(const char *gives)
{
    static const char *const names[] = {"need_view", "offer_view", "alert_view", "organisation", "convention_view", "participant_view",
                                        "request_view", "timetable_view", "timetable_brief", "badge"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(names[i], gives) == 0)
            return true;
    return false;
}

// The media type of an answer that is no record, NULL when it is one.
static const char *text_media(const char *gives)
{
    static const char *const media[][2] = {{"text", "text/plain"}, {"html", "text/html"}, {"css", "text/css"},
                                           {"atom", "application/atom+xml"}, {"calendar", "text/calendar"},
                                           {"svg", "image/svg+xml"}, {"xml", "application/xml"}};
    for (size_t i = 0; i < sizeof media / sizeof *media; i++)
        if (strcmp(media[i][0], gives) == 0)
            return media[i][1];
    return NULL;
}

// One media type: its schema is a record, or a plain type.
static void write_media(struct text *out, const char *media, const char *record, const char *plain)
{
    member_open(out, media, '{');
    member_open(out, "schema", '{');
    if (record)
        reference(out, "schemas", record);
    else
        type(out, plain);
    text_put(out, "}}");
}

static void write_request(struct text *out, const struct routes_entry *r)
{
    if (!*r->takes)
        return;
    member_open(out, "requestBody", '{');
    member_bool(out, "required", true);
    member_open(out, "content", '{');
    if (r->flags & ROUTE_BULK)
        write_media(out, "application/x-ndjson", shown_record(r->takes), NULL);
    else if (r->flags & ROUTE_LINES) {
        write_media(out, "application/x-ndjson", NULL, "string");
        write_media(out, "text/tab-separated-values", NULL, "string");
    } else if (r->flags & ROUTE_TABLE)
        write_media(out, "text/csv", NULL, "string");
    else if (strcmp(r->takes, "form") == 0)
        write_media(out, "application/x-www-form-urlencoded", "ticket", NULL);
    else
        write_media(out, "application/json", r->takes, NULL);
    text_put(out, "}}");
}

static void write_header(struct text *out, const char *name, const char *description)
{
    member_open(out, name, '{');
    member_text(out, "description", description);
    text_put(out, ",\"schema\":{\"type\":\"string\"}}");
}

static void write_success(struct text *out, const struct routes_entry *r, int code)
{
    char status[12];
    snprintf(status, sizeof status, "%d", code);
    member_open(out, status, '{');
    member_text(out, "description", r->text[LANG_EN]);
    member_open(out, "headers", '{');
    if (edited(r->gives))
        write_header(out, "ETag", "Version, for If-Match");
    if (code == 201)
        write_header(out, "Location", "Address of what was made");
    if (r->flags & ROUTE_PAGED)
        write_header(out, "Link", "rel=\"next\": the next page (RFC 8288)");
    close_object(out);
    if (!*r->gives) {
        close_object(out);
        return;
    }
    member_open(out, "content", '{');
    if (r->flags & ROUTE_STREAM)
        write_media(out, "text/event-stream", r->gives, NULL);
    else if (r->flags & (ROUTE_LINES | ROUTE_TABLE))
        write_media(out, "application/x-ndjson", shown_record(r->gives), NULL);
    else if (strcmp(r->gives, "openapi") == 0 || strcmp(r->gives, "agenda") == 0 || strcmp(r->gives, "words") == 0) // of another make
        write_media(out, "application/json", NULL, "object");
    else if (text_media(r->gives))
        write_media(out, text_media(r->gives), NULL, "string");
    else
        write_media(out, "application/json", shown_record(r->gives), NULL);
    text_put(out, "}}");
}

// Traits of a route, and the statuses of problems that come with them.
enum { ALWAYS = 1, TOKEN = 2, NAMED = 4, BODY = 8, KEYED = 16, EDITED = 32, GUARDED = 64, PAGED = 128 };

static const struct {
    int status;
    unsigned traits;
} problems[] = {
    {400, ALWAYS}, {401, TOKEN},  {403, TOKEN}, {404, NAMED},                {409, KEYED | EDITED | BODY}, {412, EDITED},
    {413, BODY},   {415, BODY},   {422, BODY | KEYED | PAGED}, {428, GUARDED}, {429, ALWAYS},          {503, TOKEN},
};

static unsigned traits(const struct routes_entry *r)
{
    return ALWAYS | (r->who == WHO_ANYONE ? 0 : TOKEN) | (strchr(r->path, '{') ? NAMED : 0) | (*r->takes ? BODY : 0) |
           (r->flags & ROUTE_KEY ? KEYED : 0) | (r->flags & (ROUTE_IF | ROUTE_NEW) ? EDITED : 0) |
           (r->flags & ROUTE_IF ? GUARDED : 0) | (r->flags & ROUTE_PAGED ? PAGED : 0);
}

static void write_responses(struct text *out, const struct routes_entry *r)
{
    char status[12], name[24];
    member_open(out, "responses", '{');
    write_success(out, r, r->status);
    if (r->flags & ROUTE_NEW)
        write_success(out, r, 201);
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        if (!(problems[i].traits & traits(r)))
            continue;
        snprintf(status, sizeof status, "%d", problems[i].status);
        snprintf(name, sizeof name, "problem_%d", problems[i].status);
        member_open(out, status, '{');
        reference(out, "responses", name);
        close_object(out);
    }
    member_open(out, "default", '{');
    reference(out, "responses", "problem");
    text_put(out, "}}");
}

// The words of all errors of a status, 0 = of every one that is a problem.
static void write_problem(struct text *out, const char *name, int status)
{
    struct text words;
    text_init(&words, 4096);
    for (enum err e = ERR_OK + 1; e < ERR_COUNT; e++)
        if (err_status(e) == status || (status == 0 && err_status(e) >= 400))
            text_format(&words, "%s%s", words.len ? ", " : "Problem: ", err_word(e));
    member_open(out, name, '{');
    member_text(out, "description", text_string(&words));
    member_open(out, "content", '{');
    write_media(out, "application/problem+json", "problem", NULL);
    text_put(out, "}}");
    text_fini(&words);
}

static void write_problems(struct text *out)
{
    char name[24];
    member_open(out, "responses", '{');
    for (size_t i = 0; i < sizeof problems / sizeof *problems; i++) {
        snprintf(name, sizeof name, "problem_%d", problems[i].status);
        write_problem(out, name, problems[i].status);
    }
    write_problem(out, "problem", 0);
    close_object(out);
}

// Access: a token with its scopes, or a person's session.

static void write_security(struct text *out, const struct routes_entry *r)
{
    member_open(out, "security", '[');
    if (r->who != WHO_ANYONE && r->who != WHO_PERSON) {
        member_item(out);
        text_format(out, "{\"token\":[\"%s\"]}", rights_scope_word(r->scope));
    }
    if (r->who != WHO_ANYONE) {
        member_item(out);
        text_put(out, "{\"session\":[]}");
    }
    text_byte(out, ']');
}

static void write_schemes(struct text *out)
{
    member_open(out, "securitySchemes", '{');
    member_open(out, "token", '{');
    type(out, "http");
    member_text(out, "scheme", "bearer");
    member_text(out, "description", "Access token; the scope it needs stands with each operation");
    close_object(out);
    member_open(out, "session", '{');
    type(out, "apiKey");
    member_text(out, "in", "cookie");
    member_text(out, "name", "__Host-entregent");
    member_text(out, "description", "Session of a person; what changes something needs the header Entregent-Request too: 1, or PERSON ORGANISATION, the ids for whom a page was made (409 when the session is another's)");
    text_put(out, "}}");
}

// Paths

static void write_operation(struct text *out, const struct routes_entry *r)
{
    char method[12];
    size_t len = 0;
    for (; r->method[len] && len < sizeof method - 1; len++)
        method[len] = (char)(r->method[len] | 0x20);
    method[len] = 0;
    member_open(out, method, '{');
    member_text(out, "operationId", r->name);
    member_text(out, "summary", r->text[LANG_EN]);
    member_text(out, "description", r->text[LANG_FR]);
    write_security(out, r);
    write_operation_parameters(out, r);
    write_request(out, r);
    write_responses(out, r);
    close_object(out);
}

static bool first_of_path(const struct routes_entry *r)
{
    const struct routes_entry *other = NULL;
    while ((other = routes_next(other)) != r)
        if (strcmp(other->path, r->path) == 0)
            return false;
    return true;
}

static void write_paths(struct text *out)
{
    member_open(out, "paths", '{');
    for (const struct routes_entry *r = NULL; (r = routes_next(r));) {
        if (!first_of_path(r))
            continue;
        member_open(out, r->path, '{');
        for (const struct routes_entry *same = NULL; (same = routes_next(same));)
            if (strcmp(same->path, r->path) == 0)
                write_operation(out, same);
        close_object(out);
    }
    close_object(out);
}

void openapi_write(struct text *out)
{
    text_byte(out, '{');
    member_text(out, "openapi", "3.1.0");
    member_open(out, "info", '{');
    member_text(out, "title", "Entregent");
    member_text(out, "version", ENTREGENT_VERSION);
    member_text(out, "description",
                "Needs of public buyers, offers of social-economy enterprises, and their matches. Sentences are in French, or "
                "in English when Accept-Language prefers it.");
    text_put(out, ",\"license\":{\"name\":\"EUPL-1.2\",\"identifier\":\"EUPL-1.2\"}}");
    text_put(out, ",\"servers\":[{\"url\":\"/\"}]");
    write_paths(out);
    member_open(out, "components", '{');
    write_schemas(out);
    write_parameters(out);
    write_problems(out);
    write_schemes(out);
    text_put(out, "}}");
}
