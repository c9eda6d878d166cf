import { once } from 'node:events';
import { createServer } from 'node:net';
import type { ExecutionContext } from 'ava';
import { startSmsc, type Smsc, type SmscOptions } from '../../appliance/simulators/smsc.ts';
import { createSmsCarrier, type SmsCarrierOptions } from '../../server/adapters/sms-smpp/carrier.ts';
import type { Times } from '../../server/adapters/sms-smpp/times.ts';
import { readLinks, type SmppLink } from '../../server/config/smpp-links.ts';
import type {
  DeliveryReceipt,
  LinkStatus,
  SendResult,
  Slot,
  SlotWish,
  SmsCarrier,
  SmsMessage,
} from '../../server/kernel/carriers.ts';
import { encodeText } from '../../server/kernel/sms-text/encode.ts';

export const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };

/** Waits that suit a test: soon again, and patient with a busy machine. */
export const QUICK: Times = {
  session: { connectMs: 10_000, enquireAnswerMs: 5000, unbindMs: 2000 },
  reconnect: { minMs: 20, maxMs: 200 },
  throttle: { firstMs: 100, longestMs: 1000, recoverMs: 10_000 },
};

/** A text, encoded as the engine does it. */
export function sms(fields: Partial<SmsMessage> & { text?: string } = {}): SmsMessage {
  const { text = 'Hola', ...rest } = fields;
  return {
    ...encodeText(text, { spanishShift: false }),
    to: '+34612345678',
    sender: 'OAC-Cita',
    expiresAt: new Date(Date.now() + 600_000),
    priority: 0,
    reference: 70_001,
    taken: [],
    ...rest,
  };
}

/** A link as the settings would give it. */
export function linkTo(port: number, fields: Partial<SmppLink> = {}): SmppLink {
  const base = { name: 'main', host: '127.0.0.1', port, systemId: 'oac', password: 'secret' };
  const { links, problems } = readLinks(JSON.stringify([base]));
  const [link] = links;
  if (!link) throw new Error(JSON.stringify(problems));
  return { ...link, ...fields, provider: fields.provider ?? fields.name ?? link.name };
}

/** A gateway that ends with the test. */
export async function gateway(t: ExecutionContext, options: Partial<SmscOptions> = {}): Promise<Smsc> {
  const smsc = await startSmsc({ port: 0, systemId: 'oac', password: 'secret', ...options });
  t.teardown(() => smsc.stop());
  return smsc;
}

export type CarrierOptions = Partial<SmsCarrierOptions> & { links: SmppLink[] };

/** A carrier that ends with the test; its receipts are kept in order. */
export function carrier(t: ExecutionContext, options: CarrierOptions) {
  const sms = createSmsCarrier({ logger: silent, times: QUICK, ...options });
  t.teardown(() => sms.stop(1000));
  const receipts: DeliveryReceipt[] = [];
  sms.onReceipt(async (receipt) => {
    receipts.push(receipt);
  });
  return { sms, receipts };
}

/** A gateway, and a carrier whose one link is bound to it. */
export async function linked(
  t: ExecutionContext,
  fields: Partial<SmppLink> = {},
  options: Partial<SmsCarrierOptions> = {},
  smscOptions: Partial<SmscOptions> = {},
) {
  const smsc = await gateway(t, smscOptions);
  const made = carrier(t, { links: [linkTo(smsc.port, fields)], ...options });
  made.sms.start();
  await until(made.sms, (status) => status.state === 'up');
  return { smsc, ...made };
}

/** Resolves with the status of a link as soon as it is as wished; it is told by the carrier itself. */
export async function until(
  sms: SmsCarrier,
  wish: (status: LinkStatus) => boolean,
  name?: string,
): Promise<LinkStatus> {
  const find = () => sms.links().find((status) => (!name || status.name === name) && wish(status));
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      end();
      reject(new Error(`link did not become as wished: ${JSON.stringify(sms.links())}`));
    }, 30_000);
    const look = () => {
      const found = find();
      if (!found) return;
      clearTimeout(late);
      end();
      resolve(found);
    };
    const end = sms.onFree(look);
    look();
  });
}

/** A place, as soon as there is one. */
export async function place(carrier: SmsCarrier, wish?: SlotWish): Promise<Slot<SmsMessage>> {
  const now = carrier.reserve(wish);
  if (now) return now;
  return new Promise((resolve, reject) => {
    const late = setTimeout(() => {
      end();
      reject(new Error(`no place: ${JSON.stringify(carrier.links())}`));
    }, 30_000);
    const end = carrier.onFree(() => {
      const slot = carrier.reserve(wish);
      if (!slot) return;
      clearTimeout(late);
      end();
      resolve(slot);
    });
  });
}

/** Sends one text as soon as there is a place, and gives the place back. */
export async function send(
  carrier: SmsCarrier,
  message: SmsMessage = sms(),
  wish?: SlotWish,
): Promise<SendResult> {
  const slot = await place(carrier, wish);
  const result = await slot.send(message);
  slot.release();
  return result;
}

/** A port where nobody listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
