import test from 'ava';
import { DatabaseError } from 'sequelize';
import { createLogger } from '../../server/kernel/log.ts';

/** A logger that writes into a list. */
function listeningLogger() {
  const lines: string[] = [];
  const log = createLogger('debug', { write: (line: string) => void lines.push(line) });
  return { log, text: () => lines.join('') };
}

const PRIVATE = {
  name: 'Persona Fictícia',
  mobile: '+34612345678',
  phone: '+34972345678',
  email: 'persona@ficticia.example',
  recipient: '+34698765432',
  text: 'El vostre PIN és',
  pin: '482913',
  token: 'K8P6CsmJE5ffTmynGUnAAw',
  password: 'una contrasenya',
  authorization: 'Bearer abcdef',
  cookie: 'va_session=abc',
};

test('personal data and secrets are replaced, at the top of an entry and one level down', (t) => {
  const { log, text } = listeningLogger();
  log.info(PRIVATE, 'top');
  log.error({ citizen: PRIVATE, code: 'conflict' }, 'nested');
  for (const value of Object.values(PRIVATE)) t.false(text().includes(value), value);
  t.true(text().includes('[redacted]'));
  t.true(text().includes('conflict'), 'what helps to find the fault stays');
});

test('an error of the database is logged without the statement and its values', (t) => {
  const { log, text } = listeningLogger();
  const parent = Object.assign(new Error('Duplicate entry'), {
    sql: "INSERT INTO staff VALUES ('nuria@oac.example')",
    parameters: ['nuria@oac.example'],
  });
  log.error({ err: new DatabaseError(parent) }, 'failed');
  t.false(text().includes('nuria@oac.example'));
  t.regex(text(), /Duplicate entry/);
});

test('an entry says when and how bad, and names neither machine nor process', (t) => {
  const { log, text } = listeningLogger();
  log.warn('hello');
  const entry = JSON.parse(text()) as Record<string, unknown>;
  t.deepEqual(Object.keys(entry).sort(), ['level', 'msg', 'time']);
  t.regex(String(entry.time), /^\d{4}-\d\d-\d\dT/);
});
