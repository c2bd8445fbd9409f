// SPDX-License-Identifier: EUPL-1.2
// The long-running process: its parts started in order, run, and stopped in reverse.
#ifndef APP_DAEMON_H
#define APP_DAEMON_H

#include "app/config.h"

// Serves until SIGTERM or SIGINT; at SIGHUP the settings are read again from `source` and the LIVE ones taken into
// `config`, all or none. usable: the data directory as the process can use it (io/account). Returns the process's exit
// status: 0 after an orderly stop.
int daemon_serve(struct config *config, const struct config_source *source, const char *usable);

#endif
