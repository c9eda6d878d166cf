// A table of its own, written row by row from 3GPP TS 23.038, so that an error in the server's table shows.
const ROWS = [
  '@£$¥èéùìòÇ\nØø\rÅå',
  'Δ_ΦΓΛΩΠΨΣΘΞ\u001bÆæßÉ',
  ' !"#¤%&\'()*+,-./',
  '0123456789:;<=>?',
  '¡ABCDEFGHIJKLMNO',
  'PQRSTUVWXYZÄÖÑÜ§',
  '¿abcdefghijklmno',
  'pqrstuvwxyzäöñüà',
];
const AFTER_ESCAPE = new Map([
  [0x0a, '\f'],
  [0x14, '^'],
  [0x28, '{'],
  [0x29, '}'],
  [0x2f, '\\'],
  [0x3c, '['],
  [0x3d, '~'],
  [0x3e, ']'],
  [0x40, '|'],
  [0x65, '€'],
]);
const ESCAPE = 0x1b;
const UNREADABLE = '\uFFFD';

/** Text of unpacked GSM 03.38 septets; what no phone could show becomes U+FFFD. */
export function decodeGsm(bytes: Buffer): string {
  let text = '';
  for (let index = 0; index < bytes.length; index += 1) {
    const code = bytes[index] ?? 0;
    if (code === ESCAPE) {
      index += 1;
      text += AFTER_ESCAPE.get(bytes[index] ?? 0) ?? UNREADABLE;
    } else text += ROWS[code >> 4]?.[code & 15] ?? UNREADABLE;
  }
  return text;
}

/** Text of a message body by its `data_coding`: 0 is GSM, 8 is UCS2, 1 and 3 are ASCII and Latin-1. */
export function decodeBody(bytes: Buffer, dataCoding: number): string {
  if (dataCoding === 0) return decodeGsm(bytes);
  if (dataCoding === 8) return Buffer.from(bytes).swap16().toString('utf16le');
  return bytes.toString('latin1');
}
