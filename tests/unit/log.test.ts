import test from 'ava';
import { DatabaseError, UniqueConstraintError, ValidationErrorItem, type Model } from 'sequelize';
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

test('the statement that the driver quotes in its message, and the row that failed, are not logged', (t) => {
  const { log, text } = listeningLogger();
  const sql = "INSERT INTO staff VALUES ('nuria@oac.example',\n 'Núria - parameters: of hers')";
  const parent = Object.assign(
    new Error(
      `(conn:6, no: 1406, SQLState: 22001) Data too long for column 'name'\nsql: ${sql} - parameters:[]`,
    ),
    { sql, sqlMessage: sql },
  );
  log.error({ err: new DatabaseError(parent) }, 'failed');
  const item = new ValidationErrorItem(
    'not unique',
    'unique violation',
    'email',
    'nuria@oac.example',
    {} as Model,
    '',
    '',
    [],
  );
  const twice = Object.assign(new Error("Duplicate entry 'nuria@oac.example' for key 'email'"), { sql });
  const fields = { email: 'nuria@oac.example' };
  log.error({ err: new UniqueConstraintError({ parent: twice, errors: [item], fields }) }, 'failed');
  log.error({ err: twice }, 'failed');
  for (const value of ['nuria@oac.example', 'Núria', 'of hers', 'INSERT'])
    t.false(text().includes(value), value);
  t.regex(text(), /Data too long for column/);
  t.regex(text(), /Duplicate entry for key/);
  t.regex(text(), /log\.test\.ts/, 'the stack stays');
});

test('an entry says when and how bad, and names neither machine nor process', (t) => {
  const { log, text } = listeningLogger();
  log.warn('hello');
  const entry = JSON.parse(text()) as Record<string, unknown>;
  t.deepEqual(Object.keys(entry).sort(), ['level', 'msg', 'time']);
  t.regex(String(entry.time), /^\d{4}-\d\d-\d\dT/);
});
