-- SPDX-License-Identifier: EUPL-1.2
-- People, their roles, sessions, tokens and mailed links; claims, moderation, the audit log; and who may see which row.

-- Who asks, set for each statement by the daemon (sql/query/context.sql). Without it nothing is seen.
create function app_org() returns uuid language sql stable as $$ select nullif(current_setting('app.org', true), '')::uuid $$;
create function app_person() returns uuid language sql stable as $$ select nullif(current_setting('app.person', true), '')::uuid $$;
create function app_may(p_right text) returns boolean language sql stable as $$
    select p_right = any (string_to_array(coalesce(current_setting('app.rights', true), ''), ','))
$$;

alter table organisation
    add declared text[] not null default '{}', -- claims not yet confirmed: kinds of structure, and 'organiser'
    add version int not null default 1,
    add suspended timestamptz,
    add erased timestamptz;
create index on organisation (left(siret, 9));
create index on organisation (id) where declared <> '{}';

-- How to reach an organisation: for its members, and for the other party of an interest.
create table contact (
    organisation uuid primary key references organisation on delete cascade,
    name text, email text, phone text
);

create table person (
    id uuid primary key,
    email text not null unique check (email = lower(email)), -- confirmed: a person comes to be by a mailed link
    name text not null check (name <> ''),
    password text, -- argon2id; NULL signs in by mailed links
    language text not null default 'fr' check (language in ('fr', 'en')),
    moderator boolean not null default false,
    created timestamptz not null default now(),
    seen timestamptz not null default now(),
    warned timestamptz -- that the account is about to be erased
);

create table member (
    id uuid primary key default gen_random_uuid(),
    person uuid not null references person on delete cascade,
    organisation uuid not null references organisation on delete cascade,
    role text not null check (role in ('asked', 'reader', 'editor', 'owner')), -- asked: wants to join, may nothing yet
    since timestamptz not null default now(),
    unique (person, organisation)
);
create index on member (organisation);

create table session (
    hash text primary key check (hash ~ '^[0-9a-f]{64}$'), -- BLAKE2b of the cookie, which is not kept
    id uuid not null unique,
    person uuid not null references person on delete cascade,
    organisation uuid references organisation on delete set null, -- in whose name the person acts
    created timestamptz not null default now(),
    seen timestamptz not null default now(),
    expires timestamptz not null
);
create index on session (person);
create index on session (organisation);
create index on session (expires);

alter table token
    add id uuid not null unique default gen_random_uuid(),
    add person uuid references person on delete cascade, -- a personal one; NULL: the organisation's
    add maker text references token on delete cascade,   -- the token that made it: it goes with that one
    add scopes text[] not null default '{read,needs,offers,conventions,administer}',
    add seen timestamptz;
create index on token (organisation);
create index on token (person);
create index on token (maker);

-- What a mailed link stands for. Its secret is not kept: the link proves itself by the key of the daemon.
create table ticket (
    id uuid primary key,
    kind text not null check (kind in ('signup', 'signin', 'reset', 'invite', 'email')),
    email text not null,
    person uuid references person on delete cascade,
    organisation uuid references organisation on delete cascade, -- of an invitation
    role text check (role in ('reader', 'editor', 'owner')),
    args jsonb not null default '{}', -- of a signup: what was filled in
    created timestamptz not null default now(),
    expires timestamptz not null,
    used timestamptz
);
create index on ticket (organisation) where kind = 'invite';
create index on ticket (email);
create index on ticket (person);
create index on ticket (expires);

-- What is to be delivered, until it is.
create table outbox (
    id uuid primary key,
    channel text not null check (channel in ('mail')),
    kind text not null, -- of protocol/mails.def
    email text not null,
    language text not null check (language in ('fr', 'en')),
    person uuid references person on delete cascade,
    ticket uuid references ticket on delete cascade,
    args jsonb not null default '{}',
    state text not null default 'due' check (state in ('due', 'claimed', 'done', 'failed')),
    created timestamptz not null default now(),
    due timestamptz not null default now(),
    attempts int not null default 0,
    lease timestamptz, -- of who claimed it; over it is due again
    said text,         -- the last answer of the other side
    check ((state = 'claimed') = (lease is not null))
);
create index on outbox (due) where state in ('due', 'claimed');
create index on outbox (person);
create index on outbox (ticket);
create index on outbox (email);
create index on outbox (created) where state in ('done', 'failed');

create table report (
    id uuid primary key,
    need uuid references need on delete cascade,
    organisation uuid references organisation on delete cascade, -- exactly one of the two
    reporter uuid references organisation on delete set null,    -- NULL: the daemon itself
    reason text not null,
    remark text,
    at timestamptz not null default now(),
    closed timestamptz,
    outcome text, -- what was done about it
    check ((need is null) <> (organisation is null))
);
create index on report (at) where closed is null;
create index on report (need);
create index on report (organisation);
create index on report (reporter);

-- What the daemons of this database must agree on.
create table agreed (name text primary key, value text not null);

-- Append-only; hash = SHA-256 of the former hash and the entry, so that a change, a gap or another order shows.
create table audit (
    seq bigint primary key,
    organisation uuid,
    entry text not null, -- JSON; people by id only
    hash text not null
);
create index on audit (organisation, seq);
create table audit_head (seq bigint not null, hash text not null);
insert into audit_head values (0, '');

