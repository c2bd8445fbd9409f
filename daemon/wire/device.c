// SPDX-License-Identifier: EUPL-1.2
// Knows browsers and systems by the words in their User-Agent.
#include "wire/device.h"

#include <string.h>

struct mark {
    const char *word, *name;
};

// Each claims to be those below it, too.
static const struct mark browsers[] = {
    {"Edg/", "Edge"}, {"EdgA/", "Edge"}, {"EdgiOS/", "Edge"}, {"OPR/", "Opera"}, {"SamsungBrowser/", "Samsung Internet"}, {"FxiOS/", "Firefox"}, {"Firefox/", "Firefox"},
    {"CriOS/", "Chrome"}, {"Chrome/", "Chrome"}, {"Safari/", "Safari"}, {"entregent/", "entregent"}, {"curl/", "curl"}, {"python", "Python"}, {NULL, NULL},
};
static const struct mark systems[] = {
    {"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"Windows", "Windows"}, {"Mac OS X", "macOS"}, {"CrOS", "ChromeOS"}, {"Linux", "Linux"}, {NULL, NULL},
};

static const char *name_of(const struct mark *m, const char *agent)
{
    while (m->word && !strstr(agent, m->word))
        m++;
    return m->name;
}

const char *device_name(const char *agent, struct arena *arena)
{
    const char *browser = agent ? name_of(browsers, agent) : NULL, *system = agent ? name_of(systems, agent) : NULL;
    if (browser && system)
        return arena_format(arena, "%s · %s", browser, system);
    return browser ? browser : system ? system : "";
}
