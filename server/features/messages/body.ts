import type { EncodedText } from '../../kernel/carriers.ts';
import type { MailMessage } from '../../kernel/ports.ts';
import type { Deps } from '../../models/deps.ts';
import type { OutboxMessage } from '../../models/OutboxMessage.ts';

/**
 * A message as it goes out; fixed at the first try, so that a second one says the same, in the same parts, from the same
 * sender. `provider` is to whom the sender is assigned.
 */
export type RenderedBody =
  | ({ channel: 'sms'; to: string; sender: string; provider?: string } & EncodedText)
  | ({ channel: 'email' } & MailMessage);

const context = (uid: string) => `outbox.body.${uid}`;

/** The text as it is kept in the row: it holds personal data. */
export function sealBody(deps: Pick<Deps, 'vault'>, uid: string, body: RenderedBody): Buffer {
  return deps.vault.seal(JSON.stringify(body), context(uid));
}

/** The text of an earlier try. Throws when there was none, or when it was not sealed for this row. */
export function openBody(
  deps: Pick<Deps, 'vault'>,
  message: Pick<OutboxMessage, 'uid' | 'body'>,
): RenderedBody {
  if (!message.body) throw new Error('no text was kept');
  return JSON.parse(deps.vault.open(message.body, context(message.uid))) as RenderedBody;
}