create function audit_keep() returns trigger language plpgsql as $$
begin
    raise exception 'the audit log is append-only';
end $$;
create trigger audit_keep before update or delete or truncate on audit execute function audit_keep();

-- With the rights of the owner: whoever may only call this can add, and break nothing.
create function audit_add(p_org uuid, p_what text, p_subject text, p_detail jsonb default '{}') returns void language plpgsql security definer as $$
declare
    head audit_head;
    said text;
    link text;
begin
    select * into head from audit_head for update; -- one after the other
    said := jsonb_build_object('seq', head.seq + 1, 'at', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
        'person', app_person(), 'by', app_org(), 'rights', current_setting('app.rights', true), 'organisation', p_org,
        'what', p_what, 'subject', p_subject, 'detail', p_detail)::text;
    link := encode(sha256(convert_to(head.hash || said, 'UTF8')), 'hex');
    insert into audit (seq, organisation, entry, hash) values (head.seq + 1, p_org, said, link);
    update audit_head set seq = head.seq + 1, hash = link;
end $$;

do $$
begin
    -- Temporary tables are looked up last: none can take the place of the log.
    execute format('alter function audit_add set search_path = %I, pg_catalog, pg_temp', current_schema());
end $$;

alter table need
    drop constraint need_state_check,
    add check (state in ('draft', 'pending', 'published', 'amended', 'closed', 'awarded', 'cancelled')),
    add warned timestamptz,
    add shown boolean not null default false; -- was published once: a draft that is cancelled is nobody else's business
update need set shown = state <> 'draft';
create function need_shown() returns trigger language plpgsql as $$
begin
    new.shown := new.shown or new.state in ('published', 'amended');
    return new;
end $$;
create trigger need_shown before insert or update on need for each row execute function need_shown();

-- Row-level security: what the application filters anyway, once more. Forced, for the owner too.
-- (select ...) is evaluated once a statement, not once a row.
do $$
declare
    p record;
begin
    for p in select * from (values
        ('organisation', 'select', '(select app_org() is not null or app_person() is not null)'),
        ('organisation', 'all', 'id = (select app_org()) or (select app_may(''moderator''))'),
        ('contact', 'all', 'organisation = (select app_org())'),
        ('person', 'select', 'exists (select from member m where m.person = person.id)'), -- a member that is seen
        ('person', 'all', 'id = (select app_person())'),
        ('member', 'select', 'person = (select app_person()) or (role = ''asked'' and (select app_may(''moderator'')))'),
        ('member', 'all', 'organisation = (select app_org())'),
        ('session', 'all', 'person = (select app_person())'),
        ('token', 'all', 'organisation = (select app_org()) and (person is null or person = (select app_person()))'),
        ('ticket', 'all', 'organisation = (select app_org()) or person = (select app_person())'),
        ('outbox', 'insert', 'true'),
        ('outbox', 'select', 'person = (select app_person())'),
        ('report', 'all', 'reporter = (select app_org()) or (select app_may(''moderator''))'),
        ('audit', 'insert', 'true'),
        ('audit', 'select', 'organisation = (select app_org()) or (select app_may(''moderator''))'),
        ('audit_head', 'all', 'true'),
        ('agreed', 'select', 'false'),
        ('need', 'select', '(shown and (select app_org() is not null)) or (state <> ''draft'' and (select app_may(''moderator'')))'),
        ('need', 'all', 'organisation = (select app_org())'),
        ('offer', 'select', '(select app_org() is not null)'),
        ('offer', 'all', 'organisation = (select app_org())'),
        ('match', 'select', 'organisation = (select app_org()) or (select app_may(''organiser'')) or exists (select from need n where n.id = match.need and n.organisation = (select app_org()))'),
        ('notice', 'select', 'organisation = (select app_org())'),
        ('idempotency', 'all', 'organisation = (select app_org())'),
        ('journal', 'insert', 'true'),
        ('cursor', 'select', 'false')
        ) as t (tab, cmd, rule) loop
        execute format('alter table %I enable row level security', p.tab);
        execute format('alter table %I force row level security', p.tab);
        execute format('create policy %I on %I for %s %s', p.tab || '_' || p.cmd, p.tab, p.cmd, case p.cmd
            when 'insert' then format('with check (%s)', p.rule)
            when 'select' then format('using (%s)', p.rule)
            else format('using (%s) with check (%s)', p.rule, p.rule) end);
    end loop;
    for p in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname = current_schema() and c.relrowsecurity loop
        execute format('create policy %I on %I for all using ((select app_may(''system''))) with check ((select app_may(''system'')))',
            p.relname || '_system', p.relname);
    end loop;
end $$;

-- The daemon works as entregent_app, which owns nothing. A role belongs to the server, not to the database, and a backup
-- brings no grants: so this is done at each start.
create function app_grants() returns void language plpgsql as $$
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
end $$;

-- Views

create or replace function organisation_json(o organisation) returns jsonb language sql stable as $$
    select jsonb_build_object('id', o.id, 'siret', o.siret, 'name', o.name, 'kinds', o.kinds, 'structures', o.structures,
        'declared', o.declared)
$$;

