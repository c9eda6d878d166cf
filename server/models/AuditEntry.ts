import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

export type ActorKind = 'staff' | 'citizen' | 'system' | 'video';

/** Who did what, when. Only ever inserted; `details` hold codes and counts, never personal data. */
export class AuditEntry extends Model<InferAttributes<AuditEntry>, InferCreationAttributes<AuditEntry>> {
  declare id: CreationOptional<number>;
  declare at: Date;
  declare actorKind: ActorKind;
  declare staffId: CreationOptional<number | null>;
  /** For example `appointment.confirm`; the part after the point is an event of the state machine where there is one. */
  declare action: string;
  declare officeId: CreationOptional<number | null>;
  declare appointmentId: CreationOptional<number | null>;
  declare details: CreationOptional<Record<string, string | number | boolean> | null>;
}

export const auditEntryColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  at: DataTypes.DATE(3),
  actorKind: DataTypes.ENUM('staff', 'citizen', 'system', 'video'),
  staffId: DataTypes.INTEGER.UNSIGNED,
  action: DataTypes.STRING(60),
  officeId: DataTypes.INTEGER.UNSIGNED,
  appointmentId: DataTypes.INTEGER.UNSIGNED,
  details: DataTypes.JSON,
};
