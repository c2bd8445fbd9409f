// SPDX-License-Identifier: EUPL-1.2
// Knows how OpenSSL is asked.
#include "io/tls.h"

#include "base/clock.h"
#include "base/log.h"
#include "base/memory.h"

#include <errno.h>
#define ERR_STATE OPENSSL_ERR_STATE // a type of theirs, an error of ours
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/ssl.h>
#undef ERR_STATE
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECURITY_LEVEL 2 // of OpenSSL: no RSA under 2048 bits, no SHA-1
#define CIPHERS "ECDHE+AESGCM:ECDHE+CHACHA20" // of TLS 1.2; those of 1.3 are all good

// Counts its uses by OpenSSL's own count: each connection holds the context.
struct tls {
    SSL_CTX *ctx;
};

struct tls_conn {
    SSL *ssl;
    bool write;  // what waits, waits for the socket to be writable
    bool failed; // nothing may be said any more
};

// ---- Certificate and key

// What the error queue says of the file: the first error is the cause, further ones only who passed it on.
static enum err wrong(const char *path, const char *wanted, char why[static 256])
{
    unsigned long cause = ERR_peek_error();
    int library = ERR_GET_LIB(cause), reason = ERR_GET_REASON(cause);
    const char *says = ERR_SYSTEM_ERROR(cause) ? strerror(reason) : ERR_reason_error_string(cause);
    if ((library == ERR_LIB_PEM && reason == PEM_R_NO_START_LINE) || library == ERR_LIB_OSSL_DECODER)
        snprintf(why, 256, "%.180s: holds no %s in PEM form", path, wanted);
    else if (reason == ERR_R_INTERRUPTED_OR_CANCELLED) // by no_passphrase
        snprintf(why, 256, "%.180s: the %s is encrypted", path, wanted);
    else
        snprintf(why, 256, "%.180s: %.70s", path, says ? says : "not usable");
    ERR_clear_error();
    return ERR_SETTING;
}

// A daemon has nobody to ask.
static int no_passphrase(char *out, int size, int writing, void *ctx)
{
    (void)out, (void)size, (void)writing, (void)ctx;
    return -1;
}

static enum err load_certificate(SSL_CTX *ctx, const char *path, char why[static 256])
{
    time_t now = (time_t)(clock_wall() / 1000);
    struct tm end;
    char day[16] = "";
    if (SSL_CTX_use_certificate_chain_file(ctx, path) != 1)
        return wrong(path, "certificate", why);
    const X509 *x = SSL_CTX_get0_certificate(ctx);
    if (X509_cmp_time(X509_get0_notBefore(x), &now) > 0)
        log_warn("tls", "%s: the certificate is not valid yet", path);
    if (X509_cmp_time(X509_get0_notAfter(x), &now) > 0)
        return ERR_OK;
    if (ASN1_TIME_to_tm(X509_get0_notAfter(x), &end) == 1)
        strftime(day, sizeof day, "%Y-%m-%d", &end);
    snprintf(why, 256, "%.180s: the certificate has expired on %s", path, day);
    return ERR_SETTING;
}

static enum err load_key(SSL_CTX *ctx, const char *path, const char *certificate, char why[static 256])
{
    BIO *file = BIO_new_file(path, "r");
    EVP_PKEY *key = file ? PEM_read_bio_PrivateKey(file, NULL, no_passphrase, NULL) : NULL;
    enum err err = ERR_OK;
    BIO_free(file);
    if (!key)
        return wrong(path, "private key", why);
    if (X509_check_private_key(SSL_CTX_get0_certificate(ctx), key) != 1) {
        snprintf(why, 256, "%.100s: not the key of the certificate in %.100s", path, certificate);
        ERR_clear_error();
        err = ERR_SETTING;
    } else if (SSL_CTX_use_PrivateKey(ctx, key) != 1)
        err = wrong(path, "private key", why);
    EVP_PKEY_free(key);
    return err;
}

// Who asks for other protocols only, as HTTP/2, is told so (RFC 7301, 3.2).
static int choose_protocol(SSL *ssl, const unsigned char **out, unsigned char *len, const unsigned char *offered,
                           unsigned offered_len, void *ctx)
{
    (void)ssl, (void)ctx;
    for (unsigned at = 0; at < offered_len; at += 1U + offered[at])
        if (offered[at] == 8 && at + 8 < offered_len && memcmp(offered + at + 1, "http/1.1", 8) == 0) {
            *out = offered + at + 1;
            *len = 8;
            return SSL_TLSEXT_ERR_OK;
        }
    return SSL_TLSEXT_ERR_ALERT_FATAL;
}

