import type { Pdu, Session } from 'smpp';

export type BindMode = 'transceiver' | 'transmitter' | 'receiver';

/** One connection of a client. */
export interface Client {
  session: Session;
  /** Counted from 1. */
  number: number;
  systemId: string;
  /** Null until it is bound. */
  mode: BindMode | null;
  /** Submits, by their number in the log, whose answers were not written. */
  unanswered: Set<number>;
  /** Why it ends, as soon as somebody ends it; what comes from it is ignored then. */
  ending: 'cut' | 'unbind' | null;
}

/** Whether texts may come from it. */
export function maySubmit({ mode, ending }: Client): boolean {
  return ending === null && (mode === 'transceiver' || mode === 'transmitter');
}

/** Whether receipts may go to it. */
export function mayReceive({ mode, ending }: Client): boolean {
  return ending === null && (mode === 'transceiver' || mode === 'receiver');
}

/** Sends a request, and resolves with the `command_status` of its answer; rejects when none comes in time. */
export function ask(session: Session, pdu: Pdu, withinMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      session.off('close', fail);
      settle();
    };
    const fail = (): void => end(() => reject(new Error(`${pdu.command} was not answered`)));
    const timer = setTimeout(fail, withinMs);
    session.on('close', fail);
    if (!session.send(pdu, ({ command_status: status }) => end(() => resolve(status)))) fail();
  });
}
