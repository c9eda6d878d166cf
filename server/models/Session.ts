import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';

/** A sign-in of a member of staff. The browser holds a random token; the row its SHA-256. */
export class Session extends Model<InferAttributes<Session>, InferCreationAttributes<Session>> {
  declare id: string;
  declare staffId: number;
  declare createdAt: Date;
  declare lastSeenAt: Date;
  declare expiresAt: Date;
  /** Set by attending somebody: until then the session lasts as long as the call, however still the page is. */
  declare attendsUntil: CreationOptional<Date | null>;
}

export const sessionColumns = {
  id: { type: DataTypes.CHAR(64), primaryKey: true },
  staffId: DataTypes.INTEGER.UNSIGNED,
  createdAt: DataTypes.DATE(3),
  lastSeenAt: DataTypes.DATE(3),
  expiresAt: DataTypes.DATE(3),
  attendsUntil: DataTypes.DATE(3),
};
