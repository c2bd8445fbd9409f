-- SPDX-License-Identifier: EUPL-1.2
-- Organisations, needs, offers, the journal between them and the matcher, matches and notices.

create table organisation (
    id uuid primary key,
    siret text not null unique check (siret ~ '^[0-9]{14}$'),
    name text not null check (name <> ''),
    kinds text[] not null check (kinds <@ array['buyer', 'supplier', 'organiser']),
    structures text[] not null default '{}', -- registered kinds of a supplier (words of protocol/records.def)
    created timestamptz not null default now()
);

create table token (
    hash text primary key check (hash ~ '^[0-9a-f]{64}$'), -- BLAKE2b of the token, which is not kept
    organisation uuid not null references organisation on delete cascade,
    label text not null default '',
    created timestamptz not null default now(),
    expires timestamptz
);

-- body holds what the client wrote, checked, in its canonical form; columns stand beside it where SQL asks for them.
create table need (
    id uuid primary key, -- version 7: in order of time
    organisation uuid not null references organisation,
    state text not null check (state in ('draft', 'published', 'amended', 'closed', 'awarded', 'cancelled')),
    version int not null default 1,
    deadline timestamptz,
    body jsonb not null,
    source text not null default '', -- '' or the format it was imported from
    source_key text,                 -- identity in that source
    created timestamptz not null default now(),
    updated timestamptz not null default now(),
    unique (source, source_key)
);
create index on need (organisation, id);
create index on need (id) where state in ('published', 'amended');

create table offer (
    organisation uuid primary key references organisation,
    version int not null default 1,
    body jsonb not null,
    source text not null default '', -- '' once its owner has written it
    created timestamptz not null default now(),
    updated timestamptz not null default now()
);

-- What the matcher reads. Numbers are given before commit, so the order of reading is (xid, id), and only rows of
-- transactions older than every running one are read: none can appear behind the cursor.
create table journal (
    id bigint generated always as identity primary key,
    xid xid8 not null default pg_current_xact_id(),
    subject text not null check (subject in ('need', 'offer', 'reference')),
    key uuid, -- the need or the organisation of the offer
    version int,
    what text not null,
    changes jsonb,
    at timestamptz not null default now()
);
create index on journal (xid, id);

create table cursor (
    name text primary key,
    xid xid8 not null default '0',
    id bigint not null default 0
);
insert into cursor (name) values ('matcher'), ('notice_floor'), ('journal_floor'); -- floors: the greatest forgotten

create table match (
    need uuid not null references need,
    organisation uuid not null references organisation,
    state text not null check (state in ('told', 'withdrawn')),
    score int not null,
    partial boolean not null,
    lots jsonb not null, -- [{"lot","capability","score","partial","lines":[{"code","points"}]}]
    offered timestamptz not null, -- when the offer was first stored: ties go to the earliest
    at timestamptz not null default now(),
    primary key (need, organisation)
);
create index on match (organisation, score desc, need);

-- One thing told to one organisation. Written only by matcher_step under the cursor's lock, so ids rise in order of
-- commit and a reader may keep the greatest id it has seen.
create table notice (
    id bigint generated always as identity primary key,
    organisation uuid not null references organisation,
    kind text not null check (kind in ('match', 'amended', 'withdrawn', 'closed', 'awarded', 'cancelled', 'matched')),
    need uuid not null references need,
    need_version int not null,
    offer_version int not null,
    step bigint not null, -- the journal's id that led to it
    body jsonb not null default '{}',
    at timestamptz not null default now(),
    unique (need, organisation, kind, need_version, offer_version, step)
);
create index on notice (organisation, id);
create index on notice (at);

create table idempotency (
    organisation uuid not null references organisation on delete cascade,
    key text not null,
    hash text not null, -- of method, path and body
    status int,
    answer text,
    version int,
    created timestamptz not null default now(),
    primary key (organisation, key)
);
create index on idempotency (created);

-- Reference data
create extension if not exists unaccent;
create text search configuration entregent_fr (copy = french);
alter text search configuration entregent_fr
    alter mapping for hword, hword_part, word with unaccent, french_stem;

