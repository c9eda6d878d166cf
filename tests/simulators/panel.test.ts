import { once } from 'node:events';
import { request } from 'node:http';
import test, { type ExecutionContext } from 'ava';
import { startSimulators, type SimulatorOptions } from '../../appliance/simulators/index.ts';
import { DESK, expectAccessible, openWindow, PHONE, useBrowser } from '../helpers/browser.ts';
import { COMMANDS, connectRaw } from './raw-client.ts';

const browser = useBrowser(test);

async function started(t: ExecutionContext, options: Partial<SimulatorOptions> = {}) {
  const ports = { smscPort: 0, smtpPort: 0, viewerPort: 0 };
  const simulators = await startSimulators({ ...ports, appUrl: 'http://localhost:8080', ...options });
  t.teardown(() => simulators.stop());
  return simulators;
}

const FORM = 'application/x-www-form-urlencoded';
/** The form as it is when nothing is wrong. */
const UNTOUCHED = Object.fromEntries(
  new URLSearchParams(
    'delayMs=0&jitterMs=0&silentNext=0&shuffleAnswers=0&perSecond=&status=88&statusNext=0&refusedSenders=&' +
      'refusedNumbers=&cutAt=beforeAnswer&cutNext=0&cutChance=0&bindStatus=0&receipts=on&receiptAt=afterAnswer&' +
      'receiptLateMs=5000&receiptCopies=1&shuffleReceipts=0&unknownReceiptsNext=0&receiptForm=text&' +
      'receiptCommand=deliver_sm&answerIds=padded&receiptIds=padded&failedNumbers=',
  ),
);

async function tokenOf(url: string): Promise<string> {
  const html = await (await fetch(url)).text();
  return /name="token" value="([^"]+)"/.exec(html)?.[1] ?? '';
}

/** Sends a form of the panel as the page would. */
async function post(url: string, fields: Record<string, string>, headers: Record<string, string> = {}) {
  const body = new URLSearchParams({ token: await tokenOf(url), gateway: 'sms', ...fields });
  return fetch(`${url}/faults`, { method: 'POST', body, headers, redirect: 'manual' });
}

/** Sends a form with headers that a browser would set by itself, and resolves with the status. */
function statusOf(port: number, body: string, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const options = { host: '127.0.0.1', port, path: '/faults', method: 'POST' };
    request({ ...options, headers: { 'Content-Type': FORM, ...headers } }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end(body);
  });
}

test('the page says that all is normal, or what is wrong, with one button back', async (t) => {
  const { smsc, viewer } = await started(t);
  const before = await (await fetch(viewer.url)).text();
  t.true(before.includes('amb normalitat'));
  t.false(before.includes('Avaries actives'));
  const changed = await post(viewer.url, {
    ...UNTOUCHED,
    action: 'apply',
    delayMs: '1500',
    statusNext: 'sempre',
    status: '20',
    refusedNumbers: '+34600000001, +34600000002',
    cutChance: '25',
    perSecond: '5',
  });
  t.is(changed.status, 303);
  t.like(smsc.faults.current, { delayMs: 1500, status: 0x14, cutChance: 0.25, perSecond: 5, receipts: true });
  t.is(smsc.faults.current.statusNext, Number.POSITIVE_INFINITY);
  t.deepEqual(smsc.faults.current.refusedNumbers, ['+34600000001', '+34600000002']);
  const during = await (await fetch(viewer.url)).text();
  for (const words of ['Avaries actives', '1500 ms', '0x14 cua plena', 'sempre', '25 %', '+34600000002'])
    t.true(during.includes(words), words);
  t.is((await post(viewer.url, { action: 'normal' })).status, 303);
  t.deepEqual(smsc.faults.active, {});
});

test('the form as it stands changes nothing', async (t) => {
  const { smsc, viewer } = await started(t);
  t.is((await post(viewer.url, { ...UNTOUCHED, action: 'apply' })).status, 303);
  t.deepEqual(smsc.faults.active, {});
});

test('what cannot be is said beside its field, with what was typed, and nothing changes', async (t) => {
  const { smsc, viewer } = await started(t);
  const fields = { ...UNTOUCHED, action: 'apply', delayMs: '-3', statusNext: '<b>', cutChance: '101' };
  const answer = await post(viewer.url, { ...fields, jitterMs: '40', status: '7' });
  t.is(answer.status, 422);
  const html = await answer.text();
  t.is([...html.matchAll(/aria-invalid="true"/g)].length, 4);
  t.regex(html, /id="sms-delayMs"[^>]*aria-describedby="sms-delayMs-error"[^>]*value="-3"/);
  t.true(html.includes('value="&lt;b&gt;"'));
  t.regex(html, /id="sms-jitterMs"[^>]*value="40"/);
  t.regex(html, /enter de 0 a 100/);
  t.deepEqual(smsc.faults.active, {});
});

