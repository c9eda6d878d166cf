import { addMinutes, latest } from '../../kernel/clock.ts';
import { conflict } from '../../kernel/errors.ts';
import { randomBase32 } from '../../kernel/ids.ts';
import type { RoomPerson } from '../../kernel/ports.ts';
import { sealCitizen, type Appointment } from '../../models/Appointment.ts';
import type { Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Staff } from '../../models/Staff.ts';
import type { Transaction } from '../../models/transaction.ts';
import {
  changeAppointment,
  officeById,
  transition,
  withdraw,
  type AppointmentKey,
} from '../appointments/index.ts';
import { issuePin, MAX_TRIES, pinInForce } from './pin.ts';

/** A room lives this long past the planned end unless somebody joins again; then the server ends it by itself. */
const ROOM_GRACE_MINUTES = 180;
/** Two people: one agent, one citizen. Guests come with the bridge profile. */
const MAX_OCCUPANTS = 2;

async function refuseTaken(
  transaction: Transaction,
  appointment: Appointment,
  staffId: number,
): Promise<void> {
  if (appointment.status !== 'in_call' || appointment.agentId === staffId) return;
  const agent =
    appointment.agentId === null ? null : await Staff.findByPk(appointment.agentId, { transaction });
  throw conflict('alreadyAttended', { agent: agent?.name ?? '—' });
}

/**
 * Takes the citizen out of the waiting room for this agent. Of any number of agents at the same instant exactly one
 * wins, as the row is locked; the others get the conflict `alreadyAttended` with the winner's name. Pressing again
 * changes nothing.
 */
export function attend(deps: Deps, key: AppointmentKey, staffId: number): Promise<void> {
  const actor: Actor = { kind: 'staff', staffId };
  return changeAppointment(deps, key, async (appointment, transaction) => {
    await refuseTaken(transaction, appointment, staffId);
    if (appointment.status === 'in_call') return;
    const now = deps.clock.now();
    const columns = { agentId: staffId, attendedAt: now, room: `va${randomBase32(22)}` };
    await transition(deps, transaction, appointment, 'attend', actor, columns);
    const office = await officeById(appointment.officeId, transaction);
    const onSession =
      office.pinMoment === 'session' && !appointment.admittedAt && appointment.pinTries < MAX_TRIES;
    if (onSession && !pinInForce(appointment, now)) await issuePin(deps, transaction, appointment, actor);
  });
}

/**
 * A token for the room, for a person who may be in it right now; the room is declared at the video server first.
 * Whether this browser may go in is
 * for the caller to ask. Throws the conflict `callEnded` unless the appointment is in a call, and `videoUnavailable` (503) when the video server does not answer.
 */
export async function admit(
  deps: Deps,
  appointment: Appointment,
  person: RoomPerson,
): Promise<{ token: string; room: string }> {
  const { room } = appointment;
  if (appointment.status !== 'in_call' || !room) throw conflict('callEnded');
  const expiresAt = addMinutes(latest(appointment.endsAt, deps.clock.now()), ROOM_GRACE_MINUTES);
  await deps.video.open(room, { expiresAt, maxOccupants: MAX_OCCUPANTS });
  // A close may have come in between: the room it ended must not stay open behind it.
  await appointment.reload();
  if (appointment.status !== 'in_call') {
    // Open again, whatever was noted before: the job must look after it if this does not succeed.
    await appointment.update({ roomEndedAt: null });
    await endRoom(deps, appointment);
    throw conflict('callEnded');
  }
  return { token: deps.video.token(room, person), room };
}

/**
 * Ends the room of an appointment that is over, and notes that it is gone. A video server that does not answer is
 * asked again by the job, until it does.
 */
export async function endRoom(deps: Deps, appointment: Appointment): Promise<void> {
  if (!appointment.room) return;
  try {
    await deps.video.end(appointment.room);
    await appointment.update({ roomEndedAt: deps.clock.now() });
  } catch (error) {
    deps.log.error(
      { err: error, appointment: appointment.uid },
      'room could not be ended; it is tried again',
    );
  }
}

/** How the agent closes an appointment: a code of OUTCOMES, and words to add to the notes. */
export interface Closing {
  outcome: string;
  notes: string;
}

/**
 * Closes the appointment with its outcome, then ends its room: both are put out and their tokens are worth nothing.
 * Throws the conflict `notPossibleNow` when it is not in a call.
 */
export async function close(
  deps: Deps,
  key: AppointmentKey,
  actor: Actor,
  { outcome, notes }: Closing,
): Promise<void> {
  const closed = await changeAppointment(deps, key, async (appointment, transaction) => {
    const data = appointment.citizenData(deps.vault);
    const columns = {
      outcome,
      endedAt: deps.clock.now(),
      citizen: sealCitizen(deps.vault, appointment.uid, {
        ...data,
        notes: [data.notes, notes].filter(Boolean).join('\n'),
      }),
    };
    await transition(deps, transaction, appointment, 'close', actor, columns, { outcome });
    await withdraw(deps.clock, transaction, appointment.id);
    return appointment;
  });
  await endRoom(deps, closed);
}
