-- SPDX-License-Identifier: EUPL-1.2
-- Conventions: days of rendez-vous d'affaires with their people, requests, timetables, what became of them; and who is told of what.

create extension if not exists btree_gist;

-- A UUID version 7 (RFC 9562, 6.2 method 3) of p_nth microseconds after this transaction began: rows made together stay in their order.
create function uuid_nth(p_nth bigint) returns uuid language sql volatile as $$
    select encode(overlay(uuid_send(gen_random_uuid()) placing substring(int8send(t.us / 1000) from 3) || substring(int8send(28672 + t.us % 1000 * 4096 / 1000) from 7) from 1), 'hex')::uuid
    from (select (extract(epoch from now()) * 1000000)::bigint + p_nth as us) t
$$;

-- body: the record "convention", canonical. Its sessions are laid out as slots, its tables as rows, by convention_settle.
create table convention (
    id uuid primary key,
    organisation uuid not null references organisation, -- the organiser
    state text not null check (state in ('draft', 'open', 'closed', 'over', 'cancelled')),
    version int not null default 1,
    body jsonb not null,
    current uuid,                      -- the timetable that is published; what it holds lies in meeting
    numbers int not null default 0,    -- of timetables, given out
    happened bigint not null default 0, -- of happenings, given out
    repair timestamptz,                -- since when the published timetable is to be mended
    repair_why jsonb,                  -- what asked for it last: {"what","participant"|"request"|"table"}
    hall uuid not null unique default gen_random_uuid(), -- what the hall board's secret address stands for
    reminded boolean not null default false,
    starts timestamptz,                -- of the first slot
    ends timestamptz,                  -- of the last one
    created timestamptz not null default now(),
    updated timestamptz not null default now()
);
create index on convention (organisation, id);
create index on convention (repair) where repair is not null;
create index on convention (ends) where state in ('open', 'closed');

-- Slots are numbered from 1 through all sessions, in the order of time.
create table convention_slot (
    convention uuid not null references convention on delete cascade,
    number int not null check (number between 1 and 64),
    session int not null,  -- from 1
    name text not null,    -- of the session
    day int not null,      -- from 1
    during tstzrange not null check (not isempty(during) and lower_inc(during) and not upper_inc(during)),
    primary key (convention, number),
    unique (convention, number, during),
    exclude using gist (convention with =, during with &&) deferrable initially immediate
);

create table convention_table (
    convention uuid not null references convention on delete cascade,
    number int not null check (number > 0), -- stays with the name
    name text not null check (name <> ''),
    lost boolean not null default false, -- cannot be used for now
    primary key (convention, number),
    unique (convention, name)
);

-- A person of an organisation here, or of none. key: what the secret addresses of this person stand for.
-- listed: entered by the organiser, counts as coming. invited: has not answered, is not planned.
create table participant (
    id uuid primary key,
    number int not null unique generated always as identity, -- in arrays of people
    convention uuid not null references convention on delete cascade,
    organisation uuid references organisation,
    person uuid references person on delete set null,
    email text check (email = lower(email)), -- NULL: erased
    name text not null,
    company text,
    side text check (side in ('buyer', 'supplier')),
    language text not null default 'fr' check (language in ('fr', 'en')),
    state text not null check (state in ('listed', 'invited', 'coming', 'declined', 'withdrawn')),
    found boolean not null default false, -- its address is that of a match's supplier: the organiser is not shown it until the person says that it comes
    version int not null default 1,
    body jsonb not null default '{}',  -- {"absent":[slots],"most","rest","table","bound"}
    missing int[] not null default '{}', -- slots at which it was found not to be there
    key uuid not null unique default gen_random_uuid(),
    arrived timestamptz,
    created timestamptz not null default now(),
    updated timestamptz not null default now(),
    unique (convention, id),
    unique (convention, email)
);
create index on participant (organisation);
create index on participant (person);
create index on participant (email);

-- Two people who are to meet, once. first asks, or the organiser for it. people: the numbers of both, and of groups whose
-- members are bound together as numbers below zero: two meetings that share one are never at the same time.
create table request (
    id uuid primary key, -- of the meeting too
    convention uuid not null references convention on delete cascade,
    first uuid not null,
    second uuid not null,
    people int[] not null,
    origin text not null check (origin in ('match', 'wish', 'organiser')),
    priority int not null check (priority between 1 and 5), -- 5 is wanted most
    state text not null check (state in ('asked', 'accepted', 'declined', 'withdrawn')),
    need uuid references need on delete set null, -- of the match that it comes from
    message text,
    session int,                            -- where it must lie
    slot int,                               -- where it is pinned
    seat int,                               -- table to which it is pinned
    forbidden int[] not null default '{}',  -- slots where it must not lie
    after uuid[] not null default '{}',     -- requests whose meetings come before
    sequence int not null default 0,        -- of calendars: +1 with each change that is told
    version int not null default 1,
    answered timestamptz,
    created timestamptz not null default now(),
    updated timestamptz not null default now(),
    check (first <> second),
    unique (id, people),
    unique (id, convention),
    foreign key (convention, first) references participant (convention, id) on delete cascade,
    foreign key (convention, second) references participant (convention, id) on delete cascade,
    foreign key (convention, slot) references convention_slot (convention, number),
    foreign key (convention, seat) references convention_table (convention, number)
);
create unique index request_pair on request (convention, least(first, second), greatest(first, second));
create index on request (first);
create index on request (second);
create index on request (need) where need is not null;

-- A run of the solver. requests: the meetings of its agenda, in that order.
create table plan (
    id uuid primary key,
    convention uuid not null references convention on delete cascade,
    kind text not null check (kind in ('plan', 'repair')),
    state text not null check (state in ('running', 'done', 'stopped', 'failed')),
    options jsonb not null default '{}',
    base uuid,                             -- the timetable that was published when it began
    requests uuid[] not null,
    asked timestamptz,                     -- of a repair: what was asked for until then
    progress jsonb,                        -- the last: {"seconds","levels"}
    curve jsonb not null default '[]',     -- one each second at most
    timetable uuid,                        -- what came of it
    said jsonb,                            -- why it ended: {"fr","en"}
    stopping boolean not null default false,
    started timestamptz not null default now(),
    seen timestamptz not null default now(), -- the process that runs it has said something
    ended timestamptz
);
create unique index plan_running on plan (convention, kind) where state = 'running'; -- who waits in the hall does not wait for a plan
create index on plan (convention, id);

-- A version. What the published one holds lies in meeting, of the others in placement.
create table timetable (
    id uuid primary key,
    convention uuid not null references convention on delete cascade,
    number int not null,
    state text not null check (state in ('draft', 'preliminary', 'final', 'replaced', 'dropped')),
    made text not null check (made in ('plan', 'repair', 'hand', 'upload', 'acceptance')),
    version int not null default 1,
    base uuid references timetable,        -- what was published when it was made
    plan uuid references plan on delete set null,
    levels jsonb not null default '{}',    -- {"weight":{"value","bound","proven"},...}
    left_out jsonb not null default '[]',  -- [{"request","kind","fr","en"}]
    why jsonb,                             -- of a repair: what asked for it
    created timestamptz not null default now(),
    published timestamptz,
    unique (convention, number)
);
alter table convention add foreign key (current) references timetable deferrable initially deferred;
alter table plan add foreign key (timetable) references timetable on delete set null, add foreign key (base) references timetable on delete set null;

create table placement (
    timetable uuid not null references timetable on delete cascade,
    request uuid not null references request on delete cascade,
    slot int not null,
    seat int not null,
    primary key (timetable, request)
);
create index on placement (request);

-- The published timetable. Nobody and no table is in two meetings at once, whoever writes here: during and people are held
-- to the slot and to the request by foreign keys, and always filled in; from them follow the bookings.
create table meeting (
    request uuid primary key,
    convention uuid not null references convention on delete cascade,
    slot int not null,
    seat int not null,
    during tstzrange not null,
    people int[] not null check (cardinality(people) >= 2),
    at timestamptz not null default now(),
    foreign key (request, people) references request (id, people) on update cascade on delete cascade,
    foreign key (request, convention) references request (id, convention) on delete cascade,
    foreign key (convention, slot, during) references convention_slot (convention, number, during) on update cascade,
    foreign key (convention, seat) references convention_table (convention, number),
    unique (request, convention),
    constraint meeting_seat exclude using gist (seat with =, during with &&, convention with =) deferrable initially immediate
);
create index on meeting (convention, slot);

-- Whom a meeting takes up, and when: written with it, by nobody else. (One constraint over the arrays of people would do, but
-- takes ten times as long: 7 s for 15,000 meetings.)
create table booking (
    request uuid not null,
    convention uuid not null,
    person int not null, -- number of a participant, or of who is bound together below zero
    during tstzrange not null,
    primary key (request, person),
    foreign key (request, convention) references meeting (request, convention) on delete cascade,
    constraint booking_person exclude using gist (person with =, during with &&, convention with =) deferrable initially immediate
);
create index on booking (person);

-- What became of a meeting, by each side.
create table outcome (
    request uuid not null references request on delete cascade,
    participant uuid not null references participant on delete cascade,
    met boolean not null,
    useful boolean,
    follow_up text check (follow_up in ('none', 'contact', 'quote', 'contract')),
    at timestamptz not null default now(),
    primary key (request, participant)
);
create index on outcome (participant);

-- What streams of a convention tell, numbered without gaps in the order of commit: the convention's row is locked for it.
create table happening (
    convention uuid not null references convention on delete cascade,
    seq bigint not null,
    kind text not null,
    body jsonb not null default '{}',
    at timestamptz not null default now(),
    primary key (convention, seq)
);
create index on happening (at);

-- People of a request, always as its participants say.
create function request_people() returns trigger language plpgsql as $$
begin
    new.people := (select array_agg(distinct x order by x) from participant p, lateral unnest(array[p.number, -(p.body ->> 'bound')::int]) x
        where p.id in (new.first, new.second) and x is not null);
    return new;
end $$;
create trigger request_people before insert or update of first, second, people on request for each row execute function request_people();

create function participant_bound() returns trigger language plpgsql as $$
begin
    update request r set people = r.people where r.first = new.id or r.second = new.id;
    return null;
end $$;
create trigger participant_bound after update of body on participant for each row
    when (old.body ->> 'bound' is distinct from new.body ->> 'bound') execute function participant_bound();

create function meeting_fill() returns trigger language plpgsql as $$
begin
    new.during := coalesce((select s.during from convention_slot s where s.convention = new.convention and s.number = new.slot), new.during);
    new.people := coalesce((select r.people from request r where r.id = new.request), new.people);
    return new;
end $$;
create trigger meeting_fill before insert or update of slot, request on meeting for each row execute function meeting_fill();

create function meeting_book() returns trigger language plpgsql set enable_mergejoin = off as $$
begin
    if tg_op = 'UPDATE' then
        delete from booking b using fresh n where b.request = n.request and not b.person = any (n.people);
        update booking b set during = n.during from fresh n where b.request = n.request and b.during <> n.during;
    end if;
    insert into booking (request, convention, person, during) select n.request, n.convention, x, n.during from fresh n, unnest(n.people) x
        on conflict (request, person) do nothing;
    return null;
end $$;
create trigger meeting_added after insert on meeting referencing new table as fresh for each statement execute function meeting_book();
create trigger meeting_moved after update on meeting referencing new table as fresh for each statement execute function meeting_book();

create function booking_keep() returns trigger language plpgsql as $$
begin
    if pg_trigger_depth() < 2 then
        raise exception 'a booking is written with its meeting' using errcode = 'check_violation';
    end if;
    return case tg_op when 'DELETE' then old else new end;
end $$;
create trigger booking_keep before insert or update or delete on booking for each row execute function booking_keep();

-- Told like others are: a notice to a participant goes by the participant's own mail, and to the streams and webhooks of the
-- organisation, if it has one.
alter table channel
    add participant uuid references participant on delete cascade,
    drop constraint channel_check,
    add constraint channel_whose check (organisation is not null or alert is not null or participant is not null);
create index on channel (participant);
alter table notice
    add participant uuid references participant on delete cascade,
    add convention uuid references convention on delete cascade,
    alter need drop not null,
    drop constraint notice_check,
    add constraint notice_whose check (organisation is not null or alert is not null or participant is not null),
    add constraint notice_about check ((need is null) <> (convention is null)),
    drop constraint notice_kind_check,
    add check (kind in ('match', 'amended', 'withdrawn', 'closing', 'closed', 'awarded', 'cancelled', 'matched', 'interest', 'interests',
        'invited', 'request', 'accepted', 'refused', 'timetable', 'changed', 'reminder', 'called_off', 'feedback', 'repaired'));
create index on notice (participant);
create index on notice (convention);

create function participant_channel() returns trigger language plpgsql as $$
begin
    insert into channel (id, participant, kind, rhythm) values (gen_random_uuid(), new.id, 'mail', 'now');
    return null;
end $$;
create trigger participant_channel after insert on participant for each row execute function participant_channel();

-- Who may see which row: the organiser its conventions whole, an organisation what its people are in, everybody what is public.

do $$
declare
    p record;
    mine text := 'convention in (select c.id from convention c where c.organisation = (select app_org()))';
