import { DataTypes, Model, type InferAttributes, type InferCreationAttributes } from 'sequelize';

/** Who the texts of an office come from. Without a row it is the sender of the settings. */
export class SmsSender extends Model<InferAttributes<SmsSender>, InferCreationAttributes<SmsSender>> {
  declare officeId: number;
  /** Alias, short code or number. */
  declare address: string;
  /** Last day, as YYYY-MM-DD, of an alias's registration with the CNMC; null for numbers, which need none. */
  declare registeredUntil: string | null;
  /** Provider of a link to whom the sender is assigned; null when any link may carry it. */
  declare provider: string | null;
  declare updatedAt: Date;
}

export const smsSenderColumns = {
  officeId: { type: DataTypes.INTEGER.UNSIGNED, primaryKey: true },
  address: DataTypes.STRING(16),
  registeredUntil: DataTypes.DATEONLY,
  provider: DataTypes.STRING(40),
  updatedAt: DataTypes.DATE(3),
};
