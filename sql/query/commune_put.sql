-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 rows [{"code","name","postal","lat","lon"}]
insert into commune (code, name, postal, lat, lon)
select r.code, r.name, r.postal, r.lat, r.lon
from jsonb_to_recordset($1::jsonb) as r (code text, name text, postal text, lat double precision, lon double precision)
on conflict (code) do update set name = excluded.name, postal = excluded.postal, lat = excluded.lat, lon = excluded.lon
