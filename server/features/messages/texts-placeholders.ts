import type { EditableKind } from '../../models/MessageTemplate.ts';
import type { Channel } from '../../models/OutboxMessage.ts';

/** The parts of a text that people edit; a text message has only a body. */
export type TextField = 'subject' | 'body';

/** Everything that a text can be filled with; what each means is told by the catalogue `texts`, below `placeholder`. */
export const PLACEHOLDERS = [
  'office.name',
  'office.phone',
  'office.address',
  'department',
  'procedure',
  'when',
  'shortWhen',
  'time',
  'linkNotice',
  'link',
  'pin',
  'pinMinutes',
] as const;
export type Placeholder = (typeof PLACEHOLDERS)[number];

/** Which texts there are, in the order in which people get them. */
export const TEXT_KINDS: Record<Channel, readonly EditableKind[]> = {
  sms: ['confirmation', 'change', 'reminder', 'link', 'pin', 'cancellation'],
  email: ['confirmation', 'change', 'reminder', 'link', 'cancellation'],
};

const WHO: readonly Placeholder[] = ['office.name', 'office.phone', 'office.address', 'department'];

/**
 * A text message is read on a locked screen: no names, and nothing about why somebody comes. The link is for the text
 * with the link alone, and the PIN for that with the PIN, so that neither gets about where nobody expects it.
 */
const IN_SMS: Record<EditableKind, readonly Placeholder[]> = {
  confirmation: [...WHO, 'shortWhen', 'time', 'linkNotice'],
  change: [...WHO, 'shortWhen', 'time', 'linkNotice'],
  reminder: [...WHO, 'shortWhen', 'time', 'linkNotice'],
  link: [...WHO, 'shortWhen', 'time', 'link'],
  pin: [...WHO, 'pin', 'pinMinutes'],
  cancellation: [...WHO, 'shortWhen', 'time'],
};

/** Placeholders that a text may hold. An e-mail has its link, if any, in the layout. */
export function placeholdersFor(
  kind: EditableKind,
  channel: Channel,
  field: TextField,
): readonly Placeholder[] {
  if (channel === 'sms') return IN_SMS[kind];
  const common: Placeholder[] = ['office.name', 'office.phone', 'when', 'shortWhen', 'time', 'department'];
  // Subjects are shown on locked screens, too.
  return field === 'subject' ? common : [...common, 'office.address', 'procedure'];
}

/** The placeholder without which the text would be of no use. */
export function requiredPlaceholder(kind: EditableKind, channel: Channel): Placeholder | null {
  return channel === 'sms' && (kind === 'link' || kind === 'pin') ? kind : null;
}

/** True when the word names something that texts are filled with, here or elsewhere. */
export function isPlaceholder(word: string): word is Placeholder {
  return (PLACEHOLDERS as readonly string[]).includes(word);
}
