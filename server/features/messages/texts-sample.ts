import { instantOf, isoDay, shiftDay, shortWhenLabel, timeLabel, whenLabel } from '../../kernel/dates.ts';
import { displayPhone } from '../../kernel/people.ts';
import type { Deps } from '../../models/deps.ts';
import type { TextData } from './texts-fill.ts';
import type { TextKey } from './texts.ts';

/** As long as a real link, and recognisably none: 22 characters stand after `/v/`. */
const SAMPLE_TOKEN = 'EXEMPLE-no-es-real-000';
const SAMPLE_PIN = '123456';
const TUESDAY = 2;

/** What the preview needs of an office. */
export interface SampleOffice {
  name: string;
  address: string;
  phone: string;
  timeZone: string;
}

/** Half past ten on the Tuesday after today: no day and no hour of it makes a text dear. */
function sampleStart(now: Date, zone: string): Date {
  const today = isoDay(now, zone);
  const weekday = new Date(`${today}T12:00:00Z`).getUTCDay();
  const day = shiftDay(today, ((TUESDAY - weekday + 6) % 7) + 1);
  return instantOf(day, '10:30', zone) ?? now;
}

/**
 * An invented appointment to fill texts with, in the words of the sender's own data: nobody's name, a link that leads
 * nowhere, and of the office what is real.
 */
export function sampleData(
  deps: Pick<Deps, 'settings' | 'templates' | 'clock'>,
  { locale, channel }: Pick<TextKey, 'locale' | 'channel'>,
  office: SampleOffice | null,
): TextData {
  const text = (key: string) => deps.templates.text(`texts:sample.${key}`, locale);
  const zone = office?.timeZone ?? 'Europe/Madrid';
  const startsAt = sampleStart(deps.clock.now(), zone);
  return {
    locale,
    name: text('name'),
    office: office
      ? { name: office.name, address: office.address, phone: displayPhone(office.phone) }
      : { name: text('office'), address: text('address'), phone: '900 000 000' },
    procedure: text('procedure'),
    documents: [text('document')],
    when: whenLabel(startsAt, zone, locale),
    shortWhen: shortWhenLabel(startsAt, zone, locale),
    time: timeLabel(startsAt, zone, locale),
    link: `${deps.settings.PUBLIC_URL}/v/${SAMPLE_TOKEN}`,
    pin: SAMPLE_PIN,
    linkNotice: deps.templates.text(`messages:${channel}.linkNotice.later`, locale),
    pinMinutes: 10,
    department: deps.settings.DEPARTMENT_NAME,
  };
}
