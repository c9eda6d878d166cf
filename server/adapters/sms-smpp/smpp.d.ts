/** Types of the calls we use of `smpp` 0.5.1, which ships none (checked against its source). */
declare module 'smpp' {
  import type { EventEmitter } from 'node:events';
  import type { Server as NetServer, Socket } from 'node:net';

  /** Fields of a PDU as the library names them; absent ones take the default of the specification. */
  export interface PduFields {
    command_status?: number;
    sequence_number?: number;
    system_id?: string;
    password?: string;
    system_type?: string;
    interface_version?: number;
    message_id?: string;
    source_addr_ton?: number;
    source_addr_npi?: number;
    source_addr?: string;
    dest_addr_ton?: number;
    dest_addr_npi?: number;
    destination_addr?: string;
    esm_class?: number;
    protocol_id?: number;
    priority_flag?: number;
    /** A Date is written as absolute UTC, and read back as one. */
    validity_period?: Date | string;
    registered_delivery?: number;
    data_coding?: number;
    /** Always a Buffer with us: see the note on `filters`. */
    short_message?: Buffer;
    message_payload?: Buffer;
    user_message_reference?: number;
    receipted_message_id?: string;
    message_state?: number;
    network_error_code?: Buffer;
    service_type?: string;
    replace_if_present_flag?: number;
    sar_msg_ref_num?: number;
    sar_total_segments?: number;
    sar_segment_seqnum?: number;
  }

  export interface Pdu extends PduFields {
    command: string;
    command_id: number;
    command_status: number;
    sequence_number: number;
    isResponse(): boolean;
    response(fields?: PduFields): Pdu;
    toBuffer(): Buffer;
  }

  export interface Session extends EventEmitter {
    socket: Socket;
    /** False when the socket is no longer writable; then nothing was written. */
    send(pdu: Pdu, responded?: (answer: Pdu) => void, sent?: (pdu: Pdu) => void): boolean;
    pause(): void;
    resume(): void;
    close(): void;
    destroy(): void;
  }

  export interface ConnectOptions {
    host: string;
    port: number;
    tls: boolean;
    noDelay?: boolean;
    servername?: string;
  }

  const smpp: {
    connect(options: ConnectOptions): Session;
    createServer(listener: (session: Session) => void): NetServer;
    /** Over TLS when both are given. */
    createServer(options: { key?: string; cert?: string }, listener: (session: Session) => void): NetServer;
    PDU: {
      new (command: string, fields?: PduFields): Pdu;
      /** Reads one whole frame. */
      new (frame: Buffer): Pdu;
      /** Longer ones are refused. */
      maxLength: number;
    };
    /** Shared by all sessions of the process: replacing `decode` gives message bytes as they came. */
    filters: { message: { decode: (value: unknown) => unknown } };
  };
  export default smpp;
}