create function organisation_own(o organisation) returns jsonb language plpgsql stable as $$
begin
    return organisation_json(o) || jsonb_build_object('version', o.version, 'suspended', o.suspended, 'contact',
        (select jsonb_strip_nulls(to_jsonb(c) - 'organisation') from contact c where c.organisation = o.id));
end $$;

-- The person of a session, in whose name it acts, and the others in whose name it could.
create function session_json(p_person uuid, p_org uuid) returns jsonb language plpgsql stable as $$
begin
    return (select jsonb_build_object('person', jsonb_build_object('id', p.id, 'name', p.name, 'email', p.email,
            'language', p.language, 'moderator', p.moderator, 'password', p.password is not null),
        'organisation', (select organisation_json(o) from organisation o where o.id = p_org),
        'role', (select m.role from member m where m.person = p.id and m.organisation = p_org),
        'organisations', coalesce((select jsonb_agg(jsonb_build_object('id', o.id, 'name', o.name, 'role', m.role) order by o.name, o.id)
            from member m join organisation o on o.id = m.organisation where m.person = p.id), '[]'))
        from person p where p.id = p_person);
end $$;

-- Changes of accounts. Each returns an HTTP status and, for 2xx, the answer.

create function outbox_mail(p_id uuid, p_kind text, p_email text, p_language text, p_person uuid, p_ticket uuid, p_args jsonb)
    returns void language sql as $$
    insert into outbox (id, channel, kind, email, language, person, ticket, args)
        values (p_id, 'mail', p_kind, p_email, p_language, p_person, p_ticket, p_args);
$$;

-- Everybody who may answer for an organisation is written to.
create function outbox_owners(p_org uuid, p_kind text, p_args jsonb) returns void language sql as $$
    insert into outbox (id, channel, kind, email, language, person, args)
        select gen_random_uuid(), 'mail', p_kind, p.email, p.language, p.id,
            p_args || jsonb_build_object('organisation', o.name)
        from member m join person p on p.id = m.person join organisation o on o.id = m.organisation
        where m.organisation = p_org and m.role = 'owner';
$$;

-- Writes as much as a known address would, so that the time of the answer does not tell either.
create function nobody_asked(p_ticket uuid, p_mail uuid) returns void language plpgsql as $$
begin
    insert into ticket (id, kind, email, expires, used) values (p_ticket, 'signin', '', now(), now());
    if p_mail is not null then
        insert into outbox (id, channel, kind, email, language, state) values (p_mail, 'mail', 'signin', '', 'fr', 'done');
    end if;
end $$;

create function enterprise_json(p_siret text) returns jsonb language plpgsql stable as $$
begin
    return jsonb_build_object('siret', p_siret, 'registered', coalesce((select jsonb_agg(jsonb_build_object('id', o.id,
            'siret', o.siret, 'name', o.name) order by o.siret <> p_siret, o.siret)
        from organisation o where left(o.siret, 9) = left(p_siret, 9) and o.erased is null), '[]'));
end $$;

-- Signing up leaves a ticket and a mail, nothing else: whoever gets the mail decides. 202 whether the address is known
-- or not (then the mail says so); 409 when the enterprise is known and neither joined nor set apart.
create function signup_ask(p_ticket uuid, p_mail uuid, p_hours int, p_email text, p_language text, p_args jsonb)
    returns table (status int, answer text) language plpgsql as $$
declare
    known person;
    wanted text := p_args ->> 'siret';
    join_id uuid := (p_args ->> 'join')::uuid;
begin
    if join_id is not null then
        if not exists (select from organisation o where o.id = join_id and left(o.siret, 9) = left(wanted, 9) and o.erased is null) then
            return query select 422, 'join';
            return;
        end if;
    elsif exists (select from organisation o where o.erased is null and (o.siret = wanted or
        (left(o.siret, 9) = left(wanted, 9) and not coalesce((p_args ->> 'separate')::boolean, false)))) then
        return query select 409, enterprise_json(wanted)::text;
        return;
    end if;
    select * into known from person p where p.email = p_email;
    if found then
        perform outbox_mail(p_mail, 'known', known.email, known.language, known.id, null, '{}');
        perform nobody_asked(p_ticket, null);
    else
        insert into ticket (id, kind, email, args, expires)
            values (p_ticket, 'signup', p_email, p_args, now() + make_interval(hours => p_hours));
        perform outbox_mail(p_mail, 'signup', p_email, p_language, null, p_ticket, jsonb_build_object('name', p_args ->> 'name'));
    end if;
    return query select 202, '{"status":"mail_sent"}';
end $$;

-- A link to sign in or to set a password; to an unknown address nothing goes out, and the answer is the same.
create function ticket_ask(p_ticket uuid, p_mail uuid, p_hours int, p_kind text, p_email text)
    returns table (status int, answer text) language plpgsql as $$
declare
    known person;
begin
    select * into known from person p where p.email = p_email;
    if found then
        delete from ticket t where t.kind = p_kind and t.person = known.id;
        insert into ticket (id, kind, email, person, expires)
            values (p_ticket, p_kind, p_email, known.id, now() + make_interval(hours => p_hours));
        perform outbox_mail(p_mail, p_kind, known.email, known.language, known.id, p_ticket, jsonb_build_object('name', known.name));
    else -- the same work, for who measures how long it takes
        insert into ticket (id, kind, email, expires) values (p_ticket, p_kind, p_email, now());
        perform outbox_mail(p_mail, p_kind, p_email, 'fr', null, p_ticket, '{}');
        delete from ticket t where t.id = p_ticket;
    end if;
    return query select 202, '{"status":"mail_sent"}';
