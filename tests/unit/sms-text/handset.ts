import { decodeBody, readUserData } from '../../../appliance/simulators/gsm-decoder.ts';
import type { SubmitBody } from '../../../server/adapters/sms-smpp/segments.ts';

/** The text of one request as a handset shows it, read with tables that are not the server's. */
export function read({ shortMessage, payload, esmClass, dataCoding }: SubmitBody): string {
  const { body, spanish } = readUserData(payload ?? shortMessage, esmClass);
  return decodeBody(body, dataCoding, spanish);
}

/** Bits that a part takes on air: header, fill bits up to a whole septet, and septets or octets (at most 1120). */
export function bitsOnAir({ shortMessage, esmClass, dataCoding }: SubmitBody): number {
  const { body } = readUserData(shortMessage, esmClass);
  const header = (shortMessage.length - body.length) * 8;
  return dataCoding === 8 ? header + body.length * 8 : Math.ceil(header / 7) * 7 + body.length * 7;
}
