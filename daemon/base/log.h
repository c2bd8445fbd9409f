// SPDX-License-Identifier: EUPL-1.2
// One line an event on stderr: time, level, module, then the message. No personal data goes here.
#ifndef BASE_LOG_H
#define BASE_LOG_H

enum log_level { LOG_ERROR, LOG_WARN, LOG_INFO, LOG_DEBUG };

// Least important level that is written; LOG_INFO at start.
void log_level(enum log_level most);
void log_line(enum log_level level, const char *module, const char *format, ...) __attribute__((format(printf, 3, 4)));
// Writes the line and ends the process with status 70 (EX_SOFTWARE).
void log_die(const char *module, const char *format, ...) __attribute__((format(printf, 2, 3), noreturn));

#define log_error(module, ...) log_line(LOG_ERROR, module, __VA_ARGS__)
#define log_warn(module, ...) log_line(LOG_WARN, module, __VA_ARGS__)
#define log_info(module, ...) log_line(LOG_INFO, module, __VA_ARGS__)
#define log_debug(module, ...) log_line(LOG_DEBUG, module, __VA_ARGS__)

#endif
