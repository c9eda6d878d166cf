import test from 'ava';
import type { Office } from '../../server/models/Office.ts';
import { signedInClient } from '../helpers/client.ts';
import { makeOffice, makeStaff } from '../helpers/factories.ts';
import { makeMessage } from '../helpers/messages.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const COSTS = '/administration/messages/costs';

async function administrator() {
  return signedInClient(world(), await makeStaff([], 'administrator'));
}

/** A text of an office that was taken then. */
function taken(office: Office, at: string, segments: number, more: object = {}) {
  const acceptedAt = new Date(at);
  return makeMessage(world(), office, {
    state: 'delivered',
    dueAt: acceptedAt,
    acceptedAt,
    settledAt: acceptedAt,
    segments,
    ...more,
  });
}

test.serial('texts and segments are counted by office and month of the office’s own zone', async (t) => {
  const girona = await makeOffice({ name: 'OAC Girona' });
  const canary = await makeOffice({ name: '=OAC;Tenerife' });
  await canary.update({ timeZone: 'Atlantic/Canary' });
  await taken(girona, '2026-10-31T22:59:59.999Z', 1);
  await taken(girona, '2026-10-31T23:00:00.000Z', 2);
  await taken(girona, '2026-11-20T10:00:00Z', 3, { state: 'failed', reason: 'UNDELIV 001' });
  await taken(canary, '2026-10-31T23:59:00Z', 4);
  // What is no text, or was never taken, costs nothing; nor does what lies outside the range.
  await taken(girona, '2026-11-20T10:00:00Z', 9, { channel: 'email' });
  await taken(girona, '2026-11-20T10:00:00Z', 9, { acceptedAt: null, state: 'failed' });
  await taken(girona, '2026-08-31T10:00:00Z', 9);
  await taken(girona, '2026-12-31T23:30:00Z', 9);

  const client = await administrator();
  const answer = await client.get(`${COSTS}.csv?from=2026-09&to=2026-11`);
  t.is(answer.status, 200);
  t.is(answer.headers['content-type'], 'text/csv; charset=utf-8');
  t.is(answer.headers['content-disposition'], 'attachment; filename="sms-2026-09-2026-11.csv"');
  t.is(
    answer.text,
    '\uFEFFOficina;Mes;SMS;Segments\r\n' +
      '"\'=OAC;Tenerife";2026-10;1;4\r\n' +
      'OAC Girona;2026-10;1;1\r\n' +
      'OAC Girona;2026-11;2;5\r\n',
  );

  const page = (await client.get(`${COSTS}?from=2026-09&to=2026-11`)).text;
  const plain = page.replace(/<[^>]+>/g, ' ').replace(/\s+/g, ' ');
  t.regex(plain, /Oficina Total set\. 2026 oct\. 2026 nov\. 2026 /);
  t.regex(plain, /OAC Girona 6 3 SMS 0 1 1 SMS 5 2 SMS /);
  t.regex(plain, /Total 10 4 SMS 0 0 SMS 5 2 SMS 5 2 SMS /);
  t.regex(page, /costs\.csv\?from&#x3D;2026-09&amp;to&#x3D;2026-11/);
});

test.serial('a month without texts says so, and odd ranges are the usual year', async (t) => {
  const client = await administrator();
  const page = (await client.get(`${COSTS}?from=2025-01&to=2025-02`)).text;
  t.regex(page, /No ha sortit cap SMS/);
  const odd = await client.get(`${COSTS}.csv?from='%20OR%201&to[]=x`);
  t.is(odd.headers['content-disposition'], 'attachment; filename="sms-2025-12-2026-11.csv"');
});
