import { brotliCompressSync, gzipSync } from 'node:zlib';
import { startTestDatabase } from '../runner/database.ts';
import { makeAppointment, makeOffice } from '../helpers/factories.ts';
import { startWorld, type World } from '../helpers/world.ts';
import type { BenchResult } from './run.ts';

/** What a page refers to: scripts, styles, and the font that its style sheet loads for Latin letters. */
async function parts(world: World, path: string): Promise<{ name: string; bytes: Buffer }[]> {
  const load = async (href: string) => {
    const answer = await fetch(new URL(href, world.url));
    if (!answer.ok) throw new Error(`${href} answered ${answer.status}`);
    return Buffer.from(await answer.arrayBuffer());
  };
  const html = await load(path);
  const hrefs = [...html.toString().matchAll(/(?:src|href)="(\/assets\/[^"#]+)/g)].map(
    (match) => match[1] ?? '',
  );
  const found = [{ name: path.startsWith('/v/') ? 'page' : path, bytes: html }];
  for (const href of new Set(hrefs)) {
    const bytes = await load(href);
    found.push({ name: href, bytes });
    const fonts = [...bytes.toString('latin1').matchAll(/url\(([^)]+latin-wght[^)]+)\)/g)].map(
      (match) => match[1] ?? '',
    );
    for (const font of new Set(fonts)) {
      const address = new URL(font.replaceAll(/["']/g, ''), new URL(href, world.url)).pathname;
      if (!found.some((one) => one.name === address))
        found.push({ name: address, bytes: await load(address) });
    }
  }
  return found;
}

/** Everything a citizen's browser loads for the first page behind the link, compressed. */
export default async function bench(): Promise<BenchResult> {
  const database = await startTestDatabase();
  process.env.TEST_DATABASE_SOCKET = database.socket;
  const world = await startWorld();
  try {
    const { token } = await makeAppointment(world, await makeOffice());
    const found = await parts(world, `/v/${token}`);
    const rows = found.map(({ name, bytes }) => ({
      part: name.replace(/^\/assets\/\w+/, ''),
      raw: bytes.length,
      // Fonts are compressed inside; compressing them again gains nothing.
      gzip: name.endsWith('.woff2') ? bytes.length : gzipSync(bytes).length,
      brotli: name.endsWith('.woff2') ? bytes.length : brotliCompressSync(bytes).length,
    }));
    const sum = (key: 'raw' | 'gzip' | 'brotli') => rows.reduce((total, row) => total + row[key], 0);
    const total = { part: 'total', raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
    return { title: 'Citizen landing page, bytes', rows: [...rows, total], figures: { ...total } };
  } finally {
    await world.stop();
    await database.stop();
  }
}
