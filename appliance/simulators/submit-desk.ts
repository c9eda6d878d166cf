import type { Pdu } from 'smpp';
import type { AnswerDesk } from './answer-desk.ts';
import { maySubmit, type Client } from './client.ts';
import { writeId, type FaultBox } from './faults.ts';
import type { Front } from './front.ts';
import type { SmscLog } from './log.ts';
import { destinationOf, Reassembly, validUntil, type SimulatedSms } from './reassembly.ts';
import type { ReceiptDesk, TakenPart } from './receipt-desk.ts';
import { readPart, type TextPart } from './text-part.ts';

const NOT_BOUND = 0x04;
const WANTS_RECEIPT = 0x03;

/** What a submit desk works with. */
export interface SubmitSurroundings {
  front: Front;
  faults: FaultBox;
  log: SmscLog;
  answers: AnswerDesk;
  receipts: ReceiptDesk;
  /** A text has all its parts. */
  complete(message: SimulatedSms): void;
}

interface Taken {
  client: Client;
  pdu: Pdu;
  /** Number in the log. */
  submit: number;
  messageId: string;
  /** Null when no receipt is wanted. */
  receipt: TakenPart | null;
}

/** Takes submits or refuses them, answers them as the faults say, and joins their parts. */
export class SubmitDesk {
  readonly #around: SubmitSurroundings;
  readonly #parts = new Reassembly();
  #submits = 0;
  #lastId = 0;

  constructor(around: SubmitSurroundings) {
    this.#around = around;
  }

  submitted(client: Client, pdu: Pdu): void {
    const { faults, front } = this.#around;
    this.#submits += 1;
    const submit = this.#submits;
    const part = readPart(pdu);
    const cut = faults.cut();
    client.unanswered.add(submit);
    if (cut === 'arrival') {
      this.#note(client, pdu, part, submit, null, null);
      front.cut(client);
      return;
    }
    const status = maySubmit(client) ? faults.refusal(pdu.source_addr ?? '', destinationOf(pdu)) : NOT_BOUND;
    if (status !== 0) this.#refuse(client, pdu, part, submit, status);
    else this.#take(client, pdu, part, submit, cut);
  }

  #refuse(client: Client, pdu: Pdu, part: TextPart, submit: number, status: number): void {
    this.#note(client, pdu, part, submit, status, null);
    this.#around.answers.push(() => this.#write(client, pdu.response({ command_status: status }), submit));
  }

  #take(client: Client, pdu: Pdu, part: TextPart, submit: number, cut: string | null): void {
    const { faults, receipts, answers, front } = this.#around;
    this.#lastId += 1;
    const messageId = writeId(this.#lastId, faults.current.answerIds);
    const entry = this.#note(client, pdu, part, submit, 0, messageId);
    const taken: Taken = { client, pdu, submit, messageId, receipt: this.#wanted(client, pdu, messageId) };
    const complete = this.#parts.take(pdu, part, messageId, entry.at);
    if (taken.receipt) receipts.taken(taken.receipt);
    if (cut === 'beforeAnswer') {
      front.cut(client);
      if (taken.receipt) receipts.answered(taken.receipt);
    } else if (cut === 'afterAnswer') this.#answer(taken, () => front.cut(client));
    else if (faults.use('silentNext')) {
      if (taken.receipt) receipts.answered(taken.receipt);
    } else answers.push(() => this.#answer(taken));
    if (complete) this.#around.complete(complete);
  }

  #answer({ client, pdu, submit, messageId, receipt }: Taken, sent?: () => void): void {
    this.#write(client, pdu.response({ message_id: messageId }), submit, sent);
    // The link ends once the answer is on the wire; a receipt goes to whoever comes next.
    if (sent) client.ending = 'cut';
    if (receipt) this.#around.receipts.answered(receipt);
  }

  #write(client: Client, answer: Pdu, submit: number, sent?: () => void): void {
    if (client.ending !== null || !client.session.send(answer, undefined, sent)) return;
    client.unanswered.delete(submit);
    const status = answer.command_status;
    this.#around.log.append({ ...this.#around.front.entry(client), event: 'answer', submit, status });
  }

  #wanted(client: Client, pdu: Pdu, messageId: string): TakenPart | null {
    if (!this.#around.faults.current.receipts || !((pdu.registered_delivery ?? 0) & WANTS_RECEIPT))
      return null;
    return {
      client,
      id: this.#lastId,
      messageId,
      to: destinationOf(pdu),
      destination: pdu.destination_addr ?? '',
      from: pdu.source_addr ?? '',
      reference: pdu.user_message_reference ?? null,
    };
  }

  #note(
    client: Client,
    pdu: Pdu,
    { part, text }: TextPart,
    submit: number,
    status: number | null,
    messageId: string | null,
  ): { at: Date } {
    const entry = {
      ...this.#around.front.entry(client),
      event: 'submit' as const,
      submit,
      sequence: pdu.sequence_number,
      to: destinationOf(pdu),
      from: pdu.source_addr ?? '',
      text,
      part,
      reference: pdu.user_message_reference ?? null,
      validUntil: validUntil(pdu),
      priority: pdu.priority_flag ?? 0,
      dataCoding: pdu.data_coding ?? 0,
      status,
      messageId,
    };
    this.#around.log.append(entry);
    return entry;
  }
}