begin
    for p in select * from (values
        ('convention', 'all', 'organisation = (select app_org())'),
        ('convention', 'select', '(state <> ''draft'' and (select app_org() is not null) and ((body ->> ''public'')::boolean
            or id in (select p.convention from participant p where p.organisation = (select app_org()))))'),
        ('participant', 'select', 'organisation = (select app_org())'),
        ('request', 'select', 'first in (select p.id from participant p where p.organisation = (select app_org()))
            or second in (select p.id from participant p where p.organisation = (select app_org()))'),
        ('meeting', 'select', 'request in (select r.id from request r)'),
        ('booking', 'select', 'request in (select r.id from request r)'),
        ('outcome', 'select', 'request in (select r.id from request r)') -- both sides: the funnel counts them
        ) as t (tab, cmd, rule) loop
        execute format('create policy %I on %I for %s using (%s)', p.tab || '_' || p.cmd, p.tab, p.cmd, p.rule);
    end loop;
    -- participant names no convention in its own policy but by the organiser's: a circle of policies is refused by PostgreSQL.
    alter table participant add organiser uuid references organisation;
    create policy participant_organiser on participant for all using (organiser = (select app_org()));
    for p in select * from unnest(array['convention_slot', 'convention_table']) as tab loop
        execute format('create policy %I on %I for select using (convention in (select c.id from convention c))', p.tab || '_select', p.tab);
    end loop;
    for p in select * from unnest(array['request', 'plan', 'timetable', 'meeting', 'booking', 'happening']) as tab loop
        execute format('create policy %I on %I for select using (%s)', p.tab || '_organiser', p.tab, mine);
    end loop;
    create policy placing_organiser on placement for select using (timetable in (select t.id from timetable t));
    for p in select * from unnest(array['convention', 'convention_slot', 'convention_table', 'participant', 'request', 'plan', 'timetable', 'placement',
            'meeting', 'booking', 'outcome', 'happening']) as tab loop
        execute format('alter table %I enable row level security', p.tab);
        execute format('alter table %I force row level security', p.tab);
        execute format('create policy %I on %I for all using ((select app_may(''system''))) with check ((select app_may(''system'')))', p.tab || '_system', p.tab);
    end loop;
end $$;

create function participant_organiser() returns trigger language plpgsql as $$
begin
    new.organiser := (select c.organisation from convention c where c.id = new.convention);
    return new;
end $$;
create trigger participant_organiser before insert on participant for each row execute function participant_organiser();

-- What happens, and who is told

create function happen(p_convention uuid, p_kind text, p_body jsonb) returns void language sql as $$
    with c as (update convention x set happened = x.happened + 1 where x.id = p_convention returning x.id, x.happened)
    insert into happening (convention, seq, kind, body) select c.id, c.happened, p_kind, p_body from c
$$;

-- Ids of notices rise in the order of commit: whoever stores one holds this until then. The convention is locked before.
create function notice_lock() returns void language sql as $$ select from cursor c where c.name = 'matcher' for update $$;

create function participant_said(p participant) returns jsonb language sql stable as $$
    select jsonb_build_object('participant', jsonb_build_object('id', p.id, 'name', p.name),
        'convention', (select jsonb_strip_nulls(jsonb_build_object('id', c.id, 'name', c.body -> 'name', 'place', c.body -> 'place', 'starts', c.starts, 'ends', c.ends,
            'zone', right(c.body #>> '{sessions,0,start}', 6), 'organiser', (select o.name from organisation o where o.id = c.organisation))) from convention c where c.id = p.convention))
$$;

-- As before; a mail to a participant has links that its key stands for, which nobody else is shown.
create or replace function outbox_content(b outbox) returns jsonb language plpgsql stable as $$
begin
    return case when b.notice is not null then (select notice_json(n) || case when b.channel = 'mail' then notice_answer(n, b.channel_id)
                || coalesce((select jsonb_build_object('badge', p.key) from channel c join participant p on p.id = c.participant where c.id = b.channel_id and p.id = n.participant), '{}') else '{}' end
            from notice n where n.id = b.notice)
        when b.kind = 'digest' then (select coalesce(jsonb_agg(notice_json(n) || notice_answer(n, b.channel_id) order by n.id), '[]') from notice n
            where n.id in (select x::bigint from jsonb_array_elements_text(b.args -> 'notices') x)) end;
end $$;

create function participant_tell(p participant, p_kind text, p_body jsonb) returns void language plpgsql as $$
begin
    perform notice_lock();
    insert into notice (organisation, participant, convention, kind, need_version, offer_version, step, body)
        select p.organisation, p.id, p.convention, p_kind, 0, 0, 0, participant_said(p) || p_body where p.state not in ('declined', 'withdrawn') or p_kind = 'changed';
end $$;

-- Views

-- Who somebody is, to another participant.
create function participant_brief(p participant) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', p.id, 'name', p.name, 'company', p.company, 'side', p.side, 'organisation', p.organisation))
$$;

create function participant_json(p participant) returns jsonb language sql stable as $$
    select participant_brief(p) || p.body || jsonb_strip_nulls(jsonb_build_object('email', case when not p.found then p.email end, 'language', p.language, 'state', p.state,
            'version', p.version, 'arrived', p.arrived, 'created', p.created, 'updated', p.updated))
        || jsonb_build_object('absent', coalesce(p.body -> 'absent', '[]'), 'missing', p.missing,
            'requests', (select count(*) from request r where p.id in (r.first, r.second) and r.state = 'accepted'),
            'meetings', (select count(*) from meeting m join request r on r.id = m.request where p.id in (r.first, r.second)))
$$;

create function slot_json(s convention_slot) returns jsonb language sql stable as $$
    select jsonb_build_object('slot', s.number, 'session', s.name, 'start', lower(s.during), 'end', upper(s.during))
$$;

create function meeting_json(m meeting) returns jsonb language sql stable as $$
    select slot_json(s) || jsonb_build_object('table', t.name) from convention_slot s, convention_table t
    where s.convention = m.convention and s.number = m.slot and t.convention = m.convention and t.number = m.seat
$$;

create function request_json(r request) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', r.id, 'convention', r.convention, 'origin', r.origin, 'priority', r.priority, 'state', r.state, 'need', r.need,
            'message', r.message, 'session', (select s.name from convention_slot s where s.convention = r.convention and s.session = r.session limit 1),
            'slot', r.slot, 'table', (select t.name from convention_table t where t.convention = r.convention and t.number = r.seat),
            'version', r.version, 'answered', r.answered, 'created', r.created, 'updated', r.updated))
        || jsonb_build_object('first', (select participant_brief(p) from participant p where p.id = r.first),
            'second', (select participant_brief(p) from participant p where p.id = r.second), 'forbidden', r.forbidden, 'after', r.after,
            'meeting', (select meeting_json(m) from meeting m where m.request = r.id))
$$;

create function timetable_json(t timetable) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', t.id, 'convention', t.convention, 'number', t.number, 'state', t.state, 'made', t.made, 'version', t.version,
            'base', t.base, 'plan', t.plan, 'why', t.why, 'created', t.created, 'published', t.published))
        || jsonb_build_object('levels', t.levels, 'left_out', jsonb_array_length(t.left_out), 'current', coalesce(c.current = t.id, false), 'placed', case when c.current = t.id
            then (select count(*) from meeting m where m.convention = c.id) else (select count(*) from placement x where x.timetable = t.id) end)
    from convention c where c.id = t.convention
$$;

create function plan_json(p plan) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', p.id, 'convention', p.convention, 'kind', p.kind, 'state', p.state, 'options', p.options, 'progress', p.progress,
        'curve', p.curve, 'timetable', p.timetable, 'said', p.said, 'started', p.started, 'ended', p.ended, 'meetings', cardinality(p.requests)))
$$;

-- To everybody who may see it; the organiser sees more.
create function convention_brief(c convention) returns jsonb language sql stable as $$
    select c.body - 'tables' - 'auto' - 'order' - 'spread' || jsonb_build_object('id', c.id, 'state', c.state, 'starts', c.starts, 'ends', c.ends,
        'slots', coalesce((select jsonb_agg(slot_json(s) order by s.number) from convention_slot s where s.convention = c.id), '[]'),
        'organiser', (select jsonb_build_object('id', o.id, 'name', o.name) from organisation o where o.id = c.organisation))
$$;

create function convention_json(c convention) returns jsonb language sql stable as $$
    select convention_brief(c) || c.body || jsonb_build_object('version', c.version, 'created', c.created, 'updated', c.updated,
        'tables', coalesce((select jsonb_agg(t.name order by t.number) from convention_table t where t.convention = c.id), '[]'),
        'lost', coalesce((select jsonb_agg(t.name order by t.number) from convention_table t where t.convention = c.id and t.lost), '[]'),
        'participants', coalesce((select jsonb_object_agg(x.state, x.count) from (select p.state, count(*) from participant p where p.convention = c.id group by 1) x), '{}'),
        'requests', coalesce((select jsonb_object_agg(x.state, x.count) from (select r.state, count(*) from request r where r.convention = c.id group by 1) x), '{}'),
        'meetings', (select count(*) from meeting m where m.convention = c.id),
        'current', (select timetable_json(t) from timetable t where t.id = c.current),
        'repair', c.repair, 'happened', c.happened, 'hall', c.hall)
$$;

-- Conventions

-- Slots of a body, in the order of its sessions.
create function convention_lay(p_body jsonb) returns table (number int, session int, name text, day int, during tstzrange) language sql stable as $$
    select row_number() over (order by s.ord, k)::int, s.ord::int, s.j ->> 'name', dense_rank() over (order by left(s.j ->> 'start', 10))::int,
        tstzrange(b.at, b.at + make_interval(mins => (s.j ->> 'minutes')::int))
    from jsonb_array_elements(p_body -> 'sessions') with ordinality s (j, ord), generate_series(1, (s.j ->> 'slots')::int) k,
        lateral (select (s.j ->> 'start')::timestamptz + make_interval(mins => (k - 1) * (s.j ->> 'minutes')::int + coalesce((select sum((x ->> 'minutes')::int)
            from jsonb_array_elements(s.j -> 'breaks') x where (x ->> 'after')::int < k), 0)::int) as at) b
$$;

-- NULL, or what hinders: 'slots' or 'tables' that are in use would go; 'running': a plan knows slots by their former numbers. What is said of
-- slots goes with them where they get other numbers; a session is known by its name, a renamed one by its place.
create function convention_settle(c convention) returns text language plpgsql as $$
declare
    sessions int[]; -- by the former number the new one
    slots int[];
    other boolean;
begin
    set constraints all deferred;
    with o as (select distinct s.session, s.name from convention_slot s where s.convention = c.id), n as (select distinct l.session, l.name from convention_lay(c.body) l)
    select array_agg(coalesce((select n.session from n where n.name = o.name), (select n.session from n where n.session = o.session and n.name not in (select x.name from o x))) order by o.session)
        into sessions from o;
    select array_agg(n.number order by o.number), coalesce(bool_or(n.number is distinct from o.number), false) into slots, other
        from (select s.number, s.session, row_number() over (partition by s.session order by s.number) as nth from convention_slot s where s.convention = c.id) o
            left join (select l.number, l.session, row_number() over (partition by l.session order by l.number) as nth from convention_lay(c.body) l) n on n.session = sessions[o.session] and n.nth = o.nth;
    if exists (select from (select m.slot from meeting m where m.convention = c.id union select r.slot from request r where r.convention = c.id and r.slot is not null) x where slots[x.slot] is null)
            or exists (select from request r where r.convention = c.id and r.session is not null and sessions[r.session] is null) then
        return 'slots';
    elsif other and exists (select from plan p where p.convention = c.id and p.state = 'running' and p.kind = 'plan') then
        return 'running';
    elsif exists (select from convention_table t where t.convention = c.id and not c.body -> 'tables' ? t.name and (exists (select from meeting m
            where m.convention = c.id and m.seat = t.number) or exists (select from request r where r.convention = c.id and r.seat = t.number)
            or exists (select from participant p where p.convention = c.id and p.body ->> 'table' = t.name and p.state <> 'withdrawn'))) then
        return 'tables';
    end if;
    insert into convention_slot as s (convention, number, session, name, day, during) select c.id, l.* from convention_lay(c.body) l
        on conflict (convention, number) do update set session = excluded.session, name = excluded.name, day = excluded.day, during = excluded.during
            where (s.session, s.name, s.day, s.during) is distinct from (excluded.session, excluded.name, excluded.day, excluded.during);
    if other then
        update plan p set state = 'stopped', ended = now() where p.convention = c.id and p.state = 'running'; -- a repair: it is still due
        update meeting m set slot = slots[m.slot] where m.convention = c.id and m.slot <> slots[m.slot];
        update placement p set slot = coalesce(slots[p.slot], 0) from timetable t where t.convention = c.id and p.timetable = t.id and p.slot is distinct from slots[p.slot];
        update request r set slot = slots[r.slot], session = sessions[r.session], forbidden = array(select slots[x] from unnest(r.forbidden) x where slots[x] is not null), version = r.version + 1
            where r.convention = c.id and (r.slot is not null or r.session is not null or r.forbidden <> '{}');
        update participant p set missing = array(select slots[x] from unnest(p.missing) x where slots[x] is not null), version = p.version + 1, body = p.body || jsonb_build_object('absent',
                (select coalesce(jsonb_agg(slots[x::int]), '[]') from jsonb_array_elements_text(p.body -> 'absent') x where slots[x::int] is not null))
            where p.convention = c.id and (p.missing <> '{}' or p.body ? 'absent');
    end if;
    delete from convention_slot s where s.convention = c.id and s.number not in (select l.number from convention_lay(c.body) l);
    delete from convention_table t where t.convention = c.id and not c.body -> 'tables' ? t.name;
    insert into convention_table (convention, number, name) select c.id, (select coalesce(max(t.number), 0) from convention_table t where t.convention = c.id) + row_number() over (order by n.ord), n.name
        from jsonb_array_elements_text(c.body -> 'tables') with ordinality n (name, ord)
        where not exists (select from convention_table t where t.convention = c.id and t.name = n.name);
    set constraints all immediate;
    update convention x set (starts, ends) = (select min(lower(s.during)), max(upper(s.during)) from convention_slot s where s.convention = c.id) where x.id = c.id;
    return null;
