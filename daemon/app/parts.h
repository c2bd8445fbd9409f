// SPDX-License-Identifier: EUPL-1.2
// The parts that the use cases share, wired together once by app/daemon.
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include <stdbool.h>

struct config;
struct loop;
struct pg;
struct server;
struct world;
struct access;
struct matcher;
struct hub;
struct reference;
struct route_counts;

struct parts {
    const struct config *config;
    struct loop *loop;
    struct pg *pg;
    struct server *server;
    struct world *world;
    struct access *access;
    struct matcher *matcher;
    struct hub *hub;
    struct reference *reference;
    bool ready; // database and index stand
};

#endif
