import { postJson } from '../shared/post.ts';

/** What is sent to the office: yes or no for each, and short codes for what was wrong. */
export interface CheckResult {
  camera: boolean;
  microphone: boolean;
  speaker: boolean;
  browser: string;
  network: boolean;
  problems: string[];
}

/** The result behind the problem codes `<step>.<reason>`. A slow network still counts as one. */
export function resultOf(problems: string[], browser: string): CheckResult {
  const fine = (step: string) => !problems.some((code) => code.startsWith(`${step}.`));
  const broken = !fine('browser');
  return {
    camera: fine('camera') && !broken,
    microphone: fine('microphone') && !broken,
    speaker: fine('speaker') && !broken,
    browser,
    network: !problems.some((code) => code.startsWith('network.') && code !== 'network.slow') && !broken,
    problems,
  };
}

/** How it went, in one word: `voice` is a success without camera. */
export function verdict(result: CheckResult): 'ok' | 'voice' | 'problem' {
  if (!result.microphone || !result.speaker || !result.network) return 'problem';
  return result.camera ? 'ok' : 'voice';
}

/** True when the office has the result. */
export async function sendResult(action: string, csrf: string, result: CheckResult): Promise<boolean> {
  const answer = await postJson(action, csrf, result).catch(() => null);
  return answer?.ok === true;
}
