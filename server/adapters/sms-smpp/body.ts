/** Fields of a body: `z` ends with a zero, `1` is one octet, `m` has its length in front. */
const LAYOUTS: Readonly<Record<number, string>> = {
  0x005: 'z11z11z111zz1111m',
  0x103: 'z11z11z111',
};
const HEADER = 16;
const TAG_AND_LENGTH = 4;

const RECEIPTED_MESSAGE_ID = 0x001e;
/** Optional parameters that we read as numbers, with the only length they can have. */
const LENGTHS: Readonly<Record<number, number>> = { 0x0204: 2, 0x0427: 1 };

/**
 * The `receipted_message_id` of a `deliver_sm` or `data_sm`, whether or not it ends with the zero it should have; the
 * library would read on into what follows. Undefined when there is none. Throws RangeError when a field goes beyond
 * the end of the frame, because then its value would be a piece of the true one.
 */
export function receiptedMessageId(frame: Buffer): string | undefined {
  const layout = LAYOUTS[frame.readUInt32BE(4)];
  if (layout === undefined) return undefined;
  let id: string | undefined;
  let offset = layout.split('').reduce((at, kind) => after(frame, at, kind), HEADER);
  while (offset + TAG_AND_LENGTH <= frame.length) {
    const tag = frame.readUInt16BE(offset);
    const length = frame.readUInt16BE(offset + 2);
    const start = offset + TAG_AND_LENGTH;
    offset = start + length;
    if (offset > frame.length || length !== (LENGTHS[tag] ?? length))
      throw new RangeError(`optional parameter of ${length} octets`);
    if (tag === RECEIPTED_MESSAGE_ID) id = frame.toString('latin1', start, offset).replace(/\0.*$/s, '');
  }
  return id;
}

function after(frame: Buffer, at: number, kind: string): number {
  const end = kind === '1' ? at + 1 : kind === 'm' ? at + 1 + (frame[at] ?? 0) : frame.indexOf(0, at) + 1;
  if (end <= at || end > frame.length) throw new RangeError('field goes beyond the end');
  return end;
}
