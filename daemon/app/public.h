// SPDX-License-Identifier: EUPL-1.2
// The pages that everybody may read, robots too: start, open needs, one need, a public convention. Nothing of them is anybody's own.
#ifndef APP_PUBLIC_H
#define APP_PUBLIC_H

#include "app/call.h"

void public_start(struct call *c);
void public_needs(struct call *c);
void public_need(struct call *c);
void public_convention(struct call *c);
// What a browser sees at an address that is none.
void public_lost(struct call *c);
void public_robots(struct call *c);
void public_sitemap(struct call *c);

#endif