static SSL_CTX *new_context(void)
{
    SSL_CTX *ctx = SSL_CTX_new(TLS_server_method());
    char groups[] = "X25519:P-256:P-384";
    if (!ctx)
        log_die("tls", "OpenSSL does not start");
    SSL_CTX_set_security_level(ctx, SECURITY_LEVEL);
    if (SSL_CTX_set_min_proto_version(ctx, TLS1_2_VERSION) != 1 || SSL_CTX_set_max_proto_version(ctx, 0) != 1 ||
        SSL_CTX_set_cipher_list(ctx, CIPHERS) != 1 || SSL_CTX_set1_groups_list(ctx, groups) != 1)
        log_die("tls", "OpenSSL has not the ciphers that are wanted");
    // An end without a goodbye is an end: a request says itself how long it is, so none cut short passes for whole.
    SSL_CTX_set_options(ctx, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                                 SSL_OP_PRIORITIZE_CHACHA | SSL_OP_IGNORE_UNEXPECTED_EOF);
    SSL_CTX_set_mode(ctx, SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER |
                              SSL_MODE_RELEASE_BUFFERS);
    // One record a call, so that a peer who sends nothing but key updates does not hold the loop.
    SSL_CTX_clear_mode(ctx, SSL_MODE_AUTO_RETRY);
    SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF); // tickets keep sessions with the peer
    SSL_CTX_set_num_tickets(ctx, 1);
    SSL_CTX_set_alpn_select_cb(ctx, choose_protocol, NULL);
    SSL_CTX_set_default_passwd_cb(ctx, no_passphrase);
    return ctx;
}

enum err tls_load(const char *certificate, const char *key, struct tls **out, char why[static 256])
{
    ERR_clear_error();
    SSL_CTX *ctx = new_context();
    enum err err = load_certificate(ctx, certificate, why);
    if (err == ERR_OK)
        err = load_key(ctx, key, certificate, why);
    if (err != ERR_OK) {
        SSL_CTX_free(ctx);
        return err;
    }
    *out = memory_new(sizeof **out);
    (*out)->ctx = ctx;
    return ERR_OK;
}

void tls_free(struct tls *t)
{
    if (!t)
        return;
    SSL_CTX_free(t->ctx);
    free(t);
}

// ---- Connections

struct tls_conn *tls_conn_new(struct tls *t, int fd)
{
    struct tls_conn *c = memory_new(sizeof *c);
    ERR_clear_error();
    c->ssl = SSL_new(t->ctx);
    if (!c->ssl || SSL_set_fd(c->ssl, fd) != 1)
        log_die("tls", "out of memory");
    SSL_set_accept_state(c->ssl);
    return c;
}

void tls_conn_free(struct tls_conn *c)
{
    if (!c)
        return;
    SSL_free(c->ssl);
    free(c);
}

// What a call has come to that gave no bytes: 0 at the end of the input, or -1 with errno.
static ssize_t outcome(struct tls_conn *c, int result)
{
    int cause = errno, kind = SSL_get_error(c->ssl, result);
    c->write = kind == SSL_ERROR_WANT_WRITE;
    if (kind == SSL_ERROR_ZERO_RETURN)
        return 0;
    errno = EAGAIN;
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE)
        return -1;
    c->failed = true;
    errno = kind == SSL_ERROR_SSL ? EPROTO : cause ? cause : ECONNRESET;
    return -1;
}

static void begin_call(void)
{
    ERR_clear_error();
    errno = 0;
}

int tls_handshake(struct tls_conn *c, bool *write)
{
    begin_call();
    int result = SSL_do_handshake(c->ssl);
    if (result == 1)
        return 1;
    if (outcome(c, result) < 0 && errno == EAGAIN) {
        *write = c->write;
        return 0;
    }
    if (!c->failed)
        errno = ECONNRESET;
    else if (errno == EPROTO) {
        const char *reason = ERR_reason_error_string(ERR_peek_error());
        log_debug("tls", "handshake: %s", reason ? reason : "?");
        errno = EPROTO;
    }
    c->failed = true;
    return -1;
}

ssize_t tls_recv(struct tls_conn *c, void *bytes, size_t len)
{
    size_t got = 0;
    begin_call();
    int result = SSL_read_ex(c->ssl, bytes, len, &got);
    return result == 1 ? (ssize_t)got : outcome(c, result);
}

ssize_t tls_send(struct tls_conn *c, const void *bytes, size_t len)
{
    size_t sent = 0;
    begin_call();
    int result = SSL_write_ex(c->ssl, bytes, len, &sent);
    if (result == 1)
        return (ssize_t)sent;
    if (outcome(c, result) == 0) { // the peer has said goodbye and is gone
        c->failed = true;
        errno = EPIPE;
    }
    return -1;
}

bool tls_pending(const struct tls_conn *c)
{
    return SSL_pending(c->ssl) > 0;
}

bool tls_wants_write(const struct tls_conn *c)
{
    return c->write;
}

void tls_shutdown(struct tls_conn *c)
{
    if (c->failed || !SSL_is_init_finished(c->ssl) || SSL_get_shutdown(c->ssl) & SSL_SENT_SHUTDOWN)
        return;
    begin_call();
    SSL_shutdown(c->ssl);
    ERR_clear_error();
}
