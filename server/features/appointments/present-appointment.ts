import { clockTime, isoDay, isoTime, rangeLabel, timeLabel } from '../../kernel/dates.ts';
import { localise } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import { displayPhone, maskPhone } from '../../kernel/people.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { AppointmentPage } from './pages.ts';
import { isOnline } from './presence.ts';
import type { View } from './present-board.ts';
import { linkLeaves } from './outbox.ts';
import { resendWait } from './present-messages.ts';
import { presentTimeline } from './present-timeline.ts';
import type { AppointmentRows } from './queries.ts';
import { can, isFinal } from './state-machine.ts';

/** Forms of the page that were refused; the others are drawn fresh. */
export type RefusedForms = Partial<
  Record<'rescheduleForm' | 'cancelForm' | 'phoneForm' | 'contactForm', FormState>
>;

function actions(appointment: Appointment, href: string, view: View, now: Date): AppointmentPage['actions'] {
  const { status } = appointment;
  const when = (possible: boolean, action: string) => (possible ? `${href}/${action}` : null);
  const here = status === 'waiting' && isOnline(appointment, now);
  const linkUseful = ['confirmed', 'waiting'].includes(status) && appointment.endsAt > now;
  return {
    phoneCheck: when(can(status, 'confirm'), 'phone-check'),
    attend: when(can(status, 'attend'), 'attend'),
    room: when(status === 'in_call' && appointment.agentId === view.staffId, 'room'),
    cancel: when(can(status, 'cancel'), 'cancel'),
    reschedule: when(can(status, 'reschedule'), 'reschedule'),
    noShow: when(can(status, 'miss') && appointment.startsAt < now && !here, 'no-show'),
    resendLink: when(linkUseful, 'resend-link'),
    correctContact: when(!isFinal(status), 'contact'),
  };
}

function deviceReport(view: View, appointment: Appointment): string | null {
  const report = appointment.deviceReport;
  if (!report) return null;
  const key = report.microphone && report.network ? (report.camera ? 'good' : 'audioOnly') : 'trouble';
  return view.templates.text(`labels:device.${key}`, view.locale, { browser: report.browser });
}

function freshForms(view: View, rows: AppointmentRows): Required<RefusedForms> {
  const { appointment, office } = rows;
  const { mobile, email, notes } = appointment.citizenData(view.vault);
  const form = (values: Record<string, string>): FormState => ({ values, errors: {}, summary: [] });
  return {
    rescheduleForm: form({
      date: isoDay(appointment.startsAt, office.timeZone),
      time: isoTime(appointment.startsAt, office.timeZone),
    }),
    cancelForm: form({}),
    contactForm: form({ mobile: displayPhone(mobile), email: email ?? '' }),
    phoneForm: form({
      notes,
      papersReady: appointment.papersReady ? 'on' : '',
      deviceReady: appointment.deviceReady ? 'on' : '',
    }),
  };
}

/** The page in the room sends no sign of life; there the video server knows. */
function inRoom({ appointment, roomEvents }: AppointmentRows): boolean {
  const last = roomEvents.findLast(({ party }) => party === 'citizen');
  return appointment.status === 'in_call' && last?.event === 'joined';
}

/** How long they were in the room together, as the video server saw it; null until it is over, or if they never met. */
function conversation(view: View, { appointment, office, roomEvents }: AppointmentRows): string | null {
  const { metAt, endedAt } = appointment;
  if (!metAt || !endedAt) return null;
  const left = roomEvents.findLast(({ party, event }) => party === 'citizen' && event === 'left');
  const until = left && left.at > metAt ? left.at : endedAt;
  const minutes = Math.max(1, Math.round((until.getTime() - metAt.getTime()) / 60_000));
  const from = clockTime(metAt, office.timeZone, view.locale);
  const to = timeLabel(until, office.timeZone, view.locale);
  return view.templates.text('labels:conversation', view.locale, { from, to, count: minutes });
}

/** From the link's time on it may have left or not, and the person may come at any moment. */
function nextKey(appointment: Appointment, now: Date): string {
  const due = appointment.status === 'confirmed' && linkLeaves(appointment) <= now;
  return due ? 'expected' : appointment.status;
}

/** One appointment as its page wants it. */
export function presentAppointment(
  view: View,
  rows: AppointmentRows,
  refused: RefusedForms = {},
): AppointmentPage {
  const { appointment, office, procedure, agent } = rows;
  const { locale, templates } = view;
  const now = view.clock.now();
  const citizen = appointment.citizenData(view.vault);
  const href = `/o/${office.slug}/appointments/${appointment.uid}`;
  const reason =
    citizen.cancelReason && templates.text('labels:cancelReason', locale, { reason: citizen.cancelReason });
  const notes = [citizen.notes, reason].filter(Boolean).join('\n');
  return {
    office: { slug: office.slug, name: office.name },
    uid: appointment.uid,
    name: citizen.name,
    mobile: displayPhone(citizen.mobile),
    mobileHref: `tel:${citizen.mobile}`,
    email: citizen.email,
    languageLabel: templates.text(`labels:language.${appointment.locale}`, locale),
    procedure: localise(procedure.name, locale),
    documents: procedure.documents[locale],
    whenLabel: rangeLabel(appointment.startsAt, appointment.endsAt, office.timeZone, locale),
    startIso: appointment.startsAt.toISOString(),
    status: appointment.status,
    statusLabel: templates.text(`labels:status.${appointment.status}`, locale),
    next: templates.text(`staff:show.next.${nextKey(appointment, now)}`, locale),
    notes,
    papersReady: appointment.papersReady,
    deviceReady: appointment.deviceReady,
    phoneAttempts: appointment.phoneAttempts,
    deviceReport: deviceReport(view, appointment),
    online: isOnline(appointment, now) || inRoom(rows),
    admitted: appointment.admittedAt !== null,
    agentName: agent?.name ?? null,
    outcomeLabel: appointment.outcome && templates.text(`labels:outcome.${appointment.outcome}`, locale),
    rating: appointment.rating,
    conversation: conversation(view, rows),
    actions: actions(appointment, href, view, now),
    maskedMobile: maskPhone(citizen.mobile),
    resendWait: resendWait(view, rows),
    ...freshForms(view, rows),
    ...refused,
    timeline: presentTimeline(view, rows),
    boardHref: `/o/${office.slug}/board`,
    selfHref: href,
    fragmentHref: `${href}/live`,
    eventsHref: `${href}/events`,
  };
}
