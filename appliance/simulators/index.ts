import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { keepJournal, readJournal } from './journal.ts';
import { startSmsc, type SimulatedSms, type Smsc } from './smsc.ts';
import { startSmtp, type SimulatedMail, type SmtpSink } from './smtp.ts';
import { startViewer, type Viewer } from './viewer.ts';

export interface SimulatorOptions {
  smscPort: number;
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
  smtp: SmtpSink;
  viewer: Viewer;
  stop(): Promise<void>;
}

/** Starts the SMS gateway, the mail server and the page that shows what they got, all on 127.0.0.1 only. */
export async function startSimulators(options: SimulatorOptions): Promise<Simulators> {
  const { directory } = options;
  if (directory) mkdirSync(directory, { recursive: true, mode: 0o700 });
  const smsFile = directory && join(directory, 'sms.jsonl');
  const mailFile = directory && join(directory, 'mail.jsonl');
  const started: { stop(): Promise<void> }[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(started.splice(0).map((part) => part.stop()));
  };
  try {
    const smsc = await startSmsc({
      port: options.smscPort,
      receipts: 'delivered',
      earlier: readJournal(smsFile, isSms),
      ...options.credentials,
    });
    started.push(smsc);
    const smtp = await startSmtp({ port: options.smtpPort, earlier: readJournal(mailFile, isMail) });
    started.push(smtp);
    const viewer = await startViewer({ port: options.viewerPort, smsc, smtp, appUrl: options.appUrl });
    started.push(viewer);
    keepJournal(smsc, smsFile);
    keepJournal(smtp, mailFile);
    return { smsc, smtp, viewer, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function isSms(value: object): value is SimulatedSms {
  return 'to' in value && 'text' in value && 'messageIds' in value;
}

function isMail(value: object): value is SimulatedMail {
  return 'to' in value && 'subject' in value && 'messageId' in value;
}
