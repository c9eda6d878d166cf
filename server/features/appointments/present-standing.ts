import { addSeconds } from '../../kernel/clock.ts';
import type { OutboxMessage } from '../../models/OutboxMessage.ts';
import type { AppointmentRows } from './queries.ts';

/** How a message stands, in the words of the catalogue `timeline`. */
export type Standing =
  | 'planned'
  | 'sending'
  | 'late'
  | 'paused'
  | 'held'
  | 'retrying'
  | 'left'
  | 'received'
  | 'undelivered'
  | 'failed'
  | 'expired'
  | 'withdrawn'
  | 'unclear';

/** A due message still unsent after this long is late. */
const LATE_SECONDS = 60;

function waiting(rows: AppointmentRows, row: OutboxMessage, now: Date): Standing {
  if (row.dueAt > now) return 'planned';
  if (rows.paused.has(row.channel)) return 'paused';
  const last = rows.messageEvents.findLast(({ messageId }) => messageId === row.id);
  if (last?.event === 'held') return 'held';
  if (row.attempts > 0 || row.reason !== null) return 'retrying';
  return addSeconds(row.dueAt, LATE_SECONDS) < now ? 'late' : 'sending';
}

/** How a message stands at `now`. Pure. */
export function standingOf(rows: AppointmentRows, row: OutboxMessage, now: Date): Standing {
  switch (row.state) {
    case 'queued':
      return waiting(rows, row, now);
    case 'leased':
      return 'sending';
    case 'accepted':
      return 'left';
    case 'delivered':
      return 'received';
    case 'failed':
      return row.acceptedAt ? 'undelivered' : 'failed';
    case 'expired':
      return 'expired';
    case 'cancelled':
      return 'withdrawn';
    case 'in_doubt':
      return 'unclear';
  }
}
