-- SPDX-License-Identifier: EUPL-1.2
-- A million offers: beside its body each keeps what matching reads of it, packed; and many are stored by one statement.

-- packed: bytes that the daemon makes of the body (wire/pack). They are as good as the body when packed_stamp is the stamp of
-- the daemon that reads them: else it reads the body, and stores what it made of that.
alter table offer add packed bytea, add packed_stamp bigint;

-- As before, with the packed form.
drop function offer_put;
create function offer_put(p_org uuid, p_version int, p_body jsonb, p_packed bytea, p_stamp bigint)
    returns table (status int, answer text, version int) language plpgsql as $$
declare
    made offer;
    former offer;
begin
    select * into former from offer f where f.organisation = p_org for update;
    if not found then
        if p_version is not null then
            return query select 412, '0', 0;
            return;
        end if;
        insert into offer (organisation, body, packed, packed_stamp) values (p_org, p_body, p_packed, p_stamp) on conflict do nothing returning * into made;
        if not found then
            return query select 412, '1', 1;
            return;
        end if;
    elsif p_version is null then
        return query select 428, former.version::text, former.version;
        return;
    elsif former.version <> p_version then
        return query select 412, former.version::text, former.version;
        return;
    elsif former.body = p_body then
        update offer f set source = '', packed = p_packed, packed_stamp = p_stamp where f.organisation = p_org; -- its owner has confirmed it
        return query select 200, offer_json(former)::text, former.version;
        return;
    else
        update offer f set body = p_body, packed = p_packed, packed_stamp = p_stamp, version = f.version + 1, updated = now(), source = ''
            where f.organisation = p_org returning * into made;
    end if;
    insert into journal (subject, key, version, what) values ('offer', p_org, made.version, 'written');
    return query select case when made.version = 1 then 201 else 200 end, offer_json(made)::text, made.version;
end $$;

-- As before; an offer that gains capabilities here is packed by the daemon that reads it.
create or replace function offer_import(p_source text, p_rows jsonb) returns table (line int, id uuid, added boolean, joined text) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    r record;
    org organisation;
    had offer;
    merged jsonb;
begin
    perform organisation_join(p_rows, 'supplier');
    for r in select x.*, decode(x.packed, 'base64') as bytes from jsonb_to_recordset(p_rows) as x (line int, siret text, structure text, body jsonb,
            packed text, stamp bigint) order by x.line loop
        select * into org from organisation o where o.siret = r.siret for update;
        line := r.line;
        id := org.id;
        joined := null;
        added := false;
        if org.erased is not null then
            return next;
            continue;
        end if;
        insert into offer (organisation, body, source, packed, packed_stamp) values (org.id, r.body, p_source, r.bytes, r.stamp)
            on conflict do nothing returning * into had;
        added := found;
        if not added then
            select * into had from offer f where f.organisation = org.id for update;
        end if;
        if added then
            null;
        elsif had.source = p_source then
            merged := jsonb_set(had.body, '{capabilities}', had.body -> 'capabilities' || coalesce((select jsonb_agg(c) from
                jsonb_array_elements(r.body -> 'capabilities') c where not exists (select from
                jsonb_array_elements(had.body -> 'capabilities') d where d ->> 'cpv' = c ->> 'cpv')), '[]'));
        else
            merged := had.body;
        end if;
        if r.structure is not null and not r.structure = any (org.structures) then
            update organisation o set structures = o.structures || r.structure, declared = array_remove(o.declared, r.structure),
                version = o.version + 1 where o.id = org.id;
            perform audit_add(org.id, 'claim_confirmed', r.structure, jsonb_build_object('source', p_source));
            joined := case when not added and cardinality(org.structures) > 0 then r.structure end;
        elsif not added and merged = had.body then
            return next;
            continue;
        end if;
        if not added then
            update offer f set body = merged, version = f.version + 1, updated = now(),
                packed = case when merged = had.body then f.packed end, packed_stamp = case when merged = had.body then f.packed_stamp end
                where f.organisation = org.id returning * into had;
        end if;
        insert into journal (subject, key, version, what) values ('offer', org.id, had.version, 'written');
        return next;
    end loop;
end $$;

-- Many entries of one kind at once, chained as audit_add does it.
create function audit_link(p_link text, p_head text, p_said text) returns text language plpgsql immutable as $$
begin
    return encode(sha256(convert_to(coalesce(p_link, p_head) || p_said, 'UTF8')), 'hex');