end $$;

create function convention_add(p_org uuid, p_key text, p_hash text, p_hours int, p_id uuid, p_body jsonb)
    returns table (status int, answer text, version int, replayed boolean) language plpgsql as $$
declare
    former record;
    made convention;
begin
    if p_key is not null then
        select * into former from idempotency_begin(p_org, p_key, p_hash, p_hours);
        if found then
            return query select former.status, former.answer, former.version, true;
            return;
        end if;
    end if;
    insert into convention (id, organisation, state, body) values (p_id, p_org, 'draft', p_body) returning * into made;
    perform convention_settle(made);
    select * into made from convention c where c.id = p_id;
    answer := convention_json(made)::text;
    if p_key is not null then
        perform idempotency_end(p_org, p_key, 201, answer, 1);
    end if;
    return query select 201, answer, 1, false;
end $$;

-- 404; 409 (answer: the state, or 'slots'/'tables': in use); 412. Meetings whose hours move are told, and those to come of another place.
create function convention_put(p_org uuid, p_id uuid, p_version int, p_body jsonb) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    before convention;
    former jsonb;
    place jsonb;
    hinders text;
begin
    select * into c from convention x where x.id = p_id and x.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
    elsif c.version <> p_version then
        return query select 412, c.version::text, c.version;
    elsif c.state in ('over', 'cancelled') then
        return query select 409, c.state, c.version;
    elsif c.body = p_body then
        return query select 200, convention_json(c)::text, c.version;
    else
        former := coalesce((select jsonb_object_agg(m.request, m.during) from meeting m where m.convention = p_id), '{}');
        before := c;
        place := case when c.body -> 'place' is distinct from p_body -> 'place' then jsonb_build_object('place', coalesce(c.body ->> 'place', '')) end;
        c.body := p_body;
        hinders := convention_settle(c);
        if hinders is not null then
            return query select 409, hinders, c.version;
            return;
        end if;
        update convention x set body = p_body, version = x.version + 1, updated = now(), reminded = x.reminded and x.starts < now() + interval '1 day' where x.id = p_id returning * into c;
        perform meeting_tell(p_id, (select jsonb_agg(jsonb_build_object('request', m.request, 'what', 'moved', 'was', jsonb_build_object('start', lower(o.during), 'end', upper(o.during), 'table', t.name) || coalesce(place, '{}')))
            from meeting m join convention_table t on t.convention = m.convention and t.number = m.seat, lateral (select (former ->> m.request::text)::tstzrange as during) o
            where m.convention = p_id and (o.during is distinct from m.during or (place is not null and lower(m.during) > now()))));
        perform requests_settle(p_id); -- there may be more room, or slots are picked on acceptance from now on
        if (select jsonb_agg(jsonb_build_array(l.session, l.day) order by l.number) from convention_lay(c.body) l) is distinct from (select jsonb_agg(jsonb_build_array(l.session, l.day) order by l.number) from convention_lay(before.body) l)
                or (c.body -> 'tables', c.body -> 'most', c.body -> 'rest') is distinct from (before.body -> 'tables', before.body -> 'most', before.body -> 'rest') then
            perform repair_ask(p_id, '{"what": "convention"}');
        end if;
        perform happen(p_id, 'convention', jsonb_build_object('version', c.version));
        select * into c from convention x where x.id = p_id;
        return query select 200, convention_json(c)::text, c.version;
    end if;
end $$;

-- p_from: the states it may come from. 404, 409 (answer: its state).
create function convention_move(p_org uuid, p_id uuid, p_to text, p_from text[]) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    p participant;
begin
    select * into c from convention x where x.id = p_id and x.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif not c.state = any (p_from) then
        return query select 409, c.state, c.version;
        return;
    end if;
    update convention x set state = p_to, version = x.version + 1, updated = now(), repair = case when p_to in ('over', 'cancelled') then null else x.repair end
        where x.id = p_id returning * into c;
    if p_to = 'cancelled' then
        perform meeting_tell(p_id, (select jsonb_agg(jsonb_build_object('request', m.request, 'what', 'cancelled', 'was', meeting_json(m))) from meeting m where m.convention = p_id), 'called_off');
        for p in select * from participant x where x.convention = p_id and x.state in ('invited', 'coming', 'listed')
                and not exists (select from booking b where b.person = x.number) loop
            perform participant_tell(p, 'called_off', '{}');
        end loop;
        insert into placement (timetable, request, slot, seat) select c.current, m.request, m.slot, m.seat from meeting m where m.convention = p_id and c.current is not null;
        delete from meeting m where m.convention = p_id;
        update timetable t set state = 'replaced' where t.id = c.current;
        update convention x set current = null where x.id = p_id returning * into c;
    end if;
    if p_to = 'open' then
        perform requests_settle(p_id);
    end if;
    if p_to = 'over' then
        for p in select * from participant x where x.convention = p_id and x.state in ('listed', 'coming') and exists (select from booking b where b.person = x.number and lower(b.during) <= now()) loop
            perform participant_tell(p, 'feedback', '{}');
        end loop;
    end if;
    perform happen(p_id, 'convention', jsonb_build_object('state', p_to));
    select * into c from convention x where x.id = p_id;
    return query select 200, convention_json(c)::text, c.version;
end $$;

-- Participants

-- p_begun: slots that have begun. Of these only those count at which it was found missing: what is said of them later is no fact.
create function participant_absent(p participant, p_begun int[] default '{}') returns int[] language sql immutable as $$
    select coalesce((select array_agg(distinct x order by x) from (select a::int as x from jsonb_array_elements_text(p.body -> 'absent') a where not a::int = any (p_begun) union all select unnest(p.missing)) y), '{}')
$$;