end $$;

create function session_add(p_hash text, p_id uuid, p_person uuid, p_days int) returns text language plpgsql as $$
declare
    org uuid := (select m.organisation from member m join organisation o on o.id = m.organisation
        where m.person = p_person and m.role <> 'asked' order by m.since, m.organisation limit 1);
begin
    insert into session (hash, id, person, organisation, expires)
        values (p_hash, p_id, p_person, org, now() + make_interval(days => p_days));
    update person set seen = now(), warned = null where id = p_person;
    return session_json(p_person, org);
end $$;

create function organisation_make(p_id uuid, p_person uuid, p_args jsonb) returns uuid language plpgsql as $$
declare
    claims text[] := array(select jsonb_array_elements_text(coalesce(p_args -> 'structures', '[]')));
    kinds text[] := array(select jsonb_array_elements_text(p_args -> 'kinds'));
    org uuid := (p_args ->> 'join')::uuid;
    made uuid;
begin
    if org is null then
        insert into organisation as o (id, siret, name, kinds, declared)
            values (p_id, p_args ->> 'siret', p_args ->> 'organisation', array_remove(kinds, 'organiser'),
                claims || case when 'organiser' = any (kinds) then array['organiser'] else '{}' end)
            on conflict (siret) do update set name = excluded.name, kinds = excluded.kinds, declared = excluded.declared,
                erased = null, version = o.version + 1 where o.erased is not null -- one that was erased comes back empty
            returning id into made;
        if found then
            insert into member (person, organisation, role) values (p_person, made, 'owner');
            perform audit_add(made, 'organisation_made', made::text, jsonb_build_object('person', p_person, 'siret', p_args ->> 'siret'));
            perform audit_add(made, 'claim_declared', c, '{}') from organisation o, unnest(o.declared) c where o.id = made;
            return made;
        end if;
        org := (select o.id from organisation o where o.siret = p_args ->> 'siret'); -- somebody was first: ask to join
    end if;
    insert into member (person, organisation, role) values (p_person, org, 'asked') on conflict do nothing;
    perform audit_add(org, 'join_asked', p_person::text, '{}');
    perform outbox_owners(org, 'asked', jsonb_build_object('name', p_args ->> 'name', 'person', p_person)); -- by which it is found when erased
    return org;
end $$;

-- What a mailed link does when it is used. Each works once. 401 unknown, over or used; 422 with the field that is missing.
create function ticket_use(p_ticket uuid, p_kind text, p_person uuid, p_org uuid, p_name text, p_password text, p_language text,
    p_hash text, p_session uuid, p_days int) returns table (status int, answer text) language plpgsql as $$
declare
    t ticket;
    who uuid;
begin
    select * into t from ticket k where k.id = p_ticket and k.kind = p_kind and k.used is null and k.expires > now() for update;
    if not found then
        return query select 401, null::text;
        return;
    end if;
    who := coalesce(t.person, (select p.id from person p where p.email = t.email));
    if t.kind = 'reset' and p_password is null then
        return query select 422, 'password';
        return;
    elsif t.kind = 'invite' and who is null and p_name is null then
        return query select 422, 'name';
        return;
    end if;
    if who is null then
        who := p_person;
        insert into person (id, email, name, password, language) values (who, t.email, coalesce(p_name, t.args ->> 'name'),
            p_password, coalesce(p_language, t.args ->> 'language', 'fr'));
        perform audit_add(null, 'person_made', who::text, '{}');
    end if;
    case t.kind
    when 'signup' then
        perform organisation_make(p_org, who, t.args);
    when 'invite' then
        insert into member as m (person, organisation, role) values (who, t.organisation, t.role)
            on conflict (person, organisation) do update set role = excluded.role where m.role in ('asked', 'reader');
        perform audit_add(t.organisation, 'member_joined', who::text, jsonb_build_object('role', t.role));
    when 'reset' then
        update person set password = p_password where id = who;
        perform outbox_mail(gen_random_uuid(), 'password_changed', p.email, p.language, p.id, null, jsonb_build_object('name', p.name))
            from person p where p.id = who;
        delete from session s where s.person = who; -- whoever had the old one is out
        delete from token k where k.person = who;
        delete from ticket k where k.person = who and k.id <> t.id; -- and what was mailed before is worth nothing
        perform audit_add(null, 'password_reset', who::text, '{}');
    when 'email' then
        begin
            perform outbox_mail(gen_random_uuid(), 'email_changed', p.email, p.language, p.id, null, jsonb_build_object('name', p.name))
                from person p where p.id = who; -- to the former address
            update person set email = t.email where id = who;
        exception when unique_violation then
            return query select 401, null::text;
            return;
        end;
        delete from session s where s.person = who;
        delete from token k where k.person = who;
        delete from ticket k where k.person = who and k.id <> t.id; -- went to the former address
        perform audit_add(null, 'email_changed', who::text, '{}');
    else
        null;
    end case;
    update ticket k set used = now(), args = '{}' where k.id = t.id;
    return query select 200, session_add(p_hash, p_session, who, p_days);
end $$;