end $$;
create aggregate audit_chain(p_head text, p_said text) (sfunc = audit_link, stype = text);

create function audit_add_each(p_orgs uuid[], p_what text, p_subjects text[], p_detail jsonb) returns int language plpgsql security definer as $$
declare
    head audit_head;
    same text;
begin
    if p_orgs is null then
        return 0;
    end if;
    select * into head from audit_head for update;
    same := jsonb_build_object('at', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), 'person', app_person(),
        'by', app_org(), 'rights', current_setting('app.rights', true), 'what', p_what, 'detail', p_detail)::text;
    same := left(same, -1); -- put together as text: a million jsonb_build_object take their time
    with said as (
        select head.seq + x.n as seq, x.organisation, format('%s, "seq": %s, "subject": %s, "organisation": "%s"}', same, head.seq + x.n,
            to_json(x.subject), x.organisation) as entry
        from unnest(p_orgs, p_subjects) with ordinality as x (organisation, subject, n)
    ), made as (
        insert into audit (seq, organisation, entry, hash)
            select s.seq, s.organisation, s.entry, audit_chain(head.hash, s.entry) over (order by s.seq) from said s
            returning seq, hash
    )
    update audit_head set (seq, hash) = (select m.seq, m.hash from made m order by m.seq desc limit 1);
    return cardinality(p_orgs);
end $$;

do $$
begin
    execute format('alter function audit_add_each set search_path = %I, pg_catalog, pg_temp', current_schema());
end $$;

-- As before, for both that add to the audit log.
create or replace function app_grants() returns void language plpgsql as $$
begin
    if not exists (select from pg_roles where rolname = 'entregent_app') then
        begin
            create role entregent_app login noinherit nosuperuser nobypassrls;
        exception
            when duplicate_object or unique_violation then null; -- another daemon was first
            when insufficient_privilege then
                raise exception 'role entregent_app is missing, and % may not make it', current_user
                    using hint = format('as an administrator: create role entregent_app nologin; grant entregent_app to %I', current_user);
        end;
    end if;
    if exists (select from pg_roles where rolname = 'entregent_app' and (rolsuper or rolbypassrls)) then
        raise exception 'role entregent_app must be neither superuser nor bypass row-level security';
    end if;
    if not pg_has_role(current_user, 'entregent_app', 'member') then
        begin
            execute format('grant entregent_app to %I', current_user);
        exception when insufficient_privilege then
            raise exception '% may not act as entregent_app', current_user
                using hint = format('as an administrator: grant entregent_app to %I', current_user);
        end;
    end if;
    execute format('grant usage on schema %I to entregent_app', current_schema());
    execute format('grant select, insert, update, delete on all tables in schema %I to entregent_app', current_schema());
    execute format('grant usage on all sequences in schema %I to entregent_app', current_schema());
    revoke insert, update, delete, truncate on schema_file, cpv, commune from entregent_app;
    revoke insert, update, delete on audit from entregent_app;
    revoke all on audit_head from entregent_app;
    revoke execute on function audit_add from public;
    grant execute on function audit_add to entregent_app;
    revoke execute on function audit_add_each from public;
    grant execute on function audit_add_each to entregent_app;
end $$;

-- Two calls that make the same organisation at the same moment: the second is tried again, and finds it.
create function clash() returns text language plpgsql as $$
begin
    raise exception 'made by somebody else meanwhile' using errcode = 'serialization_failure';
end $$;