-- p_rows: [{"line","id","name","email","company","organisation","side","language","absent","most","rest","table","bound"}] (the last five
-- also in "body"); organisation given by the daemon alone (of a need's match), else found by the account of the address. p_invite: they are asked; else they count as coming. p_most: so many
-- people in all. One row for each comes back: added f: was there (and is as it was); refused 'full': there is no room for it, 'table':
-- there is none of that name. Where there is no such convention, or it takes none, one row of line 0: refused 'missing', or its state.
create function participant_add(p_org uuid, p_convention uuid, p_rows jsonb, p_invite boolean, p_most int default null) returns table (line int, id uuid, added boolean, refused text) language plpgsql as $$
#variable_conflict use_column
declare
    r record;
    c convention;
    p participant;
    who record;
    room int;
    made int := 0;
begin
    select * into c from convention x where x.id = p_convention and x.organisation = p_org for update;
    if not found or c.state in ('over', 'cancelled') then
        return query select 0, null::uuid, false, coalesce(c.state, 'missing');
        return;
    end if;
    if p_invite then
        perform notice_lock();
    end if;
    room := p_most - (select count(*) from participant x where x.convention = p_convention);
    for r in select x.*, coalesce((select jsonb_object_agg(k.key, k.value) from jsonb_each(y || coalesce(y -> 'body', '{}')) k where k.key in ('absent', 'most', 'rest', 'table', 'bound')), '{}') as body
            from jsonb_array_elements(p_rows) y, jsonb_to_record(y) as x (line int, id uuid, name text, email text, company text, organisation uuid, side text, language text, found boolean) order by x.line loop
        line := r.line;
        refused := case when exists (select from participant x where x.convention = p_convention and x.email = r.email) then null when room <= 0 then 'full'
            when r.body ? 'table' and not exists (select from convention_table t where t.convention = p_convention and t.name = r.body ->> 'table') then 'table' end;
        if refused is not null then
            id := null;
            added := false;
            return next;
            continue;
        end if;
        select k.person, k.organisation, o.name into who from person n join member k on k.person = n.id and k.role <> 'asked' join organisation o on o.id = k.organisation
            where n.email = r.email and (r.organisation is null or k.organisation = r.organisation) order by k.since limit 1;
        insert into participant (id, convention, organisation, person, email, name, company, side, language, state, body, found)
            values (r.id, p_convention, coalesce(r.organisation, who.organisation), who.person, r.email, r.name, coalesce(r.company, who.name), r.side, coalesce(r.language, 'fr'),
                case when p_invite then 'invited' else 'listed' end, r.body, coalesce(r.found, false))
            on conflict (convention, email) do nothing returning * into p;
        added := found;
        room := room - added::int;
        if added and p_invite then
            perform participant_tell(p, 'invited', '{}');
        elsif not added then
            select * into p from participant x where x.convention = p_convention and x.email = r.email;
        end if;
        made := made + added::int;
        id := p.id;
        return next;
    end loop;
    if made > 0 then
        perform happen(p_convention, 'participants', jsonb_build_object('count', made));
    end if;
end $$;

-- Why a published meeting must go or move now, if it must: NULL when it may stay, as one does that has begun with both.
create function meeting_hinders(m meeting) returns text language sql stable as $$
    select case when m.slot = any (a.missing || b.missing) then 'absent'
        when lower(m.during) <= now() then null
        when m.slot = any (participant_absent(a) || participant_absent(b)) then 'absent'
        when r.state <> 'accepted' then 'request'
        when a.state not in ('listed', 'coming') or b.state not in ('listed', 'coming') then 'withdrawn'
        when t.lost then 'table'
        when r.slot <> m.slot or r.seat <> m.seat and not l.lost or m.slot = any (r.forbidden) then 'pinned'
        when r.session is not null and r.session <> (select s.session from convention_slot s where s.convention = m.convention and s.number = m.slot) then 'session' end
    from request r join participant a on a.id = r.first join participant b on b.id = r.second join convention_table t on t.convention = m.convention and t.number = m.seat
        left join convention_table l on l.convention = m.convention and l.number = r.seat
    where r.id = m.request
$$;

-- Something has changed: where a published timetable no longer holds, or may hold more, a repair is due.
create function repair_ask(p_convention uuid, p_why jsonb) returns void language sql as $$
    update convention c set repair = clock_timestamp(), repair_why = p_why where c.id = p_convention and c.current is not null and c.state in ('open', 'closed') and c.ends > now()
$$;

-- p_args: what may be changed: name, company, side, language, absent, most, rest, table, bound; NULL members go. p_org NULL: by its
-- own badge, where only absent and most are, and stay when left out. 404, 409 (answer: state, or a JSON array of faults), 412, 422
-- (answer: the field, and behind a colon what is not there).
create function participant_put(p_org uuid, p_id uuid, p_version int, p_args jsonb, p_body jsonb, p_state text) returns table (status int, answer text, version int) language plpgsql as $$
declare
    p participant;
    former participant;
    c convention;
begin
    select x.* into c from convention x join participant y on y.convention = x.id where y.id = p_id and (p_org is null or x.organisation = p_org) for update of x;
    select * into former from participant x where x.id = p_id and c.id is not null for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif former.version <> p_version then
        return query select 412, former.version::text, former.version;
        return;
    elsif c.state not in ('draft', 'open', 'closed') or (former.state = 'withdrawn' and p_org is null) then
        return query select 409, case when former.state = 'withdrawn' then former.state else c.state end, former.version;
        return;
    elsif p_body ? 'table' and not exists (select from convention_table t where t.convention = c.id and t.name = p_body ->> 'table') then
        return query select 422, 'table:' || (p_body ->> 'table'), former.version;
        return;
    end if;
    begin
        update participant x set name = coalesce(p_args ->> 'name', x.name), company = case when p_org is null then x.company else p_args ->> 'company' end,
            side = case when p_org is null then x.side else p_args ->> 'side' end, language = coalesce(p_args ->> 'language', x.language), body = case when p_org is null then jsonb_strip_nulls(x.body || p_body) else p_body end, state = coalesce(p_state, x.state),
            found = x.found and (p_org is not null or p_state is distinct from 'coming'), version = x.version + 1, updated = now() where x.id = p_id returning * into p;
    exception when exclusion_violation then -- of participant_bound: they meet others at the same time
        return query select 409, jsonb_agg(jsonb_build_object('rule', 'bound', 'first', a.name, 'second', b.name, 'slot', m.slot) order by m.slot)::text, former.version
            from booking k join meeting m on m.request = k.request join request r on r.id = k.request join participant a on a.id = r.first join participant b on b.id = r.second
            where k.person = former.number and exists (select from participant q join booking o on o.person = q.number
                where q.convention = c.id and q.id <> p_id and q.body -> 'bound' = p_body -> 'bound' and o.request <> k.request and o.during && k.during);
        return;
    end;
    if (p.body, p.state) is distinct from (former.body, former.state) then
        perform repair_ask(c.id, jsonb_build_object('what', 'availability', 'participant', p.id));
        perform requests_settle(c.id, p.id);
    end if;
    perform happen(c.id, 'participant', jsonb_build_object('id', p.id, 'state', p.state));
    return query select 200, participant_json(p)::text, p.version;
end $$;

-- Somebody who was invited acts: it comes.
create function participant_comes(p_id uuid) returns void language plpgsql as $$
declare
    p participant;
begin
    update participant x set state = 'coming', found = false, version = x.version + 1, updated = now() where x.id = p_id and x.state = 'invited' returning * into p;
    if found then
        perform happen(p.convention, 'participant', jsonb_build_object('id', p.id, 'state', p.state));
        perform repair_ask(p.convention, jsonb_build_object('what', 'availability', 'participant', p.id));
        perform requests_settle(p.convention, p.id);
    end if;
end $$;

-- 'withdraw' (gone for good), 'missing' (p_until: the slot from which it is there again, NULL: not at all today), 'arrived'.
-- By the organiser, or (p_org NULL) by its own badge. 404, 409.
create function participant_is(p_org uuid, p_id uuid, p_what text, p_until int) returns table (status int, answer text, version int) language plpgsql as $$
declare
    p participant;
    former participant;
    c convention;
begin
    select x.* into c from convention x join participant y on y.convention = x.id where y.id = p_id and (p_org is null or x.organisation = p_org) for update of x;
    select * into former from participant x where x.id = p_id and c.id is not null for update;
    p := former;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif c.state not in ('open', 'closed') or p.state in ('declined', 'withdrawn') then
        return query select 409, case when p.state in ('declined', 'withdrawn') then p.state else c.state end, p.version;
        return;
    end if;
    update participant x set version = x.version + 1, updated = now(), state = case when p_what = 'withdraw' then 'withdrawn' when p_what = 'arrived' and x.state = 'invited' then 'coming' else x.state end,
        arrived = case when p_what = 'arrived' then coalesce(x.arrived, now()) when p_what = 'missing' then null else x.arrived end,
        missing = case p_what
            -- what has gone by without it stays, what is still to come is open again
            when 'arrived' then array(select m from unnest(x.missing) m join convention_slot s on s.convention = c.id and s.number = m where lower(s.during) <= now() order by 1)
            when 'missing' then x.missing || array(select s.number from convention_slot s where s.convention = c.id and upper(s.during) > now() and s.number < coalesce(p_until, 65) and not s.number = any (x.missing)
                and s.day = (select min(y.day) from convention_slot y where y.convention = c.id and upper(y.during) > now()))
            else x.missing end
        where x.id = p_id returning * into p;
    if (p.missing, p.state) is distinct from (former.missing, former.state) then -- most who arrive were waited for
        perform repair_ask(c.id, jsonb_build_object('what', p_what, 'participant', p.id));
    end if;
    perform happen(c.id, p_what, jsonb_build_object('participant', participant_brief(p), 'until', p_until));
    return query select 200, participant_json(p)::text, p.version;
end $$;

-- Invited, or once more, once an hour at most: who was entered by hand is asked now, and is not planned until it has said yes. 404,
-- 409 (answer: the state that forbids it).
create function participant_invite(p_org uuid, p_id uuid) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    p participant;
begin
    select x.* into c from convention x join participant y on y.convention = x.id where y.id = p_id and x.organisation = p_org for update of x;
    select * into p from participant x where x.id = p_id and c.id is not null for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif c.state not in ('draft', 'open', 'closed') or p.email is null or p.state not in ('listed', 'invited', 'declined')
            or exists (select from notice n where n.participant = p.id and n.kind = 'invited' and n.at > now() - interval '1 hour') then
        return query select 409, case when c.state in ('over', 'cancelled') then c.state else p.state end, p.version;
        return;
    end if;
    update participant x set state = 'invited', version = x.version + 1, updated = now() where x.id = p_id returning * into p;
    perform participant_tell(p, 'invited', '{}');
    perform repair_ask(c.id, jsonb_build_object('what', 'availability', 'participant', p.id)) where exists (select from booking b where b.person = p.number);
    perform happen(c.id, 'participant', jsonb_build_object('id', p.id, 'state', p.state));
    return query select 200, participant_json(p)::text, p.version;
end $$;

-- 404; 422 (answer: 'table:' and the name): no such table. One that is lost is not used until it is found again.
create function table_set(p_org uuid, p_convention uuid, p_name text, p_lost boolean) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
begin
    select * into c from convention x where x.id = p_convention and x.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    end if;
    update convention_table t set lost = p_lost where t.convention = c.id and t.name = p_name;
    if not found then
        return query select 422, 'table:' || p_name, 0;
        return;
    end if;
    perform repair_ask(c.id, jsonb_build_object('what', case when p_lost then 'table_lost' else 'table_found' end, 'table', p_name));
    perform happen(c.id, case when p_lost then 'table_lost' else 'table_found' end, jsonb_build_object('table', p_name));
    select * into c from convention x where x.id = p_convention;
    return query select 200, convention_json(c)::text, c.version;
end $$;

-- Requests

-- Slots that stay free between two meetings of somebody.
create function participant_rest(p participant) returns int language sql stable as $$
    select coalesce((p.body ->> 'rest')::int, (select (c.body ->> 'rest')::int from convention c where c.id = p.convention), 0)
$$;

-- Idle runs between the meetings of somebody on each day (core/agenda has the same), one slot more counted in.
create function person_gaps(p participant, p_more int) returns int language sql stable as $$
    select count(*)::int from (select b.slot, lead(b.slot) over (partition by s.day order by b.slot) as next
        from (select m.slot from booking k join meeting m on m.request = k.request where k.person = p.number union select p_more where p_more is not null) b
        join convention_slot s on s.convention = p.convention and s.number = b.slot) x where x.next - x.slot > 1 + participant_rest(p)
$$;

-- Places a request where it is free first: fewest new gaps, then the earliest slot, then a table where one of both sits already.
-- False when there is nowhere. The convention is locked; the constraints of meeting say the last word.
create function meeting_pick(r request) returns boolean language plpgsql as $$
declare
    a participant;
    b participant;
    chosen record;
begin
    select * into a from participant p where p.id = r.first;
    select * into b from participant p where p.id = r.second;
    if exists (select from (values (a), (b)) x (p) where (select count(*) from booking k where k.person = (x.p).number)
            >= coalesce(((x.p).body ->> 'most')::int, (select (c.body ->> 'most')::int from convention c where c.id = r.convention), 64)) then
        return false;
    end if;
    select s.number as slot, t.number as seat into chosen from convention_slot s, lateral (select t.number from convention_table t
            where t.convention = r.convention and not t.lost
                and (t.number = r.seat or not exists (select from convention_table l where l.convention = r.convention and not l.lost and l.number = r.seat))
                and (t.name in (a.body ->> 'table', b.body ->> 'table') or not exists (select from convention_table l where l.convention = r.convention and not l.lost and l.name in (a.body ->> 'table', b.body ->> 'table')))
                and not exists (select from meeting m where m.convention = r.convention and m.slot = s.number and m.seat = t.number)
            order by exists (select from booking k join meeting m on m.request = k.request where k.person in (a.number, b.number) and m.seat = t.number) desc, t.number limit 1) t
        where s.convention = r.convention and lower(s.during) > now() and s.number = coalesce(r.slot, s.number) and s.session = coalesce(r.session, s.session)
            and not s.number = any (r.forbidden || participant_absent(a) || participant_absent(b))
            and not exists (select from booking k where k.person = any (r.people) and k.convention = r.convention and k.during && s.during)
            and not exists (select from (values (a), (b)) x (p), booking k, meeting m, convention_slot o where k.person = (x.p).number and m.request = k.request
                and o.convention = r.convention and o.number = m.slot and o.day = s.day and abs(m.slot - s.number) <= participant_rest(x.p))
            and not exists (select from meeting m where m.request = any (r.after) and m.slot >= s.number)
            and not exists (select from request q join meeting m on m.request = q.id where q.convention = r.convention and r.id = any (q.after) and m.slot <= s.number)
        order by person_gaps(a, s.number) + person_gaps(b, s.number), s.number limit 1;
    if not found then
        return false;
    end if;
    insert into meeting (request, convention, slot, seat, at) values (r.id, r.convention, chosen.slot, chosen.seat, clock_timestamp()); -- of this moment: timetable_overtaken
    return true;
end $$;

-- In a convention where slots are picked on acceptance, of what is accepted of this request or participant, or of all: at once, or it
-- waits. The first of them makes the timetable.
create function requests_settle(p_convention uuid, p_of uuid default null) returns void language plpgsql as $$
declare
    c convention;
    r request;
    placed jsonb := '[]';
begin
    select * into c from convention x where x.id = p_convention and x.body ->> 'mode' = 'acceptance' and x.state in ('open', 'closed');
    for r in select q.* from request q join participant a on a.id = q.first join participant b on b.id = q.second
            where q.convention = c.id and q.state = 'accepted' and (p_of is null or p_of in (q.id, q.first, q.second)) and a.state in ('listed', 'coming') and b.state in ('listed', 'coming')
                and not exists (select from meeting m where m.request = q.id) order by q.priority desc, q.created, q.id loop
        if c.current is null then
            insert into timetable (id, convention, number, state, made, published) values (gen_random_uuid(), c.id, c.numbers + 1, 'final', 'acceptance', now()) returning timetable.id into c.current;
            update convention x set numbers = x.numbers + 1, current = c.current where x.id = c.id;
        end if;
        if meeting_pick(r) then
            placed := placed || jsonb_build_object('request', r.id, 'what', 'added');
        end if;
    end loop;
    if placed <> '[]' then
        perform meeting_tell(c.id, placed);
        perform happen(c.id, 'timetable', jsonb_build_object('id', t.id, 'number', t.number, 'state', t.state, 'made', t.made, 'changes', jsonb_array_length(placed))) from timetable t where t.id = c.current;
    end if;
end $$;

-- p_rows: [{"line","id","first","second","priority","need","message"}]. p_by: the participant that wishes; NULL: the organiser, whose
-- requests wait for nobody. A wish of somebody who is asked already is its yes. One row each: refused 'missing' (no such convention),
-- 'self', 'first', 'second' (nobody, or gone), 'sides', 'declined' (asked before, and refused), 'most' (wishes), 'state' (the convention
-- takes none).
create function request_add(p_org uuid, p_convention uuid, p_by uuid, p_rows jsonb, p_origin text) returns table (line int, id uuid, added boolean, refused text, answer text) language plpgsql as $$
#variable_conflict use_column
declare
    x record;
    c convention;
    r request;
    a participant;
    b participant;
    waits boolean;
begin
    select * into c from convention y where y.id = p_convention and (p_by is not null or y.organisation = p_org) for update;
    waits := (c.body ->> 'acceptance')::boolean and p_origin <> 'organiser';
    for x in select * from jsonb_to_recordset(p_rows) as y (line int, id uuid, first uuid, second uuid, priority int, need uuid, message text) order by y.line loop
        line := x.line;
        id := null;
        added := false;
        answer := null;
        select * into a from participant p where p.id = x.first and p.convention = c.id;
        select * into b from participant p where p.id = x.second and p.convention = c.id;
        select * into r from request q where q.convention = c.id and least(q.first, q.second) = least(x.first, x.second) and greatest(q.first, q.second) = greatest(x.first, x.second);
        refused := case when c.id is null then 'missing' when x.first = x.second then 'self'
            when coalesce(a.state, 'declined') in ('declined', 'withdrawn') then 'first' when coalesce(b.state, 'declined') in ('declined', 'withdrawn') then 'second'
            when c.state in ('over', 'cancelled') or (p_by is not null and (c.state <> 'open' or (c.body ->> 'until')::timestamptz < now())) then 'state'
            when (c.body ->> 'across')::boolean and coalesce(a.side = b.side, true) then 'sides'
            when r.state = 'declined' and ((p_by is not null and r.second <> p_by) or p_origin = 'match') then 'declined'
            when r.state = 'withdrawn' and p_origin = 'match' then 'declined'
            when (r.id is null or r.state = 'withdrawn') and p_by is not null and (select count(*) from request q where q.first = p_by and q.origin = 'wish' and q.state <> 'withdrawn')
                >= coalesce((c.body ->> 'wishes')::int, 64) then 'most' end;
        if refused is not null then
            return next;
            continue;
        elsif r.state = 'asked' and (r.second = p_by or not waits) then -- both wish it, or it no longer waits
            update request q set state = 'accepted', answered = now(), priority = greatest(q.priority, x.priority), version = q.version + 1, updated = now() where q.id = r.id returning * into r;
            perform participant_tell(p, 'accepted', jsonb_build_object('request', r.id, 'with', participant_brief(o))) from participant p, participant o where p.id = r.first and o.id = r.second;
        elsif r.state in ('asked', 'accepted') then
            update request q set priority = x.priority, need = coalesce(q.need, x.need), version = q.version + 1, updated = now() where q.id = r.id and q.priority < x.priority;
            select * into r from request q where q.id = r.id;
        else
            added := r.id is null;
            if added then
                insert into request (id, convention, first, second, people, origin, priority, state, need, message)
                    values (x.id, c.id, x.first, x.second, '{}', p_origin, x.priority, case when waits then 'asked' else 'accepted' end, x.need, x.message) returning * into r;
            else -- asked once more
                update request q set first = x.first, second = x.second, origin = p_origin, state = case when waits then 'asked' else 'accepted' end, priority = x.priority,
                    need = coalesce(x.need, q.need), message = x.message, answered = null, version = q.version + 1, updated = now() where q.id = r.id returning * into r;
            end if;
            if waits and b.state <> 'invited' -- its invitation leads to it
                    and not exists (select from notice n where n.participant = b.id and n.kind = 'request' and n.body #>> '{with,id}' = a.id::text and n.at > now() - interval '1 day') then
                perform participant_tell(b, 'request', jsonb_strip_nulls(jsonb_build_object('request', r.id, 'with', participant_brief(a), 'message', r.message)));
            end if;
        end if;
        perform participant_comes(p_by);
        perform requests_settle(c.id, r.id);
        id := r.id;
        answer := case when jsonb_array_length(p_rows) = 1 then request_json(r)::text end;
        return next;
    end loop;
    if p_rows <> '[]' then
        perform happen(c.id, 'requests', jsonb_build_object('count', jsonb_array_length(p_rows)));
    end if;
end $$;

-- The suppliers that a need has found, and its buyer: invited, and a request for each, its priority by the score. p_answer: of those who
-- said so alone; whoever has no address is left out, and who finds no room (p_people in all). 404, 409 (answer: state), 422 (answer:
-- the field, and behind a colon what is not there).
create function convention_invite(p_org uuid, p_convention uuid, p_need uuid, p_answer text, p_least int, p_most int, p_people int) returns table (status int, answer text) language plpgsql as $$
declare
    c convention;
    ids jsonb;
    all_of int;
    lost int;
    made int;
    asked int;
begin
    select * into c from convention x where x.id = p_convention and x.organisation = p_org for update;
    if not found then
        return query select 404, null::text;
        return;
    elsif not exists (select from need n where n.id = p_need and n.shown) then
        return query select 422, 'need:' || p_need;
        return;
    elsif c.state not in ('draft', 'open', 'closed') then
        return query select 409, c.state;
        return;
    end if;
    with m as materialized (
        select x.organisation, x.score, x.offered, 'supplier' as side from match x where x.need = p_need and x.state = 'told' and x.score >= p_least and x.answer is distinct from 'declined'
            and (p_answer is null or x.answer = p_answer or (p_answer = 'seen' and x.seen is not null)) order by x.score desc, x.offered, x.organisation limit p_most
    ), w as (
        select n.organisation, 101 as score, 'buyer' as side from need n where n.id = p_need union all select m.organisation, m.score, m.side from m
    ), r as materialized (
        select w.*, row_number() over (order by w.score desc, w.organisation) as line, k.name, lower(k.email) as email, o.name as company, k.language
        from w join organisation o on o.id = w.organisation and o.suspended is null and o.erased is null
            left join lateral (select y.* from (select p.name, coalesce(x.email, p.email) as email, p.language, (x.email is null)::int as rank, q.role <> 'owner' as other, q.since
                    from member q join person p on p.id = q.person left join contact x on x.organisation = w.organisation and lower(x.email) = p.email where q.organisation = w.organisation and q.role in ('owner', 'editor')
                union all select coalesce(x.name, o.name), x.email, 'fr', 1, false, now() from contact x where x.organisation = w.organisation and x.email is not null) y
                order by y.rank, y.other, y.since limit 1) k on true
    )
    select jsonb_agg(jsonb_build_object('line', r.line, 'id', uuid_nth(r.line), 'name', r.name, 'email', r.email, 'company', r.company, 'organisation', r.organisation, 'side', r.side,
        'language', r.language, 'found', true, 'score', r.score)) filter (where r.email is not null), count(*) filter (where r.side = 'supplier'),
        count(*) filter (where r.email is null) into ids, all_of, lost from r;
    with a as materialized (
        select a.*, x.score, x.side from participant_add(p_org, p_convention, coalesce(ids, '[]'), true, p_people) a join jsonb_to_recordset(ids) as x (line int, score int, side text) on x.line = a.line where a.id is not null
    )
    select jsonb_agg(jsonb_build_object('line', a.line, 'id', uuid_nth(a.line), 'first', b.id, 'second', a.id, 'priority', 1 + least(4, a.score / 20), 'need', p_need)), count(*) filter (where a.added)
        into ids, made from a left join a b on b.side = 'buyer' where a.side = 'supplier' or a.added;
    select count(*) filter (where r.added) into asked from request_add(p_org, p_convention, null, coalesce((select jsonb_agg(x) from jsonb_array_elements(ids) x
        where x ->> 'first' is not null and x ->> 'first' <> x ->> 'second'), '[]'), 'match') r;
    return query select 200, jsonb_build_object('found', all_of, 'invited', made, 'requests', asked, 'unreachable', lost)::text;
end $$;

-- p_answer: 'accepted', 'declined' by who is asked (p_by) or for it by the organiser; 'withdrawn' by who asks, or the organiser. 404, 409 (answer: state).
create function request_answer(p_org uuid, p_id uuid, p_by uuid, p_answer text) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    r request;
    p participant;
    other participant;
begin
    select x.* into c from convention x join request q on q.convention = x.id where q.id = p_id and (x.organisation = p_org or p_by in (q.first, q.second)) for update of x;
    select * into r from request q where q.id = p_id and c.id is not null for update;
    if not found or (p_answer <> 'withdrawn' and p_by = r.first) or (p_answer = 'withdrawn' and p_by = r.second) then
        return query select 404, null::text, 0;
        return;
    elsif c.state not in ('draft', 'open', 'closed') or r.state = 'withdrawn' or r.state = p_answer
            or (r.state = 'declined' and (p_by is null) = (p_answer <> 'withdrawn')) then -- a refusal is turned by who refused; who asked does not take it away
        return query select 409, case when c.state not in ('draft', 'open', 'closed') then c.state else r.state end, r.version;
        return;
    elsif p_answer = 'accepted' and exists (select from participant x where x.id = p_by and x.state in ('declined', 'withdrawn')) then
        return query select 409, x.state, r.version from participant x where x.id = p_by;
        return;
    end if;
    update request q set state = p_answer, answered = case when p_answer <> 'withdrawn' then now() end, version = q.version + 1, updated = now() where q.id = p_id returning * into r;
    select * into p from participant x where x.id = r.first;
    select * into other from participant x where x.id = r.second;
    if p_answer <> 'withdrawn' then
        if p_answer = 'accepted' then
            perform participant_comes(p_by);
        end if;
        perform participant_tell(p, case p_answer when 'accepted' then 'accepted' else 'refused' end, jsonb_build_object('request', r.id, 'with', participant_brief(other)));
    end if;
    perform requests_settle(c.id, r.id);
    if p_answer <> 'accepted' and exists (select from meeting m where m.request = r.id) then
        perform repair_ask(c.id, jsonb_build_object('what', p_answer, 'request', r.id));
    end if;
    perform happen(c.id, 'request', jsonb_build_object('id', r.id, 'state', r.state));
    return query select 200, request_json(r)::text, r.version;
end $$;

-- The organiser pins, forbids, orders: p_args {"priority","session","slot","table","forbidden","after"}, absent members are none.
-- 404, 412, 422 (answer: the field, and behind a colon what is not there).
create function request_put(p_org uuid, p_id uuid, p_version int, p_args jsonb) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    r request;
    former request;
    v_session int;
    v_seat int;
begin
    select x.* into c from convention x join request q on q.convention = x.id where q.id = p_id and x.organisation = p_org for update of x;
    select * into r from request q where q.id = p_id and c.id is not null for update;
    v_session := (select s.session from convention_slot s where s.convention = c.id and s.name = p_args ->> 'session' limit 1);
    v_seat := (select t.number from convention_table t where t.convention = c.id and t.name = p_args ->> 'table');
    if r.id is null then
        return query select 404, null::text, 0;
    elsif r.version <> p_version then
        return query select 412, r.version::text, r.version;
    elsif (p_args ? 'session' and v_session is null) or (p_args ? 'table' and v_seat is null)
        or (p_args ? 'slot' and not exists (select from convention_slot s where s.convention = c.id and s.number = (p_args ->> 'slot')::int)) then
        return query select 422, x.field || ':' || (p_args ->> x.field), r.version
            from (select case when p_args ? 'session' and v_session is null then 'session' when p_args ? 'table' and v_seat is null then 'table' else 'slot' end as field) x;
    elsif exists (select from jsonb_array_elements_text(p_args -> 'after') a where a::uuid = p_id or not exists (select from request q where q.id = a::uuid and q.convention = c.id)) then
        return query select 422, 'after:' || (p_args ->> 'after'), r.version;
    else
        former := r;
        update request q set priority = coalesce((p_args ->> 'priority')::int, q.priority), session = v_session, slot = (p_args ->> 'slot')::int, seat = v_seat,
            forbidden = coalesce((select array_agg(x::int) from jsonb_array_elements_text(p_args -> 'forbidden') x), '{}'),
            after = coalesce((select array_agg(x::uuid) from jsonb_array_elements_text(p_args -> 'after') x), '{}'), version = q.version + 1, updated = now()
            where q.id = p_id returning * into r;
        if r.state = 'accepted' and (r.session, r.slot, r.seat, r.forbidden, r.after) is distinct from (former.session, former.slot, former.seat, former.forbidden, former.after) then
            perform repair_ask(c.id, jsonb_build_object('what', 'request', 'request', r.id));
        end if;
        perform happen(c.id, 'request', jsonb_build_object('id', r.id, 'state', r.state));
        return query select 200, request_json(r)::text, r.version;
    end if;
end $$;

-- Timetables

-- Where a version has its meetings.
create function timetable_places(p_timetable uuid) returns table (request uuid, slot int, seat int) language sql stable rows 1000 as $$
    select m.request, m.slot, m.seat from meeting m join convention c on c.id = m.convention where c.current = p_timetable
    union all
    select p.request, p.slot, p.seat from placement p where p.timetable = p_timetable and not exists (select from convention c where c.current = p_timetable)
$$;

-- What the solver is asked, as wire/agenda reads it. p_places: a version whose places are "previous" (NULL: the published one).
-- p_live: what has begun stays where it is published, nothing else comes there. p_only: these requests alone, and all who are in them.
create function convention_agenda(p_convention uuid, p_places uuid, p_live boolean, p_only uuid[] default null) returns table (agenda jsonb, requests uuid[]) language plpgsql stable
    set enable_nestloop = off set enable_mergejoin = off as $$
begin
    return query
    with c as materialized (
        select * from convention x where x.id = p_convention
    ), old as materialized (
        select o.* from timetable_places(coalesce(p_places, (select c.current from c))) o join convention_slot s on s.convention = p_convention and s.number = o.slot
    ), gone as materialized ( -- slots that have begun
        select coalesce(array_agg(s.number order by s.number), '{}') as slots from convention_slot s where s.convention = p_convention and p_live and lower(s.during) <= now()
    ), p as materialized (
        select x.*, array(select a from unnest(participant_absent(x, g.slots)) a where a <= (select count(*) from convention_slot s where s.convention = p_convention)) as absent,
            x.state in ('listed', 'coming') as comes, t.name as booth, coalesce((x.body ->> 'rest')::int, (c.body ->> 'rest')::int, 0) as pause
        from participant x cross join c cross join gone g left join convention_table t on t.convention = p_convention and t.name = x.body ->> 'table' and not t.lost where x.convention = p_convention
    ), x as materialized ( -- what has begun stays, whoever has withdrawn since; not with somebody who is not there
        select x.*, a.number as a, b.number as b, o.slot as was, o.seat as old_seat, t.lost, t.name as old_table, g.slots as gone, a.comes and b.comes as come, a.absent || b.absent as away,
            a.pause as first_pause, b.pause as second_pause, t.lost or t.name <> coalesce(a.booth, b.booth) and t.name <> coalesce(b.booth, a.booth) as misplaced,
            coalesce(o.slot = any (g.slots), false) as past, coalesce(o.slot = any (g.slots) and (k.slot, k.seat) = (o.slot, o.seat) and not o.slot = any (a.missing || b.missing), false) as begun
        from request x join p a on a.id = x.first join p b on b.id = x.second cross join gone g left join old o on o.request = x.id left join meeting k on k.convention = p_convention and k.request = x.id
            left join convention_table t on t.convention = p_convention and t.number = o.seat
        where x.convention = p_convention and (p_only is null or x.id = any (p_only))
    ), rushed as ( -- followed another that has begun closer than a rest that was set since
        select y.id from (select x.id, x.was - lag(x.was) over (partition by k.who, s.day order by x.was) as gap, k.pause from x join convention_slot s on s.convention = p_convention and s.number = x.was,
            lateral (values (x.first, x.first_pause), (x.second, x.second_pause)) k (who, pause) where x.begun) y where y.gap <= y.pause
    ), aside as materialized ( -- has begun where today's rules would not let it: it stays without being asked about (plan_end)
        select x.id, x.first, x.second, x.was from x where x.begun and (x.misplaced or x.id in (select y.id from rushed y))
    ), r as materialized ( -- what is pinned to where it cannot be would make everything impossible
        select x.*, case when x.begun or not x.past then x.was end as old_slot from x where case when x.begun then x.id not in (select y.id from aside y)
            else x.state = 'accepted' and x.come and not (p_live and coalesce(x.slot = any (x.away) or x.slot = any (x.gone), false)) end
    ), apart as materialized (
        select k.who, count(*) as count, array_agg(x.was) as slots from aside x, lateral (values (x.first), (x.second)) k (who) group by k.who
    ), fixed as materialized ( -- a cap that was lowered since counts for the others
        select k.who, count(*) as count from r, lateral (values (r.first), (r.second)) k (who) where r.begun or r.slot is not null group by k.who
    ), m as materialized (
        select r.*, row_number() over (order by r.created, r.id) as place, jsonb_strip_nulls(jsonb_build_object('id', r.id, 'people', jsonb_build_array(r.first, r.second), 'weight', r.priority,
                'session', (select s.name from convention_slot s where s.convention = p_convention and s.session = r.session and r.begun is not true limit 1),
                'slot', case when r.begun then r.old_slot else r.slot end,
                'table', case when r.begun then r.old_table else (select t.name from convention_table t where t.convention = p_convention and t.number = r.seat and not t.lost) end,
                'forbidden', case when r.begun then null else (select to_jsonb(array_agg(distinct x order by x)) from unnest(r.forbidden || r.gone) x
                    where x <= (select count(*) from convention_slot s where s.convention = p_convention)) end,
                'after', case when r.begun or r.after = '{}' then null else (select jsonb_agg(q.id) from r q where q.id = any (r.after)) end,
                'previous', case when r.old_slot is not null then jsonb_build_object('slot', r.old_slot, 'table', case when r.lost is not true then r.old_table end) end)) as j
        from r
    ), who as materialized (
        select p.*, y.most, case when y.most = 0 then array(select s.number from convention_slot s where s.convention = p_convention)
                else p.absent || array(select distinct s.number from unnest(e.slots) z join convention_slot o on o.convention = p_convention and o.number = z
                    join convention_slot s on s.convention = p_convention and s.day = o.day where s.number - z between 1 and p.pause and not s.number = any (p.absent || g.slots)) end as out
        from p cross join c cross join gone g left join apart e on e.who = p.id left join fixed f on f.who = p.id
            cross join lateral (select case when k.own is not null then greatest(k.own - coalesce(e.count, 0), coalesce(f.count, 0)) end as most
                from (select coalesce(p.body ->> 'most', c.body ->> 'most')::int as own) k) y
        where p.id in (select m.first from m union select m.second from m)
    ), bonds as (
        select jsonb_agg(jsonb_build_array(x.id, y.id)) as list from who x join who y on x.body ->> 'bound' = y.body ->> 'bound' and x.number < y.number
    )
    select jsonb_strip_nulls(jsonb_build_object('name', c.body -> 'name',
            'sessions', (select jsonb_agg(s.j - 'id') from jsonb_array_elements(c.body -> 'sessions') s (j)),
            'tables', coalesce((select jsonb_agg(t.name order by t.number) from convention_table t where t.convention = p_convention and not t.lost), '[]'),
            'people', coalesce((select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('id', w.id, 'name', w.name, 'organisation', w.company, 'absent', to_jsonb(nullif(w.out, '{}')),
                'most', nullif(w.most, 0), 'rest', nullif(w.pause, 0), 'table', w.booth)) order by w.number) from who w), '[]'),
            'bound', (select b.list from bonds b), 'meetings', coalesce((select jsonb_agg(m.j order by m.place) from m), '[]'))),
        coalesce((select array_agg(m.id order by m.place) from m), '{}')
    from c;
