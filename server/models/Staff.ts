import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';
import type { Locale } from '../kernel/locale.ts';

export const ROLES = ['agent', 'supervisor', 'administrator'] as const;
export type Role = (typeof ROLES)[number];

/** A person who works with the system. */
export class Staff extends Model<InferAttributes<Staff>, InferCreationAttributes<Staff>> {
  declare id: CreationOptional<number>;
  /** Lower case. */
  declare email: string;
  declare name: string;
  /** Shown to the citizen, who can ask the office whether it is real. */
  declare staffNumber: string;
  declare role: Role;
  declare locale: CreationOptional<Locale>;
  /** Argon2id, PHC string format. */
  declare passwordHash: string;
  declare disabledAt: CreationOptional<Date | null>;
}

export const staffColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  email: DataTypes.STRING(254),
  name: DataTypes.STRING(120),
  staffNumber: DataTypes.STRING(20),
  role: DataTypes.ENUM(...ROLES),
  locale: { type: DataTypes.CHAR(2), defaultValue: 'ca' },
  passwordHash: DataTypes.STRING(255),
  disabledAt: DataTypes.DATE(3),
};

/** Which offices a person works in. */
export class StaffOffice extends Model<InferAttributes<StaffOffice>, InferCreationAttributes<StaffOffice>> {
  declare staffId: number;
  declare officeId: number;
}

export const staffOfficeColumns = {
  staffId: { type: DataTypes.INTEGER.UNSIGNED, primaryKey: true },
  officeId: { type: DataTypes.INTEGER.UNSIGNED, primaryKey: true },
};
