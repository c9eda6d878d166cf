import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

export const MESSAGE_KINDS = ['confirmation', 'link', 'pin', 'cancellation', 'change'] as const;
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
  declare appointmentId: number;
  declare kind: MessageKind;
  declare channel: Channel;
  declare state: MessageState;
  /** 0 is most urgent. */
  declare priority: number;
  declare dueAt: Date;
  /** From this instant on the message is useless and is never sent. */
  declare expiresAt: Date;
  /** Unique: the same event can't write the same message twice. */
  declare dedupeKey: string;
  declare payload: CreationOptional<Buffer | null>;
  declare body: CreationOptional<Buffer | null>;
  declare attempts: CreationOptional<number>;
  /** How often nobody could tell whether the gateway took it: each is a possible duplicate. */
  declare doubts: CreationOptional<number>;
  declare leaseOwner: CreationOptional<string | null>;
  declare leasedUntil: CreationOptional<Date | null>;
  declare segments: CreationOptional<number | null>;
  declare reason: CreationOptional<string | null>;
  declare createdAt: Date;
  declare settledAt: CreationOptional<Date | null>;
}

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
  expiresAt: instant,
  dedupeKey: DataTypes.STRING(80),
  payload: DataTypes.BLOB,
  body: DataTypes.BLOB,
  attempts: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  doubts: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  leaseOwner: DataTypes.CHAR(20),
  leasedUntil: instant,
  segments: DataTypes.SMALLINT.UNSIGNED,
  reason: DataTypes.STRING(200),
  createdAt: instant,
  settledAt: instant,
};

/** One part of a text as the gateway knows it. */
export class OutboxPart extends Model<InferAttributes<OutboxPart>, InferCreationAttributes<OutboxPart>> {
  declare id: CreationOptional<number>;
  declare messageId: number;
  declare providerId: string;
  declare state: CreationOptional<'pending' | 'delivered' | 'failed'>;
  declare createdAt: Date;
}

export const outboxPartColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  messageId: DataTypes.INTEGER.UNSIGNED,
  providerId: DataTypes.STRING(80),
  state: { type: DataTypes.ENUM('pending', 'delivered', 'failed'), defaultValue: 'pending' },
  createdAt: instant,
};
