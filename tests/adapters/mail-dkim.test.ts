import { generateKeyPairSync } from 'node:crypto';
import test, { type ExecutionContext } from 'ava';
import { makeLinked, makeMessage, send } from './mail-helpers.ts';
import { verifyDkim } from './dkim.ts';

const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
});

const SENDER = {
  from: { name: "Departament d'Exemple", address: 'oac@cita.example.cat' },
  dkim: { domain: 'example.cat', selector: 'videoatencio', key: privateKey },
};

function makeSigned(t: ExecutionContext) {
  return makeLinked(t, { sender: SENDER });
}

const CALENDAR = {
  method: 'REQUEST' as const,
  content: 'BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nEND:VCALENDAR\r\n',
};

test('a signed e-mail verifies with the public key, headers and body', async (t) => {
  const { smtp, carrier } = await makeSigned(t);
  const message = makeMessage({
    subject:
      'Videocita confirmada: «dimarts 24 de novembre a les 10.30 h» amb l’oficina, un títol que s’ha de plegar',
    text: 'Hola,  dos espais \n\n.punt al principi\n\n\n',
    calendar: CALENDAR,
  });
  t.like(await send(carrier, message), { kind: 'accepted' });
  const verdict = verifyDkim(smtp.arrivalOf(message.messageId).source, publicKey);
  t.true(verdict.bodyHash);
  t.true(verdict.signature);
  t.like(verdict.tags, {
    v: '1',
    a: 'rsa-sha256',
    c: 'relaxed/relaxed',
    d: 'example.cat',
    s: 'videoatencio',
  });
  for (const name of ['from', 'to', 'subject', 'date', 'message-id', 'mime-version', 'content-type'])
    t.true(verdict.signed.includes(name), name);
});

test('a signed e-mail that was changed on its way does not verify', async (t) => {
  const { smtp, carrier } = await makeSigned(t);
  const message = makeMessage();
  await send(carrier, message);
  const source = smtp.arrivalOf(message.messageId).source.toString('latin1');
  const changed = (from: string, to: string) => Buffer.from(source.replace(from, to), 'latin1');
  t.true(source.includes('oac@cita.example.cat') && source.includes('</strong>'));
  t.false(verifyDkim(changed('oac@cita.example.cat', 'oac@cita.examp1e.cat'), publicKey).signature);
  t.false(verifyDkim(changed('</strong>', '</strong>!'), publicKey).bodyHash);
  const other = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey;
  const otherPem = String(other.export({ type: 'spki', format: 'pem' }));
  t.false(verifyDkim(Buffer.from(source, 'latin1'), otherPem).signature);
});

test('without a key nothing is signed', async (t) => {
  const { smtp, carrier } = await makeLinked(t);
  const message = makeMessage();
  await send(carrier, message);
  t.notRegex(smtp.arrivalOf(message.messageId).source.toString('latin1'), /^DKIM-Signature/im);
});

test('a signed e-mail that the server refused before the content is not in doubt', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { sender: SENDER, timeoutMs: 2500 });
  smtp.freezeAt('recipient');
  t.like(await send(carrier), { kind: 'retry', blame: 'link' });
  smtp.unfreeze();
  t.like(await send(carrier), { kind: 'accepted' });
});

test('a signed e-mail whose answer is missing is in doubt', async (t) => {
  const { smtp, carrier } = await makeSigned(t);
  smtp.cutBeforeAnswer();
  t.like(await send(carrier), { kind: 'inDoubt' });
});
