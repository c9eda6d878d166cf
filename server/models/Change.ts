import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

/** "Something about this office or appointment is different": what live pages of all replicas follow. */
export class Change extends Model<InferAttributes<Change>, InferCreationAttributes<Change>> {
  declare id: CreationOptional<number>;
  declare officeId: number;
  declare appointmentId: CreationOptional<number | null>;
  declare at: Date;
}

export const changeColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  officeId: DataTypes.INTEGER.UNSIGNED,
  appointmentId: DataTypes.INTEGER.UNSIGNED,
  at: DataTypes.DATE(3),
};