-- Offers of many organisations at once, by one statement. p_rows: [{"line","org","siret","name","structures","body","packed","stamp"}];
-- org: the id where the SIRET is new. One line each comes back. An offer is replaced as a whole, unless its owner has written it;
-- p_source '': its owner writes it by this (every line is the caller's own), replaces what he has written, and no other source
-- replaces it from then on. A line that is refused changes nothing. Of several lines of one SIRET the last one's offer stands.
-- Tables are entered by lists of keys, everything else is hashed: rows of JSON have no statistics and no index.
create function offers_bulk(p_source text, p_rows jsonb) returns table (line int, id uuid, added boolean, refused text) language plpgsql
    set enable_seqscan = off set enable_nestloop = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
    return query
    with r as materialized (
        select * from jsonb_to_recordset(p_rows) as x (line int, org uuid, siret text, name text, structures text[], body jsonb, packed text, stamp bigint)
    ), span as materialized (
        select r.siret, max(r.line) as last, count(*) > 1 as several from r group by r.siret
    ), claimed as materialized (
        select r.siret, array_agg(distinct s order by s) as structures from r, unnest(r.structures) s
            where r.siret in (select x.siret from span x where x.several) group by r.siret
    ), one as materialized (
        select r.line, r.org, r.siret, r.name, coalesce(c.structures, r.structures, '{}') as structures, r.body, decode(r.packed, 'base64') as packed, r.stamp
            from span x join r on r.line = x.last left join claimed c on c.siret = x.siret
    ), known as materialized ( -- nobody erases or changes it meanwhile
        select o.id, o.siret, o.kinds, o.structures, o.erased is not null as erased from organisation o
            where o.siret = any (array(select one.siret from one)) order by o.siret for no key update
    ), fresh as (
        insert into organisation (id, siret, name, kinds, structures)
            select one.org, one.siret, one.name, '{supplier}', one.structures
            from one where one.siret not in (select k.siret from known k) order by one.siret
            on conflict (siret) do nothing returning id, siret, structures
    ), had as materialized (
        select f.organisation, f.source, f.body from offer f
            where f.organisation = any (array(select k.id from known k where not k.erased)) order by f.organisation for update
    ), org as materialized ( -- joins: becomes a supplier
        select k.id, k.siret, k.structures, not k.kinds @> '{supplier}' as joins, h.source, h.body, case when k.erased then 'erased' when h.source = '' and p_source <> '' then 'own' end as refused
            from known k left join had h on h.organisation = k.id
        union all
        select f.id, f.siret, '{}', false, null, null, null from fresh f
    ), want as materialized (
        select o.id, o.joins, x.gained, o.source is not null as had, o.body <> one.body or o.joins or x.gained <> '{}' as changes, one.body, one.packed, one.stamp
            from one join org o on o.siret = one.siret, lateral (select case when one.structures <@ o.structures then '{}'
                when o.structures = '{}' then one.structures else array(select unnest(one.structures) except select unnest(o.structures)) end as gained) x
            where o.refused is null
    ), joined as (
        update organisation o set kinds = case when w.joins then o.kinds || '{supplier}'::text[] else o.kinds end, structures = o.structures || w.gained,
                declared = array(select unnest(o.declared) except select unnest(w.gained)), version = o.version + (w.gained <> '{}')::int
            from want w where w.id = o.id and o.id = any (array(select x.id from want x join known k on k.id = x.id where x.joins or x.gained <> '{}'))
    ), added as (
        insert into offer (organisation, body, source, packed, packed_stamp)
            select w.id, w.body, p_source, w.packed, w.stamp from want w where not w.had order by w.id
            on conflict do nothing returning organisation
    ), changed as (
        update offer f set body = w.body, packed = w.packed, packed_stamp = w.stamp, source = p_source, version = f.version + 1, updated = now()
            from want w where w.id = f.organisation and f.organisation = any (array(select x.id from want x where x.had and x.changes))
            returning f.organisation, f.version
    ), confirmed as ( -- as it was, but its owner's from now on
        update offer f set source = ''
            where p_source = '' and f.source <> '' and f.organisation = any (array(select x.id from want x where x.had and not x.changes))
    ), told as (
        insert into journal (subject, key, version, what)
            select 'offer', x.organisation, x.version, 'written' from (select a.organisation, 1 as version from added a union all select c.organisation, c.version from changed c) x
    ), audited as materialized (
        select audit_add_each(array_agg(w.id), 'claim_confirmed', array_agg(s), jsonb_build_object('source', p_source)) as count from want w, unnest(w.gained) s
    )
    select r.line, o.id, a.organisation is not null and r.line = x.last,
        coalesce(o.refused, case when o.id is null then clash() when o.source is null and a.organisation is null then -- its owner wrote it this very moment
            case when p_source = '' then clash() else 'own' end end)
    from r join span x on x.siret = r.siret left join org o on o.siret = r.siret left join added a on a.organisation = o.id
    where (select x.count from audited x) is not null
    order by r.line;
end $$;

-- What a daemon made of bodies that it found without a packed form that it can read. Nothing has changed for anybody: no version, no journal row.
create function offers_repack(p_ids uuid[], p_versions int[], p_packed text[], p_stamp bigint) returns int language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    did int;
begin
    update offer f set packed = decode(r.packed, 'base64'), packed_stamp = p_stamp
        from unnest(p_ids, p_versions, p_packed) as r (id, version, packed) where f.organisation = r.id and f.version = r.version;
    get diagnostics did = row_count;
    return did;
end $$;
