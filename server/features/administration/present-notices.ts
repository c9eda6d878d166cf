import type { StaffNotice } from '../../kernel/page.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import type { Person } from '../identity/index.ts';
import { mayAdminister } from '../identity/index.ts';
import { momentLabel, say, type Reader } from './present-words.ts';
import type { Trouble } from './trouble.ts';

/** Texts carry the links and PINs that people wait for; an e-mail can wait. */
const KIND: Record<Channel, StaffNotice['kind']> = { sms: 'danger', email: 'warning' };

/** A department may have a hundred offices: more names than this nobody reads. */
const MOST_NAMES = 3;

function namesOf(reader: Reader, offices: string[]): string {
  const more = offices.length - MOST_NAMES;
  const named =
    more > 0
      ? [...offices.slice(0, MOST_NAMES), say(reader, 'notice.moreOffices', { count: more })]
      : offices;
  return new Intl.ListFormat(reader.locale, { type: 'conjunction' }).format(named);
}

/** Agents are told whom to phone; administrators, who see no citizens, where to mend it. */
type Tell = (key: string, values?: Record<string, unknown>) => string;

const teller =
  (reader: Reader, administers: boolean): Tell =>
  (key, values) =>
    say(reader, administers ? `notice.administrator.${key}` : `notice.${key}`, values);

/** One channel's worst trouble: who paused it knows that its links may be down too. */
function ofChannel(reader: Reader, tell: Tell, trouble: Trouble, channel: Channel): StaffNotice[] {
  const pause = trouble.pauses.find((one) => one.channel === channel);
  const kind = KIND[channel];
  if (pause) {
    return [{ kind, text: tell(`paused.${channel}`, { when: momentLabel(reader, pause.at) }) }];
  }
  if (trouble.links[channel] === 'down') return [{ kind, text: tell(`down.${channel}`) }];
  return [];
}

function lateness(
  reader: Reader,
  tell: Tell,
  trouble: Trouble,
  mine: (officeId: number) => boolean,
): StaffNotice[] {
  const late = trouble.late.filter(({ officeId }) => mine(officeId));
  const count = late.reduce((total, row) => total + row.count, 0);
  if (count === 0) return [];
  const oldest = Math.min(...late.map((row) => new Date(row.oldest).getTime()));
  const minutes = Math.floor((reader.now.getTime() - oldest) / 60_000);
  return [{ kind: 'danger', text: tell('late', { count, minutes }) }];
}

/**
 * What this person must know about messages that do not leave: of the own offices, or of all for an administrator. The
 * most serious comes first, and nothing is told twice: texts of a paused channel are not also called late.
 */
export function presentNotices(reader: Reader, trouble: Trouble, person: Person): StaffNotice[] {
  const all = mayAdminister(person);
  const tell = teller(reader, all);
  const mine = (officeId: number) => all || person.offices.some(({ id }) => id === officeId);
  const channels = CHANNELS.flatMap((channel) => ofChannel(reader, tell, trouble, channel));
  const smsStands = trouble.pauses.some(({ channel }) => channel === 'sms') || trouble.links.sms === 'down';
  const senders = trouble.senders.filter(({ officeId }) => mine(officeId));
  const held = new Set(senders.map(({ officeId }) => officeId));
  const stuck = smsStands ? [] : lateness(reader, tell, trouble, (id) => mine(id) && !held.has(id));
  const addresses = [...new Set(senders.map(({ address }) => address))];
  const ofSenders = addresses.map((address): StaffNotice => {
    const rows = senders.filter((row) => row.address === address);
    const reason = rows[0]?.trouble ?? 'held';
    const offices = namesOf(
      reader,
      rows.map(({ office }) => office),
    );
    return { kind: 'danger', text: tell(`sender.${reason}`, { offices, address }) };
  });
  return [...channels, ...ofSenders, ...stuck];
}
