-- SPDX-License-Identifier: EUPL-1.2
-- Ways to be told, saved alerts, answers to a need, waves; what is due at a time; and the outbox that delivers all of it.

-- A search over needs that somebody keeps. body: the record "alert", canonical.
create table alert (
    id uuid primary key,
    organisation uuid references organisation on delete cascade, -- whose it is
    email text check (email = lower(email)), -- or of an address without an account, that confirmed it
    language text not null default 'fr' check (language in ('fr', 'en')),
    body jsonb not null,
    version int not null default 1,
    created timestamptz not null default now(),
    updated timestamptz not null default now(),
    check ((organisation is null) <> (email is null))
);
create index on alert (organisation);
create index on alert (email);

-- One way to be told: of what is told to the organisation, or of the needs that an alert finds.
create table channel (
    id uuid primary key,
    organisation uuid references organisation on delete cascade, -- NULL: of the alert of an address
    person uuid, -- whose own it is; mail goes there. NULL: the organisation's, or of an address
    alert uuid references alert on delete cascade,
    kind text not null check (kind in ('mail', 'webhook', 'feed', 'calendar')), -- feed and calendar are fetched
    label text,
    active boolean not null default true,
    rhythm text not null default 'now' check (rhythm in ('now', 'daily', 'weekly')),
    hour int not null default 8 check (hour between 0 and 23), -- of a digest, in Paris
    weekday int not null default 1 check (weekday between 1 and 7), -- of a weekly one; 1: Monday
    quiet_from int check (quiet_from between 0 and 23), -- hours in Paris without mail
    quiet_to int check (quiet_to between 0 and 23),
    least_score int not null default 0 check (least_score between 0 and 100),
    weekly_most int check (weekly_most > 0), -- new matches told at once in seven days; the rest go into a digest
    url text,
    secret text,     -- of a webhook: boxed under the daemon's key
    public_key text, -- to check its signatures by
    said text,       -- why it was switched off
    rest timestamptz,   -- the endpoint has failed: left alone until then
    digest timestamptz, -- when what is held goes out
    created timestamptz not null default now(),
    foreign key (person, organisation) references member (person, organisation) on delete cascade,
    check (organisation is not null or alert is not null),
    check ((kind = 'webhook') = (url is not null)),
    check ((quiet_from is null) = (quiet_to is null))
);
create index on channel (organisation) where alert is null;
create index on channel (alert);
create index on channel (person, organisation);
create index on channel (digest) where digest is not null;

-- A need that an alert has found.
create table hit (
    alert uuid not null references alert on delete cascade,
    need uuid not null references need on delete cascade,
    state text not null check (state in ('told', 'withdrawn')),
    lots jsonb not null, -- [{"lot","title"}]
    at timestamptz not null default now(),
    primary key (alert, need)
);
create index on hit (need);

-- held: it matches, and its wave has not come yet. id: what a mailed link stands for.
alter table match
    drop constraint match_state_check,
    add check (state in ('held', 'told', 'withdrawn')),
    add id uuid not null unique default gen_random_uuid(),
    add told timestamptz,
    add seen timestamptz,
    add answer text check (answer in ('interested', 'declined')),
    add answered timestamptz,
    add reason text,
    add message text,
    add reported boolean not null default false; -- the buyer was told of the interest
update match set told = at;
create index on match (need) where answer = 'interested' and not reported;
create index on match (need, state, score desc, offered, organisation);
create index on match (organisation) where answer = 'interested';

alter table need
    add wave timestamptz,          -- when the next wave may go, and with it a look at whether all must be told
    add closing int,               -- the days before the deadline that were told last
    add interest_told timestamptz; -- when its buyer was last told of interest
create index on need (wave) where wave is not null and state in ('published', 'amended');
create index on need (deadline) where state in ('published', 'amended');

alter table offer add reopened date; -- "complet jusqu'au" that has passed, and since when it is matched again
create index on offer ((body ->> 'full_until')) where body ? 'full_until';

-- A notice is written once and whole: whoever gets it twice gets the same.
alter table notice
    add alert uuid references alert on delete cascade,
    alter organisation drop not null,
    add check (organisation is not null or alert is not null),
    drop constraint notice_kind_check,
    add check (kind in ('match', 'amended', 'withdrawn', 'closing', 'closed', 'awarded', 'cancelled', 'matched', 'interest', 'interests')),
    drop constraint notice_need_organisation_kind_need_version_offer_version_st_key;
create unique index notice_once on notice (need, coalesce(alert, organisation), kind, need_version, offer_version, step);
create index on notice (alert);
update notice n set body = jsonb_build_object('need', need_brief(d)) || n.body || case when n.kind in ('match', 'amended') then
        coalesce((select jsonb_build_object('score', m.score, 'partial', m.partial, 'lots', m.lots) from match m
            where m.need = n.need and m.organisation = n.organisation), '{}') else '{}' end
    from need d where d.id = n.need;

create or replace function notice_json(n notice) returns jsonb language sql immutable as $$
    select jsonb_build_object('id', n.id::text, 'kind', n.kind, 'at', n.at, 'version', n.need_version) || n.body
$$;

-- What the buttons of a mail stand for: an answer to a need by whom the mail is to, as long as it may answer.
create table button (
    id uuid primary key default gen_random_uuid(),
    match uuid not null references match (id) on delete cascade,
    channel uuid not null references channel on delete cascade,
    unique (match, channel)
);
create index on button (channel);

-- What a digest will hold.
create table held (
    channel uuid not null references channel on delete cascade,
    notice bigint not null references notice on delete cascade,
    primary key (channel, notice)
);
create index on held (notice);

-- channel: 'mail' or 'webhook'. Of a notice or a digest the way is channel_id, of an account's mail there is none.
alter table outbox
    drop constraint outbox_channel_check,
    add check (channel in ('mail', 'webhook')),
    alter email drop not null,
    alter language drop not null,
    add channel_id uuid references channel on delete cascade,
    add notice bigint references notice on delete cascade,
    add check ((channel_id is null) <> (email is null)),
    add since timestamptz not null default now(), -- from when on its tries are counted: it fell due, or was asked for again
    add answer text; -- the beginning of what the other side said, when it refused
update outbox set since = created;
create unique index on outbox (channel_id, notice) where notice is not null;
create index on outbox (channel_id, created);
create index on outbox (notice);
drop index outbox_due_idx;
create index on outbox (channel, due) where state in ('due', 'claimed');

-- The only moves there are (core/delivery has the same).
create function outbox_moves() returns trigger language plpgsql as $$
begin
    if not (old.state || '>' || new.state) = any ('{due>claimed,due>failed,claimed>done,claimed>due,claimed>failed,failed>due}') then
        raise exception 'a delivery does not go from % to %', old.state, new.state using errcode = 'check_violation';
    end if;
    return new;
end $$;
create trigger outbox_moves before update on outbox for each row when (old.state is distinct from new.state) execute function outbox_moves();

