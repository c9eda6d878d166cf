import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';

/** A receipt that came before the answer to its own text was recorded; kept for a day. */
export class ParkedReceipt extends Model<
  InferAttributes<ParkedReceipt>,
  InferCreationAttributes<ParkedReceipt>
> {
  declare id: CreationOptional<number>;
  declare link: string;
  declare providerId: string;
  declare providerKey: string;
  /** Echoed `user_message_reference`. */
  declare reference: number | null;
  /** Keyed hash of the number the text was for, where the receipt said it. */
  declare recipient: string | null;
  declare state: 'delivered' | 'failed';
  declare reason: string;
  declare at: Date;
}

export const parkedReceiptColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  link: DataTypes.STRING(40),
  providerId: DataTypes.STRING(80),
  providerKey: DataTypes.STRING(80),
  reference: DataTypes.SMALLINT.UNSIGNED,
  recipient: DataTypes.CHAR(64),
  state: DataTypes.ENUM('delivered', 'failed'),
  reason: DataTypes.STRING(200),
  at: DataTypes.DATE(3),
};
