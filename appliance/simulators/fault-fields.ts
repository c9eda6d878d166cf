import type { Faults } from './faults.ts';

interface Base {
  name: keyof Faults;
  label: string;
  /** Says how the others of these names are meant, so it is told with them. */
  explains?: readonly (keyof Faults)[];
}

/** A switch of the viewer: what a person may type or choose. */
export type FaultField = Base &
  (
    | { kind: 'number' | 'count'; max: number; unit?: string }
    | { kind: 'percent' }
    | { kind: 'limit'; max: number }
    | { kind: 'choice'; choices: readonly (readonly [string | number, string])[] }
    | { kind: 'yes' }
    | { kind: 'list' }
  );

export interface FaultGroup {
  title: string;
  fields: FaultField[];
}

const IDS = [
  ['padded', 'decimals, deu xifres'],
  ['decimal', 'decimals'],
  ['hex', 'hexadecimals'],
  ['paddedHex', 'hexadecimals, vuit xifres'],
] as const;
const HOUR_MS = 3_600_000;

/** All switches in the order in which they are shown. */
export const FAULT_GROUPS: readonly FaultGroup[] = [
  {
    title: 'Respostes',
    fields: [
      { name: 'delayMs', label: 'Retard de cada resposta', kind: 'number', max: HOUR_MS, unit: 'ms' },
      {
        name: 'jitterMs',
        label: 'Més un retard a l’atzar de fins a',
        kind: 'number',
        max: HOUR_MS,
        unit: 'ms',
      },
      { name: 'silentNext', label: 'No respon mai als pròxims', kind: 'count', max: 1_000_000 },
      { name: 'shuffleAnswers', label: 'Respon desordenadament, en grups de', kind: 'number', max: 1000 },
    ],
  },
  {
    title: 'Rebutjos',
    fields: [
      { name: 'perSecond', label: 'Màxim de missatges per segon', kind: 'limit', max: 100_000 },
      {
        name: 'status',
        label: 'Motiu del rebuig',
        explains: ['statusNext'],
        kind: 'choice',
        choices: [
          [0x58, '0x58 massa de pressa'],
          [0x14, '0x14 cua plena'],
          [0x08, '0x08 error del sistema'],
          [0x64, '0x64 error temporal'],
          [0x45, '0x45 enviament fallit'],
          [0x0a, '0x0A remitent no admès'],
          [0x0b, '0x0B número no vàlid'],
          [0x01, '0x01 petició mal formada'],
          [0x104, '0x104 alfabet no admès'],
          [0x400, '0x400 codi propi de l’operador'],
        ],
      },
      { name: 'statusNext', label: 'Rebutja els pròxims', kind: 'count', max: 1_000_000 },
      { name: 'refusedSenders', label: 'Remitents no admesos', kind: 'list' },
      { name: 'refusedNumbers', label: 'Números no vàlids', kind: 'list' },
    ],
  },
  {
    title: 'Enllaç',
    fields: [
      {
        name: 'cutAt',
        label: 'Moment del tall',
        explains: ['cutNext', 'cutChance'],
        kind: 'choice',
        choices: [
          ['arrival', 'abans de desar el missatge'],
          ['beforeAnswer', 'desat, abans de respondre'],
          ['afterAnswer', 'després de respondre'],
        ],
      },
      { name: 'cutNext', label: 'Talla en els pròxims', kind: 'count', max: 1_000_000 },
      { name: 'cutChance', label: 'Talla a l’atzar', kind: 'percent' },
      {
        name: 'bindStatus',
        label: 'Connexions noves',
        kind: 'choice',
        choices: [
          [0, 'admeses'],
          [0x0d, 'rebutjades: 0x0D'],
          [0x0e, 'rebutjades: 0x0E contrasenya'],
          [0x05, 'rebutjades: 0x05 ja connectat'],
          [0x08, 'rebutjades: 0x08 error del sistema'],
        ],
      },
      { name: 'frozen', label: 'Connectada però no llegeix res', kind: 'yes' },
    ],
  },
  {
    title: 'Confirmacions de lliurament',
    fields: [
      { name: 'receipts', label: 'Se n’envien', kind: 'yes' },
      {
        name: 'receiptAt',
        label: 'Quan',
        kind: 'choice',
        choices: [
          ['afterAnswer', 'després de la resposta'],
          ['beforeAnswer', 'abans de la resposta'],
          ['late', 'tard'],
        ],
      },
      { name: 'receiptLateMs', label: 'Si és tard, al cap de', kind: 'number', max: HOUR_MS, unit: 'ms' },
      { name: 'receiptCopies', label: 'Còpies de cadascuna', kind: 'number', max: 10 },
      { name: 'shuffleReceipts', label: 'Desordenades, en grups de', kind: 'number', max: 1000 },
      {
        name: 'unknownReceiptsNext',
        label: 'Més una de desconeguda en els pròxims',
        kind: 'count',
        max: 1_000_000,
      },
      {
        name: 'receiptForm',
        label: 'Forma',
        kind: 'choice',
        choices: [
          ['text', 'text'],
          ['tlv', 'paràmetres (TLV)'],
          ['both', 'text i paràmetres'],
        ],
      },
      {
        name: 'receiptCommand',
        label: 'Ordre SMPP',
        kind: 'choice',
        choices: [
          ['deliver_sm', 'deliver_sm'],
          ['data_sm', 'data_sm'],
        ],
      },
      { name: 'answerIds', label: 'Identificadors de les respostes', kind: 'choice', choices: IDS },
      { name: 'receiptIds', label: 'Identificadors de les confirmacions', kind: 'choice', choices: IDS },
      { name: 'echoReference', label: 'Retornen la referència del missatge', kind: 'yes' },
      { name: 'failedNumbers', label: 'Números on el lliurament falla', kind: 'list' },
    ],
  },
];

