import test from 'ava';
import {
  mayHaveFailed,
  RESENDS_PER_HOUR,
  waitAfter,
  whyNotAgain,
} from '../../server/features/appointments/resend-rules.ts';
import { addMinutes, addSeconds } from '../../server/kernel/clock.ts';
import { APPOINTMENT_STATUSES } from '../../server/models/Appointment.ts';
import { MESSAGE_KINDS, MESSAGE_STATES, type MessageKind } from '../../server/models/OutboxMessage.ts';
import { TUESDAY as NOW } from '../helpers/clock.ts';

const message = (values: object = {}) => ({
  id: 1,
  kind: 'confirmation' as MessageKind,
  channel: 'sms' as const,
  state: 'failed' as const,
  dedupeKey: 'uid.confirmation.sms.2',
  acceptedAt: null,
  doubts: 0,
  nextAt: null,
  ...values,
});
const appointment = (values: object = {}) => ({
  status: 'confirmed' as const,
  sequence: 2,
  startsAt: addMinutes(NOW, 60),
  endsAt: addMinutes(NOW, 90),
  ...values,
});
const LINK = addMinutes(NOW, 50);

test('only what failed, expired or is in doubt is offered again', (t) => {
  const offered = MESSAGE_STATES.filter((state) => mayHaveFailed(message({ state }), []));
  t.deepEqual(offered, ['failed', 'expired', 'in_doubt']);
});

test('neither a PIN nor a test is sent again from here', (t) => {
  const offered = MESSAGE_KINDS.filter((kind) => mayHaveFailed(message({ kind }), []));
  t.deepEqual(offered, ['confirmation', 'link', 'cancellation', 'change', 'reminder']);
});

test('of several that say the same on one channel the last one counts', (t) => {
  const again = message({ id: 2, dedupeKey: 'uid.confirmation.sms.2r1-abc' });
  t.false(mayHaveFailed(message(), [message(), again]));
  t.true(mayHaveFailed(again, [message(), again]));
  t.true(mayHaveFailed(message(), [message(), { ...again, state: 'cancelled' }]));
  t.true(mayHaveFailed(message(), [message(), { ...again, channel: 'email' }]));
  t.true(mayHaveFailed(message(), [message(), { ...again, dedupeKey: 'uid.confirmation.sms.3' }]));
});

const why = (kind: MessageKind, subject: object, more: object = {}, hasEmail = true) =>
  whyNotAgain(message({ kind, ...more }), appointment(subject), hasEmail, LINK, NOW);

test('the news is sent again while the person is expected', (t) => {
  for (const kind of ['confirmation', 'change'] as const) {
    const fine = APPOINTMENT_STATUSES.filter((status) => why(kind, { status }) === null);
    t.deepEqual(fine, ['confirmed', 'waiting'], kind);
  }
  t.deepEqual(
    APPOINTMENT_STATUSES.filter((status) => why('reminder', { status }) === null),
    ['confirmed'],
  );
  t.deepEqual(
    APPOINTMENT_STATUSES.filter((status) => why('cancellation', { status }) === null),
    ['cancelled'],
  );
});

test('each refusal says why', (t) => {
  t.is(why('confirmation', { status: 'cancelled' }), 'cancelled');
  t.is(why('confirmation', { status: 'declined' }), 'cancelled');
  t.is(why('confirmation', { status: 'completed' }), 'over');
  t.is(why('confirmation', { status: 'in_call' }), 'underway');
  t.is(why('confirmation', { endsAt: NOW }), 'over');
  t.is(why('cancellation', { status: 'cancelled', startsAt: NOW }), 'over');
  t.is(why('confirmation', { sequence: 3 }), 'moved');
  t.is(why('confirmation', {}, { channel: 'email' }, false), 'noAddress');
  t.is(why('confirmation', {}, { channel: 'email' }), null);
  const late = whyNotAgain(message({ kind: 'reminder' }), appointment(), true, NOW, NOW);
  t.is(late, 'linkLeft');
});

test('after each one a minute passes', (t) => {
  t.is(waitAfter([], NOW), null);
  t.deepEqual(waitAfter([addSeconds(NOW, -59)], NOW), { until: addSeconds(NOW, 1), code: 'resendNotYet' });
  t.is(waitAfter([addSeconds(NOW, -60)], NOW), null);
});

test('after five within an hour the sixth waits until the first is an hour old', (t) => {
  const sent = [-50, -40, -30, -20, -10].map((minutes) => addMinutes(NOW, minutes));
  t.is(sent.length, RESENDS_PER_HOUR);
  t.is(waitAfter(sent.slice(1), NOW), null);
  t.deepEqual(waitAfter(sent, NOW), { until: addMinutes(NOW, 10), code: 'resendTooOften' });
  t.is(waitAfter(sent, addMinutes(NOW, 10)), null);
});
