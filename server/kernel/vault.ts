import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { AppError } from './errors.ts';

const IV_BYTES = 12;
const TAG_BYTES = 16;
const KEY_ID = 1;

/**
 * Field encryption, keyed hashes and signing, all derived from one master key by HKDF (RFC 5869).
 * Sealed form: key id (1 byte), IV (12), GCM tag (16), ciphertext. `context` is authenticated but not stored:
 * it names table, column and row, so that a value moved elsewhere in the database does not open.
 */
export interface Vault {
  /** AES-256-GCM encryption of a text. */
  seal(plain: string, context: string): Buffer;
  /** Opens what `seal` made. Throws AppError `sealBroken` when key, context or bytes differ. */
  open(sealed: Buffer, context: string): string;
  /** HMAC-SHA-256 in hex under a key for this purpose; for guessable values such as PINs, and for signing. */
  mac(purpose: string, value: string): string;
}

/** Builds the vault. `masterKey` must be exactly 32 bytes; throws RangeError otherwise. */
export function createVault(masterKey: Buffer): Vault {
  if (masterKey.length !== 32) throw new RangeError('The master key must be 32 bytes');
  const derive = (info: string) => Buffer.from(hkdfSync('sha256', masterKey, '', `videoatencio/${info}`, 32));
  const fieldKey = derive('field/1');
  const macKeys = new Map<string, Buffer>();
  const macKey = (purpose: string) => {
    const known = macKeys.get(purpose);
    if (known) return known;
    const key = derive(`mac/${purpose}`);
    macKeys.set(purpose, key);
    return key;
  };
  return {
    seal(plain, context) {
      const iv = randomBytes(IV_BYTES);
      const cipher = createCipheriv('aes-256-gcm', fieldKey, iv).setAAD(Buffer.from(context));
      const body = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final()]);
      return Buffer.concat([Buffer.from([KEY_ID]), iv, cipher.getAuthTag(), body]);
    },
    open(sealed, context) {
      try {
        if (sealed[0] !== KEY_ID) throw new Error(`unknown key id ${sealed[0]}`);
        const iv = sealed.subarray(1, 1 + IV_BYTES);
        const tag = sealed.subarray(1 + IV_BYTES, 1 + IV_BYTES + TAG_BYTES);
        const decipher = createDecipheriv('aes-256-gcm', fieldKey, iv, { authTagLength: TAG_BYTES });
        decipher.setAAD(Buffer.from(context)).setAuthTag(tag);
        const body = sealed.subarray(1 + IV_BYTES + TAG_BYTES);
        return Buffer.concat([decipher.update(body), decipher.final()]).toString('utf8');
      } catch (cause) {
        throw new AppError('sealBroken', 500, { detail: context, cause });
      }
    },
    mac: (purpose, value) => createHmac('sha256', macKey(purpose)).update(value).digest('hex'),
  };
}
