-- A row at least of every table of the first release, and a value in every column: what a hub has after some weeks.
-- Rows of this kind lie in the databases of users; they are never changed here to suit a later migration.

INSERT INTO store_purpose (purpose) VALUES ('production');
INSERT INTO journal_key (id, one, secret, fence, made_at) VALUES
    ('00000000-0000-4000-8000-000000000001', 1, decode(repeat('5a', 32), 'hex'), 0, now() - INTERVAL '30 days');
INSERT INTO journal_mark (id, passed_at) VALUES ('00000000-0000-4000-8000-000000000002', now());
INSERT INTO lease (name, holder, held_until) VALUES
    ('dead-letters', '00000000-0000-4000-8000-000000000003', now() - INTERVAL '1 minute'),
    ('free', NULL, now());

-- Events: what a customer wrote, and the hub's answer
INSERT INTO event_log (id, owner, batch, ordinal, type, origin, conversation, number_id, event_time, claimed_at, body) VALUES
    ('message:wamid.question', '00000000-0000-4000-8000-000000000010', 1, 0, 'whatsapp.message.received', 'customer',
        '700100200300:15550100001', '700100200300', now() - INTERVAL '1 hour', now() - INTERVAL '1 hour',
        convert_to('{"specversion":"1.0","id":"message:wamid.question","source":"/whatsapp/800900/700100200300","type":"whatsapp.message.received","subject":"700100200300:15550100001","time":"2026-01-02T03:04:05Z","datacontenttype":"application/json","origin":"customer","phonenumberid":"700100200300","partitionkey":"700100200300:15550100001","receivedtime":"2026-01-02T03:04:06Z","data":{"field":"messages","raw":{"from":"15550100001","id":"wamid.question","timestamp":"1767323045","type":"text","text":{"body":"Ist die Lampe da? 💡"}}}}', 'UTF8')),
    ('message:wamid.answer', '00000000-0000-4000-8000-000000000011', 1, 1, 'whatsapp.message.sent', 'hub',
        '700100200300:15550100001', '700100200300', now() - INTERVAL '59 minutes', now() - INTERVAL '59 minutes',
        convert_to('{"specversion":"1.0","id":"message:wamid.answer","source":"/whatsapp/800900/700100200300","type":"whatsapp.message.sent","subject":"700100200300:15550100001","time":"2026-01-02T03:05:05Z","datacontenttype":"application/json","origin":"hub","phonenumberid":"700100200300","partitionkey":"700100200300:15550100001","receivedtime":"2026-01-02T03:05:06Z","data":{"field":"command","raw":{"to":"15550100001","type":"text","text":{"body":"Ja"}}}}', 'UTF8')),
    ('message:wamid.old', '00000000-0000-4000-8000-000000000012', 2, 0, 'whatsapp.message.received', 'customer',
        '700100200300:15550100001', '700100200300', now() - INTERVAL '200 days', now() - INTERVAL '200 days', NULL);
SELECT setval('event_batch', 2);
INSERT INTO feed (position, batch) VALUES (1, 2), (2, 1);
UPDATE feed_end SET position = 2;
INSERT INTO own_event (id, partition_no, slice, noted_at) VALUES
    ('command:00000000-0000-4000-8000-0000000000c9:failed', 3, decode('00ff', 'hex'), now() + INTERVAL '1 day');
INSERT INTO held_echo (wamid, conversation, body, received_at, due_at, released_at) VALUES
    ('wamid.held', '700100200300:15550100001', convert_to('{}', 'UTF8'), now(), now() + INTERVAL '1 day', NULL),
    ('wamid.released', '700100200300:15550100001', convert_to('{}', 'UTF8'), now(), now() + INTERVAL '1 day', now() + INTERVAL '1 day');

-- Conversations
INSERT INTO identity (identifier, conversation) VALUES
    ('700100200300:wa:15550100001', '700100200300:15550100001'),
    ('700100200300:id:US.first', '700100200300:15550100001');
INSERT INTO conversation (id, number_id, wa_id, bsuid, username, name, contact_name, contact_at, window_opened, referred_at,
        free_until, human_until, human_cause, handover_at, handover_by, person_at, last_at, recent) VALUES
    ('700100200300:15550100001', '700100200300', '15550100001', 'US.first', 'ada', 'Ada', 'Ada from the fair',
        now() - INTERVAL '20 days', now() - INTERVAL '1 hour', now() - INTERVAL '2 hours', now() + INTERVAL '70 hours',
        now() + INTERVAL '11 hours', 'app_reply', now() - INTERVAL '1 hour', 'message:wamid.question',
        now() - INTERVAL '1 hour', now() - INTERVAL '59 minutes',
        '[{"id":"message:wamid.question","time":"2026-01-02T03:04:05Z","type":"text","text":"Ist die Lampe da? 💡"}]'),
    ('700100200300:15550100002', '700100200300', '15550100002', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL,
        NULL, NULL, NULL, now() - INTERVAL '90 days', NULL);
