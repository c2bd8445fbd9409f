// SPDX-License-Identifier: EUPL-1.2
// Knows what each setting must look like and what it needs on this machine.
#include "app/check.h"

#include "base/text.h"
#include "io/account.h"
#include "io/resolve.h"
#include "io/server.h"
#include "io/session.h"
#include "io/tls.h"
#include "wire/forwarded.h"
#include "wire/mail.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// A rule holds or not; `why` takes details, or is left alone.
#define WHY char why[static 256]

// ---- Forms

// What follows scheme and "host", "host:port" or "[IPv6]:port"; NULL when it is none.
static const char *behind_host(const char *s, const char *scheme)
{
    if (!text_starts(s, scheme))
        return NULL;
    s += strlen(scheme);
    bool six = *s == '[';
    size_t host = strspn(s + six, six ? "0123456789abcdefABCDEF:."
                                      : "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.");
    s += six + host;
    if (host == 0 || (six && *s++ != ']'))
        return NULL;
    if (*s != ':')
        return s;
    int64_t port;
    char digits[8];
    size_t len = strspn(++s, "0123456789");
    snprintf(digits, sizeof digits, "%s", s);
    if (len < sizeof digits)
        digits[len] = 0;
    return text_int(digits, &port) && port > 0 && port < 65536 ? s + len : NULL;
}

static bool is_listen(const struct config *c, WHY)
{
    (void)why;
    return server_address(c->listen);
}

static bool is_database(const struct config *c, WHY)
{
    (void)why; // libpq's words would hold the password
    return !*c->database_url || session_form(c->database_url);
}

static bool is_public(const struct config *c, WHY)
{
    (void)why;
    const char *s = c->public_url, *rest = behind_host(s, text_starts(s, "https:") ? "https://" : "http://");
    return !*s || (rest && (!*rest || text_equal(rest, "/")));
}

static bool is_relay(const struct config *c, WHY)
{
    (void)why;
    const char *s = c->smtp_url, *rest = behind_host(s, text_starts(s, "smtps:") ? "smtps://" : "smtp://");
    return !*s || (rest && !*rest);
}

static bool is_sender(const struct config *c, WHY)
{
    (void)why;
    char address[255];
    return mail_sender(c->mail_from, address);
}

static bool are_networks(const struct config *c, WHY)
{
    (void)why;
    struct forwarded_nets nets;
    return forwarded_nets(c->proxies, &nets);
}

static bool are_webhook_networks(const struct config *c, WHY)
{
    (void)why;
    struct forwarded_nets nets;
    return forwarded_nets(c->webhook_networks, &nets);
}

static bool are_nameservers(const struct config *c, WHY)
{
    (void)why;
    return resolve_nameservers(c->nameservers);
}

// Days with commas between, from 1 to 365, ten at most; none is fine.
static bool are_days(const struct config *c, WHY)
{
    (void)why;
    const char *at = c->closing_days;
    for (int count = 0; *at && count < 10; count++) {
        char *end;
        long days = strtol(at, &end, 10);
        if (end == at || days < 1 || days > 365)
            return false;
        end += strspn(end, " ");
        at = *end == ',' && end[1] ? end + 1 : end;
        if (at == end)
            return !*end;
    }
    return !*at;
}

// ---- What must fit together

static bool page_fits(const struct config *c, WHY)
{
    (void)why;
    return c->page <= c->page_most;
}

static bool tls_whole(const struct config *c, WHY)
{
    (void)why;
    return !*c->tls_certificate == !*c->tls_key;
}

static bool relay_account_whole(const struct config *c, WHY)
{
    (void)why;
    return !*c->smtp_user == !*c->smtp_password_file;
}

// ---- What they name on this machine

static bool has_account(const struct config *c, WHY)
{
    (void)why;
    return (!*c->user && geteuid() != 0) || account_named(c->user);
}

static bool has_postgres(const struct config *c, WHY)
{
    char path[512];
    snprintf(path, sizeof path, "%s/postgres", c->postgres_bin);
    if (!*c->postgres_bin || *c->database_url || access(path, X_OK) == 0)
        return true;
    snprintf(why, 256, "%.180s: %s", path, strerror(errno));
    return false;
}

static bool has_certificate(const struct config *c, WHY)
{
    struct tls *tls = NULL;
    if (!*c->tls_certificate || !*c->tls_key)
        return true;
    bool good = tls_load(c->tls_certificate, c->tls_key, &tls, why) == ERR_OK;
    tls_free(tls);
    return good;
}

