import { MAX_FRAME } from './codec.ts';

const HEADER = 16;
const LENGTH = 4;

/** Cuts a stream of octets into whole PDUs by the length that each begins with. */
export class Frames {
  #pending: Buffer = Buffer.alloc(0);

  /**
   * The PDUs that are whole after these octets. Throws RangeError for a length that no PDU can have: from there on
   * nobody knows where the next one begins.
   */
  push(octets: Buffer): Buffer[] {
    const frames: Buffer[] = [];
    let rest = this.#pending.length === 0 ? octets : Buffer.concat([this.#pending, octets]);
    while (rest.length >= LENGTH) {
      const length = rest.readUInt32BE(0);
      if (length < HEADER || length > MAX_FRAME) throw new RangeError(`PDU of ${length} octets`);
      if (rest.length < length) break;
      frames.push(rest.subarray(0, length));
      rest = rest.subarray(length);
    }
    // A copy, so that a few octets do not keep a large block alive.
    this.#pending = Buffer.from(rest);
    return frames;
  }
}
