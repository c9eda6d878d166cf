import {
  DataTypes,
  Model,
  type InferAttributes,
  type InferCreationAttributes,
  type CreationOptional,
} from 'sequelize';
import type { Locale } from '../kernel/locale.ts';
import type { Vault } from '../kernel/vault.ts';

export const APPOINTMENT_STATUSES = [
  'requested',
  'confirmed',
  'waiting',
  'in_call',
  'completed',
  'cancelled',
  'declined',
  'no_show',
] as const;
export type AppointmentStatus = (typeof APPOINTMENT_STATUSES)[number];

/** What the citizen's device check found. */
export interface DeviceReport {
  camera: boolean;
  microphone: boolean;
  speaker: boolean;
  network: boolean;
  browser: string;
  problems: string[];
  /** ISO instant. */
  at: string;
}

/** Personal data of the citizen; stored sealed, as one value. */
export interface CitizenData {
  name: string;
  /** E.164. */
  mobile: string;
  email: string | null;
  notes: string;
  /** Why it was called off, in the agent's words. */
  cancelReason?: string;
  /** Number and address before each correction, oldest first: messages until then went there. */
  formerContacts?: FormerContact[];
}

/** How the citizen was to be reached until an agent corrected it. */
export interface FormerContact {
  mobile: string;
  email: string | null;
  /** ISO instant. */
  until: string;
}

/** One procedure, one office, one time, one citizen. */
export class Appointment extends Model<InferAttributes<Appointment>, InferCreationAttributes<Appointment>> {
  declare id: CreationOptional<number>;
  declare uid: string;
  declare officeId: number;
  declare procedureId: number;
  declare status: AppointmentStatus;
  declare startsAt: Date;
  declare endsAt: Date;
  declare locale: Locale;
  declare citizen: Buffer;
  declare linkHash: string;
  declare linkSealed: Buffer;
  /** iCalendar SEQUENCE: raised at each change that the citizen is told. */
  declare sequence: CreationOptional<number>;
  declare phoneAttempts: CreationOptional<number>;
  declare papersReady: CreationOptional<boolean>;
  declare deviceReady: CreationOptional<boolean>;
  declare deviceReport: CreationOptional<DeviceReport | null>;
  declare noticeAcceptedAt: CreationOptional<Date | null>;
  declare arrivedAt: CreationOptional<Date | null>;
  declare lastSeenAt: CreationOptional<Date | null>;
  declare pinMac: CreationOptional<string | null>;
  declare pinIssuedAt: CreationOptional<Date | null>;
  declare pinExpiresAt: CreationOptional<Date | null>;
  /** Wrong PINs so far, over the whole life of the appointment; a new PIN does not reset it. */
  declare pinTries: CreationOptional<number>;
  declare admittedAt: CreationOptional<Date | null>;
  /** The browser (hash of its cookie) that waits and is not admitted, and when it was seen last. */
  declare waitingBrowser: CreationOptional<string | null>;
  declare waitingSeenAt: CreationOptional<Date | null>;
  /** When a second browser was seen waiting beside it: nobody can vouch for one of two. */
  declare rivalSeenAt: CreationOptional<Date | null>;
  /** The browser in which the PIN was typed: only it gets into the room. */
  declare admittedBrowser: CreationOptional<string | null>;
  declare agentId: CreationOptional<number | null>;
  /** Name of the conference while in a call. */
  declare room: CreationOptional<string | null>;
  declare attendedAt: CreationOptional<Date | null>;
  /** When both were in the room for the first time, as the video server saw it. */
  declare metAt: CreationOptional<Date | null>;
  declare endedAt: CreationOptional<Date | null>;
  /** When the video server said that the room is gone; null while it may still be there. */
  declare roomEndedAt: CreationOptional<Date | null>;
  declare outcome: CreationOptional<string | null>;
  declare rating: CreationOptional<number | null>;
  declare createdAt: Date;
  declare updatedAt: Date;

  /** Opens the personal data. Throws AppError `sealBroken` when the row was tampered with. */
  citizenData(vault: Vault): CitizenData {
    return citizenOf(vault, this);
  }

  /** The secret part of the personal link. */
  linkToken(vault: Vault): string {
    return linkTokenOf(vault, this);
  }
}

/** A row without the model's methods, as batches read it. */
export type AppointmentRow = InferAttributes<Appointment>;

/** Opens the personal data of a row. Throws AppError `sealBroken` when it was tampered with. */
export function citizenOf(
  vault: Vault,
  { uid, citizen }: Pick<AppointmentRow, 'uid' | 'citizen'>,
): CitizenData {
  return JSON.parse(vault.open(citizen, `appointments.citizen.${uid}`)) as CitizenData;
}

/** The secret part of the personal link of a row. Throws AppError `sealBroken` when it was tampered with. */
export function linkTokenOf(
  vault: Vault,
  { uid, linkSealed }: Pick<AppointmentRow, 'uid' | 'linkSealed'>,
): string {
  return vault.open(linkSealed, `appointments.link.${uid}`);
}

/** Personal data as the column wants it. */
export function sealCitizen(vault: Vault, uid: string, data: CitizenData): Buffer {
  return vault.seal(JSON.stringify(data), `appointments.citizen.${uid}`);
}

/** The link's secret as the column wants it. */
export function sealLink(vault: Vault, uid: string, token: string): Buffer {
  return vault.seal(token, `appointments.link.${uid}`);
}

const instant = DataTypes.DATE(3);

export const appointmentColumns = {
  id: { type: DataTypes.INTEGER.UNSIGNED, autoIncrement: true, primaryKey: true },
  uid: DataTypes.CHAR(20),
  officeId: DataTypes.INTEGER.UNSIGNED,
  procedureId: DataTypes.INTEGER.UNSIGNED,
  status: DataTypes.ENUM(...APPOINTMENT_STATUSES),
  startsAt: instant,
  endsAt: instant,
  locale: DataTypes.CHAR(2),
  citizen: DataTypes.BLOB,
  linkHash: DataTypes.CHAR(64),
  linkSealed: DataTypes.BLOB,
  sequence: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  phoneAttempts: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  papersReady: { type: DataTypes.BOOLEAN, defaultValue: false },
  deviceReady: { type: DataTypes.BOOLEAN, defaultValue: false },
  deviceReport: DataTypes.JSON,
  noticeAcceptedAt: instant,
  arrivedAt: instant,
  lastSeenAt: instant,
  pinMac: DataTypes.CHAR(64),
  pinIssuedAt: instant,
  pinExpiresAt: instant,
  pinTries: { type: DataTypes.SMALLINT.UNSIGNED, defaultValue: 0 },
  admittedAt: instant,
  waitingBrowser: DataTypes.CHAR(64),
  waitingSeenAt: instant,
  rivalSeenAt: instant,
  admittedBrowser: DataTypes.CHAR(64),
  agentId: DataTypes.INTEGER.UNSIGNED,
  room: DataTypes.CHAR(24),
  attendedAt: instant,
  metAt: instant,
  endedAt: instant,
  roomEndedAt: instant,
  outcome: DataTypes.STRING(30),
  rating: DataTypes.TINYINT.UNSIGNED,
  createdAt: instant,
  updatedAt: instant,
};