create table cpv (
    code int primary key,
    fr text not null,
    en text not null,
    official boolean not null,
    words tsvector generated always as (to_tsvector('entregent_fr', fr) || to_tsvector('english', en)) stored
);
create index on cpv using gin (words);

create table commune (
    code text primary key,
    name text not null,
    postal text not null, -- codes with a blank between
    lat double precision,
    lon double precision
);

-- Views as JSON. plpgsql keeps their plans; SQL functions that look into tables would be planned again by every statement.

create function organisation_json(o organisation) returns jsonb language sql stable as $$
    select jsonb_build_object('id', o.id, 'siret', o.siret, 'name', o.name, 'kinds', o.kinds, 'structures', o.structures)
$$;

create function need_json(n need) returns jsonb language plpgsql stable as $$
begin
    return n.body || jsonb_build_object('id', n.id, 'state', n.state, 'version', n.version, 'created', n.created,
        'updated', n.updated, 'buyer',
        (select jsonb_build_object('id', o.id, 'siret', o.siret, 'name', o.name) from organisation o where o.id = n.organisation));
end $$;

create function need_brief(n need) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('id', n.id, 'title', n.body -> 'title', 'kind', n.body -> 'kind', 'state', n.state,
        'deadline', n.body -> 'deadline', 'places', n.body -> 'places', 'buyer',
        (select jsonb_build_object('id', o.id, 'name', o.name) from organisation o where o.id = n.organisation));
end $$;

create function offer_json(f offer) returns jsonb language plpgsql stable as $$
begin
    return f.body || jsonb_build_object('id', f.organisation, 'version', f.version, 'created', f.created, 'updated', f.updated,
        'organisation', (select organisation_json(o) - 'kinds' from organisation o where o.id = f.organisation));
end $$;

create function notice_json(n notice) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('id', n.id::text, 'kind', n.kind, 'at', n.at, 'version', n.need_version, 'need',
            (select need_brief(d) from need d where d.id = n.need))
        || n.body
        || case when n.kind in ('match', 'amended') then
            coalesce((select jsonb_build_object('score', m.score, 'partial', m.partial, 'lots', m.lots) from match m
                where m.need = n.need and m.organisation = n.organisation), '{}') else '{}' end;
end $$;

-- Changes. Each returns an HTTP status and, for 2xx, the answer.

-- Begins a request that carries a key: no row when it is new, else the former answer, or 422 for another body.
create function idempotency_begin(p_org uuid, p_key text, p_hash text, p_hours int)
    returns table (status int, answer text, version int) language plpgsql as $$
begin
    delete from idempotency i where i.organisation = p_org and i.key = p_key and i.created < now() - make_interval(hours => p_hours);
    insert into idempotency (organisation, key, hash) values (p_org, p_key, p_hash) on conflict do nothing;
    if found then
        return;
    end if;
    return query select case when i.hash = p_hash then i.status else 422 end, case when i.hash = p_hash then i.answer end, i.version
        from idempotency i where i.organisation = p_org and i.key = p_key;
end $$;

create function idempotency_end(p_org uuid, p_key text, p_status int, p_answer text, p_version int) returns void language sql as $$
    update idempotency set status = p_status, answer = p_answer, version = p_version where organisation = p_org and key = p_key
$$;

create function need_add(p_org uuid, p_key text, p_hash text, p_hours int, p_id uuid, p_state text, p_deadline timestamptz, p_body jsonb)
    returns table (status int, answer text, version int, replayed boolean) language plpgsql as $$
declare
    former record;
    made need;
begin
    if p_key is not null then
        select * into former from idempotency_begin(p_org, p_key, p_hash, p_hours);
        if found then
            return query select former.status, former.answer, former.version, true;
            return;
        end if;
    end if;
    insert into need (id, organisation, state, deadline, body) values (p_id, p_org, p_state, p_deadline, p_body) returning * into made;
    if p_state = 'published' then
        insert into journal (subject, key, version, what) values ('need', p_id, 1, 'published');
    end if;
    status := 201;
    answer := need_json(made)::text;
    version := 1;
    replayed := false;
    if p_key is not null then
        perform idempotency_end(p_org, p_key, status, answer, version);
    end if;
    return next;
end $$;