-- Nobody answers for it any more: nobody acts in its name, its open needs end, and moderators are told.
create function organisation_orphaned(p_org uuid) returns void language plpgsql as $$
declare
    n record;
begin
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

-- Roles. An organisation that has members has an owner. 404, 409.
create function member_set(p_org uuid, p_person uuid, p_role text) returns table (status int, answer text) language plpgsql as $$
declare
    former member;
begin
    perform 1 from organisation o where o.id = p_org for update; -- two owners may not both leave
    select * into former from member m where m.organisation = p_org and m.person = p_person;
    if not found then
        return query select 404, null::text;
        return;
    end if;
    if former.role = 'owner' and p_role is distinct from 'owner'
        and not exists (select from member m where m.organisation = p_org and m.role = 'owner' and m.person <> p_person)
        and exists (select from member m where m.organisation = p_org and m.role <> 'asked' and m.person <> p_person or (p_role is not null and m.person = p_person)) then
        return query select 409, null::text;
        return;
    end if;
    if p_role is null then
        delete from member m where m.id = former.id;
        delete from token t where t.organisation = p_org and t.person = p_person;
        update session s set organisation = null where s.organisation = p_org and s.person = p_person;
        if former.role <> 'asked' and not exists (select from member m where m.organisation = p_org and m.role <> 'asked') then
            perform organisation_orphaned(p_org);
        end if;
    else
        update member m set role = p_role where m.id = former.id;
    end if;
    if p_role is distinct from former.role then
        perform audit_add(p_org, case when p_role is null then 'member_left' when former.role = 'asked' then 'member_joined' else 'role_changed' end,
            p_person::text, jsonb_build_object('role', p_role, 'former', former.role));
        if former.role = 'asked' then
            insert into outbox (id, channel, kind, email, language, person, args)
                select gen_random_uuid(), 'mail', case when p_role is null then 'not_joined' else 'joined' end, p.email, p.language, p.id,
                    jsonb_build_object('organisation', o.name)
                from person p, organisation o where p.id = p_person and o.id = p_org;
        end if;
    end if;
    return query select case when p_role is null then 204 else 200 end, jsonb_build_object('person', p.id, 'name', p.name,
        'email', p.email, 'role', p_role, 'since', former.since)::text from person p where p.id = p_person;
end $$;

-- What an organisation says of itself. A claim that is confirmed stays so; a new one is declared; one left out is given up.
-- The offer of who is no supplier any more is withdrawn, and comes back with the kind; a buyer ends its needs first, for
-- suppliers were told of them. 404, 409 (answer: what hinders), 412 (answer: the present version).
create function organisation_put(p_org uuid, p_version int, p_name text, p_kinds text[], p_claims text[], p_contact jsonb)
    returns table (status int, answer text, version int) language plpgsql as $$
declare
    former organisation;
    made organisation;
    claims text[] := p_claims || case when 'organiser' = any (p_kinds) then array['organiser'] else '{}' end;
    confirmed text[];
    running int;
begin
    select * into former from organisation o where o.id = p_org and o.erased is null for update;
    if not found then
        return query select 404, null::text, 0;
        return;
    elsif former.version <> p_version then
        return query select 412, former.version::text, former.version;
        return;
    elsif 'buyer' = any (former.kinds) and not 'buyer' = any (p_kinds) then
        select count(*) into running from need n where n.organisation = p_org and n.state in ('pending', 'published', 'amended');
        if running > 0 then
            return query select 409, 'needs: ' || running, former.version;
            return;
        end if;
    end if;
    confirmed := former.structures || array(select unnest(former.kinds) intersect select 'organiser');
    update organisation o set name = p_name, version = o.version + 1,
        kinds = array(select k from unnest(p_kinds) k where k <> 'organiser' or 'organiser' = any (former.kinds)),
        structures = array(select s from unnest(former.structures) s where s = any (claims)),
        declared = array(select distinct c from unnest(claims) c where not c = any (confirmed) order by 1)
        where o.id = p_org returning * into made;
    perform audit_add(p_org, 'claim_declared', c, '{}') from unnest(made.declared) c where not c = any (former.declared);
    perform audit_add(p_org, 'claim_withdrawn', c, '{}') from unnest(confirmed || former.declared) c where not c = any (claims);
    if (made.name, made.kinds) is distinct from (former.name, former.kinds) then
        perform audit_add(p_org, 'organisation_changed', p_org::text, jsonb_build_object('name', made.name, 'kinds', made.kinds));
    end if;
    insert into contact (organisation, name, email, phone)
        values (p_org, p_contact ->> 'name', p_contact ->> 'email', p_contact ->> 'phone')
        on conflict (organisation) do update set name = excluded.name, email = excluded.email, phone = excluded.phone;
    if (made.structures, made.name, 'supplier' = any (made.kinds)) is distinct from (former.structures, former.name, 'supplier' = any (former.kinds)) then
        insert into journal (subject, key, version, what)
            select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = p_org;
    end if;
    return query select 200, organisation_own(made)::text, made.version;
end $$;

-- A moderator, an operator or a register says yes or no to a claim. 404 when it is not claimed (no to one confirmed takes
-- it back).
create function claim_decide(p_org uuid, p_claim text, p_yes boolean, p_source text, p_reason text) returns jsonb language plpgsql as $$
declare
    o organisation;
    held boolean;
