import smpp, { type Pdu, type PduFields } from 'smpp';

export interface ReceiptFields {
  messageId: string;
  /** Word of SMPP 3.4 appendix B, `DELIVRD` unless told. */
  word?: string;
  /** Number of SMPP 3.4 section 5.2.28, 2 (delivered) unless told. */
  state?: number;
  form?: 'text' | 'tlv' | 'both';
  command?: 'deliver_sm' | 'data_sm';
  /** `err` of appendix B, `000` unless told. */
  error?: string;
  /** Echo of the submit's `user_message_reference`. */
  reference?: number | null;
  /** Who the text was for, and who it came from, as the submit had them. */
  citizen?: string;
  sender?: string;
}

const IS_RECEIPT = 0x04;

/** A receipt as gateways write it: words in the body, parameters, or both; in a `deliver_sm` or a `data_sm`. */
export function receiptPdu(fields: ReceiptFields): Pdu {
  const { messageId, state = 2, form = 'text', command = 'deliver_sm', reference } = fields;
  const body = form === 'tlv' ? Buffer.alloc(0) : Buffer.from(receiptText(fields), 'latin1');
  const pdu: PduFields = {
    esm_class: IS_RECEIPT,
    data_coding: 0,
    source_addr: fields.citizen ?? '',
    destination_addr: fields.sender ?? '',
    ...(fields.citizen ? { source_addr_ton: 1, source_addr_npi: 1 } : {}),
    ...(form === 'text' ? {} : { receipted_message_id: messageId, message_state: state }),
    ...(reference === null || reference === undefined ? {} : { user_message_reference: reference }),
  };
  // A data_sm has no short_message; an empty parameter would be odd.
  if (command === 'deliver_sm') pdu.short_message = body;
  else if (body.length > 0) pdu.message_payload = body;
  return new smpp.PDU(command, pdu);
}

function receiptText({ messageId, word = 'DELIVRD', error = '000' }: ReceiptFields): string {
  const delivered = word === 'DELIVRD' ? '001' : '000';
  return `id:${messageId} sub:001 dlvrd:${delivered} submit date:2611231030 done date:2611231031 stat:${word} err:${error} text:`;
}
