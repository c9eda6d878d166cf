import { createHash } from 'node:crypto';
import { escapeHtml } from './html.ts';
import type { SimulatedSms, Smsc } from './smsc.ts';
import type { SimulatedMail } from './smtp.ts';
import { renderFaultForms, renderFaultState, type Refused } from './viewer-faults.ts';

const TIME = new Intl.DateTimeFormat('ca', {
  timeStyle: 'short',
  dateStyle: 'short',
  timeZone: 'Europe/Madrid',
});
const URLS = /https?:\/\/[^\s<>"']+/g;
/** What the page shows. */
export interface ViewerState {
  gateways: readonly Smsc[];
  mails: readonly SimulatedMail[];
  appUrl: string;
  /** Proves that a form comes from our page. */
  token: string;
}

/** The whole page: a phone beside an inbox, and the switches of the gateway. */
export function renderPage(state: ViewerState, refused?: Refused): string {
  return `<!doctype html>
<html lang="ca"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>Telèfon i bústia de proves</title><link rel="stylesheet" href="/viewer.css"><script src="/viewer.js" defer></script></head>
<body><header><h1>Telèfon i bústia de proves</h1>
<p>Tot el que s’enviaria a la ciutadania es queda aquí. No surt res a fora.</p>
<a href="${escapeHtml(state.appUrl)}" target="_blank" rel="noopener">Obre l’aplicació</a></header>
<main><div id="messages">${renderMessages(state)}</div>
<section id="avaries" aria-label="Avaries de la passarel·la">${renderFaultForms(state.gateways, state.token, refused)}
<p class="hint"><a href="/log.json">Registre de la passarel·la (JSON)</a></p></section></main></body></html>`;
}

/** The part that is drawn again when something happens. */
export function renderMessages({ gateways, mails, token }: ViewerState): string {
  const inbox = mails.map(renderMail).toReversed().join('');
  return `<div class="state">${renderFaultState(gateways, token)}</div>
<div><h2>Telèfon</h2><section class="phone" role="log" aria-label="Missatges SMS" tabindex="0">${renderPhone(textsOf(gateways))}</section></div>
<div><h2>Correu</h2><div class="inbox-list">${inbox || '<p class="empty" id="no-mail">Encara no ha arribat cap correu.</p>'}</div></div>`;
}

/** The texts of all gateways, oldest first. */
export function textsOf(gateways: readonly Smsc[]): SimulatedSms[] {
  return gateways
    .flatMap(({ messages }) => messages)
    .toSorted((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime());
}

/** An e-mail as its HTML, or as its text when it has no HTML; links open in a new tab. */
export function renderMailBody(mail: SimulatedMail): string {
  const body = mail.html || `<pre>${escapeHtml(mail.text)}</pre>`;
  return body.includes('<head>')
    ? body.replace('<head>', '<head><base target="_blank">')
    : `<base target="_blank">${body}`;
}

// The thread with the newest message comes last, where the eye is.
function renderPhone(sms: readonly SimulatedSms[]): string {
  if (sms.length === 0) return '<p class="empty">Encara no ha arribat cap SMS.</p>';
  const threads = new Map<string, SimulatedSms[]>();
  for (const message of sms) {
    const thread = [...(threads.get(message.to) ?? []), message];
    threads.delete(message.to);
    threads.set(message.to, thread);
  }
  return [...threads].map(([to, messages]) => renderThread(to, messages)).join('');
}

function renderThread(to: string, messages: SimulatedSms[]): string {
  const bubbles = messages.map(
    (message) => `<p class="bubble">${linkify(message.text)}</p>
<p class="meta">${escapeHtml(message.from)} · ${timeOf(message.receivedAt)} · ${parts(message.segments)}</p>`,
  );
  return `<div class="thread"><h3>${escapeHtml(to)}</h3>${bubbles.join('')}</div>`;
}

function parts(count: number): string {
  return count === 1 ? '1 segment' : `${count} segments`;
}

/** Names an e-mail in addresses, whatever else comes or is dropped. */
export function mailKey(mail: SimulatedMail): string {
  return createHash('sha256')
    .update(`${mail.messageId} ${mail.receivedAt.toISOString()}`)
    .digest('hex')
    .slice(0, 16);
}

function renderMail(mail: SimulatedMail): string {
  const key = mailKey(mail);
  const calendar = mail.calendar
    ? `<p><a href="/calendar/${key}" download="cita.ics">Baixa la cita per al calendari (.ics)</a></p>`
    : '';
  const label = escapeHtml(`Correu: ${mail.subject}`);
  return `<details class="mail" id="mail-${key}"><summary><strong>${escapeHtml(mail.subject)}</strong><br>
Per a ${escapeHtml(mail.to.join(', '))} · de ${escapeHtml(mail.from)} · ${timeOf(mail.receivedAt)}</summary>
<div class="body">${calendar}<iframe title="${label}" src="/mail/${key}" loading="lazy" sandbox="allow-popups allow-popups-to-escape-sandbox"></iframe></div></details>`;
}

function timeOf(date: Date): string {
  return escapeHtml(TIME.format(date));
}

function linkify(text: string): string {
  let html = '';
  let end = 0;
  for (const match of text.matchAll(URLS)) {
    const url = match[0].replace(/[.,;:!?)]+$/, '');
    html += escapeHtml(text.slice(end, match.index));
    html += `<a href="${escapeHtml(url)}" target="_blank" rel="noopener">${escapeHtml(url)}</a>`;
    end = match.index + url.length;
  }
  return html + escapeHtml(text.slice(end));
}
