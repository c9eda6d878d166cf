import { mkdtempSync, rmSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { startSimulators, type SimulatorOptions } from '../../appliance/simulators/index.ts';
import { createMailCarrier } from '../../server/adapters/mail/carrier.ts';
import { systemClock } from '../../server/kernel/clock.ts';
import { carrier, linkTo, send, sms as textOf } from '../adapters/sms-harness.ts';

const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
const credentials = { systemId: 'demo', password: 'demo' };

async function started(t: ExecutionContext, options: Partial<SimulatorOptions> = {}) {
  const simulators = await startSimulators({
    smscPort: 0,
    smtpPort: 0,
    viewerPort: 0,
    appUrl: 'http://localhost:8080',
    credentials,
    ...options,
  });
  t.teardown(() => simulators.stop());
  return simulators;
}

type Simulators = Awaited<ReturnType<typeof started>>;

async function sendSms(t: ExecutionContext, { smsc }: Simulators, text: string): Promise<void> {
  const { sms } = carrier(t, {
    links: [linkTo(smsc.port, { systemId: 'demo', password: 'demo' })],
  });
  const receipt = new Promise<void>((resolve) => {
    sms.onReceipt(async ({ state }) => {
      t.is(state, 'delivered');
      resolve();
    });
  });
  sms.start();
  await send(sms, textOf({ text, sender: 'OACExemple' }));
  await receipt;
  await sms.stop(1000);
}

async function sendMail(t: ExecutionContext, { smtp }: Simulators, html: string): Promise<void> {
  const mail = createMailCarrier({
    server: { host: '127.0.0.1', port: smtp.port, tls: 'none' },
    sender: { from: { name: 'OAC', address: 'oac@example.cat' } },
    clock: systemClock,
    logger: silent,
  });
  const calendar = {
    method: 'REQUEST' as const,
    content: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR',
  };
  const sent = await mail.reserve()?.send({
    to: 'n@example.com',
    subject: '<i>Hola</i>',
    text: 'Hola',
    html,
    messageId: 'a@b',
    calendar,
  });
  t.is(sent?.kind, 'accepted');
  await mail.stop();
}

const page = async (url: string): Promise<string> => (await fetch(url)).text();

/** The status that a request with this `Host` header gets. */
function statusForHost(port: number, host: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, headers: { host } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });
}

test('the viewer shows texts with links that open, and never as HTML', async (t) => {
  const simulators = await started(t);
  await sendSms(t, simulators, '<b>OAC</b>: obriu https://a.example/v/x?a=1&b=2. Gràcies');
  const html = await page(simulators.viewer.url);
  t.true(html.includes('&lt;b&gt;OAC&lt;/b&gt;'));
  t.true(html.includes('href="https://a.example/v/x?a=1&amp;b=2" target="_blank"'));
  t.true(html.includes('+34612345678'));
  t.true(html.includes('1 segment'));
});

test('the viewer shows e-mails in a frame without scripts, and hands out their calendar', async (t) => {
  const simulators = await started(t);
  await sendMail(t, simulators, '<html><head></head><body><script>1</script>Hola</body></html>');
  const html = await page(simulators.viewer.url);
  t.true(html.includes('&lt;i&gt;Hola&lt;/i&gt;'));
  const [, source = ''] = /src="(\/mail\/[^"]+)"/.exec(html) ?? [];
  const mail = await fetch(simulators.viewer.url + source);
  t.regex(mail.headers.get('content-security-policy') ?? '', /default-src 'none'.*sandbox/);
  t.true((await mail.text()).includes('Hola'));
  const [, calendar = ''] = /href="(\/calendar\/[^"]+)"/.exec(html) ?? [];
  const file = await fetch(simulators.viewer.url + calendar);
  t.regex(file.headers.get('content-disposition') ?? '', /cita\.ics/);
  t.regex(await file.text(), /BEGIN:VCALENDAR/);
});

test('the viewer allows no inline script and answers only to its own name', async (t) => {
  const { viewer } = await started(t);
  const answer = await fetch(viewer.url);
  t.regex(answer.headers.get('content-security-policy') ?? '', /script-src 'self'/);
  t.notRegex(await answer.text(), /<script>|style="/);
  t.is(await statusForHost(viewer.port, 'evil.example'), 403);
  t.is(await statusForHost(viewer.port, `localhost:${viewer.port}`), 200);
});

test('an open viewer is told of each message at once', async (t) => {
  const simulators = await started(t);
  const events = await fetch(`${simulators.viewer.url}/events`);
  const reader = events.body?.getReader();
  await reader?.read();
  const [chunk] = await Promise.all([reader?.read(), sendSms(t, simulators, 'Hola')]);
  t.regex(new TextDecoder().decode(chunk?.value), /event: changed/);
  await reader?.cancel();
});

test('all messages can be read as JSON', async (t) => {
  const simulators = await started(t);
  await sendSms(t, simulators, 'Hola');
  const json: unknown = JSON.parse(await page(`${simulators.viewer.url}/messages.json`));
  t.like(json, { sms: [{ text: 'Hola', from: 'OACExemple', segments: 1 }], mail: [] });
});

test('messages outlive a restart when a folder is given', async (t) => {
  const directory = mkdtempSync(join(tmpdir(), 'simulators-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const first = await started(t, { directory });
  await sendSms(t, first, 'Hola');
  await sendMail(t, first, '<p>Hola</p>');
  await first.stop();
  const second = await started(t, { directory });
  t.like(second.smsc.messages, { 0: { text: 'Hola' } });
  t.true(second.smsc.messages[0]?.receivedAt instanceof Date);
  t.like(second.smtp.messages, { 0: { messageId: 'a@b' } });
  second.smsc.clear();
  await second.stop();
  const third = await started(t, { directory });
  t.is(third.smsc.messages.length, 0);
  t.is(third.smtp.messages.length, 1);
});

test('a port that is taken stops everything that was started', async (t) => {
  const { smtp } = await started(t);
  await t.throwsAsync(started(t, { smtpPort: smtp.port }), { message: /EADDRINUSE/ });
});

test('a message is awaited whether it came already or comes later, and not for ever', async (t) => {
  const simulators = await started(t);
  const later = simulators.smsc.waitFor(({ text }) => text === 'Hola', 5000);
  await sendSms(t, simulators, 'Hola');
  t.is((await later).text, 'Hola');
  t.is((await simulators.smsc.waitFor(({ text }) => text === 'Hola', 1)).text, 'Hola');
  await t.throwsAsync(
    simulators.smsc.waitFor(() => false, 10),
    { message: /no such message/ },
  );
});
