import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

export const MESSAGE_KINDS = [
  'confirmation',
  'link',
  'pin',
  'cancellation',
  'change',
  'reminder',
  'test',
] as const;
export type MessageKind = (typeof MESSAGE_KINDS)[number];

export const CHANNELS = ['sms', 'email'] as const;
export type Channel = (typeof CHANNELS)[number];

export const MESSAGE_STATES = [
  'queued',
  'leased',
  'accepted',
  'delivered',
  'failed',
  'expired',
  'cancelled',
  'in_doubt',
] as const;
export type MessageState = (typeof MESSAGE_STATES)[number];

/**
 * One SMS or e-mail that is due at a time. `payload` (a sealed PIN) and `body` (the sealed text as it was first
 * rendered, so that a second try says the same) are the only columns with personal data.
 */
export class OutboxMessage extends Model<
  InferAttributes<OutboxMessage>,
  InferCreationAttributes<OutboxMessage>
> {
  declare id: CreationOptional<number>;
  declare uid: string;
  declare officeId: number;
  /** Null for a test message, which is about nobody. */
  declare appointmentId: number | null;
  declare kind: MessageKind;
  declare channel: Channel;
  declare state: MessageState;
  /** 0 is most urgent. */
  declare priority: number;
  /** When it should leave; a retry does not change it, so it tells how late the message is. */
  declare dueAt: Date;
  /** When a sender looks at the row next; null once the message is settled. */
  declare nextAt: CreationOptional<Date | null>;
  /** From this instant on the message is useless and is never sent. */
  declare expiresAt: Date;
  /** Unique: the same event can't write the same message twice. */
  declare dedupeKey: string;
  /** The message that this one replaces on the other channel, or repeats at an agent's wish. */
  declare originId: CreationOptional<number | null>;
  declare payload: CreationOptional<Buffer | null>;
  declare body: CreationOptional<Buffer | null>;
  declare attempts: CreationOptional<number>;
  /** How often nobody could tell whether the gateway took it. */
  declare doubts: CreationOptional<number>;
  /** How often it was sent again after a doubt: each is a possible duplicate. */
  declare repeats: CreationOptional<number>;
  declare leaseOwner: CreationOptional<string | null>;
  declare leasedUntil: CreationOptional<Date | null>;
  /** Set, and committed, before the message goes on the wire; null again once its answer is recorded. */
  declare wiredAt: CreationOptional<Date | null>;
  /** The link it was last handed to. */
  declare link: CreationOptional<string | null>;
  declare acceptedAt: CreationOptional<Date | null>;
  declare segments: CreationOptional<number | null>;
  declare reason: CreationOptional<string | null>;
  declare createdAt: Date;
  declare settledAt: CreationOptional<Date | null>;
}

/** A row without the model's methods, as batches read it. */
export type OutboxRow = InferAttributes<OutboxMessage>;

const instant = DataTypes.DATE(3);

export const outboxMessageColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  uid: DataTypes.CHAR(20),
  officeId: DataTypes.INTEGER.UNSIGNED,
  appointmentId: DataTypes.INTEGER.UNSIGNED,
  kind: DataTypes.ENUM(...MESSAGE_KINDS),
  channel: DataTypes.ENUM(...CHANNELS),
  state: DataTypes.ENUM(...MESSAGE_STATES),
  priority: DataTypes.TINYINT.UNSIGNED,
  dueAt: instant,
  nextAt: instant,
  expiresAt: instant,
  dedupeKey: DataTypes.STRING(80),
  originId: DataTypes.INTEGER.UNSIGNED,
  payload: DataTypes.BLOB,
  body: DataTypes.BLOB,
  attempts: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  doubts: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  repeats: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  leaseOwner: DataTypes.CHAR(20),
  leasedUntil: instant,
  wiredAt: instant,
  link: DataTypes.STRING(40),
  acceptedAt: instant,
  segments: DataTypes.SMALLINT.UNSIGNED,
  reason: DataTypes.STRING(200),
  createdAt: instant,
  settledAt: instant,
};
