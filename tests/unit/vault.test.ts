import test from 'ava';
import { randomBytes } from 'node:crypto';
import { createVault } from '../../server/kernel/vault.ts';

const key = randomBytes(32);
const vault = createVault(key);
const broken = { code: 'sealBroken', message: 'sealBroken' };

test('what is sealed opens again, whatever its characters and length', (t) => {
  for (const plain of ['', 'a', 'Núria Puig · ç ŀ 😀', 'x'.repeat(20_000)]) {
    t.is(vault.open(vault.seal(plain, 'row'), 'row'), plain);
  }
});

test('the same text is sealed differently each time and never stands in what is stored', (t) => {
  const [first, second] = [vault.seal('612345678', 'row'), vault.seal('612345678', 'row')];
  t.false(first.equals(second));
  t.false(first.includes('612345678'));
});

test('a value moved to another row does not open', (t) => {
  const sealed = vault.seal('secret', 'appointments.citizen.a');
  t.throws(() => vault.open(sealed, 'appointments.citizen.b'), broken);
});

test('changing any one byte is noticed', (t) => {
  const sealed = vault.seal('secret', 'row');
  for (let position = 0; position < sealed.length; position += 1) {
    const changed = Buffer.from(sealed);
    changed[position] = (changed[position] ?? 0) ^ 1;
    t.throws(() => vault.open(changed, 'row'), broken, `byte ${position}`);
  }
});

test('a cut or empty value is refused', (t) => {
  const sealed = vault.seal('secret', 'row');
  for (const length of [0, 1, 12, 13, 20, sealed.length - 1]) {
    t.throws(() => vault.open(sealed.subarray(0, length), 'row'), broken, `${length} bytes`);
  }
});

test('another master key opens nothing', (t) => {
  const other = createVault(randomBytes(32));
  t.throws(() => other.open(vault.seal('secret', 'row'), 'row'), broken);
});

test('the message of a refusal tells neither text nor context', (t) => {
  const error = t.throws(() => vault.open(vault.seal('secret', 'row'), 'other'));
  t.notRegex(error.message, /secret|row|other/);
});

test('keyed hashes depend on purpose, value and master key, and repeat themselves', (t) => {
  const mac = vault.mac('pin', 'x.123456');
  t.regex(mac, /^[0-9a-f]{64}$/);
  t.is(mac, createVault(key).mac('pin', 'x.123456'));
  t.not(mac, vault.mac('csrf', 'x.123456'));
  t.not(mac, vault.mac('pin', 'x.123457'));
  t.not(mac, createVault(randomBytes(32)).mac('pin', 'x.123456'));
});

test('a master key of another length is refused', (t) => {
  for (const length of [0, 16, 31, 33]) {
    t.throws(() => createVault(randomBytes(length)), { instanceOf: RangeError });
  }
});
