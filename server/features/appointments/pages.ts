import type { FormState } from '../../kernel/page.ts';

export type BoardColumnKey = 'toCall' | 'upcoming' | 'waiting' | 'inCall' | 'finished';

/** One person on the board. All texts are ready to show. */
export interface BoardCard {
  uid: string;
  /** `/o/<office>/appointments/<uid>` */
  href: string;
  /** `10.30` */
  time: string;
  /** ISO instant, for `<time datetime>`. */
  timeIso: string;
  /** Only when it is another day than the board's: `dj. 26 nov.` */
  day: string | null;
  name: string;
  procedure: string;
  status: string;
  statusLabel: string;
  /** Language of the citizen, `CA`. */
  language: string;
  /** The start has passed and the person is not being attended. */
  late: boolean;
  /** For `toCall`: attempts so far, and phone to dial. */
  phone: string;
  phoneHref: string;
  attempts: number;
  /** For `waiting`. */
  arrivedIso: string | null;
  waitingMinutes: number | null;
  /** The browser was seen in the last minute. */
  online: boolean;
  /** The PIN was typed (or overridden). */
  admitted: boolean;
  /** For `inCall`: who attends. */
  agentName: string | null;
  /** The signed-in agent attends this one: show "back to the room" at `roomHref`. */
  mine: boolean;
  roomHref: string;
  /** POST target of "Atendre"; null when it may not be pressed. */
  attendAction: string | null;
}

export interface BoardColumn {
  key: BoardColumnKey;
  cards: BoardCard[];
  /** How many more there are than fit on a board, where there are. */
  more?: number;
}

/** View `appointments/board` and its live part `appointments/board-columns` (same data): GET /o/:office/board?date= */
export interface BoardPage {
  office: { slug: string; name: string };
  /** `dimarts, 24 de novembre de 2026` */
  dateLabel: string;
  dateIso: string;
  isToday: boolean;
  previousHref: string;
  nextHref: string;
  todayHref: string;
  newHref: string;
  columns: BoardColumn[];
  /** The htmx fragment to fetch on each `board` event, and the SSE stream. */
  fragmentHref: string;
  eventsHref: string;
  /** How many people wait now; the client announces and rings when it grows. */
  waitingCount: number;
}

/** View `appointments/new`: GET and POST /o/:office/appointments. Fields: procedure, date (yyyy-mm-dd), time (hh:mm), name, mobile, email, locale, notes. */
export interface NewAppointmentPage {
  office: { slug: string; name: string };
  action: string;
  backHref: string;
  form: FormState;
  procedures: {
    code: string;
    name: string;
    minutes: number;
    selected: boolean;
    byVideo: boolean;
    whyNot: string;
  }[];
  locales: { code: string; label: string; selected: boolean }[];
  /** Date limits of the field, yyyy-mm-dd. */
  minDate: string;
  maxDate: string;
}

/** One thing that happened to a message, or is to happen. */
export interface MessageStep {
  atIso: string;
  /** `dt. 24 nov., 10.20 h` */
  atLabel: string;
  text: string;
  /** What the other side said, for the technical team: `smpp 0x0000000B · primera`. */
  code: string | null;
}

/** A message as its entry tells it. */
export interface MessageStory {
  id: string;
  steps: MessageStep[];
  /** What is the matter and what can be done, shown without unfolding; empty when all is well. */
  notes: string[];
  /** The cure is another number or address: the page's form for that is pointed out. */
  correctable: boolean;
  /** Sending again: offered (`action`), or not for now or any more (`whyNot`); null when there is no need. */
  resend: { action: string; label: string } | { whyNot: string } | null;
}

export interface TimelineEntry {
  atIso: string;
  /** `23 nov., 10.20 h` */
  atLabel: string;
  kind: 'transition' | 'message' | 'call' | 'security' | 'note';
  /** Bootstrap icon name without prefix, e.g. `telephone`. */
  icon: string;
  title: string;
  /** Who did it, or which number or address it went to (masked). */
  detail: string;
  /** For messages: label and kind of its delivery state. */
  state?: { label: string; tone: 'neutral' | 'success' | 'warning' | 'danger' };
  /** For messages. */
  message?: MessageStory;
}

/** View `appointments/show`, live part `appointments/show-live` (same data): GET /o/:office/appointments/:uid */
export interface AppointmentPage {
  office: { slug: string; name: string };
  uid: string;
  name: string;
  mobile: string;
  mobileHref: string;
  email: string | null;
  languageLabel: string;
  procedure: string;
  documents: string[];
  /** `dimarts 24 de novembre, de 10.30 a 11.00 h` */
  whenLabel: string;
  startIso: string;
  status: string;
  statusLabel: string;
  /** What comes next, a ready sentence. */
  next: string;
  notes: string;
  papersReady: boolean;
  deviceReady: boolean;
  phoneAttempts: number;
  /** Result of the citizen's device check, ready sentence, or null when not done. */
  deviceReport: string | null;
  online: boolean;
  admitted: boolean;
  agentName: string | null;
  outcomeLabel: string | null;
  rating: number | null;
  /** How long they talked, a ready sentence, once it is over. */
  conversation?: string | null;
  /** POST targets; null when the state or the policy does not allow it. */
  actions: {
    phoneCheck: string | null;
    attend: string | null;
    room: string | null;
    cancel: string | null;
    reschedule: string | null;
    noShow: string | null;
    resendLink: string | null;
    correctContact: string | null;
  };
  /** Until when nothing may be sent again by hand, a ready sentence. */
  resendWait?: string | null;
  /** Where the link goes, masked. */
  maskedMobile: string;
  /** Fields: mobile, email. */
  contactForm: FormState;
  rescheduleForm: FormState;
  cancelForm: FormState;
  phoneForm: FormState;
  timeline: TimelineEntry[];
  boardHref: string;
  selfHref: string;
  fragmentHref: string;
  eventsHref: string;
}
