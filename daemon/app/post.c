// SPDX-License-Identifier: EUPL-1.2
// Knows how the mails of the folder are shown.
#include "app/post.h"

#include "base/clock.h"
#include "base/text.h"
#include "core/fault.h"
#include "io/spool.h"
#include "wire/mailread.h"

#include <stdio.h>

struct shown {
    struct admin *admin;
    const char *folder, *id; // id: the newest, once known
    int count;
    enum err err;
};

static void refuse(struct admin *a, int status, enum err err, const char *arg)
{
    struct fault fault = {"", err, arg};
    fprintf(stderr, "entregentd: %s\n", fault_text(&fault, a->lang, a->arena));
    a->status = status;
}

static const char *folder_of(struct admin *a)
{
    return arena_format(a->arena, "%s/mail", a->usable);
}

// A member of a JSON object, with the comma before it.
static void put_member(struct text *out, const char *name, const char *value)
{
    text_format(out, "%s\"%s\":", out->len ? "," : "{", name);
    text_json(out, value);
}

static bool list_one(void *ctx, const char *id, int64_t written_ms)
{
    struct shown *s = ctx;
    struct text file, line;
    struct mailread m;
    char date[25];
    text_init(&file, SPOOL_MOST);
    text_init(&line, SIZE_MAX / 2);
    s->err = spool_read(s->folder, id, &file);
    if (s->err == ERR_OK) {
        struct arena *arena = arena_new();
        mailread_parse(text_string(&file), file.len, arena, &m);
        clock_format(written_ms / 1000, date);
        if (s->admin->json) {
            put_member(&line, "id", id);
            put_member(&line, "date", date);
            put_member(&line, "to", m.to);
            put_member(&line, "subject", m.subject);
            text_byte(&line, '}');
        } else
            text_format(&line, "%s  %s  %s  %s", id, date, m.to, m.subject);
        printf("%s\n", text_string(&line));
        arena_free(arena);
        s->count++;
    } else if (s->err == ERR_NOT_FOUND)
        s->err = ERR_OK; // removed meanwhile
    text_fini(&file);
    text_fini(&line);
    return s->err == ERR_OK;
}

void post_list(struct admin *a)
{
    struct shown s = {.admin = a, .folder = folder_of(a)};
    if (a->count > 0)
        refuse(a, 2, ERR_USAGE, "mail list [--json]");
    else if (spool_each(s.folder, list_one, &s) != ERR_OK || s.err != ERR_OK)
        a->status = 1;
    else if (s.count == 0)
        refuse(a, 0, ERR_NO_MAIL, "DATA/mail");
}

static bool take_newest(void *ctx, const char *id, int64_t written_ms)
{
    (void)written_ms;
    struct shown *s = ctx;
    s->id = arena_string(s->admin->arena, id);
    return false;
}

static void print_mail(const struct admin *a, const char *id, const struct text *file)
{
    struct mailread m;
    struct text json;
    if (a->raw) {
        fwrite(text_string(file), 1, file->len, stdout);
        return;
    }
    mailread_parse(text_string(file), file->len, a->arena, &m);
    if (!a->json) {
        printf("Date: %s\nFrom: %s\nTo: %s\nSubject: %s\n\n%s", m.date, m.from, m.to, m.subject, m.text);
        return;
    }
    text_init(&json, SIZE_MAX / 2);
    put_member(&json, "id", id);
    put_member(&json, "to", m.to);
    put_member(&json, "subject", m.subject);
    put_member(&json, "text", m.text);
    printf("%s}\n", text_string(&json));
    text_fini(&json);
}

void post_show(struct admin *a)
{
    struct shown s = {.admin = a, .folder = folder_of(a), .id = a->count ? a->rest[0] : NULL};
    struct text file;
    if (a->count > 1) {
        refuse(a, 2, ERR_USAGE, "mail show [ID] [--json|--raw]");
        return;
    }
    if (!s.id && spool_each(s.folder, take_newest, &s) != ERR_OK) {
        a->status = 1;
        return;
    }
    text_init(&file, SPOOL_MOST);
    enum err err = s.id ? spool_read(s.folder, s.id, &file) : ERR_NOT_FOUND;
    if (err == ERR_OK)
        print_mail(a, s.id, &file);
    else if (err == ERR_NOT_FOUND)
        refuse(a, 1, ERR_NO_MAIL, s.id ? arena_format(a->arena, "DATA/mail/%s.eml", s.id) : "DATA/mail");
    else
        a->status = 1;
    text_fini(&file);
}
