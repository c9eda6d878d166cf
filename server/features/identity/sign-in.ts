import { InvalidInput } from '../../kernel/errors.ts';
import { audit } from '../../models/audit.ts';
import type { Deps } from '../../models/deps.ts';
import { Staff } from '../../models/Staff.ts';
import { checkPassword } from './passwords.ts';
import type { SignInInput } from './schema.ts';

/**
 * The account that e-mail and password belong to.
 * Throws InvalidInput with one and the same message whether the account is unknown, disabled or the password wrong.
 */
export async function signIn(deps: Deps, input: SignInInput): Promise<Staff> {
  const found = await Staff.findOne({ where: { email: input.email } });
  // The database takes `è` for `e`: such spellings would each get tries of their own at the same account.
  const staff = found?.email === input.email ? found : null;
  const fits = await checkPassword(staff?.passwordHash ?? null, input.password);
  if (!staff || !fits || staff.disabledAt) {
    if (staff) await audit(deps.clock, null, { kind: 'staff', staffId: staff.id }, 'identity.refused', {});
    throw new InvalidInput({ email: 'signInWrong' }, { email: input.email });
  }
  await audit(deps.clock, null, { kind: 'staff', staffId: staff.id }, 'identity.signIn', {});
  return staff;
}
