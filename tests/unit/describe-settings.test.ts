import test from 'ava';
import { describeSettings } from '../../server/config/describe.ts';
import { DEFINITIONS, type Definition } from '../../server/config/settings.ts';

const definitions: [string, Definition][] = Object.entries(DEFINITIONS);
const lines = describeSettings().split('\n');
const lineOf = (key: string) => lines.find((line) => line.startsWith(`| \`${key}\` |`)) ?? '';

test('every setting says what it is, in sentences', (t) => {
  for (const [key, { about }] of definitions) t.regex(about, /^\S.{4,}[.]$/s, key);
});

test('every setting has an example that it accepts itself', (t) => {
  for (const [key, { example, schema }] of definitions) {
    if (example.startsWith('(')) continue;
    t.true(schema.safeParse(example).success, `${key}: ${example}`);
  }
});

test('an example that is no value tells how to make one, or which file to name', (t) => {
  const made = definitions.filter(([, { example }]) => example.startsWith('('));
  t.true(made.length > 0);
  for (const [key, { example, secret }] of made)
    t.regex(example, secret ? /^\(output of: openssl (rand|genrsa)/ : /^\(path of /, key);
});

test('the manual’s table has one row for each setting, with four cells', (t) => {
  t.is(lines.length, definitions.length + 2);
  for (const line of lines) t.is(line.replaceAll('\\|', '').split('|').length, 6, line);
});

test('the table tells what is required, what is the default and what is secret', (t) => {
  t.regex(lineOf('PUBLIC_URL'), /\*\*required\*\*/);
  t.regex(lineOf('PORT'), /\| `8080` \|/);
  t.regex(lineOf('SMPP_TLS'), /\| `0` \|/);
  t.regex(lineOf('JITSI_LIBRARIES'), /\| none \|/);
  t.regex(lineOf('SMPP_SYSTEM_TYPE'), /\| \(empty\) \|/);
  t.regex(lineOf('APP_KEY'), /`APP_KEY_FILE`/);
  t.notRegex(lineOf('PORT'), /_FILE/);
});
