import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';

/** What happened to a message besides leaving and arriving: a refused try, a doubt, a hold. */
export class OutboxEvent extends Model<InferAttributes<OutboxEvent>, InferCreationAttributes<OutboxEvent>> {
  declare id: CreationOptional<number>;
  declare messageId: number;
  declare at: Date;
  /** A word that the catalogues explain. */
  declare event: string;
  /** As the other side gave it, for the operator. */
  declare reason: CreationOptional<string | null>;
  declare link: CreationOptional<string | null>;
}

export const outboxEventColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  messageId: DataTypes.INTEGER.UNSIGNED,
  at: DataTypes.DATE(3),
  event: DataTypes.STRING(30),
  reason: DataTypes.STRING(200),
  link: DataTypes.STRING(40),
};
