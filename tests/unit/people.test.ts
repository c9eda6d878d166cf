import test from 'ava';
import {
  canReceiveSms,
  displayPhone,
  maskEmail,
  maskPhone,
  normalisePhone,
} from '../../server/kernel/people.ts';

test('a Spanish mobile is understood however it is written', (t) => {
  for (const text of [
    '612345678',
    '612 34 56 78',
    ' 612-34-56-78 ',
    '(612) 345 678',
    '+34 612 345 678',
    '0034612345678',
    '34 612345678',
  ]) {
    t.is(normalisePhone(text), '+34612345678', text);
  }
});

test('a number of another country keeps its own prefix', (t) => {
  t.is(normalisePhone('+33 6 12 34 56 78'), '+33612345678');
  t.is(normalisePhone('+376 312 345'), '+376312345');
});

test('what can’t be a telephone number is refused', (t) => {
  for (const text of ['', 'no en tinc', '61234567', '6123456789', '123', '+34 012 345 678', '112']) {
    t.is(normalisePhone(text), null, text);
  }
});

test('texts reach Spanish mobiles and foreign numbers, but no Spanish landline', (t) => {
  t.true(canReceiveSms('+34612345678'));
  t.true(canReceiveSms('+34712345678'));
  t.false(canReceiveSms('+34972000000'));
  t.false(canReceiveSms('+34872000000'));
  t.true(canReceiveSms('+33612345678'));
});

test('numbers are shown as people read them', (t) => {
  t.is(displayPhone('+34612345678'), '612 34 56 78');
  t.is(displayPhone('+33612345678'), '+33 6 12 34 56 78');
});

test('a masked number shows its first and its last two digits at most', (t) => {
  t.is(maskPhone('+34612345678'), '6•• ••• •78');
  t.is(maskPhone('+33612345678').replaceAll(/[^\d]/g, ''), '3378');
});

test('a masked address shows one letter and the host', (t) => {
  t.is(maskEmail('nuria.puig@exemple.cat'), 'n•••@exemple.cat');
  t.notRegex(maskEmail('nuria.puig@exemple.cat'), /puig/);
});

test('no text goes to a number at which somebody earns, or to a satellite', (t) => {
  const numbers = {
    'Spanish personal number': '+34701234567',
    'British premium': '+449098790879',
    'British personal number': '+447012345678',
    'American premium': '+19002345678',
    'French premium': '+33891123456',
    'international premium': '+979123456789',
    satellite: '+881612345678',
    'another satellite': '+870773123456',
    'international toll-free': '+80012345678',
  };
  for (const [what, number] of Object.entries(numbers)) t.false(canReceiveSms(number), what);
  for (const number of ['+447911123456', '+12015550123', '+376312345', '+821012345678', '+8613123456789'])
    t.true(canReceiveSms(number), number);
});
