import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';

/** Somebody came into a room or left it, as the video server reported. */
export class RoomEvent extends Model<InferAttributes<RoomEvent>, InferCreationAttributes<RoomEvent>> {
  declare id: CreationOptional<number>;
  /** The video server's own id of the event: a repeated report changes nothing. */
  declare eventUid: string;
  declare appointmentId: number;
  declare party: 'agent' | 'citizen';
  declare event: 'joined' | 'left';
  declare at: Date;
}

export const roomEventColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  eventUid: DataTypes.STRING(64),
  appointmentId: DataTypes.INTEGER.UNSIGNED,
  party: DataTypes.ENUM('agent', 'citizen'),
  event: DataTypes.ENUM('joined', 'left'),
  at: DataTypes.DATE(3),
};