end $$;

-- The difference of two versions: [{"request","what","was","is"}].
create function timetable_difference(p_from uuid, p_to uuid) returns table (request uuid, what text, was_slot int, was_seat int, slot int, seat int) language sql stable as $$
    select coalesce(n.request, o.request), case when o.request is null then 'added' when n.request is null then 'cancelled' else 'moved' end, o.slot, o.seat, n.slot, n.seat
    from timetable_places(p_from) o full join timetable_places(p_to) n on n.request = o.request where (n.slot, n.seat) is distinct from (o.slot, o.seat)
$$;

-- Meetings for which a version says of a slot that has begun another thing than what is published, but for letting out who waits in vain.
create function timetable_past(t timetable) returns table (request uuid, slot int) language sql stable as $$
    select d.request, min(s.number) from convention c, timetable_difference(c.current, t.id) d join convention_slot s on s.convention = t.convention and s.number in (d.slot, d.was_slot) and lower(s.during) <= now()
        left join meeting m on m.convention = t.convention and m.request = d.request
    where c.id = t.convention and c.current is not null and c.starts <= now() and (m.request is null or d.slot = s.number or meeting_hinders(m) is null) group by d.request
$$;

-- What is wrong with a draft now, by who and what has changed since, with what a sentence needs: [{"request","rule","first","second",
-- "participant","name","slot","table"}], so many at most; NULL when nothing is.
create function timetable_faults(t timetable, p_most int default 50) returns jsonb language sql stable set enable_nestloop = off set enable_mergejoin = off as $$
    with x as materialized ( -- a booth or a pin at a table that is lost counts for nothing
        select p.request, p.slot, p.seat, r.people, r.state, r.slot as pin, k.number as pin_seat, r.session, r.forbidden, r.after, a as a, b as b,
            s.session as lies, s.day, l.name as at, l.lost, f.name as booth, g.name as other_booth,
            exists (select from meeting m where m.request = p.request and m.slot = p.slot and m.seat = p.seat and lower(m.during) <= now()) as begun -- and stays
        from timetable_places(t.id) p join request r on r.id = p.request join participant a on a.id = r.first join participant b on b.id = r.second
            left join convention_slot s on s.convention = t.convention and s.number = p.slot left join convention_table l on l.convention = t.convention and l.number = p.seat
            left join convention_table k on k.convention = t.convention and k.number = r.seat and not k.lost
            left join convention_table f on f.convention = t.convention and f.name = a.body ->> 'table' and not f.lost
            left join convention_table g on g.convention = t.convention and g.name = b.body ->> 'table' and not g.lost
    ), sides as materialized (
        select x.request, x.slot, x.day, x.at, x.begun or coalesce(x.pin = x.slot, false) as fixed, (k.p).id as who, (k.p).name as name, (k.p).state as state, participant_absent(k.p) as absent,
            coalesce((k.p).body ->> 'most', c.body ->> 'most')::int as most, coalesce((k.p).body ->> 'rest', c.body ->> 'rest', '0')::int as rest
        from x cross join lateral (values (x.a), (x.b)) k (p) join convention c on c.id = t.convention
    ), spaced as (
        select y.*, y.slot - lag(y.slot) over (partition by y.who, y.day order by y.slot) as gap, count(*) over (partition by y.who) as all_of,
            count(*) filter (where y.fixed) over (partition by y.who) as fixed_of, count(*) over (partition by y.who, y.slot) as at_once from sides y
    ), wrong as (
        select x.request, case when x.state <> 'accepted' then 'request' when x.lies is null then 'slot' when x.at is null or x.lost then 'table'
            when x.pin <> x.slot or x.pin_seat <> x.seat or x.slot = any (x.forbidden) or x.session <> x.lies then 'pinned'
            when x.at <> coalesce(x.booth, x.other_booth) and x.at <> coalesce(x.other_booth, x.booth) then 'booth' end as rule,
            null::uuid as participant, null::text as name, x.slot
        from x
        union all
        select y.request, case when y.state not in ('listed', 'coming') then 'withdrawn' when y.slot = any (y.absent) then 'absent' when y.all_of > y.most and y.all_of > y.fixed_of then 'most'
            when y.at_once > 1 then 'twice' when y.gap between 1 and y.rest then 'rest' end, y.who, y.name, y.slot from spaced y
        union all
        select z.request, case when count(*) over (partition by z.slot, z.seat) > 1 then 'seat' end, null, null, z.slot from x z
        union all
        select z.request, case when count(*) over (partition by n, z.slot) > 1 then 'bound' end, null, null, z.slot from x z, unnest(z.people) n where n < 0
        union all
        select z.request, 'order', null, null, z.slot from x z, unnest(z.after) q join x y on y.request = q where y.slot >= z.slot
        union all
        select z.request, 'past', null, null, z.slot from timetable_past(t) z
    )
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('request', w.request, 'rule', w.rule, 'participant', w.participant, 'name', w.name, 'slot', w.slot, 'table', w.at,
        'first', a.name, 'second', b.name))) from (select distinct w.*, y.at from wrong w left join x y on y.request = w.request where w.rule is not null and y.begun is not true limit p_most) w
        join request r on r.id = w.request join participant a on a.id = r.first join participant b on b.id = r.second
