import { once } from 'node:events';
import { createServer } from 'node:net';
import test, { type ExecutionContext } from 'ava';
import { startSmtp } from '../../appliance/simulators/smtp.ts';
import { renderCalendar } from '../../server/adapters/ics/calendar.ts';
import { createMailer } from '../../server/adapters/mail/smtp.ts';
import type { MailMessage } from '../../server/kernel/ports.ts';

const silent = { warn: () => undefined };
let count = 0;

function message(fields: Partial<MailMessage> = {}): MailMessage {
  count += 1;
  return {
    to: 'nuria@example.com',
    subject: 'Videocita anul·lada: «dimarts»',
    text: "Hola, Núria,\nl'anul·lem.",
    html: '<html lang="ca"><p>Hola, <strong>Núria</strong></p></html>',
    messageId: `m${count}@cita.example.cat`,
    ...fields,
  };
}

function mailer(t: ExecutionContext, port: number, timeoutMs = 3000) {
  const created = createMailer({
    url: `smtp://127.0.0.1:${port}`,
    from: { name: "Departament d'Exemple, OAC", address: 'oac@example.cat' },
    logger: silent,
    timeoutMs,
  });
  t.teardown(() => created.stop());
  return created;
}

async function linked(t: ExecutionContext, timeoutMs?: number) {
  const smtp = await startSmtp({ port: 0 });
  t.teardown(() => smtp.stop());
  return { smtp, mail: mailer(t, smtp.port, timeoutMs) };
}

test('text, HTML and calendar arrive as they were given', async (t) => {
  const { smtp, mail } = await linked(t);
  const content = renderCalendar({
    uid: 'abc@cita.example.cat',
    sequence: 0,
    method: 'REQUEST',
    start: new Date('2026-11-24T09:30:00Z'),
    end: new Date('2026-11-24T10:00:00Z'),
    timeZone: 'Europe/Madrid',
    summary: 'Videocita amb OAC Girona',
    description: "Amb l'enllaç",
    location: 'OAC Girona',
    organizer: { name: 'OAC Girona', email: 'oac@example.cat' },
    attendee: { name: 'Núria', email: 'nuria@example.com' },
    stamp: new Date('2026-11-20T09:30:00Z'),
  });
  const sent = message({ calendar: { method: 'REQUEST', content } });
  t.deepEqual(await mail.send(sent), { kind: 'accepted', providerIds: [sent.messageId], segments: 1 });
  const [got] = smtp.messages;
  t.like(got, { to: [sent.to], subject: sent.subject, html: sent.html, messageId: sent.messageId });
  t.is(got?.text.trim(), sent.text);
  t.is(got?.headers['auto-submitted'], 'auto-generated');
  t.is(got?.from, `"Departament d'Exemple, OAC" <oac@example.cat>`);
  t.deepEqual(got?.calendar?.method, 'REQUEST');
  t.is(got?.calendar?.content.trim(), content.trim());
  t.true(got?.attachments.some(({ filename }) => filename === 'cita.ics'));
});

test('an address that does not exist is refused for good', async (t) => {
  const { smtp, mail } = await linked(t);
  smtp.rejectWith(550);
  t.like(await mail.send(message()), { kind: 'rejected' });
  smtp.rejectWith(0);
  t.like(await mail.send(message()), { kind: 'accepted' });
});

test('a full mailbox is tried again, and counts', async (t) => {
  const { smtp, mail } = await linked(t);
  smtp.rejectWith(451);
  t.like(await mail.send(message()), { kind: 'retry', countsAsAttempt: true });
});

test('a server that is closing down is not the fault of the message', async (t) => {
  const { smtp, mail } = await linked(t);
  smtp.rejectWith(421);
  t.like(await mail.send(message()), { kind: 'retry', countsAsAttempt: false });
});

test('a refused connection is tried again, and does not count', async (t) => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  const mail = mailer(t, typeof address === 'object' && address ? address.port : 0);
  t.like(await mail.send(message()), { kind: 'retry', countsAsAttempt: false });
});

test('a silent server is given up in time, and mail leaves when it wakes', async (t) => {
  const { smtp, mail } = await linked(t, 200);
  smtp.freeze();
  t.like(await mail.send(message()), { kind: 'retry', countsAsAttempt: false });
  smtp.unfreeze();
  t.like(await mail.send(message()), { kind: 'accepted' });
  t.is(smtp.messages.length, 1);
});

test('a connection lost after the whole message went out leaves it in doubt, and sends no copy', async (t) => {
  const { smtp, mail } = await linked(t);
  smtp.holdAnswers();
  const sending = mail.send(message());
  await smtp.waitFor(() => true);
  smtp.dropConnections();
  t.like(await sending, { kind: 'inDoubt' });
  t.like(await mail.send(message()), { kind: 'accepted' });
  t.is(smtp.messages.length, 2);
});

test('no answer to the whole message leaves it in doubt', async (t) => {
  const { smtp, mail } = await linked(t, 200);
  smtp.holdAnswers();
  t.like(await mail.send(message()), { kind: 'inDoubt' });
  t.is(smtp.messages.length, 1);
});

test('an address that is none is refused without asking the server', async (t) => {
  const { mail } = await linked(t);
  t.like(await mail.send(message({ to: '' })), { kind: 'rejected' });
});

test('a line break in a name or address makes no header', async (t) => {
  const { smtp, mail } = await linked(t);
  await mail.send(message({ subject: 'Hola\r\nBcc: other@example.com' }));
  const [got] = smtp.messages;
  t.deepEqual(got?.to, ['nuria@example.com']);
  t.is(got?.headers['bcc'], undefined);
});
