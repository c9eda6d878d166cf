import { z } from 'zod';
import { readCertificates, readPin } from './certificates.ts';
import { flag, port, type Definition } from './definition.ts';
import { BINDS, LONG_TEXTS, readLinks, RECEIPT_IDS, type SmppLink } from './smpp-links.ts';

const WITHOUT_LINKS = 'SMPP_LINKS';

/** The operator's gateways: one by simple settings, or several by `SMPP_LINKS`. */
export const SMPP_DEFINITIONS = {
  SMPP_HOST: {
    schema: z.string().min(1).optional(),
    about: 'The operator’s SMPP gateway.',
    example: 'smpp.operador.example',
    unless: WITHOUT_LINKS,
  },
  SMPP_PORT: { schema: port.default(2775), about: 'Its port.', example: '2775' },
  SMPP_TLS: { schema: flag.default(false), about: '1 to speak TLS to the gateway.', example: '1' },
  SMPP_TLS_CA: {
    schema: z.string().transform(readCertificates).optional(),
    about:
      'Path of a PEM file with the authority of the gateway’s certificate. Empty: those the system trusts.',
    example: '(path of a PEM file)',
  },
  SMPP_TLS_PIN: {
    schema: z.string().transform(readPin).optional(),
    about:
      'SHA-256 fingerprint of the gateway’s own certificate. With it no other is accepted, and without ' +
      '`SMPP_TLS_CA` no authority is needed.',
    example: 'AB12'.repeat(16),
  },
  SMPP_SYSTEM_ID: {
    schema: z.string().max(15).optional(),
    about: 'User name at the gateway.',
    example: 'department',
    unless: WITHOUT_LINKS,
  },
  SMPP_PASSWORD: {
    schema: z.string().max(64).optional(),
    about: 'Password at the gateway. SMPP itself allows 8 characters; some gateways take more.',
    example: 's3cr3t',
    secret: true,
    unless: WITHOUT_LINKS,
  },
  SMPP_SYSTEM_TYPE: { schema: z.string().max(12).default(''), about: 'Often empty.', example: '' },
  SMPP_BIND: {
    schema: z.enum(BINDS).default('transceiver'),
    about: '`pair` where the contract gives one session to send and another to receive.',
    example: 'pair',
  },
  SMPP_WINDOW: {
    schema: z.coerce.number().int().min(1).max(50).default(10),
    about: 'Texts that may be unanswered at once, which is also how many one cut of the link can duplicate.',
    example: '10',
  },
  SMPP_RATE_PER_SECOND: {
    schema: z.coerce.number().min(0.1).max(1000).optional(),
    about: 'Texts per second that the contract allows. Empty: as fast as the gateway answers.',
    example: '20',
  },
  SMPP_LONG_TEXT: {
    schema: z.enum(LONG_TEXTS).default('udh'),
    about:
      'How the parts of a long text travel: `udh` is the usual; `sar` or `payload` where the contract says so.',
    example: 'udh',
  },
  SMPP_SPANISH_SHIFT: {
    schema: flag.default(false),
    about:
      '1 if the operator confirmed the Spanish single shift table: texts with ç, í, ó, ú then cost half.',
    example: '0',
  },
  SMPP_RECEIPT_IDS: {
    schema: z.enum(RECEIPT_IDS).default('same'),
    about:
      'Base of the ids in receipts: `same` as in the answers, or `hexToDec` (answers hexadecimal, receipts decimal), or ' +
      '`decToHex`.',
    example: 'hexToDec',
  },
  SMPP_LINKS: {
    schema: z.string().transform(linksOrProblems).optional(),
    about:
      'Several gateways, as a JSON array; it replaces the other `SMPP_*` settings of the connection. Each has `name`, ' +
      '`host`, `systemId` and `password`, and may have `provider`, `port`, `tls` (`true` or `ca`, `pin`, `servername`), ' +
      '`bind`, `systemType`, `priority` (lower first), `window`, `ratePerSecond`, `answerSeconds`, `enquireSeconds`, ' +
      '`longText`, `spanishShift`, `receiptIds`, `validity`, `shortCodeTon`, `serviceType`, `replaceIfPresent` and ' +
      '`statuses`.',
    example: '[{"name":"a","host":"smpp.operador.example","systemId":"department","password":"s3cr3t"}]',
    secret: true,
  },
} satisfies Record<string, Definition>;

type Values = { [Key in keyof typeof SMPP_DEFINITIONS]: z.output<(typeof SMPP_DEFINITIONS)[Key]['schema']> };

/** The links that the settings describe: those of `SMPP_LINKS`, or the one of the simple settings, called `main`. */
export function smppLinks(settings: Values): SmppLink[] {
  if (settings.SMPP_LINKS) return settings.SMPP_LINKS;
  return [
    {
      name: 'main',
      provider: 'main',
      host: settings.SMPP_HOST ?? '',
      port: settings.SMPP_PORT,
      tls: settings.SMPP_TLS && { ca: settings.SMPP_TLS_CA, pin: settings.SMPP_TLS_PIN },
      bind: settings.SMPP_BIND,
      systemId: settings.SMPP_SYSTEM_ID ?? '',
      password: settings.SMPP_PASSWORD ?? '',
      systemType: settings.SMPP_SYSTEM_TYPE,
      priority: 0,
      window: settings.SMPP_WINDOW,
      ratePerSecond: settings.SMPP_RATE_PER_SECOND ?? null,
      answerSeconds: 30,
      enquireSeconds: 30,
      longText: settings.SMPP_LONG_TEXT,
      spanishShift: settings.SMPP_SPANISH_SHIFT,
      receiptIds: settings.SMPP_RECEIPT_IDS,
      validity: 'absolute',
      shortCodeTon: 3,
      serviceType: '',
      replaceIfPresent: false,
      statuses: {},
    },
  ];
}

/** What is right alone but wrong together in the settings of the gateways, one line each. */
export function smppContradictions(settings: Values): string[] {
  const tls = settings.SMPP_TLS_CA !== undefined || settings.SMPP_TLS_PIN !== undefined;
  if (settings.SMPP_LINKS || settings.SMPP_TLS || !tls) return [];
  const given = settings.SMPP_TLS_PIN === undefined ? 'SMPP_TLS_CA' : 'SMPP_TLS_PIN';
  return [`SMPP_TLS: is 0 although ${given} is given, so nothing would be checked or encrypted. Example: 1`];
}

function linksOrProblems(text: string, context: z.RefinementCtx): SmppLink[] {
  const { links, problems } = readLinks(text);
  for (const { path, problem } of problems)
    context.addIssue({ code: 'custom', message: problem, path: path === '' ? [] : [path] });
  return links;
}
