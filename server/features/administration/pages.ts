import type { FormState } from '../../kernel/page.ts';
import type { Channel } from '../../models/OutboxMessage.ts';

/** How a link is, as its light shows it. `gone`: its process has not been heard of. */
export type LightState = 'up' | 'slowed' | 'connecting' | 'refused' | 'stopped' | 'gone';

/** A technical reason in plain words. */
export interface Reason {
  /** As the other side gave it; empty when it gave none. */
  code: string;
  what: string;
  todo: string;
}

export interface Light {
  link: string;
  process: string;
  state: LightState;
  stateLabel: string;
  since: string;
  reason: Reason | null;
  inFlight: number;
  window: number;
  rate: string;
  slowedUntil: string | null;
  submitted: string;
}

/** Whether one channel sends, and through which links. */
export interface ChannelPanel {
  channel: Channel;
  label: string;
  paused: { since: string; by: string } | null;
  /** Page that asks whether to pause, or to go on. */
  controlHref: string;
  lights: Light[];
  summary: string;
  /** What most often keeps those that are late. */
  trouble: Reason | null;
  /** A light of its own for the whole channel; `late` when a link is up and messages wait all the same. */
  state: 'up' | 'late' | 'paused' | 'down' | 'unknown';
}

export interface QueueRow {
  channel: string;
  kind: string;
  due: string;
  held: string;
  doubt: string;
  later: string;
  oldest: string;
  late: boolean;
}

/** One minute of the last hour. */
export interface RateBar {
  /** Wall-clock time. */
  time: string;
  count: number;
  /** Of the drawing, in its own units. */
  x: number;
  y: number;
  height: number;
}

export interface LatenessRow {
  channel: string;
  kind: string;
  count: string;
  median: string;
  p95: string;
}

export interface FailureRow {
  channel: string;
  reason: Reason;
  day: string;
  week: string;
}

export interface CountRow {
  key: 'expired' | 'inDoubt' | 'repeats' | 'receipts';
  label: string;
  hint: string;
  day: string;
  week: string;
  bad: boolean;
}

export interface HoldRow {
  address: string;
  since: string;
  until: string;
  offices: string;
  reason: Reason;
}

/** Live part of `administration/messages`. */
export interface MessagesPage {
  asOf: string;
  liveHref: string;
  channels: ChannelPanel[];
  queue: QueueRow[];
  rate: { bars: RateBar[]; total: string; peak: string; from: string; to: string };
  lateness: LatenessRow[];
  counts: CountRow[];
  failures: FailureRow[];
  holds: HoldRow[];
  month: { label: string; texts: string; segments: string };
}

/** View `administration/channel`: asks before a channel is paused or goes on. */
export interface ChannelPage {
  channel: Channel;
  pausing: boolean;
  action: string;
  backHref: string;
  heading: string;
  effects: string[];
  waiting: string;
}

export interface CostRow {
  office: string;
  cells: { month: string; texts: string; segments: string; none: boolean }[];
  texts: string;
  segments: string;
  cost: string;
}

/** View `administration/costs`: texts that the gateway took, by office and month. */
export interface CostsPage {
  form: FormState;
  months: { value: string; label: string }[];
  heads: { value: string; label: string }[];
  rows: CostRow[];
  total: CostRow;
  csvHref: string;
  price: string | null;
  empty: boolean;
}

export type SenderState = 'ok' | 'expiring' | 'unregistered' | 'expired' | 'held';

export interface SenderRow {
  office: string;
  href: string;
  address: string;
  kind: string;
  own: boolean;
  registeredUntil: string;
  provider: string;
  state: SenderState;
  stateLabel: string;
  generic: boolean;
}

/** View `administration/senders`. */
export interface SendersPage {
  rows: SenderRow[];
}

/** View `administration/sender`. Fields: use, address, registeredUntil, provider. */
export interface SenderPage {
  office: string;
  action: string;
  backHref: string;
  form: FormState;
  settings: { address: string; registeredUntil: string };
  providers: string[];
  today: string;
}

/** View `administration/overview`. */
export interface OverviewPage {
  offices: { id: number; slug: string; name: string; staff: number; today: number }[];
  procedures: { code: string; name: string; minutes: number; byVideo: boolean }[];
  people: { name: string; email: string; role: string; staffNumber: string; officeNames: string }[];
  messages: { queued: number; failed: number; oldest: string | null };
  links: { sms: ChannelPanel['state']; email: ChannelPanel['state']; video: 'up' | 'down' };
  senders: { problems: number; expiring: number };
}
