import test, { type ExecutionContext } from 'ava';
import { startSmsc, type Smsc } from '../../appliance/simulators/smsc.ts';
import { startKannel, type Kannel } from './parts/kannel.ts';

interface Pair {
  smsc: Smsc;
  kannel: Kannel;
}

async function bound(t: ExecutionContext): Promise<Pair> {
  t.timeout(300_000);
  const smsc = await startSmsc({ port: 0, systemId: 'kannel', password: 'kannel', receipts: 'delivered' });
  t.teardown(() => smsc.stop());
  const kannel = await startKannel({ smscPort: smsc.port });
  t.teardown(() => kannel.stop());
  await smsc.waitForBind(60_000);
  return { smsc, kannel };
}

test('Kannel binds to our simulator, hands a text in, and understands its receipt', async (t) => {
  const { smsc, kannel } = await bound(t);
  const answer = await kannel.send({
    to: '+34612345678',
    text: 'Hola: PIN 482913, a les 10.30 h',
    reportAs: 'a',
  });
  t.is(answer.status, 202, answer.body);
  const sms = await smsc.waitFor(({ to }) => to === '+34612345678', 60_000);
  t.is(sms.text, 'Hola: PIN 482913, a les 10.30 h');
  t.is(sms.from, 'OACExemple');
  t.is(sms.dataCoding, 0);
  t.is(sms.segments, 1);
  t.is((await kannel.report(({ type, name }) => type === 8 && name === 'a')).type, 8, 'taken by the gateway');
  t.is(
    (await kannel.report(({ type, name }) => type === 1 && name === 'a')).type,
    1,
    'delivered to the phone',
  );
  t.regex(await kannel.status(), /online/);
});

test('Kannel sends what GSM lacks as UCS-2, and our simulator shows it letter by letter', async (t) => {
  const { smsc, kannel } = await bound(t);
  const text = 'No cal instal·lar res 😀 مرحبا';
  const answer = await kannel.send({ to: '+34612345678', text, coding: 2 });
  t.is(answer.status, 202, answer.body);
  const sms = await smsc.waitFor(({ to }) => to === '+34612345678', 60_000);
  t.is(sms.text, text);
  t.is(sms.dataCoding, 8);
});

test('a long text that Kannel splits is joined again by our simulator', async (t) => {
  const { smsc, kannel } = await bound(t);
  const text = Array.from({ length: 40 }, (_, index) => `frase ${index}.`).join(' ');
  const answer = await kannel.send({ to: '+34612345678', text, reportAs: 'long' });
  t.is(answer.status, 202, answer.body);
  const sms = await smsc.waitFor(({ to }) => to === '+34612345678', 60_000);
  t.is(sms.text, text);
  t.is(sms.segments, Math.ceil(text.length / 153));
  t.is((await kannel.report(({ type, name }) => type === 1 && name === 'long')).type, 1);
});

test('Kannel with another password is refused, and keeps the text until it is let in', async (t) => {
  t.timeout(300_000);
  const smsc = await startSmsc({ port: 0, systemId: 'kannel', password: 'other' });
  t.teardown(() => smsc.stop());
  const refused = new Promise<number>((resolve) =>
    smsc.once('bind', ({ status }: { status: number }) => resolve(status)),
  );
  const kannel = await startKannel({ smscPort: smsc.port });
  t.teardown(() => kannel.stop());
  t.is(await refused, 0x0e);
  await kannel.send({ to: '+34612345678', text: 'Hola' });
  t.is(smsc.messages.length, 0);
  t.notRegex(await kannel.status(), /\(online/);
});

test('when Kannel is stopped, no session of it stays with our simulator', async (t) => {
  t.timeout(300_000);
  const smsc = await startSmsc({ port: 0 });
  t.teardown(() => smsc.stop());
  const kannel = await startKannel({ smscPort: smsc.port });
  await smsc.waitForBind(60_000);
  const left = new Promise<void>((resolve) => smsc.once('unbound', () => resolve()));
  await kannel.stop();
  await left;
  t.is(smsc.bound, 0);
});
