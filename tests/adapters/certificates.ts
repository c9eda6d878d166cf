import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Certificate {
  key: string;
  cert: string;
  /** SHA-256 fingerprint, upper case without colons. */
  pin: string;
}

/** An authority, and a certificate of it for `name`; made anew, so that nothing expires in the repository. */
export function makeCertificates(name: string): { ca: Certificate; leaf: Certificate } {
  const directory = mkdtempSync(join(tmpdir(), 'va-certificates-'));
  const path = (file: string) => join(directory, file);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: directory, stdio: 'ignore' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  try {
    openssl(
      'req',
      '-x509',
      ...key,
      '-days',
      '2',
      '-subj',
      '/CN=Authority',
      '-keyout',
      'ca.key',
      '-out',
      'ca.pem',
    );
    openssl('req', ...key, '-subj', `/CN=${name}`, '-keyout', 'leaf.key', '-out', 'leaf.csr');
    writeFileSync(path('san'), `subjectAltName=DNS:${name}\n`);
    const signing = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', 'san'];
    openssl('x509', '-req', '-in', 'leaf.csr', ...signing, '-out', 'leaf.pem');
    const read = (file: string): Certificate => {
      const cert = readFileSync(path(`${file}.pem`), 'utf8');
      const pin = new X509Certificate(cert).fingerprint256.replaceAll(':', '');
      return { key: readFileSync(path(`${file}.key`), 'utf8'), cert, pin };
    };
    return { ca: read('ca'), leaf: read('leaf') };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
