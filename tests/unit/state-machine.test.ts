import test from 'ava';
import {
  can,
  EVENTS,
  isFinal,
  nextStatus,
  OCCUPYING,
  STATUSES,
  type LifeEvent,
  type Status,
} from '../../server/features/appointments/state-machine.ts';

/** The life of an appointment once more, written as a person would tell it: status, event, what follows. */
const ALLOWED: [Status, LifeEvent, Status][] = [
  ['requested', 'confirm', 'confirmed'],
  ['requested', 'decline', 'declined'],
  ['requested', 'cancel', 'cancelled'],
  ['requested', 'reschedule', 'requested'],
  ['confirmed', 'enter', 'waiting'],
  ['confirmed', 'decline', 'declined'],
  ['confirmed', 'cancel', 'cancelled'],
  ['confirmed', 'miss', 'no_show'],
  ['confirmed', 'reschedule', 'confirmed'],
  ['waiting', 'leave', 'confirmed'],
  ['waiting', 'attend', 'in_call'],
  ['waiting', 'cancel', 'cancelled'],
  ['waiting', 'miss', 'no_show'],
  ['in_call', 'close', 'completed'],
];

for (const status of STATUSES) {
  for (const event of EVENTS) {
    const allowed = ALLOWED.find(([from, what]) => from === status && what === event);
    const title = allowed ? `leads to "${allowed[2]}"` : 'is refused';
    test(`in "${status}" the event "${event}" ${title}`, (t) => {
      t.is(nextStatus(status, event), allowed ? allowed[2] : null);
      t.is(can(status, event), allowed !== undefined);
    });
  }
}

test('every status can be reached from a new appointment', (t) => {
  const reached = new Set<Status>(['requested']);
  for (let round = 0; round < STATUSES.length; round += 1) {
    for (const [from, , to] of ALLOWED) if (reached.has(from)) reached.add(to);
  }
  t.deepEqual([...reached].toSorted(), [...STATUSES].toSorted());
});

test('exactly the ends of an appointment are final, and only what is not final holds a desk', (t) => {
  const finals: Status[] = ['completed', 'cancelled', 'declined', 'no_show'];
  t.deepEqual(
    STATUSES.filter((status) => isFinal(status)),
    finals,
  );
  t.deepEqual([...OCCUPYING], ['requested', 'confirmed', 'waiting', 'in_call']);
});
