import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type ExecutionContext } from 'ava';
import { mailDkim, mailServer } from '../../server/config/mail.ts';
import { DEFINITIONS, loadSettings, SettingsError } from '../../server/config/settings.ts';

const KEY = 'ab'.repeat(32);

/** The least that an operator must write. */
const LEAST: Record<string, string> = {
  PUBLIC_URL: 'https://cita.exemple.cat/',
  TRUSTED_PROXIES: '1',
  DEPARTMENT_NAME: 'Departament de Prova',
  DATABASE_URL: 'mariadb://app:dbpassword@db:3306/videoatencio',
  APP_KEY: KEY,
  JITSI_APP_SECRET: 'jitsi-secret-of-24-chars',
  VIDEO_CONTROL_URL: 'http://127.0.0.1:5280/videoatencio',
  VIDEO_CONTROL_SECRET: 'control-secret-of-24-chr',
  SMPP_HOST: 'smpp.operador.example',
  SMPP_SYSTEM_ID: 'dept',
  SMPP_PASSWORD: 'smpp-password',
  SMPP_SOURCE_ADDRESS: 'OACProva',
  SMTP_URL: 'smtp://user:mailpassword@mail.exemple.cat:587',
  MAIL_FROM: 'cita@exemple.cat',
};

function problemsOf(t: ExecutionContext, env: Record<string, string>): SettingsError {
  const error = t.throws(() => loadSettings(env), { instanceOf: SettingsError });
  if (!(error instanceof SettingsError)) throw new Error('No SettingsError');
  return error;
}

function secretFile(t: ExecutionContext, content: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'va-settings-'));
  t.teardown(() => rmSync(directory, { recursive: true }));
  const path = join(directory, 'secret');
  writeFileSync(path, content);
  return path;
}

test('the least configuration is enough, and the rest has defaults', (t) => {
  const settings = loadSettings(LEAST);
  t.is(settings.NODE_ENV, 'production');
  t.is(settings.PORT, 8080);
  t.is(settings.DEFAULT_LOCALE, 'ca');
  t.is(settings.TRUSTED_PROXIES, 1);
  t.false(settings.SMPP_TLS);
  t.is(settings.PUBLIC_URL, 'https://cita.exemple.cat');
  t.deepEqual(settings.APP_KEY, Buffer.from(KEY, 'hex'));
});

test('without any configuration every missing key is named at once', (t) => {
  const { problems, message } = problemsOf(t, {});
  t.deepEqual(
    problems.map((line) => line.split(':')[0]),
    // Behind https the number of proxies is needed too, but only then.
    Object.keys(LEAST).filter((key) => key !== 'TRUSTED_PROXIES'),
  );
  t.true(problems.every((line) => /is missing\. .+ Example: /.test(line)));
  for (const line of problems) t.true(message.includes(line));
});

test('wrong values are all listed together, with what is wrong and an example', (t) => {
  const wrong = {
    PUBLIC_URL: 'ftp://cita.exemple.cat',
    PORT: '70000',
    DEFAULT_LOCALE: 'fr',
    APP_KEY: 'abc',
    JITSI_APP_SECRET: 'short',
    SMPP_TLS: 'yes',
    MAIL_FROM: 'nobody',
    OUTBOX_LEASE_SECONDS: 'long',
  };
  const { problems } = problemsOf(t, { ...LEAST, ...wrong });
  t.deepEqual(
    problems.map((line) => line.split(':')[0]),
    Object.keys(wrong),
  );
  t.true(problems.every((line) => line.includes('Example: ')));
});

test('no secret value appears in the message, however wrong it is', (t) => {
  const secrets = Object.entries(DEFINITIONS).flatMap(([key, one]) => ('secret' in one ? [key] : []));
  t.true(secrets.length >= 6);
  const env = Object.fromEntries(secrets.map((key, index) => [key, `hunter${index}`]));
  const { message } = problemsOf(t, { ...LEAST, ...env, SMPP_PASSWORD: 'hunter'.repeat(20) });
  t.notRegex(message, /hunter/);
  t.regex(message, /APP_KEY/);
});

test('a secret is read from the file its _FILE key names, without the line end', (t) => {
  const { APP_KEY: _, ...rest } = LEAST;
  const settings = loadSettings({ ...rest, APP_KEY_FILE: secretFile(t, `${KEY}\n`) });
  t.deepEqual(settings.APP_KEY, Buffer.from(KEY, 'hex'));
});

test('the file wins over a value given beside it', (t) => {
  const file = secretFile(t, 'the-secret-in-the-file\n');
  t.is(loadSettings({ ...LEAST, JITSI_APP_SECRET_FILE: file }).JITSI_APP_SECRET, 'the-secret-in-the-file');
});

test('a file that can’t be read is one problem among the others', (t) => {
  const { problems } = problemsOf(t, { ...LEAST, APP_KEY_FILE: '/nowhere/key', PORT: '0' });
  t.is(problems.length, 2);
  t.regex(problems.join('\n'), /APP_KEY_FILE: cannot read \/nowhere\/key \(ENOENT\)/);
});

test('a wrong secret in a file is not printed either', (t) => {
  const { message } = problemsOf(t, { ...LEAST, APP_KEY_FILE: secretFile(t, 'hunter2') });
  t.notRegex(message, /hunter2/);
});

test('an empty value is the same as none', (t) => {
  t.is(loadSettings({ ...LEAST, PORT: '' }).PORT, 8080);
  t.regex(problemsOf(t, { ...LEAST, SMPP_HOST: '' }).message, /SMPP_HOST: is missing/);
});

