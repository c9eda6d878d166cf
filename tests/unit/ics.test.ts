import test from 'ava';
import { renderCalendar } from '../../server/adapters/ics/calendar.ts';
import type { CalendarEvent } from '../../server/kernel/ports.ts';

const EVENT: CalendarEvent = {
  uid: 'abc@cita.example.cat',
  sequence: 2,
  method: 'REQUEST',
  start: new Date('2026-10-25T00:30:00Z'),
  end: new Date('2026-10-25T01:00:00Z'),
  timeZone: 'Europe/Madrid',
  summary: 'Videocita amb OAC Girona; sala, 1',
  description:
    "Línia u\nUna línia molt llarga, que s'ha de plegar perquè passa dels setanta-cinc octets: à è é í ï ó ò ú ü ç l·l",
  location: 'OAC Girona',
  organizer: { name: 'OAC Girona', email: 'oac@example.cat' },
  attendee: { name: "Núria O'Neill", email: 'nuria@example.com' },
  stamp: new Date('2026-10-20T08:00:00Z'),
};

/** Lines with their folds undone (RFC 5545 section 3.1). */
function lines(content: string): string[] {
  return content.replaceAll('\r\n ', '').split('\r\n');
}

test('an appointment is an iTIP request with its uid, sequence and instants', (t) => {
  const got = lines(renderCalendar(EVENT));
  for (const line of [
    'METHOD:REQUEST',
    'UID:abc@cita.example.cat',
    'SEQUENCE:2',
    'DTSTAMP:20261020T080000Z',
    'DTSTART:20261025T003000Z',
    'DTEND:20261025T010000Z',
    'STATUS:CONFIRMED',
    'SUMMARY:Videocita amb OAC Girona\\; sala\\, 1',
  ]) {
    t.true(got.includes(line), `${line} in ${got.join(' | ')}`);
  }
  t.true(
    got.some((line) => line.startsWith('ORGANIZER') && line.toLowerCase().includes('mailto:oac@example.cat')),
  );
  t.true(
    got.some(
      (line) => line.startsWith('ATTENDEE') && line.toLowerCase().includes('mailto:nuria@example.com'),
    ),
  );
});

test('a cancellation says so twice, for all calendars to understand', (t) => {
  const got = lines(renderCalendar({ ...EVENT, method: 'CANCEL', sequence: 3 }));
  t.true(got.includes('METHOD:CANCEL'));
  t.true(got.includes('STATUS:CANCELLED'));
  t.true(got.includes('SEQUENCE:3'));
});

test('lines end in CRLF and none is longer than 75 octets', (t) => {
  const content = renderCalendar(EVENT);
  t.notRegex(content, /[^\r]\n/);
  for (const line of content.split('\r\n')) t.true(Buffer.byteLength(line) <= 75, line);
  t.true(lines(content).some((line) => line.includes('à è é í ï ó ò ú ü ç l·l')));
});