alter table journal
    drop constraint journal_subject_check,
    add check (subject in ('need', 'offer', 'reference', 'alert', 'answer')); -- answer: key is the match's id

alter table ticket
    drop constraint ticket_kind_check,
    add check (kind in ('signup', 'signin', 'reset', 'invite', 'email', 'alert'));

insert into cursor (name, id) select 'dispatch', coalesce(max(id), 0) from notice; -- notices that are in the outbox

-- Who may see which row

do $$
declare
    p record;
begin
    for p in select * from (values
        ('alert', 'all', 'organisation = (select app_org())'),
        ('channel', 'all', 'organisation = (select app_org()) and (person is null or person = (select app_person()))'),
        ('hit', 'select', 'exists (select from alert a where a.id = hit.alert)'),
        ('button', 'select', 'false'),
        ('held', 'select', 'exists (select from channel c where c.id = held.channel)'),
        ('outbox', 'select', 'person = (select app_person()) or exists (select from channel c where c.id = outbox.channel_id)'),
        ('match', 'update', 'organisation = (select app_org())'),
        ('contact', 'select', 'exists (select from match m join need n on n.id = m.need where m.answer = ''interested'' and
            ((m.organisation = contact.organisation and n.organisation = (select app_org()))
                or (n.organisation = contact.organisation and m.organisation = (select app_org()))))')
        ) as t (tab, cmd, rule) loop
        execute format('alter table %I enable row level security', p.tab);
        execute format('alter table %I force row level security', p.tab);
        execute format('drop policy if exists %I on %I', p.tab || '_' || p.cmd, p.tab);
        execute format('create policy %I on %I for %s using (%s)', p.tab || '_' || p.cmd, p.tab, p.cmd, p.rule);
    end loop;
    -- A role that is given makes the channel of whoever gets it.
    create policy channel_insert on channel for insert with check (organisation = (select app_org()));
    for p in select unnest(array['alert', 'channel', 'hit', 'held', 'button']) as relname loop
        execute format('create policy %I on %I for all using ((select app_may(''system''))) with check ((select app_may(''system'')))',
            p.relname || '_system', p.relname);
    end loop;
end $$;

-- Channels

-- Who writes for an organisation is told by mail unless it says otherwise: at once, not at night, ten new matches a week
-- at most, the rest in a digest.
create function member_channel() returns trigger language plpgsql as $$
begin
    if new.role in ('editor', 'owner') and not exists (select from channel c where c.organisation = new.organisation and c.person = new.person
            and c.kind = 'mail' and c.alert is null) then
        insert into channel (id, organisation, person, kind, rhythm, quiet_from, quiet_to, weekly_most)
            values (gen_random_uuid(), new.organisation, new.person, 'mail', 'now', 20, 7, 10);
    end if;
    return new;
end $$;
create trigger member_channel after insert or update of role on member for each row execute function member_channel();
insert into channel (id, organisation, person, kind, rhythm, quiet_from, quiet_to, weekly_most)
    select gen_random_uuid(), m.organisation, m.person, 'mail', 'now', 20, 7, 10 from member m where m.role in ('editor', 'owner');

-- An organisation that is erased, or that nobody answers for any more, is told nothing.
create function organisation_silent(p_org uuid) returns void language plpgsql as $$
begin
    insert into journal (subject, key, what) select 'alert', a.id, 'dropped' from alert a where a.organisation = p_org;
    delete from alert a where a.organisation = p_org;
    delete from channel c where c.organisation = p_org;
    update notice n set body = n.body - 'message' where n.kind = 'interest' and n.body #>> '{supplier,id}' = p_org::text
        and n.need in (select m.need from match m where m.organisation = p_org and m.message is not null);
    update match m set message = null where m.organisation = p_org;
end $$;

create function organisation_gone() returns trigger language plpgsql as $$
begin
    perform organisation_silent(new.id);
    return new;
end $$;
create trigger organisation_gone after update of erased on organisation for each row
    when (new.erased is not null and old.erased is null) execute function organisation_gone();

create or replace function organisation_orphaned(p_org uuid) returns void language plpgsql as $$
declare
    n record;
begin
    perform organisation_silent(p_org);
    delete from token t where t.organisation = p_org;
    delete from contact c where c.organisation = p_org;
    delete from ticket t where t.organisation = p_org;
    for n in update need x set state = 'closed', version = x.version + 1, updated = now()
        where x.organisation = p_org and x.state in ('published', 'amended') returning x.id, x.version loop
        insert into journal (subject, key, version, what) values ('need', n.id, n.version, 'closed');
    end loop;
    insert into report (id, organisation, reason) values (gen_random_uuid(), p_org, 'orphaned');
    perform audit_add(p_org, 'orphaned', p_org::text);
end $$;

create function channel_json(c channel) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', c.id, 'kind', c.kind, 'label', c.label, 'alert', c.alert, 'url', c.url,
            'public_key', c.public_key, 'quiet_from', c.quiet_from, 'quiet_to', c.quiet_to, 'weekly_most', c.weekly_most, 'said', c.said))
        || jsonb_build_object('personal', c.person is not null, 'active', c.active, 'rhythm', c.rhythm, 'hour', c.hour,
            'weekday', c.weekday, 'least_score', c.least_score, 'created', c.created)
$$;

-- The first instant after p_from at which the clocks of Paris show that hour (of that day of the week, 1: Monday).
-- In autumn an hour is shown twice, of which PostgreSQL takes the second; in spring one is skipped, and the next stands for it.
create function paris_next(p_from timestamptz, p_hour int, p_weekday int) returns timestamptz language sql immutable as $$
    select min(t) from (select (p_from at time zone 'Europe/Paris')::date + d + make_interval(hours => p_hour) as shown from generate_series(0, 8) d) y,
        lateral (select y.shown at time zone 'Europe/Paris' as second) z,
        lateral (select case when (z.second - interval '1 hour') at time zone 'Europe/Paris' = y.shown then z.second - interval '1 hour' else z.second end as t) x
    where t > p_from and (p_weekday is null or extract(isodow from t at time zone 'Europe/Paris') = p_weekday)
$$;

-- p_at, or the end of the quiet hours it falls into.
create function channel_awake(c channel, p_at timestamptz) returns timestamptz language sql immutable as $$
    select case when c.quiet_from is null or c.quiet_from = c.quiet_to then p_at
        when case when c.quiet_from < c.quiet_to then h >= c.quiet_from and h < c.quiet_to else h >= c.quiet_from or h < c.quiet_to end
        then paris_next(p_at, c.quiet_to, null) else p_at end
    from (select extract(hour from p_at at time zone 'Europe/Paris') as h) x
$$;

create function channel_digest(c channel, p_at timestamptz) returns timestamptz language sql immutable as $$
    select paris_next(p_at, c.hour, case when c.rhythm = 'daily' then null else c.weekday end)
$$;

