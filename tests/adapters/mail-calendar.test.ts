import ICAL from 'ical.js';
import test, { type ExecutionContext } from 'ava';
import type { SimulatedMail } from '../../appliance/simulators/smtp.ts';
import { renderCalendar } from '../../server/adapters/ics/calendar.ts';
import type { CalendarEvent } from '../../server/kernel/ports.ts';
import { makeLinked, makeMessage, send } from './mail-helpers.ts';

const EVENT: CalendarEvent = {
  uid: 'abc234@cita.example.cat',
  sequence: 0,
  method: 'REQUEST',
  start: new Date('2026-11-24T09:30:00Z'),
  end: new Date('2026-11-24T10:00:00Z'),
  timeZone: 'Europe/Madrid',
  summary: 'Videocita amb OAC Girona; sala, 1',
  description: 'Inscripció al padró d’habitants.\nDeu minuts abans rebreu un SMS; si no us va bé, truqueu.',
  location: "OAC Terres de l'Ebre",
  organizer: { name: 'OAC Girona: "central"', email: 'oac@example.cat' },
  attendee: { name: 'Núria, d’Arbúcies', email: 'nuria@example.com' },
  stamp: new Date('2026-11-20T09:30:00Z'),
};

const REQUEST = EVENT;
const MOVED: CalendarEvent = {
  ...EVENT,
  sequence: 1,
  start: new Date('2026-11-24T11:30:00Z'),
  end: new Date('2026-11-24T12:00:00Z'),
};
const CANCEL: CalendarEvent = { ...MOVED, sequence: 2, method: 'CANCEL' };

async function sendAll(t: ExecutionContext, events: CalendarEvent[]) {
  const { smtp, carrier } = await makeLinked(t);
  const messages = events.map((event) =>
    makeMessage({ calendar: { method: event.method, content: renderCalendar(event) } }),
  );
  for (const message of messages) t.like(await send(carrier, message), { kind: 'accepted' });
  return { mails: smtp.messages, sources: messages.map(({ messageId }) => smtp.arrivalOf(messageId).source) };
}

/** What an independent reader makes of a calendar. */
function parse(content: string) {
  const calendar = new ICAL.Component(ICAL.parse(content));
  const event = calendar.getFirstSubcomponent('vevent');
  if (!event) throw new Error('no event');
  return { method: calendar.getFirstPropertyValue('method'), component: event, event: new ICAL.Event(event) };
}

/** A calendar as RFC 5546 section 2.1.4 has it: the highest sequence of a UID counts, whenever it comes. */
function applyTo(calendar: Map<string, { sequence: number; text: string }>, mail: SimulatedMail | undefined) {
  const { method, event } = parse(mail?.calendar?.content ?? '');
  if ((calendar.get(event.uid)?.sequence ?? -1) >= event.sequence) return;
  const text = method === 'CANCEL' ? 'cancelled' : event.startDate.toJSDate().toISOString();
  calendar.set(event.uid, { sequence: event.sequence, text });
}

test('an independent reader finds in the calendar what was put in, whatever the characters', async (t) => {
  const { mails } = await sendAll(t, [REQUEST]);
  const { method, component, event } = parse(mails[0]?.calendar?.content ?? '');
  t.is(method, 'REQUEST');
  t.like(event, {
    uid: EVENT.uid,
    sequence: 0,
    summary: EVENT.summary,
    description: EVENT.description,
    location: EVENT.location,
    organizer: 'mailto:oac@example.cat',
  });
  t.deepEqual([event.startDate.toJSDate(), event.endDate.toJSDate()], [EVENT.start, EVENT.end]);
  t.is(component.getFirstPropertyValue('status'), 'CONFIRMED');
  const [attendee, ...others] = event.attendees;
  t.is(others.length, 0);
  t.regex(String(attendee?.getFirstValue()), /^mailto:nuria@example\.com$/i);
  t.is(attendee?.getFirstParameter('cn'), EVENT.attendee.name);
  t.is(attendee?.getFirstParameter('partstat'), 'ACCEPTED');
  t.is(component.getFirstProperty('organizer')?.getFirstParameter('cn'), "OAC Girona: 'central'");
});

test('request, change and cancellation keep the UID and raise the sequence', async (t) => {
  const { mails } = await sendAll(t, [REQUEST, MOVED, CANCEL]);
  const parsed = mails.map(({ calendar }) => parse(calendar?.content ?? ''));
  t.deepEqual(
    parsed.map(({ method, event }) => [method, event.sequence, event.uid]),
    [
      ['REQUEST', 0, EVENT.uid],
      ['REQUEST', 1, EVENT.uid],
      ['CANCEL', 2, EVENT.uid],
    ],
  );
  t.is(parsed[2]?.component.getFirstPropertyValue('status'), 'CANCELLED');
  // RFC 5546 section 3.2.5: organizer and attendee must be as in the request, or the cancellation is ignored.
  t.is(new Set(parsed.map(({ event }) => event.organizer)).size, 1);
  t.is(new Set(parsed.map(({ event }) => event.attendees[0]?.getFirstValue())).size, 1);
});

test('a calendar follows the appointment, and a late e-mail does not bring it back', async (t) => {
  const { mails } = await sendAll(t, [REQUEST, MOVED, CANCEL]);
  const calendar = new Map<string, { sequence: number; text: string }>();
  applyTo(calendar, mails[0]);
  t.is(calendar.get(EVENT.uid)?.text, EVENT.start.toISOString());
  applyTo(calendar, mails[1]);
  t.is(calendar.get(EVENT.uid)?.text, MOVED.start.toISOString());
  applyTo(calendar, mails[2]);
  applyTo(calendar, mails[0]);
  t.deepEqual([...calendar.values()], [{ sequence: 2, text: 'cancelled' }]);
});

for (const event of [REQUEST, CANCEL]) {
  test(`the ${event.method} is an alternative with its method in the type, and a file`, async (t) => {
    const { mails, sources } = await sendAll(t, [event]);
    const source = (sources[0] ?? Buffer.alloc(0)).toString('latin1');
    const types = [...source.matchAll(/^Content-Type: ([^\r\n]+(?:\r\n[ \t][^\r\n]+)*)/gm)].map(([, type]) =>
      (type ?? '')
        .replace(/\s+/g, ' ')
        .replace(/boundary=.*/, '')
        .trim(),
    );
    t.deepEqual(types, [
      'multipart/mixed;',
      'multipart/alternative;',
      'text/plain; charset=utf-8',
      'text/html; charset=utf-8',
      `text/calendar; charset=utf-8; method=${event.method}`,
      'application/ics; name=cita.ics',
    ]);
    const file = mails[0]?.attachments.find(({ filename }) => filename === 'cita.ics');
    t.is(file?.content.trim(), mails[0]?.calendar?.content.trim());
    t.regex(source, /^Content-Disposition: attachment; filename=cita\.ics\r$/m);
  });
}

test('no line of a calendar is longer than 75 octets, and none is folded inside a letter', (t) => {
  const content = renderCalendar({ ...EVENT, description: 'à'.repeat(300) });
  for (const line of content.split('\r\n')) {
    t.true(Buffer.byteLength(line) <= 75, line);
    t.false(line.includes('\u{FFFD}'));
  }
  t.is(parse(content).event.description, 'à'.repeat(300));
});
