-- SPDX-License-Identifier: EUPL-1.2
-- What all layouts are made of: one row a capability, with its offer's columns in each.
-- part: build
create extension if not exists pg_prewarm;
create function distance(lat float8, lon float8, to_lat float8, to_lon float8) returns float8 language sql immutable parallel safe
    return 2 * 6371.0 * asin(sqrt(least(1, sin((to_lat - lat) * radians(1) / 2) * sin((to_lat - lat) * radians(1) / 2)
        + cos(lat * radians(1)) * cos(to_lat * radians(1)) * sin((to_lon - lon) * radians(1) / 2)
        * sin((to_lon - lon) * radians(1) / 2))));
create unlogged table given (
    offer int, number int, active bool, structures int, full_until int, lat float8, lon float8, siret bigint, labels int,
    cpv int, services int, radius float8, least int, most int, terms int[], excluded int[], blocked bigint[], cpv_keys int[]
);
