import { addSeconds } from '../../kernel/clock.ts';
import { atTimeLabel } from '../../kernel/dates.ts';
import { maskEmail, maskPhone } from '../../kernel/people.ts';
import { aboutRecipient, reasonWord } from '../../kernel/reasons.ts';
import type { OutboxMessage } from '../../models/OutboxMessage.ts';
import type { MessageStory, TimelineEntry } from './pages.ts';
import { linkLeaves } from './outbox.ts';
import type { View } from './present-board.ts';
import { standingOf, type Standing } from './present-standing.ts';
import { presentSteps } from './present-steps.ts';
import type { AppointmentRows } from './queries.ts';
import { mayHaveFailed, RESEND_ACTIONS, waitAfter, whyNotAgain } from './resend-rules.ts';
import { isFinal } from './state-machine.ts';

const TONES: Record<Standing, NonNullable<TimelineEntry['state']>['tone']> = {
  planned: 'neutral',
  sending: 'neutral',
  late: 'warning',
  paused: 'warning',
  held: 'warning',
  retrying: 'warning',
  left: 'success',
  received: 'success',
  undelivered: 'danger',
  failed: 'danger',
  expired: 'warning',
  withdrawn: 'neutral',
  unclear: 'warning',
};

/** The moment at which an entry stands among the others. */
function placeOf(row: OutboxMessage): Date {
  if (row.state === 'queued' || row.state === 'leased') return row.dueAt;
  return row.acceptedAt ?? row.settledAt ?? row.dueAt;
}

/** Number or address it goes to, or went to: a correction does not change where it went. */
function recipient(view: View, rows: AppointmentRows, row: OutboxMessage): string | null {
  const citizen = rows.appointment.citizenData(view.vault);
  const settled = row.nextAt === null && row.state !== 'leased' ? placeOf(row).toISOString() : null;
  const former = citizen.formerContacts?.find(({ until }) => settled !== null && settled <= until);
  const { mobile, email } = former ?? citizen;
  return row.channel === 'sms' ? mobile : email;
}

function maskedRecipient(view: View, rows: AppointmentRows, row: OutboxMessage): string {
  const address = recipient(view, rows, row);
  if (address === null) return '';
  return row.channel === 'sms' ? maskPhone(address) : maskEmail(address);
}

/** True once number or address are no longer those that it went to. */
function corrected(view: View, rows: AppointmentRows, row: OutboxMessage): boolean {
  const { mobile, email } = rows.appointment.citizenData(view.vault);
  return recipient(view, rows, row) !== (row.channel === 'sms' ? mobile : email);
}

const IN_TROUBLE: ReadonlySet<Standing> = new Set(['held', 'retrying', 'undelivered', 'failed']);
const OWN_NOTE: ReadonlySet<Standing> = new Set(['paused', 'late', 'unclear', 'expired']);

/** What passes by itself, or is told by the standing. */
const WITHOUT_ADVICE: ReadonlySet<string> = new Set(['networkBusy', 'mailBusy', 'noAnswer']);

/** What is the matter and what can be done, in sentences. */
function notes(view: View, rows: AppointmentRows, row: OutboxMessage, standing: Standing): string[] {
  const text = (key: string) => view.templates.text(`timeline:${key}`, view.locale);
  const word = row.reason ? reasonWord(row.reason) : 'other';
  const sentences: string[] = [];
  if (IN_TROUBLE.has(standing)) sentences.push(text(`reason.${word}`));
  const done = aboutRecipient(word) && corrected(view, rows, row);
  if (IN_TROUBLE.has(standing) && done) sentences.push(text('note.corrected'));
  else if (IN_TROUBLE.has(standing) && !WITHOUT_ADVICE.has(word)) sentences.push(text(`advice.${word}`));
  // What kept it from leaving in time.
  if (standing === 'expired' && word !== 'other') sentences.push(text(`reason.${word}`));
  if (OWN_NOTE.has(standing)) sentences.push(text(`note.${standing}`));
  if (row.repeats > 0) sentences.push(text('note.duplicate'));
  const heirs = rows.messages.filter(({ originId }) => originId === row.id);
  const instead = row.channel === 'sms' ? 'insteadEmail' : 'insteadSms';
  if (row.state === 'failed' && heirs.some(({ channel }) => channel !== row.channel))
    sentences.push(text(`note.${instead}`));
  if (heirs.some(({ channel }) => channel === row.channel)) sentences.push(text('note.again'));
  return sentences;
}

/** True while correcting number or address is possible and what the message needs. */
function correctable(view: View, rows: AppointmentRows, row: OutboxMessage, standing: Standing): boolean {
  const failed = standing === 'failed' || standing === 'undelivered';
  if (!failed || isFinal(rows.appointment.status) || corrected(view, rows, row)) return false;
  return mayHaveFailed(row, rows.messages) && aboutRecipient(reasonWord(row.reason ?? ''));
}

/** Until when nothing may be sent by hand, as a sentence; null when it may. */
export function resendWait(view: View, rows: AppointmentRows): string | null {
  const sent = rows.audit.filter(({ action }) => RESEND_ACTIONS.includes(action)).map(({ at }) => at);
  const wait = waitAfter(sent, view.clock.now());
  if (!wait) return null;
  // Rounded up: at the minute that is told it really is possible.
  const at = atTimeLabel(addSeconds(wait.until, 59), rows.office.timeZone, view.locale);
  return view.templates.text('timeline:resendFrom', view.locale, { at });
}

function resend(view: View, rows: AppointmentRows, row: OutboxMessage, name: string): MessageStory['resend'] {
  if (!mayHaveFailed(row, rows.messages)) return null;
  const { appointment, office } = rows;
  const text = (key: string, params = {}) => view.templates.text(`timeline:${key}`, view.locale, params);
  const { email, mobile } = appointment.citizenData(view.vault);
  const whyNot = whyNotAgain(row, appointment, email !== null, linkLeaves(appointment), view.clock.now());
  if (whyNot) return { whyNot: text(`whyNot.${whyNot}`) };
  const wait = resendWait(view, rows);
  if (wait) return { whyNot: wait };
  const to = row.channel === 'sms' ? maskPhone(mobile) : maskEmail(email ?? '');
  const action = `/o/${office.slug}/appointments/${appointment.uid}/messages/${row.uid}/resend`;
  return { action, label: text('resendTo', { what: name, to }) };
}

/** One message as an entry of the timeline, with its whole history. */
export function presentMessage(
  view: View,
  rows: AppointmentRows,
  row: OutboxMessage,
): { at: Date; entry: Omit<TimelineEntry, 'atIso' | 'atLabel'> } {
  const text = (key: string) => view.templates.text(key, view.locale);
  const standing = standingOf(rows, row, view.clock.now());
  const title = `${text(`labels:channel.${row.channel}`)}: ${text(`labels:kind.${row.kind}`)}`;
  return {
    at: placeOf(row),
    entry: {
      kind: 'message',
      icon: row.channel === 'sms' ? 'chat-dots' : 'envelope',
      title,
      detail: maskedRecipient(view, rows, row),
      state: { label: text(`timeline:state.${standing}`), tone: TONES[standing] },
      message: {
        id: row.uid,
        steps: presentSteps(view, rows, row, standing),
        notes: notes(view, rows, row, standing),
        correctable: correctable(view, rows, row, standing),
        resend: resend(view, rows, row, title),
      },
    },
  };
}
