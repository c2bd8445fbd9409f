// SPDX-License-Identifier: EUPL-1.2
// Knows how a password is read.
#include "secret.h"

#include "input.h"
#include "say.h"

#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

static bool terminal(void)
{
    return isatty(STDIN_FILENO) == 1;
}

// One line that is typed; looks for an interrupt meanwhile.
static void type_line(struct call *c, struct text *out)
{
    char bytes[SECRET_MOST];
    struct pollfd wait = {.fd = STDIN_FILENO, .events = POLLIN};
    while (!call_stopped(c))
        if (poll(&wait, 1, 200) > 0) {
            ssize_t n = read(STDIN_FILENO, bytes, sizeof bytes);
            text_add(out, bytes, n > 0 ? (size_t)n : 0);
            break;
        }
}

static void ask(struct call *c, const char *prompt, struct text *out)
{
    struct termios before, quiet;
    call_hold(c); // an interrupt must not leave a terminal that does not echo
    bool known = tcgetattr(STDIN_FILENO, &before) == 0;
    quiet = before;
    quiet.c_lflag &= ~(tcflag_t)ECHO;
    if (known)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &quiet);
    fputs(prompt, stderr); // once nothing echoes: what is typed at it is neither shown nor lost
    type_line(c, out);
    if (known)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    fputc('\n', stderr);
    call_release(c);
}

static void first_line(struct text *t)
{
    t->len = strcspn(text_string(t), "\r\n");
    if (t->data)
        t->data[t->len] = 0;
}

static enum result ask_all(struct call *c, const struct options *o, bool fresh, struct text *out)
{
    bool fr = o->lang == LANG_FR;
    struct text again;
    ask(c,
        !fresh ? (fr ? "Mot de passe : " : "Password: ")
               : (fr ? "Nouveau mot de passe (rien : un lien par courriel à chaque connexion) : "
                     : "New password (nothing: a mailed link at each sign-in): "),
        out);
    first_line(out);
    if (!fresh || out->len == 0)
        return RESULT_DONE;
    text_init(&again, SECRET_MOST);
    ask(c, fr ? "Le même, encore une fois : " : "The same once more: ", &again);
    first_line(&again);
    bool same = text_equal(text_string(out), text_string(&again));
    text_fini(&again);
    if (!same)
        say_no(o->lang, "ce n'est pas deux fois le même", "these two are not the same");
    return same ? RESULT_DONE : RESULT_USAGE;
}

static enum result read_file(const struct options *o, const char *name, struct text *out)
{
    if (!input_whole(o, name, out))
        return RESULT_USAGE;
    first_line(out);
    if (out->len && text_utf8(out->data, out->len))
        return RESULT_DONE;
    if (out->len)
        say_no(o->lang, "--password-file : %s n'est pas en UTF-8", "--password-file: %s is not UTF-8", name);
    else
        say_no(o->lang, "--password-file : %s : la première ligne est vide",
               "--password-file: %s: the first line is empty", name);
    return RESULT_USAGE;
}

enum result secret_read(struct call *c, const struct options *o, bool fresh, struct text *out)
{
    const char *name = o->value[OPTION_PASSWORD_FILE];
    if (terminal() && (!name || text_equal(name, "-")))
        return ask_all(c, o, fresh, out);
    return name ? read_file(o, name, out) : RESULT_DONE;
}
