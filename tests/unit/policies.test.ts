import test from 'ava';
import { mayActInRoom } from '../../server/features/calls/policy.ts';
import { mayEditTexts } from '../../server/features/messages/policy.ts';
import { mayAdminister, mayHandleAppointments } from '../../server/features/identity/index.ts';
import { ROLES, type Role } from '../../server/models/Staff.ts';

const OWN = 1;
const OTHER = 2;

/** Role x office -> may handle its appointments. The administrator sees no citizen data, wherever. */
const HANDLES: [Role, number[], number, boolean][] = [
  ['agent', [OWN], OWN, true],
  ['agent', [OWN], OTHER, false],
  ['agent', [], OWN, false],
  ['supervisor', [OWN], OWN, true],
  ['supervisor', [OWN], OTHER, false],
  ['administrator', [], OWN, false],
  ['administrator', [OWN], OWN, false],
];

for (const [role, offices, officeId, expected] of HANDLES) {
  const where = offices.includes(officeId) ? 'an own office' : 'another office';
  test(`${role} with offices [${offices.join()}] ${expected ? 'may' : 'may not'} handle appointments of ${where}`, (t) => {
    const person = { role, offices: offices.map((id) => ({ id })) };
    t.is(mayHandleAppointments(person, officeId), expected);
  });
}

test('only administrators see how the installation is set up', (t) => {
  const may = ROLES.filter((role) => mayAdminister({ role, offices: [{ id: OWN }] }));
  t.deepEqual(may, ['administrator']);
});

test('in a room acts who attends, and nobody else', (t) => {
  t.true(mayActInRoom({ id: 7 }, { agentId: 7 }));
  t.false(mayActInRoom({ id: 8 }, { agentId: 7 }));
  t.false(mayActInRoom({ id: 8 }, { agentId: null }));
});

test('only administrators edit the texts that citizens are sent', (t) => {
  t.deepEqual(
    ROLES.map((role) => [role, mayEditTexts({ role })]),
    [
      ['agent', false],
      ['supervisor', false],
      ['administrator', true],
    ],
  );
});