test('a form from elsewhere, without the token or too long changes nothing', async (t) => {
  const { smsc, viewer } = await started(t);
  const token = await tokenOf(viewer.url);
  const fields = { ...UNTOUCHED, gateway: 'sms', action: 'apply', delayMs: '9' };
  const good = new URLSearchParams({ ...fields, token }).toString();
  const { port } = viewer;
  const host = `localhost:${port}`;
  t.is(await statusOf(port, good, { Host: host, Origin: 'https://evil.example' }), 403);
  t.is(await statusOf(port, good, { Host: host, 'Sec-Fetch-Site': 'cross-site' }), 403);
  t.is(await statusOf(port, good, { Host: 'evil.example' }), 403);
  t.is(await statusOf(port, good, { Host: host, 'Content-Type': 'text/plain' }), 403);
  t.is(await statusOf(port, good.replace(token, 'A'.repeat(token.length)), { Host: host }), 403);
  t.is(await statusOf(port, `${good}&x=${'x'.repeat(20_000)}`, { Host: host }), 403);
  t.deepEqual(smsc.faults.active, {});
  const [origin, site] = [`http://${host}`, 'same-origin'];
  t.is(await statusOf(port, good, { Host: host, Origin: origin, 'Sec-Fetch-Site': site }), 303);
  t.is(smsc.faults.current.delayMs, 9);
});

test('a GET of the form changes nothing', async (t) => {
  const { viewer } = await started(t);
  t.is((await fetch(`${viewer.url}/faults?action=drop`)).status, 404);
});

test('an open page is told when the gateway begins to misbehave', async (t) => {
  const { smsc, viewer } = await started(t);
  const events = await fetch(`${viewer.url}/events`);
  const reader = events.body?.getReader();
  await reader?.read();
  smsc.faults.set({ frozen: true });
  t.regex(new TextDecoder().decode((await reader?.read())?.value), /event: changed/);
  await reader?.cancel();
});

test('the buttons cut the link, ask for an unbind and send garbage', async (t) => {
  const { smsc, viewer } = await started(t);
  const first = await connectRaw(t, smsc.port);
  await first.bind();
  await post(viewer.url, { action: 'unknown' });
  await first.take(({ command }) => command === 0xfee);
  await post(viewer.url, { action: 'drop' });
  await first.untilClosed();
  const second = await connectRaw(t, smsc.port);
  await second.bind();
  await post(viewer.url, { action: 'unbind' });
  second.confirm(await second.take(({ command }) => command === COMMANDS.unbind));
  await second.untilClosed();
  t.is((await post(viewer.url, { action: 'nothing' })).status, 404);
});

test('two gateways share a phone, and each has switches of its own', async (t) => {
  const { gateways, viewer } = await started(t, { secondSmscPort: 0 });
  t.deepEqual(
    gateways.map(({ name }) => name),
    ['sms', 'sms-2'],
  );
  for (const [index, smsc] of gateways.entries()) {
    const client = await connectRaw(t, smsc.port);
    await client.bind();
    await client.submitted({ text: `by gateway ${index}`, registered: 0 });
  }
  await post(viewer.url, { ...UNTOUCHED, gateway: 'sms-2', action: 'apply', statusNext: '3' });
  t.deepEqual(
    gateways.map(({ faults }) => faults.current.statusNext),
    [0, 3],
  );
  const html = await (await fetch(viewer.url)).text();
  for (const words of ['by gateway 0', 'by gateway 1', 'id="faults-sms"', 'id="faults-sms-2"'])
    t.true(html.includes(words), words);
  await post(viewer.url, { action: 'normal' });
  t.deepEqual(gateways[1]?.faults.active, {});
});

test('the log of the gateway can be read as JSON', async (t) => {
  const { smsc, viewer } = await started(t);
  const client = await connectRaw(t, smsc.port);
  await client.bind();
  const ended = once(smsc, 'unbound');
  await client.submitted({ registered: 0 });
  client.socket.destroy();
  await ended;
  const log = (await (await fetch(`${viewer.url}/log.json`)).json()) as { event: string }[];
  t.deepEqual(
    log.map(({ event }) => event),
    ['bind', 'submit', 'answer', 'end'],
  );
});

for (const [name, options] of Object.entries({ desk: DESK, phone: PHONE })) {
  test(`somebody breaks the gateway and mends it from a ${name}, by keyboard`, async (t) => {
    const { smsc, viewer } = await started(t);
    const { page, complaints } = await openWindow(t, browser(), options);
    await page.goto(viewer.url);
    await page.focus('#faults-sms > summary');
    await page.keyboard.press('Enter');
    await page.fill('#sms-statusNext', 'massa');
    await page.focus('#faults-sms button.apply');
    await page.keyboard.press('Enter');
    await page.waitForSelector('#sms-statusNext:focus');
    await expectAccessible(t, page, `${name}, refused`);
    await page.fill('#sms-statusNext', '7');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.trouble');
    t.like(smsc.faults.active, { statusNext: 7 });
    await expectAccessible(t, page, `${name}, in trouble`);
    // The page follows what happens without a reload.
    const client = await connectRaw(t, smsc.port);
    await client.bind();
    await client.submitted();
    await page.getByText('Rebutja els pròxims: 6').waitFor();
    await page.focus('button.back');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.calm');
    t.deepEqual(smsc.faults.active, {});
    t.deepEqual(complaints, []);
  });
}
