import type {
  AppointmentPage,
  BoardCard,
  BoardPage,
  NewAppointmentPage,
} from '../../server/features/appointments/pages.ts';
import type {
  CitizenAppointment,
  GoodbyePage,
  LandingPage,
  UnknownLinkPage,
  WaitingPage,
} from '../../server/features/calls/pages.ts';
import type { FrontPage, SignInPage } from '../../server/features/identity/pages.ts';
import type { ChooseOfficePage } from '../../server/features/offices/pages.ts';
import type { Locale } from '../../server/kernel/locale.ts';
import type { FormState, PageChrome, StaffNotice } from '../../server/kernel/page.ts';
import { ADMINISTRATION, notices } from './administration-fixtures.ts';
import { TEXTS } from './texts-fixtures.ts';

/** A page to draw: invented people and places only. */
export interface Fixture {
  /** Unique, also the path it is served at. */
  name: string;
  view: string;
  layout: 'citizen' | 'staff';
  title: string;
  data: object;
  /** What is the matter with messages, on top of the page. */
  notices?: StaffNotice[];
  /** Live part that has the same data. */
  fragment?: string;
  /** Shows pages of ours in frames. */
  frames?: boolean;
}

const office = { slug: 'prova', name: 'OAC Vilaprova' };
const phones = { phone: '900 000 000', phoneHref: 'tel:+34900000000' };
const emptyForm: FormState = { values: {}, errors: {}, summary: [] };
const streams = { fragmentHref: '/fragment', eventsHref: '/events' };

/** A form that was refused in these fields. */
function refused(values: Record<string, string>, errors: Record<string, string>): FormState {
  const summary = Object.entries(errors).map(([field, text]) => ({ href: `#${field}`, text }));
  return { values, errors, summary };
}

/** What surrounds every page. */
export function chromeFor(fixture: Fixture, locale: Locale, assets: string, nonce: string): PageChrome {
  return {
    locale,
    languages: [
      { code: 'ca', label: 'Català', current: locale === 'ca' },
      { code: 'es', label: 'Español', current: locale === 'es' },
      { code: 'en', label: 'English', current: locale === 'en' },
    ],
    department: 'Departament de Proves Fictícies',
    path: `/page/${fixture.name}`,
    csrf: 'csrf-for-tests',
    nonce,
    assets,
    notices: fixture.notices ? { list: fixture.notices, seen: 'seen' } : { list: [], seen: '' },
    flash: fixture.name === 'board' ? { kind: 'success', text: 'La cita s’ha desat.' } : undefined,
    staff: fixture.layout === 'staff' ? staffChrome : undefined,
  };
}

const staffChrome: NonNullable<PageChrome['staff']> = {
  name: 'Agent Inventada',
  roleLabel: 'Informadora',
  staffNumber: 'I-0042',
  isAdministrator: true,
  office,
  offices: [
    { ...office, current: true },
    { slug: 'altra', name: 'OAC Comarca Imaginària', current: false },
  ],
};

const appointment: CitizenAppointment = {
  office: { name: office.name, address: 'Carrer Inexistent, 1, Vilaprova', ...phones },
  procedure: 'Sol·licitud de la targeta de família nombrosa',
  documents: ['DNI, NIE o passaport', 'Llibre de família o certificat de naixement de cada fill o filla'],
  whenLabel: 'dimarts 24 de novembre a les 10.30 h',
  startIso: '2026-11-24T09:30:00Z',
  name: 'Persona Fictícia',
};

const landing: LandingPage = {
  appointment,
  phase: 'open',
  doorOpensLabel: 'a les 10.15 h',
  minutesToDoor: 0,
  checkHref: '/v/x/device-check',
  enterAction: '/v/x/waiting-room',
  deviceChecked: false,
  form: emptyForm,
};

