import test from 'ava';
import {
  addressProblem,
  daysToExpiry,
  isGeneric,
  senderKind,
  senderProblem,
} from '../../server/features/messages/index.ts';

const TODAY = '2026-11-24';

/** Address -> what kind it is, and what is wrong with it as a sender. */
const ADDRESSES: [string, ReturnType<typeof senderKind>, string | null][] = [
  ['OACGirona', 'alias', null],
  ['OAC Girona', 'alias', null],
  ['A@&-_.+1', 'alias', null],
  ['Gencat-OAC1', 'alias', null],
  ['OAC', 'alias', null],
  ['OA', 'alias', 'senderTooShort'],
  ['OACGironaSud', 'alias', 'senderTooLong'],
  ['OACLaBisbalÀ', 'alias', 'senderAccents'],
  ['Atenció', 'alias', 'senderAccents'],
  ['Logroño', 'alias', 'senderAccents'],
  ['Plaça', 'alias', 'senderAccents'],
  ['OAC/Girona', 'alias', 'senderSigns'],
  ['OAC*', 'alias', 'senderSigns'],
  ['OAC\u00a0Sud', 'alias', 'senderSigns'],
  ['1-2-3', 'alias', 'senderNoLetter'],
  ['', 'alias', 'senderMissing'],
  ['012', 'shortCode', null],
  ['25060', 'shortCode', null],
  ['12', 'number', 'senderNumber'],
  ['34972000000', 'number', null],
  ['+34972000000', 'number', null],
  ['+123', 'number', 'senderNumber'],
  ['1234567890123456', 'number', 'senderNumber'],
];

for (const [address, kind, problem] of ADDRESSES) {
  test(`the sender "${address}" is of kind ${kind}, and its problem is ${problem ?? 'none'}`, (t) => {
    t.is(addressProblem(address), problem);
    if (address !== '') t.is(senderKind(address), kind);
  });
}

test('words that say nothing of who writes are warned of, whatever their case and signs', (t) => {
  const generic = ['INFO', 'Cita', 'C.I.T.A', 'Cita Previa', 'Appointment', 'SMS', 'No-Reply'];
  t.deepEqual(generic.filter(isGeneric), generic);
  t.deepEqual(['OACGirona', 'Departament', 'InfoGirona', '012', '+34972000000'].filter(isGeneric), []);
});

/** Address, registered until -> why it is held back, days left when that is worth a warning. */
const REGISTRATIONS: [string, string | null, ReturnType<typeof senderProblem>, number | null][] = [
  ['OACGirona', null, 'unregistered', null],
  ['OACGirona', '2026-11-23', 'expired', null],
  ['OACGirona', '2026-11-24', null, 0],
  ['OACGirona', '2026-11-25', null, 1],
  ['OACGirona', '2027-01-23', null, 60],
  ['OACGirona', '2027-01-24', null, null],
  ['25060', null, null, null],
  ['25060', '2020-01-01', null, null],
  ['+34972000000', null, null, null],
];

for (const [address, registeredUntil, problem, days] of REGISTRATIONS) {
  test(`${address} registered until ${registeredUntil ?? 'nobody knows when'}: ${problem ?? 'sends'}, ${days ?? 'no'} days warned`, (t) => {
    t.is(senderProblem({ address, registeredUntil }, TODAY), problem);
    t.is(daysToExpiry({ address, registeredUntil }, TODAY), days);
  });
}