/** The fields that people must hear of when these settings are not as usual. */
export function fieldsToTell(active: Partial<Faults>): FaultField[] {
  return FAULT_GROUPS.flatMap(({ fields }) => fields).filter(
    ({ name, explains = [] }) => name in active || explains.some((other) => other in active),
  );
}

/** What somebody sends to say that a count has no end. */
export const ALWAYS = 'sempre';

/** A setting as people read and type it. */
export function showValue(field: FaultField, faults: Readonly<Faults>): string {
  const value = faults[field.name];
  if (Array.isArray(value)) return value.join(' ');
  if (value === null) return '';
  if (value === Number.POSITIVE_INFINITY) return ALWAYS;
  return String(field.kind === 'percent' ? Math.round(Number(value) * 100) : value);
}

/** One field in a few words, for the list of what is wrong now. */
export function describeFault(field: FaultField, faults: Readonly<Faults>): string {
  if (field.kind === 'yes') return `${field.label}: ${faults[field.name] ? 'sí' : 'no'}`;
  const shown = showValue(field, faults);
  const choice =
    field.kind === 'choice' ? field.choices.find(([value]) => String(value) === shown)?.[1] : undefined;
  const unit =
    field.kind === 'percent' ? ' %' : field.kind === 'number' && field.unit ? ` ${field.unit}` : '';
  return `${field.label}: ${choice ?? `${shown || 'cap'}${unit}`}`;
}

/** Reads a form; `errors` tells, by field, what cannot be, and then nothing may be changed. */
export function readFaults(form: URLSearchParams): { changes: Partial<Faults>; errors: Map<string, string> } {
  const changes: Record<string, unknown> = {};
  const errors = new Map<string, string>();
  for (const field of FAULT_GROUPS.flatMap(({ fields }) => fields)) {
    const value = readField(field, form.get(field.name)?.trim() ?? '');
    if (value === undefined) errors.set(field.name, complaint(field));
    else changes[field.name] = value;
  }
  return { changes, errors };
}

function readField(field: FaultField, typed: string): unknown {
  switch (field.kind) {
    case 'yes':
      return typed === 'on';
    case 'list':
      return typed.split(/[\s,;]+/).filter(Boolean);
    case 'choice':
      return field.choices.find(([value]) => String(value) === typed)?.[0];
    case 'limit':
      return typed === '' ? null : wholeNumber(typed, 1, field.max);
    case 'percent': {
      const percent = wholeNumber(typed, 0, 100);
      return percent === undefined ? undefined : percent / 100;
    }
    case 'count':
      return typed === ALWAYS ? Number.POSITIVE_INFINITY : wholeNumber(typed, 0, field.max);
    case 'number':
      return wholeNumber(typed, 0, field.max);
  }
}

function wholeNumber(typed: string, least: number, most: number): number | undefined {
  const value = Number(typed === '' ? '0' : typed);
  return Number.isInteger(value) && value >= least && value <= most ? value : undefined;
}

function complaint(field: FaultField): string {
  if (field.kind === 'choice') return 'Trieu una opció de la llista.';
  if (field.kind === 'percent') return 'Escriviu un nombre enter de 0 a 100.';
  if (field.kind === 'limit') return `Escriviu un nombre enter d'1 a ${field.max}, o deixeu-ho en blanc.`;
  const most = 'max' in field ? field.max : 0;
  const endless = field.kind === 'count' ? `, o «${ALWAYS}»` : '';
  return `Escriviu un nombre enter de 0 a ${most}${endless}.`;
}
