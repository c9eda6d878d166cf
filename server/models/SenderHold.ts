import { DataTypes, Model, type InferAttributes, type InferCreationAttributes } from 'sequelize';

/** A sender that the gateway refused: its texts wait in the queue until then, or until somebody lifts the hold. */
export class SenderHold extends Model<InferAttributes<SenderHold>, InferCreationAttributes<SenderHold>> {
  declare address: string;
  declare untilAt: Date;
  declare reason: string;
  declare since: Date;
}

export const senderHoldColumns = {
  address: { type: DataTypes.STRING(16), primaryKey: true },
  untilAt: DataTypes.DATE(3),
  reason: DataTypes.STRING(200),
  since: DataTypes.DATE(3),
};
