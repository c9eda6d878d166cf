import test from 'ava';
import type { SmtpOptions } from '../../appliance/simulators/smtp.ts';
import { makeCertificate, makeLinked, makeMessage, send } from './mail-helpers.ts';

const LOGIN = { user: 'counter', password: "s3cr3t: 'ü' @/%" };

for (const method of ['PLAIN', 'LOGIN'] as const) {
  test(`mail leaves over STARTTLS with AUTH ${method}`, async (t) => {
    const { key, cert } = await makeCertificate(t);
    const smtpOptions: Partial<SmtpOptions> = {
      tls: { key, cert, mode: 'starttls' },
      login: { ...LOGIN, methods: [method] },
    };
    const server = { tls: 'require' as const, ca: cert, login: LOGIN };
    const { smtp, carrier } = await makeLinked(t, { server }, smtpOptions);
    const message = makeMessage();
    t.like(await send(carrier, message), { kind: 'accepted' });
    t.like(smtp.arrivalOf(message.messageId), { secure: true, user: LOGIN.user });
  });
}

test('mail leaves over TLS from the first octet', async (t) => {
  const { key, cert } = await makeCertificate(t);
  const server = { tls: 'implicit' as const, ca: cert, login: LOGIN };
  const { smtp, carrier } = await makeLinked(
    t,
    { server },
    { tls: { key, cert, mode: 'implicit' }, login: LOGIN },
  );
  const message = makeMessage();
  t.like(await send(carrier, message), { kind: 'accepted' });
  t.like(smtp.arrivalOf(message.messageId), { secure: true, user: LOGIN.user });
});

test('a wrong password costs no e-mail its life, and says what has to be mended', async (t) => {
  const { key, cert } = await makeCertificate(t);
  const server = { tls: 'require' as const, ca: cert, login: { ...LOGIN, password: 'wrong' } };
  const { smtp, carrier } = await makeLinked(
    t,
    { server },
    { tls: { key, cert, mode: 'starttls' }, login: LOGIN },
  );
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp 535 EAUTH' });
  t.like(carrier.links()[0], { state: 'refused', reason: 'smtp 535 EAUTH' });
  t.is(smtp.messages.length, 0);
});

test('a login that is too often refused for now blames the link', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { server: { login: LOGIN } }, { login: LOGIN });
  smtp.refuseAt('login', { code: 454, enhanced: '4.7.0', times: 1 });
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp 454 4.7.0 EAUTH' });
  t.like(await send(carrier), { kind: 'accepted' });
});

test('a server that offers no login gets no mail from who has one', async (t) => {
  const { smtp, carrier } = await makeLinked(t, { server: { login: LOGIN } });
  t.like(await send(carrier), { kind: 'retry', blame: 'link' });
  t.is(carrier.links()[0]?.state, 'refused');
  t.is(smtp.messages.length, 0);
});

test('a server that wants a login is not blamed on the e-mail', async (t) => {
  const { smtp, carrier } = await makeLinked(t, {}, { login: LOGIN });
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp 530' });
  t.is(carrier.links()[0]?.state, 'refused');
  t.is(smtp.messages.length, 0);
});

test('where TLS is required and not offered, neither mail nor password is sent', async (t) => {
  const server = { tls: 'require' as const, login: LOGIN };
  const { smtp, carrier } = await makeLinked(t, { server }, { login: LOGIN });
  t.like(await send(carrier), { kind: 'retry', blame: 'link', reason: 'smtp ETLS' });
  t.like(carrier.links()[0], { state: 'refused', reason: 'smtp ETLS' });
  t.is(smtp.messages.length, 0);
  t.is(smtp.logins, 0);
});

test('opportunistic: in the clear where TLS is not offered, over TLS where it is', async (t) => {
  const { key, cert } = await makeCertificate(t);
  const server = { tls: 'opportunistic' as const, ca: cert };
  const clear = await makeLinked(t, { server });
  const offered = await makeLinked(t, { server }, { tls: { key, cert, mode: 'starttls' } });
  const [first, second] = [makeMessage(), makeMessage()];
  t.like(await send(clear.carrier, first), { kind: 'accepted' });
  t.like(await send(offered.carrier, second), { kind: 'accepted' });
  t.false(clear.smtp.arrivalOf(first.messageId).secure);
  t.true(offered.smtp.arrivalOf(second.messageId).secure);
});

for (const mode of ['require', 'opportunistic', 'implicit'] as const) {
  test(`${mode}: a certificate of nobody we trust gets no mail`, async (t) => {
    const { key, cert } = await makeCertificate(t);
    const tls = { key, cert, mode: mode === 'implicit' ? mode : ('starttls' as const) };
    const { smtp, carrier } = await makeLinked(
      t,
      { server: { tls: mode, login: LOGIN } },
      { tls, login: LOGIN },
    );
    t.like(await send(carrier), { kind: 'retry', blame: 'link' });
    t.like(carrier.links()[0], { state: 'refused', reason: 'smtp ESOCKET DEPTH_ZERO_SELF_SIGNED_CERT' });
    t.is(smtp.messages.length, 0);
    t.is(smtp.logins, 0);
  });
}

test('a trusted certificate for another name gets no mail', async (t) => {
  const { key, cert } = await makeCertificate(t, 'DNS:mail.other.example');
  const server = { tls: 'require' as const, ca: cert };
  const { smtp, carrier } = await makeLinked(t, { server }, { tls: { key, cert, mode: 'starttls' } });
  t.like(await send(carrier), { kind: 'retry', blame: 'link' });
  t.like(carrier.links()[0], { state: 'refused', reason: 'smtp ESOCKET ERR_TLS_CERT_ALTNAME_INVALID' });
  t.is(smtp.messages.length, 0);
});