begin
    select * into o from organisation x where x.id = p_org and x.erased is null for update;
    held := p_claim = any (o.structures) or p_claim = any (o.kinds);
    if o.id is null or not (held or p_claim = any (o.declared)) then
        return null;
    elsif p_yes and held then
        return organisation_json(o);
    end if;
    update organisation x set declared = array_remove(x.declared, p_claim), version = x.version + 1,
        structures = case when p_claim = 'organiser' then x.structures when p_yes then array_append(array_remove(x.structures, p_claim), p_claim)
            else array_remove(x.structures, p_claim) end,
        kinds = case when p_claim <> 'organiser' then x.kinds when p_yes then array_append(array_remove(x.kinds, p_claim), p_claim)
            else array_remove(x.kinds, p_claim) end
        where x.id = p_org returning * into o;
    perform audit_add(p_org, case when p_yes then 'claim_confirmed' else 'claim_refused' end, p_claim, jsonb_build_object('source', p_source));
    insert into journal (subject, key, version, what)
        select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = p_org;
    perform outbox_owners(p_org, case when p_yes then 'claim_confirmed' else 'claim_refused' end, jsonb_build_object('claim', p_claim, 'reason', p_reason));
    return organisation_json(o);
end $$;

-- All that is open of a suspended organisation is withdrawn, and comes back when it is restored.
create function organisation_suspend(p_org uuid, p_suspend boolean, p_reason text) returns jsonb language plpgsql as $$
declare
    made organisation;
begin
    update organisation o set suspended = case when p_suspend then now() end, version = o.version + 1
        where o.id = p_org and (o.suspended is null) = p_suspend and o.erased is null returning * into made;
    if not found then -- it is so already, or there is none
        return (select organisation_json(o) || jsonb_build_object('suspended', o.suspended) from organisation o where o.id = p_org and o.erased is null);
    end if;
    perform audit_add(p_org, case when p_suspend then 'suspended' else 'restored' end, p_org::text, '{}');
    insert into journal (subject, key, version, what)
        select 'need', n.id, n.version, 'again' from need n where n.organisation = p_org and n.state in ('published', 'amended');
    insert into journal (subject, key, version, what)
        select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = p_org;
    perform outbox_owners(p_org, case when p_suspend then 'suspended' else 'restored' end, jsonb_build_object('reason', p_reason));
    return organisation_json(made) || jsonb_build_object('suspended', made.suspended);
end $$;

-- yes publishes a need that waits; no gives it back as a draft. p_version NULL: whichever. 404, 409 (answer: its state), 410
-- (its deadline has passed), 412 (answer: its version).
create function need_decide(p_need uuid, p_yes boolean, p_reason text, p_version int) returns table (status int, answer text) language plpgsql as $$
declare
    made need;
begin
    select * into made from need n where n.id = p_need for update;
    if not found or made.state = 'draft' then
        return query select 404, null::text;
    elsif made.state <> 'pending' then
        return query select 409, made.state;
    elsif made.version <> p_version then
        return query select 412, made.version::text;
    elsif p_yes and made.deadline < now() then
        return query select 410, null::text;
    else
        update need n set state = case when p_yes then 'published' else 'draft' end, version = n.version + 1, updated = now()
            where n.id = p_need returning * into made;
        if p_yes then
            insert into journal (subject, key, version, what) values ('need', p_need, made.version, 'published');
        end if;
        perform audit_add(made.organisation, case when p_yes then 'need_accepted' else 'need_refused' end, p_need::text, '{}');
        perform outbox_owners(made.organisation, case when p_yes then 'need_accepted' else 'need_refused' end,
            jsonb_build_object('title', made.body ->> 'title', 'reason', p_reason));
        return query select 200, need_json(made)::text;
    end if;
end $$;

-- Erasing. What stays, and why, is told with what went.

-- 409 when an organisation would keep members but no owner. mails: that may lie in a folder, to be removed too.
create function person_erase(p_person uuid, p_why text) returns table (status int, answer text, mails text) language plpgsql as $$
declare
    letters text;
    m record;
    gone jsonb;
    mail text;
    alone int := (select count(*) from member mine where mine.person = p_person and mine.role <> 'asked' and not exists (select
        from member k where k.organisation = mine.organisation and k.person <> p_person and k.role <> 'asked'));
begin
    select p.email into mail from person p where p.id = p_person;
    gone := jsonb_build_object('sessions', (select count(*) from session s where s.person = p_person),
        'tokens', (select count(*) from token t where t.person = p_person),
        'mails', (select count(*) from outbox b where b.person = p_person or b.email = mail or b.args ->> 'person' = p_person::text),
        'contacts', (select count(*) from contact c where lower(c.email) = mail));
    for m in select k.organisation from member k where k.person = p_person loop
        if (select s.status from member_set(m.organisation, p_person, null) s) = 409 then
            -- Nothing of this may stay done: the caller's transaction would commit it.
            raise exception using errcode = 'P0409', message = m.organisation::text;
        end if;
    end loop;
    letters := (select string_agg(b.id::text, ',') from outbox b where b.email = mail or b.args ->> 'person' = p_person::text);
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

create function organisation_erase(p_org uuid, p_need_days int) returns table (status int, answer text) language plpgsql as $$
declare
    gone jsonb;
    kept int;
    n record;
