import { DateTime } from 'luxon';
import type { Office } from '../../models/Office.ts';
import { daysToExpiry, isGeneric, senderKind, type OfficeSender, type Sender } from '../messages/index.ts';
import type { SenderRow, SenderState } from './pages.ts';
import { say, type Reader } from './present-words.ts';

const INTL = { ca: 'ca-ES', es: 'es-ES', en: 'en-GB' } as const;

/** A day as people write it, `30 de juny de 2028`; a dash for none. */
export function dateLabel(reader: Reader, day: string | null): string {
  if (day === null) return '–';
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'utc' } as const;
  return new Intl.DateTimeFormat(INTL[reader.locale], options).format(
    DateTime.fromISO(day, { zone: 'utc' }).toJSDate(),
  );
}

/** An alias shows its registration; a number needs none and says so. */
export function registrationLabel(reader: Reader, sender: Sender): string {
  if (senderKind(sender.address) !== 'alias') return say(reader, 'sender.notNeeded');
  return dateLabel(reader, sender.registeredUntil);
}

/** How an office's sender stands, with a word for the badge. */
export function presentSender(
  reader: Reader,
  office: Pick<Office, 'name' | 'slug'>,
  sender: OfficeSender,
  today: string,
  more: { own: boolean; held: boolean },
): SenderRow {
  const days = daysToExpiry(sender, today);
  const state: SenderState = more.held ? 'held' : (sender.problem ?? (days === null ? 'ok' : 'expiring'));
  return {
    office: office.name,
    href: `/administration/senders/${office.slug}`,
    address: sender.address,
    kind: say(reader, `sender.kind.${senderKind(sender.address)}`),
    own: more.own,
    registeredUntil: registrationLabel(reader, sender),
    provider: sender.provider ?? say(reader, 'sender.anyProvider'),
    state,
    stateLabel: say(reader, `sender.state.${state}`, { count: days ?? 0 }),
    generic: isGeneric(sender.address),
  };
}
