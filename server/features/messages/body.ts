import type { MailMessage } from '../../kernel/ports.ts';
import type { Deps } from '../../models/deps.ts';
import type { OutboxMessage } from '../../models/OutboxMessage.ts';

/** A message as it goes out; fixed at the first try, so that a second one says the same. */
export type RenderedBody =
  { channel: 'sms'; to: string; text: string } | ({ channel: 'email' } & MailMessage);

const context = (message: OutboxMessage) => `outbox.body.${message.uid}`;

/** The text as it is kept in the row: it holds personal data. */
export function sealBody(deps: Deps, message: OutboxMessage, body: RenderedBody): Buffer {
  return deps.vault.seal(JSON.stringify(body), context(message));
}

/** The text of an earlier try. Throws when there was none, or when it was not sealed for this row. */
export function openBody(deps: Deps, message: OutboxMessage): RenderedBody {
  if (!message.body) throw new Error('no text was kept');
  return JSON.parse(deps.vault.open(message.body, context(message))) as RenderedBody;
}
