import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator';
import type { CalendarEvent } from '../../kernel/ports.ts';

/**
 * The event as an iCalendar object (RFC 5545) with its iTIP method (RFC 5546). Times are UTC instants, which every
 * calendar shows in the zone of its reader; a local time would be ambiguous on the night when summer time ends.
 */
export function renderCalendar(event: CalendarEvent): string {
  const cancelled = event.method === 'CANCEL';
  const calendar = ical({
    prodId: { company: 'videoatencio', product: 'videoatencio', language: 'CA' },
    method: cancelled ? ICalCalendarMethod.CANCEL : ICalCalendarMethod.REQUEST,
  });
  calendar.createEvent({
    id: event.uid,
    sequence: event.sequence,
    stamp: event.stamp,
    start: event.start,
    end: event.end,
    summary: event.summary,
    description: event.description,
    location: event.location,
    url: event.url,
    status: cancelled ? ICalEventStatus.CANCELLED : ICalEventStatus.CONFIRMED,
    organizer: event.organizer,
    attendees: [
      {
        ...event.attendee,
        role: ICalAttendeeRole.REQ,
        // The citizen said yes on the phone: their calendar has nothing to ask them.
        status: ICalAttendeeStatus.ACCEPTED,
        rsvp: false,
      },
    ],
  });
  return calendar.toString();
}
