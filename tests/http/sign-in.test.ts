import test from 'ava';
import supertest from 'supertest';
import { AuditEntry } from '../../server/models/AuditEntry.ts';
import { Session } from '../../server/models/Session.ts';
import { makeOffice, makeStaff, PASSWORD } from '../helpers/factories.ts';
import { newClient, signedInClient } from '../helpers/client.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

const WRONG = /El correu o la contrasenya no són correctes/;

/** The cookie of this name that an answer sets, with its attributes. */
function cookieOf(headers: Record<string, unknown>, name: string): string {
  const cookies = [headers['set-cookie'] ?? []].flat().map(String);
  return cookies.find((cookie) => cookie.startsWith(`${name}=`)) ?? '';
}

/** A request that carries just this session cookie. */
function withCookie(cookie: string, path: string) {
  return supertest(world().server).get(path).set({ accept: 'text/html', cookie });
}

test('a member of staff signs in and lands on the board of the only office', async (t) => {
  const office = await makeOffice();
  const client = await signedInClient(world(), await makeStaff([office]));
  const board = await client.get(`/o/${office.slug}/board`);
  t.is(board.status, 200);
  t.regex(board.text, /OAC de Prova/);
});

test('the address may be typed in capitals and with spaces around', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const email = ` ${staff.email.toUpperCase()} `;
  const answer = await newClient(world()).post('/sign-in', { email, password: PASSWORD });
  t.is(answer.status, 303);
});

test('somebody of two offices chooses among them, an administrator goes to the administration', async (t) => {
  const offices = [await makeOffice({ name: 'OAC Primera' }), await makeOffice({ name: 'OAC Segona' })];
  const agent = await signedInClient(world(), await makeStaff(offices));
  const choice = await agent.get('/offices');
  t.is(choice.status, 200);
  t.regex(choice.text, /OAC Primera[\s\S]*OAC Segona/);
  const administrator = await signedInClient(world(), await makeStaff([], 'administrator'));
  t.is((await administrator.get('/offices')).headers.location, '/administration');
});

test('a wrong password and an unknown account get the same answer', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const [wrong, unknown] = [newClient(world()), newClient(world())];
  const first = await wrong.post('/sign-in', { email: staff.email, password: 'no' });
  const second = await unknown.post('/sign-in', { email: 'nobody@oac.example', password: PASSWORD });
  t.is(first.status, 422);
  t.is(second.status, 422);
  t.regex(first.text, WRONG);
  t.regex(second.text, WRONG);
});

test('a disabled account is refused like an unknown one', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  await staff.update({ disabledAt: world().clock.now() });
  const answer = await newClient(world()).post('/sign-in', { email: staff.email, password: PASSWORD });
  t.is(answer.status, 422);
  t.regex(answer.text, WRONG);
});

test('an empty form names both fields and keeps the address that was typed', async (t) => {
  const empty = await newClient(world()).post('/sign-in', {});
  t.is(empty.status, 422);
  t.regex(empty.text, /Escriviu el correu electrònic[\s\S]*Escriviu la contrasenya/);
  const half = await newClient(world()).post('/sign-in', { email: 'algu@oac.example', password: '' });
  t.regex(half.text, /value="algu@oac\.example"/);
});

test('a refused password is not sent back to the browser', async (t) => {
  const answer = await newClient(world()).post('/sign-in', {
    email: 'algu@oac.example',
    password: 'una paraula secreta',
  });
  t.notRegex(answer.text, /una paraula secreta/);
});

test('the session cookie is out of reach of scripts and of other sites', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const answer = await newClient(world()).post('/sign-in', { email: staff.email, password: PASSWORD });
  const cookie = cookieOf(answer.headers, 'va_session');
  t.regex(cookie, /^va_session=[\w-]{22};/);
  t.regex(cookie, /; httponly/i);
  t.regex(cookie, /; samesite=lax/i);
  t.regex(cookie, /; path=\/(;|$)/i);
  t.notRegex(cookie, /domain=|expires=/i);
});

test('the database holds no usable session secret', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const answer = await newClient(world()).post('/sign-in', { email: staff.email, password: PASSWORD });
  const secret = /va_session=([\w-]+)/.exec(cookieOf(answer.headers, 'va_session'))?.[1] ?? '';
  const session = await Session.findOne({ where: { staffId: staff.id } });
  t.regex(session?.id ?? '', /^[0-9a-f]{64}$/);
  t.not(session?.id, secret);
});

test('signing in gives a new secret, never one that the browser brought along', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const planted = 'AAAAAAAAAAAAAAAAAAAAAA';
  const client = newClient(world());
  await client.get('/sign-in', { cookie: `va_session=${planted}` });
  const answer = await client.post('/sign-in', { email: staff.email, password: PASSWORD });
  t.is(answer.status, 303);
  t.notRegex(cookieOf(answer.headers, 'va_session'), new RegExp(planted));
  t.is((await withCookie(`va_session=${planted}`, '/offices')).status, 302);
});

test('signing in again ends the session before', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  const client = await signedInClient(world(), staff);
  await client.post('/sign-in', { email: staff.email, password: PASSWORD });
  t.is(await Session.count({ where: { staffId: staff.id } }), 1);
});

test('signing out ends the session at the server: a copied cookie is worth nothing', async (t) => {
  const office = await makeOffice();
  const staff = await makeStaff([office]);
  const client = newClient(world());
  const signIn = await client.post('/sign-in', { email: staff.email, password: PASSWORD });
  const copied = cookieOf(signIn.headers, 'va_session').split(';')[0] ?? '';
  const board = `/o/${office.slug}/board`;
  t.is((await withCookie(copied, board)).status, 200);
  await client.get(board);
  const answer = await client.post('/sign-out');
  t.is(answer.status, 303);
  t.is(answer.headers.location, '/sign-in');
  t.is((await withCookie(copied, board)).status, 302);
  t.is(await Session.count({ where: { staffId: staff.id } }), 0);
});

test('signing in, being refused and signing out leave a trace', async (t) => {
  const staff = await makeStaff([await makeOffice()]);
  await newClient(world()).post('/sign-in', { email: staff.email, password: 'no' });
  const client = await signedInClient(world(), staff);
  await client.post('/sign-out');
  const rows = await AuditEntry.findAll({ where: { staffId: staff.id }, order: ['id'] });
  t.deepEqual(
    rows.map((row) => row.action),
    ['identity.refused', 'identity.signIn', 'identity.signOut'],
  );
});
