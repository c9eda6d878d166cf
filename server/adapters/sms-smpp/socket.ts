import { connect as connectPlain, isIP, Socket } from 'node:net';
import { connect as connectTls, type TLSSocket } from 'node:tls';
import type { LinkTls } from '../../config/smpp-links.ts';

/** Where a gateway is, and how its certificate is judged. */
export interface Target {
  host: string;
  port: number;
  tls: false | LinkTls;
}

/**
 * Connects, and calls `ready` once octets may be sent: over TLS only after the certificate was found good. A
 * certificate that is not ends in an `error` event, before anything was sent.
 */
export function openSocket(target: Target, ready: () => void): Socket {
  const { host, port, tls } = target;
  if (!tls) return connectPlain({ host, port, noDelay: true, keepAlive: true }, ready);
  try {
    return openTls(target, tls, ready);
  } catch (error) {
    // Certificates that OpenSSL can't use are found out here; it is one more reason not to be connected.
    return new Socket().destroy(error instanceof Error ? error : new Error(String(error)));
  }
}

function openTls({ host, port }: Target, tls: LinkTls, ready: () => void): Socket {
  const name = tls.servername ?? (isIP(host) ? undefined : host);
  const socket: TLSSocket = connectTls({
    host,
    port,
    minVersion: 'TLSv1.2',
    ...(name === undefined ? {} : { servername: name }),
    ...(tls.ca === undefined ? {} : { ca: tls.ca }),
    // Exactly one certificate is good then, whoever signed it; it is compared below.
    rejectUnauthorized: tls.pin === undefined || tls.ca !== undefined,
  });
  socket.once('secureConnect', () => {
    if (tls.pin !== undefined && fingerprintOf(socket) !== tls.pin)
      return socket.destroy(new Error('certificate is not the pinned one'));
    ready();
  });
  socket.setNoDelay(true);
  socket.setKeepAlive(true);
  return socket;
}

/** Why a connection failed, without addresses: the code of the error, or its words. */
export function reasonOf(error: Error & { code?: unknown }): string {
  const code = typeof error.code === 'string' ? error.code : '';
  return isAboutCertificate(code) ? `certificate refused (${code})` : code || error.message;
}

function fingerprintOf(socket: TLSSocket): string {
  return socket.getPeerCertificate().fingerprint256?.replaceAll(':', '') ?? '';
}

/** Codes of a failed verification say so, or come from OpenSSL's `X509_V_ERR_*`. */
function isAboutCertificate(code: string): boolean {
  return /CERT|SIGNATURE|CRL|INVALID_CA|PATH_LENGTH|INVALID_PURPOSE|HOSTNAME_MISMATCH/.test(code);
}
