import type { Clock } from '../../kernel/clock.ts';
import { clockTime, fullDayLabel, isoDay, shiftDay, shortDayLabel, dayBounds } from '../../kernel/dates.ts';
import { localise, type Locale } from '../../kernel/locale.ts';
import { displayPhone } from '../../kernel/people.ts';
import type { Templates } from '../../kernel/ports.ts';
import type { Vault } from '../../kernel/vault.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Office } from '../../models/Office.ts';
import type { BoardCard, BoardColumn, BoardColumnKey, BoardPage } from './pages.ts';
import { isOnline } from './presence.ts';
import type { BoardRows } from './queries.ts';
import type { Status } from './state-machine.ts';

const COLUMN_OF: Record<Status, BoardColumnKey> = {
  requested: 'toCall',
  confirmed: 'upcoming',
  waiting: 'waiting',
  in_call: 'inCall',
  completed: 'finished',
  cancelled: 'finished',
  declined: 'finished',
  no_show: 'finished',
};
const COLUMNS: BoardColumnKey[] = ['toCall', 'upcoming', 'waiting', 'inCall', 'finished'];

/** Who looks, and how texts are made. */
export interface View {
  vault: Vault;
  templates: Templates;
  clock: Clock;
  locale: Locale;
  staffId: number;
}

function card(view: View, office: Office, rows: BoardRows, day: string, appointment: Appointment): BoardCard {
  const { locale, templates } = view;
  const now = view.clock.now();
  const citizen = appointment.citizenData(view.vault);
  const procedure = rows.procedures.get(appointment.procedureId);
  const href = `/o/${office.slug}/appointments/${appointment.uid}`;
  const inCall = appointment.status === 'in_call';
  const arrived = appointment.status === 'waiting' ? appointment.arrivedAt : null;
  return {
    uid: appointment.uid,
    href,
    time: clockTime(appointment.startsAt, office.timeZone, locale),
    timeIso: appointment.startsAt.toISOString(),
    day:
      isoDay(appointment.startsAt, office.timeZone) === day
        ? null
        : shortDayLabel(appointment.startsAt, office.timeZone, locale),
    name: citizen.name,
    procedure: procedure ? localise(procedure.name, locale) : '',
    status: appointment.status,
    statusLabel: templates.text(`labels:status.${appointment.status}`, locale),
    language: appointment.locale.toUpperCase(),
    late: ['requested', 'confirmed', 'waiting'].includes(appointment.status) && appointment.startsAt < now,
    phone: displayPhone(citizen.mobile),
    phoneHref: `tel:${citizen.mobile}`,
    attempts: appointment.phoneAttempts,
    arrivedIso: arrived?.toISOString() ?? null,
    waitingMinutes: arrived && Math.max(0, Math.floor((now.getTime() - arrived.getTime()) / 60_000)),
    online: isOnline(appointment, now),
    admitted: appointment.admittedAt !== null,
    agentName: (appointment.agentId !== null && rows.agents.get(appointment.agentId)?.name) || null,
    mine: inCall && appointment.agentId === view.staffId,
    roomHref: `${href}/room`,
    attendAction: appointment.status === 'waiting' ? `${href}/attend` : null,
  };
}

function columns(cards: BoardCard[], rows: BoardRows): BoardColumn[] {
  const keyed = rows.appointments.map((row, index) => ({ key: COLUMN_OF[row.status], card: cards[index] }));
  return COLUMNS.map((key) => ({
    key,
    cards: keyed.filter((entry) => entry.key === key).flatMap((entry) => entry.card ?? []),
    more: key === 'toCall' ? rows.uncalled : 0,
  }));
}

/** The board of one day as its page wants it. */
export function presentBoard(view: View, office: Office, rows: BoardRows, day: string): BoardPage {
  const base = `/o/${office.slug}/board`;
  const today = isoDay(view.clock.now(), office.timeZone);
  const noon = dayBounds(day, office.timeZone)?.from ?? view.clock.now();
  const cards = rows.appointments.map((appointment) => card(view, office, rows, day, appointment));
  return {
    office: { slug: office.slug, name: office.name },
    dateLabel: fullDayLabel(noon, office.timeZone, view.locale),
    dateIso: day,
    isToday: day === today,
    previousHref: `${base}?date=${shiftDay(day, -1)}`,
    nextHref: `${base}?date=${shiftDay(day, 1)}`,
    todayHref: base,
    newHref: `/o/${office.slug}/appointments/new${day === today ? '' : `?date=${day}`}`,
    columns: columns(cards, rows),
    fragmentHref: `${base}/columns?date=${day}`,
    eventsHref: `/o/${office.slug}/events`,
    waitingCount: rows.appointments.filter((appointment) => appointment.status === 'waiting').length,
  };
}
