import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';
import type { Locale, LocalisedText } from '../kernel/locale.ts';

/** What a citizen comes for (tràmit). */
export class Procedure extends Model<InferAttributes<Procedure>, InferCreationAttributes<Procedure>> {
  declare id: CreationOptional<number>;
  declare code: string;
  declare name: LocalisedText;
  /** What to have at hand, one entry each. */
  declare documents: Record<Locale, string[]>;
  declare minutes: number;
  declare byVideo: boolean;
  /** The sentence that says why it can't be done by video. */
  declare whyNot: CreationOptional<LocalisedText | null>;
  declare position: CreationOptional<number>;
}

export const procedureColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  code: DataTypes.STRING(40),
  name: DataTypes.JSON,
  documents: DataTypes.JSON,
  minutes: DataTypes.SMALLINT.UNSIGNED,
  byVideo: DataTypes.BOOLEAN,
  whyNot: DataTypes.JSON,
  position: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
};
