import type {
  ChannelPage,
  ChannelPanel,
  CostRow,
  CostsPage,
  Light,
  MessagesPage,
  OverviewPage,
  SenderPage,
  SenderRow,
  SendersPage,
} from '../../server/features/administration/pages.ts';
import type { FormState, StaffNotice } from '../../server/kernel/page.ts';

const emptyForm: FormState = { values: {}, errors: {}, summary: [] };
const reason = {
  code: 'smpp 0x0000000D',
  what: 'L’operador refusa l’usuari o la contrasenya.',
  todo: 'Reviseu SMPP_SYSTEM_ID i SMPP_PASSWORD. Es prova poc sovint per no bloquejar el compte.',
};

export const overview: OverviewPage = {
  offices: [
    { id: 1, name: 'OAC Vilaprova', slug: 'prova', staff: 4, today: 12 },
    { id: 2, name: 'OAC Comarca Imaginària', slug: 'altra', staff: 2, today: 0 },
  ],
  procedures: [
    { code: 'FN', name: 'Targeta de família nombrosa', minutes: 30, byVideo: true },
    { code: 'ID', name: 'Alta d’identitat digital', minutes: 15, byVideo: false },
  ],
  people: [
    {
      name: 'Agent Inventada',
      email: 'agent@example.org',
      role: 'Informadora',
      officeNames: 'OAC Vilaprova',
      staffNumber: 'I-0042',
    },
  ],
  messages: { queued: 3, failed: 1, oldest: '12 min' },
  links: { sms: 'down', email: 'unknown', video: 'up' },
  senders: { problems: 1, expiring: 2 },
};

export const calmOverview: OverviewPage = {
  ...overview,
  messages: { queued: 0, failed: 0, oldest: null },
  links: { sms: 'up', email: 'up', video: 'up' },
  senders: { problems: 0, expiring: 0 },
};

const light = (link: string, more: Partial<Light> = {}): Light => ({
  link,
  process: 'k3xw2',
  state: 'up',
  stateLabel: 'Connectat',
  since: 'Des de: 8.02 h',
  reason: null,
  inFlight: 2,
  window: 10,
  rate: '30 per segon',
  slowedUntil: null,
  submitted: '12.408',
  ...more,
});

const sms: ChannelPanel = {
  channel: 'sms',
  label: 'SMS',
  paused: null,
  controlHref: '/administration/messages/sms/pause',
  lights: [
    light('operador-a'),
    light('operador-b', { state: 'slowed', stateLabel: 'Frenat per l’operador', slowedUntil: '10.31 h' }),
    light('operador-c', { state: 'refused', stateLabel: 'Refusat', reason }),
    light('operador-d', { state: 'connecting', stateLabel: 'Connectant', reason }),
    light('operador-e', { state: 'stopped', stateLabel: 'Tancat' }),
    light('operador-a', {
      process: 'p9qq7',
      state: 'gone',
      stateLabel: 'Procés desaparegut',
      since: 'Vist per última vegada: 10.12 h',
    }),
  ],
  summary: 'Hi ha enllaç, però hi ha missatges que no surten',
  trouble: reason,
  state: 'late',
};

const email: ChannelPanel = {
  ...sms,
  channel: 'email',
  label: 'Correu',
  lights: [light('correu')],
  summary: 'Hi ha enllaç: els missatges surten',
  trouble: null,
  state: 'up',
  controlHref: '/administration/messages/email/pause',
};

export const messages: MessagesPage = {
  asOf: '10.30.15 h',
  liveHref: '/fragment',
  channels: [sms, email],
  queue: [
    {
      channel: 'SMS',
      kind: 'Enllaç d’accés',
      due: '12',
      held: '3',
      doubt: '1',
      later: '240',
      oldest: '2 h 5 min',
      late: true,
    },
    {
      channel: 'Correu',
      kind: 'Confirmació',
      due: '0',
      held: '0',
      doubt: '0',
      later: '4',
      oldest: '–',
      late: false,
    },
  ],
  rate: {
    bars: Array.from({ length: 60 }, (_, index) => {
      const height = index % 7 === 0 ? 0 : (index * 37) % 101;
      return { time: `9.${index + 10}`, count: height * 3, x: index * 10, y: 100 - height, height };
    }),
    total: '4.812',
    peak: '300',
    from: '9.31',
    to: '10.30',
  },
  lateness: [{ channel: 'SMS', kind: 'PIN', count: '31', median: '1 s', p95: '4 s' }],
  counts: [
    {
      key: 'expired',
      label: 'Caducats',
      hint: 'No van sortir a temps i no s’enviaran mai.',
      day: '2',
      week: '9',
      bad: true,
    },
    {
      key: 'inDoubt',
      label: 'Sense resposta',
      hint: 'Enviats, però ningú no va dir si els acceptava.',
      day: '0',
      week: '1',
      bad: false,
    },
  ],
  failures: [{ channel: 'SMS', reason, day: '3', week: '17' }],
  holds: [{ address: 'OACImaginar', since: '10.01 h', until: '10.41 h', offices: 'OAC Vilaprova', reason }],
  month: { label: 'novembre de 2026', texts: '4.812', segments: '6.120' },
};

