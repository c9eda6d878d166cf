import type { Page } from 'playwright-core';
import { addMinutes } from '../../server/kernel/clock.ts';
import { isoDay, isoTime } from '../../server/kernel/dates.ts';
import type { Locale } from '../../server/kernel/locale.ts';
import type { Office } from '../../server/models/Office.ts';
import type { Procedure } from '../../server/models/Procedure.ts';
import type { Staff } from '../../server/models/Staff.ts';
import { PASSWORD } from '../helpers/factories.ts';
import type { World } from '../helpers/world.ts';

/** Whom the agent writes down. */
export interface Booking {
  office: Office;
  procedure: Procedure;
  name: string;
  mobile: string;
  email: string;
  locale: Locale;
}

/** The next five-minute mark: its link is due at once, and its door is open. */
export function soon(now: Date): Date {
  const step = 5 * 60_000;
  return new Date(Math.ceil(addMinutes(now, 1).getTime() / step) * step);
}

export async function signIn(page: Page, world: World, staff: Staff): Promise<void> {
  await page.goto(`${world.url}/sign-in`);
  await page.fill('[name=email]', staff.email);
  await page.fill('[name=password]', PASSWORD);
  await page.click('form:has([name=password]) [type=submit]');
  await page.waitForURL('**/board');
}

/** Makes an appointment on the form, and ends on its page. */
export async function makeAppointment(page: Page, world: World, booking: Booking): Promise<void> {
  const at = soon(world.deps.clock.now());
  await page.goto(`${world.url}/o/${booking.office.slug}/appointments/new`);
  await page.selectOption('[name=procedure]', booking.procedure.code);
  await page.fill('[name=date]', isoDay(at, booking.office.timeZone));
  await page.fill('[name=time]', isoTime(at, booking.office.timeZone));
  await page.fill('[name=name]', booking.name);
  await page.fill('[name=mobile]', booking.mobile);
  await page.fill('[name=email]', booking.email);
  await page.check(`input[name=locale][value=${booking.locale}]`);
  await page.click('#form [type=submit]');
  await page.waitForURL(/\/appointments\/[a-z2-7]{20}$/);
}

/** Records that the citizen was phoned and said yes. */
export async function confirmByPhone(page: Page): Promise<void> {
  await page.check('[name=outcome][value=confirmed]');
  await page.check('[name=papersReady]');
  await page.check('[name=deviceReady]');
  await page.click('form[action$="/phone-check"] [type=submit]');
  await page.waitForSelector('form[action$="/phone-check"]', { state: 'detached' });
}

/** The path of the personal link as it stands in the text message. */
export async function linkFromSms(world: World, mobile: string): Promise<string> {
  const sms = await world.smsc.waitFor(({ to, text }) => to === mobile && text.includes('/v/'), 20_000);
  const link = /https?:\/\/\S+\/v\/[\w-]{22}/.exec(sms.text);
  if (!link) throw new Error(`No link in: ${sms.text}`);
  return link[0];
}

/** The six digits of the newest PIN text. */
export async function pinFromSms(world: World, mobile: string): Promise<string> {
  const isPin = ({ to, text }: { to: string; text: string }) =>
    to === mobile && /\b\d{6}\b/.test(text) && !text.includes('/v/');
  await world.smsc.waitFor(isPin, 20_000);
  const newest = world.smsc.messages.findLast(isPin);
  return /\b\d{6}\b/.exec(newest?.text ?? '')?.[0] ?? '';
}
