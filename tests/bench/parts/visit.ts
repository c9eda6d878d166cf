import type { Browser, Page } from 'playwright-core';
import { addMinutes } from '../../../server/kernel/clock.ts';
import { isoDay, isoTime } from '../../../server/kernel/dates.ts';
import type { Demo } from './demo.ts';

const ZONE = 'Europe/Madrid';
const OFFICE = 'girona';

/** How long after the press of "Atendre" each side saw the other's first picture, in milliseconds. */
export interface Visit {
  citizenMs: number;
  agentMs: number;
}

interface Sms {
  to: string;
  text: string;
}

/** When the remote picture showed its first frame, by the page's own clock. */
const FIRST_FRAME = `new Promise((resolve) => {
  const wait = () => {
    const video = document.querySelector('.picture--remote');
    if (!video) return setTimeout(wait, 10);
    video.requestVideoFrameCallback(() => resolve(performance.timeOrigin + performance.now()));
  };
  wait();
})`;

/** The newest text to the number that matches, as soon as it is there. */
async function textTo(demo: Demo, mobile: string, pattern: RegExp): Promise<string> {
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    const answer = await fetch(`${demo.viewerUrl}/messages.json`);
    const { sms } = (await answer.json()) as { sms: Sms[] };
    const found = sms.filter(({ to }) => to === mobile).flatMap(({ text }) => pattern.exec(text)?.[0] ?? []);
    if (found.length > 0) return found.at(-1) ?? '';
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`No text that matches ${String(pattern)}`);
}

/** An agent of the demo's first office, signed in. */
export async function signIn(demo: Demo, browser: Browser): Promise<Page> {
  const page = await (await browser.newContext({ permissions: ['camera', 'microphone'] })).newPage();
  await page.goto(`${demo.url}/sign-in`);
  await page.fill('[name=email]', 'nuria@oac.example');
  await page.fill('[name=password]', 'demo-oac-2026');
  await page.click('form:has([name=password]) [type=submit]');
  await page.waitForURL('**/board');
  return page;
}

async function book(demo: Demo, agent: Page, mobile: string): Promise<void> {
  const at = new Date(Math.ceil(addMinutes(new Date(), 1).getTime() / 300_000) * 300_000);
  await agent.goto(`${demo.url}/o/${OFFICE}/appointments/new`);
  await agent.selectOption('[name=procedure]', 'ajuda-tramits');
  await agent.fill('[name=date]', isoDay(at, ZONE));
  await agent.fill('[name=time]', isoTime(at, ZONE));
  await agent.fill('[name=name]', 'Persona de Mesura');
  await agent.fill('[name=mobile]', mobile);
  await agent.click('#form [type=submit]');
  await agent.waitForURL(/\/appointments\/[a-z2-7]{20}$/);
  await agent.check('[name=outcome][value=confirmed]');
  await agent.click('form[action$="/phone-check"] [type=submit]');
  await agent.waitForSelector('form[action$="/phone-check"]', { state: 'detached' });
}

/** One appointment from the booking to the goodbye, measured between "Atendre" and the first pictures. */
export async function visit(demo: Demo, browser: Browser, agent: Page, number: number): Promise<Visit> {
  const mobile = `+34611${String(Date.now() % 1000).padStart(3, '0')}${String(number).padStart(3, '0')}`;
  await book(demo, agent, mobile);
  const appointmentUrl = agent.url();
  const context = await browser.newContext({ permissions: ['camera', 'microphone'] });
  const citizen = await context.newPage();
  await citizen.goto(await textTo(demo, mobile, /http\S+\/v\/[\w-]{22}/));
  await citizen.check('[name=notice]');
  await citizen.click('form[action$="/enter"] [type=submit]');
  await citizen.fill('[name=pin]', await textTo(demo, mobile, /\b\d{6}\b(?!.*\/v\/)/));
  await citizen.click('#send-pin');
  await citizen.waitForSelector('[data-step=ready]');

  await agent.goto(appointmentUrl);
  const pressed = Date.now();
  await agent.click('#attend');
  const seen = async (page: Page) => {
    await page.waitForURL('**/room');
    return Math.round((await page.evaluate<number>(FIRST_FRAME)) - pressed);
  };
  const [citizenMs, agentMs] = await Promise.all([seen(citizen), seen(agent)]);
  await agent.check('[name=outcome][value=resolved]');
  await agent.click('form[action$="/close"] [type=submit]');
  await citizen.waitForURL('**/goodbye');
  await context.close();
  return { citizenMs, agentMs };
}
