import type {
  TextCell,
  TextHistoryPage,
  TextPage,
  TextPreview,
  TextsPage,
  TextTestState,
} from '../../server/features/messages/pages.ts';
import type { FormState } from '../../server/kernel/page.ts';

const emptyForm: FormState = { values: {}, errors: {}, summary: [] };
const LANGUAGES = [
  { code: 'ca', label: 'Català' },
  { code: 'es', label: 'Castellà' },
  { code: 'en', label: 'Anglès' },
] as const;

const cells = (more: Partial<TextCell> = {}): TextCell[] =>
  LANGUAGES.map(({ code, label }) => ({
    code,
    languageLabel: label,
    href: `/administration/texts/sms/confirmation/${code}`,
    changed: false,
    stateLabel: 'Text original',
    officesLabel: null,
    officeNames: '',
    costLabel: '1 SMS',
    dear: false,
    ...more,
  }));

const changed = {
  changed: true,
  stateLabel: 'Canviat',
  officesLabel: 'Diferent a 2 oficines',
  officeNames: 'OAC Vilaprova, OAC Comarca Imaginària',
  costLabel: '3 SMS',
  dear: true,
};

const overview: TextsPage = {
  channels: [
    {
      channel: 'sms',
      label: 'Missatges SMS',
      languages: [...LANGUAGES],
      rows: [
        { label: 'Confirmació', hint: 'Quan l’oficina confirma la cita.', cells: cells() },
        { label: 'Enllaç d’accés', hint: 'Poc abans de l’hora, per entrar-hi.', cells: cells(changed) },
      ],
    },
    {
      channel: 'email',
      label: 'Correus electrònics',
      languages: [...LANGUAGES],
      rows: [{ label: 'Anul·lació', hint: 'Quan la cita s’anul·la.', cells: cells({ costLabel: null }) }],
    },
  ],
  dearOffices: [{ name: 'Oficina d’Atenció de la Vall Inventada', letters: 'ó' }],
};

const preview: TextPreview = {
  channel: 'sms',
  locale: 'ca',
  problems: [],
  warnings: ['Ocupa 2 SMS. Aquest missatge es llegeix amb pressa: val més que càpiga en un.'],
  sms: {
    sender: 'OACProva',
    stretches: [
      { text: 'OAC Vilaprova: la vostra adre', forcing: false },
      { text: 'ç', forcing: true },
      { text: 'a per entrar-hi és https://cita.exemple.cat/v/EXEMPLE-no-es-real-000', forcing: false },
    ],
    counter: '98 caràcters, 2 SMS',
    alphabet: 'Hi ha lletres que l’alfabet dels SMS no té. Per això cada missatge en porta només 70.',
    room: 'Hi caben 36 més.',
    dear: true,
    letters: ['«ç» a «adreça». Podeu posar-hi «lloc».'],
  },
  mail: null,
  announcement: '98 caràcters, 2 SMS',
};

const calm: TextPreview = {
  ...preview,
  warnings: [],
  sms: {
    sender: 'OACProva',
    stretches: [{ text: 'OAC Vilaprova: entreu a la videocita.', forcing: false }],
    counter: '37 caràcters, 1 SMS',
    alphabet: 'Totes les lletres són de l’alfabet dels SMS: 160 caràcters per missatge.',
    room: 'Hi caben 123 més.',
    dear: false,
    letters: [],
  },
};

const link = (label: string, current = false) => ({ label, href: '/administration/texts', current });
const action = '/administration/texts/sms/link/ca';

const text: TextPage = {
  heading: 'Enllaç d’accés · SMS · Català',
  channel: 'sms',
  textLocale: 'ca',
  channels: [link('SMS', true), link('Correu')],
  textLanguages: [
    { code: 'ca', ...link('Català', true) },
    { code: 'es', ...link('Castellà') },
    { code: 'en', ...link('Anglès') },
  ],
  kinds: [link('Confirmació'), link('Enllaç d’accés', true), link('PIN'), link('Anul·lació')],
  scopes: [
    { slug: '', label: 'Totes les oficines', selected: true },
    { slug: 'prova', label: 'OAC Vilaprova', selected: false },
  ],
  previewOffices: [{ slug: 'prova', name: 'OAC Vilaprova', selected: true }],
  as: 'prova',
  selfHref: action,
  stateLabel: 'Text original',
  changed: false,
  undo: null,
  actions: {
    save: action,
    preview: action,
    live: action,
    frame: '/notices',
    test: action,
    reset: action,
    restore: action,
  },
  historyHref: '/administration/texts',
  backHref: '/administration/texts',
  draft: false,
  base: 0,
  form: { ...emptyForm, values: { subject: '', body: '{{office.name}}: obriu {{link}}' } },
  placeholders: [
    { word: '{{link}}', label: 'Enllaç per entrar-hi', required: true },
    { word: '{{office.name}}', label: 'Nom de l’oficina', required: false },
  ],
  inherited: { label: 'Text original', subject: null, body: '{{office.name}}: entreu per {{link}}' },
  stale: null,
  preview: calm,
  testForm: emptyForm,
  testState: null,
  canTest: true,
};

