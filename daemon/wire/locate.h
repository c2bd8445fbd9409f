// SPDX-License-Identifier: EUPL-1.2
// Where in a JSON text a value stands, so that a person finds it.
#ifndef WIRE_LOCATE_H
#define WIRE_LOCATE_H

#include <stddef.h>

// The line, from 1, in which the value of the JSON pointer begins ("/people/3/id"), or what is nearest around it where
// there is no such value (a field that is missing). Of what is not JSON some line; 0 when there is nothing at all.
size_t locate_line(const char *json, size_t len, const char *pointer);

#endif
