import { createHash, createPublicKey, verify } from 'node:crypto';

/** RFC 6376 section 3.4.4: runs of spaces become one, none at line ends, no empty lines at the end. */
function relaxedBody(body: string): string {
  const lines = body.split('\r\n').map((line) => line.replace(/[ \t]+/g, ' ').replace(/ $/, ''));
  const text = lines.join('\r\n').replace(/(?:\r\n)*$/, '');
  return text === '' ? '' : `${text}\r\n`;
}

/** Section 3.4.2: name in small letters, unfolded, one space between words. */
function relaxedHeader(field: string): string {
  const colon = field.indexOf(':');
  const value = field
    .slice(colon + 1)
    .replace(/\r\n/g, '')
    .replace(/[ \t]+/g, ' ')
    .trim();
  return `${field.slice(0, colon).trim().toLowerCase()}:${value}`;
}

/** The tags of a signature (section 3.2), without white space in their values. */
function tagsOf(field: string): Record<string, string> {
  const list = field.slice(field.indexOf(':') + 1).split(';');
  return Object.fromEntries(
    list.map((tag) => {
      const equals = tag.indexOf('=');
      return [tag.slice(0, equals).trim(), tag.slice(equals + 1).replace(/\s+/g, '')];
    }),
  );
}

export interface DkimVerdict {
  bodyHash: boolean;
  signature: boolean;
  tags: Record<string, string>;
  /** Names of the signed header fields. */
  signed: string[];
}

/**
 * Verifies the only DKIM-Signature of a message by RFC 6376 with the public key as the DNS would give it. Written from
 * the RFC, apart from what signs.
 */
export function verifyDkim(source: Buffer, publicPem: string): DkimVerdict {
  const message = source.toString('latin1');
  const end = message.indexOf('\r\n\r\n');
  const fields = message.slice(0, end).split(/\r\n(?![ \t])/);
  const nameOf = (field: string) => field.slice(0, field.indexOf(':')).trim().toLowerCase();
  const signatures = fields.filter((field) => nameOf(field) === 'dkim-signature');
  const [own] = signatures;
  if (!own || signatures.length > 1) throw new Error(`${signatures.length} signatures`);
  const tags = tagsOf(own);
  const bodyHash = createHash('sha256')
    .update(relaxedBody(message.slice(end + 4)), 'latin1')
    .digest('base64');
  // Section 5.4.2: of several fields of one name the last counts first.
  const left = fields.toReversed();
  const signed = (tags['h'] ?? '').split(':');
  const covered = signed.flatMap((name) => {
    const index = left.findIndex((field) => nameOf(field) === name.toLowerCase());
    return index < 0 ? [] : left.splice(index, 1).map((field) => `${relaxedHeader(field)}\r\n`);
  });
  const blank = relaxedHeader(own).replace(/([;:]\s*b=)[^;]*/, '$1');
  const data = Buffer.from(covered.join('') + blank, 'latin1');
  return {
    bodyHash: bodyHash === tags['bh'],
    signature: verify('rsa-sha256', data, createPublicKey(publicPem), Buffer.from(tags['b'] ?? '', 'base64')),
    tags,
    signed,
  };
}
