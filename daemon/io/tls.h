// SPDX-License-Identifier: EUPL-1.2
// TLS for the server's connections (OpenSSL): TLS 1.2 and 1.3, a certificate with its chain and its key.
#ifndef IO_TLS_H
#define IO_TLS_H

#include "base/err.h"

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct tls;      // certificate and key; shared by the connections that began with it
struct tls_conn; // one connection's side

// Reads both files (PEM). ERR_SETTING, with what is wrong and in which file in `why`, when one cannot be read, holds
// something else, the key is not the certificate's, or the certificate has expired.
enum err tls_load(const char *certificate, const char *key, struct tls **out, char why[static 256]) MUST_USE;
// Connections that use it keep it until they end. NULL is fine.
void tls_free(struct tls *t);

// The socket is borrowed, non-blocking.
struct tls_conn *tls_conn_new(struct tls *t, int fd);
void tls_conn_free(struct tls_conn *c); // NULL is fine
// 1 when the handshake is over; 0 when it waits (*write: for the socket to be writable, else readable); -1 failed:
// errno EPROTO when the peer does not speak TLS as wanted, else it has gone.
int tls_handshake(struct tls_conn *c, bool *write);
// As recv and send on a non-blocking socket: bytes, 0 for the end of the input, or -1 with errno EAGAIN or another.
ssize_t tls_recv(struct tls_conn *c, void *bytes, size_t len);
// EPROTO: the peer broke the protocol. What a tls_send did not take must come first in the next one.
ssize_t tls_send(struct tls_conn *c, const void *bytes, size_t len);
// Whether the last call that gave EAGAIN waits for the socket to be writable; else for it to be readable. It may be the
// other one than usual: TLS has words of its own to say.
bool tls_wants_write(const struct tls_conn *c);
// Bytes decrypted and not yet read: the socket will not become readable for them.
bool tls_pending(const struct tls_conn *c);
// Says goodbye (close_notify) as far as the socket takes it.
void tls_shutdown(struct tls_conn *c);

#endif
