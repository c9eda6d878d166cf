import { join } from 'node:path';
import test from 'ava';
import { splitMessage } from '../../server/adapters/sms-smpp/segments.ts';
import { createTemplates } from '../../server/adapters/templates/index.ts';
import { shortWhenLabel, timeLabel, whenLabel } from '../../server/kernel/dates.ts';
import { LOCALES, type Locale } from '../../server/kernel/locale.ts';

const templates = createTemplates({ root: join(import.meta.dirname, '../../views'), cache: true });
const zone = 'Europe/Madrid';
const KINDS = ['confirmation', 'link', 'pin', 'cancellation', 'change'];
const MAILS = ['confirmation', 'cancellation', 'change'];

function data(locale: Locale, startsAt = new Date('2026-11-24T09:30:00Z')) {
  return {
    locale,
    name: "Núria <b>O'Neill</b> & Cia",
    office: {
      name: "OAC Terres de l'Ebre",
      address: 'Carrer de Montcada, 23, Tortosa',
      phone: '977 44 12 34',
    },
    procedure: "Inscripció al padró d'habitants",
    documents: ['DNI', "Contracte d'arrendament"],
    when: whenLabel(startsAt, zone, locale),
    shortWhen: shortWhenLabel(startsAt, zone, locale),
    time: timeLabel(startsAt, zone, locale),
    link: 'http://localhost:8080/v/AbCdEfGhIjKlMnOpQrStUv',
    pin: '048213',
    linkLater: true,
    pinMinutes: 10,
    department: "Departament d'Exemple",
  };
}

function sms(kind: string, locale: Locale, startsAt?: Date): string {
  return templates.fragment(`sms/${kind}.${locale}`, locale, data(locale, startsAt)).trim();
}

for (const locale of LOCALES) {
  for (const kind of ['link', 'pin']) {
    test(`the ${kind} text in ${locale} fits one GSM segment`, (t) => {
      const parts = splitMessage(sms(kind, locale), 1);
      t.deepEqual(
        parts.map(({ dataCoding }) => dataCoding),
        [0],
      );
    });
  }

  test(`in ${locale} each text fits one GSM segment when the date has no letter outside GSM`, (t) => {
    for (const kind of KINDS) {
      const [part, ...more] = splitMessage(sms(kind, locale), 1);
      t.is(part?.dataCoding, 0, kind);
      t.is(more.length, 0, kind);
    }
  });

  test(`every SMS in ${locale} has all its values and nothing escaped`, (t) => {
    for (const kind of KINDS) {
      const text = sms(kind, locale);
      t.notRegex(text, /\{\{|\}\}|&#|&amp;|undefined|object/, text);
      t.notRegex(text, /Núria/, 'a text message carries no name');
      if (kind !== 'pin') t.true(text.includes('977 44 12 34'), text);
    }
  });

  test(`in ${locale} only the link text carries the link, and only the PIN text the PIN`, (t) => {
    const kindsWith = (value: string) => KINDS.filter((kind) => sms(kind, locale).includes(value));
    t.deepEqual(kindsWith('http'), ['link']);
    t.deepEqual(kindsWith('048213'), ['pin']);
  });

  test(`every e-mail in ${locale} has all its values`, (t) => {
    for (const kind of MAILS) {
      for (const form of ['html', 'text']) {
        const body = templates.fragment(`email/${kind}.${form}`, locale, data(locale));
        t.notRegex(body, /\{\{|\}\}|undefined|\[object|email\./, `${kind}.${form}`);
        t.true(body.includes('977 44 12 34'), `${kind}.${form} says the phone`);
      }
      t.truthy(templates.text(`messages:email.${kind}.subject`, locale, data(locale)));
    }
    t.regex(templates.text('messages:calendar.summary', locale, data(locale)), /Terres de l'Ebre/);
    t.regex(templates.text('messages:calendar.description', locale, data(locale)), /977 44 12 34/);
  });

  test(`HTML e-mails in ${locale} escape names, say their language and load nothing from elsewhere`, (t) => {
    for (const kind of MAILS) {
      const html = templates.fragment(`email/${kind}.html`, locale, data(locale));
      t.true(html.includes(`<html lang="${locale}">`));
      t.false(html.includes('<b>O'));
      t.notRegex(html, /<img|<link|<script|src=|url\(/i);
      t.false(html.includes('http'), `${kind} carries no link`);
    }
  });

  test(`plain text e-mails in ${locale} are not escaped and list the documents`, (t) => {
    const text = templates.fragment('email/confirmation.text', locale, data(locale));
    t.true(text.includes("Núria <b>O'Neill</b> & Cia"));
    t.true(text.includes("- DNI\n- Contracte d'arrendament\n"));
    t.notRegex(text, /\n{3}/);
  });

  test(`an e-mail in ${locale} without documents has no empty list`, (t) => {
    const html = templates.fragment('email/confirmation.html', locale, { ...data(locale), documents: [] });
    const title = templates.text('messages:email.common.documentsTitle', locale);
    t.false(html.includes(title));
    t.true(html.includes(templates.text('messages:email.common.promiseTitle', locale)));
  });
}
