import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import test from 'ava';
import type { ExecutionContext } from 'ava';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import { LOCALES } from '../../server/kernel/locale.ts';
import { FIXTURES } from './fixtures.ts';
import type { Fixture } from './fixtures.ts';
import { servePages } from './serve.ts';
import type { PageServer } from './serve.ts';

const PHONE = { width: 360, height: 740 };
const DESK = { width: 1366, height: 768 };
const AXE = readFileSync('node_modules/axe-core/axe.min.js', 'utf8');
const MEASURE = readFileSync('tests/views/measure.browser.js', 'utf8');
/** Every finding as `rule: element`. Frames are pages of nobody's, which axe cannot talk to. */
const RUN_AXE = `axe.run({ iframes: false, rules: { "color-contrast-enhanced": { enabled: true } } }).then(({ violations }) =>
  violations.flatMap((rule) => rule.nodes.map((node) => rule.id + ': ' + node.html.slice(0, 160))))`;

/** What `measure.browser.js` says of a page. */
interface Measures {
  /** Pixels that stick out at the right. */
  overflow: number;
  /** Texts below 16 px. */
  smallTexts: string[];
  /** Things to press that are smaller than 44 by 44 px. */
  smallTargets: string[];
  headings: number;
  language: string;
}

let server: PageServer;
let browser: Browser;

test.before(async () => {
  server = await servePages();
  browser = await chromium.launch({
    executablePath: '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-background-networking', '--disable-quic'],
  });
});

test.after.always(async () => {
  await browser?.close();
  await server?.close();
});

/** A browser page of its own; `complaints` collects what the console and the policy object to. */
async function openPage(t: ExecutionContext): Promise<{ page: Page; complaints: string[] }> {
  const context = await browser.newContext({ viewport: PHONE, reducedMotion: 'reduce' });
  t.teardown(() => context.close());
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  return { page, complaints };
}

/** Everything axe finds. Scripts go in by the debugging protocol, which the page's policy does not bind. */
async function axe(page: Page): Promise<string[]> {
  await page.evaluate(AXE);
  return page.evaluate<string[]>(RUN_AXE);
}

/** What is wrong with the open page on a phone. */
async function findingsOnPhone(page: Page, fixture: Fixture, locale: string): Promise<string[]> {
  const seen = await page.evaluate<Measures>(MEASURE);
  const findings = fixture.layout === 'citizen' ? [...seen.smallTexts, ...seen.smallTargets] : [];
  if (seen.overflow > 0) findings.push(`scrolls ${seen.overflow} px sideways`);
  if (seen.headings !== 1) findings.push(`has ${seen.headings} h1`);
  if (seen.language !== locale) findings.push(`says it is in ${seen.language}`);
  return findings;
}

for (const locale of LOCALES) {
  test(`Every page fits a phone and satisfies axe and the strict policy in "${locale}"`, async (t) => {
    const { page, complaints } = await openPage(t);
    for (const fixture of FIXTURES) {
      await page.goto(server.url(fixture.name, locale));
      const findings = await findingsOnPhone(page, fixture, locale);
      findings.push(...(await axe(page)));
      complaints.push(...findings.map((finding) => `${fixture.name}: ${finding}`));
    }
    t.deepEqual(complaints, []);
  });
}

test('Every page satisfies axe in the dark scheme, and fits a desk screen', async (t) => {
  const { page, complaints } = await openPage(t);
  await page.emulateMedia({ colorScheme: 'dark', reducedMotion: 'reduce' });
  await page.setViewportSize(DESK);
  for (const fixture of FIXTURES) {
    await page.goto(server.url(fixture.name, 'ca'));
    const { overflow } = await page.evaluate<Measures>(MEASURE);
    if (overflow > 0) complaints.push(`${fixture.name}: scrolls ${overflow} px sideways`);
    complaints.push(...(await axe(page)).map((finding) => `${fixture.name}: ${finding}`));
  }
  t.deepEqual(complaints, []);
});

test('A citizen page with all it loads weighs less than 100 kB compressed', async (t) => {
  const page = await browser.newPage({ viewport: PHONE });
  t.teardown(() => page.close());
  const paths = new Set<string>();
  page.on('request', (request) => paths.add(new URL(request.url()).pathname));
  const answer = await page.goto(server.url('landing-open', 'ca'), { waitUntil: 'networkidle' });
  let bytes = brotliCompressSync((await answer?.body()) ?? '').length;
  const assets = [...paths].filter((path) => path.startsWith('/assets/'));
  for (const path of assets) {
    const content = readFileSync(join(server.outDir, path.split('/').slice(3).join('/')));
    bytes += path.endsWith('.woff2') ? content.length : brotliCompressSync(content).length;
  }
  t.log(`${Math.round(bytes / 1000)} kB in ${assets.length + 1} files`);
  t.true(assets.length >= 4);
  t.true(bytes < 100_000, `${bytes} bytes`);
});
