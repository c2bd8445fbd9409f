// SPDX-License-Identifier: EUPL-1.2
// The parts that the use cases share, wired together once by app/daemon.
#ifndef APP_PARTS_H
#define APP_PARTS_H

#include "wire/forwarded.h"

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
struct limit;
struct pool;
struct outbox;
struct dispatch;
struct stall;
struct tick;
struct bulk;
struct runner;
struct live;
struct repairs;

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
    struct limit *limits[5];        // who asked how often: one of each kind of app/gate
    struct pool *pool;              // passwords
    struct pool *binder;            // workbooks, which must not keep passwords waiting
    struct outbox *outbox;          // deliveries
    struct dispatch *dispatch;      // from notices to deliveries
    struct tick *tick;              // what the time brings
    struct bulk *bulk;              // imports of many offers
    struct runner *runner;          // children that plan
    struct live *live;              // streams of conventions
    struct repairs *repairs;        // timetables to be mended
    struct stall *stall;
    struct forwarded_nets proxies;  // believed; as the setting says
    unsigned char key[32];          // of the links sent by mail
    const char *data;               // directory of what is not in the database
    char bound[80];                 // address listened on
    bool ready;                     // database and index stand
};

#endif
