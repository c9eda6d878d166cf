import { addMinutes } from '../../kernel/clock.ts';
import { shortWhenLabel, timeLabel, whenLabel } from '../../kernel/dates.ts';
import { localise, type Locale } from '../../kernel/locale.ts';
import { encodeText } from '../../kernel/sms-text/encode.ts';
import { citizenOf, linkTokenOf, type CitizenData } from '../../models/Appointment.ts';
import type { Deps } from '../../models/deps.ts';
import type { MessageKind, OutboxRow } from '../../models/OutboxMessage.ts';
import { LINK_LEAD_MINUTES } from '../appointments/index.ts';
import type { RenderedBody } from './body.ts';
import type { OfficeSender } from './senders.ts';
import type { Subject } from './subjects.ts';
import { composeMail, type ComposedMail } from './texts-compose.ts';
import type { TextData } from './texts-fill.ts';
import { filledText, type TextKey, type Texts } from './texts.ts';

const payloadContext = (message: OutboxRow) => `outbox.payload.${message.uid}`;

/** How long a PIN lives is decided where it is made; its message lives exactly as long. */
const minutesOfLife = ({ createdAt, expiresAt }: OutboxRow) =>
  Math.round((expiresAt.getTime() - createdAt.getTime()) / 60_000);

/** When the link comes, in words. For an appointment of the last minute it does not wait for ten minutes before. */
function linkNotice(deps: Deps, startsAt: Date, locale: Locale, { channel, createdAt }: OutboxRow): string {
  const moment = addMinutes(startsAt, -LINK_LEAD_MINUTES) > createdAt ? 'later' : 'now';
  return deps.templates.text(`messages:${channel}.linkNotice.${moment}`, locale);
}

/** The values of a message's placeholders, each worked out only when its text asks for it: most ask for a few. */
function templateData(
  deps: Deps,
  { appointment, office, phone, procedure }: Subject,
  citizen: CitizenData,
  message: OutboxRow,
) {
  const { locale, startsAt } = appointment;
  const zone = office.timeZone;
  return {
    locale,
    office: { name: office.name, address: office.address, phone },
    procedure: localise(procedure.name, locale),
    documents: procedure.documents[locale],
    pinMinutes: minutesOfLife(message),
    department: deps.settings.DEPARTMENT_NAME,
    name: citizen.name,
    get when() {
      return whenLabel(startsAt, zone, locale);
    },
    get shortWhen() {
      return shortWhenLabel(startsAt, zone, locale);
    },
    get time() {
      return timeLabel(startsAt, zone, locale);
    },
    get link() {
      return `${deps.settings.PUBLIC_URL}/v/${linkTokenOf(deps.vault, appointment)}`;
    },
    get pin() {
      return message.payload ? deps.vault.open(message.payload, payloadContext(message)) : '';
    },
    get linkNotice() {
      return linkNotice(deps, startsAt, locale, message);
    },
  };
}

function calendarOf(
  deps: Deps,
  subject: Subject,
  citizen: CitizenData,
  message: OutboxRow,
  summary: string,
  description: string,
) {
  const { appointment, office } = subject;
  const method = message.kind === 'cancellation' ? ('CANCEL' as const) : ('REQUEST' as const);
  const content = deps.renderCalendar({
    uid: `${appointment.uid}@${new URL(deps.settings.PUBLIC_URL).hostname}`,
    sequence: appointment.sequence,
    method,
    start: appointment.startsAt,
    end: appointment.endsAt,
    timeZone: office.timeZone,
    summary,
    description,
    location: office.name,
    organizer: { name: office.name, email: deps.settings.MAIL_FROM },
    attendee: { name: citizen.name, email: citizen.email ?? '' },
    stamp: message.createdAt,
  });
  return { method, content };
}

/** What changes the citizen's calendar; a reminder or a link would only make it ask again. */
const CALENDAR_KINDS = new Set<MessageKind>(['confirmation', 'change', 'cancellation']);

function renderMail(
  deps: Deps,
  subject: Subject,
  citizen: CitizenData,
  message: OutboxRow,
  data: TextData,
  mail: ComposedMail,
): RenderedBody {
  const { locale } = subject.appointment;
  const text = (key: string) => deps.templates.text(`messages:${key}`, locale, data);
  const calendar = CALENDAR_KINDS.has(message.kind)
    ? {
        calendar: calendarOf(
          deps,
          subject,
          citizen,
          message,
          text('calendar.summary'),
          text('calendar.description'),
        ),
      }
    : {};
  return {
    channel: 'email',
    to: citizen.email ?? '',
    ...mail,
    messageId: `${message.uid}@${new URL(deps.settings.PUBLIC_URL).hostname}`,
    ...calendar,
  };
}

/** What a batch of messages shares, as of when it was claimed. */
export interface Wordings {
  texts: Texts;
  /** Who the texts of the message's office come from. */
  sender: OfficeSender | undefined;
}

/**
 * Fills the text that counts, of the office, the department or the product, with the subject as it is now, in the
 * citizen's language. A text is split for the air at once. Throws RangeError for a text that is too long, and Error for
 * a template that cannot be filled.
 */
export function renderMessage(
  deps: Deps,
  message: OutboxRow,
  subject: Subject,
  { texts, sender }: Wordings,
): RenderedBody {
  const { kind, channel } = message;
  if (kind === 'test') throw new Error('a test message brings its own text');
  const { appointment } = subject;
  const { locale, officeId } = appointment;
  const key: TextKey = { kind, channel, locale, officeId };
  const citizen = citizenOf(deps.vault, appointment);
  const data = templateData(deps, subject, citizen, message);
  const filled = filledText(deps, texts, key, data);
  if (channel === 'email')
    return renderMail(deps, subject, citizen, message, data, composeMail(deps, kind, locale, data, filled));
  if (!sender) throw new Error('nobody to send it as');
  return {
    channel,
    to: citizen.mobile,
    sender: sender.address,
    ...(sender.provider === null ? {} : { provider: sender.provider }),
    ...encodeText(filled.body, { spanishShift: deps.sms.spanishShift }),
  };
}