test('settings that contradict each other are refused: https without a proxy that is believed', (t) => {
  const error = t.throws(() => loadSettings({ ...LEAST, TRUSTED_PROXIES: '0' }), {
    instanceOf: SettingsError,
  });
  t.is(error?.problems.length, 1);
  t.regex(error?.problems[0] ?? '', /^TRUSTED_PROXIES: .*PUBLIC_URL is https/);
});

const pemOf = (bits: number) =>
  generateKeyPairSync('rsa', { modulusLength: bits })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
const KEY_2048 = pemOf(2048);
const DKIM = { MAIL_DKIM_DOMAIN: 'exemple.cat', MAIL_DKIM_SELECTOR: 'cita', MAIL_DKIM_KEY: KEY_2048 };

test('the mail server is taken apart from its address, with TLS required unless it says otherwise', (t) => {
  const read = (env: Record<string, string>) => mailServer(loadSettings({ ...LEAST, ...env }));
  t.like(read({}), { host: 'mail.exemple.cat', port: 587, tls: 'require', ca: undefined });
  t.deepEqual(read({}).login, { user: 'user', password: 'mailpassword' });
  t.like(read({ SMTP_URL: 'smtps://mail.exemple.cat' }), { port: 465, tls: 'implicit', login: undefined });
  t.like(read({ SMTP_URL: 'smtp://[::1]:25', SMTP_TLS: 'none' }), { host: '::1', port: 25, tls: 'none' });
  const odd = read({ SMTP_URL: 'smtp://oac%40exemple.cat:p%25%2F%C3%BC@mail.exemple.cat' });
  t.deepEqual(odd.login, { user: 'oac@exemple.cat', password: 'p%/ü' });
});

test('a mail server with options, a path or a broken code in its address is refused', (t) => {
  for (const tail of ['?tls.rejectUnauthorized=false', '/inbox', '#x']) {
    const { message } = problemsOf(t, { ...LEAST, SMTP_URL: `smtp://mail.exemple.cat:587${tail}` });
    t.regex(message, /SMTP_URL: has a path or options/);
  }
  t.regex(
    problemsOf(t, { ...LEAST, SMTP_URL: 'smtp://user:hunter%2@mail.exemple.cat' }).message,
    /SMTP_URL: has a `%`/,
  );
});

test('a password never travels in the clear to another machine', (t) => {
  for (const SMTP_TLS of ['none', 'opportunistic']) {
    t.regex(
      problemsOf(t, { ...LEAST, SMTP_TLS }).message,
      /SMTP_TLS: is \w+ although SMTP_URL has a password/,
    );
    t.notThrows(() => loadSettings({ ...LEAST, SMTP_TLS, SMTP_URL: 'smtp://mail.exemple.cat:25' }));
    t.notThrows(() => loadSettings({ ...LEAST, SMTP_TLS, SMTP_URL: 'smtp://user:pass@127.0.0.1:25' }));
  }
});

test('TLS settings of the mail server that contradict each other are refused', (t) => {
  const smtps = { SMTP_URL: 'smtps://mail.exemple.cat', SMTP_TLS: 'none' };
  t.regex(
    problemsOf(t, { ...LEAST, ...smtps }).message,
    /SMTP_TLS: is none although SMTP_URL begins with smtps/,
  );
  t.regex(
    problemsOf(t, { ...LEAST, SMTP_CA: '/nowhere/ca.pem' }).message,
    /SMTP_CA: .*file that can be read/,
  );
  t.regex(problemsOf(t, { ...LEAST, SMTP_CA: secretFile(t, 'no certificate') }).message, /SMTP_CA: holds no/);
});

test('the signing key is given whole or not at all', (t) => {
  t.is(mailDkim(loadSettings(LEAST)), undefined);
  t.like(mailDkim(loadSettings({ ...LEAST, ...DKIM })), { domain: 'exemple.cat', selector: 'cita' });
  for (const key of Object.keys(DKIM)) {
    const { problems } = problemsOf(t, { ...LEAST, ...DKIM, [key]: '' });
    t.deepEqual(problems, [
      `${key}: missing although the rest of MAIL_DKIM_* is given. Give all three or none.`,
    ]);
  }
});

test('the signing key may come from a file, or with its line ends written out', (t) => {
  const { MAIL_DKIM_KEY: _, ...rest } = DKIM;
  const fromFile = loadSettings({ ...LEAST, ...rest, MAIL_DKIM_KEY_FILE: secretFile(t, KEY_2048) });
  const inLine = loadSettings({ ...LEAST, ...DKIM, MAIL_DKIM_KEY: KEY_2048.replaceAll('\n', '\\n') });
  t.is(fromFile.MAIL_DKIM_KEY?.trim(), KEY_2048.trim());
  t.is(inLine.MAIL_DKIM_KEY?.trim(), KEY_2048.trim());
});

test('a key that would sign nothing, or weakly, is refused without being printed', (t) => {
  const ed25519 = generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString();
  for (const MAIL_DKIM_KEY of ['hunter2', ed25519, pemOf(1024)]) {
    const { message } = problemsOf(t, { ...LEAST, ...DKIM, MAIL_DKIM_KEY });
    t.regex(message, /MAIL_DKIM_KEY: must be an RSA private key/);
    t.notRegex(message, /hunter2|PRIVATE/);
  }
});

test('a signature of a domain that is not the sender’s is refused', (t) => {
  const other = { ...LEAST, ...DKIM, MAIL_DKIM_DOMAIN: 'cat.example' };
  t.regex(problemsOf(t, other).message, /MAIL_DKIM_DOMAIN: is neither the domain of MAIL_FROM/);
  t.notThrows(() => loadSettings({ ...LEAST, ...DKIM, MAIL_FROM: 'oac@cita.exemple.cat' }));
});