begin
    perform 1 from organisation o where o.id = p_org and o.erased is null for update;
    if not found then
        return query select 404, null::text;
        return;
    end if;
    gone := jsonb_build_object('members', (select count(*) from member m where m.organisation = p_org),
        'tokens', (select count(*) from token t where t.organisation = p_org),
        'offers', (select count(*) from offer f where f.organisation = p_org),
        'drafts', (select count(*) from need d where d.organisation = p_org and d.state in ('draft', 'pending')),
        'notices', (select count(*) from notice x where x.organisation = p_org));
    for n in update need x set state = 'cancelled', version = x.version + 1, updated = now()
        where x.organisation = p_org and x.state in ('published', 'amended') returning x.id, x.version loop
        insert into journal (subject, key, version, what) values ('need', n.id, n.version, 'cancelled');
    end loop;
    delete from need d where d.organisation = p_org and d.state in ('draft', 'pending');
    -- The matcher finds the offer gone and forgets it; its matches are withdrawn here, for there is nobody left to tell.
    insert into journal (subject, key, version, what)
        select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = p_org;
    update match x set state = 'withdrawn', at = now() where x.organisation = p_org and x.state = 'told';
    delete from offer f where f.organisation = p_org;
    delete from notice x where x.organisation = p_org;
    delete from token t where t.organisation = p_org;
    delete from contact c where c.organisation = p_org;
    delete from ticket t where t.organisation = p_org;
    delete from idempotency i where i.organisation = p_org;
    update session s set organisation = null where s.organisation = p_org;
    delete from member m where m.organisation = p_org;
    update organisation o set erased = now(), kinds = '{}', structures = '{}', declared = '{}', version = o.version + 1 where o.id = p_org;
    select count(*) into kept from need x where x.organisation = p_org;
    perform audit_add(p_org, 'organisation_erased', p_org::text, gone);
    return query select 200, jsonb_build_object('erased', gone, 'kept', jsonb_build_array(
        jsonb_build_object('what', 'needs', 'count', kept, 'why', 'suppliers were told of them; erased ' || p_need_days || ' days after they ended'),
        jsonb_build_object('what', 'organisation', 'why', 'SIRET and name, public in the SIRENE register, as long as needs, matches or the audit log refer to it'),
        jsonb_build_object('what', 'audit', 'why', 'proof of who did what; people by number only')))::text;
end $$;

-- Needs to be forgotten are announced a month before, accounts too; then they go. True when there is more. Several daemons may
-- do it at once: what is asked twice is asked of the row that is changed, too.
create function retention(p_need_days int, p_account_days int, p_rows int) returns boolean language plpgsql as $$
declare
    ids uuid[];
    who record;
    more boolean := false;
begin
    for who in update need n set warned = now() where n.warned is null and n.id in (select x.id from need x
            where x.state in ('closed', 'awarded', 'cancelled') and x.warned is null
                and x.updated < now() - make_interval(days => p_need_days - 30) order by x.id limit p_rows)
            returning n.organisation, n.body ->> 'title' as title loop
        perform outbox_owners(who.organisation, 'need_expires', jsonb_build_object('title', who.title, 'days', '30'));
        more := true;
    end loop;
    ids := array(select x.id from need x where x.state in ('closed', 'awarded', 'cancelled') and x.warned < now() - interval '30 days'
        and x.updated < now() - make_interval(days => p_need_days) order by x.id limit p_rows);
    delete from notice n where n.need = any (ids);
    delete from match m where m.need = any (ids);
    delete from need n where n.id = any (ids);
    for who in update person p set warned = now() where p.warned is null and p.id in (select x.id from person x where x.warned is null
            and x.seen < now() - make_interval(days => p_account_days - 30) order by x.id limit p_rows)
            returning p.id, p.email, p.language, p.name loop
        perform outbox_mail(gen_random_uuid(), 'account_expires', who.email, who.language, who.id, null,
            jsonb_build_object('name', who.name, 'days', '30'));
        more := true;
    end loop;
    for who in select p.id from person p where p.warned < now() - interval '30 days'
            and p.seen < now() - make_interval(days => p_account_days) order by p.id limit p_rows for update skip locked loop
        begin
            perform person_erase(who.id, 'unused');
            more := true;
        exception when sqlstate 'P0409' then
            -- The last owner among other members: the longest member who signs in takes over.
            perform member_set(k.organisation, k.person, 'owner') from (select distinct on (m.organisation) m.* from member m
                join member mine on mine.organisation = m.organisation and mine.person = who.id and mine.role = 'owner'
                where m.person <> who.id and m.role <> 'asked' order by m.organisation, m.role = 'owner' desc, m.role = 'editor' desc, m.since) k;
        end;
    end loop;
    -- Moderators hear once a day that something waits.
    insert into outbox (id, channel, kind, email, language, person, args)
        select gen_random_uuid(), 'mail', 'moderation', p.email, p.language, p.id, jsonb_build_object('name', p.name,
            'needs', w.needs::text, 'claims', w.claims::text, 'joins', w.joins::text, 'reports', w.reports::text)
        from person p, (select (select count(*) from need n where n.state = 'pending') as needs,
            (select coalesce(sum(cardinality(o.declared)), 0) from organisation o where o.declared <> '{}' and o.erased is null) as claims,
            (select count(*) from member m where m.role = 'asked' and not exists (select from member k
                where k.organisation = m.organisation and k.role = 'owner')) as joins,
            (select count(*) from report r where r.closed is null) as reports) w
        where p.moderator and w.needs + w.claims + w.joins + w.reports > 0 and not exists (select from outbox b
            where b.person = p.id and b.kind = 'moderation' and b.created > now() - interval '1 day');
    delete from session s where s.hash in (select x.hash from session x where x.expires < now() limit p_rows);
    more := more or found;
    delete from token t where t.hash in (select x.hash from token x where x.expires < now() - interval '90 days' limit p_rows);
    more := more or found;
    delete from ticket t where t.id in (select x.id from ticket x where x.expires < now() limit p_rows);
    more := more or found;
    delete from outbox b where b.id in (select x.id from outbox x where x.state in ('done', 'failed')
        and x.created < now() - interval '30 days' limit p_rows);
    more := more or found;
    delete from report r where r.id in (select x.id from report x where x.closed < now() - make_interval(days => p_need_days) limit p_rows);
    delete from member m where m.id in (select x.id from member x where x.role = 'asked' and x.since < now() - interval '90 days' limit p_rows);
    return more or cardinality(ids) = p_rows;