-- p_alert: of an alert of the organisation, or of what the organisation is told. 404: no such alert.
create function channel_put(p_org uuid, p_person uuid, p_id uuid, p_new boolean, p_args jsonb, p_secret text, p_public text)
    returns table (status int, answer text) language plpgsql as $$
declare
    c channel;
    before text;
begin
    select * into c from channel x where x.id = p_id and x.organisation = p_org and (x.person is null or x.person = p_person) for update;
    before := c.rhythm;
    if not p_new and c.id is null then
        return query select 404, null::text;
        return;
    elsif p_new and p_args ? 'alert' and not exists (select from alert a where a.id = (p_args ->> 'alert')::uuid and a.organisation = p_org) then
        return query select 404, 'alert';
        return;
    elsif p_new and (select count(*) from channel x where x.organisation = p_org) >= 200 then
        return query select 409, null::text;
        return;
    end if;
    insert into channel as x (id, organisation, person, alert, kind, label, active, rhythm, hour, weekday, quiet_from, quiet_to,
            least_score, weekly_most, url, secret, public_key)
        values (p_id, p_org, case when (p_args ->> 'personal')::boolean then p_person end, (p_args ->> 'alert')::uuid, p_args ->> 'kind',
            p_args ->> 'label', coalesce((p_args ->> 'active')::boolean, true), coalesce(p_args ->> 'rhythm', 'now'),
            coalesce((p_args ->> 'hour')::int, 8), coalesce((p_args ->> 'weekday')::int, 1), (p_args ->> 'quiet_from')::int,
            (p_args ->> 'quiet_to')::int, coalesce((p_args ->> 'least_score')::int, 0), (p_args ->> 'weekly_most')::int,
            p_args ->> 'url', p_secret, p_public)
        on conflict (id) do update set label = excluded.label, active = excluded.active, rhythm = excluded.rhythm, hour = excluded.hour,
            weekday = excluded.weekday, quiet_from = excluded.quiet_from, quiet_to = excluded.quiet_to,
            least_score = excluded.least_score, weekly_most = excluded.weekly_most, url = excluded.url,
            said = case when not excluded.active then x.said end, rest = null
        returning * into c;
    if not c.active then -- what waits is given up, and can be replayed
        update outbox b set state = 'failed', said = 'switched off' where b.channel_id = p_id and b.state = 'due';
        delete from held h where h.channel = p_id;
    end if;
    -- What is held goes by the new rhythm.
    update channel x set digest = case when exists (select from held h where h.channel = x.id) then case when c.rhythm = 'now' and before <> 'now'
            then now() else channel_digest(c, now()) end end
        where x.id = p_id returning * into c;
    return query select case when p_new then 201 else 200 end, channel_json(c)::text;
end $$;

-- One click in a mail: that mail does not come again. An alert of an address that has no other mail goes with it.
create function channel_stop(p_id uuid) returns text language plpgsql as $$
declare
    c channel;
begin
    update channel x set active = false, digest = null, said = 'unsubscribed' where x.id = p_id returning * into c;
    if not found then
        return null;
    end if;
    delete from held h where h.channel = p_id;
    update outbox b set state = 'failed', said = 'unsubscribed' where b.channel_id = p_id and b.state = 'due';
    if c.organisation is null then
        insert into journal (subject, key, what) values ('alert', c.alert, 'dropped');
        delete from alert a where a.id = c.alert;
    end if;
    return c.kind;
end $$;

create function delivery_json(b outbox) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('id', b.id, 'channel', b.channel_id, 'kind', b.kind, 'state', b.state, 'created', b.created,
        'due', case when b.state in ('due', 'claimed') then b.due end, 'attempts', b.attempts, 'said', b.said, 'answer', b.answer,
        'notice', b.notice::text))
$$;

-- As before; the mails of channels lie in the folder too, and their rows go with the roles.
create or replace function person_erase(p_person uuid, p_why text) returns table (status int, answer text, mails text) language plpgsql as $$
declare
    letters text;
    m record;
    gone jsonb;
    mail text;
    alone int := (select count(*) from member mine where mine.person = p_person and mine.role <> 'asked' and not exists (select
        from member k where k.organisation = mine.organisation and k.person <> p_person and k.role <> 'asked'));
begin
    select p.email into mail from person p where p.id = p_person;
    letters := (select string_agg(b.id::text, ',') from outbox b left join channel c on c.id = b.channel_id left join alert a on a.id = c.alert
        where b.email = mail or b.person = p_person or b.args ->> 'person' = p_person::text or (a.email = mail and b.channel = 'mail'));
    gone := jsonb_build_object('sessions', (select count(*) from session s where s.person = p_person),
        'tokens', (select count(*) from token t where t.person = p_person),
        'mails', (select count(*) from outbox b where b.person = p_person or b.email = mail or b.args ->> 'person' = p_person::text),
        'contacts', (select count(*) from contact c where lower(c.email) = mail),
        'channels', (select count(*) from channel c where c.person = p_person),
        'alerts', (select count(*) from alert a where a.email = mail));
    for m in select k.organisation from member k where k.person = p_person loop
        if (select s.status from member_set(m.organisation, p_person, null) s) = 409 then
            -- Nothing of this may stay done: the caller's transaction would commit it.
            raise exception using errcode = 'P0409', message = m.organisation::text;
        end if;
    end loop;
    insert into journal (subject, key, what) select 'alert', a.id, 'dropped' from alert a where a.email = mail;
    delete from alert a where a.email = mail;
    delete from outbox b where b.email = mail or b.args ->> 'person' = p_person::text;
    delete from ticket t where t.email = mail;
    delete from contact c where lower(c.email) = mail; -- of an organisation that named this person
    delete from person p where p.id = p_person;
    perform audit_add(null, 'person_erased', p_person::text, jsonb_build_object('why', p_why));
    return query select 200, jsonb_build_object('erased', gone || '{"person": 1}', 'kept', jsonb_build_array(
        jsonb_build_object('what', 'audit', 'why', 'entries hold no more than the number of a person that is no longer known'))
        || case when alone > 0 then jsonb_build_array(jsonb_build_object('what', 'organisations', 'count', alone, 'why',
            'they are not yours alone: nobody answers for them now, their needs are closed, their tokens and contacts gone; moderators are told'))
        else '[]' end)::text, letters;
end $$;

-- Alerts

create function alert_json(a alert) returns jsonb language sql stable as $$
    select a.body || jsonb_build_object('id', a.id, 'version', a.version, 'created', a.created, 'updated', a.updated,
        'needs', (select count(*) from hit h where h.alert = a.id and h.state = 'told'))
$$;

-- p_rhythm: of the mail to the person that saves it, NULL: no mail. 409: too many.
create function alert_add(p_org uuid, p_person uuid, p_id uuid, p_body jsonb, p_rhythm text) returns table (status int, answer text, version int)
    language plpgsql as $$
declare
    made alert;