const waiting: WaitingPage = {
  appointment,
  step: 'pinWaiting',
  pinForm: emptyForm,
  pinAction: '/v/x/pin',
  triesLeft: 5,
  mobileMasked: '+34 6•• ••• •21',
  resendAction: '/v/x/resend',
  resendWait: 45,
  pinExpired: false,
  agent: null,
  leaveAction: '/v/x/leave',
  roomHref: '/v/x/room',
  heartbeatAction: '/v/x/heartbeat',
  ...streams,
};
const agent = { name: 'Agent Inventada', role: 'informadora', staffNumber: 'I-0042' };
const wrongPin = refused({ pin: '123456' }, { pin: 'Aquest codi no és correcte. Reviseu l’últim SMS.' });

const goodbye: GoodbyePage = {
  appointment,
  status: 'completed',
  ratingAction: '/v/x/rating',
  rating: null,
  canRate: true,
};
const offices = [
  { name: office.name, address: 'Carrer Inexistent, 1, Vilaprova', ...phones },
  { name: 'OAC Comarca Imaginària', address: 'Plaça de l’Exemple, 2, Vilaimaginada', ...phones },
];

let serial = 0;
function card(time: string, name: string, more: Partial<BoardCard> = {}): BoardCard {
  serial += 1;
  return {
    uid: `u${serial}`,
    href: `/o/prova/appointments/u${serial}`,
    time,
    timeIso: '2026-11-24T09:30:00Z',
    day: null,
    name,
    procedure: 'Targeta de família nombrosa',
    status: 'confirmed',
    statusLabel: 'Confirmada',
    language: 'CA',
    late: false,
    phone: '600 000 021',
    phoneHref: 'tel:+34600000021',
    attempts: 0,
    arrivedIso: null,
    waitingMinutes: null,
    online: false,
    admitted: false,
    agentName: null,
    mine: false,
    roomHref: `/o/prova/appointments/u${serial}/room`,
    attendAction: null,
    ...more,
  };
}

const arrived = { arrivedIso: '2026-11-24T09:23:00Z', status: 'waiting', attendAction: '/attend' };
const board: BoardPage = {
  office,
  dateLabel: 'dimarts, 24 de novembre de 2026',
  dateIso: '2026-11-24',
  isToday: true,
  previousHref: '?date=2026-11-23',
  nextHref: '?date=2026-11-25',
  todayHref: '?',
  newHref: '/o/prova/appointments/new',
  columns: [
    {
      key: 'toCall',
      cards: [
        card('9.00', 'Exemple Primera Inventada', { day: 'dj. 26 nov.', attempts: 2 }),
        card('12.15', 'Mostra Segon Imaginari', { day: 'dv. 27 nov.', language: 'ES' }),
      ],
    },
    {
      key: 'upcoming',
      cards: [
        card('10.15', 'Prova Tercera Fictícia', { late: true }),
        card('11.00', 'Model Quart Suposat', {
          procedure: 'Certificat de discapacitat: revisió del grau reconegut',
        }),
        card('11.30', 'Assaig Cinquena Simulada', { language: 'EN' }),
      ],
    },
    {
      key: 'waiting',
      cards: [
        card('10.30', 'Persona Fictícia de Nomllarguíssim', {
          ...arrived,
          waitingMinutes: 7,
          online: true,
          admitted: true,
        }),
        card('10.45', 'Visitant Hipotètic', {
          ...arrived,
          waitingMinutes: 2,
          language: 'ES',
          attendAction: null,
        }),
      ],
    },
    {
      key: 'inCall',
      cards: [
        card('10.00', 'Usuària Figurada', { agentName: 'Agent Inventada', mine: true }),
        card('10.00', 'Client Abstracte', { agentName: 'Company Suposat' }),
      ],
    },
    {
      key: 'finished',
      cards: [
        card('9.00', 'Anterior Acabada', { statusLabel: 'Atesa' }),
        card('9.30', 'Absent Imaginat', { statusLabel: 'No s’ha presentat' }),
      ],
    },
  ],
  waitingCount: 2,
  ...streams,
};
const emptyBoard: BoardPage = {
  ...board,
  columns: board.columns.map(({ key }) => ({ key, cards: [] })),
  waitingCount: 0,
};

