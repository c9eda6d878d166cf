import { once } from 'node:events';
import type { Socket } from 'node:net';
import smpp, { type Pdu, type Session } from 'smpp';
import type { BindMode, Client } from './client.ts';
import type { FaultBox, Faults } from './faults.ts';
import { portOf } from './listening.ts';
import type { LogEntry, SmscLog } from './log.ts';

// Bytes as they came: what they mean is for us to find out.
smpp.filters.message.decode = (value) => value;

const ALREADY_BOUND = 0x05;
const PASSWORD_WRONG = 0x0e;
const SYSTEM_ID_WRONG = 0x0f;
const MODES: Readonly<Record<string, BindMode>> = {
  bind_transceiver: 'transceiver',
  bind_transmitter: 'transmitter',
  bind_receiver: 'receiver',
};

/** What happens at the front and concerns others. */
export interface FrontEvents {
  submitted(client: Client, pdu: Pdu): void;
  bound(client: Client): void;
  /** Anything that tests wait for: `bind`, `unbound`, `unbind`, `enquire_link`. */
  tell(event: string, details?: object): void;
}

export interface FrontOptions {
  name: string;
  port: number;
  systemId?: string;
  password?: string;
  tls?: { key: string; cert: string };
  clock: { now(): Date };
}

/** Takes connections and keeps the sessions of a gateway, on 127.0.0.1 only. */
export class Front {
  readonly #options: FrontOptions;
  readonly #faults: FaultBox;
  readonly #log: SmscLog;
  readonly #events: FrontEvents;
  readonly #server;
  readonly #sockets = new Set<Socket>();
  readonly #clients = new Set<Client>();
  #sessions = 0;

  constructor(options: FrontOptions, faults: FaultBox, log: SmscLog, events: FrontEvents) {
    this.#options = options;
    this.#faults = faults;
    this.#log = log;
    this.#events = events;
    this.#server = smpp.createServer(options.tls ?? {}, (session) => this.#connected(session));
    this.#server.on('connection', (socket: Socket) => {
      this.#sockets.add(socket);
      socket.once('close', () => this.#sockets.delete(socket));
    });
    faults.on('changed', (now: Faults, before: Faults) => this.#faultsChanged(now, before));
  }

  get port(): number {
    return portOf(this.#server);
  }

  /** Those that are bound, oldest first. */
  get bound(): Client[] {
    return [...this.#clients].filter(({ mode }) => mode !== null);
  }

  async listen(): Promise<void> {
    this.#server.listen(this.#options.port, '127.0.0.1');
    await once(this.#server, 'listening');
  }

  /** Cuts one connection at once; what was not read yet is forgotten. */
  cut(client: Client): void {
    client.ending ??= 'cut';
    client.session.destroy();
  }

  cutAll(): void {
    for (const client of this.#clients) this.cut(client);
  }

  /** Ends everything; resolves when the last end is in the log. */
  async stop(): Promise<void> {
    const ends = [...this.#clients].map(
      ({ session }) => new Promise((resolve) => session.once('close', resolve)),
    );
    this.cutAll();
    const closed = once(this.#server, 'close');
    this.#server.close();
    // Those that never finished their TLS greeting are no sessions yet.
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all([closed, ...ends]);
  }

  /** The beginning of a log entry about this client. */
  entry({ number, systemId }: Client): Pick<LogEntry, 'at' | 'link' | 'session' | 'systemId'> {
    const { clock, name } = this.#options;
    return { at: clock.now(), link: name, session: number, systemId };
  }

  #connected(session: Session): void {
    this.#sessions += 1;
    const unanswered = new Set<number>();
    const client: Client = {
      session,
      number: this.#sessions,
      systemId: '',
      mode: null,
      unanswered,
      ending: null,
    };
    this.#clients.add(client);
    // One for each receipt that is not answered yet.
    session.setMaxListeners(0);
    if (this.#faults.current.frozen) session.pause();
    session.on('pdu', (pdu: Pdu) => this.#received(client, pdu));
    session.on('error', () => session.destroy());
    session.on('close', () => this.#closed(client));
  }

  #closed(client: Client): void {
    this.#clients.delete(client);
    const bound = client.mode !== null;
    const how = client.ending ?? 'closed';
    client.ending ??= 'cut';
    const unanswered = [...client.unanswered];
    this.#log.append({ ...this.entry(client), event: 'end', how, bound, unanswered });
    if (bound) this.#events.tell('unbound');
  }

  #received(client: Client, pdu: Pdu): void {
    // What had been read already when the link was cut or frozen counts as not read.
    if (client.ending !== null || this.#faults.current.frozen || pdu.isResponse()) return;
    const { session } = client;
    const mode = MODES[pdu.command];
    if (mode) this.#bind(client, pdu, mode);
    else if (pdu.command === 'submit_sm') this.#events.submitted(client, pdu);
    else if (pdu.command === 'unbind') this.#unbind(client, pdu);
    else {
      if (pdu.command === 'enquire_link') this.#events.tell('enquire_link');
      session.send(pdu.response());
    }
  }

  #bind(client: Client, pdu: Pdu, mode: BindMode): void {
    if (client.mode !== null) {
      client.session.send(pdu.response({ command_status: ALREADY_BOUND }));
      return;
    }
    const { system_id: systemId = '', interface_version: interfaceVersion, system_type: systemType } = pdu;
    const status = this.#faults.current.bindStatus || this.#credentialFault(pdu);
    client.systemId = systemId;
    client.session.send(pdu.response({ command_status: status, system_id: 'SIMULATOR' }));
    this.#log.append({ ...this.entry(client), event: 'bind', mode, status });
    this.#events.tell('bind', { interfaceVersion, systemType, status, mode, systemId });
    if (status !== 0) {
      client.session.close();
      return;
    }
    client.mode = mode;
    this.#events.bound(client);
  }

  #unbind(client: Client, pdu: Pdu): void {
    this.#events.tell('unbind');
    client.session.send(pdu.response());
    client.ending = 'unbind';
    client.session.close();
  }

  #credentialFault(pdu: Pdu): number {
    const { systemId, password } = this.#options;
    if (systemId !== undefined && pdu.system_id !== systemId) return SYSTEM_ID_WRONG;
    return password !== undefined && pdu.password !== password ? PASSWORD_WRONG : 0;
  }

  #faultsChanged(now: Faults, before: Faults): void {
    if (now.frozen === before.frozen) return;
    if (now.frozen) for (const { session } of this.#clients) session.pause();
    else this.cutAll();
  }
}
