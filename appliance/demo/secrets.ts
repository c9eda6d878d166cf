import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A secret both as the file that the server reads and as its value. */
export interface Secret {
  file: string;
  value: string;
}

export interface DemoSecrets {
  appKey: Secret;
  jitsi: Secret;
  control: Secret;
  smpp: Secret;
}

/** Reads the secrets of this demo, making on first use those that don't exist. */
export function loadSecrets(directory: string): DemoSecrets {
  const load = (name: string, bytes: number) => loadSecret(join(directory, name), bytes);
  return {
    appKey: load('app-key', 32),
    jitsi: load('jitsi-app-secret', 32),
    control: load('video-control-secret', 32),
    // SMPP 3.4 has room for eight characters (section 5.2.2).
    smpp: load('smpp-password', 4),
  };
}

function loadSecret(file: string, bytes: number): Secret {
  if (!existsSync(file)) {
    // Renamed into place, so that a killed run never leaves half a key.
    writeFileSync(`${file}.new`, `${randomBytes(bytes).toString('hex')}\n`, { mode: 0o600 });
    renameSync(`${file}.new`, file);
  }
  return { file, value: readFileSync(file, 'utf8').trim() };
}
