import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';
import type { Locale } from '../kernel/locale.ts';
import { CHANNELS, MESSAGE_KINDS, type Channel, type MessageKind } from './OutboxMessage.ts';

export type EditableKind = Exclude<MessageKind, 'test'>;

/** One edition of a text of a message. The newest counts; one without body means the shipped text again. */
export class MessageTemplate extends Model<
  InferAttributes<MessageTemplate>,
  InferCreationAttributes<MessageTemplate>
> {
  declare id: CreationOptional<number>;
  declare kind: EditableKind;
  declare channel: Channel;
  declare locale: Locale;
  /** Null: for every office that has no edition of its own. */
  declare officeId: number | null;
  /** E-mail only. */
  declare subject: string | null;
  declare body: string | null;
  declare staffId: number;
  declare createdAt: Date;
}

export const messageTemplateColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  kind: DataTypes.ENUM(...MESSAGE_KINDS.filter((kind) => kind !== 'test')),
  channel: DataTypes.ENUM(...CHANNELS),
  locale: DataTypes.CHAR(2),
  officeId: DataTypes.INTEGER.UNSIGNED,
  subject: DataTypes.STRING(200),
  body: DataTypes.TEXT,
  staffId: DataTypes.INTEGER.UNSIGNED,
  createdAt: DataTypes.DATE(3),
};
