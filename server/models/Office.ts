import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

/** When the PIN leaves: as soon as the citizen is in the waiting room, or when the agent opens the session. */
export type PinMoment = 'arrival' | 'session';

/** An attention office (OAC). */
export class Office extends Model<InferAttributes<Office>, InferCreationAttributes<Office>> {
  declare id: CreationOptional<number>;
  declare slug: string;
  declare name: string;
  declare address: string;
  /** E.164. */
  declare phone: string;
  declare email: string;
  /** IANA zone, for example `Europe/Madrid`. */
  declare timeZone: string;
  /** How many people can be attended at the same time. */
  declare desks: number;
  declare pinMoment: CreationOptional<PinMoment>;
  /** Minutes before the start when the waiting room opens. */
  declare doorMinutes: CreationOptional<number>;
  /** Hours before the start when a reminder leaves; 0 for none. */
  declare reminderHours: CreationOptional<number>;
}

export const officeColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  slug: DataTypes.STRING(40),
  name: DataTypes.STRING(120),
  address: DataTypes.STRING(200),
  phone: DataTypes.STRING(20),
  email: DataTypes.STRING(254),
  timeZone: DataTypes.STRING(40),
  desks: DataTypes.SMALLINT.UNSIGNED,
  pinMoment: { type: DataTypes.ENUM('arrival', 'session'), defaultValue: 'arrival' },
  doorMinutes: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 15 },
  reminderHours: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 24 },
};
