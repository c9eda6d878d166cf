import type { FormState } from '../../kernel/page.ts';

/** What all citizen pages show about their appointment. */
export interface CitizenAppointment {
  office: { name: string; address: string; phone: string; phoneHref: string };
  procedure: string;
  documents: string[];
  /** `dimarts 24 de novembre a les 10.30 h` */
  whenLabel: string;
  startIso: string;
  /** First name or whole name as given. */
  name: string;
}

/** View `calls/landing`: GET /v/:token. One action: check the device, or enter. */
export interface LandingPage {
  appointment: CitizenAppointment;
  /** `early` before the door opens, `open` while one may enter, `unconfirmed` while the agent has not phoned yet. */
  phase: 'early' | 'open' | 'unconfirmed';
  /** `a les 10.15 h` */
  doorOpensLabel: string;
  /** Whole minutes until the door opens, 0 when open. */
  minutesToDoor: number;
  checkHref: string;
  /** POST: enter the waiting room; the form has a checkbox `notice`, required. */
  enterAction: string;
  deviceChecked: boolean;
  form: FormState;
}

/** View `calls/device-check`: GET /v/:token/device-check; client bundle `device-check` posts the result as JSON. */
export interface DeviceCheckPage {
  appointment: CitizenAppointment;
  resultAction: string;
  backHref: string;
}

/** View `calls/waiting`, live part `calls/waiting-live` (same data): GET /v/:token/waiting-room */
export interface WaitingPage {
  appointment: CitizenAppointment;
  /**
   * `pinWaiting`: the PIN will come when the agent opens the session; `pin`: type it; `locked`: no tries left;
   * `ready`: PIN accepted, waiting for the agent; `called`: the agent is in the room, go in.
   */
  step: 'pinWaiting' | 'pin' | 'locked' | 'ready' | 'called';
  pinForm: FormState;
  pinAction: string;
  triesLeft: number;
  /** Masked number, `+34 6•• ••• •21`. */
  mobileMasked: string;
  resendAction: string;
  /** Seconds until another PIN may be asked for; 0 when it may be now. */
  resendWait: number;
  /** The PIN on its way has run out of its ten minutes. */
  pinExpired: boolean;
  agent: { name: string; role: string; staffNumber: string } | null;
  /** People before this one, or null when the office does not show it. */
  leaveAction: string;
  roomHref: string;
  fragmentHref: string;
  eventsHref: string;
  /** POST every 20 s: keeps the place marked as present. */
  heartbeatAction: string;
}

/** Plain facts that the room client needs; printed as JSON in `#room-config`. */
export interface RoomClientConfig {
  room: string;
  /** Of lib-jitsi-meet; http(s) origin relative: `/xmpp-websocket`. */
  serviceUrl: string;
  domain: string;
  muc: string;
  profile: 'embedded' | 'bridge';
  /** POST with header `x-csrf-token`: answers `{token, room}` or `{ended: true}`. */
  tokenAction: string;
  csrf: string;
  /** Where the page goes when the appointment is closed. */
  endedHref: string;
  /** Agent: back to the board; citizen: back to the waiting room. */
  leaveHref: string;
  /** SSE stream whose `call` event carries JSON `{status}`. */
  eventsHref: string;
  self: { role: 'agent' | 'citizen'; name: string };
  peer: { role: 'agent' | 'citizen'; name: string; detail: string };
  /** Faint text over the pictures: both names and the time. */
  watermark: string;
  /** POST `{kind, reason}`: technical failures and the recorder alarm. */
  reportAction: string;
  locale: string;
  /** Browser scripts to load before joining, in order (embedded: jquery, then lib-jitsi-meet). */
  libraries: string[];
}

/** View `calls/citizen-room`: GET /v/:token/room */
export interface CitizenRoomPage {
  appointment: CitizenAppointment;
  agent: { name: string; role: string; staffNumber: string };
  config: RoomClientConfig;
}

/** View `calls/agent-room`: GET /o/:office/appointments/:uid/room */
export interface AgentRoomPage {
  office: { slug: string; name: string };
  uid: string;
  name: string;
  mobile: string;
  mobileHref: string;
  languageLabel: string;
  procedure: string;
  documents: string[];
  notes: string;
  whenLabel: string;
  config: RoomClientConfig;
  /** The citizen has typed the PIN (or was let in by hand). Live part `calls/agent-room-live` shows this. */
  admitted: boolean;
  citizenOnline: boolean;
  triesLeft: number;
  overrideAction: string;
  overrideForm: FormState;
  resendPinAction: string;
  closeAction: string;
  closeForm: FormState;
  outcomes: { code: string; label: string }[];
  fragmentHref: string;
  eventsHref: string;
  boardHref: string;
}

/** View `calls/goodbye`: GET /v/:token/goodbye */
export interface GoodbyePage {
  appointment: CitizenAppointment;
  /** `completed`, `cancelled`, `no_show`, `declined` */
  status: string;
  ratingAction: string;
  /** Null until given. */
  rating: number | null;
  canRate: boolean;
}

/** View `calls/unknown-link`: any unknown or expired link, always the same page. */
export interface UnknownLinkPage {
  offices: { name: string; phone: string; phoneHref: string }[];
}
