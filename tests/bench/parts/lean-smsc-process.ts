import { createServer, type Socket } from 'node:net';

/*
 * A gateway that costs next to nothing, as a process of its own: it reads frames without decoding what it does not
 * need, answers all that came in one read with one write, and keeps for each text to whom and when it came.
 */

const BINDS = new Set([0x01, 0x02, 0x09]);
const SUBMIT = 0x04;
const UNBIND = 0x06;
const ENQUIRE = 0x15;
const ANSWER = 0x80000000;
const BOUND_AS = Buffer.from('LEAN\0', 'latin1');

export type LeanQuestion = 'count' | 'arrivals' | 'forget';

/** What came since the last `forget`: numbers, and instants in milliseconds since 1970, in order. */
export interface LeanArrivals {
  numbers: string[];
  instants: number[];
}

let numbers: string[] = [];
let instants: number[] = [];
let lastId = 0;

/** Where the string after `count` strings that end with NUL begins. */
function afterStrings(frame: Buffer, from: number, count: number): number {
  let at = from;
  for (let skipped = 0; skipped < count; skipped += 1) at = frame.indexOf(0, at) + 1;
  return at;
}

function destinationOf(frame: Buffer): string {
  // service_type, then type and plan and address of the source, then type and plan of the destination.
  const source = afterStrings(frame, 16, 1) + 2;
  const destination = afterStrings(frame, source, 1) + 2;
  return frame.toString('latin1', destination, frame.indexOf(0, destination));
}

function answer(command: number, sequence: number, body: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(16 + body.length);
  bytes.writeUInt32BE(16 + body.length, 0);
  bytes.writeUInt32BE((command | ANSWER) >>> 0, 4);
  bytes.writeUInt32BE(0, 8);
  bytes.writeUInt32BE(sequence, 12);
  body.copy(bytes, 16);
  return bytes;
}

function answerTo(frame: Buffer): Buffer | null {
  const [command, sequence] = [frame.readUInt32BE(4), frame.readUInt32BE(12)];
  if (command >= ANSWER) return null;
  if (command === SUBMIT) {
    numbers.push(destinationOf(frame));
    instants.push(performance.timeOrigin + performance.now());
    lastId += 1;
    return answer(command, sequence, Buffer.from(`${String(lastId).padStart(10, '0')}\0`, 'latin1'));
  }
  if (BINDS.has(command)) return answer(command, sequence, BOUND_AS);
  if (command === ENQUIRE || command === UNBIND) return answer(command, sequence, Buffer.alloc(0));
  throw new Error(`command 0x${command.toString(16)} is not known here`);
}

function serve(socket: Socket): void {
  let rest: Buffer = Buffer.alloc(0);
  socket.setNoDelay(true);
  socket.on('error', () => socket.destroy());
  socket.on('data', (chunk: Buffer) => {
    const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk;
    const answers: Buffer[] = [];
    let at = 0;
    while (bytes.length - at >= 16 && bytes.length - at >= bytes.readUInt32BE(at)) {
      const end = at + bytes.readUInt32BE(at);
      const reply = answerTo(bytes.subarray(at, end));
      if (reply) answers.push(reply);
      at = end;
    }
    rest = Buffer.from(bytes.subarray(at));
    if (answers.length > 0) socket.write(Buffer.concat(answers));
  });
}

const server = createServer(serve).listen(0, '127.0.0.1', () => {
  const address = server.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});

process.on('message', (question: LeanQuestion) => {
  if (question === 'forget') [numbers, instants] = [[], []];
  process.send?.(question === 'count' ? numbers.length : { numbers, instants });
});
process.on('disconnect', () => process.exit(0));
