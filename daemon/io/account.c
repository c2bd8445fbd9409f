// SPDX-License-Identifier: EUPL-1.2
// Knows which account the daemon takes and by which path that account reaches the data directory.
#include "io/account.h"

#include "base/arena.h"
#include "base/log.h"
#include "base/text.h"
#include "io/disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SETTINGS_FILE "entregent.conf"
// sun_path holds 108 bytes; the longest name below the directory is pg's socket or its lock.
#define LONGEST_PATH 70

static const char *name_of(uid_t uid)
{
    const struct passwd *pw = getpwuid(uid);
    return pw ? pw->pw_name : "an account without a name";
}

// The folders above, as mkdir -p makes them; what cannot be made shows when the directory itself is made.
static void make_above(const char *data)
{
    char *path = memory_string(data);
    for (char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        mkdir(path, 0755);
        *slash = '/';
    }
    free(path);
}

static int open_folder(const char *data)
{
    make_above(data);
    if (mkdir(data, 0700) != 0 && errno != EEXIST) {
        log_error("account", "cannot make the data directory %s: %s", data, strerror(errno));
        return -1;
    }
    int fd = open(data, O_RDONLY | O_DIRECTORY);
    if (fd < 0)
        log_error("account", "cannot open the data directory %s: %s", data, strerror(errno));
    return fd;
}

// Whether nothing is in the folder but what an administrator puts there before the first start.
static bool is_new(int fd)
{
    bool fresh = true;
    int copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *d = copy < 0 ? NULL : fdopendir(copy);
    if (!d)
        return false;
    for (const struct dirent *e; fresh && (e = readdir(d));)
        fresh = text_equal(e->d_name, ".") || text_equal(e->d_name, "..") || text_equal(e->d_name, "lost+found") ||
                text_equal(e->d_name, SETTINGS_FILE);
    closedir(d);
    return fresh;
}

static const struct passwd *named(const char *user)
{
    bool given = user && *user;
    const char *names[] = {given ? user : "entregent", given ? NULL : "postgres"};
    for (int i = 0; i < 2 && names[i]; i++) {
        const struct passwd *pw = getpwnam(names[i]);
        if (pw && pw->pw_uid != 0)
            return pw;
    }
    return NULL;
}

bool account_named(const char *user)
{
    return named(user) != NULL;
}

static const struct passwd *service_account(const char *user)
{
    const struct passwd *pw = named(user);
    if (pw)
        return pw;
    if (user && *user)
        log_error("account",
                  "the account %s does not exist or is root: name another or make it (adduser --system --group %s)",
                  user, user);
    else
        log_error("account",
                  "root cannot run the database and there is neither an account entregent nor postgres: make "
                  "one (adduser --system --group entregent)");
    return NULL;
}

// Root's directory: given to the account when nothing of value is in it.
static bool give(int fd, const char *data, const struct passwd *pw)
{
    if (!is_new(fd)) {
        log_error("account",
                  "%s belongs to root but is not empty: give it away (chown -R %s %s) or name an empty directory", data,
                  pw->pw_name, data);
        return false;
    }
    bool given = (fchownat(fd, SETTINGS_FILE, pw->pw_uid, pw->pw_gid, AT_SYMLINK_NOFOLLOW) == 0 || errno == ENOENT) &&
                 fchown(fd, pw->pw_uid, pw->pw_gid) == 0 && fchmod(fd, 0700) == 0;
    if (!given)
        log_error("account", "cannot give %s to %s: %s", data, pw->pw_name, strerror(errno));
    return given;
}

static const struct passwd *choose(int fd, const char *data, const char *user)
{
    struct stat st;
    if (fstat(fd, &st) != 0) {
        log_error("account", "cannot look at %s: %s", data, strerror(errno));
        return NULL;
    }
    if (st.st_uid == 0) {
        const struct passwd *pw = service_account(user);
        return pw && give(fd, data, pw) ? pw : NULL;
    }
    const struct passwd *pw = getpwuid(st.st_uid);
    if (!pw)
        log_error("account", "%s belongs to the number %u, which has no account: give it to one (chown -R NAME %s)",
                  data, (unsigned)st.st_uid, data);
    return pw;
}