begin
    if (select count(*) from alert a where a.organisation = p_org) >= 200 then
        return query select 409, null::text, 0;
        return;
    end if;
    insert into alert (id, organisation, body) values (p_id, p_org, p_body) returning * into made;
    insert into channel (id, organisation, person, alert, kind, rhythm, quiet_from, quiet_to)
        select gen_random_uuid(), p_org, p_person, p_id, 'mail', p_rhythm, 20, 7 where p_person is not null and p_rhythm is not null;
    insert into journal (subject, key, version, what) values ('alert', p_id, 1, 'written');
    return query select 201, alert_json(made)::text, 1;
end $$;

create function alert_put(p_org uuid, p_id uuid, p_version int, p_body jsonb) returns table (status int, answer text, version int)
    language plpgsql as $$
declare
    made alert;
begin
    select * into made from alert a where a.id = p_id and a.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
    elsif made.version <> p_version then
        return query select 412, made.version::text, made.version;
    else
        if made.body <> p_body then
            update alert a set body = p_body, version = a.version + 1, updated = now() where a.id = p_id returning * into made;
            insert into journal (subject, key, version, what) values ('alert', p_id, made.version, 'written');
        end if;
        return query select 200, alert_json(made)::text, made.version;
    end if;
end $$;

create function alert_drop(p_org uuid, p_id uuid) returns boolean language plpgsql as $$
begin
    delete from alert a where a.id = p_id and a.organisation = p_org;
    if found then
        insert into journal (subject, key, what) values ('alert', p_id, 'dropped');
    end if;
    return found;
end $$;

-- Without an account: kept in the link until its owner uses it.
create function alert_ask(p_ticket uuid, p_mail uuid, p_hours int, p_email text, p_language text, p_args jsonb) returns text language plpgsql as $$
begin
    insert into ticket (id, kind, email, args, expires) values (p_ticket, 'alert', p_email, p_args, now() + make_interval(hours => p_hours));
    perform outbox_mail(p_mail, 'alert', p_email, p_language, null, p_ticket, '{}'); -- nothing that was typed in
    return '{"status":"mail_sent"}';
end $$;

-- The link was used: the feed's id. 409: an address keeps twenty at most.
create function alert_confirm(p_ticket uuid, p_id uuid, p_mail uuid, p_feed uuid) returns table (status int, answer text) language plpgsql as $$
declare
    t ticket;
begin
    select * into t from ticket k where k.id = p_ticket and k.kind = 'alert' and k.used is null and k.expires > now() for update;
    if not found then
        return query select 401, null::text;
        return;
    elsif (select count(*) from alert a where a.email = t.email) >= 20 then
        return query select 409, null::text;
        return;
    end if;
    insert into alert (id, email, language, body) values (p_id, t.email, coalesce(t.args ->> 'language', 'fr'), t.args -> 'alert');
    insert into channel (id, alert, kind, rhythm, quiet_from, quiet_to)
        values (p_mail, p_id, 'mail', coalesce(t.args ->> 'rhythm', 'daily'), 20, 7), (p_feed, p_id, 'feed', 'now', null, null);
    insert into journal (subject, key, version, what) values ('alert', p_id, 1, 'written');
    update ticket k set used = now(), args = '{}' where k.id = t.id;
    return query select 200, alert_json(a)::text from alert a where a.id = p_id;
end $$;

-- Answers

create function match_own(m match) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('score', m.score, 'partial', m.partial, 'state', m.state, 'at', m.at, 'lots', m.lots)
        || jsonb_strip_nulls(jsonb_build_object('seen', m.seen, 'answer', m.answer, 'answered', m.answered, 'reason', m.reason, 'message', m.message));
end $$;

create function contact_json(p_org uuid) returns jsonb language sql stable as $$
    select jsonb_strip_nulls(jsonb_build_object('name', c.name, 'email', c.email, 'phone', c.phone)) from contact c where c.organisation = p_org
$$;

-- Who has not said how to be reached is reached by that person, or else by the first owner; false when there is nobody.
create function contact_fill(p_org uuid, p_person uuid) returns boolean language plpgsql as $$
begin
    if exists (select from contact c where c.organisation = p_org and coalesce(c.email, c.phone) is not null) then
        return true;
    end if;
    insert into contact (organisation, name, email)
        select p_org, p.name, p.email from member k join person p on p.id = k.person
            where k.organisation = p_org and k.role <> 'asked' order by k.person is distinct from p_person, k.role <> 'owner', k.since limit 1
        on conflict (organisation) do update set name = coalesce(contact.name, excluded.name), email = excluded.email;
    return found;
end $$;

