// SPDX-License-Identifier: EUPL-1.2
// What stands around every page that the daemon writes itself: head, foot, style and policy. No page has a script.
#ifndef APP_FRAME_H
#define APP_FRAME_H

#include "app/call.h"

// The language that ?lang= names, before what the browser prefers.
void frame_choose(struct call *c);
// What keeps a choice by ?lang=: "lang=en", or "" when there was none.
const char *frame_kept(struct call *c);
// The path with it; in the arena.
const char *frame_at(struct call *c, const char *path);

// The page is the same for everybody who prefers that language, but for a word to whoever comes with a session.
void frame_share(struct call *c);
// The end answers the call. title is escaped here. about: what search engines say of the page; NULL: it is no page for them.
void frame_begin(struct call *c, struct text *out, const char *title, const char *about);
void frame_end(struct call *c, struct text *out, int status);
// A page that says one thing, and leads on to a path.
void frame_say(struct call *c, int status, const char *title, const char *text, const char *path, const char *onwards);
// That it did not work, and why: what a page says where a program would read a problem.
void frame_refuse(struct call *c, enum err err, const char *why);

#endif
