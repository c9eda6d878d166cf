import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepJournal, readJournal } from './journal.ts';
import { startSmsc, type SimulatedSms, type Smsc } from './smsc.ts';
import { startSmtp, type SimulatedMail, type SmtpSink } from './smtp.ts';
import { startViewer, type Viewer } from './viewer.ts';

export interface SimulatorOptions {
  smscPort: number;
  /** A second gateway, for installations with two links; none unless given. */
  secondSmscPort?: number;
  smtpPort: number;
  viewerPort: number;
  /** Shown in the viewer as the way back to the counter. */
  appUrl: string;
  credentials?: { systemId: string; password: string };
  /** Folder where messages are kept over a restart; without it they live in memory only. */
  directory?: string;
}

export interface Simulators {
  smsc: Smsc;
  /** The first and, if asked for, the second. */
  gateways: Smsc[];
  smtp: SmtpSink;
  viewer: Viewer;
  stop(): Promise<void>;
}

/** Starts the SMS gateway, the mail server and the page that shows what they got, all on 127.0.0.1 only. */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { directory } = options;
  if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const mailFile = directory && join(directory, 'mail.jsonl');
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
  };
  try {
    const gateways: Smsc[] = [];
    for (const which of gatewaysOf(options)) {
      const gateway = await startSmsc({ ...which, receipts: 'delivered', ...options.credentials });
      started.push(gateway);
      gateways.push(gateway);
    }
    const [smsc] = gateways as [Smsc];
    const smtp = await startSmtp({ port: options.smtpPort, earlier: readJournal(mailFile, isMail) });
    started.push(smtp);
    const viewer = await startViewer({ port: options.viewerPort, gateways, smtp, appUrl: options.appUrl });
    started.push(viewer);
    for (const gateway of gateways) keepJournal(gateway, smsFile(directory, gateway.name));
    keepJournal(smtp, mailFile);
    return { smsc, gateways, smtp, viewer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function gatewaysOf({ smscPort, secondSmscPort, directory }: SimulatorOptions) {
  const one = (name: string, port: number) => ({
    name,
    port,
    earlier: readJournal(smsFile(directory, name), isSms),
  });
  return [one('sms', smscPort), ...(secondSmscPort === undefined ? [] : [one('sms-2', secondSmscPort)])];
}

function smsFile(directory: string | undefined, name: string): string | undefined {
  return directory && join(directory, `${name}.jsonl`);
}

function isSms(value: object): value is SimulatedSms {
  return 'to' in value && 'text' in value && 'messageIds' in value;
}

function isMail(value: object): value is SimulatedMail {
  return 'to' in value && 'subject' in value && 'messageId' in value;
}
