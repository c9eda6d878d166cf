import { browserFacts } from '../shared/browser.ts';
import { byId, element, readJson } from '../shared/dom.ts';
import { iconMaker } from '../shared/icon.ts';
import { translator } from '../shared/text.ts';
import type { Strings } from '../shared/text.ts';
import { checkBrowser } from './browser-step.ts';
import { checkCamera } from './camera-step.ts';
import { buildRung, choice, stepButton } from './ladder.ts';
import type { Bench, Rung, RungName } from './ladder.ts';
import { checkMicrophone } from './microphone-step.ts';
import { checkNetwork } from './network-step.ts';
import { stopStream } from './open-device.ts';
import { resultOf, sendResult, verdict } from './result.ts';
import { checkSpeaker } from './speaker-step.ts';

const NAMES: RungName[] = ['browser', 'microphone', 'camera', 'speaker', 'network'];

const root = byId('device-check');
const bench: Bench = {
  t: translator(readJson<Strings>('strings')),
  icon: iconMaker(root.dataset['icons'] ?? ''),
};
const facts = browserFacts(navigator.userAgent, navigator.maxTouchPoints);

/** One climb of the ladder, each step green before the next; resolves with the problem codes. */
async function climb(rungs: Record<RungName, Rung>): Promise<string[]> {
  const problems: (string | null)[] = [];
  problems.push(await step(rungs.browser, () => checkBrowser(rungs.browser, facts, bench)));
  if (problems[0]) return [problems[0]];
  const sound = new AudioContext();
  problems.push(await step(rungs.microphone, () => checkMicrophone(rungs.microphone, facts, sound, bench)));
  const camera = await step(rungs.camera, () => checkCamera(rungs.camera, facts, bench));
  problems.push(camera.problem);
  problems.push(await step(rungs.speaker, () => checkSpeaker(rungs.speaker, sound, bench)));
  const { websocket } = root.dataset;
  problems.push(await step(rungs.network, () => checkNetwork(rungs.network, websocket, bench)));
  if (camera.stream) stopStream(camera.stream);
  rungs.camera.body.replaceChildren();
  await sound.close();
  return problems.filter((code) => code !== null);
}

async function step<Result>(rung: Rung, check: () => Promise<Result>): Promise<Result> {
  rung.root.setAttribute('aria-current', 'step');
  rung.root.scrollIntoView({ block: 'nearest' });
  try {
    return await check();
  } finally {
    rung.root.removeAttribute('aria-current');
  }
}

async function finish(problems: string[]): Promise<void> {
  const { t, icon } = bench;
  const result = resultOf(problems, facts.label);
  const outcome = verdict(result);
  const { resultAction = '', csrf = '', backHref = '' } = root.dataset;
  const heading = element('h2', { text: t(`device.done.${outcome}Title`), attributes: { tabindex: '-1' } });
  const done = element('section', {
    class: `check__done check__done--${outcome}`,
    children: [icon(outcome === 'problem' ? 'exclamation-triangle' : 'check-circle-fill'), heading],
  });
  done.append(element('p', { text: t(`device.done.${outcome}`) }));
  const back = element('a', {
    class: 'btn btn-accent',
    text: t('device.back'),
    attributes: { href: backHref },
  });
  const row = element('div', { class: 'rung__buttons', children: [back] });
  done.append(row);
  const saved = await sendResult(resultAction, csrf, result);
  if (!saved) row.before(element('p', { class: 'muted', text: t('device.done.unsaved') }));
  root.append(done);
  root.dataset['outcome'] = outcome;
  heading.focus();
  await choice(row, [stepButton(t('device.restart'), 'btn-quiet')]);
  await run();
}

async function run(): Promise<void> {
  const rungs: Record<RungName, Rung> = {
    browser: buildRung('browser', bench),
    microphone: buildRung('microphone', bench),
    camera: buildRung('camera', bench),
    speaker: buildRung('speaker', bench),
    network: buildRung('network', bench),
  };
  delete root.dataset['outcome'];
  const list = element('ol', {
    class: 'check__ladder',
    attributes: { 'aria-label': bench.t('device.rungs') },
  });
  list.append(...NAMES.map((name) => rungs[name].root));
  root.replaceChildren(list);
  await finish(await climb(rungs));
}

/** The check begins with a press: browsers give sound to pages only after one. */
async function begin(): Promise<void> {
  root.replaceChildren();
  await choice(root, [stepButton(bench.t('device.start'), 'btn-accent')]);
  await run();
}

void begin();
