import { momentLabel } from '../../kernel/dates.ts';
import { reasonContext } from '../../models/audit.ts';
import type { AuditEntry } from '../../models/AuditEntry.ts';
import type { RoomEvent } from '../../models/RoomEvent.ts';
import type { TimelineEntry } from './pages.ts';
import type { View } from './present-board.ts';
import { presentMessage } from './present-messages.ts';
import type { AppointmentRows } from './queries.ts';

const ICONS: Record<string, string> = {
  'appointment.book': 'calendar-plus',
  'appointment.confirm': 'telephone',
  'appointment.noAnswer': 'telephone-x',
  'appointment.decline': 'x-circle',
  'appointment.reschedule': 'calendar-event',
  'appointment.cancel': 'x-circle',
  'appointment.miss': 'person-x',
  'appointment.enter': 'door-open',
  'appointment.leave': 'box-arrow-left',
  'appointment.attend': 'camera-video',
  'appointment.close': 'check-circle',
  'appointment.resendLink': 'arrow-repeat',
  'appointment.resendMessage': 'arrow-repeat',
  'appointment.correctContact': 'pencil',
};

const SECURITY = /^(pin|video)\./;

function kindOf(action: string): TimelineEntry['kind'] {
  if (SECURITY.test(action)) return 'security';
  return action === 'appointment.noAnswer' ? 'call' : 'transition';
}

interface Line {
  at: Date;
  entry: Omit<TimelineEntry, 'atIso' | 'atLabel'>;
}

function auditLine(view: View, rows: AppointmentRows, row: AuditEntry): Line {
  const text = (key: string) => view.templates.text(key, view.locale, { ...row.details });
  const actor =
    (row.staffId !== null && rows.auditors.get(row.staffId)?.name) || text(`labels:actor.${row.actorKind}`);
  const sealed = row.details?.sealed;
  const reason =
    typeof sealed === 'string'
      ? view.vault.open(Buffer.from(sealed, 'base64'), reasonContext(rows.appointment.uid))
      : null;
  return {
    at: row.at,
    entry: {
      kind: kindOf(row.action),
      icon: ICONS[row.action] ?? (SECURITY.test(row.action) ? 'shield-lock' : 'dot'),
      title: text(`labels:timeline.${row.action.replace('.', '_')}`),
      detail: reason ? `${actor} · ${reason}` : actor,
    },
  };
}

function roomLine(view: View, row: RoomEvent): Line {
  const title = view.templates.text(`labels:room.${row.party}_${row.event}`, view.locale);
  const icon = row.event === 'joined' ? 'camera-video' : 'camera-video-off';
  const detail = view.templates.text('labels:actor.video', view.locale);
  return { at: row.at, entry: { kind: 'call', icon, title, detail } };
}

/** Looking again within this time is the same look. */
const SAME_LOOK_MS = 30 * 60_000;

/** The rows without looks that repeat one by the same person; all of them stay in the audit. */
function withoutRepeatedViews(rows: AuditEntry[]): AuditEntry[] {
  const looked = new Map<number | null, number>();
  return rows.filter(({ action, staffId, at }) => {
    if (action !== 'appointment.view') return true;
    const last = looked.get(staffId) ?? -Infinity;
    looked.set(staffId, at.getTime());
    return at.getTime() - last > SAME_LOOK_MS;
  });
}

/** All that happened and is planned, oldest first: transitions, messages with their state, and who was in the room. */
export function presentTimeline(view: View, rows: AppointmentRows): TimelineEntry[] {
  const { timeZone } = rows.office;
  const lines = [
    ...withoutRepeatedViews(rows.audit).map((row) => auditLine(view, rows, row)),
    ...rows.messages.map((row) => presentMessage(view, rows, row)),
    ...rows.roomEvents.map((row) => roomLine(view, row)),
  ];
  return lines
    .sort((a, b) => a.at.getTime() - b.at.getTime())
    .map(({ at, entry }) => ({
      atIso: at.toISOString(),
      atLabel: momentLabel(at, timeZone, view.locale),
      ...entry,
    }));
}
