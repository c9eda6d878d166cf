import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { ExecutionContext } from 'ava';
import { startSmtp, type SmtpOptions, type SmtpSink } from '../../appliance/simulators/smtp.ts';
import { createMailCarrier, type MailCarrierOptions } from '../../server/adapters/mail/carrier.ts';
import type { MailServer } from '../../server/adapters/mail/transport.ts';
import type { MailCarrier, SendResult, Slot } from '../../server/kernel/carriers.ts';
import { systemClock } from '../../server/kernel/clock.ts';
import type { MailMessage } from '../../server/kernel/ports.ts';

let count = 0;

/** An e-mail with a name of its own. */
export function makeMessage(fields: Partial<MailMessage> = {}): MailMessage {
  count += 1;
  return {
    to: 'nuria@example.com',
    subject: 'Videocita anul·lada: «dimarts»',
    text: "Hola, Núria,\nl'anul·lem.",
    html: '<html lang="ca"><p>Hola, <strong>Núria</strong></p></html>',
    messageId: `m${count}@cita.example.cat`,
    ...fields,
  };
}

/** What a test brings instead of the usual. */
export type CarrierChoice = Partial<Omit<MailCarrierOptions, 'server'>> & { server?: Partial<MailServer> };

/** A carrier to that port of this machine that forgives quickly; stops with the test. */
export function makeCarrier(t: ExecutionContext, port: number, choice: CarrierChoice = {}): MailCarrier {
  const carrier = createMailCarrier({
    sender: { from: { name: "Departament d'Exemple, OAC", address: 'oac@example.cat' } },
    clock: systemClock,
    logger: { warn: () => undefined },
    timeoutMs: 20_000,
    backOff: { firstMs: 20, mostMs: 100 },
    ...choice,
    server: { host: '127.0.0.1', port, tls: 'none', ...choice.server },
  });
  t.teardown(() => carrier.stop());
  return carrier;
}

/** A mail server and a carrier to it. */
export async function makeLinked(
  t: ExecutionContext,
  choice: CarrierChoice = {},
  smtpOptions: Partial<SmtpOptions> = {},
): Promise<{ smtp: SmtpSink; carrier: MailCarrier }> {
  const smtp = await startSmtp({ port: 0, ...smtpOptions });
  t.teardown(() => smtp.stop());
  return { smtp, carrier: makeCarrier(t, smtp.port, choice) };
}

/** The next place, as soon as there is one. */
export async function reserveSoon(carrier: MailCarrier): Promise<Slot<MailMessage>> {
  for (;;) {
    const slot = carrier.reserve();
    if (slot) return slot;
    await new Promise<void>((resolve) => {
      const end = carrier.onFree(() => {
        end();
        resolve();
      });
    });
  }
}

/** Sends one e-mail in the next free place. */
export async function send(carrier: MailCarrier, message = makeMessage()): Promise<SendResult> {
  const slot = await reserveSoon(carrier);
  const result = await slot.send(message);
  slot.release();
  return result;
}

const run = promisify(execFile);

/** A certificate for this name that vouches for itself, so that it is its own authority too. */
export async function makeCertificate(
  t: ExecutionContext,
  name = 'IP:127.0.0.1',
): Promise<{ key: string; cert: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'va-mail-'));
  t.teardown(() => rm(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  const curve = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  const subject = ['-subj', '/CN=mail.example', '-addext', `subjectAltName=${name}`, '-days', '2'];
  await run('openssl', ['req', '-x509', ...curve, '-keyout', key, '-out', cert, ...subject]);
  return { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
}
