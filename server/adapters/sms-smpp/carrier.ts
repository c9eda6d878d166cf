import type { SmppLink } from '../../config/smpp-links.ts';
import { systemClock, type Clock } from '../../kernel/clock.ts';
import type { Slot, SlotWish, SmsCarrier, SmsMessage } from '../../kernel/carriers.ts';
import { Inbox, type ReceiptHandler } from './inbox.ts';
import { Link } from './link.ts';
import type { Logger } from './logger.ts';
import { DEFAULT_TIMES, type Times } from './times.ts';

export interface SmsCarrierOptions {
  /** At least one; their names differ. */
  links: SmppLink[];
  logger: Logger;
  clock?: Clock;
  times?: Partial<Times>;
}

/**
 * Hands texts over to the operator's gateways by SMPP 3.4. Links are tried by priority, and among equals the one that
 * has most room; one that is down, pausing or full is passed over. It starts nothing until `start`.
 */
export function createSmsCarrier(options: SmsCarrierOptions): SmsCarrier {
  const { logger } = options;
  const clock = options.clock ?? systemClock;
  const times = { ...DEFAULT_TIMES, ...options.times };
  const listeners = new Set<() => void>();
  let handler: ReceiptHandler | null = null;
  const links = options.links.map((settings) => {
    const inbox = new Inbox({ settings, clock, logger, handler: () => handler });
    return new Link({
      settings,
      times,
      clock,
      logger,
      now: () => performance.now(),
      onDeliver: (pdu) => inbox.take(pdu),
      onFree: () => {
        for (const listener of listeners) listener();
      },
    });
  });
  return {
    spanishShift: options.links.every(({ spanishShift }) => spanishShift),
    providers: [...new Set(options.links.map(({ provider }) => provider))],
    reserve: (wish = {}) => reserve(links, wish),
    onFree: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    up: (provider) => links.some((link) => link.up && serves(link, { provider })),
    links: () => links.map((link) => link.status()),
    onReceipt: (given) => {
      handler = given;
    },
    start: () => {
      for (const link of links) link.start();
    },
    stop: async (deadlineMs) => {
      await Promise.all(links.map((link) => link.stop(deadlineMs)));
    },
  };
}

function reserve(links: readonly Link[], wish: SlotWish): Slot<SmsMessage> | null {
  for (const link of inOrder(links, wish)) {
    const slot = link.reserve();
    if (slot) return renewable(slot, link, links);
  }
  return null;
}

/** Lets a place be renewed only while no better link is up: after an outage texts go back to the link that is meant. */
function renewable(slot: Slot<SmsMessage>, link: Link, links: readonly Link[]): Slot<SmsMessage> {
  return {
    ...slot,
    renew: (wish = {}) => {
      const mine = rank(link, wish);
      const better = links.some((other) => other.up && serves(other, wish) && rank(other, wish) < mine);
      const again = better || !serves(link, wish) ? null : slot.renew();
      return again && renewable(again, link, links);
    },
  };
}

const serves = ({ settings }: Link, { provider }: SlotWish) =>
  provider === undefined || settings.provider === provider;

/** The wished one first and the one to avoid last; between them by priority. */
function rank({ settings: { name, priority } }: Link, wish: SlotWish): number {
  if (name === wish.link) return -Infinity;
  return name === wish.avoid ? Infinity : priority;
}

function inOrder(links: readonly Link[], wish: SlotWish): Link[] {
  const byRank = (a: Link, b: Link) => (rank(a, wish) === rank(b, wish) ? 0 : rank(a, wish) - rank(b, wish));
  return links.filter((link) => serves(link, wish)).sort((a, b) => byRank(a, b) || a.load - b.load);
}
