-- SPDX-License-Identifier: EUPL-1.2
-- What the web client needs.

-- Buyers see their needs live: whatever changes a match, each daemon of this database hears which need it was, and tells the
-- streams of its organisation (app/hub). The same need is said once a transaction.
create function match_stirred() returns trigger language plpgsql as $$
begin
    perform pg_notify('entregent', n.organisation || ' ' || n.id) from need n where n.id = any (array(select distinct c.need from changed c));
    return null;
end $$;
create trigger match_added after insert on match referencing new table as changed for each statement execute function match_stirred();
create trigger match_changed after update on match referencing new table as changed for each statement execute function match_stirred();

-- The last entry of the audit log, for who may not read its head.
create function audit_end() returns audit_head language sql stable security definer as $$
    select * from audit_head
$$;

do $$
begin
    execute format('alter function audit_end set search_path = %I, pg_catalog, pg_temp', current_schema());
end $$;
