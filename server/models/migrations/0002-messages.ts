import type { Migration } from './migration.ts';

const STEPS = [
  `ALTER TABLE outbox_messages
    MODIFY kind ENUM('confirmation','link','pin','cancellation','change','reminder','test') NOT NULL,
    MODIFY appointment_id INT UNSIGNED NULL,
    ADD COLUMN IF NOT EXISTS next_at DATETIME(3) NULL AFTER due_at,
    ADD COLUMN IF NOT EXISTS wired_at DATETIME(3) NULL AFTER leased_until,
    ADD COLUMN IF NOT EXISTS link VARCHAR(40) CHARACTER SET ascii NULL AFTER wired_at,
    ADD COLUMN IF NOT EXISTS accepted_at DATETIME(3) NULL AFTER link,
    ADD COLUMN IF NOT EXISTS repeats SMALLINT UNSIGNED NOT NULL DEFAULT 0 AFTER doubts,
    ADD COLUMN IF NOT EXISTS origin_id INT UNSIGNED NULL AFTER dedupe_key,
    DROP INDEX IF EXISTS outbox_due,
    DROP INDEX IF EXISTS outbox_lease,
    ADD INDEX IF NOT EXISTS outbox_next (channel, priority, next_at),
    ADD INDEX IF NOT EXISTS outbox_accepted (accepted_at, channel, office_id, segments),
    ADD INDEX IF NOT EXISTS outbox_settled (settled_at, state, channel, repeats, reason)`,
  `UPDATE outbox_messages SET next_at = due_at WHERE state IN ('queued','in_doubt') AND next_at IS NULL`,
  `UPDATE outbox_messages SET next_at = leased_until, wired_at = created_at
    WHERE state = 'leased' AND next_at IS NULL`,
  `UPDATE outbox_messages SET accepted_at = settled_at
    WHERE state IN ('accepted','delivered') AND accepted_at IS NULL`,
  `UPDATE outbox_messages SET priority = CASE kind WHEN 'pin' THEN 0 WHEN 'link' THEN 1 WHEN 'confirmation' THEN 3
    ELSE 4 END`,
  // A message that waits and that nobody will ever look at would be lost without a trace.
  `ALTER TABLE outbox_messages
    ADD CONSTRAINT outbox_looked_at CHECK (state NOT IN ('queued','leased') OR next_at IS NOT NULL),
    ADD CONSTRAINT outbox_doubt_ends CHECK (state <> 'in_doubt' OR next_at IS NOT NULL OR settled_at IS NOT NULL),
    ADD CONSTRAINT outbox_settled_rests CHECK (state IN ('queued','leased','in_doubt') OR next_at IS NULL)`,
  `ALTER TABLE outbox_parts
    ADD COLUMN IF NOT EXISTS position TINYINT UNSIGNED NOT NULL DEFAULT 0 AFTER message_id,
    ADD COLUMN IF NOT EXISTS link VARCHAR(40) CHARACTER SET ascii NOT NULL DEFAULT '' AFTER position,
    ADD COLUMN IF NOT EXISTS provider_key VARCHAR(80) CHARACTER SET ascii NOT NULL DEFAULT '' AFTER provider_id,
    ADD INDEX IF NOT EXISTS outbox_parts_key (provider_key, link),
    ADD UNIQUE INDEX IF NOT EXISTS outbox_parts_once (message_id, position, provider_id)`,
  `UPDATE outbox_parts SET provider_key = provider_id WHERE provider_key = ''`,
  // What happened to a message besides leaving and arriving: refused tries, doubts, holds.
  `CREATE TABLE IF NOT EXISTS outbox_events (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    message_id INT UNSIGNED NOT NULL,
    at DATETIME(3) NOT NULL,
    event VARCHAR(30) CHARACTER SET ascii NOT NULL,
    reason VARCHAR(200) NULL,
    link VARCHAR(40) CHARACTER SET ascii NULL,
    KEY outbox_events_message (message_id, id),
    FOREIGN KEY (message_id) REFERENCES outbox_messages (id) ON DELETE CASCADE
  )`,
  // Receipts that came before the answer to their own text; kept for a day.
  `CREATE TABLE IF NOT EXISTS parked_receipts (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    link VARCHAR(40) CHARACTER SET ascii NOT NULL,
    provider_id VARCHAR(80) CHARACTER SET ascii NOT NULL,
    provider_key VARCHAR(80) CHARACTER SET ascii NOT NULL,
    reference SMALLINT UNSIGNED NULL,
    recipient CHAR(64) CHARACTER SET ascii NULL,
    state ENUM('delivered','failed') NOT NULL,
    reason VARCHAR(200) NOT NULL,
    at DATETIME(3) NOT NULL,
    UNIQUE KEY parked_receipts_key (provider_key, link),
    KEY parked_receipts_reference (reference),
    KEY parked_receipts_at (at)
  )`,
  `CREATE TABLE IF NOT EXISTS channel_controls (
    channel ENUM('sms','email') NOT NULL PRIMARY KEY,
    paused_at DATETIME(3) NULL,
    paused_by INT UNSIGNED NULL,
    FOREIGN KEY (paused_by) REFERENCES staff (id)
  )`,
  `INSERT IGNORE INTO channel_controls (channel) VALUES ('sms'), ('email')`,
  // The links of each process as it last saw them.
  `CREATE TABLE IF NOT EXISTS gateway_links (
    process CHAR(20) CHARACTER SET ascii NOT NULL,
    channel ENUM('sms','email') NOT NULL,
    link VARCHAR(40) CHARACTER SET ascii NOT NULL,
    state ENUM('up','connecting','refused','stopped') NOT NULL,
    since DATETIME(3) NOT NULL,
    reason VARCHAR(200) NULL,
    in_flight SMALLINT UNSIGNED NOT NULL,
    window_size SMALLINT UNSIGNED NOT NULL,
    rate_per_second SMALLINT UNSIGNED NULL,
    throttled_until DATETIME(3) NULL,
    submitted INT UNSIGNED NOT NULL,
    seen_at DATETIME(3) NOT NULL,
    PRIMARY KEY (process, channel, link),
    KEY gateway_links_seen (seen_at)
  )`,
  // Who texts come from. Without a row an office uses the sender of the settings.
  `CREATE TABLE IF NOT EXISTS sms_senders (
    office_id INT UNSIGNED NOT NULL PRIMARY KEY,
    address VARCHAR(16) COLLATE utf8mb4_bin NOT NULL,
    registered_until DATE NULL,
    provider VARCHAR(40) NULL,
    updated_at DATETIME(3) NOT NULL,
    FOREIGN KEY (office_id) REFERENCES offices (id)
  )`,
  // A sender that the gateway refused waits; its texts stay in the queue.
  `CREATE TABLE IF NOT EXISTS sender_holds (
    address VARCHAR(16) COLLATE utf8mb4_bin NOT NULL PRIMARY KEY,
    until_at DATETIME(3) NOT NULL,
    reason VARCHAR(200) NOT NULL,
    since DATETIME(3) NOT NULL
  )`,
  // Each edition of a text; the newest counts, and one without body means the shipped text again.
  `CREATE TABLE IF NOT EXISTS message_templates (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    kind ENUM('confirmation','link','pin','cancellation','change','reminder') NOT NULL,
    channel ENUM('sms','email') NOT NULL,
    locale CHAR(2) NOT NULL,
    office_id INT UNSIGNED NULL,
    subject VARCHAR(200) NULL,
    body TEXT NULL,
    staff_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    KEY message_templates_newest (kind, channel, locale, office_id, id),
    FOREIGN KEY (office_id) REFERENCES offices (id),
    FOREIGN KEY (staff_id) REFERENCES staff (id)
  )`,
  `ALTER TABLE offices ADD COLUMN IF NOT EXISTS reminder_hours SMALLINT UNSIGNED NOT NULL DEFAULT 24`,
];

const CREATES = /^CREATE TABLE/;

/** Messages that are claimed in the order of their next look, several links, receipts that come early, and texts that can be edited. */
export const migration: Migration = {
  name: '0002-messages',
  async up(run) {
    for (const step of STEPS)
      await run(
        CREATES.test(step)
          ? `${step} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`
          : step,
      );
  },
};