$$;

-- Raises SEQUENCE and tells both sides of each meeting. p_changes: [{"request","what": added|moved|cancelled|kept,"was"}]; one notice
-- for each participant, with all that changed for it. p_kind NULL: 'timetable' to who is told for the first time, else 'changed'.
create function meeting_tell(p_convention uuid, p_changes jsonb, p_kind text default null, p_final boolean default null) returns void language plpgsql
    set enable_mergejoin = off as $$
begin
    if p_changes is null or jsonb_array_length(p_changes) = 0 then
        return;
    end if;
    perform notice_lock();
    update request r set sequence = r.sequence + 1, updated = now()
        where r.id in (select (x ->> 'request')::uuid from jsonb_array_elements(p_changes) x where x ->> 'what' <> 'kept');
    with x as materialized (
        select * from jsonb_to_recordset(p_changes) as x (request uuid, what text, was jsonb)
    ), y as materialized (
        select r.id, r.first, r.second, jsonb_strip_nulls(case when x.what = 'cancelled' then coalesce(x.was, '{}') else jsonb_build_object('slot', s.number, 'session', s.name, 'start', lower(s.during), 'end', upper(s.during), 'table', l.name) end
                || jsonb_build_object('meeting', r.id, 'what', x.what, 'sequence', r.sequence, 'was', case when x.what = 'moved' then x.was end)) as j
        from x join request r on r.id = x.request left join meeting m on m.request = r.id left join convention_slot s on s.convention = m.convention and s.number = m.slot
            left join convention_table l on l.convention = m.convention and l.number = m.seat
    ), sides as (
        select y.first as who, y.second as other, y.j from y union all select y.second, y.first, y.j from y
    ), each as (
        select s.who, jsonb_agg(s.j || jsonb_build_object('with', participant_brief(o)) order by s.j ->> 'start', s.j ->> 'what', s.j ->> 'meeting') as changes
        from sides s join participant o on o.id = s.other group by s.who
    )
    insert into notice (organisation, participant, convention, kind, need_version, offer_version, step, body)
        select p.organisation, p.id, p.convention, coalesce(p_kind, case when exists (select from notice n where n.participant = p.id and n.kind in ('timetable', 'changed')) then 'changed' else 'timetable' end),
            coalesce(t.number, 0), 0, 0, participant_said(p) || jsonb_build_object('changes', e.changes, 'final', coalesce(p_final, t.state = 'final', false))
        from each e join participant p on p.id = e.who join convention c on c.id = p.convention left join timetable t on t.id = c.current
        where p.state not in ('declined', 'withdrawn') or p_kind is null order by p.number;
end $$;

-- Whether a draft knows less than what is published: another version, or a meeting that was picked on acceptance since.
create function timetable_overtaken(c convention, t timetable) returns boolean language sql stable as $$
    select t.base is distinct from c.current or exists (select from meeting m where m.convention = c.id and m.at > coalesce((select p.started from plan p where p.id = t.plan), t.created)
        and not exists (select from placement p where p.timetable = t.id and p.request = m.request))
$$;

create function place_json(p_convention uuid, p_slot int, p_seat int) returns jsonb language sql stable as $$
    select slot_json(s) || jsonb_build_object('table', t.name) from convention_slot s, convention_table t
    where s.convention = p_convention and s.number = p_slot and t.convention = p_convention and t.number = p_seat
$$;

-- A draft becomes what holds. The convention is locked; faults have been looked for.
create function timetable_apply(c convention, t timetable, p_state text) returns int language plpgsql set enable_mergejoin = off as $$
declare
    changes jsonb;
    number int;
begin
    select jsonb_agg(jsonb_strip_nulls(jsonb_build_object('request', d.request, 'what', d.what, 'was', place_json(c.id, d.was_slot, d.was_seat)))), count(*) into changes, number
        from timetable_difference(c.current, t.id) d;
    if c.current is not null then
        insert into placement (timetable, request, slot, seat) select c.current, m.request, m.slot, m.seat from meeting m where m.convention = c.id;
    end if;
    delete from meeting m where m.convention = c.id and not exists (select from placement p where p.timetable = t.id and p.request = m.request);
    update meeting m set slot = p.slot, seat = p.seat, at = now() from placement p where m.convention = c.id and p.timetable = t.id and p.request = m.request and (p.slot, p.seat) <> (m.slot, m.seat);
    insert into meeting (request, convention, slot, seat) select p.request, c.id, p.slot, p.seat from placement p
        where p.timetable = t.id and not exists (select from meeting m where m.request = p.request);
    delete from placement p where p.timetable = t.id;
    update timetable x set state = 'replaced' where x.id = c.current;
    update timetable x set state = p_state, published = now() where x.id = t.id;
    update convention x set current = t.id where x.id = c.id;
    perform meeting_tell(c.id, changes, null, p_state = 'final');
    perform happen(c.id, 'timetable', jsonb_build_object('id', t.id, 'number', t.number, 'state', p_state, 'made', t.made, 'changes', coalesce(number, 0)));
    return coalesce(number, 0);
end $$;

-- 404; 409 (answer: the state, or a JSON array of faults); 412 (answer: its version, or 'base': another one was published since).
create function timetable_publish(p_org uuid, p_id uuid, p_version int, p_final boolean) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    t timetable;
    faults jsonb;
    word text := case when p_final then 'final' else 'preliminary' end;
