import { addMinutes } from '../../kernel/clock.ts';
import { newUid } from '../../kernel/ids.ts';
import { encodeText } from '../../kernel/sms-text/encode.ts';
import { audit, type Actor } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { OutboxMessage } from '../../models/OutboxMessage.ts';
import { inTransaction } from '../../models/transaction.ts';
import { sealBody, type RenderedBody } from './body.ts';
import { senderOf, settingsSender } from './senders.ts';
import type { Draft } from './texts-draft.ts';
import type { TextKey } from './texts.ts';

/** Somebody is looking at the phone for it; later nobody is. */
const TEST_MINUTES = 15;
/** After what is meant for citizens. */
const TEST_PRIORITY = 4;

/** A test that somebody wants. `officeId` is the office in whose name it goes. */
export interface TestWish {
  key: TextKey;
  officeId: number;
  to: string;
  draft: Draft;
}

async function bodyOf(deps: Deps, uid: string, { to, draft, officeId }: TestWish): Promise<RenderedBody> {
  if (draft.mail) {
    const messageId = `${uid}@${new URL(deps.settings.PUBLIC_URL).hostname}`;
    return { channel: 'email', to, ...draft.mail, messageId };
  }
  if (!draft.sms) throw new Error('a text with problems is not sent');
  const sender = (await senderOf(deps, [officeId])).get(officeId) ?? settingsSender(deps);
  return {
    channel: 'sms',
    to,
    sender: sender.address,
    ...(sender.provider === null ? {} : { provider: sender.provider }),
    ...encodeText(draft.sms.text, { spanishShift: deps.sms.spanishShift }),
  };
}

/**
 * Writes a test message to the outbox: about nobody, its text fixed and sealed, due at once, with an audit row that does
 * not hold the address. Resolves to its uid, by which `testState` finds it.
 */
export async function writeTest(deps: Deps, actor: Actor, wish: TestWish): Promise<string> {
  const uid = newUid();
  const now = deps.clock.now();
  const { kind, channel, locale } = wish.key;
  const { officeId } = wish;
  const body = sealBody(deps, uid, await bodyOf(deps, uid, wish));
  await inTransaction(deps.sequelize, async (transaction) => {
    const row = {
      uid,
      officeId,
      appointmentId: null,
      kind: 'test' as const,
      channel,
      state: 'queued' as const,
      priority: TEST_PRIORITY,
      dueAt: now,
      nextAt: now,
      expiresAt: addMinutes(now, TEST_MINUTES),
      dedupeKey: `test.${uid}`,
      body,
      createdAt: now,
    };
    await OutboxMessage.create(row, { transaction });
    const details = { kind, channel, locale, message: uid };
    await audit(deps.clock, transaction, actor, 'text.test', { officeId }, details);
  });
  deps.messagesDue();
  return uid;
}

/** How a test is getting on; null when there is no such test. */
export function testMessage(uid: string): Promise<OutboxMessage | null> {
  return OutboxMessage.findOne({ where: { uid, kind: 'test' } });
}
