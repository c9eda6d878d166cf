import type { Clock } from '../../kernel/clock.ts';
import { isoDay } from '../../kernel/dates.ts';
import type { Deps } from '../../models/deps.ts';
import { Office } from '../../models/Office.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import { daysToExpiry, senderOf, type OfficeSender } from '../messages/index.ts';
import { pauses, type Pause } from './channel.ts';
import { holdsNow, lateTexts, linksOfDay, type LateCount } from './queue-queries.ts';
import { linksState } from './rules.ts';

/** Why an office's texts do not leave, though the links carry them. */
export type SenderTrouble = 'held' | 'unregistered' | 'expired';

/** What keeps messages from leaving, as of one moment, for the whole installation. */
export interface Trouble {
  /** Time zone of most of the offices, in which the department's own pages tell the time; null without offices. */
  zone: string | null;
  pauses: Pause[];
  /** Whether the links of a channel carry messages. */
  links: Record<Channel, 'up' | 'down' | 'unknown'>;
  late: LateCount[];
  senders: { officeId: number; office: string; address: string; trouble: SenderTrouble }[];
  /** Registrations that end within 60 days. */
  expiring: { officeId: number; days: number }[];
}

function commonest(zones: string[]): string | null {
  const count = (zone: string) => zones.filter((one) => one === zone).length;
  return [...new Set(zones)].sort((a, b) => count(b) - count(a))[0] ?? null;
}

function senderTrouble(sender: OfficeSender, held: string[]): SenderTrouble | null {
  return held.includes(sender.address) ? 'held' : sender.problem;
}

/** Looks at pauses, links, late texts and senders. Six small queries. */
export async function lookForTrouble(deps: Deps): Promise<Trouble> {
  const now = deps.clock.now();
  const offices = await Office.findAll({ attributes: ['id', 'name', 'timeZone'], order: ['name', 'id'] });
  const [paused, links, late, holds, senders] = await Promise.all([
    pauses(),
    linksOfDay(deps),
    lateTexts(deps),
    holdsNow(deps),
    senderOf(
      deps,
      offices.map(({ id }) => id),
    ),
  ]);
  const held = holds.map(({ address }) => address);
  const entries = CHANNELS.map((channel) => {
    const rows = links.filter((link) => link.channel === channel);
    return [channel, linksState(rows, now)] as const;
  });
  return {
    zone: commonest(offices.map(({ timeZone }) => timeZone)),
    pauses: paused,
    links: Object.fromEntries(entries) as Trouble['links'],
    late,
    senders: offices.flatMap(({ id, name }) => {
      const sender = senders.get(id);
      const trouble = sender ? senderTrouble(sender, held) : null;
      return sender && trouble ? [{ officeId: id, office: name, address: sender.address, trouble }] : [];
    }),
    expiring: offices.flatMap(({ id, timeZone }) => {
      const sender = senders.get(id);
      const days = sender ? daysToExpiry(sender, isoDay(now, timeZone)) : null;
      return days === null ? [] : [{ officeId: id, days }];
    }),
  };
}

/**
 * Remembers the outcome of `look` for `seconds`, and lets all who ask meanwhile share one look: hundreds of pages are
 * drawn in those seconds, and the answer is the same for all. A look that fails is reported by `onError`, and what was
 * seen before stands; `forget` makes the next who asks look afresh.
 */
export function remembered<Value>(
  clock: Clock,
  seconds: number,
  look: () => Promise<Value>,
  onError: (error: unknown) => void,
): { get(): Promise<Value | null>; forget(): void } {
  let value: Value | null = null;
  let until = 0;
  let looking: Promise<void> | null = null;
  /** Raised by `forget`: what a look saw that began before is not kept as fresh. */
  let edition = 0;
  const renew = async (): Promise<void> => {
    const mine = edition;
    try {
      const seen = await look();
      if (mine === edition) value = seen;
    } catch (error) {
      onError(error);
    }
    if (mine !== edition) return;
    until = clock.now().getTime() + seconds * 1000;
    looking = null;
  };
  return {
    async get() {
      if (clock.now().getTime() >= until) {
        looking ??= renew();
        await looking;
      }
      return value;
    },
    forget: () => {
      edition += 1;
      until = 0;
      looking = null;
    },
  };
}