-- p_answer: 'interested', 'declined' or 'seen'. Interest shares how to reach one another from then on: who has not said how
-- to be reached is reached by the person that answers, or else by the first owner. 404; 409 (answer: the need's state); 422: nobody to reach.
create function match_answer(p_org uuid, p_person uuid, p_need uuid, p_answer text, p_reason text, p_message text)
    returns table (status int, answer text) language plpgsql as $$
declare
    m match;
    n need;
begin
    select * into m from match x where x.need = p_need and x.organisation = p_org and (x.state = 'told' or (x.state = 'withdrawn' and x.told is not null)) for update;
    select * into n from need x where x.id = p_need;
    if m.need is null or n.id is null then
        return query select 404, null::text;
        return;
    elsif (p_answer = 'interested' and m.state <> 'told') or (p_answer <> 'seen' and (n.state not in ('published', 'amended') or n.deadline < now())) then
        return query select 409, case when n.state not in ('published', 'amended') then n.state when n.deadline < now() then 'deadline' else m.state end;
        return;
    end if;
    if p_answer = 'interested' then
        if not contact_fill(p_org, p_person) then
            return query select 422, 'contact';
            return;
        end if;
        perform contact_fill(n.organisation, null);
    end if;
    update match x set seen = coalesce(x.seen, now()),
        answer = case when p_answer = 'seen' then x.answer else p_answer end,
        answered = case when p_answer = 'seen' then x.answered else now() end,
        reason = case when p_answer = 'seen' then x.reason else p_reason end,
        message = case when p_answer = 'seen' then x.message else p_message end
        where x.need = p_need and x.organisation = p_org returning * into m;
    if p_answer = 'interested' and not m.reported then
        insert into journal (subject, key, version, what) values ('answer', m.id, 1, 'interested');
    end if;
    return query select 200, (match_own(m) || jsonb_build_object('need', need_brief(n)) || case when m.answer = 'interested'
        then jsonb_build_object('contact', contact_json(n.organisation), 'shared', contact_json(p_org)) else '{}' end)::text;
end $$;

-- What the buyer sees of its need.
create function need_funnel(p_need uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object('need', p_need, 'matched', count(*) filter (where m.state <> 'withdrawn' or m.told is not null),
            'held', count(*) filter (where m.state = 'held'), 'told', count(m.told), 'withdrawn', count(*) filter (where m.state = 'withdrawn' and m.told is not null),
            'seen', count(m.seen), 'interested', count(*) filter (where m.answer = 'interested'),
            'declined', count(*) filter (where m.answer = 'declined'),
            'reasons', coalesce((select jsonb_object_agg(r.reason, r.count) from (select coalesce(x.reason, 'other') as reason, count(*) from match x
                where x.need = p_need and x.answer = 'declined' group by 1) r), '{}'),
            'next_wave', (select case when exists (select from match x where x.need = n.id and x.state = 'held') then n.wave end from need n where n.id = p_need))
        from match m where m.need = p_need);
end $$;

-- Telling. Whoever stores notices holds the row of the matcher's cursor: so their ids rise in order of commit, and a reader
-- may keep the greatest it has seen.

-- A wave of a need: the best of those that wait. All that wait when the need has no waves (any more) or the deadline is
-- near. The rule of "until so many are interested" does not hold back the last ones: everybody is told in time to answer.
create function wave_tell(p_need uuid, p_step bigint, p_min_days int) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    n need;
    size int;
    latest timestamptz;
    everybody boolean;
    brief jsonb;
begin
    select * into n from need x where x.id = p_need and x.state in ('published', 'amended') and (x.deadline is null or x.deadline > now());
    if not found then
        update need x set wave = null where x.id = p_need and x.wave is not null;
        return;
    end if;
    size := (n.body ->> 'wave')::int;
    latest := n.deadline - make_interval(days => p_min_days);
    everybody := size is null or coalesce(latest <= now(), false);
    if not everybody and n.wave > now() then
        update need x set wave = latest where x.id = p_need and x.wave > latest; -- the deadline has come nearer
        return;
    elsif everybody or (select count(*) from match m where m.need = p_need and m.answer = 'interested') < coalesce((n.body ->> 'wave_until')::int, 2147483647) then
        brief := need_brief(n);
        with told as (
            update match m set state = 'told', told = now(), at = now() from (select x.organisation from match x
                where x.need = p_need and x.state = 'held' order by x.score desc, x.offered, x.organisation
                limit case when everybody then null else size end) w
            where m.need = p_need and m.organisation = w.organisation
            returning m.*
        )
        insert into notice (organisation, kind, need, need_version, offer_version, step, body)
            select t.organisation, 'match', p_need, n.version, 0, p_step, jsonb_build_object('need', brief, 'score', t.score,
                'partial', t.partial, 'lots', t.lots) from told t order by t.score desc, t.offered, t.organisation
            on conflict do nothing;
    end if;
    update need x set wave = case when size is null then null else least(now() + make_interval(hours => coalesce((n.body ->> 'wave_hours')::int, 24)),
        case when latest > now() then latest end) end where x.id = p_need;
end $$;

-- The buyer hears of the first interest at once, then of what has come since, once a day at most.
create function interest_tell(p_need uuid, p_step bigint) returns void language plpgsql as $$
declare
    n need;
    ids uuid[];
    first match;
begin
    select * into n from need x where x.id = p_need;
    if n.interest_told > now() - interval '1 day' then
        return;
    end if;
    ids := array(select m.id from match m where m.need = p_need and m.answer = 'interested' and not m.reported order by m.answered);
    if cardinality(ids) = 0 then
        return;
    end if;
    update match m set reported = true where m.id = any (ids);
    update need x set interest_told = now() where x.id = p_need;
    select * into first from match m where m.id = ids[1];
    insert into notice (organisation, kind, need, need_version, offer_version, step, body)
        values (n.organisation, case when n.interest_told is null and cardinality(ids) = 1 then 'interest' else 'interests' end, p_need, n.version, 0, p_step,
            jsonb_build_object('need', need_brief(n)) || case when n.interest_told is null and cardinality(ids) = 1
                then jsonb_strip_nulls(jsonb_build_object('message', first.message, 'supplier',
                    (select jsonb_build_object('id', o.id, 'name', o.name) from organisation o where o.id = first.organisation)))
                else jsonb_build_object('interested', cardinality(ids), 'total',
                    (select count(*) from match m where m.need = p_need and m.answer = 'interested')) end)
        on conflict do nothing;
end $$;

-- What the same step says to alerts.
create function alert_step(p_step bigint, p_subjects jsonb, p_hits jsonb) returns void language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
begin
    with s as materialized (
        select * from jsonb_to_recordset(p_subjects) as s (need uuid, alert uuid, version int, what text, changes jsonb)
    ), f as materialized (
        select x.*, h.state as was
            from (select distinct on (f.need, f.alert) f.* from jsonb_to_recordset(p_hits) as f (need uuid, need_version int, alert uuid, alert_version int, lots jsonb)
                join alert a on a.id = f.alert order by f.need, f.alert, f.need_version desc, f.alert_version desc) x
            left join hit h on h.alert = x.alert and h.need = x.need
    ), stale as materialized (
        select h.need, h.alert, h.lots from hit h join need n on n.id = h.need
            where (h.need = any (array(select need from s where what in ('published', 'amended', 'again')))
                    or h.alert = any (array(select alert from s where alert is not null)))
                and h.state = 'told' and (h.need, h.alert) not in (select need, alert from f)
                and n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now())
    ), gone as (
        update hit h set state = 'withdrawn', at = now() from stale t where h.need = t.need and h.alert = t.alert
    ), put as (
        insert into hit (alert, need, state, lots) select alert, need, 'told', lots from f
            on conflict (alert, need) do update set state = 'told', lots = excluded.lots, at = now()
                where (hit.state, hit.lots) is distinct from ('told', excluded.lots)
    ), told as (
        select f.alert, 'match' as kind, f.need, f.need_version as version, f.alert_version as other, jsonb_build_object('lots', f.lots) as body
            from f where f.was is distinct from 'told'
        union all
        select f.alert, 'amended', s.need, s.version, 0, jsonb_build_object('changes', s.changes, 'lots', f.lots)
            from s join f on f.need = s.need where s.what = 'amended' and f.was = 'told' and s.changes <> '[]'
        union all -- of an alert that was changed its owner knows why
        select t.alert, 'withdrawn', t.need, s.version, 0, jsonb_build_object('lots', t.lots) || case when s.changes is null then '{}' else jsonb_build_object('changes', s.changes) end
            from stale t join s on s.need = t.need
        union all
        select h.alert, s.what, s.need, s.version, 0, jsonb_build_object('lots', h.lots)
            from s join hit h on h.need = s.need where s.what in ('closed', 'awarded', 'cancelled') and h.state = 'told'
    )
    insert into notice (organisation, alert, kind, need, need_version, offer_version, step, body)
        select a.organisation, a.id, told.kind, told.need, told.version, told.other, p_step,
            jsonb_build_object('need', need_brief(n), 'alert', jsonb_build_object('id', a.id, 'name', a.body ->> 'name')) || told.body
        from told join alert a on a.id = told.alert join need n on n.id = told.need order by told.need, told.alert, told.kind
        on conflict do nothing;
end $$;

