import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';

/** One part of a text that the gateway has taken. */
export class OutboxPart extends Model<InferAttributes<OutboxPart>, InferCreationAttributes<OutboxPart>> {
  declare id: CreationOptional<number>;
  declare messageId: number;
  /** From 0. */
  declare position: CreationOptional<number>;
  declare link: CreationOptional<string>;
  /** As the gateway gave it. */
  declare providerId: string;
  /** The form in which receipts are looked up, see `DeliveryReceipt`. */
  declare providerKey: CreationOptional<string>;
  declare state: CreationOptional<'pending' | 'delivered' | 'failed'>;
  declare createdAt: Date;
}

export const outboxPartColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  messageId: DataTypes.INTEGER.UNSIGNED,
  position: { type: DataTypes.TINYINT.UNSIGNED, defaultValue: 0 },
  link: { type: DataTypes.STRING(40), defaultValue: '' },
  providerId: DataTypes.STRING(80),
  providerKey: { type: DataTypes.STRING(80), defaultValue: '' },
  state: { type: DataTypes.ENUM('pending', 'delivered', 'failed'), defaultValue: 'pending' },
  createdAt: DataTypes.DATE(3),
};
