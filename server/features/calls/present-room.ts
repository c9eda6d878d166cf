import { rangeLabel, timeLabel } from '../../kernel/dates.ts';
import { localise } from '../../kernel/locale.ts';
import type { FormState } from '../../kernel/page.ts';
import { displayPhone } from '../../kernel/people.ts';
import type { Settings } from '../../config/settings.ts';
import { isOnline } from '../appointments/index.ts';
import type { AgentRoomPage, CitizenRoomPage, RoomClientConfig } from './pages.ts';
import { MAX_TRIES } from './pin.ts';
import { presentAgent, presentAppointment, type CitizenRows, type CitizenView } from './present-citizen.ts';
import { anotherWaits } from './waiting-room.ts';
import { OUTCOMES } from './schema.ts';

/** Scripts that the embedded library needs, in order; a library built for the bridge ignores jQuery. */
const LIBRARIES: Record<Settings['VIDEO_PROFILE'], string[]> = {
  embedded: ['/libs/jquery.min.js', '/libs/lib-jitsi-meet.min.js'],
  bridge: ['/libs/lib-jitsi-meet.min.js'],
};

type RoomSettings = Pick<Settings, 'JITSI_DOMAIN' | 'JITSI_MUC' | 'VIDEO_PROFILE'>;

/** A page that holds the room: who looks, and where it posts to. */
export interface RoomView extends CitizenView {
  settings: RoomSettings;
  csrf: string;
}

function clientConfig(
  view: RoomView,
  rows: CitizenRows,
  role: 'agent' | 'citizen',
  hrefs: { base: string; ended: string; leave: string },
): RoomClientConfig {
  const { appointment, office, agent } = rows;
  const { settings } = view;
  const citizen = { role: 'citizen' as const, name: appointment.citizenData(view.vault).name };
  const staff = agent ? presentAgent(view, agent) : { name: '', role: '', staffNumber: '' };
  const agentDetail = `${staff.role} · ${staff.staffNumber} · ${office.name}`;
  const time = timeLabel(view.now, office.timeZone, view.locale);
  return {
    room: appointment.room ?? '',
    serviceUrl: '/xmpp-websocket',
    domain: settings.JITSI_DOMAIN,
    muc: settings.JITSI_MUC,
    profile: settings.VIDEO_PROFILE,
    tokenAction: `${hrefs.base}/room/token`,
    csrf: view.csrf,
    endedHref: hrefs.ended,
    leaveHref: hrefs.leave,
    eventsHref: `${hrefs.base}/events`,
    self: role === 'agent' ? { role, name: staff.name } : citizen,
    peer:
      role === 'agent'
        ? { ...citizen, detail: localise(rows.procedure.name, view.locale) }
        : { role: 'agent', name: staff.name, detail: agentDetail },
    watermark: `${staff.name} · ${citizen.name} · ${time}`,
    reportAction: `${hrefs.base}/room/report`,
    locale: view.locale,
    libraries: LIBRARIES[settings.VIDEO_PROFILE],
  };
}

/** The room as the citizen sees it. */
export function presentCitizenRoom(view: RoomView, rows: CitizenRows): CitizenRoomPage {
  const { base } = view;
  const hrefs = { base, ended: `${base}/goodbye`, leave: `${base}/waiting-room` };
  return {
    appointment: presentAppointment(view, rows),
    agent: rows.agent ? presentAgent(view, rows.agent) : { name: '', role: '', staffNumber: '' },
    config: clientConfig(view, rows, 'citizen', hrefs),
  };
}

export interface RoomForms {
  overrideForm: FormState;
  closeForm: FormState;
}

/** The room as the agent sees it, with the citizen's data beside it. `view.base` is the appointment's own path;
 * `inRoom` tells whether the citizen's browser is in the room. */
export function presentAgentRoom(
  view: RoomView,
  rows: CitizenRows,
  inRoom: boolean,
  forms: RoomForms,
): AgentRoomPage {
  const { appointment, office, procedure } = rows;
  const { base, locale, templates } = view;
  const citizen = appointment.citizenData(view.vault);
  const board = `/o/${office.slug}/board`;
  return {
    office: { slug: office.slug, name: office.name },
    uid: appointment.uid,
    name: citizen.name,
    mobile: displayPhone(citizen.mobile),
    mobileHref: `tel:${citizen.mobile}`,
    languageLabel: templates.text(`labels:language.${appointment.locale}`, locale),
    procedure: localise(procedure.name, locale),
    documents: procedure.documents[locale],
    notes: citizen.notes,
    whenLabel: rangeLabel(appointment.startsAt, appointment.endsAt, office.timeZone, locale),
    config: clientConfig(view, rows, 'agent', { base, ended: base, leave: board }),
    admitted: appointment.admittedAt !== null && !anotherWaits(appointment, view.now),
    citizenOnline: inRoom || isOnline(appointment, view.now),
    triesLeft: MAX_TRIES - appointment.pinTries,
    overrideAction: `${base}/pin/override`,
    resendPinAction: `${base}/pin/resend`,
    closeAction: `${base}/close`,
    ...forms,
    outcomes: OUTCOMES.map((code) => ({ code, label: templates.text(`labels:outcome.${code}`, locale) })),
    fragmentHref: `${base}/room/live`,
    eventsHref: `${base}/events`,
    boardHref: board,
  };
}
