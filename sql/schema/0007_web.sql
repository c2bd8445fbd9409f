-- SPDX-License-Identifier: EUPL-1.2
-- What the web client needs, continued.

-- Sessions are told apart by whom they belong to.
alter table session add column device text; -- "Firefox · Android"; NULL: not noted yet
