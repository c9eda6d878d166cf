import test from 'ava';
import { aboutRecipient, REASON_WORDS, reasonWord, type ReasonWord } from '../../server/kernel/reasons.ts';

const smpp = (status: number) => `smpp 0x${status.toString(16).toUpperCase().padStart(8, '0')}`;

const COMMANDS: [ReasonWord, number[]][] = [
  ['networkBusy', [0x58, 0x14]],
  ['networkTrouble', [0x08, 0x64]],
  ['networkRefused', [0x45, 0xff, 0xfe, 0x400, 0x40d, 0xffff]],
  ['linkDown', [0x04, 0x05]],
  ['loginRefused', [0x0d, 0x0e, 0x0f]],
  ['senderRefused', [0x0a, 0x48, 0x49]],
  ['numberUnknown', [0x0b, 0x50, 0x51]],
  ['numberRefused', [0x65, 0x66]],
  ['badRequest', [0x01, 0x02, 0x03, 0x06, 0x07, 0x43, 0x61, 0x62, 0x63, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4]],
  ['alphabetRefused', [0x104]],
];
for (const [word, statuses] of COMMANDS) {
  test(`the statuses ${statuses.map(smpp).join(', ')} mean ${word}`, (t) => {
    for (const status of statuses) t.is(reasonWord(smpp(status)), word, smpp(status));
  });
}

const WORDS: Record<string, ReasonWord> = {
  'UNDELIV 001': 'notDelivered',
  UNDELIVERABLE: 'notDelivered',
  'FAILED 69': 'notDelivered',
  'state 5': 'notDelivered',
  'EXPIRED 0c8': 'phoneUnreachable',
  'state 3 00': 'phoneUnreachable',
  'REJECTD 012': 'networkRefused',
  REJECTED: 'networkRefused',
  'state 8': 'networkRefused',
  'DELETED 000': 'networkDropped',
  'state 4': 'networkDropped',
  'UNKNOWN 000': 'other',
  expired: 'expired',
  'sender expired': 'senderRefused',
  broken: 'badRequest',
  'text too long': 'tooLong',
  'no answer to submit_sm': 'noAnswer',
  'enquire_link not answered': 'noAnswer',
  'connection closed by the gateway': 'linkDown',
  'no link to the gateway': 'linkDown',
  'socket not writable': 'linkDown',
  'unbound by the gateway': 'linkDown',
  ECONNRESET: 'linkDown',
  '': 'other',
  'something nobody has seen': 'other',
};
for (const [reason, word] of Object.entries(WORDS)) {
  test(`the words "${reason}" mean ${word}`, (t) => {
    t.is(reasonWord(reason), word);
  });
}

const MAIL: Record<string, ReasonWord> = {
  'smtp 550 5.1.1': 'addressUnknown',
  'smtp 550 5.1.1 EENVELOPE': 'addressUnknown',
  'smtp 550 EENVELOPE': 'addressUnknown',
  'smtp 553': 'addressUnknown',
  'smtp 553 5.6.7': 'addressUnknown',
  'smtp EENVELOPE': 'addressUnknown',
  'smtp 550 5.1.2': 'domainUnknown',
  'smtp 556 5.1.10': 'domainUnknown',
  'smtp 550 5.4.4': 'domainUnknown',
  'smtp 552 5.2.2': 'mailboxFull',
  'smtp 452 4.2.2': 'mailboxFull',
  'smtp 552': 'mailboxFull',
  'smtp 550 5.2.1': 'mailboxClosed',
  'smtp 552 5.3.4': 'tooLong',
  'smtp 550 5.7.1': 'mailRefused',
  'smtp 554': 'mailRefused',
  'smtp 451 4.7.1': 'mailBusy',
  'smtp 450': 'mailBusy',
  'smtp 421': 'mailServerDown',
  'smtp 421 4.3.2': 'mailBusy',
  'smtp 535 5.7.8': 'mailLoginRefused',
  'smtp 535 EAUTH': 'mailLoginRefused',
  'smtp EAUTH': 'mailLoginRefused',
  'smtp ECONNECTION': 'mailServerDown',
  'smtp ETIMEDOUT': 'mailServerDown',
  'smtp EMESSAGE': 'badRequest',
  'bounce 5.1.1': 'addressUnknown',
  'bounced 5.2.2': 'mailboxFull',
  'dsn 5.4.4': 'domainUnknown',
};
for (const [reason, word] of Object.entries(MAIL)) {
  test(`the mail server's "${reason}" means ${word}`, (t) => {
    t.is(reasonWord(reason), word);
  });
}

test('an octet of a text or an identifier is never taken for a status', (t) => {
  t.is(reasonWord('smpp 0xZZ'), 'other');
  t.is(reasonWord('UNDELIVERED1'), 'other');
});

test('only the words about a number or an address call for another one', (t) => {
  t.deepEqual(REASON_WORDS.filter(aboutRecipient), [
    'numberUnknown',
    'numberRefused',
    'notDelivered',
    'addressUnknown',
    'domainUnknown',
    'mailboxClosed',
  ]);
});
