import test from 'ava';
import { newPin, newToken, newUid, randomBase32, sameSecret, sha256 } from '../../server/kernel/ids.ts';

const PINS = 20_000;

test('a PIN has six digits, and zeros in front are kept', (t) => {
  const pins = Array.from({ length: PINS }, newPin);
  t.true(pins.every((pin) => /^\d{6}$/.test(pin)));
  t.true(pins.some((pin) => pin.startsWith('0')));
});

test('each digit is equally likely at each place of a PIN', (t) => {
  const counts = Array.from({ length: 6 }, () => Array.from({ length: 10 }, () => 0));
  for (let round = 0; round < PINS; round += 1) {
    newPin()
      .split('')
      .forEach((digit, place) => {
        const row = counts[place] ?? [];
        row[Number(digit)] = (row[Number(digit)] ?? 0) + 1;
      });
  }
  const expected = PINS / 10;
  // Nine degrees of freedom: above 50 once in ten million runs, and far above it for any real bias.
  for (const row of counts) {
    const chiSquare = row.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
    t.true(chiSquare < 50, `chi-square ${chiSquare}`);
  }
});

test('PINs hardly ever repeat', (t) => {
  const distinct = new Set(Array.from({ length: 1000 }, newPin)).size;
  t.true(distinct > 985, `${distinct} of 1000`);
});

test('a link’s secret is 128 bits in 22 characters that need no escaping in an address', (t) => {
  const tokens = Array.from({ length: 1000 }, newToken);
  t.true(tokens.every((token) => /^[\w-]{22}$/.test(token)));
  t.true(tokens.every((token) => Buffer.from(token, 'base64url').length === 16));
  t.is(new Set(tokens).size, 1000);
});

test('identifiers are lower-case base32 of the length that was asked for', (t) => {
  t.regex(newUid(), /^[a-z2-7]{20}$/);
  t.regex(randomBase32(22), /^[a-z2-7]{22}$/);
  t.is(randomBase32(0), '');
});

test('secrets are compared whole', (t) => {
  t.true(sameSecret('abc', 'abc'));
  t.false(sameSecret('abc', 'abd'));
  t.false(sameSecret('abc', 'abcd'));
  t.false(sameSecret('', 'abc'));
});

test('the look-up hash is SHA-256 in hex', (t) => {
  t.is(sha256('abc'), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
});