static bool reads(const char *path, WHY)
{
    char byte;
    if (!*path)
        return true;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
    ssize_t len = fd < 0 ? -1 : read(fd, &byte, 1);
    snprintf(why, 256, "%.180s: %s", path, len < 0 ? strerror(errno) : "empty");
    if (fd >= 0)
        close(fd);
    return len == 1;
}

static bool has_password(const struct config *c, WHY)
{
    return reads(c->smtp_password_file, why);
}

static bool has_authorities(const struct config *c, WHY)
{
    return reads(c->smtp_ca, why);
}

static bool has_webhook_authorities(const struct config *c, WHY)
{
    return reads(c->webhook_ca, why);
}

// One that is missing is made at the start.
static bool has_key(const struct config *c, WHY)
{
    return (access(c->key_file, F_OK) != 0 && errno == ENOENT) || reads(c->key_file, why);
}

static const struct rule {
    enum config_name name; // whose place is named
    bool (*holds)(const struct config *c, WHY);
    const char *text[2];
} rules[] = {
    {CONFIG_listen, is_listen, {"pas une adresse avec un port, comme 127.0.0.1:8080 ou [::1]:8080",
                                "not an address with a port, as 127.0.0.1:8080 or [::1]:8080"}},
    {CONFIG_database_url, is_database, {"pas une adresse de base, comme postgresql://compte@hôte/base",
                                        "not a connection string, as postgresql://account@host/database"}},
    {CONFIG_user, has_account, {"pas de compte de service de ce nom (adduser --system --group entregent)",
                                "no such service account (adduser --system --group entregent)"}},
    {CONFIG_postgres_bin, has_postgres, {"PostgreSQL ne s'y trouve pas", "PostgreSQL is not there"}},
    {CONFIG_page, page_fits, {"plus grand que page_most", "greater than page_most"}},
    {CONFIG_public_url, is_public, {"pas une adresse comme https://entregent.example.org",
                                    "not an address as https://entregent.example.org"}},
    {CONFIG_tls_certificate, tls_whole, {"tls_certificate et tls_key vont ensemble", "tls_certificate and tls_key go together"}},
    {CONFIG_tls_certificate, has_certificate, {"TLS impossible", "no TLS with it"}},
    {CONFIG_proxies, are_networks, {"pas une liste d'adresses et de réseaux, comme 127.0.0.1, 10.0.0.0/8, ::1",
                                    "not a list of addresses and networks, as 127.0.0.1, 10.0.0.0/8, ::1"}},
    {CONFIG_key_file, has_key, {"illisible", "cannot be read"}},
    {CONFIG_smtp_url, is_relay, {"pas un relais comme smtp://hôte:587 ou smtps://hôte",
                                 "not a relay as smtp://host:587 or smtps://host"}},
    {CONFIG_smtp_user, relay_account_whole, {"smtp_user et smtp_password_file vont ensemble",
                                             "smtp_user and smtp_password_file go together"}},
    {CONFIG_smtp_password_file, has_password, {"illisible", "cannot be read"}},
    {CONFIG_smtp_ca, has_authorities, {"illisible", "cannot be read"}},
    {CONFIG_mail_from, is_sender, {"pas une adresse, comme Entregent <entregent@example.org>",
                                   "not an address, as Entregent <entregent@example.org>"}},
    {CONFIG_nameservers, are_nameservers, {"pas une liste d'adresses, comme 127.0.0.1:53, [::1]:53",
                                           "not a list of addresses, as 127.0.0.1:53, [::1]:53"}},
    {CONFIG_webhook_networks, are_webhook_networks, {"pas une liste d'adresses et de réseaux, comme 127.0.0.1, 10.0.0.0/8, ::1",
                                                     "not a list of addresses and networks, as 127.0.0.1, 10.0.0.0/8, ::1"}},
    {CONFIG_closing_days, are_days, {"pas une liste de jours, comme 7,2", "not a list of days, as 7,2"}},
    {CONFIG_webhook_ca, has_webhook_authorities, {"illisible", "cannot be read"}},
};

enum err check_settings(const struct config *c, struct config_report *r)
{
    int before = r->problems;
    for (const struct rule *rule = rules; rule < rules + sizeof rules / sizeof *rules; rule++) {
        char why[256] = "";
        if (!rule->holds(c, why))
            config_problem(c, r, rule->name, "%s%s%s", rule->text[r->lang], *why ? ": " : "", why);
    }
    return r->problems > before ? ERR_SETTING : ERR_OK;
}
