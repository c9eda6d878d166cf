import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'ava';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { shortWhenLabel, timeLabel, whenLabel } from '../../server/kernel/dates.ts';
import { LOCALES, type Locale } from '../../server/kernel/locale.ts';
import { encodeText } from '../../server/kernel/sms-text/encode.ts';

const VIEWS = join(import.meta.dirname, '../../views');
const templates = createTemplates({ root: VIEWS, cache: true });
const zone = 'Europe/Madrid';
const KINDS = ['confirmation', 'reminder', 'link', 'pin', 'cancellation', 'change'];
const MAILS = ['confirmation', 'reminder', 'link', 'cancellation', 'change'];
const TUESDAY = new Date('2026-11-24T09:30:00Z');
const OFFICE = "OAC Terres de l'Ebre";
/** As long as names of offices get; 24 characters. */
const LONG_OFFICE = 'OAC Vilafranca i Penedes';
/** 49 characters: a host of 18 and the 22 of a token. */
const LONG_LINK = 'https://cita.exemple.cat/v/AbCdEf_hIjKlMn-pQrStUv';
const MOMENTS = ['later', 'now'] as const;

interface Choice {
  startsAt?: Date;
  moment?: (typeof MOMENTS)[number];
  channel?: 'sms' | 'email';
  office?: string;
}

function data(
  locale: Locale,
  { startsAt = TUESDAY, moment = 'later', channel = 'email', office = OFFICE }: Choice = {},
) {
  return {
    locale,
    name: "Núria <b>O'Neill</b> & Cia",
    office: { name: office, address: 'Carrer de Montcada, 23, Tortosa', phone: '977 44 12 34' },
    procedure: "Inscripció al padró d'habitants",
    documents: ['DNI', "Contracte d'arrendament"],
    when: whenLabel(startsAt, zone, locale),
    shortWhen: shortWhenLabel(startsAt, zone, locale),
    time: timeLabel(startsAt, zone, locale),
    link: LONG_LINK,
    pin: '048213',
    linkNotice: templates.text(`messages:${channel}.linkNotice.${moment}`, locale),
    pinMinutes: 10,
    department: "Departament d'Exemple",
  };
}

function sms(kind: string, locale: Locale, choice: Choice = {}): string {
  return templates
    .fragment(`sms/${kind}.${locale}`, locale, data(locale, { ...choice, channel: 'sms' }))
    .trim();
}

function mailData(kind: string, locale: Locale) {
  const values = data(locale);
  return { ...values, intro: [templates.text(`messages:email.${kind}.intro`, locale, values)] };
}

function mail(kind: string, form: string, locale: Locale): string {
  return templates.fragment(`email/${kind}.${form}`, locale, mailData(kind, locale));
}

/** How a text goes on air where no shift table may be used: its alphabet and the number of its parts. */
function costOf(text: string): [string, number] {
  const { alphabet, parts } = encodeText(text, { spanishShift: false });
  return [alphabet, parts.length];
}

const ONE_GSM_SEGMENT: [string, number] = ['gsm', 1];

test('a shipped SMS is plain text with values, without conditions that an editor could break', (t) => {
  const files = readdirSync(join(VIEWS, 'sms'));
  t.is(files.length, KINDS.length * LOCALES.length);
  for (const file of files) {
    const source = readFileSync(join(VIEWS, 'sms', file), 'utf8');
    t.regex(source, /^(?:[^{}\n]|\{\{[A-Za-z.]+\}\})+\n$/, file);
  }
});

