import { existsSync, readFileSync } from 'node:fs';
import { publicUrl } from './server-environment.ts';

/** One of the people of the demo data, as the seed writes them down. */
export interface DemoAccount {
  email: string;
  password: string;
  role: string;
  office: string;
}

/** What is shown when all is ready. */
export interface Announcement {
  port: number;
  viewerPort: number;
  accounts: DemoAccount[];
  logs: string;
  seconds: number;
}

const started = Number(process.env['VIDEOATENCIO_STARTED']) || Date.now();

/** Seconds since the person typed the command. */
export function elapsedSeconds(): number {
  return (Date.now() - started) / 1000;
}

/** A line of progress, in the form that `appliance/lib/output.sh` uses as well. */
export function step(text: string): void {
  console.log(`[${String(Math.floor(elapsedSeconds())).padStart(3)} s] ${text}`);
}

/** The accounts that the seed wrote; none when the file is missing. Throws when it is not what was agreed. */
export function readAccounts(file: string): DemoAccount[] {
  if (!existsSync(file)) return [];
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const accounts =
    typeof content === 'object' && content !== null && 'accounts' in content && content.accounts;
  if (!Array.isArray(accounts)) throw new TypeError(`${file} holds no accounts`);
  return accounts.map((account: Partial<Record<keyof DemoAccount, unknown>>) => ({
    email: text(account.email),
    password: text(account.password),
    role: text(account.role),
    office: text(account.office),
  }));
}

/** The addresses, how to sign in and what to try, in a frame. */
export function announcement(facts: Announcement): string {
  return frame([
    `Videoatenció is ready, after ${facts.seconds.toFixed(1)} s.`,
    '',
    `Application               ${publicUrl(facts.port)}`,
    `Citizen's phone and mail  ${publicUrl(facts.viewerPort)}`,
    '',
    'Sign in with',
    ...accountLines(facts.accounts),
    '',
    'Try it: sign in and make an appointment that begins in ten minutes. Open the phone',
    'in another window, press the link of the text message, and be the citizen.',
    '',
    `Logs: ${facts.logs}`,
    'Ctrl-C stops everything; the data are kept for the next time.',
  ]);
}

function accountLines(accounts: DemoAccount[]): string[] {
  const widest = (key: keyof DemoAccount) => Math.max(...accounts.map((account) => account[key].length));
  return accounts.map(({ email, password, role, office }) =>
    [
      ' ',
      email.padEnd(widest('email')),
      password.padEnd(widest('password')),
      role.padEnd(widest('role')),
      office,
    ]
      .join('  ')
      .trimEnd(),
  );
}

function frame(lines: string[]): string {
  const width = Math.max(...lines.map((line) => line.length));
  const bar = '─'.repeat(width + 4);
  const body = lines.map((line) => `│  ${line.padEnd(width)}  │`);
  return [`╭${bar}╮`, ...body, `╰${bar}╯`].join('\n');
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
