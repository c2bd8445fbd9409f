-- SPDX-License-Identifier: EUPL-1.2
-- as system
-- $1 id, $2 done, due or failed, $3 when it is due again (ms) or NULL, $4 what the other side said, $5 attempts: whose claim it was
update outbox b set state = $2, lease = null, due = coalesce(to_timestamp($3::bigint / 1000.0), b.due), said = $4,
    args = case when $2 = 'due' then b.args else '{}' end
where b.id = $1::uuid and b.state = 'claimed' and b.attempts = $5::int