-- to: the state; from_states: where it may come from. 404, 409 (answer: the present state), 410 (its deadline has passed).
create function need_move(p_org uuid, p_key text, p_hash text, p_hours int, p_id uuid, p_to text, p_from text[])
    returns table (status int, answer text, version int, replayed boolean) language plpgsql as $$
declare
    former record;
    made need;
begin
    if p_key is not null then
        select * into former from idempotency_begin(p_org, p_key, p_hash, p_hours);
        if found then
            return query select former.status, former.answer, former.version, true;
            return;
        end if;
    end if;
    replayed := false;
    select * into made from need n where n.id = p_id and n.organisation = p_org for update;
    if not found then
        status := 404;
    elsif not made.state = any (p_from) then
        status := 409;
        answer := made.state;
    elsif p_to = 'published' and made.deadline < now() then
        status := 410;
    else
        update need n set state = p_to, version = n.version + 1, updated = now() where n.id = p_id returning * into made;
        insert into journal (subject, key, version, what) values ('need', p_id, made.version, p_to);
        status := 200;
        answer := need_json(made)::text;
        version := made.version;
        perform idempotency_end(p_org, p_key, status, answer, version);
        return next;
        return;
    end if;
    -- A refusal changes nothing, so the key stays free.
    delete from idempotency i where i.organisation = p_org and i.key = p_key;
    return next;
end $$;

-- 404, 409 (state), 412 (answer: the present version).
create function need_amend(p_org uuid, p_id uuid, p_version int, p_deadline timestamptz, p_body jsonb, p_changes jsonb)
    returns table (status int, answer text, version int) language plpgsql as $$
declare
    made need;
begin
    select * into made from need n where n.id = p_id and n.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
    elsif made.version <> p_version then
        return query select 412, made.version::text, made.version;
    elsif made.state not in ('draft', 'published', 'amended') then
        return query select 409, made.state, made.version;
    elsif made.body = p_body then
        return query select 200, need_json(made)::text, made.version;
    else
        update need n set body = p_body, deadline = p_deadline, version = n.version + 1, updated = now(),
            state = case when n.state = 'draft' then 'draft' else 'amended' end
            where n.id = p_id returning * into made;
        if made.state = 'amended' then
            insert into journal (subject, key, version, what, changes) values ('need', p_id, made.version, 'amended', p_changes);
        end if;
        return query select 200, need_json(made)::text, made.version;
    end if;
end $$;

-- p_version NULL: there must be none yet (428 otherwise). 412 (answer: the present version).
create function offer_put(p_org uuid, p_version int, p_body jsonb)
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
        insert into offer (organisation, body) values (p_org, p_body) on conflict do nothing returning * into made;
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
        update offer f set source = '' where f.organisation = p_org; -- its owner has confirmed it
        return query select 200, offer_json(former)::text, former.version;
        return;
    else
        update offer f set body = p_body, version = f.version + 1, updated = now(), source = ''
            where f.organisation = p_org returning * into made;
    end if;
    insert into journal (subject, key, version, what) values ('offer', p_org, made.version, 'written');
    return query select case when made.version = 1 then 201 else 200 end, offer_json(made)::text, made.version;
end $$;

-- Imports: rows are JSON arrays, each object with "line". A buyer or supplier is made when its SIRET is new.
-- The functions over many rows keep one plan from their first calls, when the tables may be empty and the planner does not
-- know how many rows JSON holds: tables are always entered by an index, and NOT IN, which is hashed, excludes.

create function organisation_join(p_rows jsonb, p_kind text) returns void language sql as $$
    insert into organisation (id, siret, name, kinds)
        select distinct on (r.siret) r.org, r.siret, r.name, array[p_kind]
        from jsonb_to_recordset(p_rows) as r (line int, org uuid, siret text, name text)
        order by r.siret, r.line
        on conflict (siret) do update set kinds = organisation.kinds || excluded.kinds
            where not organisation.kinds @> excluded.kinds;
$$;