end $$;

-- What the operator enters: confirmed by that. A known SIRET gains what is new, and its offer is matched anew.
create function organisation_enter(p_id uuid, p_siret text, p_name text, p_kinds text[], p_structures text[]) returns organisation
    language plpgsql as $$
declare
    former organisation;
    made organisation;
begin
    select * into former from organisation o where o.siret = p_siret for update;
    insert into organisation as o (id, siret, name, kinds, structures) values (p_id, p_siret, p_name, p_kinds, p_structures)
        on conflict (siret) do update set name = excluded.name, version = o.version + 1, erased = null,
            kinds = array(select distinct unnest(o.kinds || excluded.kinds) order by 1),
            structures = array(select distinct unnest(o.structures || excluded.structures) order by 1),
            declared = array(select unnest(o.declared) except select unnest(excluded.structures || excluded.kinds))
        returning * into made;
    perform audit_add(made.id, 'claim_confirmed', c, '{"source": "operator"}') from unnest(made.structures || made.kinds) c
        where former.id is null or not c = any (former.structures || former.kinds);
    insert into journal (subject, key, version, what)
        select 'offer', f.organisation, f.version, 'written' from offer f where f.organisation = made.id;
    return made;
end $$;

-- Drafts and needs that wait for a moderator stay what they are; p_watch: a moderator is to look at what is out already.
drop function need_amend;
create function need_amend(p_org uuid, p_id uuid, p_version int, p_deadline timestamptz, p_body jsonb, p_changes jsonb, p_watch boolean)
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

-- As before; the offer of who becomes a supplier again is matched again.
create or replace function organisation_join(p_rows jsonb, p_kind text) returns void language sql as $$
    with made as (
        insert into organisation (id, siret, name, kinds)
            select distinct on (r.siret) r.org, r.siret, r.name, array[p_kind]
            from jsonb_to_recordset(p_rows) as r (line int, org uuid, siret text, name text)
            order by r.siret, r.line
            on conflict (siret) do update set kinds = organisation.kinds || excluded.kinds
                where not organisation.kinds @> excluded.kinds and organisation.erased is null
            returning id
    )
    insert into journal (subject, key, version, what)
        select 'offer', f.organisation, f.version, 'written' from made join offer f on f.organisation = made.id where p_kind = 'supplier';
$$;

-- As before; a register confirms the kind of structure it lists. Who has erased itself is not brought back.
create or replace function offer_import(p_source text, p_rows jsonb) returns table (line int, id uuid, added boolean, joined text) language plpgsql
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
        added := false;
        if org.erased is not null then
            return next;
            continue;
        end if;
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
            update organisation o set structures = o.structures || r.structure, declared = array_remove(o.declared, r.structure),
                version = o.version + 1 where o.id = org.id;
            perform audit_add(org.id, 'claim_confirmed', r.structure, jsonb_build_object('source', p_source));
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

-- As before, with the state that what is new goes out in: 'pending' waits for a moderator.
drop function need_import;
create function need_import(p_source text, p_rows jsonb, p_state text) returns table (line int, id uuid, added boolean) language plpgsql
    set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
#variable_conflict use_column
begin
    perform organisation_join(p_rows, 'buyer');
    return query
    with r as (
        select * from jsonb_to_recordset(p_rows) as r (line int, need uuid, siret text, key text, deadline timestamptz, body jsonb)
    ), added as (
        insert into need (id, organisation, state, deadline, body, source, source_key)
            select r.need, o.id, p_state, r.deadline, r.body, p_source, r.key
            from r join organisation o on o.siret = r.siret and o.erased is null and o.suspended is null order by r.line
            on conflict (source, source_key) do nothing
            returning need.id, need.source_key
    ), told as (
        insert into journal (subject, key, version, what)
            select 'need', a.id, 1, 'published' from added a where p_state = 'published' order by a.id
    )
    select r.line, coalesce(a.id, n.id), a.id is not distinct from r.need
    from r left join added a on a.source_key = r.key
        left join need n on n.source = p_source and n.source_key = r.key
    order by r.line;
end $$;
