import type { SendResult, Slot, SlotWish } from '../../kernel/carriers.ts';
import type { Deps } from '../../models/deps.ts';
import type { Channel } from '../../models/OutboxMessage.ts';
import type { Ready } from './prepare.ts';

/** A place on a link for one message of the outbox, see `Slot`. */
export interface Place {
  link: string;
  send(ready: Ready): Promise<SendResult>;
  /** The same place for the next message, see `Slot`. */
  renew(ready: Ready): Place | null;
  release(): void;
}

/** The way out for one channel: its carrier, told in messages of the outbox. */
export interface Line {
  reserve(ready: Ready): Place | null;
  onFree(listener: () => void): () => void;
  up(): boolean;
}

/** A repeat after a doubt takes the same link, which may notice the copy; one that was refused tries another. */
function wishOf({ row, body }: Ready): SlotWish {
  const provider = body.channel === 'sms' ? body.provider : undefined;
  if (row.link === null) return { provider };
  if (row.doubts > row.repeats) return { provider, link: row.link };
  return row.attempts > 0 ? { provider, avoid: row.link } : { provider };
}

function place<Message>(slot: Slot<Message> | null, messageOf: (ready: Ready) => Message): Place | null {
  if (!slot) return null;
  return {
    link: slot.link,
    send: (ready) => slot.send(messageOf(ready)),
    renew: (ready) => place(slot.renew(wishOf(ready)), messageOf),
    release: () => slot.release(),
  };
}

function smsLine({ sms }: Deps): Line {
  const messageOf = ({ row, body, taken }: Ready) => {
    if (body.channel !== 'sms') throw new Error('not a text');
    const { to, sender, alphabet, parts } = body;
    const priority = row.kind === 'pin' ? (1 as const) : (0 as const);
    return { to, sender, alphabet, parts, taken, priority, expiresAt: row.expiresAt, reference: row.id };
  };
  return {
    reserve: (ready) => place(sms.reserve(wishOf(ready)), messageOf),
    onFree: (listener) => sms.onFree(listener),
    up: () => sms.up(),
  };
}

function mailLine({ mailer }: Deps): Line {
  const messageOf = ({ body }: Ready) => {
    if (body.channel !== 'email') throw new Error('not an e-mail');
    const { channel: _channel, ...mail } = body;
    return mail;
  };
  return {
    reserve: () => place(mailer.reserve(), messageOf),
    onFree: (listener) => mailer.onFree(listener),
    up: () => mailer.up(),
  };
}

/** The way out for messages of this channel. */
export function lineOf(deps: Deps, channel: Channel): Line {
  return channel === 'sms' ? smsLine(deps) : mailLine(deps);
}
