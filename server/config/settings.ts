import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LOCALES } from '../kernel/locale.ts';
import { flag, port, type Definition } from './definition.ts';
import { MAIL_DEFINITIONS, mailContradictions } from './mail.ts';
import { SMPP_DEFINITIONS, smppContradictions } from './smpp.ts';

export type { Definition } from './definition.ts';

const secret = z.string().min(16, 'needs at least 16 characters');
const httpUrl = z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, ''));

/** Every setting of the server. The manual's table is generated from this object. */
export const DEFINITIONS = {
  NODE_ENV: {
    schema: z.enum(['production', 'development', 'test']).default('production'),
    about: 'Kind of run. Anything but `production` reads templates anew at each request.',
    example: 'production',
  },
  PUBLIC_URL: {
    schema: httpUrl,
    about: 'Address under which people reach the service, without a path. Links in messages begin with it.',
    example: 'https://cita.exemple.cat',
  },
  HOST: {
    schema: z.string().default('127.0.0.1'),
    about: 'Address the server listens on. Keep it private: a proxy with TLS stands in front.',
    example: '127.0.0.1',
  },
  PORT: { schema: port.default(8080), about: 'Port the server listens on.', example: '8080' },
  TRUSTED_PROXIES: {
    schema: z.coerce.number().int().min(0).max(5).default(0),
    about: 'How many proxies of yours stand in front; their `X-Forwarded-For` entries are believed.',
    example: '1',
  },
  DEPARTMENT_NAME: {
    schema: z.string().min(1),
    about: 'Name of the department, shown on each page and in messages.',
    example: 'Departament d’Exemple',
  },
  DEFAULT_LOCALE: {
    schema: z.enum(LOCALES).default('ca'),
    about: 'Language of pages for people who have not chosen one.',
    example: 'ca',
  },
  STAFF_IDLE_MINUTES: {
    schema: z.coerce.number().int().min(5).max(720).default(120),
    about:
      'A desk left alone signs itself out after so many minutes without a page being opened; never during a call. ' +
      'A board that only watches counts as left alone.',
    example: '120',
  },
  DATABASE_URL: {
    schema: z.url({ protocol: /^(mariadb|mysql)$/ }),
    about: 'MariaDB 10.6 or later. Only `FOR UPDATE SKIP LOCKED` and InnoDB are needed.',
    example: 'mariadb://app:secret@db:3306/videoatencio',
    secret: true,
  },
  DATABASE_SOCKET: {
    schema: z.string().optional(),
    about: 'Path of the database’s Unix socket; used instead of host and port when set.',
    example: '/run/mysqld/mysqld.sock',
  },
  DATABASE_POOL: {
    schema: z.coerce.number().int().min(2).max(200).default(10),
    about: 'Connections this process may hold at once.',
    example: '10',
  },
  APP_KEY: {
    schema: z
      .string()
      .regex(/^[0-9a-f]{64}$/i, 'needs 64 hexadecimal digits (32 bytes)')
      .transform((hex) => Buffer.from(hex, 'hex')),
    about: 'Master key of the encrypted columns. Lose it and citizens’ data cannot be read any more.',
    example: '(output of: openssl rand -hex 32)',
    secret: true,
  },
  JITSI_DOMAIN: {
    schema: z.string().default('meet.jitsi'),
    about: 'XMPP domain of the video server; the `sub` of its tokens.',
    example: 'meet.jitsi',
  },
  JITSI_MUC: {
    schema: z.string().default('muc.meet.jitsi'),
    about: 'XMPP address of the rooms component.',
    example: 'muc.meet.jitsi',
  },
  JITSI_APP_ID: {
    schema: z.string().default('videoatencio'),
    about: 'Issuer of the video tokens; must equal the video server’s.',
    example: 'videoatencio',
  },
  JITSI_APP_SECRET: {
    schema: secret,
    about: 'Key that signs the video tokens (HS256); must equal the video server’s.',
    example: '(output of: openssl rand -hex 32)',
    secret: true,
  },
  JITSI_AUDIENCE: {
    schema: z.string().default('videoatencio'),
    about: 'Audience of the video tokens; must equal the video server’s.',
    example: 'videoatencio',
  },
  JITSI_LIBRARIES: {
    schema: z.string().optional(),
    about: 'Folder that holds `lib-jitsi-meet.min.js`, served under `/libs`. Empty: a proxy serves it.',
    example: '/srv/libs',
  },
  XMPP_WEBSOCKET_UPSTREAM: {
    schema: httpUrl.optional(),
    about: 'Where `/xmpp-websocket` is forwarded to. Empty when a proxy does it.',
    example: 'http://127.0.0.1:5280/xmpp-websocket',
  },
  VIDEO_CONTROL_URL: {
    schema: httpUrl,
    about: 'Private address of our module in the video server that opens and ends rooms.',
    example: 'http://127.0.0.1:5280/videoatencio',
  },
  VIDEO_CONTROL_SECRET: {
    schema: secret,
    about: 'Shared by server and video server, for calls in both directions.',
    example: '(output of: openssl rand -hex 32)',
    secret: true,
  },
  VIDEO_PROFILE: {
    schema: z.enum(['embedded', 'bridge']).default('bridge'),
    about: '`bridge`: with Jitsi’s own bridge. `embedded`: peer to peer between two people, for trying.',
    example: 'bridge',
  },
  ...SMPP_DEFINITIONS,
  SMPP_SOURCE_ADDRESS: {
    schema: z.string().min(3).max(11),
    about: 'Sender shown on the phone; must be registered with the CNMC for texts to Spanish numbers.',
    example: 'OACExemple',
  },
  SMPP_SOURCE_REGISTERED_UNTIL: {
    schema: z.iso.date('needs a date as yyyy-mm-dd').optional(),
    about:
      'Last day of the CNMC registration of `SMPP_SOURCE_ADDRESS`. Without it, and after it, texts from an alias are ' +
      'held back, as operators would block them; a sender that is a number needs none.',
    example: '2028-06-30',
  },
  SMPP_SOURCE_PROVIDER: {
    schema: z.string().max(40).optional(),
    about:
      'Provider to whom `SMPP_SOURCE_ADDRESS` is assigned in the CNMC register. Empty: any link may carry it.',
    example: 'operador-a',
  },
  SMS_PRICE_CENTS: {
    schema: z.coerce.number().min(0).max(1000).optional(),
    about:
      'What the operator bills for one segment of a text, in euro cents and without taxes. The page of costs then shows ' +
      'amounts as well as counts.',
    example: '4.5',
  },
  ...MAIL_DEFINITIONS,
  OUTBOX_LEASE_SECONDS: {
    schema: z.coerce.number().int().min(1).max(600).default(60),
    about:
      'After how many seconds a message is in doubt whose process has died with it on the wire. Longer than the ' +
      'gateway’s answer deadline (30 s).',
    example: '60',
  },
  OUTBOX_DOUBT_SECONDS: {
    schema: z.coerce.number().int().min(1).max(600).optional(),
    about:
      'How long a message in doubt waits for a late receipt before it is sent once more. Empty: by its kind, 15 s for ' +
      'a PIN, 45 s for a link, 120 s for the rest.',
    example: '60',
  },
  MESSAGE_FALLBACK: {
    schema: flag.default(true),
    about:
      '1 to write by e-mail what could not be delivered by SMS, and the other way round. Never a PIN: it proves the ' +
      'mobile.',
    example: '1',
  },
  LOG_LEVEL: {
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']).default('info'),
    about: 'How much is logged. Personal data is left out at every level.',
    example: 'info',
  },
} satisfies Record<string, Definition>;

