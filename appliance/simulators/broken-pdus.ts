/** Ways to send a client something that is no PDU. */
export const BROKEN = ['garbage', 'truncated', 'tooLong', 'tooShort', 'unknown'] as const;
export type Broken = (typeof BROKEN)[number];

const ENQUIRE_LINK = 0x15;
const DELIVER_SM = 0x05;
/** A command that SMPP does not define. */
const NO_COMMAND = 0x0000_0fee;
const SEQUENCE = 0x7fff_ff00;

/**
 * `garbage`: bytes of no meaning. `truncated`: a deliver_sm whose body ends early. `tooLong`: a length of two
 * gigabytes. `tooShort`: a length below that of a header. `unknown`: well formed, with a command nobody knows.
 */
export function brokenPdu(kind: Broken): Buffer {
  if (kind === 'garbage') return Buffer.from('HTTP/1.1 400 Bad Request\r\n\r\n');
  if (kind === 'tooLong') return header(0x7fff_ffff, ENQUIRE_LINK);
  if (kind === 'tooShort') return header(8, ENQUIRE_LINK);
  if (kind === 'unknown') return header(16, NO_COMMAND);
  // Says that 200 octets of text follow; only five do.
  const body = Buffer.from([...Array<number>(16).fill(0), 200, ...Buffer.from('id:12')]);
  return Buffer.concat([header(16 + body.length, DELIVER_SM), body]);
}

function header(length: number, command: number): Buffer {
  const bytes = Buffer.alloc(16);
  [length, command, 0, SEQUENCE].forEach((value, index) => bytes.writeUInt32BE(value, index * 4));
  return bytes;
}
