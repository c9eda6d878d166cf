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
  declare providerKey: string;
  declare state: 'delivered' | 'failed';
  declare reason: string;
  declare at: Date;
}

export const parkedReceiptColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  link: DataTypes.STRING(40),
  providerKey: DataTypes.STRING(80),
  state: DataTypes.ENUM('delivered', 'failed'),
  reason: DataTypes.STRING(200),
  at: DataTypes.DATE(3),
};
