import type { LinkStatus, SendResult, Slot, SmsCarrier, SmsMessage } from '../../kernel/carriers.ts';
import type { SendResult as OldResult, SmsSender } from '../../kernel/ports.ts';

/** A result of the single-link sender in the words of carriers. */
function resultOf(result: OldResult): SendResult {
  switch (result.kind) {
    case 'accepted': {
      const taken = result.providerIds.map((id, position) => ({ position, providerId: id, providerKey: id }));
      return { kind: 'accepted', taken };
    }
    case 'retry':
      return {
        kind: 'retry',
        taken: [],
        reason: result.reason,
        blame: result.countsAsAttempt ? 'message' : 'link',
        tries: 8,
      };
    default:
      return { ...result, taken: [] };
  }
}

/** Places over a sender that has none. */
function places<Message>(
  name: string,
  window: number,
  up: () => boolean,
  hand: (message: Message) => Promise<OldResult>,
) {
  const listeners = new Set<() => void>();
  let held = 0;
  let submitted = 0;
  const since = new Date();
  const tell = () => {
    for (const listener of listeners) listener();
  };
  return {
    tell,
    reserve(): Slot<Message> | null {
      if (!up() || held >= window) return null;
      held += 1;
      let mine = true;
      return {
        link: name,
        async send(message) {
          submitted += 1;
          return resultOf(await hand(message));
        },
        release() {
          if (!mine) return;
          mine = false;
          held -= 1;
          tell();
        },
      };
    },
    onFree(listener: () => void) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    up,
    links(): LinkStatus[] {
      const state = up() ? ('up' as const) : ('connecting' as const);
      return [
        {
          name,
          state,
          since,
          reason: null,
          inFlight: held,
          window,
          ratePerSecond: null,
          throttledUntil: null,
          submitted,
        },
      ];
    },
  };
}

/** The single-link sender as a carrier. */
export function bridgeSms(old: SmsSender, window: number): SmsCarrier {
  const base = places<SmsMessage>(
    'main',
    window,
    () => old.state() === 'up',
    (message) => old.send({ ...message, text: message.parts.join('') }),
  );
  const ticker = setInterval(() => base.tell(), 200);
  ticker.unref();
  return {
    ...base,
    spanishShift: false,
    providers: ['main'],
    onReceipt: (handler) =>
      old.onReceipt((receipt) =>
        handler({
          ...receipt,
          link: 'main',
          providerKey: receipt.providerId,
          reference: null,
          recipient: null,
        }),
      ),
    start: () => old.start(),
    stop: (deadlineMs) => old.stop(deadlineMs),
  };
}