begin
    select x.* into c from convention x join timetable y on y.convention = x.id where y.id = p_id and x.organisation = p_org for update of x;
    select * into t from timetable x where x.id = p_id and c.id is not null for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif t.version <> p_version then
        return query select 412, t.version::text, t.version;
        return;
    elsif c.state not in ('open', 'closed') or not (t.state = 'draft' or (t.state = 'preliminary' and p_final)) then
        return query select 409, case when c.state not in ('open', 'closed') then c.state else t.state end, t.version;
        return;
    elsif t.state = 'draft' and timetable_overtaken(c, t) then
        return query select 412, 'base', t.version;
        return;
    end if;
    faults := timetable_faults(t);
    if faults is not null then
        return query select 409, faults::text, t.version;
        return;
    end if;
    if t.state = 'draft' then
        perform timetable_apply(c, t, word); -- what did not change is told to nobody: its state is read with it
    else
        update timetable x set state = 'final' where x.id = t.id;
        perform meeting_tell(c.id, (select jsonb_agg(jsonb_build_object('request', m.request, 'what', 'kept')) from meeting m where m.convention = c.id), 'timetable', true);
        perform happen(c.id, 'timetable', jsonb_build_object('id', t.id, 'number', t.number, 'state', 'final', 'made', t.made, 'changes', 0));
    end if;
    return query select 200, timetable_json(x)::text, x.version from timetable x where x.id = t.id;
end $$;

-- A draft: p_from a version (its places), or p_rows [{"id","slot","table"}] from outside, where p_left {"kind","fr","en"} says why the others have none. 404, 422 (answer: a request or table that is not there).
create function timetable_add(p_org uuid, p_convention uuid, p_id uuid, p_from uuid, p_rows jsonb, p_left jsonb) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    t timetable;
    unknown text;
begin
    select * into c from convention x where x.id = p_convention and x.organisation = p_org for update;
    if not found or (p_from is not null and not exists (select from timetable x where x.id = p_from and x.convention = p_convention)) then
        return query select 404, null::text, 0;
        return;
    end if;
    unknown := (select coalesce(r.id, x.table) from jsonb_to_recordset(p_rows) as x (id text, slot int, "table" text) cross join lateral (select case when not exists (select from request q
        where q.id::text = x.id and q.convention = c.id) then x.id end as id) r left join convention_table b on b.convention = c.id and b.name = x.table
        where x.slot is not null and (r.id is not null or b.number is null or not exists (select from convention_slot s where s.convention = c.id and s.number = x.slot)) limit 1);
    if unknown is not null then
        return query select 422, unknown, 0;
        return;
    end if;
    update convention x set numbers = x.numbers + 1 where x.id = c.id returning * into c;
    insert into timetable (id, convention, number, state, made, base, levels, left_out) values (p_id, c.id, c.numbers, 'draft', case when p_rows is null then 'hand' else 'upload' end, c.current,
        coalesce((select x.levels from timetable x where x.id = p_from), '{}'), coalesce((select x.left_out from timetable x where x.id = p_from), '[]')) returning * into t;
    insert into placement (timetable, request, slot, seat) select p_id, x.request, x.slot, x.seat from timetable_places(p_from) x
        union all select p_id, x.id, x.slot, b.number from jsonb_to_recordset(p_rows) as x (id uuid, slot int, "table" text) join convention_table b on b.convention = c.id and b.name = x.table where x.slot is not null;
    if p_rows is not null then
        update timetable x set left_out = coalesce((select jsonb_agg(jsonb_build_object('request', r.id) || p_left order by r.created, r.id) from request r join participant a on a.id = r.first join participant b on b.id = r.second
            where r.convention = c.id and r.state = 'accepted' and a.state in ('listed', 'coming') and b.state in ('listed', 'coming') and not exists (select from placement y where y.timetable = p_id and y.request = r.id)), '[]')
            where x.id = p_id returning * into t;
    end if;
    perform happen(c.id, 'draft', jsonb_build_object('id', t.id, 'number', t.number));
    return query select 201, timetable_json(t)::text, 1;
end $$;

-- p_slot NULL: out of the timetable, p_left {"kind","fr","en"} says so. The rules have been asked (core/verify); p_version is the draft's. 404, 409 (its state), 412.
create function timetable_move(p_org uuid, p_id uuid, p_version int, p_request uuid, p_slot int, p_table text, p_left jsonb) returns table (status int, answer text, version int) language plpgsql as $$
declare
    c convention;
    t timetable;
begin
    select x.* into c from convention x join timetable y on y.convention = x.id where y.id = p_id and x.organisation = p_org for update of x;
    select * into t from timetable x where x.id = p_id and c.id is not null for update;
    if not found or not exists (select from request r where r.id = p_request and r.convention = t.convention) then
        return query select 404, null::text, 0;
    elsif t.version <> p_version then
        return query select 412, t.version::text, t.version;
    elsif t.state <> 'draft' then
        return query select 409, t.state, t.version;
    else
        delete from placement p where p.timetable = p_id and p.request = p_request;
        insert into placement (timetable, request, slot, seat) select p_id, p_request, p_slot, b.number from convention_table b where b.convention = t.convention and b.name = p_table and p_slot is not null;
        update timetable x set version = x.version + 1, levels = '{}', left_out = coalesce((select jsonb_agg(y) from jsonb_array_elements(x.left_out) y where y ->> 'request' <> p_request::text), '[]')
            || case when p_slot is null then jsonb_build_array(jsonb_build_object('request', p_request) || p_left) else '[]' end where x.id = p_id returning * into t;
        perform happen(c.id, 'draft', jsonb_build_object('id', t.id, 'number', t.number, 'version', t.version));
        return query select 200, timetable_json(t)::text, t.version;
    end if;
end $$;

create function timetable_drop(p_org uuid, p_id uuid) returns text language plpgsql as $$
declare
    c convention;
    t timetable;
begin
    select x.* into c from convention x join timetable y on y.convention = x.id where y.id = p_id and x.organisation = p_org for update of x;
    select * into t from timetable x where x.id = p_id and c.id is not null for update;
    if not found then
        return '404';
    elsif t.state <> 'draft' then
        return t.state;
    end if;
    update timetable x set state = 'dropped' where x.id = p_id;
    delete from placement p where p.timetable = p_id;
    perform happen(c.id, 'draft', jsonb_build_object('id', t.id, 'number', t.number, 'state', 'dropped'));
    return '204';
end $$;

-- Runs of the solver

-- p_org NULL: a repair that is due (the daemon asks). 404, 409 (answer: 'running', the state, 'empty': nothing to plan, 'mode'). agenda: what to solve.
create function plan_begin(p_org uuid, p_convention uuid, p_id uuid, p_options jsonb) returns table (status int, answer text, agenda text) language plpgsql as $$
declare
    c convention;
    a record;
    made plan;
    mends boolean := p_org is null;
begin
    select * into c from convention x where x.id = p_convention and (mends or x.organisation = p_org) for update;
    if not found then
        return query select 404, null::text, null::text;
        return;
    elsif c.state not in ('draft', 'open', 'closed') or (mends and (c.repair is null or c.current is null)) then
        return query select 409, c.state, null::text;
        return;
    elsif exists (select from plan x where x.convention = p_convention and x.state = 'running' and x.kind = case when mends then 'repair' else 'plan' end) then
        return query select 409, 'running', null::text;
        return;
    end if;
    select * into a from convention_agenda(p_convention, null, mends or c.starts <= now());
    if cardinality(a.requests) = 0 and not mends then
        return query select 409, 'empty', null::text;
        return;
    end if;
    insert into plan (id, convention, kind, state, options, base, requests, asked) values (p_id, p_convention, case when mends then 'repair' else 'plan' end, 'running', p_options, c.current, a.requests, c.repair)
        returning * into made;
    perform happen(p_convention, 'plan', plan_json(made) - 'curve');
    return query select 201, plan_json(made)::text, a.agenda::text;
end $$;

-- What a run says of itself; whether it goes on (false: somebody stops it, or it is no longer known).
create function plan_say(p_id uuid, p_progress jsonb) returns boolean language plpgsql as $$
declare
    made plan;
begin
    perform from convention c join plan p on p.convention = c.id where p.id = p_id for update of c; -- before the plan, as plan_end
    update plan p set seen = now(), progress = coalesce(p_progress, p.progress), curve = case when p_progress is null or jsonb_array_length(p.curve) >= 3600 then p.curve else p.curve || p_progress end
        where p.id = p_id and p.state = 'running' returning * into made;
    if found and p_progress is not null then
        perform happen(made.convention, 'progress', p_progress || jsonb_build_object('plan', made.id));
    end if;
    return found and not made.stopping;
end $$;

-- The end of a run. p_state: done, stopped or failed; p_places: one {"slot","table"} or null for each of its requests, NULL: none found;
-- p_left: [{"meeting": place in the agenda from 0, "kind","fr","en"}]. Of a repair the new version is published at once, as long as
-- nothing else was, and unless the organiser wants to see it first: the notice says its state. A repair that failed leaves out what cannot
-- be. Whether something is told.
create function plan_end(p_id uuid, p_state text, p_said jsonb, p_levels jsonb, p_places jsonb, p_left jsonb) returns boolean language plpgsql as $$
declare
    c convention;
    r plan;
    t timetable;
    changes int;
    told boolean := false;
begin
    select x.* into c from convention x join plan p on p.convention = x.id where p.id = p_id for update of x;
    select * into r from plan p where p.id = p_id and p.state = 'running' for update;
    if not found then
        return false;
    end if;
    -- What it says may name somebody who was erased meanwhile.
    if exists (select from participant q where q.convention = c.id and q.email is null and q.updated >= r.started) then
        p_said := null;
        p_left := (select jsonb_agg(x - 'fr' - 'en') from jsonb_array_elements(p_left) x);
    end if;
    if r.kind = 'repair' and p_places is null and p_state = 'stopped' then -- nothing came of it, and it stays due
        update plan p set state = p_state, said = p_said, ended = now() where p.id = p_id returning * into r;
        perform happen(c.id, 'plan', plan_json(r) - 'curve');
        return false;
    end if;
    if p_places is not null or r.kind = 'repair' then
        update convention x set numbers = x.numbers + 1 where x.id = c.id returning * into c;
        insert into timetable (id, convention, number, state, made, base, plan, levels, left_out, why) values (gen_random_uuid(), c.id, c.numbers, 'draft', r.kind, r.base, r.id, coalesce(p_levels, '{}'),
            coalesce((select jsonb_agg((x - 'meeting') || jsonb_build_object('request', r.requests[(x ->> 'meeting')::int + 1])) from jsonb_array_elements(p_left) x), '[]'),
            case when r.kind = 'repair' then c.repair_why end) returning * into t;
    end if;
    if p_places is not null then
        insert into placement (timetable, request, slot, seat) select t.id, r.requests[x.ord], (x.j ->> 'slot')::int, b.number
            from jsonb_array_elements(p_places) with ordinality x (j, ord) join convention_table b on b.convention = c.id and b.name = x.j ->> 'table'
            where x.j <> 'null' and exists (select from request q where q.id = r.requests[x.ord]);
        insert into placement (timetable, request, slot, seat) select t.id, m.request, m.slot, m.seat from meeting m -- has begun, and was not asked about
            where m.convention = c.id and lower(m.during) <= r.started and not m.request = any (r.requests) and meeting_hinders(m) is null;
    elsif r.kind = 'repair' then
        insert into placement (timetable, request, slot, seat) select t.id, m.request, m.slot, m.seat from meeting m where m.convention = c.id and meeting_hinders(m) is null;
    end if;
    update plan p set state = p_state, said = p_said, timetable = t.id, ended = now() where p.id = p_id returning * into r;
    if r.kind = 'repair' then
        update convention x set repair = null where x.id = c.id and x.repair is not distinct from r.asked;
        if c.state not in ('open', 'closed') or timetable_overtaken(c, t) or (c.repair is distinct from r.asked and timetable_faults(t, 1) is not null)
                or exists (select from timetable_past(t)) then -- overtaken, perhaps by the time: once more
            delete from placement p where p.timetable = t.id;
            update timetable x set state = 'dropped' where x.id = t.id;
            perform repair_ask(c.id, c.repair_why);
        else
            loop -- each round one more may be alone in the wrong
                delete from placement p using jsonb_to_recordset(timetable_faults(t, null)) as f (request uuid) where p.timetable = t.id and p.request = f.request;
                exit when not found;
            end loop;
            select count(*) into changes from timetable_difference(c.current, t.id);
            if changes = 0 then
                delete from placement p where p.timetable = t.id;
                update plan p set timetable = null where p.id = p_id;
                delete from timetable x where x.id = t.id;
            else
                if coalesce((c.body ->> 'auto')::boolean, true) then
                    perform timetable_apply(c, t, (select x.state from timetable x where x.id = c.current));
                end if;
                told := true;
                perform notice_lock();
                insert into notice (organisation, convention, kind, need_version, offer_version, step, body) select c.organisation, c.id, 'repaired', t.number, 0, 0,
                    jsonb_build_object('convention', jsonb_build_object('id', c.id, 'name', c.body -> 'name'), 'timetable', t.id, 'state', x.state, 'changes', changes, 'why', c.repair_why) from timetable x where x.id = t.id;
            end if;
        end if;
    end if;
    select * into r from plan p where p.id = p_id;
    perform happen(c.id, 'plan', plan_json(r) - 'curve');
    return told;
end $$;