create function need_import(p_source text, p_rows jsonb) returns table (line int, id uuid, added boolean) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
    perform organisation_join(p_rows, 'buyer');
    return query
    with r as (
        select * from jsonb_to_recordset(p_rows) as r (line int, need uuid, siret text, key text, deadline timestamptz, body jsonb)
    ), added as (
        insert into need (id, organisation, state, deadline, body, source, source_key)
            select r.need, o.id, 'published', r.deadline, r.body, p_source, r.key
            from r join organisation o on o.siret = r.siret order by r.line
            on conflict (source, source_key) do nothing
            returning need.id, need.source_key
    ), told as (
        insert into journal (subject, key, version, what) select 'need', a.id, 1, 'published' from added a order by a.id
    )
    select r.line, coalesce(a.id, n.id), a.id is not distinct from r.need
    from r left join added a on a.source_key = r.key
        left join need n on n.source = p_source and n.source_key = r.key
    order by r.line;
end $$;

-- Makes the offer where there is none. One that was imported and never written by its owner gains the capabilities whose
-- CPV it has not yet; one that its owner wrote stays as it is.
create function offer_import(p_source text, p_rows jsonb) returns table (line int, id uuid, added boolean, joined text) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    r record;
    org organisation;
    had offer;
    merged jsonb;
begin
    perform organisation_join(p_rows, 'supplier');
    for r in select * from jsonb_to_recordset(p_rows) as x (line int, siret text, structure text, body jsonb) order by x.line loop
        select * into org from organisation o where o.siret = r.siret for update;
        line := r.line;
        id := org.id;
        joined := null;
        insert into offer (organisation, body, source) values (org.id, r.body, p_source) on conflict do nothing returning * into had;
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
            update organisation o set structures = o.structures || r.structure where o.id = org.id;
            joined := case when not added and cardinality(org.structures) > 0 then r.structure end;
        elsif not added and merged = had.body then
            return next;
            continue;
        end if;
        if not added then
            update offer f set body = merged, version = f.version + 1, updated = now() where f.organisation = org.id
                returning * into had;
        end if;
        insert into journal (subject, key, version, what) values ('offer', org.id, had.version, 'written');
        return next;
    end loop;
end $$;

-- The matcher's step: the cursor moves and all that follows from it is stored, together or not at all. False when another
-- daemon was first.
-- p_subjects: [{"need","version","what","changes"} or {"offer","version"}]; p_found: all matches of those subjects,
-- [{"need","need_version","organisation","offer_version","score","partial","offered","lots"}].
create function matcher_step(from_xid xid8, from_id bigint, to_xid xid8, to_id bigint, p_subjects jsonb, p_found jsonb)
    returns boolean language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    update cursor set xid = to_xid, id = to_id where name = 'matcher' and xid = from_xid and id = from_id;
    if not found then
        return false;
    end if;
    with s as materialized (
        select * from jsonb_to_recordset(p_subjects) as s (need uuid, offer uuid, version int, what text, changes jsonb)
    ), f as materialized (
        select distinct on (need, organisation) * from jsonb_to_recordset(p_found) as f (need uuid, need_version int,
            organisation uuid, offer_version int, score int, partial boolean, offered timestamptz, lots jsonb)
            order by need, organisation, need_version desc, offer_version desc
    ), reach as materialized (
        select need, count(*) as suppliers from f group by need
    ), before as materialized (
        select m.need, m.organisation, m.state from match m join f using (need, organisation)
    ), stale as materialized (
        select m.need, m.organisation from match m
            where m.need = any (array(select need from s where what in ('published', 'amended', 'again')))
                and m.state = 'told' and (m.need, m.organisation) not in (select need, organisation from f)
                and exists (select from need n where n.id = m.need and n.state in ('published', 'amended')
                    and (n.deadline is null or n.deadline > now()))
        union
        select m.need, m.organisation from match m
            where m.organisation = any (array(select offer from s where offer is not null))
                and m.state = 'told' and (m.need, m.organisation) not in (select need, organisation from f)
                and exists (select from need n where n.id = m.need and n.state in ('published', 'amended')
                    and (n.deadline is null or n.deadline > now()))
    ), gone as (
        update match m set state = 'withdrawn', at = now() from stale t
        where m.need = t.need and m.organisation = t.organisation
        returning m.need, m.organisation
    ), put as (
        insert into match (need, organisation, state, score, partial, lots, offered)
            select need, organisation, 'told', score, partial, lots, offered from f
            on conflict (need, organisation) do update set state = 'told', score = excluded.score, partial = excluded.partial,
                lots = excluded.lots, at = now()
            where (match.state, match.score, match.partial, match.lots)
                is distinct from ('told', excluded.score, excluded.partial, excluded.lots)
    ), told as (
        select f.organisation, 'match' as kind, f.need, f.need_version, f.offer_version, '{}'::jsonb as body
            from f where (f.need, f.organisation) not in (select need, organisation from before where state = 'told')
        union all
        select b.organisation, 'amended', s.need, s.version, 0, jsonb_build_object('changes', s.changes)
            from s join before b on b.need = s.need where s.what = 'amended' and b.state = 'told' and s.changes <> '[]'
        union all
        select g.organisation, 'withdrawn', g.need, n.version, coalesce(o.version, 0), coalesce(
                (select jsonb_build_object('changes', s.changes) from s where s.need = g.need and s.changes is not null limit 1), '{}')
            from gone g join need n on n.id = g.need left join offer o on o.organisation = g.organisation
        union all
        select m.organisation, s.what, s.need, s.version, 0, '{}'
            from match m join s on s.need = m.need
            where m.need = any (array(select need from s where what in ('closed', 'awarded', 'cancelled'))) and m.state = 'told'
                and s.what in ('closed', 'awarded', 'cancelled')
        union all
        select n.organisation, 'matched', s.need, s.version, 0,
                jsonb_build_object('suppliers', coalesce(k.suppliers, 0))
            from s join need n on n.id = s.need
                left join reach k on k.need = s.need
            where s.what in ('published', 'amended')
    )
    insert into notice (organisation, kind, need, need_version, offer_version, body, step)
        select told.*, to_id from told order by need, organisation, kind
        on conflict do nothing;
    return true;