for (const locale of LOCALES) {
  for (const kind of ['link', 'pin']) {
    test(`the ${kind} text in ${locale} fits one GSM segment, with a long office name and link`, (t) => {
      const text = sms(kind, locale, { office: LONG_OFFICE });
      t.deepEqual(costOf(text), ONE_GSM_SEGMENT, `${text.length}: ${text}`);
    });
  }

  for (const moment of MOMENTS) {
    test(`every text in ${locale} fits one GSM segment when the link comes ${moment}`, (t) => {
      for (const kind of KINDS) {
        const text = sms(kind, locale, { moment, office: LONG_OFFICE });
        t.deepEqual(costOf(text), ONE_GSM_SEGMENT, `${text.length}: ${text}`);
      }
    });
  }

  test(`in ${locale} no day and no hour of the week forces another alphabet, but a Spanish Saturday`, (t) => {
    const hour = (day: number, at: number) => new Date(Date.UTC(2026, 10, 23 + day, at));
    const days = [0, 1, 2, 3, 4, 5, 6].filter((day) => locale !== 'es' || day !== 5);
    for (const startsAt of days.flatMap((day) => [hour(day, 7), hour(day, 18)])) {
      for (const kind of KINDS) {
        const text = sms(kind, locale, { startsAt });
        t.deepEqual(costOf(text), ONE_GSM_SEGMENT, text);
      }
    }
  });

  test(`every SMS in ${locale} has all its values, says who sends it and whom to call, and nothing is escaped`, (t) => {
    for (const kind of KINDS) {
      const text = sms(kind, locale);
      t.notRegex(text, /\{\{|\}\}|&#|&amp;|undefined|object|sms\./, text);
      t.notRegex(text, /Núria/, 'a text message carries no name');
      t.true(text.startsWith(`${OFFICE}: `), text);
      t.true(text.includes('977 44 12 34'), text);
    }
  });

  test(`in ${locale} only the link text carries the link, and only the PIN text the PIN`, (t) => {
    const kindsWith = (value: string) => KINDS.filter((kind) => sms(kind, locale).includes(value));
    t.deepEqual(kindsWith('http'), ['link']);
    t.deepEqual(kindsWith('048213'), ['pin']);
  });

  test(`in ${locale} only the link e-mail carries the link, whole in both forms, and none the PIN`, (t) => {
    for (const form of ['html', 'text']) {
      const kindsWith = (value: string) => MAILS.filter((kind) => mail(kind, form, locale).includes(value));
      t.deepEqual(kindsWith('http'), ['link']);
      t.deepEqual(kindsWith(LONG_LINK), ['link']);
      t.deepEqual(kindsWith('048213'), []);
    }
  });

  test(`every e-mail in ${locale} has all its values`, (t) => {
    for (const kind of MAILS) {
      for (const form of ['html', 'text']) {
        const body = mail(kind, form, locale);
        t.notRegex(body, /\{\{|\}\}|undefined|\[object|email\./, `${kind}.${form}`);
        t.true(body.includes('977 44 12 34'), `${kind}.${form} says the phone`);
      }
      const subject = templates.text(`messages:email.${kind}.subject`, locale, data(locale));
      t.true(subject.includes(whenLabel(TUESDAY, zone, locale)), subject);
    }
    t.regex(templates.text('messages:calendar.summary', locale, data(locale)), /Terres de l'Ebre/);
    t.regex(templates.text('messages:calendar.description', locale, data(locale)), /977 44 12 34/);
  });

  test(`HTML e-mails in ${locale} escape names, say their language and load nothing from elsewhere`, (t) => {
    for (const kind of MAILS) {
      const html = mail(kind, 'html', locale);
      t.true(html.includes(`<html lang="${locale}">`));
      t.false(html.includes('<b>O'));
      t.notRegex(html, /<img|<link|<script|src=|url\(/i);
      const targets = [...html.matchAll(/href="([^"]*)"/g)].map(([, href]) => href);
      t.true(
        targets.every((href) => href === LONG_LINK),
        `${kind}: ${targets.join()}`,
      );
    }
  });

  test(`plain text e-mails in ${locale} are not escaped and list the documents`, (t) => {
    for (const kind of ['confirmation', 'reminder']) {
      const text = mail(kind, 'text', locale);
      t.true(text.includes("Núria <b>O'Neill</b> & Cia"));
      t.true(text.includes("- DNI\n- Contracte d'arrendament\n"));
    }
    for (const kind of MAILS) t.notRegex(mail(kind, 'text', locale), /\n{3}/);
  });

  test(`an e-mail in ${locale} without documents has no empty list`, (t) => {
    const html = templates.fragment('email/confirmation.html', locale, { ...data(locale), documents: [] });
    const title = templates.text('messages:email.common.documentsTitle', locale);
    t.false(html.includes(title));
    t.true(html.includes(templates.text('messages:email.common.promiseTitle', locale)));
  });
}
