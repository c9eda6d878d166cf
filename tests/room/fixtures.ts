import type { AgentRoomPage, CitizenRoomPage, DeviceCheckPage } from '../../server/features/calls/pages.ts';
import type { FormState, PageChrome } from '../../server/kernel/page.ts';
import type { Locale } from '../../server/kernel/locale.ts';

const NO_FORM: FormState = { values: {}, errors: {}, summary: [] };
const AGENT = { name: 'Núria Ferrer i Soler', role: 'Informadora', staffNumber: '10482' };
const CITIZEN = 'Jordi Puig i Cadafalch';

/** What every page is given, without a member of staff. */
export function chrome(locale: Locale): PageChrome & { title: string } {
  const labels: [Locale, string][] = [
    ['ca', 'Català'],
    ['es', 'Español'],
    ['en', 'English'],
  ];
  return {
    locale,
    notices: { list: [], seen: '' },
    languages: labels.map(([code, label]) => ({ code, label, current: code === locale })),
    department: 'Departament de Proves',
    path: '/citizen/room',
    csrf: 'csrf-of-the-test',
    nonce: 'nonce-of-the-test',
    assets: '/assets',
    title: 'Sala',
  };
}

const appointment = {
  office: {
    name: 'OAC Girona',
    address: 'Plaça de Pompeu Fabra, 1',
    phone: '972 940 000',
    phoneHref: 'tel:+34972940000',
  },
  procedure: 'Títol de família nombrosa',
  documents: ['DNI o NIE', 'Llibre de família'],
  whenLabel: 'dimarts 24 de novembre a les 10.30 h',
  startIso: '2026-11-24T09:30:00.000Z',
  name: CITIZEN,
};

/** The room page's data as seen by `role`. */
export function citizenPage(role: 'agent' | 'citizen'): CitizenRoomPage {
  const agent = { role: 'agent' as const, name: AGENT.name, detail: `${AGENT.role} · ${AGENT.staffNumber}` };
  const citizen = { role: 'citizen' as const, name: CITIZEN, detail: '' };
  return {
    appointment,
    agent: AGENT,
    config: {
      room: '',
      serviceUrl: '/xmpp-websocket',
      domain: 'meet.jitsi',
      muc: 'muc.meet.jitsi',
      profile: 'embedded',
      tokenAction: `/${role}/token`,
      csrf: 'csrf-of-the-test',
      endedHref: `/${role}/ended`,
      leaveHref: `/${role}/away`,
      eventsHref: `/${role}/events`,
      self: role === 'agent' ? agent : citizen,
      peer: role === 'agent' ? citizen : agent,
      watermark: `${AGENT.name} · ${CITIZEN} · 24-11-2026 10.30 h`,
      reportAction: `/${role}/report`,
      locale: 'ca',
      libraries: ['/libs/jquery.min.js', '/libs/lib-jitsi-meet.min.js'],
    },
  };
}

/** The agent's room page. */
export function agentPage(): AgentRoomPage {
  return {
    office: { slug: 'girona', name: 'OAC Girona' },
    uid: 'abc',
    name: CITIZEN,
    mobile: '+34 612 345 678',
    mobileHref: 'tel:+34612345678',
    languageLabel: 'Català',
    procedure: appointment.procedure,
    documents: appointment.documents,
    notes: 'Té pressa: ha de marxar a les 11 h.',
    whenLabel: appointment.whenLabel,
    config: citizenPage('agent').config,
    admitted: false,
    citizenOnline: true,
    triesLeft: 3,
    overrideAction: '/agent/override',
    overrideForm: NO_FORM,
    resendPinAction: '/agent/resend',
    closeAction: '/agent/close',
    closeForm: NO_FORM,
    outcomes: [
      { code: 'solved', label: 'Resolt' },
      { code: 'pending', label: 'Falta documentació' },
      { code: 'in_person', label: 'Ha de venir a l’oficina' },
    ],
    fragmentHref: '/agent/fragment',
    eventsHref: '/agent/events',
    boardHref: '/agent/board',
  };
}

/** The device check's data. */
export function devicePage(): DeviceCheckPage {
  return { appointment, resultAction: '/citizen/result', backHref: '/citizen/away' };
}
