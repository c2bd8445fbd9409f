// SPDX-License-Identifier: EUPL-1.2
// Knows how the outbox is shown to its operator, and what it may be told.
#include "app/queue.h"

#include "base/text.h"
#include "core/fault.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LIST_MOST "10000"

static void refuse(struct admin *a, int status, enum err err, const char *arg)
{
    struct fault fault = {"", err, arg};
    fprintf(stderr, "entregentd: %s\n", fault_text(&fault, a->lang, a->arena));
    a->status = status;
}

static bool is_one_of(const char *word, const char *const *words)
{
    while (*words && !text_equal(*words, word))
        words++;
    return *words != NULL;
}

// Columns: id, channel, kind, state, attempts, created, due, channel's id, said.
static void print_row(struct admin *a, int row)
{
    static const char *const names[] = {"id", "channel", "kind", "state", "attempts", "created", "due", "way", "said"};
    struct text line;
    text_init(&line, 1 << 16);
    for (int i = 0; i < 9; i++) {
        const char *value = session_value(a->session, row, i);
        if (!a->json) {
            text_format(&line, "%s%s", i ? "  " : "", value ? value : "-");
        } else if (value) {
            text_format(&line, "%s\"%s\":", i ? "," : "{", names[i]);
            text_json(&line, value);
        }
    }
    printf("%s%s\n", text_string(&line), a->json ? "}" : "");
    text_fini(&line);
}

void queue_list(struct admin *a)
{
    static const char *const states[] = {"due", "claimed", "done", "failed", NULL}, *const channels[] = {"mail", "webhook", NULL};
    if (a->state && !is_one_of(a->state, states))
        refuse(a, 2, ERR_NOT_ONE_OF, "due, claimed, done, failed");
    else if (a->channel && !is_one_of(a->channel, channels))
        refuse(a, 2, ERR_NOT_ONE_OF, "mail, webhook");
    else if (store_query(a->session, SQL_outbox_list, (const char *const[]){a->state, a->channel, LIST_MOST}) != ERR_OK)
        a->status = 1;
    for (int i = 0; a->status == 0 && i < session_rows(a->session); i++)
        print_row(a, i);
}

// One id, or all when id is NULL; how many it met, -1 when the database failed.
static int64_t change(struct admin *a, enum sql_statement statement, const char *id)
{
    if (store_query(a->session, statement, (const char *const[]){id, a->channel}) != ERR_OK) {
        a->status = 1;
        return -1;
    }
    return atoll(session_value(a->session, 0, 0));
}

static void change_all(struct admin *a, enum sql_statement statement, const char *usage)
{
    int64_t count = 0;
    bool all = a->count == 1 && text_equal(a->rest[0], "all");
    if (a->count == 0 || (a->channel && !(all && text_uuid(a->channel))))
        refuse(a, 2, ERR_USAGE, usage);
    for (int i = 0; a->status == 0 && i < a->count; i++) {
        if (!all && !text_uuid(a->rest[i])) {
            refuse(a, 2, ERR_USAGE, usage);
            break;
        }
        int64_t met = change(a, statement, all ? NULL : a->rest[i]);
        if (met == 0 && !all)
            fprintf(stderr, "entregentd: %s: nothing to be done\n", a->rest[i]);
        count += met > 0 ? met : 0;
    }
    if (a->status == 0)
        printf(a->json ? "{\"count\":%lld}\n" : "%lld\n", (long long)count);
}

void queue_retry(struct admin *a)
{
    change_all(a, SQL_outbox_retry, "outbox retry ID...|all [--channel ID]");
}

void queue_drop(struct admin *a)
{
    change_all(a, SQL_outbox_drop, "outbox drop ID...|all [--channel ID]");
}
