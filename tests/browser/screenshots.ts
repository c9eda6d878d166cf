import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { ROOT } from '../../server/kernel/paths.ts';

/** Pictures of the README are only written when somebody asks for new ones: a test run must not change the tree. */
const WANTED = process.env.SCREENSHOTS === '1';
const DIRECTORY = join(ROOT, 'docs/screenshots');

/** Keeps a picture of the page for the README, small enough to commit. Does nothing unless SCREENSHOTS=1. */
export async function keepScreenshot(page: Page, name: string): Promise<void> {
  if (!WANTED) return;
  mkdirSync(DIRECTORY, { recursive: true });
  await page.screenshot({ path: join(DIRECTORY, `${name}.jpg`), type: 'jpeg', quality: 70, scale: 'css' });
}
