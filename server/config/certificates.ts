import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { z } from 'zod';

const PEM = '-----BEGIN CERTIFICATE-----';
const ONE = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** Certificates as PEM, from their text or from the file that the value names. Adds an issue when there are none. */
export function readCertificates(value: string, context: z.RefinementCtx): string {
  const fail = (message: string): string => {
    context.addIssue({ code: 'custom', message });
    return '';
  };
  const text = value.includes(PEM) ? value : contentOf(value);
  if (text === null) return fail('is neither a certificate (PEM) nor a file that can be read');
  const found = text.match(ONE) ?? [];
  return found.length > 0 && found.every(isCertificate) ? text : fail('holds no readable certificate (PEM)');
}

/** A SHA-256 fingerprint in upper case without colons, as `openssl x509 -fingerprint -sha256` prints it or bare. */
export function readPin(value: string, context: z.RefinementCtx): string {
  const digits = value.replace(/^.*=/, '').replaceAll(':', '').toUpperCase();
  if (!/^[0-9A-F]{64}$/.test(digits))
    context.addIssue({ code: 'custom', message: 'must be a SHA-256 fingerprint of 64 hexadecimal digits' });
  return digits;
}

function contentOf(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}

function isCertificate(pem: string): boolean {
  try {
    return new X509Certificate(pem).fingerprint256 !== '';
  } catch {
    return false;
  }
}
