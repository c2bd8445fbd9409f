-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 rows [{"code","fr","en"}], $2 whether they are the official ones (those replace ours, never the reverse)
insert into cpv (code, fr, en, official)
select r.code, r.fr, r.en, $2::boolean from jsonb_to_recordset($1::jsonb) as r (code int, fr text, en text)
on conflict (code) do update set fr = excluded.fr, en = excluded.en, official = excluded.official
    where excluded.official or not cpv.official