-- Whether its process is gone; of a repair sooner: somebody waits in the hall, another one begins.
create function plan_lost(p plan, p_lease int) returns boolean language sql stable as $$
    select p.state = 'running' and p.seen < now() - make_interval(secs => case p.kind when 'repair' then p_lease / 4 else p_lease end)
$$;

-- What the time brings: runs whose process is gone, reminders, ends, what is forgotten. One convention at a time: whoever held the
-- notices and waited for another convention would stop all others. True when there may be more.
create function conventions_tick(p_lease int, p_days int, p_rows int) returns boolean language plpgsql as $$
declare
    c convention;
    p participant;
begin
    delete from happening h where (h.convention, h.seq) in (select y.convention, y.seq from happening y where y.at < now() - interval '90 days' limit p_rows * 10);
    select * into c from convention x where (x.state in ('open', 'closed') and (x.ends < now() or (x.current is not null and not x.reminded and x.starts between now() and now() + interval '1 day')))
            or x.id in (select y.convention from plan y where plan_lost(y, p_lease))
            or (coalesce(x.ends, x.updated) < now() - make_interval(days => p_days) and exists (select from participant q where q.convention = x.id and q.email is not null))
        limit 1 for update skip locked;
    if not found then
        return false;
    end if;
    perform plan_end(y.id, case y.kind when 'repair' then 'stopped' else 'failed' end, '{"fr": "Son processus n''est plus là.", "en": "Its process is gone."}', null, null, '[]') from plan y where y.convention = c.id and plan_lost(y, p_lease);
    if c.state in ('open', 'closed') and c.ends < now() then
        perform convention_move(c.organisation, c.id, 'over', '{open,closed}');
    elsif c.state in ('open', 'closed') and c.current is not null and not c.reminded and c.starts between now() and now() + interval '1 day' then
        update convention x set reminded = true where x.id = c.id;
        for p in select * from participant q where q.convention = c.id and q.state in ('listed', 'coming') and exists (select from booking b where b.person = q.number) loop
            perform participant_tell(p, 'reminder', jsonb_build_object('changes', (select jsonb_agg(meeting_json(m) || jsonb_build_object('meeting', r.id, 'what', 'kept', 'sequence', r.sequence,
                'with', participant_brief(o)) order by m.slot) from meeting m join request r on r.id = m.request join participant o on o.id in (r.first, r.second) and o.id <> p.id
                where p.id in (r.first, r.second))));
        end loop;
    end if;
    if coalesce(c.ends, c.updated) < now() - make_interval(days => p_days) then
        perform participant_erase(q) from participant q where q.convention = c.id and q.email is not null;
    end if;
    return true;
end $$;

-- Nothing of a person is left but that somebody met.
create function participant_erase(p participant) returns void language plpgsql as $$
begin
    perform from convention c where c.id = p.convention for update;
    update participant x set name = '…', email = null, company = null, person = null, organisation = null, body = x.body - 'note', key = gen_random_uuid(),
        state = case when x.state in ('listed', 'invited', 'coming') and exists (select from convention c where c.id = x.convention and c.state in ('draft', 'open', 'closed')) then 'withdrawn' else x.state end,
        version = x.version + 1, updated = now() where x.id = p.id;
    update request r set message = null where r.first = p.id and r.message is not null;
    update happening h set body = case when h.body #>> '{participant,id}' = p.id::text then jsonb_set(h.body, '{participant}', jsonb_build_object('id', p.id, 'name', '…')) else h.body - 'said' end
        where h.convention = p.convention and (h.body #>> '{participant,id}' = p.id::text or position(p.name in concat(h.body #>> '{said,fr}', h.body #>> '{said,en}')) > 0);
    -- Sentences that say why a meeting has no place name people.
    update timetable t set left_out = (select jsonb_agg(case when position(p.name in concat(x ->> 'fr', x ->> 'en')) > 0 then x - 'fr' - 'en' else x end order by i)
            from jsonb_array_elements(t.left_out) with ordinality y (x, i))
        where t.convention = p.convention and exists (select from jsonb_array_elements(t.left_out) x where position(p.name in concat(x ->> 'fr', x ->> 'en')) > 0);
    update plan x set said = null where x.convention = p.convention and position(p.name in concat(x.said ->> 'fr', x.said ->> 'en')) > 0;
    delete from notice n where n.participant = p.id;
    update notice n set body = jsonb_strip_nulls(case when n.body #>> '{with,id}' = p.id::text then n.body - 'message' else n.body end
            || jsonb_build_object('with', case when n.body #>> '{with,id}' = p.id::text then '{"name": "…"}'::jsonb else n.body -> 'with' end,
            'changes', (select jsonb_agg(case when x #>> '{with,id}' = p.id::text then x || '{"with": {"name": "…"}}' else x end) from jsonb_array_elements(n.body -> 'changes') x)))
        where n.convention = p.convention and n.body::text like '%' || p.id || '%';
    delete from channel c where c.participant = p.id;
    perform repair_ask(p.convention, jsonb_build_object('what', 'withdraw', 'participant', p.id));
end $$;

create function person_gone() returns trigger language plpgsql as $$
begin
    perform from convention c where c.id in (select p.convention from participant p where p.person = old.id or p.email = old.email) order by c.id for update;
    perform participant_erase(p) from participant p where p.person = old.id or p.email = old.email;
    return old;
end $$;
create trigger person_gone before delete on person for each row execute function person_gone();

create function organisation_left() returns trigger language plpgsql as $$
begin
    perform from convention c where c.organisation = new.id or c.id in (select p.convention from participant p where p.organisation = new.id) order by c.id for update;
    perform participant_erase(p) from participant p where p.organisation = new.id;
    perform convention_move(new.id, c.id, 'cancelled', '{draft,open,closed}') from convention c where c.organisation = new.id and c.state in ('draft', 'open', 'closed');
    return null;
end $$;
create trigger organisation_left after update of erased on organisation for each row when (new.erased is not null and old.erased is null) execute function organisation_left();

-- Outcomes

-- p_by: who says so. 404; 409: it has not taken place yet.
create function outcome_put(p_by uuid, p_request uuid, p_met boolean, p_useful boolean, p_follow text) returns table (status int, answer text) language plpgsql as $$
begin
    if not exists (select from request r where r.id = p_request and p_by in (r.first, r.second)) then
        return query select 404, null::text;
    elsif not exists (select from meeting m where m.request = p_request and lower(m.during) <= now()) then
        return query select 409, 'not yet';
    else
        insert into outcome (request, participant, met, useful, follow_up) values (p_request, p_by, p_met, p_useful, p_follow)
            on conflict (request, participant) do update set met = excluded.met, useful = excluded.useful, follow_up = excluded.follow_up, at = now();
        return query select 200, jsonb_strip_nulls(jsonb_build_object('request', o.request, 'met', o.met, 'useful', o.useful, 'follow_up', o.follow_up, 'at', o.at))::text
            from outcome o where o.request = p_request and o.participant = p_by;
    end if;
end $$;

-- As before, with what came of meetings.
create or replace function need_funnel(p_need uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object('need', p_need, 'matched', count(*) filter (where m.state <> 'withdrawn' or m.told is not null),
            'held', count(*) filter (where m.state = 'held'), 'told', count(m.told), 'withdrawn', count(*) filter (where m.state = 'withdrawn' and m.told is not null),
            'seen', count(m.seen), 'interested', count(*) filter (where m.answer = 'interested'),
            'declined', count(*) filter (where m.answer = 'declined'),
            'reasons', coalesce((select jsonb_object_agg(r.reason, r.count) from (select coalesce(x.reason, 'other') as reason, count(*) from match x
                where x.need = p_need and x.answer = 'declined' group by 1) r), '{}'),
            'next_wave', (select case when exists (select from match x where x.need = n.id and x.state = 'held') then n.wave end from need n where n.id = p_need))
        || (select jsonb_build_object('requested', count(*), 'meetings', count(k.request), 'met', count(*) filter (where o.met), 'useful', count(*) filter (where o.useful),
                'follow_up', count(*) filter (where o.follow))
            from request r left join meeting k on k.request = r.id left join lateral (select bool_or(x.met) as met, bool_or(x.useful) as useful,
                bool_or(x.follow_up is not null and x.follow_up <> 'none') as follow from outcome x where x.request = r.id) o on true
            where r.need = p_need and r.state <> 'withdrawn')
        from match m where m.need = p_need);
end $$;

-- As before; what is told to a participant goes by its own mail at once, and by the webhooks of its organisation.
create or replace function dispatch(p_rows int) returns table (taken int, due int) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
declare
    since bigint;
    last bigint;
    taken int;
    due int;
begin
    select c.id into since from cursor c where c.name = 'dispatch' for update skip locked;
    if since is null then
        return query select 0, 0;
        return;
    end if;
    select max(x.id), count(*) into last, taken from (select n.id from notice n where n.id > since order by n.id limit p_rows) x;
    if taken = 0 then
        return query select 0, 0;
        return;
    end if;
    update cursor c set id = last where c.name = 'dispatch';
    with n as materialized (
        select * from notice x where x.id > since and x.id <= last
    ), way as materialized (
        select c as c, n.id as notice, n.kind, n.need, n.alert from n join channel c on c.organisation = n.organisation and c.alert is null
            where n.alert is null and c.active and c.kind in ('mail', 'webhook') and (n.convention is null or c.kind = 'webhook')
                and (n.body -> 'score' is null or (n.body ->> 'score')::int >= c.least_score or (n.kind <> 'match' and notice_known(n, c.least_score)))
                and (c.kind = 'webhook' or n.kind <> 'matched')
        union all
        select c, n.id, n.kind, n.need, n.alert from n join channel c on c.alert = n.alert
            where n.alert is not null and c.active and c.kind in ('mail', 'webhook')
                and not exists (select from organisation o where o.id = c.organisation and o.suspended is not null)
        union all
        select c, n.id, n.kind, n.need, n.alert from n join channel c on c.participant = n.participant where c.active and c.kind = 'mail'
    ), waiting as materialized ( -- needs of which a channel that tells at once holds something; what a channel holds is read once
        select distinct h.channel, x.need from (select distinct (w.c).id from way w where (w.c).kind = 'mail' and (w.c).rhythm = 'now') v
            join held h on h.channel = v.id join notice x on x.id = h.notice
    ), ranked as materialized (
        select (w.c).id as channel, w.c as c, w.notice, w.kind, w.need, count(*) filter (where w.kind = 'match') over (partition by (w.c).id order by w.notice) as matches,
            count(*) filter (where w.kind = 'match') over (partition by (w.c).id) > 5 and w.kind = 'match' and (w.c).rhythm = 'now' as many,
            w.need is not null and ((w.c).id, w.need) in (select g.channel, g.need from waiting g) as waits
        from way w
    ), told as materialized ( -- new matches that each channel with a weekly cap was told at once
        select r.channel, (select count(*) from outbox b where b.channel_id = r.channel and b.kind = 'match' and b.created > now() - interval '7 days') as before
        from (select distinct channel from ranked where (c).kind = 'mail' and (c).rhythm = 'now' and (c).weekly_most is not null) r
    ), decided as materialized (
        select r.*, bool_or((r.c).kind = 'mail' and ((r.c).rhythm <> 'now' or r.waits or r.many or (r.kind = 'match' and (r.c).weekly_most is not null
            and t.before + r.matches > (r.c).weekly_most))) over (partition by r.channel, r.need order by r.notice) as hold
        from ranked r left join told t on t.channel = r.channel
    ), kept as (
        insert into held (channel, notice) select d.channel, d.notice from decided d where d.hold on conflict do nothing
    ), digested as ( -- one that is about to go out is waited for: nothing is held without a time
        update channel x set digest = case when h.many then least(x.digest, channel_awake(x, now())) else coalesce(x.digest, channel_digest(x, now())) end
            from (select d.channel, bool_or(d.many) as many from decided d where d.hold group by d.channel) h
            where x.id = h.channel and (h.many or x.digest is null or x.digest <= clock_timestamp() + interval '5 minutes')
    ), buttons as (
        insert into button (match, channel) select distinct m.id, d.channel from decided d join n on n.id = d.notice
            join match m on m.need = n.need and m.organisation = n.organisation
            where (d.c).kind = 'mail' and n.alert is null and d.kind in ('match', 'amended', 'closing') on conflict do nothing
    ), made as (
        insert into outbox (id, channel, kind, person, channel_id, notice, due, since)
            select gen_random_uuid(), (d.c).kind, d.kind, (d.c).person, d.channel, d.notice, w.due, w.due
            from decided d, lateral (select case when (d.c).kind = 'mail' then channel_awake(d.c, now()) else now() end as due) w
            where not d.hold order by d.notice
            on conflict do nothing returning 1
    )
    select count(*) into due from made;
    return query select taken, due;
end $$;

-- As before; a participant is not written to any more, and stays one.
create or replace function channel_stop(p_id uuid) returns text language plpgsql as $$
declare
    c channel;
begin
    update channel x set active = false, digest = null, said = 'unsubscribed' where x.id = p_id returning * into c;
    if not found then
        return null;
    end if;
    delete from held h where h.channel = p_id;
    update outbox b set state = 'failed', said = 'unsubscribed' where b.channel_id = p_id and b.state = 'due';
    if c.alert is not null and c.organisation is null then
        insert into journal (subject, key, what) values ('alert', c.alert, 'dropped');
        delete from alert a where a.id = c.alert;
    end if;
    return c.kind;
end $$;
