/**
 * Why a message did not get on, in words that people understand and the catalogues explain. Raw reasons (`smpp
 * 0x0000000B`, `UNDELIV 001`, `smtp 550 5.1.1`) differ from gateway to gateway; there are few things to do about them.
 */
export const REASON_WORDS = [
  // About the person's number or address: the agent can put it right.
  'numberUnknown',
  'numberRefused',
  'phoneUnreachable',
  'notDelivered',
  'addressUnknown',
  'domainUnknown',
  'mailboxFull',
  'mailboxClosed',
  // The other side is busy or in trouble: it is tried again.
  'networkBusy',
  'networkTrouble',
  'mailBusy',
  // The other side does not take it.
  'networkRefused',
  'networkDropped',
  'mailRefused',
  // For those who operate the system.
  'senderRefused',
  'linkDown',
  'loginRefused',
  'mailServerDown',
  'mailLoginRefused',
  'badRequest',
  'alphabetRefused',
  'tooLong',
  // What nobody can tell.
  'noAnswer',
  'expired',
  'other',
] as const;
export type ReasonWord = (typeof REASON_WORDS)[number];

/** Words of which the cure is another number or address. */
const ABOUT_RECIPIENT: ReadonlySet<ReasonWord> = new Set([
  'numberUnknown',
  'numberRefused',
  'notDelivered',
  'addressUnknown',
  'domainUnknown',
  'mailboxClosed',
]);

const COMMANDS: Record<number, ReasonWord> = {
  0x04: 'linkDown',
  0x05: 'linkDown',
  0x08: 'networkTrouble',
  0x0a: 'senderRefused',
  0x0b: 'numberUnknown',
  0x0d: 'loginRefused',
  0x0e: 'loginRefused',
  0x0f: 'loginRefused',
  0x14: 'networkBusy',
  0x45: 'networkRefused',
  0x48: 'senderRefused',
  0x49: 'senderRefused',
  0x50: 'numberUnknown',
  0x51: 'numberUnknown',
  0x58: 'networkBusy',
  0x64: 'networkTrouble',
  0x65: 'numberRefused',
  0x66: 'numberRefused',
  0xfe: 'networkRefused',
  0xff: 'networkRefused',
  0x104: 'alphabetRefused',
};

/** From here on the numbers of SMPP 3.4 are the vendor's own. */
const VENDOR_FROM = 0x400;

/** A `command_status`; the many that find fault with the request itself are ours to mend. */
function ofCommand(status: number): ReasonWord {
  return COMMANDS[status] ?? (status >= VENDOR_FROM ? 'networkRefused' : 'badRequest');
}

/** `stat` of a receipt, in capitals; some gateways cut it to seven letters, some write it out. */
const RECEIPTS: readonly [RegExp, ReasonWord][] = [
  [/^(EXPIRED|state 3)\b/, 'phoneUnreachable'],
  [/^(UNDELIV(ERABLE)?|FAILED|state 5)\b/, 'notDelivered'],
  [/^(REJECT(E?D)?|state 8)\b/, 'networkRefused'],
  [/^(DELETED|SKIPPED|state [49])\b/, 'networkDropped'],
  [/^(UNKNOWN|state 7)\b/, 'other'],
];

/** RFC 3463; the most telling first. The class (4 or 5) does not change what is the matter. */
const ENHANCED: readonly [RegExp, ReasonWord][] = [
  [/^[45]\.1\.(1|3|6)$/, 'addressUnknown'],
  // An address with letters outside ASCII.
  [/^[45]\.6\.7$/, 'addressUnknown'],
  [/^[45]\.1\.(2|10)$/, 'domainUnknown'],
  [/^[45]\.4\.4$/, 'domainUnknown'],
  [/^[45]\.1\.[78]$/, 'mailRefused'],
  [/^[45]\.2\.2$/, 'mailboxFull'],
  [/^[45]\.2\.1$/, 'mailboxClosed'],
  [/^[45]\.(2\.3|3\.4)$/, 'tooLong'],
  [/^[45]\.7\.(8|9|13|14)$/, 'mailLoginRefused'],
  [/^4\./, 'mailBusy'],
  [/^5\./, 'mailRefused'],
];

/** RFC 5321, for servers that give no enhanced code. */
const REPLIES: Record<number, ReasonWord> = {
  421: 'mailServerDown',
  454: 'mailServerDown',
  501: 'addressUnknown',
  513: 'addressUnknown',
  530: 'mailLoginRefused',
  534: 'mailLoginRefused',
  535: 'mailLoginRefused',
  538: 'mailLoginRefused',
  550: 'addressUnknown',
  551: 'addressUnknown',
  552: 'mailboxFull',
  553: 'addressUnknown',
};

/** What the mail client found before the server said anything. */
const CLIENT: Record<string, ReasonWord> = {
  EAUTH: 'mailLoginRefused',
  EENVELOPE: 'addressUnknown',
  EMESSAGE: 'badRequest',
};

function ofMail(text: string): ReasonWord {
  const enhanced = /\b[245]\.\d{1,3}\.\d{1,3}\b/.exec(text)?.[0];
  const known = enhanced && ENHANCED.find(([pattern]) => pattern.test(enhanced))?.[1];
  if (known) return known;
  const reply = Number(/\b[45]\d\d\b/.exec(text)?.[0] ?? 0);
  if (reply === 0) return CLIENT[/\bE[A-Z]+/.exec(text)?.[0] ?? ''] ?? 'mailServerDown';
  return REPLIES[reply] ?? (reply < 500 ? 'mailBusy' : 'mailRefused');
}

/** Words of our own links, and of sockets. */
const OWN: readonly [RegExp, ReasonWord][] = [
  [/^sender\b/i, 'senderRefused'],
  [/^broken\b/i, 'badRequest'],
  [/^expired\b|validity/i, 'expired'],
  [/too long|too many parts/i, 'tooLong'],
  [/no answer|unanswered|not answered|timed? ?out|in doubt|lease/i, 'noAnswer'],
  [/link|socket|connection|gateway|unbind|^E[A-Z]{3,}|certificate|tls/i, 'linkDown'],
];

/** What a raw reason means, as a word that the catalogues explain; `other` for what nobody has seen yet. Pure. */
export function reasonWord(reason: string): ReasonWord {
  const text = reason.trim();
  const command = /^smpp (?:0x)?([0-9a-f]{1,8})\b/i.exec(text)?.[1];
  if (command !== undefined) return ofCommand(Number.parseInt(command, 16));
  if (/^(smtp|bounced?|dsn)\b/i.test(text)) return ofMail(text);
  return [...RECEIPTS, ...OWN].find(([pattern]) => pattern.test(text))?.[1] ?? 'other';
}

/** True when trying again is useless before somebody checks the number or address with the person. */
export function aboutRecipient(word: ReasonWord): boolean {
  return ABOUT_RECIPIENT.has(word);
}
