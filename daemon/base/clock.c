// SPDX-License-Identifier: EUPL-1.2
// Knows what time it is and how times are written.
#include "base/clock.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static int64_t fixed;

int64_t clock_wall(void)
{
    struct timespec now;
    if (fixed)
        return fixed;
    clock_gettime(CLOCK_REALTIME, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t clock_mono(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

void clock_fix(int64_t wall_ms)
{
    fixed = wall_ms;
}

// Days since 1970-01-01 of a date of the proleptic Gregorian calendar, and back (Howard Hinnant's algorithms).
static int32_t days_of(int year, int month, int day)
{
    year -= month <= 2;
    int era = (year >= 0 ? year : year - 399) / 400;
    int of_era = year - era * 400;
    int of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    return era * 146097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719468;
}

static void date_of(int32_t days, int *year, int *month, int *day)
{
    days += 719468;
    int era = (days >= 0 ? days : days - 146096) / 146097;
    int of_era = days - era * 146097;
    int years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int of_year = of_era - (365 * years + years / 4 - years / 100);
    int m = (5 * of_year + 2) / 153;
    *day = of_year - (153 * m + 2) / 5 + 1;
    *month = m < 10 ? m + 3 : m - 9;
    *year = years + era * 400 + (*month <= 2);
}

void clock_format_day(int32_t days, char out[static 12])
{
    int year, month, day;
    date_of(days, &year, &month, &day);
    snprintf(out, 12, "%04d-%02d-%02d", year % 10000, month, day);
}

void clock_format(int64_t seconds, char out[static 25])
{
    int64_t days = seconds / 86400 - (seconds % 86400 < 0);
    unsigned rest = (unsigned)(seconds - days * 86400);
    char day[12];
    clock_format_day((int32_t)days, day);
    snprintf(out, 25, "%.10sT%02u:%02u:%02uZ", day, rest / 3600 % 24, rest / 60 % 60, rest % 60);
}

// n digits at *s as a number, moving *s behind them; -1 when they are not digits.
static int digits(const char **s, int n)
{
    int value = 0;
    for (; n; n--, (*s)++) {
        if (**s < '0' || **s > '9')
            return -1;
        value = value * 10 + (**s - '0');
    }
    return value;
}

static bool parse_date(const char **s, int32_t *out)
{
    int year = digits(s, 4);
    if (year < 0 || *(*s)++ != '-')
        return false;
    int month = digits(s, 2);
    if (month < 1 || month > 12 || *(*s)++ != '-')
        return false;
    int day = digits(s, 2);
    if (day < 1)
        return false;
    int32_t first = days_of(year, month, 1);
    int32_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
    *out = first + day - 1;
    return *out < next;
}

bool clock_parse_day(const char *s, int32_t *day)
{
    return parse_date(&s, day) && *s == 0;
}

bool clock_parse(const char *s, int64_t *seconds)
{
    int32_t day;
    if (!parse_date(&s, &day) || (*s != 'T' && *s != 't'))
        return false;
    s++;
    int hour = digits(&s, 2);
    if (hour < 0 || hour > 23 || *s++ != ':')
        return false;
    int minute = digits(&s, 2);
    if (minute < 0 || minute > 59 || *s++ != ':')
        return false;
    int second = digits(&s, 2);
    if (second < 0 || second > 59)
        return false;
    if (*s == '.') {
        const char *from = ++s;
        while (*s >= '0' && *s <= '9')
            s++;
        if (s == from)
            return false;
    }
    int offset = 0;
    if (*s == '+' || *s == '-') {
        int sign = *s++ == '-' ? -1 : 1;
        int hours = digits(&s, 2);
        if (hours < 0 || hours > 14 || *s++ != ':')
            return false;
        int minutes = digits(&s, 2);
        if (minutes < 0 || minutes > 59)
            return false;
        offset = sign * (hours * 60 + minutes);
    } else if (*s == 'Z' || *s == 'z')
        s++;
    else
        return false;
    *seconds = (int64_t)day * 86400 + hour * 3600 + minute * 60 + second - offset * 60;
    return *s == 0;
}

// The last Sunday of the month as days since 1970-01-01 (which was a Thursday).
static int32_t last_sunday(int year, int month)
{
    int32_t last = days_of(year, month, 31);
    return last - (last + 4) % 7;
}

int64_t clock_end_of_day_paris(int32_t day)
{
    int year, month, of_month;
    date_of(day + 1, &year, &month, &of_month);
    int64_t midnight = (int64_t)(day + 1) * 86400 - 3600; // as winter time
    int64_t summer = (int64_t)last_sunday(year, 3) * 86400 + 3600;
    int64_t winter = (int64_t)last_sunday(year, 10) * 86400 + 3600;
    return midnight >= summer && midnight - 3600 < winter ? midnight - 3600 : midnight;
}
