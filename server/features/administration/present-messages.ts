import { clockTime } from '../../kernel/dates.ts';
import { addMinutes } from '../../kernel/clock.ts';
import { CHANNELS, MESSAGE_KINDS, type Channel, type MessageKind } from '../../models/OutboxMessage.ts';
import type { SenderHold } from '../../models/SenderHold.ts';
import type { CountRow, FailureRow, HoldRow, LatenessRow, MessagesPage, QueueRow } from './pages.ts';
import { countLabel, momentLabel, presentReason, say, type Reader } from './present-words.ts';
import {
  LATE_SECONDS,
  type LatenessCount,
  type MinuteCount,
  type OutcomeCount,
  type QueueCount,
} from './queue-queries.ts';
import { durationLabel, percentile, withinLabel } from './rules.ts';

const MINUTES = 60;
/** Units of the drawing: each bar 8 wide with a gap of 2, the tallest 100 high. */
const BAR_STEP = 10;
const TALLEST = 100;
/** More kinds of failure than anybody reads. */
const MOST_FAILURES = 25;

const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);

function pairs(): { channel: Channel; kind: MessageKind }[] {
  return CHANNELS.flatMap((channel) => MESSAGE_KINDS.map((kind) => ({ channel, kind })));
}

const ofPair =
  ({ channel, kind }: { channel: Channel; kind: MessageKind }) =>
  (row: { channel: Channel; kind: MessageKind }) =>
    row.channel === channel && row.kind === kind;

/** What waits, by channel and kind; texts of `heldOffices` wait for their sender. */
export function presentQueue(reader: Reader, counts: QueueCount[], heldOffices: number[]): QueueRow[] {
  return pairs().flatMap((pair) => {
    const rows = counts.filter(ofPair(pair));
    if (rows.length === 0) return [];
    const held = sum(
      rows
        .filter(({ channel, officeId }) => channel === 'sms' && heldOffices.includes(officeId))
        .map(({ due }) => due),
    );
    const oldest = rows.flatMap((row) => (row.oldest ? [new Date(row.oldest).getTime()] : []));
    const age = oldest.length > 0 ? (reader.now.getTime() - Math.min(...oldest)) / 1000 : null;
    return {
      channel: say(reader, `channel.${pair.channel}`),
      kind: say(reader, `kind.${pair.kind}`),
      due: countLabel(reader, sum(rows.map(({ due }) => due))),
      held: countLabel(reader, held),
      doubt: countLabel(reader, sum(rows.map(({ doubt }) => doubt))),
      later: countLabel(reader, sum(rows.map(({ later }) => later))),
      oldest: age === null ? '–' : durationLabel(age),
      late: age !== null && age > LATE_SECONDS,
    };
  });
}

/** The last hour as 60 bars, the newest at the right. */
export function presentRate(reader: Reader, counts: MinuteCount[]): MessagesPage['rate'] {
  const perMinute = Array.from({ length: MINUTES }, (_, index) => {
    const ago = MINUTES - 1 - index;
    return sum(counts.filter((row) => row.ago === ago).map(({ count }) => count));
  });
  const peak = Math.max(...perMinute);
  const time = (ago: number) => clockTime(addMinutes(reader.now, -ago), reader.zone, reader.locale);
  const bars = perMinute.map((count, index) => {
    // Even one message is seen beside a thousand.
    const height = count === 0 ? 0 : Math.max(2, Math.round((count / peak) * TALLEST));
    return { time: time(MINUTES - 1 - index), count, x: index * BAR_STEP, y: TALLEST - height, height };
  });
  return {
    bars,
    total: countLabel(reader, sum(perMinute)),
    peak: countLabel(reader, peak),
    from: time(MINUTES - 1),
    to: time(0),
  };
}

/** How late messages of the last hour left. */
export function presentLateness(reader: Reader, counts: LatenessCount[]): LatenessRow[] {
  return pairs().flatMap((pair) => {
    const rows = counts.filter(ofPair(pair));
    const [median, p95] = [percentile(rows, 0.5), percentile(rows, 0.95)];
    if (median === null || p95 === null) return [];
    return {
      channel: say(reader, `channel.${pair.channel}`),
      kind: say(reader, `kind.${pair.kind}`),
      count: countLabel(reader, sum(rows.map(({ count }) => count))),
      median: withinLabel(median),
      p95: withinLabel(p95),
    };
  });
}

/** Failures by reason, the most frequent of the week first. */
export function presentFailures(reader: Reader, outcomes: OutcomeCount[]): FailureRow[] {
  return outcomes
    .filter(({ state }) => state === 'failed')
    .sort((a, b) => b.week - a.week)
    .slice(0, MOST_FAILURES)
    .map((row) => ({
      channel: say(reader, `channel.${row.channel}`),
      reason: presentReason(reader, row.reason),
      day: countLabel(reader, row.day),
      week: countLabel(reader, row.week),
    }));
}

/** Messages that never left, that may not have left, that may have left twice, and texts nobody heard of. */
export function presentCounts(
  reader: Reader,
  outcomes: OutcomeCount[],
  receipts: { day: number; week: number },
): CountRow[] {
  const inState = (state: string) => {
    const rows = outcomes.filter((row) => row.state === state);
    return { day: sum(rows.map(({ day }) => day)), week: sum(rows.map(({ week }) => week)) };
  };
  const repeats = {
    day: sum(outcomes.map(({ repeatsDay }) => repeatsDay)),
    week: sum(outcomes.map(({ repeatsWeek }) => repeatsWeek)),
  };
  const found = { expired: inState('expired'), inDoubt: inState('in_doubt'), repeats, receipts };
  const keys = ['expired', 'inDoubt', 'repeats', 'receipts'] as const;
  return keys.map((key) => ({
    key,
    label: say(reader, `count.${key}.label`),
    hint: say(reader, `count.${key}.hint`),
    day: countLabel(reader, found[key].day),
    week: countLabel(reader, found[key].week),
    bad: found[key].day > 0,
  }));
}

/** Senders that the gateway refused, with whose texts wait for them. */
export function presentHolds(
  reader: Reader,
  holds: SenderHold[],
  officesOf: (address: string) => string[],
): HoldRow[] {
  return holds.map(({ address, since, untilAt, reason }) => ({
    address,
    since: momentLabel(reader, since),
    until: momentLabel(reader, untilAt),
    offices: officesOf(address).join(', '),
    reason: presentReason(reader, reason),
  }));
}
