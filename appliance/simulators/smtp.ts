import { once } from 'node:events';
import type { Server, Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { simpleParser, type AddressObject, type ParsedMail } from 'mailparser';
import {
  SMTPServer,
  type SMTPServerAuthentication,
  type SMTPServerAuthenticationResponse,
  type SMTPServerDataStream,
  type SMTPServerOptions,
  type SMTPServerSession,
} from 'smtp-server';
import { portOf } from './listening.ts';
import { Mailbag } from './mailbag.ts';
import { SmtpFaults, type Refusal, type SmtpStage } from './smtp-faults.ts';

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

/** How an e-mail came, beside what it says. */
export interface Arrival {
  /** Every octet of the message, as sent. */
  source: Buffer;
  /** It came over TLS. */
  secure: boolean;
  /** Who had logged in. */
  user: string | null;
  /** Envelope sender, who gets the bounces. */
  returnPath: string;
}

export interface SmtpOptions {
  /** 0 takes any free port; see `port` of the result. */
  port: number;
  /** Speaks TLS: from the first octet (`implicit`) or after STARTTLS. Without it, in the clear only. */
  tls?: { key: string; cert: string; mode: 'implicit' | 'starttls' };
  /** Takes mail only from who logs in so. Without it AUTH is not offered. */
  login?: { user: string; password: string; methods?: ('PLAIN' | 'LOGIN')[] };
  clock?: { now(): Date };
  /** Messages of an earlier run. */
  earlier?: SimulatedMail[];
}

type Done = (error?: Error | null) => void;
type LoginDone = (error: Error | null, response?: SMTPServerAuthenticationResponse) => void;

/** Messages whose source is kept. */
const ARRIVALS = 50;

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
  readonly #faults = new SmtpFaults();
  readonly #arrivals = new Map<string, Arrival>();
  #frozen: SmtpStage | 'everything' | null = null;
  #holding = false;
  #cuts = 0;
  #delayMs = 0;
  #peak = 0;
  #connects = 0;
  #logins = 0;

  constructor(options: SmtpOptions) {
    super(options.earlier);
    this.#options = options;
    this.#server = new SMTPServer({
      ...securityOf(options),
      disableReverseLookup: true,
      closeTimeout: 100,
      onConnect: (_session, done: Done) => void this.#step(done, 'greeting'),
      onAuth: (login, _session, done: LoginDone) => void this.#login(login, done),
      onMailFrom: (_address, _session, done: Done) => void this.#step(done, 'sender'),
      onRcptTo: ({ address }, _session, done: Done) => void this.#step(done, 'recipient', address),
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
    // Behind a TLS server the bare socket belongs to the handshake: destroying it there brings Node down.
    const opened = this.#options.tls?.mode === 'implicit' ? 'secureConnection' : 'connection';
    this.#listener.on(opened, (socket: Socket) => {
      this.#sockets.add(socket);
      this.#connects += 1;
      this.#peak = Math.max(this.#peak, this.#sockets.size);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    await once(this.#listener, 'listening');
  }

  /** Answers nothing any more; what comes is forgotten. */
  freeze(): void {
    this.#frozen = 'everything';
  }

  /** Answers nothing any more from this stage on. */
  freezeAt(stage: Exclude<SmtpStage, 'content'>): void {
    this.#frozen = stage;
  }

  /** Works again; connections that were frozen are cut. */
  unfreeze(): void {
    this.#frozen = null;
    this.dropConnections();
  }

  /** Keeps the e-mails that come, but never says so to the sender; `dropConnections` ends that. */
  holdAnswers(): void {
    this.#holding = true;
  }

  /** Refuses every recipient with this reply code; 0 accepts them again. */
  rejectWith(code: number): void {
    this.refuseAt('recipient', code === 0 ? null : { code });
  }

  /** Refuses at a stage of every session; null accepts again. */
  refuseAt(stage: SmtpStage, refusal: Refusal | null): void {
    this.#faults.at(stage, refusal);
  }

  /** Refuses one recipient; null accepts again. */
  refuseRecipient(address: string, refusal: Refusal | null): void {
    this.#faults.recipient(address, refusal);
  }

  /** Cuts the connections of the next e-mails when they were kept, before their answer. */
  cutBeforeAnswer(times = 1): void {
    this.#cuts = times;
  }

  /** Thinks so long before each answer. */
  slowDown(delayMs: number): void {
    this.#delayMs = delayMs;
  }

  /** Most connections that were open at once, since the start. */
  get peakConnections(): number {
    return this.#peak;
  }

  /** Connections since the start. */
  get connects(): number {
    return this.#connects;
  }

  /** Logins that were tried since the start, good or bad. */
  get logins(): number {
    return this.#logins;
  }

  /** How one of the last e-mails came. Throws for others. */
  arrivalOf(messageId: string): Arrival {
    const arrival = this.#arrivals.get(messageId);
    if (!arrival) throw new Error(`no e-mail ${messageId} among the last ${ARRIVALS}`);
    return arrival;
  }

  dropConnections(): void {
    this.#holding = false;
    for (const socket of this.#sockets) socket.destroy();
  }

  async stop(): Promise<void> {
    this.dropConnections();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  async #step(done: Done, stage: SmtpStage, address?: string): Promise<void> {
    if (this.#delayMs > 0) await delay(this.#delayMs);
    if (this.#frozen === 'everything' || this.#frozen === stage) return;
    done(this.#faults.next(stage, address));
  }

  #login({ username, password }: SMTPServerAuthentication, done: LoginDone): Promise<void> {
    this.#logins += 1;
    return this.#step((refusal) => {
      const { login } = this.#options;
      const known = login !== undefined && username === login.user && password === login.password;
      if (refusal || !known) done(refusal ?? null, { user: undefined });
      else done(null, { user: username });
    }, 'login');
  }

  async #store(stream: SMTPServerDataStream, session: SMTPServerSession, done: Done): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    const source = Buffer.concat(chunks);
    const parsed = await simpleParser(source);
    if (this.#delayMs > 0) await delay(this.#delayMs);
    if (this.#frozen) return;
    const refusal = this.#faults.next('content');
    if (refusal) return done(refusal);
    const to = session.envelope.rcptTo.map(({ address }) => address);
    const mail = readMail(parsed, to, this.#options.clock?.now() ?? new Date());
    this.#note(mail.messageId, source, session);
    this.add(mail);
    if (this.#cuts > 0) {
      this.#cuts -= 1;
      this.dropConnections();
    } else if (!this.#holding) done();
  }

  #note(messageId: string, source: Buffer, { secure, user, envelope }: SMTPServerSession): void {
    const returnPath = envelope.mailFrom ? envelope.mailFrom.address : '';
    this.#arrivals.set(messageId, { source, secure, user: user ?? null, returnPath });
    const [oldest] = this.#arrivals.keys();
    if (this.#arrivals.size > ARRIVALS && oldest !== undefined) this.#arrivals.delete(oldest);
  }
}

function securityOf({ tls, login }: SmtpOptions): SMTPServerOptions {
  const disabledCommands = [...(login ? [] : ['AUTH']), ...(tls?.mode === 'starttls' ? [] : ['STARTTLS'])];
  const authMethods = login?.methods ?? ['PLAIN', 'LOGIN'];
  if (!tls) return { disabledCommands, authMethods, allowInsecureAuth: true };
  return { disabledCommands, authMethods, secure: tls.mode === 'implicit', key: tls.key, cert: tls.cert };
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
