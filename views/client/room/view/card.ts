import { element } from '../../shared/dom.ts';
import type { RoomState } from '../state.ts';
import type { Surroundings } from './names.ts';

export interface CardActions {
  comeBack(): void;
}

interface Content {
  title: string;
  text: string;
  icon: SVGSVGElement;
  buttons: HTMLElement[];
  /** Waits for the person: takes the focus. */
  urgent: boolean;
}

/** The card over the stage that says what happened and what one can do now; hidden while all goes well. */
export function buildCard(around: Surroundings, actions: CardActions) {
  const root = element('div', { class: 'room-card' });
  let shown = '';
  return {
    root,
    render(state: RoomState) {
      const kind = kindOf(state);
      const key = `${kind}/${state.failure?.key ?? ''}`;
      if (key === shown) return;
      shown = key;
      const content = kind && contentOf(kind, state, around, actions);
      root.hidden = !content;
      root.replaceChildren(...(content ? draw(content, kind) : []));
      if (content && content.urgent) root.querySelector<HTMLElement>('h2')?.focus();
    },
  };
}

type Kind = 'left' | 'peerLeft' | 'failed' | 'retrying' | 'alarm' | '';

function kindOf(state: RoomState): Kind {
  if (state.phase === 'left' || state.phase === 'alarm' || state.phase === 'failed') return state.phase;
  if (state.retrying && state.failure) return 'retrying';
  return state.phase === 'waiting' && state.peerHasLeft ? 'peerLeft' : '';
}

function contentOf(
  kind: Exclude<Kind, ''>,
  state: RoomState,
  around: Surroundings,
  actions: CardActions,
): Content {
  const { t, icon, config } = around;
  const { role } = config.self;
  const values = { name: config.peer.name };
  const title = t(`card.${kind}.title`, values);
  const leave = () => link(t(`card.leave.${role}`), config.leaveHref);
  const again = () => button(t(`card.${kind}.again`), 'btn-accent', () => actions.comeBack());
  const phone = phoneLinks(around);
  const contents: Record<typeof kind, () => Omit<Content, 'title'>> = {
    left: () => ({
      text: t(`card.left.text.${role}`, values),
      icon: icon('door-open'),
      buttons: [again(), leave()],
      urgent: true,
    }),
    peerLeft: () => ({
      text: t(`card.peerLeft.text.${role}`, values),
      icon: icon('hourglass-split'),
      buttons: phone,
      urgent: false,
    }),
    retrying: () => ({
      text: failureText(state, around),
      icon: icon('arrow-repeat'),
      buttons: phone,
      urgent: false,
    }),
    failed: () => ({
      text: failureText(state, around),
      icon: icon('exclamation-triangle'),
      buttons: [again(), ...phone, leave()],
      urgent: true,
    }),
    alarm: () => ({
      text: t('card.alarm.text'),
      icon: icon('shield-exclamation'),
      buttons: [...phone, leave()],
      urgent: true,
    }),
  };
  return { title, ...contents[kind]() };
}

/** The way to go on talking when the video does not work. */
function phoneLinks({ phone, t, icon }: Surroundings): HTMLElement[] {
  return phone ? [link(t('card.phone', { number: phone.label }), phone.href, icon('telephone'))] : [];
}

function failureText({ failure }: RoomState, { t }: Surroundings): string {
  if (!failure) return '';
  return t(`failure.${failure.key}`, { code: failure.code });
}

function draw(content: Content, kind: Kind): Node[] {
  const heading = element('h2', { text: content.title, attributes: { tabindex: '-1' } });
  const box = element('div', {
    class: `room-card__box room-card__box--${kind}`,
    children: [content.icon, heading, element('p', { text: content.text })],
  });
  if (content.buttons.length > 0)
    box.append(element('div', { class: 'room-card__buttons', children: content.buttons }));
  return [box];
}

function button(words: string, look: string, action: () => void): HTMLButtonElement {
  const made = element('button', { class: `btn ${look}`, text: words, attributes: { type: 'button' } });
  made.addEventListener('click', () => action());
  return made;
}

function link(words: string, href: string, icon?: SVGSVGElement): HTMLAnchorElement {
  return element('a', {
    class: 'btn btn-quiet',
    attributes: { href },
    children: [...(icon ? [icon] : []), words],
  });
}
