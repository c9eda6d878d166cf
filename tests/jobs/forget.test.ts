import test from 'ava';
import { forgetTexts } from '../../server/features/messages/index.ts';
import { addMinutes } from '../../server/kernel/clock.ts';
import { makeOffice } from '../helpers/factories.ts';
import { makeMessage } from '../helpers/messages.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
const DAY = 24 * 60;

test('the texts of messages that were settled three days ago are forgotten, their fate is not', async (t) => {
  const office = await makeOffice();
  const ago = (days: number) => addMinutes(world().clock.now(), -days * DAY);
  const make = async (values: Parameters<typeof makeMessage>[2]) => {
    const message = await makeMessage(world(), office, values);
    return message.update({ body: Buffer.from('sealed'), payload: Buffer.from('sealed') });
  };
  const states = ['accepted', 'delivered', 'failed', 'expired', 'cancelled', 'in_doubt'] as const;
  const old = await Promise.all(
    states.map((state) => make({ state, settledAt: ago(3.1), acceptedAt: ago(3.1), reason: 'UNDELIV 001' })),
  );
  const young = await make({ state: 'delivered', settledAt: ago(2.9), acceptedAt: ago(2.9) });
  const waiting = await make({ dueAt: ago(4), nextAt: ago(4) });
  t.is(await forgetTexts(world().deps), states.length);
  for (const message of old) {
    const { body, payload, reason, state } = await message.reload();
    t.deepEqual({ body, payload, reason }, { body: null, payload: null, reason: 'UNDELIV 001' }, state);
  }
  for (const message of [young, waiting]) t.not((await message.reload()).body, null, message.state);
  t.is(await forgetTexts(world().deps), 0);
});
