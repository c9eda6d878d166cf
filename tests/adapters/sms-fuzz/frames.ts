import { ANSWER, DELIVER, ENQUIRE, pdu, RECEIPT, SUBMIT, UNBIND } from '../raw-gateway.ts';

const DATA = 0x103;
/** Every command of SMPP 3.4 and 5.0, and some that nobody knows. */
const COMMANDS = [
  0x01, 0x02, 0x03, 0x04, 0x05, 0x07, 0x08, 0x09, 0x0b, 0x15, 0x21, 0x102, 0x103, 0x111, 0x112, 0x113, 0x0fee,
].flatMap((command) => [command, (command | ANSWER) >>> 0]);
/** Parameters that the client reads, and others of every type that the library knows. */
const TAGS = [
  0x001e, 0x0204, 0x0427, 0x0423, 0x0424, 0x0005, 0x0019, 0x020a, 0x020c, 0x0210, 0x0381, 0x0601, 0x0606,
  0x060a, 0x130c, 0x1400, 0xffff,
];
const WORDS = [
  'id:42 stat:DELIVRD',
  'id: stat:',
  'stat:UNDELIV err:001',
  '\0\0\0',
  'id:'.repeat(80),
  'Gràcies',
];

/** Makes frames that a gateway should not send, from a seed. */
export class Fuzz {
  readonly #random: () => number;

  constructor(random: () => number) {
    this.#random = random;
  }

  below(limit: number): number {
    return Math.floor(this.#random() * limit);
  }

  /** One frame whose length is right. */
  frame(): Buffer {
    const lot = this.below(100);
    if (lot < 40) return this.#mutated();
    if (lot < 65) return this.#parameters();
    if (lot < 85) return pdu(this.#one(COMMANDS), this.#status(), this.#sequence(), this.#octets(120));
    return this.#valid();
  }

  /** Octets after which nobody knows where a frame begins, or that end before their frame does. */
  nonsense(): Buffer {
    return this.#one([
      () => this.#octets(300),
      () => this.#wrongLength(),
      () => this.#valid().subarray(0, 1 + this.below(40)),
      () => Buffer.concat([this.#octets(3), this.#valid()]),
    ])();
  }

  /** The octets of several frames, cut where no frame ends. */
  chunks(octets: Buffer): Buffer[] {
    const chunks: Buffer[] = [];
    for (let at = 0; at < octets.length;) {
      const size = this.#random() < 0.1 ? 1 + this.below(3) : 1 + this.below(700);
      chunks.push(octets.subarray(at, at + size));
      at += size;
    }
    return chunks;
  }

  #valid(): Buffer {
    const sequence = this.#sequence();
    const text = Buffer.from(this.#one(WORDS), 'latin1').subarray(0, 254);
    const body = Buffer.concat([RECEIPT.subarray(0, 16), Buffer.from([text.length]), text]);
    return this.#one([
      () => pdu(DELIVER, 0, sequence, body),
      () => pdu(DELIVER, 0, sequence, RECEIPT),
      () => pdu(DATA, 0, sequence, Buffer.from([0, 1, 1, 0, 1, 1, 0, 4, 0, 0])),
      () => pdu(ENQUIRE, 0, sequence),
      () => pdu(ENQUIRE + ANSWER, 0, sequence),
      () => pdu(SUBMIT + ANSWER, this.#status(), sequence, Buffer.from('77\0')),
      () => pdu(this.below(20) === 0 ? UNBIND : ENQUIRE, 0, sequence),
    ])();
  }

  /** A valid frame of which some octets behind the length are others. */
  #mutated(): Buffer {
    const frame = Buffer.from(this.#valid());
    const from = this.#random() < 0.2 ? 4 : 16;
    if (frame.length <= from) return frame;
    const changes = 1 + this.below(4);
    for (let count = 0; count < changes; count += 1)
      frame[from + this.below(frame.length - from)] = this.below(256);
    return frame;
  }

  /** A receipt with optional parameters of any tag, length and content. */
  #parameters(): Buffer {
    const parameters = Array.from({ length: 1 + this.below(8) }, () => {
      const value = this.#octets(40);
      const head = Buffer.alloc(4);
      head.writeUInt16BE(this.#random() < 0.9 ? this.#one(TAGS) : this.below(0x10000));
      head.writeUInt16BE(this.#random() < 0.8 ? value.length : this.below(0x10000), 2);
      return Buffer.concat([head, value]);
    });
    return pdu(this.#one([DELIVER, DATA]), 0, this.#sequence(), Buffer.concat([RECEIPT, ...parameters]));
  }

  #wrongLength(): Buffer {
    const frame = Buffer.from(this.#valid());
    frame.writeUInt32BE(
      this.#one([0, 1, 4, 15, frame.length - 1, frame.length + 7, 900, 70_001, 0xffffffff]),
    );
    return frame;
  }

  #octets(most: number): Buffer {
    return Buffer.from(Array.from({ length: this.below(most + 1) }, () => this.below(256)));
  }

  /** Often one that the client may have used itself. */
  #sequence(): number {
    return this.#random() < 0.6 ? this.below(12) : this.below(0x7fffffff);
  }

  #status(): number {
    return this.#one([0, 0, 0, 0x58, 0x14, 0x04, 0x0b, 0x104, this.below(0x500)]);
  }

  #one<Value>(values: readonly Value[]): Value {
    return values[this.below(values.length)] as Value;
  }
}
