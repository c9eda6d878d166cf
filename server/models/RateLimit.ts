import { DataTypes, Model, type InferAttributes, type InferCreationAttributes } from 'sequelize';

/** How often something was tried within the running window, shared by all replicas. */
export class RateLimit extends Model<InferAttributes<RateLimit>, InferCreationAttributes<RateLimit>> {
  /** SHA-256 of what is limited (rule and address or account). */
  declare subject: string;
  declare hits: number;
  declare resetsAt: Date;
}

export const rateLimitColumns = {
  subject: { type: DataTypes.CHAR(64), primaryKey: true },
  hits: DataTypes.INTEGER.UNSIGNED,
  resetsAt: DataTypes.DATE(3),
};
