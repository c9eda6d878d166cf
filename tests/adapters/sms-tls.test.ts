import { once } from 'node:events';
import { createServer as createTlsServer } from 'node:tls';
import test, { type ExecutionContext } from 'ava';
import type { LinkTls } from '../../server/config/smpp-links.ts';
import { makeCertificates } from './certificates.ts';
import { carrier, freePort, gateway, linkTo, QUICK, send, until } from './sms-harness.ts';

const NAME = 'smpp.operador.test';
const ours = makeCertificates(NAME);
const other = makeCertificates(NAME);
const { key, cert } = ours.leaf;

const GOOD: [name: string, tls: LinkTls][] = [
  ['the authority and the name', { ca: ours.ca.cert, servername: NAME }],
  ['the pinned fingerprint alone', { pin: ours.leaf.pin }],
  ['authority, name and fingerprint', { ca: ours.ca.cert, servername: NAME, pin: ours.leaf.pin }],
  ['one of several authorities', { ca: other.ca.cert + ours.ca.cert, servername: NAME }],
];

for (const [name, tls] of GOOD) {
  test(`a certificate is good by ${name}`, async (t) => {
    const smsc = await gateway(t, { tls: { key, cert } });
    const { sms: link } = carrier(t, { links: [linkTo(smsc.port, { tls })] });
    link.start();
    t.like(await send(link), { kind: 'accepted' });
    t.is(await smsc.sendReceipt({ messageId: '1' }), 0);
    await link.stop(10_000);
  });
}

const BAD: [name: string, tls: LinkTls, reason: RegExp][] = [
  ['an authority that the system does not know', { servername: NAME }, /^certificate refused/],
  ['another authority', { ca: other.ca.cert, servername: NAME }, /^certificate refused/],
  ['another name', { ca: ours.ca.cert, servername: 'smpp.altri.test' }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ['no name that fits the address', { ca: ours.ca.cert }, /ERR_TLS_CERT_ALTNAME_INVALID/],
  ['another fingerprint', { pin: other.leaf.pin }, /^certificate is not the pinned one$/],
  [
    'another fingerprint, though the authority is right',
    { ca: ours.ca.cert, servername: NAME, pin: other.leaf.pin },
    /^certificate is not the pinned one$/,
  ],
  [
    'another authority, though the fingerprint is right',
    { ca: other.ca.cert, servername: NAME, pin: ours.leaf.pin },
    /^certificate refused/,
  ],
];

/** Takes TLS connections, and counts the octets that a client says to it. */
async function listener(t: ExecutionContext) {
  const said: Buffer[] = [];
  const server = createTlsServer({ key, cert }, (socket) => {
    socket.on('data', (octets) => said.push(octets));
    socket.on('error', () => socket.destroy());
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.teardown(() => server.close());
  const address = server.address();
  return { said, port: typeof address === 'object' && address ? address.port : 0 };
}

for (const [name, tls, reason] of BAD) {
  test(`a certificate with ${name} is refused before a password is sent`, async (t) => {
    const { said, port } = await listener(t);
    const { sms: link } = carrier(t, { links: [linkTo(port, { tls })] });
    link.start();
    t.regex((await until(link, (status) => status.reason !== null)).reason ?? '', reason);
    await link.stop(1000);
    t.is(Buffer.concat(said).length, 0);
  });
}

test('a gateway without TLS is not spoken to in the clear', async (t) => {
  const smsc = await gateway(t);
  const { sms: link } = carrier(t, { links: [linkTo(smsc.port, { tls: {} })] });
  link.start();
  await until(link, ({ reason }) => reason !== null);
  t.is(smsc.log.entries.filter(({ event }) => event === 'bind').length, 0);
});

test('authorities that cannot be used are one more reason not to be connected', async (t) => {
  const broken = cert.replace(/^[^-]{20}/m, (line) => line.toLowerCase());
  const { sms: link } = carrier(t, { links: [linkTo(await freePort(), { tls: { ca: broken } })] });
  link.start();
  t.is((await until(link, ({ reason }) => reason !== null)).state, 'connecting');
});

test('a gateway that never ends its TLS greeting is given up in time', async (t) => {
  const smsc = await gateway(t);
  smsc.freeze();
  const times = { ...QUICK, session: { ...QUICK.session, connectMs: 100 } };
  const { sms: link } = carrier(t, { links: [linkTo(smsc.port, { tls: {} })], times });
  link.start();
  t.is((await until(link, ({ reason }) => reason !== null)).reason, 'no connection in time');
});
