import { readFileSync } from 'node:fs';
import type { ExecutionContext, TestFn } from 'ava';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';

/** Cameras and microphones are Chromium's own test pictures and tones. */
const FLAGS = [
  '--no-sandbox',
  '--disable-background-networking',
  '--disable-quic',
  '--use-fake-ui-for-media-stream',
  '--use-fake-device-for-media-stream',
];
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const RUN_AXE = `axe.run().then(({ violations }) => violations
  .filter(({ impact }) => impact === 'serious' || impact === 'critical')
  .flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 200))))`;

export const DESK: BrowserContextOptions = { viewport: { width: 1366, height: 768 }, locale: 'ca-ES' };
export const PHONE: BrowserContextOptions = {
  viewport: { width: 360, height: 740 },
  hasTouch: true,
  isMobile: true,
  deviceScaleFactor: 2,
  locale: 'es-ES',
};

/** One Chromium for all tests of a file. */
export function useBrowser(test: TestFn): () => Browser {
  let browser: Browser | null = null;
  test.before('Chromium starts', async () => {
    browser = await chromium.launch({ executablePath: '/usr/bin/chromium', args: FLAGS });
  });
  test.after.always('Chromium ends', () => browser?.close());
  return () => {
    if (!browser) throw new Error('Chromium has not started');
    return browser;
  };
}

/** A person's own browser window, with what the console complained about. */
export interface Window {
  page: Page;
  complaints: string[];
}

/** Opens a window of its own (cookies, permissions); it closes with the test. */
export async function openWindow(
  t: ExecutionContext,
  browser: Browser,
  options: BrowserContextOptions,
): Promise<Window> {
  const context = await browser.newContext({ permissions: ['camera', 'microphone'], ...options });
  context.setDefaultTimeout(20_000);
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('pageerror', (error) => complaints.push(`page error: ${error.message}`));
  page.on('console', (message) => {
    // The strict policy must not be hit by our own pages.
    if (message.text().includes('Content Security Policy')) complaints.push(message.text());
  });
  return { page, complaints };
}

/** Asserts that axe finds nothing serious or critical, and that nothing sticks out sideways. */
export async function expectAccessible(t: ExecutionContext, page: Page, name: string): Promise<void> {
  await page.evaluate(AXE);
  t.deepEqual(await page.evaluate<string[]>(RUN_AXE), [], `axe on ${name}`);
  const overflow = await page.evaluate<number>('document.documentElement.scrollWidth - window.innerWidth');
  t.true(overflow <= 0, `${name} scrolls sideways by ${overflow} px`);
}

/** Waits until the room page says so on its root element, for example `{ 'room-state': 'connected' }`. */
export async function roomSays(page: Page, wanted: Record<string, string>): Promise<void> {
  const selector = Object.entries(wanted).map(([name, value]) => `[data-${name}="${value}"]`);
  await page.waitForSelector(`html${selector.join('')}`, { state: 'attached', timeout: 30_000 });
}

/** Counts frames as they are shown; the page's policy forbids anything that would need eval. */
const SEE_FRAMES = `new Promise((resolve, reject) => {
  const video = document.querySelector('.picture--remote');
  let frames = 0;
  const seen = () => {
    frames += 1;
    if (frames > 5 && video.videoWidth > 0 && video.videoHeight > 0) resolve(frames);
    else video.requestVideoFrameCallback(seen);
  };
  video.requestVideoFrameCallback(seen);
  setTimeout(() => reject(new Error('only ' + frames + ' frames in 15 s')), 15000);
})`;

/** Asserts that the remote picture has a size and moves. */
export async function expectMovingPicture(t: ExecutionContext, page: Page): Promise<void> {
  const frames = await page.evaluate<number>(SEE_FRAMES);
  t.true(frames > 5);
}
