import smpp, { type Pdu, type PduFields } from 'smpp';
import { receiptedMessageId } from './body.ts';

/** Longest frame that is taken: the largest optional parameter there is (64 KiB) and some room. */
export const MAX_FRAME = 70_000;

// The library would guess alphabets from `data_coding` and guess wrong; bytes are read by our own code.
smpp.filters.message.decode = (value) => value;
smpp.PDU.maxLength = MAX_FRAME;

/*
 * The library serves as codec alone. Its session forgets callbacks when a link dies, goes deaf after a broken PDU,
 * waits for ever for answers and keeps stale state over a reconnect; connections are therefore ours (`wire.ts`,
 * `session.ts`).
 */

/** The octets of a request. Throws for fields that the specification has no room for. */
export function encodeRequest(command: string, sequence: number, fields: PduFields = {}): Buffer {
  return new smpp.PDU(command, { ...fields, sequence_number: sequence }).toBuffer();
}

/** The octets of the answer to a request. */
export function encodeAnswer(request: Pdu, status: number): Buffer {
  return request.response({ command_status: status }).toBuffer();
}

/** The octets of a `generic_nack`, which needs no more than the header of what it refuses. */
export function encodeNack(sequence: number, status: number): Buffer {
  return new smpp.PDU('generic_nack', { sequence_number: sequence, command_status: status }).toBuffer();
}

/** Reads one whole frame. Throws when its body does not keep to the specification. */
export function decode(frame: Buffer): Pdu {
  const receiptedId = receiptedMessageId(frame);
  const pdu = new smpp.PDU(frame);
  if (receiptedId !== undefined) pdu.receipted_message_id = receiptedId;
  return pdu;
}

/** The header of a frame, which can be read even if its body can't. */
export function headerOf(frame: Buffer): { command: number; status: number; sequence: number } {
  return { command: frame.readUInt32BE(4), status: frame.readUInt32BE(8), sequence: frame.readUInt32BE(12) };
}
