import { z } from 'zod';
import { readCertificates, readPin } from './certificates.ts';

export const LONG_TEXTS = ['udh', 'sar', 'payload'] as const;
export const RECEIPT_IDS = ['same', 'hexToDec', 'decToHex'] as const;
const VALIDITIES = ['absolute', 'relative'] as const;
export const BINDS = ['transceiver', 'pair'] as const;

/**
 * What a `command_status` makes us do. `reject`: the text is refused for good. `mistake`: the same, and somebody has to
 * look at it. `retry`: three tries. `later`: until it expires. `queue`: the same, slower, and three in a row pause the
 * link. `throttle`: the whole link slows down. `sender`: the sender is suspended. `rebind`: a new session. `recode`:
 * once more as UCS-2.
 */
export const STATUS_ACTIONS = [
  'reject',
  'mistake',
  'retry',
  'later',
  'queue',
  'throttle',
  'sender',
  'rebind',
  'recode',
] as const;
export type StatusAction = (typeof STATUS_ACTIONS)[number];

/** How a gateway's certificate is judged; without any of these, by the authorities that the system trusts. */
export interface LinkTls {
  /** Certificates of authorities, PEM. */
  ca?: string | undefined;
  /** SHA-256 fingerprint of the gateway's own certificate: 64 hexadecimal digits, upper case. */
  pin?: string | undefined;
  /** Name that the certificate must carry; the host when absent. */
  servername?: string | undefined;
}

/** One connection to an operator, as its contract says. */
export interface SmppLink {
  name: string;
  /** Who is behind it; senders are assigned to providers. */
  provider: string;
  host: string;
  port: number;
  tls: false | LinkTls;
  /** One session for both directions, or one for each. */
  bind: (typeof BINDS)[number];
  systemId: string;
  password: string;
  systemType: string;
  /** Lower is tried first. */
  priority: number;
  /** Texts that may be unanswered at once, which is also how many one cut can duplicate. */
  window: number;
  ratePerSecond: number | null;
  answerSeconds: number;
  enquireSeconds: number;
  longText: (typeof LONG_TEXTS)[number];
  spanishShift: boolean;
  /** Base of the ids in receipts, where it is not that of the answers. */
  receiptIds: (typeof RECEIPT_IDS)[number];
  validity: (typeof VALIDITIES)[number];
  shortCodeTon: 0 | 3;
  serviceType: string;
  replaceIfPresent: boolean;
  statuses: Readonly<Record<number, StatusAction>>;
}

/** What is wrong, and where: `[0].port`. Never holds a value. */
export interface LinkProblem {
  path: string;
  problem: string;
}

const says = (words: string) => ({
  error: (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : words),
});
const oneOf = <Values extends readonly [string, ...string[]]>(values: Values) =>
  z.enum(values, says(`must be one of: ${values.join(', ')}`));
const plain = (words: string, max: number, min = 1) =>
  z
    .string(says('must be a text'))
    .min(min, `must have ${min} to ${max} characters`)
    .max(max, `must have at most ${max} characters`)
    .regex(/^[\x20-\x7e]*$/, words);
const whole = (min: number, max: number) => {
  const words = `must be a whole number from ${min} to ${max}`;
  return z.int(says(words)).min(min, words).max(max, words);
};
const bool = z.boolean(says('must be true or false'));
const ASCII = 'may hold plain characters only (ASCII)';

/** Keys that nobody knows are most often spelt wrong; their values would silently not count. */
const strict = <Shape extends z.ZodRawShape>(shape: Shape, words: string) =>
  z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `has keys that nobody knows: ${issue.keys.join(', ')}`
        : says(words).error(issue),
  });

const tls = z
  .union([
    bool,
    strict(
      {
        ca: z.string(says('must be a text')).transform(readCertificates).optional(),
        pin: z.string(says('must be a text')).transform(readPin).optional(),
        servername: plain(ASCII, 255).optional(),
      },
      'must be true, false or an object',
    ),
  ])
  .transform((value): SmppLink['tls'] => (value === true ? {} : value));

