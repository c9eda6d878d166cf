// Exits with 0 when node_modules holds exactly what package-lock.json asks for, with 1 otherwise.
// npm writes node_modules/.package-lock.json as the last act of an installation, so an interrupted one counts
// as absent. Packages for other systems are optional and may be missing.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function packages(file) {
  return JSON.parse(readFileSync(file, 'utf8')).packages;
}

function isCurrent(root) {
  try {
    const installed = packages(join(root, 'node_modules/.package-lock.json'));
    return Object.entries(packages(join(root, 'package-lock.json'))).every(([path, wanted]) => {
      const present = installed[path];
      if (path === '' || (!present && wanted.optional)) return true;
      return present?.version === wanted.version && present?.integrity === wanted.integrity;
    });
  } catch {
    return false;
  }
}

process.exitCode = isCurrent(process.argv[2] ?? '.') ? 0 : 1;