const mail: TextPage = {
  ...text,
  heading: 'Confirmació · Correu · Català',
  channel: 'email',
  changed: true,
  stateLabel: 'Canviat',
  form: {
    ...emptyForm,
    values: { subject: 'Videocita confirmada: {{when}}', body: 'Us esperem.\n\nGràcies.' },
  },
  inherited: { label: 'Text original', subject: 'Videocita confirmada: {{when}}', body: 'Us atendrem.' },
  preview: {
    ...calm,
    channel: 'email',
    sms: null,
    mail: { subject: 'Videocita confirmada: dimarts 24 de novembre a les 10.30 h' },
  },
};

const problem = '{{nom}} (línia 1, caràcter 6) no és cap dada coneguda. Trieu-ne una de la llista.';
const refused: TextPage = {
  ...text,
  draft: true,
  form: {
    values: { subject: '', body: 'Hola {{nom}}' },
    errors: { body: problem },
    summary: [
      { href: '#body', text: problem },
      { href: '#body', text: 'Hi falta {{link}}: sense l’enllaç ningú no podria entrar.' },
    ],
  },
  preview: { ...calm, sms: null, problems: [problem], announcement: 'Hi ha 1 problema al text.' },
};

const stale: TextPage = {
  ...text,
  draft: true,
  changed: true,
  stateLabel: 'Canviat',
  stale: {
    text: 'Persona Inventada ha desat un altre text mentre hi treballàveu (dt. 24 nov. 9.30 h).',
    subject: null,
    body: '{{office.name}}: el text de l’altra persona {{link}}',
  },
};

const state = (tone: TextTestState['tone'], words: string): TextPage => ({
  ...text,
  preview,
  testForm: { ...emptyForm, values: { to: '600 000 021' } },
  testState: { tone, text: words, stateHref: null },
});

const history: TextHistoryPage = {
  heading: 'Enllaç d’accés · SMS · Català · OAC Vilaprova',
  textLocale: 'ca',
  backHref: action,
  restoreAction: action,
  base: 3,
  rows: [3, 2, 1].map((id) => ({
    id,
    atIso: '2026-11-24T08:30:00Z',
    atLabel: 'dt. 24 nov. 9.30 h',
    by: 'Persona Inventada',
    current: id === 3,
    reset: id === 2,
    subject: null,
    body: id === 2 ? null : 'Obriu {{link}}',
    openHref: action,
  })),
  olderHref: '/administration/texts',
  newerHref: '/administration/texts',
};

const EDIT = 'administration/texts-edit';

/** The editor of message texts in each of its states. */
export const TEXTS: [name: string, view: string, data: object][] = [
  ['texts', 'administration/texts', overview],
  ['texts-calm', 'administration/texts', { ...overview, dearOffices: [] }],
  ['text', EDIT, text],
  ['text-dear', EDIT, { ...text, preview }],
  ['text-office', EDIT, { ...text, changed: true, stateLabel: 'Text propi de l’oficina' }],
  ['text-no-office', EDIT, { ...text, scopes: text.scopes.slice(0, 1), previewOffices: [], canTest: false }],
  ['text-mail', EDIT, mail],
  ['text-refused', EDIT, refused],
  ['text-stale', EDIT, stale],
  [
    'text-undo',
    EDIT,
    { ...text, undo: { text: 'Persona Inventada va tornar al text d’abans.', edition: 2 } },
  ],
  ['text-test-sent', EDIT, state('success', 'La prova ha arribat al mòbil.')],
  ['text-test-failed', EDIT, state('danger', 'La prova no ha sortit.')],
  [
    'text-test-refused',
    EDIT,
    { ...text, testForm: { ...emptyForm, errors: { to: 'Escriviu el telèfon mòbil.' } } },
  ],
  [
    'text-test-page',
    'administration/texts-test-page',
    {
      testForm: emptyForm,
      testState: { tone: 'neutral', text: 'La prova s’està enviant.', stateHref: null },
    },
  ],
  ['text-history', 'administration/texts-history', history],
  [
    'text-history-none',
    'administration/texts-history',
    { ...history, rows: [], olderHref: null, newerHref: null },
  ],
];
