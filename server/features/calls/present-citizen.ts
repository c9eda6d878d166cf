import { atTimeLabel, whenLabel } from '../../kernel/dates.ts';
import { localise, type Locale } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import { displayPhone, maskPhone } from '../../kernel/people.ts';
import type { Templates } from '../../kernel/ports.ts';
import type { Vault } from '../../kernel/vault.ts';
import type { Appointment } from '../../models/Appointment.ts';
import type { Office } from '../../models/Office.ts';
import type { Procedure } from '../../models/Procedure.ts';
import type { Staff } from '../../models/Staff.ts';
import type { CitizenAppointment, GoodbyePage, LandingPage, WaitingPage } from './pages.ts';
import { isAdmitted, MAX_TRIES, pinInForce, resendWait } from './pin.ts';
import { doorOpensAt } from './waiting-room.ts';

/** All rows that a citizen's page is made of. */
export interface CitizenRows {
  appointment: Appointment;
  office: Office;
  procedure: Procedure;
  agent: Staff | null;
}

/** Who looks, when, and through which link. */
export interface CitizenView {
  vault: Vault;
  templates: Templates;
  locale: Locale;
  now: Date;
  /** Hash of this browser's cookie. */
  browser: string;
  /** `/v/<token>` */
  base: string;
}

/** The agent as the citizen is told: name, role and number. */
export function presentAgent(
  view: CitizenView,
  agent: Staff,
): { name: string; role: string; staffNumber: string } {
  const role = view.templates.text(`labels:role.${agent.role}`, view.locale);
  return { name: agent.name, role, staffNumber: agent.staffNumber };
}

/** What all citizen pages show. */
export function presentAppointment(view: CitizenView, rows: CitizenRows): CitizenAppointment {
  const { appointment, office, procedure } = rows;
  return {
    office: {
      name: office.name,
      address: office.address,
      phone: displayPhone(office.phone),
      phoneHref: `tel:${office.phone}`,
    },
    procedure: localise(procedure.name, view.locale),
    documents: procedure.documents[view.locale],
    whenLabel: whenLabel(appointment.startsAt, office.timeZone, view.locale),
    startIso: appointment.startsAt.toISOString(),
    name: appointment.citizenData(view.vault).name,
  };
}

/** The first page behind the link. */
export function presentLanding(view: CitizenView, rows: CitizenRows, form: FormState): LandingPage {
  const { appointment, office } = rows;
  const door = doorOpensAt(appointment, office);
  const minutesToDoor = Math.max(0, Math.ceil((door.getTime() - view.now.getTime()) / 60_000));
  const confirmed = appointment.status !== 'requested';
  return {
    appointment: presentAppointment(view, rows),
    phase: confirmed ? (minutesToDoor > 0 ? 'early' : 'open') : 'unconfirmed',
    doorOpensLabel: atTimeLabel(door, office.timeZone, view.locale),
    minutesToDoor,
    checkHref: `${view.base}/device-check`,
    enterAction: `${view.base}/enter`,
    deviceChecked: appointment.deviceReport !== null,
    form,
  };
}

function step(appointment: Appointment, browser: string): WaitingPage['step'] {
  if (isAdmitted(appointment, browser)) return appointment.status === 'in_call' ? 'called' : 'ready';
  if (appointment.pinTries >= MAX_TRIES) return 'locked';
  // Once somebody was admitted, this browser is another one: its PIN is still to be asked for.
  return appointment.pinMac || appointment.admittedAt ? 'pin' : 'pinWaiting';
}

/** The waiting room: what to do now, and who will attend. */
export function presentWaiting(view: CitizenView, rows: CitizenRows, pinForm: FormState): WaitingPage {
  const { appointment, agent } = rows;
  const { mobile } = appointment.citizenData(view.vault);
  const { base } = view;
  return {
    appointment: presentAppointment(view, rows),
    step: step(appointment, view.browser),
    pinForm,
    pinAction: `${base}/pin`,
    triesLeft: MAX_TRIES - appointment.pinTries,
    mobileMasked: maskPhone(mobile),
    resendAction: `${base}/pin/resend`,
    resendWait: resendWait(appointment, view.now),
    pinExpired: !pinInForce(appointment, view.now),
    agent: agent && presentAgent(view, agent),
    leaveAction: `${base}/leave`,
    roomHref: `${base}/room`,
    fragmentHref: `${base}/waiting-room/live`,
    eventsHref: `${base}/events`,
    heartbeatAction: `${base}/heartbeat`,
  };
}

/** The last page. */
export function presentGoodbye(view: CitizenView, rows: CitizenRows): GoodbyePage {
  const { appointment } = rows;
  return {
    appointment: presentAppointment(view, rows),
    status: appointment.status,
    ratingAction: `${view.base}/rating`,
    rating: appointment.rating,
    canRate: appointment.status === 'completed' && appointment.rating === null,
  };
}
