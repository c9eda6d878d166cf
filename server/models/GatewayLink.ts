import { DataTypes, Model, type InferAttributes, type InferCreationAttributes } from 'sequelize';
import { CHANNELS, type Channel } from './OutboxMessage.ts';

/** One link of one process to a gateway, as that process last saw it. */
export class GatewayLink extends Model<InferAttributes<GatewayLink>, InferCreationAttributes<GatewayLink>> {
  declare process: string;
  declare channel: Channel;
  declare link: string;
  declare state: 'up' | 'connecting' | 'refused' | 'stopped';
  declare since: Date;
  declare reason: string | null;
  declare inFlight: number;
  declare windowSize: number;
  declare ratePerSecond: number | null;
  declare throttledUntil: Date | null;
  declare submitted: number;
  declare seenAt: Date;
}

export const gatewayLinkColumns = {
  process: { type: DataTypes.CHAR(20), primaryKey: true },
  channel: { type: DataTypes.ENUM(...CHANNELS), primaryKey: true },
  link: { type: DataTypes.STRING(40), primaryKey: true },
  state: DataTypes.ENUM('up', 'connecting', 'refused', 'stopped'),
  since: DataTypes.DATE(3),
  reason: DataTypes.STRING(200),
  inFlight: DataTypes.SMALLINT.UNSIGNED,
  windowSize: DataTypes.SMALLINT.UNSIGNED,
  ratePerSecond: DataTypes.SMALLINT.UNSIGNED,
  throttledUntil: DataTypes.DATE(3),
  submitted: DataTypes.INTEGER.UNSIGNED,
  seenAt: DataTypes.DATE(3),
};
