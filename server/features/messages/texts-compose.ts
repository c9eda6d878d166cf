import type { Locale } from '../../kernel/locale.ts';
import type { Deps } from '../../models/deps.ts';
import type { EditableKind } from '../../models/MessageTemplate.ts';
import type { TextData } from './texts-fill.ts';
import type { FilledText } from './texts.ts';

/** What people read of an e-mail. */
export interface ComposedMail {
  subject: string;
  text: string;
  html: string;
}

/**
 * Puts an e-mail together: subject and introduction as they were filled, the rest (facts, documents, how to enter, promise,
 * footer) from the layout. The introduction is text and is escaped in the HTML form.
 */
export function composeMail(
  deps: Pick<Deps, 'templates'>,
  kind: EditableKind,
  locale: Locale,
  data: TextData,
  { subject, paragraphs }: FilledText,
): ComposedMail {
  const values = { ...data, intro: paragraphs };
  return {
    subject,
    text: deps.templates.fragment(`email/${kind}.text`, locale, values),
    html: deps.templates.fragment(`email/${kind}.html`, locale, values),
  };
}