const newAppointment: NewAppointmentPage = {
  office,
  action: '/o/prova/appointments',
  backHref: '/o/prova/board',
  form: { values: { locale: 'ca' }, errors: {}, summary: [] },
  procedures: [
    {
      code: 'FN',
      name: 'Targeta de família nombrosa',
      minutes: 30,
      selected: false,
      byVideo: true,
      whyNot: '',
    },
    {
      code: 'ID',
      name: 'Alta d’identitat digital',
      minutes: 15,
      selected: false,
      byVideo: false,
      whyNot: 'cal presència',
    },
  ],
  locales: [
    { code: 'ca', label: 'Català', selected: true },
    { code: 'es', label: 'Español', selected: false },
    { code: 'en', label: 'English', selected: false },
  ],
  minDate: '2026-11-24',
  maxDate: '2027-02-24',
};
const refusedNew = refused(
  { name: 'P', mobile: '93', date: '2026-11-29', time: '', email: 'no', notes: 'Vindrà amb intèrpret' },
  {
    procedure: 'Trieu un tràmit.',
    time: 'Poseu l’hora.',
    name: 'El nom ha de tenir dues lletres o més.',
    mobile: 'No és un mòbil. Exemple: 600 000 000.',
    email: 'L’adreça no és correcta. Exemple: nom@exemple.cat.',
  },
);