INSERT INTO conversation_merged (gone, stays) VALUES ('700100200300:US.first', '700100200300:15550100001');
INSERT INTO message (wamid, conversation, origin, type, sent_at, state, state_at, edited_at, revoked_at, target, completed_by,
        edited_by) VALUES
    ('wamid.question', '700100200300:15550100001', 'customer', 'text', now() - INTERVAL '1 hour', NULL, NULL,
        now() - INTERVAL '58 minutes', NULL, NULL, 'completed:wamid.question:media', 'message:wamid.edit'),
    ('wamid.answer', '700100200300:15550100001', 'hub', 'text', now() - INTERVAL '59 minutes', 'read',
        now() - INTERVAL '50 minutes', NULL, NULL, NULL, NULL, NULL),
    ('wamid.edit', '700100200300:15550100001', 'customer', 'edit', now() - INTERVAL '58 minutes', NULL, NULL, NULL,
        now() - INTERVAL '57 minutes', 'wamid.question', NULL, NULL);
INSERT INTO contact (id, number_id, marketing) VALUES ('700100200300:15550100001', '700100200300', 'stop');
INSERT INTO consent_decision (event_id, conversation, allowed, cause, detail, decided_at, recorded_at) VALUES
    ('preference:first', '700100200300:15550100001', FALSE, 'whatsapp', NULL, now() - INTERVAL '20 days', now() - INTERVAL '20 days'),
    ('operator:00000000-0000-4000-8000-000000000020', '700100200300:15550100001', FALSE, 'operator',
        'asked for it at the counter', now() - INTERVAL '10 days', now() - INTERVAL '10 days');

-- Accounts and numbers
INSERT INTO business_account (waba_id, onboarded_at, left_at) VALUES
    ('800900', now() - INTERVAL '30 days', now() - INTERVAL '40 days');
INSERT INTO business_number (number_id, waba_id, last_webhook, last_echo, echo_lag_ms) VALUES
    ('700100200300', '800900', now() - INTERVAL '1 hour', now() - INTERVAL '2 hours', 850);
INSERT INTO history_import (number_id, phase, progress, chunk_at, declined_at) VALUES
    ('700100200300', 2, 100, now() - INTERVAL '29 days', NULL),
    ('700100200301', 0, 0, NULL, now() - INTERVAL '29 days');
INSERT INTO number_suspension (number_id, code, reason, since, next_probe, probes, told, lifted_at) VALUES
    ('700100200301', 131031, 'account_locked', now() - INTERVAL '1 day', now() + INTERVAL '1 day', 7, TRUE, NULL),
    ('700100200302', 190, 'token_invalid', now() - INTERVAL '2 days', now() + INTERVAL '1 day', 2, FALSE, now());
INSERT INTO number_limit (number_id, per_second, coexistence, throughput, quality, messaging_limit, asked_at) VALUES
    ('700100200300', 20, TRUE, 'STANDARD', 'GREEN', 'TIER_2K', now() + INTERVAL '1 day');
INSERT INTO messaging_limit (waba_id, tier, told_at) VALUES ('800900', 'TIER_2K', now() - INTERVAL '5 days');
INSERT INTO send_slot (number_id, slot, free_at, holder, held_until) VALUES
    ('700100200300', 0, now() - INTERVAL '1 minute', NULL, NULL),
    ('700100200300', 1, now() - INTERVAL '1 minute', '00000000-0000-4000-8000-0000000000c1', now() - INTERVAL '1 minute');
INSERT INTO pair_bucket (pair, state, full_at) VALUES
    ('700100200300:15550100002', decode('0000', 'hex'), now() + INTERVAL '1 day');

