// SPDX-License-Identifier: EUPL-1.2
// Sheets, cards, QR codes and calendars of a convention. One function a route of protocol/routes.def.
#ifndef APP_PAPERS_H
#define APP_PAPERS_H

#include "app/call.h"

void papers_qr(struct call *c);
void papers_sheets(struct call *c);
void papers_cards(struct call *c);
void papers_calendar(struct call *c);
void papers_sheet(struct call *c);

#endif