const show: AppointmentPage = {
  office,
  uid: 'u1',
  name: 'Persona Fictícia',
  mobile: '600 000 021',
  mobileHref: 'tel:+34600000021',
  email: 'persona.ficticia@example.org',
  languageLabel: 'Català',
  procedure: appointment.procedure,
  documents: appointment.documents,
  whenLabel: 'dimarts 24 de novembre, de 10.30 a 11.00 h',
  startIso: appointment.startIso,
  status: 'requested',
  statusLabel: 'Per trucar',
  next: 'El pas següent és trucar per confirmar-la.',
  notes: 'Ve amb una filla que l’ajuda amb el mòbil.',
  papersReady: true,
  deviceReady: false,
  phoneAttempts: 1,
  deviceReport: null,
  online: false,
  admitted: false,
  agentName: null,
  outcomeLabel: null,
  rating: null,
  actions: {
    phoneCheck: '/phone-check',
    attend: null,
    room: null,
    cancel: '/cancel',
    reschedule: '/reschedule',
    noShow: null,
    resendLink: null,
    correctContact: '/contact',
  },
  maskedMobile: '6•• ••• •21',
  contactForm: {
    values: { mobile: '600 000 021', email: 'persona.ficticia@example.org' },
    errors: {},
    summary: [],
  },
  rescheduleForm: emptyForm,
  cancelForm: emptyForm,
  phoneForm: { values: { papersReady: 'on', notes: '' }, errors: {}, summary: [] },
  timeline: [
    {
      atIso: '2026-11-23T09:20:00Z',
      atLabel: '23 nov., 10.20 h',
      kind: 'call',
      icon: 'telephone',
      title: 'Trucada: no contesta',
      detail: 'Agent Inventada',
    },
    {
      atIso: '2026-11-20T08:00:00Z',
      atLabel: '20 nov., 9.00 h',
      kind: 'transition',
      icon: 'calendar-event',
      title: 'Cita demanada',
      detail: 'Company Suposat',
    },
  ],
  boardHref: '/o/prova/board',
  selfHref: '/o/prova/appointments/u1',
  ...streams,
};
const message = { kind: 'message' as const, atIso: '2026-11-24T09:20:00Z', atLabel: '24 nov., 10.20 h' };
const step = (text: string, code: string | null = null) => ({
  atIso: '2026-11-24T09:20:00Z',
  atLabel: 'dt. 24 nov., 10.20 h',
  text,
  code,
});
const showWaiting: AppointmentPage = {
  ...show,
  status: 'waiting',
  statusLabel: 'A la sala d’espera',
  next: 'La persona espera. Encara no es pot atendre.',
  deviceReady: true,
  deviceReport: 'Càmera, micròfon i so comprovats el 23 de novembre.',
  online: true,
  admitted: true,
  actions: {
    ...show.actions,
    phoneCheck: null,
    attend: '/attend',
    reschedule: null,
    noShow: '/no-show',
    resendLink: '/resend',
  },
  timeline: [
    {
      ...message,
      icon: 'chat-dots',
      title: 'SMS: PIN',
      detail: '6•• ••• •21',
      state: { label: 'Rebut', tone: 'success' },
      message: {
        id: 'm1',
        correctable: false,
        notes: [],
        resend: null,
        steps: [
          step('Es va preparar per sortir de seguida'),
          step('Va sortir: la xarxa de l’operador el va acceptar'),
          step('La xarxa informa que ha arribat al telèfon'),
        ],
      },
    },
    {
      ...message,
      icon: 'chat-dots',
      title: 'SMS: enllaç d’accés',
      detail: '6•• ••• •21',
      state: { label: 'No ha sortit', tone: 'danger' },
      message: {
        id: 'm2',
        correctable: true,
        notes: ['Aquest número de mòbil no existeix.', 'Comproveu-lo amb la persona i corregiu-lo.'],
        resend: { action: '/resend/m2', label: 'SMS: enllaç d’accés, a 6•• ••• •21' },
        steps: [
          step('Es va preparar per sortir: dt. 24 nov., 10.20 h'),
          step(
            'La xarxa va demanar d’esperar (4 vegades, l’última: dt. 24 nov., 10.24 h).',
            'smpp 0x00000058 · primera',
          ),
          step('Es va deixar de provar. Aquest número de mòbil no existeix.', 'smpp 0x0000000B · primera'),
        ],
      },
    },
    {
      ...message,
      icon: 'envelope',
      title: 'Correu: recordatori',
      detail: 'p•••@example.org',
      state: { label: 'Caducat sense enviar', tone: 'warning' },
      message: {
        id: 'm3',
        correctable: false,
        notes: ['No va poder sortir a temps i ja no era útil. Truqueu a la persona si cal.'],
        resend: { whyNot: 'L’enllaç ja surt o ha sortit: ja no cal el recordatori.' },
        steps: [step('Ja no era útil i no es va enviar')],
      },
    },
    ...show.timeline,
  ],
};
const showDone: AppointmentPage = {
  ...showWaiting,
  status: 'completed',
  statusLabel: 'Acabada',
  next: 'La cita està acabada.',
  outcomeLabel: 'Tràmit resolt',
  rating: 5,
  agentName: 'Agent Inventada',
  email: null,
  notes: '',
  actions: {
    phoneCheck: null,
    attend: null,
    room: null,
    cancel: null,
    reschedule: null,
    noShow: null,
    resendLink: null,
    correctContact: null,
  },
};

const errorPage = {
  status: 500,
  heading: 'Alguna cosa ha fallat',
  text: 'No és culpa vostra. Torneu-ho a provar d’aquí a un moment.',
  requestId: 'a1b2c3d4e5f6',
  backHref: '/',
};

const front: FrontPage = { offices };
const signIn: SignInPage = { form: emptyForm, next: '/offices' };
const refusedSignIn: SignInPage = {
  form: refused({ email: 'agent@example.org' }, { password: 'El correu o la contrasenya no són correctes.' }),
  next: '/offices',
};
const unknown: UnknownLinkPage = { offices };
const choose: ChooseOfficePage = {
  offices: [
    { ...office, address: 'Carrer Inexistent, 1', waiting: 2, today: 12 },
    { slug: 'altra', name: 'OAC Comarca Imaginària', address: 'Plaça de l’Exemple, 2', waiting: 0, today: 1 },
  ],
};