-- Commands: one read, one failed, one held for the window
INSERT INTO command (id, phone_number_id, recipient, origin, body, state, reason, error_code, error_detail, wamid, wa_id, user_id,
        attempts, resent, fallback, waits_for, wake_at, window_key, expires_at, announced, accepted_at, called_at, changed_at) VALUES
    ('00000000-0000-4000-8000-0000000000c1', '700100200300', '15550100001', 'rest',
        '{"from":"700100200300","to":"15550100001","type":"text","text":{"body":"Ja"},"hub":{"source":"agent","agent":"Bo"}}',
        'read', NULL, NULL, NULL, 'wamid.answer', '15550100001', 'US.first', 1, TRUE, FALSE, NULL, NULL, NULL, NULL, TRUE,
        now() - INTERVAL '1 hour', now() - INTERVAL '59 minutes', now() - INTERVAL '50 minutes'),
    ('00000000-0000-4000-8000-0000000000c2', '700100200300', '15550100002', 'bulk',
        '{"from":"700100200300","to":"15550100002","type":"template","template":{"name":"offer","language":{"code":"en"}}}',
        'failed', 'undeliverable', 131026, 'Message undeliverable', NULL, NULL, NULL, 3, FALSE, TRUE, NULL, NULL, NULL, NULL,
        TRUE, now() - INTERVAL '3 days', now() - INTERVAL '3 days', now() - INTERVAL '3 days'),
    ('00000000-0000-4000-8000-0000000000c3', '700100200300', '15550100002', 'jms',
        '{"from":"700100200300","to":"15550100002","type":"text","text":{"body":"Gr\u00fc\u00dfe"},"hub":{"hold":true}}',
        'held', 'window_closed', NULL, NULL, NULL, NULL, NULL, 0, FALSE, FALSE, 'retry', now() + INTERVAL '20 days',
        '700100200300:wa:15550100002', now() + INTERVAL '20 days', TRUE, now() - INTERVAL '1 day', NULL, now() - INTERVAL '1 day');
INSERT INTO command_key (idempotency_key, namespace, body_hash, command_id, created_at) VALUES
    ('order-1', 'api', repeat('0', 64), '00000000-0000-4000-8000-0000000000c1', now() - INTERVAL '1 hour');
INSERT INTO command_transition (command_id, state, at, reason) VALUES
    ('00000000-0000-4000-8000-0000000000c1', 'accepted', now() - INTERVAL '1 hour', NULL),
    ('00000000-0000-4000-8000-0000000000c1', 'sent', now() - INTERVAL '59 minutes', NULL),
    ('00000000-0000-4000-8000-0000000000c1', 'read', now() - INTERVAL '50 minutes', NULL),
    ('00000000-0000-4000-8000-0000000000c3', 'held', now() - INTERVAL '1 day', 'window_closed');
INSERT INTO command_early_status (wamid, status, at, error_code, reason, seen_at) VALUES
    ('wamid.early', 'failed', now(), 131026, 'undeliverable', now());

-- Templates
INSERT INTO template (waba_id, name, language, template_id, status, reason, category, quality, named, components, changed_at) VALUES
    ('800900', 'offer', 'en', '9001', 'REJECTED', 'PROMOTIONAL', 'MARKETING', 'GREEN', TRUE,
        '[{"type":"BODY","text":"For you, {{name}}"}]', now() - INTERVAL '5 days');
INSERT INTO template_sync (waba_id, next_at, taken_at, synced_at, failed_at) VALUES
    ('800900', now() + INTERVAL '1 day', now() - INTERVAL '1 minute', now() + INTERVAL '1 day', now() - INTERVAL '6 days');

-- Bulks
INSERT INTO bulk (id, idempotency_key, body_hash, number_id, message, rows_given, begins_at, accepted_at, cancelled_at, closed_at,
        claimed_until) VALUES
    ('00000000-0000-4000-8000-0000000000b1', 'api:spring', repeat('1', 64), '700100200300',
        '{"type":"template","template":{"name":"offer","language":{"code":"en"}}}', 2, now() - INTERVAL '3 days',
        now() - INTERVAL '3 days', now() - INTERVAL '2 days', now() - INTERVAL '2 days', now() - INTERVAL '2 days');
INSERT INTO bulk_row (bulk_id, row_no, recipient, state, command_id, fault) VALUES
    ('00000000-0000-4000-8000-0000000000b1', 1, '{"to":"15550100002"}', 'passed', '00000000-0000-4000-8000-0000000000c2', NULL),
    ('00000000-0000-4000-8000-0000000000b1', 2, '{"to":"15550100003"}', 'refused', NULL, 'not a number');

-- Media
INSERT INTO media (id, number_id, conversation, wamid, mime_type, file_name, sha256, state, reason, tries, due_at, to_count, bytes,
        noted_at, stored_at) VALUES
    ('4001', '700100200300', '700100200300:15550100001', 'wamid.question', 'image/jpeg', 'lamp.jpg', repeat('a', 64), 'expired',
        NULL, 1, now() - INTERVAL '20 days', FALSE, 5, now() - INTERVAL '20 days', now() - INTERVAL '20 days'),
    ('4002', '700100200300', '700100200300:15550100001', 'wamid.old', 'image/png', NULL, NULL, 'lost', 'gone', 9,
        now() - INTERVAL '20 days', TRUE, NULL, now() - INTERVAL '20 days', NULL);
INSERT INTO media_day (conversation, utc_day, files, bytes, closed) VALUES
    ('700100200300:15550100001', CURRENT_DATE, 1, 5, FALSE);
