import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Op } from 'sequelize';
import { loadSettings } from '../config/settings.ts';
import { createDeps } from '../deps.ts';
import { hashPassword } from '../features/identity/index.ts';
import { addMinutes } from '../kernel/clock.ts';
import { Appointment } from '../models/Appointment.ts';
import type { Deps } from '../models/deps.ts';
import { Office } from '../models/Office.ts';
import { Procedure } from '../models/Procedure.ts';
import { Staff, StaffOffice } from '../models/Staff.ts';
import { DEMO_PASSWORD, OFFICES, PROCEDURES, STAFF } from './demo/catalogue.ts';
import { createWeek } from './demo/week.ts';

/** A demo that was left alone for this long gets a new week of appointments beside the old ones. */
const STALE_MINUTES = 12 * 60;

async function seedCatalogue(): Promise<void> {
  for (const office of OFFICES) await Office.findOrCreate({ where: { slug: office.slug }, defaults: office });
  for (const [position, seed] of PROCEDURES.entries()) {
    const defaults = { ...seed, whyNot: seed.whyNot ?? null, byVideo: !seed.whyNot, position };
    await Procedure.findOrCreate({ where: { code: seed.code }, defaults });
  }
}

async function seedStaff(): Promise<void> {
  const missing = await Staff.count({ where: { email: STAFF.map((seed) => seed.email) } });
  if (missing === STAFF.length) return;
  const passwordHash = await hashPassword(DEMO_PASSWORD);
  for (const { offices, ...seed } of STAFF) {
    const [staff] = await Staff.findOrCreate({
      where: { email: seed.email },
      defaults: { ...seed, passwordHash },
    });
    const rows = await Office.findAll({ where: { slug: offices } });
    for (const office of rows) {
      await StaffOffice.findOrCreate({ where: { staffId: staff.id, officeId: office.id } });
    }
  }
}

async function seedWeek(deps: Deps): Promise<void> {
  const recent = await Appointment.count({
    where: {
      startsAt: { [Op.gt]: addMinutes(deps.clock.now(), -STALE_MINUTES) },
      status: { [Op.ne]: 'confirmed' },
    },
  });
  if (recent === 0) await createWeek(deps);
}

function accounts(): { email: string; password: string; role: string; office: string }[] {
  const nameOf = (slug: string) => OFFICES.find((office) => office.slug === slug)?.name ?? slug;
  return STAFF.map(({ email, role, offices }) => ({
    email,
    password: DEMO_PASSWORD,
    role,
    office: offices.map(nameOf).join(', '),
  }));
}

const { values } = parseArgs({ options: { accounts: { type: 'string' } } });
const { deps } = createDeps(loadSettings(process.env));
try {
  await seedCatalogue();
  await seedStaff();
  await seedWeek(deps);
  const line = JSON.stringify({ accounts: accounts() });
  if (values.accounts) writeFileSync(values.accounts, `${line}\n`, { mode: 0o600 });
  process.stdout.write(`${line}\n`);
} finally {
  await deps.mailer.stop();
  await deps.sequelize.close();
}