-- The matcher's step: the cursor moves and all that follows from it is stored, together or not at all. stored is false when
-- another daemon was first; due: deliveries that are due by it; more: notices are left to be dispatched.
-- p_subjects: [{"need","version","what","changes"}, {"offer","version"}, {"alert","version"} or {"answer"}]; p_found: all matches of those
-- subjects, [{"need","need_version","organisation","offer_version","score","partial","offered","lots"}]; p_hits: all finds
-- of alerts, [{"alert","need","need_version","alert_version","lots"}]; p_min_days: before a deadline, for waves.
drop function matcher_step;
create function matcher_step(from_xid xid8, from_id bigint, to_xid xid8, to_id bigint, p_subjects jsonb, p_found jsonb, p_hits jsonb, p_min_days int)
    returns table (stored boolean, due int, more boolean) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
    which uuid;
begin
    update cursor c set xid = to_xid, id = to_id where c.name = 'matcher' and c.xid = from_xid and c.id = from_id;
    if not found then
        return query select false, 0, false;
        return;
    end if;
    with s as materialized (
        select * from jsonb_to_recordset(p_subjects) as s (need uuid, offer uuid, version int, what text, changes jsonb)
    ), f as materialized (
        select x.*, m.state as was, m.answer as said, n.body ? 'wave' and (n.deadline is null or n.deadline > now() + make_interval(days => p_min_days)) as waves
            from (select distinct on (need, organisation) * from jsonb_to_recordset(p_found) as f (need uuid, need_version int,
                organisation uuid, offer_version int, score int, partial boolean, offered timestamptz, lots jsonb)
                order by need, organisation, need_version desc, offer_version desc) x
            join need n on n.id = x.need left join match m on m.need = x.need and m.organisation = x.organisation
    ), reach as materialized (
        select need, count(*) as suppliers from f group by need
    ), about as materialized ( -- each need once, however many are told of it
        select n.id, n.organisation, need_brief(n) as brief
            from (select need from f union select need from s where need is not null) x join need n on n.id = x.need
    ), briefs as materialized ( -- looked up by key: CTEs have no index, and joins of two of them would be nested loops
        select jsonb_object_agg(id, brief) as of from about
    ), amendments as materialized (
        select jsonb_object_agg(need, jsonb_build_object('version', version, 'changes', changes)) as of from s where what = 'amended' and changes <> '[]'
    ), stale as materialized (
        select m.need, m.organisation, m.state, m.answer, m.lots, m.score from match m
            where m.need = any (array(select need from s where what in ('published', 'amended', 'again')))
                and m.state <> 'withdrawn' and (m.need, m.organisation) not in (select need, organisation from f)
                and (select n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now()) from need n where n.id = m.need)
        union
        select m.need, m.organisation, m.state, m.answer, m.lots, m.score from match m
            where m.organisation = any (array(select offer from s where offer is not null))
                and m.state <> 'withdrawn' and (m.need, m.organisation) not in (select need, organisation from f)
                and (select n.state in ('published', 'amended') and (n.deadline is null or n.deadline > now()) from need n where n.id = m.need)
    ), gone as (
        update match m set state = 'withdrawn', at = now() from stale t
        where m.need = t.need and m.organisation = t.organisation
    ), put as (
        insert into match (need, organisation, state, score, partial, lots, offered, told)
            select f.need, f.organisation, case when f.waves then 'held' else 'told' end, f.score, f.partial, f.lots, f.offered,
                case when not f.waves then now() end from f
            on conflict (need, organisation) do update set score = excluded.score, partial = excluded.partial,
                lots = excluded.lots, at = now(), state = case when match.state = 'told' then 'told' else excluded.state end,
                told = case when match.state = 'told' then match.told else coalesce(excluded.told, match.told) end
            where match.state = 'withdrawn' or (match.state = 'held' and excluded.state = 'told')
                or (match.score, match.partial, match.lots) is distinct from (excluded.score, excluded.partial, excluded.lots)
    ), told as (
        select f.organisation, 'match' as kind, f.need, f.need_version, f.offer_version,
                jsonb_build_object('score', f.score, 'partial', f.partial, 'lots', f.lots) as body
            from f where not f.waves and f.was is distinct from 'told' and f.said is distinct from 'declined'
        union all
        select f.organisation, 'amended', f.need, (a.of -> f.need::text ->> 'version')::int, 0,
                jsonb_build_object('changes', a.of -> f.need::text -> 'changes', 'score', f.score, 'partial', f.partial, 'lots', f.lots)
            from f, amendments a where f.was = 'told' and a.of ? f.need::text
        union all
        select g.organisation, 'withdrawn', g.need, n.version, coalesce(o.version, 0), jsonb_build_object('score', g.score, 'lots', g.lots) || coalesce(
                (select jsonb_build_object('changes', s.changes) from s where s.need = g.need and s.changes is not null limit 1), '{}')
            from stale g join need n on n.id = g.need left join offer o on o.organisation = g.organisation
            where g.state = 'told' and g.answer is distinct from 'declined'
        union all
        select m.organisation, s.what, s.need, s.version, 0, jsonb_build_object('score', m.score, 'lots', m.lots)
            from match m join s on s.need = m.need
            where m.need = any (array(select need from s where what in ('closed', 'awarded', 'cancelled'))) and m.state = 'told'
                and s.what in ('closed', 'awarded', 'cancelled') and m.answer is distinct from 'declined'
        union all
        select a.organisation, 'matched', s.need, s.version, 0, jsonb_build_object('suppliers', coalesce(k.suppliers, 0))
            from s join about a on a.id = s.need left join reach k on k.need = s.need
            where s.what in ('published', 'amended')
    )
    insert into notice (organisation, kind, need, need_version, offer_version, step, body)
        select told.organisation, told.kind, told.need, told.need_version, told.offer_version, to_id,
            jsonb_build_object('need', coalesce((select b.of from briefs b) -> told.need::text,
                (select need_brief(n) from need n where n.id = told.need))) || told.body
        from told order by told.need, told.organisation, told.kind
        on conflict do nothing;
    if p_hits <> '[]' or exists (select from hit) then
        perform alert_step(to_id, p_subjects, p_hits);
    end if;
    -- Whom an offer brings later goes with the next wave: time_tell.
    for which in select n.id from need n where n.id = any (array(select (x ->> 'need')::uuid from jsonb_array_elements(p_subjects) x
            where x ->> 'what' in ('published', 'amended', 'again'))) and (n.body ? 'wave' or n.wave is not null) loop
        perform wave_tell(which, to_id, p_min_days);
    end loop;
    for which in select distinct m.need from match m where m.id = any (array(select (x ->> 'answer')::uuid from jsonb_array_elements(p_subjects) x
            where x ? 'answer')) loop
        perform interest_tell(which, to_id);
    end loop;
    return query select true, d.due, d.taken = 2000 from dispatch(2000) d;
end $$;

-- What the time brings: needs that close soon (p_closing: days before), waves, the buyer's daily summary, offers that are no
-- longer full, digests. True when there is more.
create function time_tell(p_closing int[], p_min_days int, p_rows int) returns boolean language plpgsql as $$
declare
    n record;
    step bigint := -(extract(epoch from now()) * 1000)::bigint; -- no journal row led to it, but the time
    did int := 0;
    brief jsonb;
