import type { Migration } from './migration.ts';

const TABLES = [
  `CREATE TABLE IF NOT EXISTS offices (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    slug VARCHAR(40) NOT NULL UNIQUE,
    name VARCHAR(120) NOT NULL,
    address VARCHAR(200) NOT NULL,
    phone VARCHAR(20) NOT NULL,
    email VARCHAR(254) NOT NULL,
    time_zone VARCHAR(40) NOT NULL,
    desks SMALLINT UNSIGNED NOT NULL,
    pin_moment ENUM('arrival','session') NOT NULL DEFAULT 'arrival',
    door_minutes SMALLINT UNSIGNED NOT NULL DEFAULT 15
  )`,
  `CREATE TABLE IF NOT EXISTS procedures (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    code VARCHAR(40) NOT NULL UNIQUE,
    name JSON NOT NULL,
    documents JSON NOT NULL,
    minutes SMALLINT UNSIGNED NOT NULL,
    by_video BOOLEAN NOT NULL,
    why_not JSON NULL,
    position SMALLINT UNSIGNED NOT NULL DEFAULT 0
  )`,
  `CREATE TABLE IF NOT EXISTS staff (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    email VARCHAR(254) NOT NULL UNIQUE,
    name VARCHAR(120) NOT NULL,
    staff_number VARCHAR(20) NOT NULL UNIQUE,
    role ENUM('agent','supervisor','administrator') NOT NULL,
    locale CHAR(2) NOT NULL DEFAULT 'ca',
    password_hash VARCHAR(255) NOT NULL,
    disabled_at DATETIME(3) NULL
  )`,
  `CREATE TABLE IF NOT EXISTS staff_offices (
    staff_id INT UNSIGNED NOT NULL,
    office_id INT UNSIGNED NOT NULL,
    PRIMARY KEY (staff_id, office_id),
    FOREIGN KEY (staff_id) REFERENCES staff (id),
    FOREIGN KEY (office_id) REFERENCES offices (id)
  )`,
  `CREATE TABLE IF NOT EXISTS sessions (
    id CHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    staff_id INT UNSIGNED NOT NULL,
    created_at DATETIME(3) NOT NULL,
    last_seen_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    KEY sessions_expires (expires_at),
    FOREIGN KEY (staff_id) REFERENCES staff (id)
  )`,
  `CREATE TABLE IF NOT EXISTS rate_limits (
    subject CHAR(64) CHARACTER SET ascii NOT NULL PRIMARY KEY,
    hits INT UNSIGNED NOT NULL,
    resets_at DATETIME(3) NOT NULL,
    KEY rate_limits_resets (resets_at)
  )`,
  `CREATE TABLE IF NOT EXISTS appointments (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    uid CHAR(20) CHARACTER SET ascii NOT NULL UNIQUE,
    office_id INT UNSIGNED NOT NULL,
    procedure_id INT UNSIGNED NOT NULL,
    status ENUM('requested','confirmed','waiting','in_call','completed','cancelled','declined','no_show') NOT NULL,
    starts_at DATETIME(3) NOT NULL,
    ends_at DATETIME(3) NOT NULL,
    locale CHAR(2) NOT NULL,
    citizen BLOB NOT NULL,
    link_hash CHAR(64) CHARACTER SET ascii NOT NULL UNIQUE,
    link_sealed VARBINARY(120) NOT NULL,
    sequence SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    phone_attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    papers_ready BOOLEAN NOT NULL DEFAULT FALSE,
    device_ready BOOLEAN NOT NULL DEFAULT FALSE,
    device_report JSON NULL,
    notice_accepted_at DATETIME(3) NULL,
    arrived_at DATETIME(3) NULL,
    last_seen_at DATETIME(3) NULL,
    pin_mac CHAR(64) CHARACTER SET ascii NULL,
    pin_issued_at DATETIME(3) NULL,
    pin_expires_at DATETIME(3) NULL,
    pin_tries SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    admitted_at DATETIME(3) NULL,
    entered_browser CHAR(64) CHARACTER SET ascii NULL,
    admitted_browser CHAR(64) CHARACTER SET ascii NULL,
    agent_id INT UNSIGNED NULL,
    room CHAR(24) CHARACTER SET ascii NULL UNIQUE,
    attended_at DATETIME(3) NULL,
    met_at DATETIME(3) NULL,
    ended_at DATETIME(3) NULL,
    room_ended_at DATETIME(3) NULL,
    outcome VARCHAR(30) NULL,
    rating TINYINT UNSIGNED NULL,
    created_at DATETIME(3) NOT NULL,
    updated_at DATETIME(3) NOT NULL,
    KEY appointments_board (office_id, starts_at),
    KEY appointments_status (status, ends_at),
    FOREIGN KEY (office_id) REFERENCES offices (id),
    FOREIGN KEY (procedure_id) REFERENCES procedures (id),
    FOREIGN KEY (agent_id) REFERENCES staff (id),
    CONSTRAINT appointments_order CHECK (ends_at > starts_at),
    CONSTRAINT appointments_rating CHECK (rating BETWEEN 1 AND 5)
  )`,
  `CREATE TABLE IF NOT EXISTS office_days (
    office_id INT UNSIGNED NOT NULL,
    day DATE NOT NULL,
    PRIMARY KEY (office_id, day)
  )`,
  `CREATE TABLE IF NOT EXISTS outbox_messages (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    uid CHAR(20) CHARACTER SET ascii NOT NULL UNIQUE,
    office_id INT UNSIGNED NOT NULL,
    appointment_id INT UNSIGNED NOT NULL,
    kind ENUM('confirmation','link','pin','cancellation','change') NOT NULL,
    channel ENUM('sms','email') NOT NULL,
    state ENUM('queued','leased','accepted','delivered','failed','expired','cancelled','in_doubt') NOT NULL,
    priority TINYINT UNSIGNED NOT NULL,
    due_at DATETIME(3) NOT NULL,
    expires_at DATETIME(3) NOT NULL,
    dedupe_key VARCHAR(80) CHARACTER SET ascii NOT NULL UNIQUE,
    payload VARBINARY(400) NULL,
    body MEDIUMBLOB NULL,
    attempts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    doubts SMALLINT UNSIGNED NOT NULL DEFAULT 0,
    lease_owner CHAR(20) CHARACTER SET ascii NULL,
    leased_until DATETIME(3) NULL,
    segments SMALLINT UNSIGNED NULL,
    reason VARCHAR(200) NULL,
    created_at DATETIME(3) NOT NULL,
    settled_at DATETIME(3) NULL,
    KEY outbox_due (state, due_at),
    KEY outbox_lease (state, leased_until),
    KEY outbox_appointment (appointment_id),
    FOREIGN KEY (office_id) REFERENCES offices (id),
    FOREIGN KEY (appointment_id) REFERENCES appointments (id)
  )`,
  `CREATE TABLE IF NOT EXISTS outbox_parts (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    message_id INT UNSIGNED NOT NULL,
    provider_id VARCHAR(80) CHARACTER SET ascii NOT NULL,
    state ENUM('pending','delivered','failed') NOT NULL DEFAULT 'pending',
    created_at DATETIME(3) NOT NULL,
    KEY outbox_parts_provider (provider_id),
    FOREIGN KEY (message_id) REFERENCES outbox_messages (id)
  )`,
  `CREATE TABLE IF NOT EXISTS audit_entries (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    at DATETIME(3) NOT NULL,
    actor_kind ENUM('staff','citizen','system','video') NOT NULL,
    staff_id INT UNSIGNED NULL,
    action VARCHAR(60) CHARACTER SET ascii NOT NULL,
    office_id INT UNSIGNED NULL,
    appointment_id INT UNSIGNED NULL,
    details JSON NULL,
    KEY audit_appointment (appointment_id, id),
    KEY audit_at (at),
    FOREIGN KEY (staff_id) REFERENCES staff (id),
    FOREIGN KEY (office_id) REFERENCES offices (id),
    FOREIGN KEY (appointment_id) REFERENCES appointments (id)
  )`,
  `CREATE TABLE IF NOT EXISTS room_events (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    event_uid VARCHAR(64) CHARACTER SET ascii NOT NULL UNIQUE,
    appointment_id INT UNSIGNED NOT NULL,
    party ENUM('agent','citizen') NOT NULL,
    event ENUM('joined','left') NOT NULL,
    at DATETIME(3) NOT NULL,
    KEY room_events_appointment (appointment_id, at),
    FOREIGN KEY (appointment_id) REFERENCES appointments (id)
  )`,
  `CREATE TABLE IF NOT EXISTS change_feed (
    id INT UNSIGNED AUTO_INCREMENT PRIMARY KEY,
    office_id INT UNSIGNED NOT NULL,
    appointment_id INT UNSIGNED NULL,
    at DATETIME(3) NOT NULL,
    KEY change_feed_at (at)
  )`,
];

/** The first schema. Citizen data stands only in sealed columns (`citizen`, `link_sealed`, `payload`, `body`). */
export const migration: Migration = {
  name: '0001-first',
  async up(run) {
    for (const table of TABLES)
      await run(`${table} ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_unicode_ci`);
  },
};
