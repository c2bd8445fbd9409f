// SPDX-License-Identifier: EUPL-1.2
// Tables for spreadsheets: RFC 4180 with commas and CRLF, UTF-8 behind a byte order mark.
#ifndef WIRE_CSV_H
#define WIRE_CSV_H

#include "base/arena.h"
#include "base/err.h"
#include "base/text.h"

#include <stddef.h>

// One cell, in quotes where it must be. What a spreadsheet would take for a formula (it begins with = + - @, a tab or a CR)
// gets an apostrophe in front, which makes it a text; within the cell, too, behind a semicolon, a tab or a line end, where a
// spreadsheet that splits at semicolons begins another cell.
void csv_cell(struct text *out, const char *value);
// A JSON object as a document with the columns section,item,field,value: one row for each number, text, truth value or null
// (an empty cell) in it. The section is the member of the object; the item, where that is an array, the number of its
// element; the field is the way from there, parted by dots ("lots.1.cpv.2"). What is counted is counted from 1. Empty
// objects and arrays leave no row. ERR_BAD_JSON when it is no such JSON (wire/strict); out is as it was then.
enum err csv_flatten(struct text *out, const char *json, size_t len, struct arena *arena) MUST_USE;

#endif