begin
    perform 1 from cursor c where c.name = 'matcher' for update;
    for n in select x.*, least_days from need x, lateral (select min(d) as least_days from unnest(p_closing) d where x.deadline - make_interval(days => d) <= now()) l
            where x.state in ('published', 'amended') and x.deadline > now() and x.deadline < now() + make_interval(days => (select max(d) from unnest(p_closing) d))
                and l.least_days is not null and (x.closing is null or x.closing > l.least_days)
            order by x.deadline limit p_rows loop
        brief := need_brief(d) from need d where d.id = n.id;
        insert into notice (organisation, kind, need, need_version, offer_version, step, body)
            select m.organisation, 'closing', n.id, n.version, 0, step, jsonb_build_object('need', brief, 'days', ceil(extract(epoch from n.deadline - now()) / 86400)::int, 'score', m.score, 'lots', m.lots)
            from match m where m.need = n.id and m.state = 'told' and m.answer is distinct from 'declined'
                and m.told < n.deadline - make_interval(days => n.least_days) -- whoever was told later knows
            order by m.organisation on conflict do nothing;
        insert into notice (organisation, alert, kind, need, need_version, offer_version, step, body)
            select a.organisation, a.id, 'closing', n.id, n.version, 0, step, jsonb_build_object('need', brief, 'days', ceil(extract(epoch from n.deadline - now()) / 86400)::int,
                'alert', jsonb_build_object('id', a.id, 'name', a.body ->> 'name'), 'lots', h.lots)
            from hit h join alert a on a.id = h.alert where h.need = n.id and h.state = 'told'
                and h.at < n.deadline - make_interval(days => n.least_days)
            order by a.id on conflict do nothing;
        update need x set closing = n.least_days where x.id = n.id;
        did := did + 1;
    end loop;
    for n in select x.id from need x where x.wave <= now() and x.state in ('published', 'amended') order by x.wave limit p_rows loop
        perform wave_tell(n.id, step, p_min_days);
        did := did + 1;
    end loop;
    for n in select distinct m.need as id from match m join need x on x.id = m.need where m.answer = 'interested' and not m.reported
            and (x.interest_told is null or x.interest_told <= now() - interval '1 day') limit p_rows loop
        perform interest_tell(n.id, step);
        did := did + 1;
    end loop;
    for n in update offer f set reopened = (f.body ->> 'full_until')::date where f.organisation in (select x.organisation from offer x
            where x.body ? 'full_until' and x.body ->> 'full_until' <= to_char(now() at time zone 'utc', 'YYYY-MM-DD')
                and x.reopened is distinct from (x.body ->> 'full_until')::date limit p_rows) returning f.organisation, f.version loop
        insert into journal (subject, key, version, what) values ('offer', n.organisation, n.version, 'written');
        did := did + 1;
    end loop;
    return did >= p_rows;
end $$;

-- From notices to the outbox

-- Whether an earlier notice told the same organisation of the need with that score at least: who was told then is told on.
create function notice_known(n notice, p_score int) returns boolean language plpgsql stable as $$
begin
    return exists (select from notice x where x.need = n.need and coalesce(x.alert, x.organisation) = n.organisation and x.id < n.id
        and (x.body ->> 'score')::int >= p_score);
end $$;

