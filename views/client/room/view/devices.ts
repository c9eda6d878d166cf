import { element } from '../../shared/dom.ts';
import { mediaProblem } from '../../shared/media-errors.ts';
import type { LocalMedia } from '../conference.ts';
import type { Surroundings } from './names.ts';
import { canChooseSpeaker } from './sound.ts';

/** Where the chosen devices go. */
export interface DeviceTargets {
  media: () => LocalMedia | null;
  speaker: () => string;
  useSpeaker: (deviceId: string) => Promise<void>;
}

interface Choice {
  kind: MediaDeviceKind;
  current(): string | undefined;
  choose(deviceId: string): Promise<void>;
}

/** The dialog where one picks camera, microphone and loudspeaker; a choice takes effect at once. */
export function buildDevicesDialog(around: Surroundings, targets: DeviceTargets) {
  const { t } = around;
  const fields = choices(targets).map((choice) => ({ choice, ...field(around, choice.kind) }));
  const trouble = element('p', { class: 'devices__trouble', attributes: { role: 'alert' } });
  const close = element('button', {
    class: 'btn btn-primary',
    text: t('devices.close'),
    attributes: { type: 'submit' },
  });
  const form = element('form', {
    attributes: { method: 'dialog' },
    children: [
      element('h2', { text: t('devices.title'), attributes: { id: 'devices-title' } }),
      element('div', { class: 'devices__fields', children: fields.map(({ root }) => root) }),
      trouble,
      close,
    ],
  });
  const dialog = element('dialog', {
    class: 'devices',
    attributes: { 'aria-labelledby': 'devices-title' },
    children: [form],
  });

  const fill = async (): Promise<void> => {
    const all = await navigator.mediaDevices.enumerateDevices();
    for (const { choice, select } of fields) fillSelect(around, select, choice, all);
  };
  for (const { choice, select } of fields) {
    select.addEventListener('change', () => {
      trouble.textContent = '';
      choice.choose(select.value).catch((error: unknown) => {
        trouble.textContent = t(`devices.trouble.${mediaProblem(error)}`);
        void fill();
      });
    });
  }
  navigator.mediaDevices.addEventListener('devicechange', () => void (dialog.open && fill()));
  return {
    root: dialog,
    open(): void {
      trouble.textContent = '';
      void fill();
      dialog.showModal();
    },
    close: () => dialog.close(),
  };
}

function choices({ media, speaker, useSpeaker }: DeviceTargets): Choice[] {
  const own = (kind: 'audio' | 'video'): Omit<Choice, 'kind'> => ({
    current: () => media()?.deviceId(kind),
    choose: async (deviceId) => media()?.choose(kind, deviceId),
  });
  const list: Choice[] = [
    { kind: 'videoinput', ...own('video') },
    { kind: 'audioinput', ...own('audio') },
  ];
  if (canChooseSpeaker()) list.push({ kind: 'audiooutput', current: speaker, choose: useSpeaker });
  return list;
}

function field({ t }: Surroundings, kind: MediaDeviceKind) {
  const id = `device-${kind}`;
  const select = element('select', { class: 'form-select', attributes: { id } });
  const label = element('label', {
    class: 'form-label',
    text: t(`devices.${kind}`),
    attributes: { for: id },
  });
  return { root: element('div', { class: 'field', children: [label, select] }), select };
}

function fillSelect(
  { t }: Surroundings,
  select: HTMLSelectElement,
  choice: Choice,
  all: MediaDeviceInfo[],
): void {
  const mine = all.filter(({ kind }) => kind === choice.kind);
  const current = choice.current() || 'default';
  const options = mine.map(({ deviceId, label }, index) =>
    element('option', {
      text: label || t('devices.unnamed', { number: index + 1 }),
      attributes: { value: deviceId },
    }),
  );
  select.disabled = options.length === 0;
  if (options.length === 0) options.push(element('option', { text: t('devices.none') }));
  select.replaceChildren(...options);
  if (mine.some(({ deviceId }) => deviceId === current)) select.value = current;
}
