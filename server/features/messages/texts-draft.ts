import type { Deps } from '../../models/deps.ts';
import { composeMail, type ComposedMail } from './texts-compose.ts';
import { costOf, type SmsCost } from './texts-cost.ts';
import { filledPieces } from './texts-fill.ts';
import { problemsOf, warningsOf, type Remark, type Wording } from './texts-rules.ts';
import { sampleData, type SampleOffice } from './texts-sample.ts';
import { fillWording, type TextKey } from './texts.ts';

/** A text filled with invented data, as the sender would fill it. `sms` and `mail` are null while it has problems. */
export interface Draft {
  problems: Remark[];
  warnings: Remark[];
  sms: SmsCost | null;
  mail: ComposedMail | null;
}

/** What becomes of a text that somebody is writing: its problems or, when it has none, how it arrives and what it costs. */
export function draftOf(
  deps: Pick<Deps, 'settings' | 'templates' | 'clock' | 'sms'>,
  key: Omit<TextKey, 'officeId'>,
  wording: Wording,
  office: SampleOffice | null,
): Draft {
  const { kind, channel, locale } = key;
  const problems = problemsOf(wording, kind, channel);
  if (problems.length > 0) return { problems, warnings: [], sms: null, mail: null };
  const data = sampleData(deps, key, office);
  if (channel === 'sms') {
    const sms = costOf(filledPieces(wording.body, data), deps.sms.spanishShift, locale);
    return { problems, warnings: warningsOf(wording, kind, channel, sms.segments), sms, mail: null };
  }
  const mail = composeMail(deps, kind, locale, data, fillWording(wording, data));
  return { problems, warnings: warningsOf(wording, kind, channel, 1), sms: null, mail };
}
