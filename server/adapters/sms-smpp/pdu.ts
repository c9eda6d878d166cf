import type { PduFields } from 'smpp';
import type { SmppLink } from '../../config/smpp-links.ts';
import { partReference, type SmsMessage } from '../../kernel/carriers.ts';
import { destinationAddress, sourceAddress, type Address } from './address.ts';
import { submitBodies, type SubmitBody } from './segments.ts';
import { absoluteValidity, relativeValidity } from './validity.ts';

/** What a link's contract says about the form of a submit. */
export type SubmitForm = Pick<
  SmppLink,
  'longText' | 'validity' | 'shortCodeTon' | 'serviceType' | 'replaceIfPresent'
>;

/** Final outcome, good or bad; no intermediate notices. */
const RECEIPT_WANTED = 1;

/**
 * The requests that still have to go for a message, in order. A message of which the gateway has some parts goes on as
 * it began: one payload with everything would repeat them. RangeError for a letter that the alphabet lacks. Pure.
 */
export function bodiesToSend(message: SmsMessage, form: SubmitForm): SubmitBody[] {
  const mode = message.taken.length > 0 && form.longText === 'payload' ? 'udh' : form.longText;
  const bodies = submitBodies(message, { mode, reference: message.reference });
  return bodies.filter(({ positions }) => !positions.every((position) => message.taken.includes(position)));
}

/** Who a message comes from and goes to, in the form of the wire. RangeError when the wire has no form for it. Pure. */
export function addressesOf(
  message: SmsMessage,
  form: SubmitForm,
): { source: Address; destination: Address } {
  return {
    source: sourceAddress(message.sender, form.shortCodeTon),
    destination: destinationAddress(message.to),
  };
}

/** The fields of one `submit_sm` (SMPP 3.4 section 4.4). The same message and body give the same octets at each try. Pure. */
export function submitFields(message: SmsMessage, body: SubmitBody, form: SubmitForm, now: Date): PduFields {
  const { source, destination } = addressesOf(message, form);
  return {
    service_type: form.serviceType,
    source_addr_ton: source.ton,
    source_addr_npi: source.npi,
    source_addr: source.value,
    dest_addr_ton: destination.ton,
    dest_addr_npi: destination.npi,
    destination_addr: destination.value,
    esm_class: body.esmClass,
    protocol_id: 0,
    priority_flag: message.priority,
    validity_period:
      form.validity === 'relative'
        ? relativeValidity(message.expiresAt, now)
        : absoluteValidity(message.expiresAt),
    registered_delivery: RECEIPT_WANTED,
    replace_if_present_flag: form.replaceIfPresent ? 1 : 0,
    data_coding: body.dataCoding,
    short_message: body.shortMessage,
    user_message_reference: partReference(message.reference, body.positions[0] ?? 0),
    ...longTextFields(body),
  };
}

function longTextFields({ payload, sar }: SubmitBody): PduFields {
  if (payload) return { message_payload: payload };
  if (!sar) return {};
  return {
    sar_msg_ref_num: sar.reference,
    sar_total_segments: sar.total,
    sar_segment_seqnum: sar.number,
  };
}
