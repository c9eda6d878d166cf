import { mkdirSync } from 'node:fs';
import { join } from 'node:path';

/** Where the demo keeps what. */
export interface Places {
  directory: string;
  database: string;
  video: string;
  secrets: string;
  /** Links to the SMS gateways, with their password. */
  smppLinks: string;
  /** Text messages and e-mails that the simulators took. */
  messages: string;
  run: string;
  libraries: string;
  accounts: string;
  logFile(name: string): string;
  pidFile(name: string): string;
}

/** Names the places below a directory and makes those that must exist, closed to other users. */
export function makePlaces(directory: string): Places {
  const places: Places = {
    directory,
    database: join(directory, 'db'),
    video: join(directory, 'prosody'),
    secrets: join(directory, 'secrets'),
    smppLinks: join(directory, 'secrets', 'smpp-links.json'),
    messages: join(directory, 'messages'),
    run: join(directory, 'run'),
    libraries: join(directory, 'libs'),
    accounts: join(directory, 'accounts.json'),
    logFile: (name) => join(directory, 'logs', `${name}.log`),
    pidFile: (name) => join(directory, 'run', `${name}.pid`),
  };
  for (const path of [places.video, places.secrets, places.run, join(directory, 'logs')]) {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  }
  return places;
}
