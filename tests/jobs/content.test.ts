import test from 'ava';
import { LOCALES, type Locale } from '../../server/kernel/locale.ts';
import { dispatchDue } from '../../server/features/messages/index.ts';
import { TUESDAY } from '../helpers/clock.ts';
import { useWorld } from '../helpers/world.ts';
import { callOff, confirm, makeCase, makeConfirmed, mailsTo, moveTo, textsTo } from './helpers.ts';

const world = useWorld(test);
test.beforeEach(() => world().clock.set(TUESDAY));

const dispatch = (officeId: number) => dispatchDue(world().deps, { officeIds: [officeId] });

/** A line of a calendar file by its name (RFC 5545), unfolded. */
function property(calendar: string, name: string): string | undefined {
  const unfolded = calendar.replaceAll(/\r?\n[ \t]/g, '');
  return new RegExp(`^${name}(?:;[^:]*)?:(.*)$`, 'm').exec(unfolded)?.[1]?.trim();
}

const WORDS: Record<Locale, { sms: RegExp; subject: RegExp; html: RegExp }> = {
  ca: { sms: /videocita confirmada/, subject: /Videocita confirmada/, html: /lang="ca"/ },
  es: {
    sms: /videocita confirmada.*le enviaremos/,
    subject: /confirmada/i,
    html: /lang="es"/,
  },
  en: { sms: /video appointment confirmed/, subject: /confirmed/i, html: /lang="en"/ },
};

for (const locale of LOCALES) {
  test.serial(`text and e-mail are in the citizen's language: ${locale}`, async (t) => {
    const { office, mobile, email } = await makeConfirmed(world(), { locale });
    await dispatch(office.id);
    t.regex(textsTo(world(), mobile)[0]?.text ?? '', WORDS[locale].sms);
    const [mail] = mailsTo(world(), email);
    t.regex(mail?.subject ?? '', WORDS[locale].subject);
    t.regex(mail?.html ?? '', WORDS[locale].html);
  });
}

test.serial('the e-mail has text, HTML and an invitation', async (t) => {
  const { office, email, appointment } = await makeConfirmed(world());
  await dispatch(office.id);
  const [mail] = mailsTo(world(), email);
  t.regex(mail?.text ?? '', /Tràmit de prova/);
  t.regex(mail?.html ?? '', /Tràmit de prova/);
  t.is(mail?.calendar?.method, 'REQUEST');
  const calendar = mail?.calendar?.content ?? '';
  t.is(property(calendar, 'METHOD'), 'REQUEST');
  t.is(property(calendar, 'SEQUENCE'), '0');
  t.regex(property(calendar, 'UID') ?? '', new RegExp(`^${appointment.uid}@`));
  t.is(property(calendar, 'DTSTART'), '20261124T093000Z');
  t.regex(property(calendar, 'SUMMARY') ?? '', /OAC de Prova/);
});

test.serial('neither subject nor body of an e-mail holds the personal link', async (t) => {
  const { office, email, token } = await makeConfirmed(world());
  await dispatch(office.id);
  const [mail] = mailsTo(world(), email);
  t.false(JSON.stringify(mail).includes(token));
  t.false(mail?.html.includes('{{') || mail?.text.includes('{{') || mail?.subject.includes('{{'));
});

test.serial('a change raises the sequence of the same invitation, a cancellation withdraws it', async (t) => {
  const made = await makeConfirmed(world());
  await dispatch(made.office.id);
  await moveTo(world(), made, 180);
  await dispatch(made.office.id);
  await callOff(world(), made);
  await dispatch(made.office.id);
  const calendars = mailsTo(world(), made.email).map(({ calendar }) => calendar?.content ?? '');
  const all = (name: string) => calendars.map((calendar) => property(calendar, name));
  t.deepEqual(all('METHOD'), ['REQUEST', 'REQUEST', 'CANCEL']);
  t.deepEqual(all('SEQUENCE'), ['0', '1', '2']);
  t.is(new Set(all('UID')).size, 1);
  t.deepEqual(all('DTSTART'), ['20261124T093000Z', '20261124T113000Z', '20261124T113000Z']);
  t.is(property(calendars[2] ?? '', 'STATUS'), 'CANCELLED');
});

test.serial('each e-mail has a name of its own, so that none is taken for a copy of another', async (t) => {
  const made = await makeConfirmed(world());
  await dispatch(made.office.id);
  await moveTo(world(), made, 180);
  await dispatch(made.office.id);
  const ids = mailsTo(world(), made.email).map(({ messageId }) => messageId);
  t.is(new Set(ids).size, 2);
});

test.serial('a name with markup stays a name', async (t) => {
  const made = await makeCase(world(), { name: '<img src=x onerror=alert(1)> & Cia' });
  await confirm(world(), made);
  await dispatch(made.office.id);
  const [mail] = mailsTo(world(), made.email);
  t.false(mail?.html.includes('<img'));
  t.true(mail?.html.includes('&lt;img'));
  t.true(mail?.text.includes('<img src=x onerror=alert(1)> & Cia'));
});
