// SPDX-License-Identifier: EUPL-1.2
// Sends webhooks by io/hook, for tests/flow/test_hook.py:
//   drive_hook NAME=VALUE... < body
// Names: nameservers networks ca timeout_ms (options), url (each further one is another webhook), serial (1: each is
// sent when the one before is answered), free (1: freed at once). Prints the keys, "keys SECRET PUBLIC", and for each
// answer a line "URL OUTCOME SAID BODY" parted by tabs, in the order they come. SIGTERM frees what is under way.
#include "io/hook.h"
#include "wire/webhook.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MOST 400
#define ID "019f17f8-a900-7abc-8def-0123456789ab"
#define AT 1782813600

struct drive;

struct one {
    struct drive *drive;
    const char *url;
    int answers;
};

struct drive {
    struct loop *loop;
    struct hook *hook;
    struct hook_options options;
    struct one posts[MOST];
    int count, sent, answered;
    bool sending, serial, free;
    char body[1 << 20], signature[WEBHOOK_SIGNATURE];
    size_t len;
};

static void send_more(struct drive *d);

static void on_done(void *ctx, enum hook_outcome outcome, const char *said, const char *body)
{
    static const char *const words[] = {[HOOK_DONE] = "done", [HOOK_AGAIN] = "again", [HOOK_GONE] = "gone"};
    struct one *one = ctx;
    struct drive *d = one->drive;
    if (d->sending || one->answers++)
        abort(); // before hook_send returned, or twice
    printf("%s\t%s\t%s\t%s\n", one->url, words[outcome], said, body);
    fflush(stdout);
    if (++d->answered == d->count)
        loop_stop(d->loop);
    else
        send_more(d);
}

static void send_more(struct drive *d)
{
    while (d->sent < d->count && (!d->serial || d->sent == d->answered)) {
        struct one *one = &d->posts[d->sent++];
        struct hook_post post = {.url = one->url, .id = ID, .signature = d->signature, .timestamp = AT, .body = d->body, .len = d->len};
        d->sending = true;
        hook_send(d->hook, &post, on_done, one);
        d->sending = false;
    }
}

static void take(struct drive *d, const char *name, const char *value)
{
    if (strcmp(name, "nameservers") == 0)
        d->options.nameservers = value;
    else if (strcmp(name, "networks") == 0)
        d->options.networks = value;
    else if (strcmp(name, "ca") == 0)
        d->options.ca = value;
    else if (strcmp(name, "timeout_ms") == 0)
        d->options.timeout_ms = atoi(value);
    else if (strcmp(name, "serial") == 0)
        d->serial = atoi(value);
    else if (strcmp(name, "free") == 0)
        d->free = atoi(value);
    else if (strcmp(name, "url") == 0 && d->count < MOST)
        d->posts[d->count++] = (struct one){.drive = d, .url = value};
}

static void sign(struct drive *d)
{
    struct seal_webhook keys;
    char secret[WEBHOOK_SECRET], public[WEBHOOK_PUBLIC];
    seal_init();
    seal_webhook_new(&keys);
    webhook_secret(&keys, secret);
    webhook_public(&keys, public);
    webhook_sign(&keys, ID, AT, d->body, d->len, d->signature);
    printf("keys\t%s\t%s\n", secret, public);
    fflush(stdout);
}

static void on_end(void *ctx, int signal)
{
    (void)signal;
    struct drive *d = ctx;
    loop_stop(d->loop);
}

int main(int argc, char **argv)
{
    static struct drive d = {.options = {.nameservers = "127.0.0.1:9", .networks = "", .ca = "", .timeout_ms = 20000}};
    for (int i = 1; i < argc; i++) {
        char *equals = strchr(argv[i], '=');
        if (!equals)
            return 2;
        *equals = 0;
        take(&d, argv[i], equals + 1);
    }
    d.len = fread(d.body, 1, sizeof d.body, stdin);
    sign(&d);
    d.loop = loop_new();
    loop_signal(d.loop, SIGTERM, on_end, &d);
    d.hook = hook_new(d.loop, &d.options);
    send_more(&d);
    if (!d.free)
        loop_run(d.loop);
    hook_free(d.hook);
    loop_free(d.loop);
    printf("end\t%d of %d\n", d.answered, d.count);
    return 0;
}
