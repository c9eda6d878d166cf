import { setTimeout as delay } from 'node:timers/promises';
import type { Faults } from '../../appliance/simulators/faults.ts';
import { seededRandom } from '../../appliance/simulators/random.ts';
import type { Smsc } from '../../appliance/simulators/smsc.ts';
import type { Stage } from './stage.ts';

/** Something bad that happens at a time. */
interface Disaster {
  atMs: number;
  what: string;
  strike(): Promise<void> | void;
}

type Draw = () => number;

/** A whole number from `least` to `most`. */
const between = (draw: Draw, least: number, most: number) => least + Math.floor(draw() * (most - least + 1));
const pick = <T>(draw: Draw, things: readonly T[]): T => things[Math.floor(draw() * things.length)] as T;

const KILL_EVERY_MS = 9000;
const CUT_EVERY_MS = 1500;
const TROUBLE_EVERY_MS = 2500;

/** All that will go wrong within `spanMs`; the same for the same seed. */
export function schedule(stage: Stage, seed: number, spanMs: number): Disaster[] {
  const draw = seededRandom(seed + 100);
  const times = (every: number): number[] =>
    Array.from({ length: Math.floor(spanMs / every) }, (_, index) => Math.floor((index + draw()) * every));
  return [
    ...times(KILL_EVERY_MS).map((atMs) => killing(stage, between(draw, 0, stage.replicas.length - 1), atMs)),
    ...times(CUT_EVERY_MS).map((atMs) => cutting(pick(draw, stage.gateways), draw, atMs)),
    ...times(TROUBLE_EVERY_MS).map((atMs) => trouble(pick(draw, stage.gateways), draw, atMs)),
    { atMs: spanMs * 0.35, what: 'database restarted', strike: () => stage.restartDatabase('stop', 1000) },
    { atMs: spanMs * 0.7, what: 'database killed', strike: () => stage.restartDatabase('kill', 3000) },
  ].toSorted((a, b) => a.atMs - b.atMs);
}

/** Lets everything happen at its time; resolves when the last has, with what happened when. */
export async function unleash(disasters: Disaster[]): Promise<string[]> {
  const began = Date.now();
  const happened: string[] = [];
  const under: Promise<void>[] = [];
  for (const disaster of disasters) {
    await delay(Math.max(0, began + disaster.atMs - Date.now()));
    happened.push(`${Date.now() - began} ms ${disaster.what}`);
    under.push(Promise.resolve(disaster.strike()));
  }
  await Promise.all(under);
  return happened;
}

function killing({ replicas }: Stage, which: number, atMs: number): Disaster {
  return { atMs, what: `replica ${which} killed`, strike: () => replicas[which]?.kill() };
}

function cutting(gateway: Smsc, draw: Draw, atMs: number): Disaster {
  const cutAt = pick(draw, ['arrival', 'beforeAnswer', 'beforeAnswer', 'afterAnswer'] as const);
  const strike = () => gateway.faults.set({ cutAt, cutNext: gateway.faults.current.cutNext + 1 });
  return { atMs, what: `link ${gateway.name} cut (${cutAt})`, strike };
}

/** Something that ends by itself after some time. */
function trouble(gateway: Smsc, draw: Draw, atMs: number): Disaster {
  const [name, faults] = pick(draw, TROUBLES)(draw);
  const lastsMs = between(draw, 1500, 4000);
  const normal = gateway.faults.current;
  return {
    atMs,
    what: `gateway ${gateway.name}: ${name}`,
    async strike() {
      if (name === 'unbind') return gateway.unbindAll();
      if (name === 'garbage') return gateway.sendBroken('garbage');
      gateway.faults.set(faults);
      if (faults.bindStatus) gateway.dropConnections();
      await delay(lastsMs);
      const names = Object.keys(faults) as (keyof Faults)[];
      gateway.faults.set(Object.fromEntries(names.map((fault) => [fault, normal[fault]])));
    },
  };
}

type Trouble = (draw: Draw) => [string, Partial<Faults>];

const TROUBLES: Trouble[] = [
  (draw) => ['slow', { delayMs: between(draw, 50, 400), jitterMs: between(draw, 0, 300) }],
  (draw) => ['throttled', { perSecond: between(draw, 20, 60) }],
  (draw) => ['busy', { status: 0x58, statusNext: between(draw, 1, 8) }],
  (draw) => ['full', { status: 0x14, statusNext: between(draw, 1, 2) }],
  (draw) => ['ill', { status: 0x08, statusNext: between(draw, 1, 3) }],
  (draw) => ['out of order', { shuffleAnswers: between(draw, 3, 8) }],
  () => ['silent', { silentNext: 1 }],
  () => ['frozen', { frozen: true }],
  () => ['refusing', { bindStatus: 0x08 }],
  () => ['unbind', {}],
  () => ['garbage', {}],
  () => ['hasty receipts', { receiptAt: 'beforeAnswer' }],
  () => ['late receipts', { receiptAt: 'late', receiptLateMs: 1500, shuffleReceipts: 5 }],
  () => ['double receipts', { receiptCopies: 2, unknownReceiptsNext: 5 }],
  () => ['receipts as data', { receiptCommand: 'data_sm', receiptForm: 'both' }],
];
