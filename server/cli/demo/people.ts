import type { Locale } from '../../kernel/locale.ts';
import type { AppointmentStatus } from '../../models/Appointment.ts';

/** One invented appointment. `minutes` counts from now, `day` and `at` name a working hour of a day around today. */
export interface PersonSeed {
  name: string;
  office: 'girona' | 'terres-ebre';
  procedure: string;
  locale: Locale;
  status: AppointmentStatus;
  when: { minutes: number } | { day: number; at: string };
  outcome?: string;
  rating?: number;
  notes?: string;
}

const g = 'girona' as const;
const e = 'terres-ebre' as const;

/** A week around today with every state; all names are invented and say so. */
export const PEOPLE: PersonSeed[] = [
  // Now, Girona.
  {
    name: 'Antònia Exemple Vell',
    office: g,
    procedure: 'dependencia',
    locale: 'ca',
    status: 'waiting',
    when: { minutes: 5 },
    notes: 'Té 80 anys. L’acompanya la neta.',
  },
  {
    name: 'Iván Muestra Prueba',
    office: g,
    procedure: 'ajut-lloguer',
    locale: 'es',
    status: 'in_call',
    when: { minutes: -15 },
  },
  {
    name: 'Roser Inventada Pla',
    office: g,
    procedure: 'familia-nombrosa',
    locale: 'ca',
    status: 'confirmed',
    when: { minutes: 15 },
  },
  {
    name: 'Sample Person Smith',
    office: g,
    procedure: 'ajuda-tramits',
    locale: 'en',
    status: 'confirmed',
    when: { minutes: 60 },
  },
  {
    name: 'Lluís de Mostra',
    office: g,
    procedure: 'parella-estable',
    locale: 'ca',
    status: 'confirmed',
    when: { minutes: 105 },
  },
  {
    name: 'Fina Fictícia Mas',
    office: g,
    procedure: 'beca-menjador',
    locale: 'ca',
    status: 'requested',
    when: { minutes: 180 },
    notes: 'Prefereix que li truquem a la tarda.',
  },
  {
    name: 'Omar Exemple Demo',
    office: g,
    procedure: 'ajuda-tramits',
    locale: 'es',
    status: 'requested',
    when: { day: 1, at: '09:30' },
  },
  {
    name: 'Berta Simulada Roc',
    office: g,
    procedure: 'discapacitat',
    locale: 'ca',
    status: 'requested',
    when: { day: 1, at: '11:00' },
  },
  {
    name: 'Quim Provisional',
    office: g,
    procedure: 'familia-monoparental',
    locale: 'ca',
    status: 'completed',
    when: { minutes: -90 },
    outcome: 'resolved',
    rating: 5,
  },
  {
    name: 'Teresa Imaginària',
    office: g,
    procedure: 'ajut-lloguer',
    locale: 'ca',
    status: 'no_show',
    when: { minutes: -150 },
  },
  // Now, Terres de l'Ebre.
  {
    name: 'Cinta Exemple Riu',
    office: e,
    procedure: 'ajut-lloguer',
    locale: 'ca',
    status: 'confirmed',
    when: { minutes: 20 },
  },
  {
    name: 'Ferran Mostra Delta',
    office: e,
    procedure: 'ajuda-tramits',
    locale: 'ca',
    status: 'requested',
    when: { minutes: 120 },
  },
  {
    name: 'Lucía Ficticia Prueba',
    office: e,
    procedure: 'dependencia',
    locale: 'es',
    status: 'completed',
    when: { minutes: -120 },
    outcome: 'follow_up',
    rating: 4,
  },
  // The days before.
  {
    name: 'Ramon Inventat Puig',
    office: g,
    procedure: 'discapacitat',
    locale: 'ca',
    status: 'completed',
    when: { day: -1, at: '10:00' },
    outcome: 'documents_missing',
    rating: 4,
  },
  {
    name: 'Aina de Prova',
    office: g,
    procedure: 'familia-nombrosa',
    locale: 'ca',
    status: 'completed',
    when: { day: -1, at: '11:30' },
    outcome: 'resolved',
  },
  {
    name: 'Marc Exemple Nord',
    office: g,
    procedure: 'beca-menjador',
    locale: 'ca',
    status: 'declined',
    when: { day: -1, at: '12:30' },
    outcome: 'declined',
  },
  {
    name: 'Elena Muestra Sol',
    office: e,
    procedure: 'parella-estable',
    locale: 'es',
    status: 'cancelled',
    when: { day: -2, at: '09:30' },
  },
  {
    name: 'Joan Simulat Serra',
    office: g,
    procedure: 'ajut-lloguer',
    locale: 'ca',
    status: 'completed',
    when: { day: -2, at: '13:00' },
    outcome: 'resolved',
    rating: 5,
  },
  {
    name: 'Pilar Fictícia Bosc',
    office: e,
    procedure: 'dependencia',
    locale: 'ca',
    status: 'completed',
    when: { day: -3, at: '10:30' },
    outcome: 'technical_failure',
    rating: 2,
  },
  // The days to come.
  {
    name: 'Gemma Mostra Llum',
    office: g,
    procedure: 'familia-nombrosa',
    locale: 'ca',
    status: 'confirmed',
    when: { day: 1, at: '10:00' },
  },
  {
    name: 'Test Person Jones',
    office: g,
    procedure: 'ajut-lloguer',
    locale: 'en',
    status: 'confirmed',
    when: { day: 2, at: '12:00' },
  },
  {
    name: 'Oriol Imaginari Mar',
    office: g,
    procedure: 'discapacitat',
    locale: 'ca',
    status: 'confirmed',
    when: { day: 3, at: '09:00' },
  },
  {
    name: 'Sílvia Exemple Font',
    office: e,
    procedure: 'ajuda-tramits',
    locale: 'ca',
    status: 'confirmed',
    when: { day: 1, at: '12:30' },
  },
  {
    name: 'Pere Provisional Vall',
    office: e,
    procedure: 'beca-menjador',
    locale: 'ca',
    status: 'requested',
    when: { day: 2, at: '10:00' },
  },
];
