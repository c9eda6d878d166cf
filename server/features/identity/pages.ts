import type { FormState } from '../../kernel/page.ts';

/** View `identity/sign-in`. Fields: email, password. POST /sign-in. */
export interface SignInPage {
  form: FormState;
  /** Path to continue to after signing in, always local; hidden field `next`. */
  next: string;
}

/** View `identity/front`: `GET /` for somebody who is not signed in. */
export interface FrontPage {
  offices: { name: string; address: string; phone: string; phoneHref: string }[];
}
