import ical, {
  ICalAttendeeRole,
  ICalAttendeeStatus,
  ICalCalendarMethod,
  ICalEventStatus,
} from 'ical-generator';
import type { CalendarEvent } from '../../kernel/ports.ts';

/** A name inside a quoted parameter, which knows no escape: RFC 5545 section 3.2 forbids quotes and controls there. */
function parameterText(name: string): string {
  return name.replaceAll('"', "'").replaceAll(/\p{Cc}+/gu, ' ');
}

/**
 * The event as an iCalendar object (RFC 5545) with its iTIP method (RFC 5546), for a mail by RFC 6047. A calendar finds
 * the entry of an earlier mail by UID and takes the one with the higher SEQUENCE, whichever came last; it listens to a
 * change or cancellation only from the same ORGANIZER, who must be the sender of the mail, and about an ATTENDEE that
 * it knows, who must be its recipient. Times are UTC instants, which every calendar shows in the zone of its reader; a
 * local time would be ambiguous on the night when summer time ends.
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
    organizer: { ...event.organizer, name: parameterText(event.organizer.name) },
    attendees: [
      {
        ...event.attendee,
        name: parameterText(event.attendee.name),
        role: ICalAttendeeRole.REQ,
        // The citizen said yes on the phone: their calendar has nothing to ask them.
        status: ICalAttendeeStatus.ACCEPTED,
        rsvp: false,
      },
    ],
  });
  return calendar.toString();
}
