// SPDX-License-Identifier: EUPL-1.2
// Hands mails to a relay or a folder by io/mailer, for tests/flow/test_relay.py:
//   drive_mailer NAME=VALUE... < message
// Names: url user password_file ca insecure timeout_ms folder (options), from, to (each further one is another mail),
// id (of the first: ID-0), more (1: mails beyond the slots are sent too), free (1: the mailer is freed at once). Prints
// a line "TO WORD SAID" for each answer, in the order they come. SIGTERM frees the mailer with what is under way.
#include "io/mailer.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 64

struct drive;

struct one {
    struct drive *drive;
    const char *to;
    int answers;
};

struct drive {
    struct loop *loop;
    struct mailer *mailer;
    struct mailer_options options;
    const char *from, *id;
    struct one mails[MOST];
    int count, sent, answered;
    bool sending, more, free;
    char message[1 << 20];
    size_t len;
};

static void send_more(struct drive *d);

static void on_done(void *ctx, enum err err, const char *said)
{
    struct one *one = ctx;
    struct drive *d = one->drive;
    if (d->sending || one->answers++)
        abort(); // before mailer_send returned, or twice
    printf("%s %s %s\n", one->to, err_word(err), said);
    fflush(stdout);
    if (++d->answered == d->count)
        loop_stop(d->loop);
    else
        send_more(d);
}

static void send_more(struct drive *d)
{
    while (d->sent < d->count && (d->more || mailer_free_slot(d->mailer))) {
        char id[80];
        struct one *one = &d->mails[d->sent];
        snprintf(id, sizeof id, "%s-%d", d->id, d->sent);
        d->sent++;
        d->sending = true;
        mailer_send(d->mailer, id, d->from, one->to, d->message, d->len, on_done, one);
        d->sending = false;
    }
}

static void take(struct drive *d, const char *name, const char *value)
{
    const struct {
        const char *name, **at;
    } texts[] = {
        {"url", &d->options.url},      {"user", &d->options.user}, {"password_file", &d->options.password_file},
        {"ca", &d->options.ca},        {"from", &d->from},         {"id", &d->id},
        {"folder", &d->options.folder}};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        if (strcmp(texts[i].name, name) == 0)
            *texts[i].at = value;
    if (strcmp(name, "to") == 0 && d->count < MOST)
        d->mails[d->count++] = (struct one){.drive = d, .to = value};
    else if (strcmp(name, "insecure") == 0)
        d->options.insecure = atoi(value);
    else if (strcmp(name, "timeout_ms") == 0)
        d->options.timeout_ms = atoi(value);
    else if (strcmp(name, "more") == 0)
        d->more = atoi(value);
    else if (strcmp(name, "free") == 0)
        d->free = atoi(value);
}

static void on_end(void *ctx, int signal)
{
    (void)signal;
    struct drive *d = ctx;
    loop_stop(d->loop);
}

int main(int argc, char **argv)
{
    static struct drive d = {
        .options = {.url = "", .user = "", .password_file = "", .ca = "", .folder = "", .timeout_ms = 30000},
        .from = "entregent@localhost",
        .id = "mail"};
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals)
            return 2;
        *equals = 0;
        take(&d, argv[i], equals + 1);
    }
    d.len = fread(d.message, 1, sizeof d.message, stdin);
    d.loop = loop_new();
    loop_signal(d.loop, SIGTERM, on_end, &d);
    d.mailer = mailer_new(d.loop, &d.options);
    send_more(&d);
    if (!d.free)
        loop_run(d.loop);
    mailer_free(d.mailer);
    loop_free(d.loop);
    printf("end %d of %d\n", d.answered, d.count);
    return 0;
}