type Definitions = typeof DEFINITIONS;
export type SettingKey = keyof Definitions;
/** The checked settings, each of its own type. */
export type Settings = { [Key in SettingKey]: z.output<Definitions[Key]['schema']> };

/** All that is wrong with the configuration, one line for each key. */
export class SettingsError extends Error {
  readonly problems: string[];

  constructor(problems: string[]) {
    super(
      `The configuration has ${problems.length} problem(s):\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    );
    this.name = 'SettingsError';
    this.problems = problems;
  }
}

function rawValue(key: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const file = env[`${key}_FILE`];
  if (!file) return env[key] === '' ? undefined : env[key];
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    problems.push(`${key}_FILE: cannot read ${file} (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
    return undefined;
  }
}

/** Settings that are right alone but wrong together. */
function contradictions(settings: Settings): string[] {
  const found: string[] = [];
  if (
    settings.NODE_ENV === 'production' &&
    settings.PUBLIC_URL.startsWith('https:') &&
    settings.TRUSTED_PROXIES === 0
  ) {
    found.push(
      'TRUSTED_PROXIES: is 0 although PUBLIC_URL is https, so a proxy of yours stands in front. Without it everybody ' +
        'seems to come from the same address and shares its limits. Example: 1',
    );
  }
  return [...found, ...smppContradictions(settings), ...mailContradictions(settings)];
}

/** What is wrong with one setting: one line, or one for each place inside a value that has places. */
function problemsWith(
  key: string,
  definition: Definition,
  raw: string | undefined,
  error: z.ZodError,
): string[] {
  const inside = error.issues.filter(({ path }) => path.length > 0);
  if (inside.length > 0) return inside.map(({ path, message }) => `${key}${path.join('.')}: ${message}.`);
  if (raw === undefined) return [missing(key, definition)];
  const why = error.issues[0]?.message ?? 'is not valid';
  return [`${key}: ${why}. ${definition.about} Example: ${definition.example}`];
}

function missing(key: string, { about, example }: Definition): string {
  return `${key}: is missing. ${about} Example: ${example}`;
}

/** True for a setting that another one would replace, when that one is not there. */
function isNeeded({ unless }: Definition, env: NodeJS.ProcessEnv): boolean {
  return unless !== undefined && !env[unless] && !env[`${unless}_FILE`];
}

/**
 * Reads all settings from the environment, `<KEY>_FILE` first.
 * Throws SettingsError that lists every problem with its key, what is wrong and an example; values never appear in it.
 */
export function loadSettings(env: NodeJS.ProcessEnv): Settings {
  const problems: string[] = [];
  const entries = Object.entries(DEFINITIONS).map(([key, definition]: [string, Definition]) => {
    const before = problems.length;
    const raw = rawValue(key, env, problems);
    const parsed = definition.schema.safeParse(raw);
    if (problems.length > before) return [key, undefined];
    if (!parsed.success) problems.push(...problemsWith(key, definition, raw, parsed.error));
    else if (raw === undefined && isNeeded(definition, env)) problems.push(missing(key, definition));
    return [key, parsed.data];
  });
  const settings = Object.fromEntries(entries) as Settings;
  if (problems.length === 0) problems.push(...contradictions(settings));
  if (problems.length > 0) throw new SettingsError(problems);
  return settings;
}
