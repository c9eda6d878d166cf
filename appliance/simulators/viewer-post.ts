import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { BROKEN } from './broken-pdus.ts';
import { readFaults } from './fault-fields.ts';
import type { Smsc } from './smsc.ts';
import type { Refused } from './viewer-faults.ts';

const MAX_FORM_BYTES = 16 * 1024;

/** What became of a form. */
export type PostResult =
  | { kind: 'done' }
  /** Not from our own page, or too long. */
  | { kind: 'forbidden' }
  | { kind: 'unknown' }
  | { kind: 'invalid'; refused: Refused };

/**
 * Takes a form of the page and does what it says. A page of another site can make a browser send one too, but it can
 * neither read our token nor hide where it comes from.
 */
export async function takeForm(
  request: IncomingMessage,
  token: string,
  gateways: readonly Smsc[],
): Promise<PostResult> {
  const form = await readForm(request);
  if (!form || !isOurs(request) || !sameText(form.get('token') ?? '', token)) return { kind: 'forbidden' };
  const action = form.get('action') ?? '';
  if (action === 'normal') {
    for (const smsc of gateways) smsc.backToNormal();
    return { kind: 'done' };
  }
  const smsc = gateways.find(({ name }) => name === form.get('gateway'));
  return smsc ? act(smsc, action, form) : { kind: 'unknown' };
}

function act(smsc: Smsc, action: string, form: URLSearchParams): PostResult {
  const broken = BROKEN.find((kind) => kind === action);
  if (broken) smsc.sendBroken(broken);
  else if (action === 'drop') smsc.dropConnections();
  else if (action === 'unbind') void smsc.unbindAll();
  else if (action === 'apply') return apply(smsc, form);
  else return { kind: 'unknown' };
  return { kind: 'done' };
}

function apply(smsc: Smsc, form: URLSearchParams): PostResult {
  const { changes, errors } = readFaults(form);
  if (errors.size > 0) return { kind: 'invalid', refused: { gateway: smsc.name, form, errors } };
  smsc.faults.set(changes);
  return { kind: 'done' };
}

function isOurs({ headers }: IncomingMessage): boolean {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  return origin === undefined || origin === `http://${host}`;
}

function sameText(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}

async function readForm(request: IncomingMessage): Promise<URLSearchParams | null> {
  const { 'content-type': type, 'content-length': announced } = request.headers;
  if (!type?.startsWith('application/x-www-form-urlencoded') || Number(announced) > MAX_FORM_BYTES)
    return null;
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > MAX_FORM_BYTES) return null;
    chunks.push(chunk);
  }
  return new URLSearchParams(Buffer.concat(chunks).toString('utf8'));
}
