import { Sequelize } from 'sequelize';
import type { Settings } from '../config/settings.ts';
import { Appointment, appointmentColumns } from './Appointment.ts';
import { AuditEntry, auditEntryColumns } from './AuditEntry.ts';
import { Change, changeColumns } from './Change.ts';
import { Office, officeColumns } from './Office.ts';
import { ChannelControl, channelControlColumns } from './ChannelControl.ts';
import { GatewayLink, gatewayLinkColumns } from './GatewayLink.ts';
import { MessageTemplate, messageTemplateColumns } from './MessageTemplate.ts';
import { OutboxEvent, outboxEventColumns } from './OutboxEvent.ts';
import { OutboxMessage, outboxMessageColumns } from './OutboxMessage.ts';
import { OutboxPart, outboxPartColumns } from './OutboxPart.ts';
import { ParkedReceipt, parkedReceiptColumns } from './ParkedReceipt.ts';
import { SenderHold, senderHoldColumns } from './SenderHold.ts';
import { SmsSender, smsSenderColumns } from './SmsSender.ts';
import { Procedure, procedureColumns } from './Procedure.ts';
import { RateLimit, rateLimitColumns } from './RateLimit.ts';
import { RoomEvent, roomEventColumns } from './RoomEvent.ts';
import { Session, sessionColumns } from './Session.ts';
import { Staff, staffColumns, StaffOffice, staffOfficeColumns } from './Staff.ts';

/** Gives up on a connection after this long: a page must not hang on a database that is away. */
const CONNECT_TIMEOUT_MS = 5000;
/** Waits this long for a free connection of the pool; longer than any transaction of ours. */
const ACQUIRE_TIMEOUT_MS = 10_000;

/**
 * Opens the pool and binds the models to it. Models are classes, so one process has one database.
 * Times are exchanged in UTC; text is utf8mb4.
 */
export function connect(
  settings: Pick<Settings, 'DATABASE_URL' | 'DATABASE_SOCKET' | 'DATABASE_POOL'>,
): Sequelize {
  const sequelize = new Sequelize(settings.DATABASE_URL, {
    dialect: 'mariadb',
    logging: false,
    timezone: '+00:00',
    pool: { max: settings.DATABASE_POOL, min: 1, acquire: ACQUIRE_TIMEOUT_MS },
    define: { underscored: true, timestamps: false, charset: 'utf8mb4', collate: 'utf8mb4_unicode_ci' },
    dialectOptions: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      // For all transactions, so that none has to say it.
      initSql: 'SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED',
      ...(settings.DATABASE_SOCKET ? { socketPath: settings.DATABASE_SOCKET } : {}),
    },
  });
  Office.init(officeColumns, { sequelize, tableName: 'offices' });
  Procedure.init(procedureColumns, { sequelize, tableName: 'procedures' });
  Staff.init(staffColumns, { sequelize, tableName: 'staff' });
  StaffOffice.init(staffOfficeColumns, { sequelize, tableName: 'staff_offices' });
  Session.init(sessionColumns, { sequelize, tableName: 'sessions' });
  RateLimit.init(rateLimitColumns, { sequelize, tableName: 'rate_limits' });
  Appointment.init(appointmentColumns, { sequelize, tableName: 'appointments' });
  OutboxMessage.init(outboxMessageColumns, { sequelize, tableName: 'outbox_messages' });
  OutboxPart.init(outboxPartColumns, { sequelize, tableName: 'outbox_parts' });
  OutboxEvent.init(outboxEventColumns, { sequelize, tableName: 'outbox_events' });
  ParkedReceipt.init(parkedReceiptColumns, { sequelize, tableName: 'parked_receipts' });
  ChannelControl.init(channelControlColumns, { sequelize, tableName: 'channel_controls' });
  GatewayLink.init(gatewayLinkColumns, { sequelize, tableName: 'gateway_links' });
  SmsSender.init(smsSenderColumns, { sequelize, tableName: 'sms_senders' });
  SenderHold.init(senderHoldColumns, { sequelize, tableName: 'sender_holds' });
  MessageTemplate.init(messageTemplateColumns, { sequelize, tableName: 'message_templates' });
  AuditEntry.init(auditEntryColumns, { sequelize, tableName: 'audit_entries' });
  RoomEvent.init(roomEventColumns, { sequelize, tableName: 'room_events' });
  Change.init(changeColumns, { sequelize, tableName: 'change_feed' });
  return sequelize;
}