const citizen = (name: string, view: string, data: object, fragment?: string): Fixture => ({
  name,
  view,
  layout: 'citizen',
  title: 'Títol',
  data,
  fragment,
});
const staff = (name: string, view: string, data: object, fragment?: string): Fixture => ({
  name,
  view,
  layout: 'staff',
  title: 'Títol',
  data,
  fragment,
});
const landingOf = (name: string, more: Partial<LandingPage>) =>
  citizen(`landing-${name}`, 'calls/landing', { ...landing, ...more });
const waitingOf = (name: string, more: Partial<WaitingPage>) =>
  citizen(`waiting-${name}`, 'calls/waiting', { ...waiting, ...more }, 'calls/waiting-live');
const goodbyeOf = (name: string, more: Partial<GoodbyePage>) =>
  citizen(`goodbye-${name}`, 'calls/goodbye', { ...goodbye, ...more });

/** Every page in each of its states. */
export const FIXTURES: Fixture[] = [
  citizen('front', 'identity/front', front),
  citizen('sign-in', 'identity/sign-in', signIn),
  citizen('sign-in-refused', 'identity/sign-in', refusedSignIn),
  landingOf('open', {}),
  landingOf('refused', {
    deviceChecked: true,
    form: refused({}, { notice: 'Marqueu la casella per entrar.' }),
  }),
  landingOf('early', { phase: 'early', minutesToDoor: 30 }),
  landingOf('unconfirmed', { phase: 'unconfirmed' }),
  waitingOf('pinWaiting', {}),
  waitingOf('pin', { step: 'pin' }),
  waitingOf('pin-wrong', { step: 'pin', pinForm: wrongPin, triesLeft: 1, resendWait: 0 }),
  waitingOf('pin-expired', { step: 'pin', pinExpired: true, resendWait: 0 }),
  waitingOf('locked', { step: 'locked', triesLeft: 0 }),
  waitingOf('ready', { step: 'ready', agent }),
  waitingOf('called', { step: 'called', agent }),
  goodbyeOf('rate', {}),
  goodbyeOf('rated', { rating: 4, canRate: false }),
  goodbyeOf('cancelled', { status: 'cancelled', canRate: false }),
  goodbyeOf('declined', { status: 'declined', canRate: false }),
  goodbyeOf('no-show', { status: 'no_show', canRate: false }),
  citizen('unknown-link', 'calls/unknown-link', unknown),
  citizen('error-citizen', 'errors/error', errorPage),
  staff('choose', 'offices/choose', choose),
  staff('choose-none', 'offices/choose', { offices: [] }),
  staff('board', 'appointments/board', board, 'appointments/board-columns'),
  staff('board-empty', 'appointments/board', emptyBoard, 'appointments/board-columns'),
  staff('new', 'appointments/new', newAppointment),
  staff('new-refused', 'appointments/new', { ...newAppointment, form: refusedNew }),
  staff('show-requested', 'appointments/show', show, 'appointments/show-live'),
  staff('show-refused', 'appointments/show', {
    ...show,
    cancelForm: refused({ reason: '' }, { reason: 'Escriviu el motiu.' }),
  }),
  staff('show-contact-refused', 'appointments/show', {
    ...showWaiting,
    contactForm: refused(
      { mobile: '93', email: 'no' },
      { mobile: 'Aquest número no és correcte.', email: 'Això no és una adreça.' },
    ),
  }),
  staff('show-waiting', 'appointments/show', showWaiting, 'appointments/show-live'),
  staff('show-done', 'appointments/show', showDone, 'appointments/show-live'),
  ...ADMINISTRATION.map(([name, view, data, fragment]) => staff(name, view, data, fragment)),
  ...TEXTS.map(([name, view, data]) => ({ ...staff(name, view, data), frames: true })),
  { ...staff('board-notices', 'appointments/board', emptyBoard), notices },
  staff('error-staff', 'errors/error', errorPage),
];