end $$;

-- Forgets what is over its time, so many rows at a time; true when there is more. What is forgotten leaves its greatest
-- id behind: a reader that asks for an older notice is told to start anew, a daemon that stands before it loads anew.
create function purge(p_notice_days int, p_key_hours int, p_journal_days int, p_rows int) returns boolean language plpgsql as $$
declare
    notices bigint[] := array(select n.id from notice n where n.at < now() - make_interval(days => p_notice_days) order by n.id limit p_rows);
    keys int;
    entries int;
begin
    delete from notice n where n.id = any (notices);
    update cursor c set id = greatest(c.id, notices[cardinality(notices)]) where c.name = 'notice_floor';
    delete from idempotency i where (i.organisation, i.key) in (select k.organisation, k.key from idempotency k
        where k.created < now() - make_interval(hours => p_key_hours) limit p_rows);
    get diagnostics keys = row_count;
    with old as (
        select j.xid, j.id from journal j, cursor c where c.name = 'matcher' and (j.xid, j.id) <= (c.xid, c.id)
            and j.at < now() - make_interval(days => p_journal_days) order by j.xid, j.id limit p_rows
    ), gone as (
        delete from journal j using old where j.id = old.id returning j.xid, j.id
    ), last as (
        select xid, id from gone order by xid desc, id desc limit 1
    )
    update cursor c set xid = last.xid, id = last.id from last where c.name = 'journal_floor';
    get diagnostics entries = row_count;
    return cardinality(notices) = p_rows or keys = p_rows or entries > 0;
end $$;

-- After a restore into another cluster, whose transaction numbers are others: what was read is dropped, what was not is
-- numbered so that it will be. Notices told after the backup are lost, but readers have seen their ids: the next ones
-- are far beyond, so that nobody takes a new notice for one that was seen.
create function journal_rebase() returns void language sql as $$
    delete from journal j using cursor c where c.name = 'matcher' and (j.xid, j.id) <= (c.xid, c.id);
    update journal set xid = '3';
    update cursor set xid = '0', id = 0 where name in ('matcher', 'journal_floor');
    select setval(pg_get_serial_sequence('notice', 'id'), greatest((select coalesce(max(id), 0) from notice),
        (extract(epoch from clock_timestamp()) * 1000)::bigint) + 1000000000);
$$;