-- The notices behind the cursor meet the channels of those they are for. More than five new matches at the same moment (a new
-- alert, a new offer) are one mail, not as many. Returns how many were read and how many
-- deliveries are due now; none when another daemon is at it.
create function dispatch(p_rows int) returns table (taken int, due int) language plpgsql
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
            where n.alert is null and c.active and c.kind in ('mail', 'webhook')
                and (n.body -> 'score' is null or (n.body ->> 'score')::int >= c.least_score or (n.kind <> 'match' and notice_known(n, c.least_score)))
                and (c.kind = 'webhook' or n.kind <> 'matched')
        union all
        select c, n.id, n.kind, n.need, n.alert from n join channel c on c.alert = n.alert
            where n.alert is not null and c.active and c.kind in ('mail', 'webhook')
                and not exists (select from organisation o where o.id = c.organisation and o.suspended is not null)
    ), waiting as materialized ( -- needs of which a channel that tells at once holds something; what a channel holds is read once
        select distinct h.channel, x.need from (select distinct (w.c).id from way w where (w.c).kind = 'mail' and (w.c).rhythm = 'now') v
            join held h on h.channel = v.id join notice x on x.id = h.notice
    ), ranked as materialized (
        select (w.c).id as channel, w.c as c, w.notice, w.kind, w.need, count(*) filter (where w.kind = 'match') over (partition by (w.c).id order by w.notice) as matches,
            count(*) filter (where w.kind = 'match') over (partition by (w.c).id) > 5 and w.kind = 'match' and (w.c).rhythm = 'now' as many,
            ((w.c).id, w.need) in (select g.channel, g.need from waiting g) as waits
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

-- Digests whose time has come. True when there is more.
create function digests(p_rows int) returns boolean language plpgsql as $$
declare
    c channel;
    ids bigint[];
    did int := 0;
begin
    for c in select * from channel x where x.digest <= now() order by x.digest limit p_rows for update skip locked loop
        with gone as (delete from held h where h.channel = c.id returning h.notice)
        select array_agg(notice order by notice) into ids from gone;
        update channel x set digest = null where x.id = c.id;
        if c.active and ids is not null then
            insert into outbox (id, channel, kind, person, channel_id, args, due, since)
                values (gen_random_uuid(), 'mail', 'digest', c.person, c.id, jsonb_build_object('notices', to_jsonb(ids)),
                    channel_awake(c, now()), channel_awake(c, now()));
        end if;
        did := did + 1;
    end loop;
    -- A channel may have been switched off while a notice was on its way to it.
    update outbox b set state = 'failed', said = 'switched off' where b.state = 'due' and b.channel_id in (select x.id from channel x where not x.active);
    return did >= p_rows;
end $$;

-- What a delivery says: the notice, or those of a digest. "answer": the match that a mailed link answers for.
create function outbox_content(b outbox) returns jsonb language plpgsql stable as $$
begin
    return case when b.notice is not null then (select notice_json(n) || case when b.channel = 'mail' then notice_answer(n, b.channel_id) else '{}' end
            from notice n where n.id = b.notice)
        when b.kind = 'digest' then (select coalesce(jsonb_agg(notice_json(n) || notice_answer(n, b.channel_id) order by n.id), '[]') from notice n
            where n.id in (select x::bigint from jsonb_array_elements_text(b.args -> 'notices') x)) end;
end $$;

create function notice_answer(n notice, p_channel uuid) returns jsonb language plpgsql stable as $$
begin
    return case when n.alert is null and n.kind in ('match', 'amended', 'closing') then coalesce((select jsonb_build_object('answer', x.id)
        from match m join button x on x.match = m.id and x.channel = p_channel
        where m.need = n.need and m.organisation = n.organisation and m.state = 'told' and m.answer is null and button_person(x) is not null), '{}') else '{}' end;
end $$;

-- Who answers by a button: whoever the mail is to, when its role lets it change the offer. NULL: nobody may any more.
create function button_person(x button) returns uuid language plpgsql stable as $$
begin
    return (select k.person from channel c join member k on k.person = c.person and k.organisation = c.organisation
        where c.id = x.channel and k.role in ('editor', 'owner'));
end $$;

-- The end of one try. p_due: when it is tried again; p_rest: until when the endpoint is left alone; p_gone: it wants nothing any more.
create function outbox_settle(p_id uuid, p_attempts int, p_state text, p_due timestamptz, p_said text, p_answer text, p_rest timestamptz, p_gone boolean)
    returns void language plpgsql as $$
declare
    b outbox;
begin
    update outbox x set state = p_state, lease = null, due = coalesce(p_due, x.due), said = p_said, answer = p_answer,
        args = case when p_state = 'done' then '{}' else x.args end
        where x.id = p_id and x.state = 'claimed' and x.attempts = p_attempts returning * into b;
    if b.channel_id is null then
        return;
    end if;
    if p_gone then
        update channel c set active = false, said = p_said where c.id = b.channel_id;
        perform outbox_owners(c.organisation, 'webhook_gone', jsonb_build_object('url', c.url)) from channel c where c.id = b.channel_id;
        update outbox x set state = 'failed', said = p_said where x.channel_id = b.channel_id and x.state = 'due';
        return;
    end if;
    update channel c set rest = case when p_rest is null then null else greatest(c.rest, p_rest) end
        where c.id = b.channel_id and c.rest is distinct from p_rest;
    if p_state = 'failed' and b.channel = 'webhook' then -- what has waited as long behind it fails with it
        update outbox x set state = 'failed', said = p_said where x.channel_id = b.channel_id and x.state = 'due' and x.since <= b.since;
    end if;
end $$;

-- Again what has failed, from the beginning: of one channel (or all), one delivery (or all).
create function outbox_replay(p_channel uuid, p_id uuid) returns int language plpgsql as $$
declare
    count int;
begin
    update outbox b set state = 'due', due = now(), since = now(), attempts = 0, said = null, answer = null
        where b.state = 'failed' and b.said is distinct from 'dropped by the operator' and (p_channel is null or b.channel_id = p_channel) and (p_id is null or b.id = p_id)
            and (b.notice is not null or b.kind in ('digest', 'test') or b.args <> '{}');
    get diagnostics count = row_count;
    update channel c set rest = null where c.id = p_channel;
    return count;
end $$;

-- As before; a deadline that moves is told of again when it comes near.
create or replace function need_amend(p_org uuid, p_id uuid, p_version int, p_deadline timestamptz, p_body jsonb, p_changes jsonb, p_watch boolean)
    returns table (status int, answer text, version int) language plpgsql as $$
declare
    made need;
begin
    select * into made from need n where n.id = p_id and n.organisation = p_org for update;
    if not found then
        return query select 404, null::text, 0;
    elsif made.version <> p_version then
        return query select 412, made.version::text, made.version;
    elsif made.state not in ('draft', 'pending', 'published', 'amended') then
        return query select 409, made.state, made.version;
    elsif made.body = p_body then
        return query select 200, need_json(made)::text, made.version;
    else
        update need n set body = p_body, deadline = p_deadline, version = n.version + 1, updated = now(),
            closing = case when n.deadline is not distinct from p_deadline then n.closing end,
            state = case when n.state in ('draft', 'pending') then n.state else 'amended' end
            where n.id = p_id returning * into made;
        if made.state = 'amended' then
            insert into journal (subject, key, version, what, changes) values ('need', p_id, made.version, 'amended', p_changes);
            if p_watch and not exists (select from report r where r.need = p_id and r.reason = 'amended' and r.closed is null) then
                insert into report (id, need, reporter, reason) values (gen_random_uuid(), p_id, p_org, 'amended');
            end if;
        end if;
        return query select 200, need_json(made)::text, made.version;
    end if;
end $$;

-- As before, for what every posting does: the common case is one statement, and nothing is planned at each call.
create or replace function idempotency_begin(p_org uuid, p_key text, p_hash text, p_hours int)
    returns table (status int, answer text, version int) language plpgsql as $$
declare
    former idempotency;
begin
    insert into idempotency (organisation, key, hash) values (p_org, p_key, p_hash) on conflict do nothing;
    if found then
        return;
    end if;
    select * into former from idempotency i where i.organisation = p_org and i.key = p_key for update;
    if former.created < now() - make_interval(hours => p_hours) then
        update idempotency i set hash = p_hash, status = null, answer = null, version = null, created = now()
            where i.organisation = p_org and i.key = p_key;
        return;
    end if;
    return query select case when former.hash = p_hash then former.status else 422 end, case when former.hash = p_hash then former.answer end, former.version;
end $$;

drop function idempotency_end;
create function idempotency_end(p_org uuid, p_key text, p_status int, p_answer text, p_version int) returns void language plpgsql as $$
begin
    update idempotency i set status = p_status, answer = p_answer, version = p_version where i.organisation = p_org and i.key = p_key;
end $$;

-- As before; a key is kept with its answer, by one statement. Whoever loses a race for it is tried again and finds the answer.
create or replace function need_add(p_org uuid, p_key text, p_hash text, p_hours int, p_id uuid, p_state text, p_deadline timestamptz, p_body jsonb)
    returns table (status int, answer text, version int, replayed boolean) language plpgsql as $$
declare
    former idempotency;
    made need;
begin
    if p_key is not null then
        select * into former from idempotency i where i.organisation = p_org and i.key = p_key;
        if found and former.created >= now() - make_interval(hours => p_hours) then
            return query select case when former.hash = p_hash then former.status else 422 end, case when former.hash = p_hash then former.answer end,
                former.version, true;
            return;
        elsif found then
            delete from idempotency i where i.organisation = p_org and i.key = p_key;
        end if;
    end if;
    insert into need (id, organisation, state, deadline, body, shown) values (p_id, p_org, p_state, p_deadline, p_body, p_state = 'published') returning * into made;
    if p_state = 'published' then
        insert into journal (subject, key, version, what) values ('need', p_id, 1, 'published');
    end if;
    status := 201;
    answer := need_json(made)::text;
    version := 1;
    replayed := false;
    if p_key is not null then
        insert into idempotency (organisation, key, hash, status, answer, version) values (p_org, p_key, p_hash, 201, answer, 1) on conflict do nothing;
        if not found then
            raise exception 'the key was used meanwhile' using errcode = 'serialization_failure';
        end if;
    end if;
    return next;
end $$;

drop trigger need_shown on need;
create trigger need_shown before insert or update on need for each row
    when (not new.shown and new.state in ('published', 'amended')) execute function need_shown();
