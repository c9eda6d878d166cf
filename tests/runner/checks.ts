import { closeSync, openSync, readdirSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../../server/kernel/paths.ts';

/** A check that counts as one test. */
export interface Check {
  name: string;
  command: string;
  args: string[];
}

/** What is checked before the tests, in order. */
export function checks(): Check[] {
  const npm = (name: string, script: string) => ({ name, command: 'npm', args: ['run', '--silent', script] });
  return [
    npm('lint and format', 'lint'),
    npm('types', 'types'),
    npm('build', 'build'),
    { name: 'shell scripts', command: 'shellcheck', args: ['-x', ...shellScripts()] },
  ];
}

/** Every shell script of ours, known by its name or its first line. */
export function shellScripts(): string[] {
  return ['.ci', 'appliance', 'jitsi-config', 'tests'].flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter((file) => file.endsWith('.sh') || /^#!.*\b(ba|da)?sh\b/.test(beginning(file))),
  );
}

function beginning(file: string): string {
  const descriptor = openSync(file, 'r');
  try {
    const buffer = Buffer.alloc(64);
    readSync(descriptor, buffer);
    return buffer.toString('latin1').split('\n')[0] ?? '';
  } finally {
    closeSync(descriptor);
  }
}
