// SPDX-License-Identifier: EUPL-1.2
// Whether settings can work here: their forms, the files and accounts they name, and what must fit together.
#ifndef APP_CHECK_H
#define APP_CHECK_H

#include "app/config.h"

// Says every problem. ERR_SETTING when there was one. Files are read with the rights of the process: call it as the
// account that serves. Nothing is changed, made or connected to.
enum err check_settings(const struct config *c, struct config_report *r) MUST_USE;

#endif