const statuses = z
  .record(z.string().regex(/^0x(?!0+$)[0-9a-f]{1,8}$/i), oneOf(STATUS_ACTIONS), {
    error: (issue) =>
      issue.code === 'invalid_key'
        ? 'is no command_status; write it as "0x45"'
        : says('must be an object').error(issue),
  })
  .transform((table) =>
    Object.fromEntries(Object.entries(table).map(([status, action]) => [Number(status), action])),
  );

const link = strict(
  {
    name: z
      .string(says('must be a text'))
      .regex(/^[a-z0-9][a-z0-9._-]{0,39}$/i, 'must have 1 to 40 letters, digits, dots or dashes'),
    provider: plain(ASCII, 40).optional(),
    host: plain(ASCII, 255),
    port: whole(1, 65535).default(2775),
    tls: tls.default(false),
    bind: oneOf(BINDS).default('transceiver'),
    systemId: plain(ASCII, 15),
    password: plain(ASCII, 64, 0),
    systemType: plain(ASCII, 12, 0).default(''),
    priority: whole(0, 1000).default(0),
    window: whole(1, 50).default(10),
    ratePerSecond: z
      .number(says('must be a number'))
      .min(0.1, 'must be from 0.1 to 1000')
      .max(1000, 'must be from 0.1 to 1000')
      .nullable()
      .default(null),
    answerSeconds: whole(1, 300).default(30),
    enquireSeconds: whole(5, 600).default(30),
    longText: oneOf(LONG_TEXTS).default('udh'),
    spanishShift: bool.default(false),
    receiptIds: oneOf(RECEIPT_IDS).default('same'),
    validity: oneOf(VALIDITIES).default('absolute'),
    shortCodeTon: z.literal([0, 3], says('must be 0 or 3')).default(3),
    serviceType: plain(ASCII, 5, 0).default(''),
    replaceIfPresent: bool.default(false),
    statuses: statuses.default({}),
  },
  'must be an object',
)
  .refine((one) => !one.replaceIfPresent || one.serviceType !== '', {
    path: ['replaceIfPresent'],
    message: 'needs a serviceType of our own, or it would replace texts of others',
  })
  .transform((one): SmppLink => ({ ...one, provider: one.provider ?? one.name }));

/** Links of a JSON text, each with its defaults, or all that is wrong with it. */
export function readLinks(text: string): { links: SmppLink[]; problems: LinkProblem[] } {
  const given = parseJson(text);
  if (!Array.isArray(given) || given.length === 0)
    return { links: [], problems: [{ path: '', problem: 'must be a JSON array with at least one link' }] };
  const read = given.map((one, index) => readOne(one, index));
  const problems = [...read.flatMap((one) => one.problems), ...repeated(given)];
  return { links: read.flatMap((one) => one.links), problems };
}

function readOne(given: unknown, index: number): { links: SmppLink[]; problems: LinkProblem[] } {
  const parsed = link.safeParse(given);
  if (parsed.success) return { links: [parsed.data], problems: [] };
  const problems = parsed.error.issues.flatMap(flatten).map(({ path, message }) => ({
    path: [index, ...path]
      .map((step) => (typeof step === 'number' ? `[${step}]` : `.${String(step)}`))
      .join(''),
    problem: message,
  }));
  return { links: [], problems };
}

/** The issues of the alternative that was meant: an object for an object. */
function flatten(issue: z.core.$ZodIssue): { path: PropertyKey[]; message: string }[] {
  if (issue.code !== 'invalid_union') return [issue];
  const meant = issue.errors.at(-1) ?? [];
  return meant.map(({ path, message }) => ({ path: [...issue.path, ...path], message }));
}

/** Receipts, senders and the operator's page know a link by its name alone. */
function repeated(given: unknown[]): LinkProblem[] {
  const names = given.map((one) => (one as { name?: unknown } | null)?.name);
  return names.flatMap((name, index) => {
    const first = names.indexOf(name);
    const again = typeof name === 'string' && first < index;
    return again ? [{ path: `[${index}].name`, problem: `is the same as that of [${first}]` }] : [];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The error of the parser quotes what it read, which may be a password.
    return undefined;
  }
}
