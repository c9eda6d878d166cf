import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import test from 'ava';
import { buildClient, readAssetVersion } from '../../appliance/build/build.ts';

test('The asset build leaves everything the pages load, does nothing twice, and names its content', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'assets-'));
  t.teardown(() => rmSync(folder, { recursive: true }));
  const outDir = join(folder, 'public');

  const first = await buildClient({ outDir });
  const second = await buildClient({ outDir });
  t.true(first.rebuilt);
  t.false(second.rebuilt);
  t.regex(first.version, /^[0-9a-f]{12}$/);
  t.is(second.version, first.version);
  t.is(readAssetVersion(outDir), first.version);
  t.deepEqual(readdirSync(folder), ['public'], 'nothing is left beside it');

  const scripts = ['citizen.js', 'staff.js', 'room.js', 'device-check.js', 'texts.js'];
  for (const name of ['citizen.css', 'staff.css', 'room.css', 'icons.svg', ...scripts]) {
    const content = readFileSync(join(outDir, name));
    t.deepEqual(brotliDecompressSync(readFileSync(join(outDir, `${name}.br`))), content);
    t.deepEqual(gunzipSync(readFileSync(join(outDir, `${name}.gz`))), content);
  }
});

test('Styles and scripts of the pages fetch nothing from elsewhere', async (t) => {
  const { outDir } = await buildClient();
  for (const name of ['citizen.css', 'staff.css', 'room.css']) {
    const urls = [...readFileSync(join(outDir, name), 'utf8').matchAll(/url\(["']?([^"')]+)/g)];
    t.true(urls.length > 0);
    for (const [, url = ''] of urls) t.regex(url, /^(fonts\/|data:)/, name);
  }
  // The addresses of XML namespaces are names, nothing is fetched from them.
  t.notRegex(readFileSync(join(outDir, 'citizen.js'), 'utf8'), /https?:\/\/(?!www\.w3\.org)/);
});

test('The icon sprite has the icons of views and of the timeline', async (t) => {
  const { outDir } = await buildClient();
  const sprite = readFileSync(join(outDir, 'icons.svg'), 'utf8');
  for (const name of ['camera-video', 'telephone', 'chat-dots', 'calendar-plus', 'shield-lock']) {
    t.true(sprite.includes(`<symbol id="${name}"`), name);
  }
});