static bool become(const struct passwd *pw)
{
    gid_t group = pw->pw_gid;
    uid_t real, effective, saved;
    bool done = setgroups(1, &group) == 0 && setresgid(group, group, group) == 0 &&
                setresuid(pw->pw_uid, pw->pw_uid, pw->pw_uid) == 0;
    if (!done || getresuid(&real, &effective, &saved) != 0 || real != pw->pw_uid || effective != pw->pw_uid ||
        saved != pw->pw_uid || setresuid(0, 0, 0) == 0) {
        log_error("account", "cannot become %s for good: %s", pw->pw_name,
                  done ? "root can be taken again" : strerror(errno));
        return false;
    }
    // Without this /proc/self belongs to root, and with it the directory's descriptor.
    prctl(PR_SET_DUMPABLE, 1);
    setenv("HOME", pw->pw_dir, 1);
    setenv("USER", pw->pw_name, 1);
    setenv("LOGNAME", pw->pw_name, 1);
    log_info("account", "runs as %s (uid %u)", pw->pw_name, (unsigned)pw->pw_uid);
    return true;
}

static bool stay(int fd, const char *data)
{
    struct stat st;
    if (fstat(fd, &st) == 0 && st.st_uid == geteuid() && faccessat(fd, ".", R_OK | W_OK | X_OK, AT_EACCESS) == 0)
        return true;
    if (st.st_uid != geteuid())
        log_error("account", "%s belongs to %s: start as that account or as root, or name another directory", data,
                  name_of(st.st_uid));
    else
        log_error("account", "%s cannot be written: allow it (chmod u+rwx %s)", data, data);
    return false;
}

static bool same_folder(int fd, const char *path)
{
    struct stat a, b;
    return fstat(fd, &a) == 0 && stat(path, &b) == 0 && a.st_dev == b.st_dev && a.st_ino == b.st_ino &&
           access(path, R_OK | W_OK | X_OK) == 0;
}

// libpq splits hosts at commas, PostgreSQL's settings split folders at them; quoting is not worth the risk.
static bool is_plain(const char *path)
{
    for (const char *s = path; *s; s++)
        if ((unsigned char)*s <= ' ' || *s == ',' || *s == '"' || *s == '\'' || *s == '\\' || *s == 0x7f)
            return false;
    return strlen(path) <= LONGEST_PATH;
}

// Takes fd: closed when the real path serves.
static enum err find_path(int fd, const char *data, char *real, char **usable)
{
    if (real && is_plain(real) && same_folder(fd, real)) {
        close(fd);
        *usable = real;
        return ERR_OK;
    }
    free(real);
    char *path = disk_path("/proc/self/fd/%d", fd);
    if (same_folder(fd, path)) {
        *usable = path;
        return ERR_OK;
    }
    log_error("account", "%s cannot be reached by the account: open the folders above (chmod a+x), or mount /proc",
              data);
    free(path);
    close(fd);
    return ERR_IO;
}

enum err account_enter(const char *data, const char *user, char **usable)
{
    int fd = open_folder(data);
    if (fd < 0)
        return ERR_IO;
    char *real = realpath(data, NULL);
    const struct passwd *pw = geteuid() == 0 ? choose(fd, data, user) : NULL;
    // No program that is run from now on gets more rights than this process has.
    if ((geteuid() == 0 ? pw && become(pw) : stay(fd, data)) && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0)
        return find_path(fd, data, real, usable);
    free(real);
    close(fd);
    return ERR_IO;
}

void account_try(const char *data, const char *user)
{
    struct stat st;
    if (geteuid() != 0)
        return;
    bool owned = stat(data, &st) == 0 && st.st_uid != 0;
    const struct passwd *pw = owned ? getpwuid(st.st_uid) : named(user);
    if (pw && !become(pw))
        exit(78); // EX_CONFIG
}

enum err account_lock(const char *usable)
{
    char *path = disk_path("%s/lock", usable), pid[24] = "";
    int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0) {
        log_error("account", "cannot open %s: %s", path, strerror(errno));
    } else if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
        ssize_t len = pread(fd, pid, sizeof pid - 1, 0);
        pid[len > 0 ? len : 0] = 0;
        log_error("account", "another entregentd runs on this directory (pid %s)", *pid ? pid : "unknown");
        close(fd);
        fd = -1;
    } else if (ftruncate(fd, 0) != 0 || dprintf(fd, "%d", (int)getpid()) < 0) {
        // Only the message of the other side needs the number; the lock is held.
        log_warn("account", "cannot write %s: %s", path, strerror(errno));
    }
    free(path);
    return fd < 0 ? ERR_IO : ERR_OK; // the descriptor stays open: the lock lives as long as the process
}
