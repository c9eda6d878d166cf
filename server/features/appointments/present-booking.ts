import { LOCALES, localise, type Locale } from '../../kernel/locale.ts';
import type { Templates } from '../../kernel/ports.ts';
import type { Procedure } from '../../models/Procedure.ts';
import type { NewAppointmentPage } from './pages.ts';

/** The procedures to choose from, also those that say why they can't be chosen. */
export function presentProcedures(
  procedures: Procedure[],
  locale: Locale,
  chosen: string | undefined,
): NewAppointmentPage['procedures'] {
  return procedures.map((procedure) => ({
    code: procedure.code,
    name: localise(procedure.name, locale),
    minutes: procedure.minutes,
    selected: chosen === procedure.code,
    byVideo: procedure.byVideo,
    whyNot: procedure.whyNot ? localise(procedure.whyNot, locale) : '',
  }));
}

/** The languages in which the citizen can be written to. */
export function presentLocales(
  templates: Templates,
  locale: Locale,
  chosen = 'ca',
): NewAppointmentPage['locales'] {
  return LOCALES.map((code) => ({
    code,
    label: templates.text(`labels:language.${code}`, locale),
    selected: chosen === code,
  }));
}