INSERT INTO media_upload (number_id, sha256, mime_type, media_id, expires_at) VALUES
    ('700100200300', repeat('b', 64), 'image/png', '5001', now() + INTERVAL '20 days');

-- Costs
INSERT INTO cost_entry (id, number_id, stage, at, on_day, category, type, model, billable, priced_by, source, app, charge) VALUES
    ('wamid.answer', '700100200300', 'delivered', now() - INTERVAL '50 minutes', CURRENT_DATE, 'utility', 'regular', 'PMP', TRUE,
        3, 'agent', FALSE, 'billed'),
    ('wamid.typed', '700100200300', 'none', NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, TRUE, NULL);
INSERT INTO cost_saving (id, on_day, number_id, cause) VALUES ('saved-1', CURRENT_DATE, '700100200300', 'takeover');

-- Destinations and operations
INSERT INTO destination (name, file, filter, paused, resumes, declared_from, ended_at, routed, returned, dead_lettered) VALUES
    ('crm', 'crm.camel.yaml', 'whatsapp.message.*|||', TRUE, 4, now() - INTERVAL '1 day', NULL, 1234, 5, 6),
    ('gone', NULL, 'whatsapp.*||', FALSE, 0, NULL, now() - INTERVAL '9 days', 7, 0, 0);
INSERT INTO destination_node (name, node, running, filter, circuit, probe_at, last_error, last_error_at, oldest_at, seen_at) VALUES
    ('crm', 'node-1', FALSE, 'whatsapp.message.*|||', 'closed', now(), 'HTTP 503', now() - INTERVAL '2 days', now(), now() - INTERVAL '1 day');
INSERT INTO operation (id, kind, name, asked_by, request, idempotency_key, state, cancel_asked, matched, done, failed, place,
        end_place, step_place, step_size, baton, started_at, ended_at, reason) VALUES
    ('00000000-0000-4000-8000-0000000000a1', 'replay', 'crm', 'api', '{"destination":"crm"}', 'again-1', 'failed', TRUE, 10, 8, 2,
        '1.0', '2.0', '1.5', 3, '00000000-0000-4000-8000-0000000000a2', now() - INTERVAL '4 days', now() - INTERVAL '4 days',
        'the destination is gone');
INSERT INTO operation_hold (name, operation_id) VALUES ('nobody', '00000000-0000-4000-8000-0000000000a1');

-- Bots
INSERT INTO bot_message (event_id, conversation, noted_at, payload, turn, asked_at, tries) VALUES
    ('message:wamid.question', '700100200300:15550100001', now() - INTERVAL '1 hour', '{"choice":1}', 'message:wamid.question',
        now() - INTERVAL '1 hour', 1);
INSERT INTO bot_line (conversation, offered, waiting_for, waiting_since) VALUES
    ('700100200300:15550100001', '{"yes":"1"}', 'message:wamid.question', now());
INSERT INTO bot_session (conversation, remote_id, turn, asked, mark_before, mark_after) VALUES
    ('700100200300:15550100001', 'session-1', 'message:wamid.question', 'q-1', '1', '2');
INSERT INTO bot_spending (spent_on, tokens) VALUES (CURRENT_DATE, 4321);

-- Chatwoot
INSERT INTO chatwoot_conversation (conversation, conversation_id, inbox_id, seen_id, linked_at) VALUES
    ('700100200300:15550100001', 17, 2, 100, now() - INTERVAL '20 days');
INSERT INTO chatwoot_message (message_key, conversation_id, message_id, after_id, settles_at, status, detail, noted_at) VALUES
    ('wamid.question', 17, 101, 100, now() - INTERVAL '1 hour', 'read', 'delivered late', now() - INTERVAL '1 hour');
INSERT INTO chatwoot_watch (inbox_id, since, read_until) VALUES (2, now() - INTERVAL '20 days', now());
INSERT INTO chatwoot_reply (message_id, conversation_id, body, due_at, tries, noted_at, given_up, given_up_at) VALUES
    (103, 17, '{"content":"Here it is"}', now() + INTERVAL '1 day', 2, now(), 'the file is too large', now());

-- Salesforce
INSERT INTO salesforce_person (customer, kind, record_id, account_id, asked_at) VALUES
    ('15550100001', 'contact', '003000000000001AAA', '001000000000001AAA', now());
INSERT INTO salesforce_channel (channel, replay_id, moved_at, since, holder, held_until, expired_at, gap_from) VALUES
    ('/event/Send__e', 'AAAAAAAAAAE=', now(), now() - INTERVAL '20 days', '00000000-0000-4000-8000-000000000003', now(),
        now() - INTERVAL '19 days', now() - INTERVAL '19 days');
INSERT INTO salesforce_event (channel, event_id, done_at) VALUES ('/event/Send__e', 'e-1', now());
