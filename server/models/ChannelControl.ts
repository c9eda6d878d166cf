import {
  DataTypes,
  Model,
  type CreationOptional,
  type InferAttributes,
  type InferCreationAttributes,
} from 'sequelize';
import { CHANNELS, type Channel } from './OutboxMessage.ts';

/** Whether people let a channel send; one row for each channel. */
export class ChannelControl extends Model<
  InferAttributes<ChannelControl>,
  InferCreationAttributes<ChannelControl>
> {
  declare channel: Channel;
  /** Null while the channel sends. */
  declare pausedAt: CreationOptional<Date | null>;
  declare pausedBy: CreationOptional<number | null>;
}

export const channelControlColumns = {
  channel: { type: DataTypes.ENUM(...CHANNELS), primaryKey: true },
  pausedAt: DataTypes.DATE(3),
  pausedBy: DataTypes.INTEGER.UNSIGNED,
};
