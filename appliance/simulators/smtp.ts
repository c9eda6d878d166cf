import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import { SMTPServer, type SMTPServerDataStream, type SMTPServerSession } from 'smtp-server';
import { portOf } from './listening.ts';
import { Mailbag } from './mailbag.ts';

/** An e-mail as a reader's programme understands it. */
export interface SimulatedMail {
  to: string[];
  from: string;
  subject: string;
  text: string;
  html: string;
  attachments: { filename: string; contentType: string; content: string }[];
  /** Body of the `text/calendar` alternative, with its iTIP method. */
  calendar: { method: string; content: string } | null;
  /** Without angle brackets. */
  messageId: string;
  headers: Record<string, string>;
  receivedAt: Date;
}

export interface SmtpOptions {
  /** 0 takes any free port; see `port` of the result. */
  port: number;
  clock?: { now(): Date };
  /** Messages of an earlier run. */
  earlier?: SimulatedMail[];
}

type Done = (error?: Error | null) => void;

/** Starts an SMTP server on 127.0.0.1 that keeps every e-mail instead of delivering it, and can misbehave. */
export async function startSmtp(options: SmtpOptions): Promise<SmtpSink> {
  const sink = new SmtpSink(options);
  await sink.listen();
  return sink;
}

/** A mail server for trying out and for tests. */
export class SmtpSink extends Mailbag<SimulatedMail> {
  readonly #options: SmtpOptions;
  readonly #server: SMTPServer;
  readonly #sockets = new Set<Socket>();
  #listener: Server | null = null;
  #frozen = false;
  #holding = false;
  #refusal = 0;

  constructor(options: SmtpOptions) {
    super(options.earlier);
    this.#options = options;
    this.#server = new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect: (_session, done: Done) => this.#step(done),
      onMailFrom: (_address, _session, done: Done) => this.#step(done),
      onRcptTo: (_address, _session, done: Done) => this.#step(done, this.#refusal),
      onData: (stream, session, done: Done) => void this.#store(stream, session, done),
    });
    this.#server.on('error', () => undefined);
  }

  get port(): number {
    if (!this.#listener) throw new Error('not listening');
    return portOf(this.#listener);
  }

  async listen(): Promise<void> {
    this.#listener = this.#server.listen(this.#options.port, '127.0.0.1');
    this.#listener.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await once(this.#listener, 'listening');
  }

  /** Answers nothing any more; what comes is forgotten. */
  freeze(): void {
    this.#frozen = true;
  }

  /** Works again; connections that were frozen are cut. */
  unfreeze(): void {
    this.#frozen = false;
    this.dropConnections();
  }

  /** Keeps the e-mails that come, but never says so to the sender; `dropConnections` ends that. */
  holdAnswers(): void {
    this.#holding = true;
  }

  /** Refuses every recipient with this reply code; 0 accepts them again. */
  rejectWith(code: number): void {
    this.#refusal = code;
  }

  dropConnections(): void {
    this.#holding = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #step(done: Done, refusal = 0): void {
    if (this.#frozen) return;
    done(
      refusal === 0 ? null : Object.assign(new Error('refused by the simulator'), { responseCode: refusal }),
    );
  }

  async #store(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const parsed = await simpleParser(stream);
    if (this.#frozen) return;
    const to = session.envelope.rcptTo.map(({ address }) => address);
    this.add(readMail(parsed, to, this.#options.clock?.now() ?? new Date()));
    if (!this.#holding) done();
  }
}

function readMail(mail: ParsedMail, to: string[], receivedAt: Date): SimulatedMail {
  const calendar = mail.attachments.find(({ contentType }) => contentType === 'text/calendar');
  const method = /^METHOD:(\w+)/m.exec(calendar?.content.toString('utf8') ?? '')?.[1] ?? '';
  return {
    to,
    from: addressText(mail.from),
    subject: mail.subject ?? '',
    text: mail.text ?? '',
    html: mail.html || '',
    attachments: mail.attachments.map(({ filename, contentType, content }) => ({
      filename: filename ?? '',
      contentType,
      content: content.toString('utf8'),
    })),
    calendar: calendar ? { method, content: calendar.content.toString('utf8') } : null,
    messageId: (mail.messageId ?? '').replace(/^<|>$/g, ''),
    headers: Object.fromEntries(
      mail.headerLines.map(({ key, line }) => [key, line.slice(key.length + 1).trim()]),
    ),
    receivedAt,
  };
}

function addressText(address: AddressObject | undefined): string {
  return address?.text ?? '';
}