export const calmMessages: MessagesPage = {
  ...messages,
  channels: [
    { ...sms, lights: [light('operador-a')] },
    {
      ...email,
      lights: [],
      state: 'paused',
      summary: 'Aturat: no surt res',
      paused: { since: '9.12 h', by: 'Administradora Inventada' },
      controlHref: '/administration/messages/email/resume',
    },
  ],
  queue: [],
  rate: { bars: [], total: '0', peak: '0', from: '9.31', to: '10.30' },
  lateness: [],
  failures: [],
  holds: [],
};

export const channel: ChannelPage = {
  channel: 'sms',
  pausing: true,
  action: '/administration/messages/sms/pause',
  backHref: '/administration/messages',
  heading: 'Voleu aturar els SMS?',
  effects: [
    'No sortirà cap SMS, ni enllaços ni PIN.',
    'El que caduqui mentrestant no s’enviarà mai.',
    'El personal ho veurà.',
  ],
  waiting: 'Ara mateix esperen 12 missatges.',
};

const MONTHS = ['des. 2025', 'gen. 2026', 'febr. 2026', 'març 2026', 'abr. 2026', 'maig 2026'].concat([
  'juny 2026',
  'jul. 2026',
  'ag. 2026',
  'set. 2026',
  'oct. 2026',
  'nov. 2026',
]);
const costRow = (office: string, none = false): CostRow => ({
  office,
  cells: MONTHS.map((month) => ({ month, texts: '1.204', segments: '1.873', none })),
  texts: '14.448',
  segments: '22.476',
  cost: '1.011,42 €',
});
const choices = [
  { value: '2026-11', label: 'novembre de 2026' },
  { value: '2025-12', label: 'desembre de 2025' },
];
export const costs: CostsPage = {
  form: { ...emptyForm, values: { from: '2025-12', to: '2026-11' } },
  months: choices,
  heads: MONTHS.map((label, index) => ({ value: String(index), label })),
  rows: [costRow('OAC Vilaprova'), costRow('OAC Comarca Imaginària', true)],
  total: costRow('Total'),
  csvHref: '/administration/messages/costs.csv?from=2025-12&to=2026-11',
  price: 'Import calculat a 4,5 cèntims per segment, sense impostos.',
  empty: false,
};

const sender = (office: string, more: Partial<SenderRow>): SenderRow => ({
  office,
  href: '/administration/senders/prova',
  address: 'OACVilaprov',
  kind: 'nom',
  own: true,
  registeredUntil: '30 de juny de 2028',
  provider: 'operador-a',
  state: 'ok',
  stateLabel: 'Correcte',
  generic: false,
  ...more,
});
export const senders: SendersPage = {
  rows: [
    sender('OAC Vilaprova', {}),
    sender('OAC Comarca Imaginària', {
      own: false,
      state: 'expiring',
      stateLabel: 'Caduca d’aquí a 12 dies',
    }),
    sender('OAC Vila-seca de Prova', {
      state: 'expired',
      stateLabel: 'Registre caducat',
      generic: true,
      address: 'CITA',
    }),
    sender('OAC Port Fictici', {
      state: 'held',
      stateLabel: 'Retingut per l’operador',
      provider: 'Qualsevol',
    }),
  ],
};

export const senderForm: SenderPage = {
  office: 'OAC Vilaprova',
  action: '/administration/senders/prova',
  backHref: '/administration/senders',
  form: {
    values: { use: 'own', address: 'Plaça', registeredUntil: '2020-01-01', provider: '' },
    errors: {
      address: 'Escriviu el nom sense accents, sense ç ni ñ. Exemple: OACGirona',
      registeredUntil: 'Aquest registre ja ha caducat.',
    },
    summary: [
      { href: '#address', text: 'Escriviu el nom sense accents, sense ç ni ñ. Exemple: OACGirona' },
      { href: '#registeredUntil', text: 'Aquest registre ja ha caducat.' },
    ],
  },
  settings: { address: 'OACProva', registeredUntil: '31 de desembre de 2027' },
  providers: [],
  today: '2026-11-24',
};

export const notices: StaffNotice[] = [
  {
    kind: 'danger',
    text: 'No surten SMS: no hi ha connexió amb l’operador. Sortiran quan torni, si encara serveixen. Truqueu a qui tingui cita aviat.',
  },
  { kind: 'warning', text: 'L’administració ha aturat el correu (des de: 9.12 h).' },
];

/** Every page of the administration in each of its states: name, view, data and live part. */
export const ADMINISTRATION: [name: string, view: string, data: object, fragment?: string][] = [
  ['overview', 'administration/overview', overview],
  ['overview-calm', 'administration/overview', calmOverview],
  ['messages', 'administration/messages', messages, 'administration/messages-live'],
  ['messages-calm', 'administration/messages', calmMessages, 'administration/messages-live'],
  ['channel-pause', 'administration/channel', channel],
  ['channel-resume', 'administration/channel', { ...channel, channel: 'email', pausing: false }],
  ['costs', 'administration/costs', costs],
  ['costs-none', 'administration/costs', { ...costs, empty: true, price: null }],
  ['senders', 'administration/senders', senders],
  ['senders-none', 'administration/senders', { rows: [] }],
  ['sender-refused', 'administration/sender', senderForm],
  [
    'sender',
    'administration/sender',
    {
      ...senderForm,
      form: { ...emptyForm, values: { use: 'settings' } },
      providers: ['operador-a', 'operador-b'],
    },
  ],
];
