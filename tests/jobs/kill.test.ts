import { setTimeout as delay } from 'node:timers/promises';
import test, { type ExecutionContext } from 'ava';
import { addMinutes } from '../../server/kernel/clock.ts';
import { OutboxMessage } from '../../server/models/OutboxMessage.ts';
import { useWorld } from '../helpers/world.ts';
import { makeConfirmed, mailsTo, textsTo, untilMessages, type Case } from './helpers.ts';
import { leaveToServer, startServer } from './real-server.ts';

const world = useWorld(test);

const messagesOfAll = (people: Case[]) => ({
  appointmentId: people.map(({ appointment }) => appointment.id),
});

/** Three people, each with a text of confirmation, an e-mail and a link; no sender looks at them before `allDue`. */
async function threePeople(): Promise<Case[]> {
  const people: Case[] = [];
  for (let count = 0; count < 3; count += 1) people.push(await makeConfirmed(world(), { inMinutes: 5 }));
  const nextAt = addMinutes(world().clock.now(), 4);
  await OutboxMessage.update({ nextAt }, { where: messagesOfAll(people) });
  return people;
}

/** At one stroke, so that one run of the sender takes all of them. */
async function allDue(people: Case[]): Promise<void> {
  await OutboxMessage.update({ nextAt: world().clock.now() }, { where: messagesOfAll(people) });
}

/** Waits until a process has taken these messages and is about to hand them over, or has just done so. */
async function untilOnTheWire(t: ExecutionContext, people: Case[], channel: 'sms' | 'email', count: number) {
  const where = { ...messagesOfAll(people), channel };
  const deadline = Date.now() + 60_000;
  for (;;) {
    const rows = await OutboxMessage.findAll({ where });
    // The text is kept at the last look before the wire, so it tells that the claim was not all.
    if (rows.filter(({ state, body }) => state === 'leased' && body !== null).length === count) return;
    if (Date.now() > deadline) return t.fail(`not taken: ${rows.map(({ state }) => state).join(', ')}`);
    await delay(50);
  }
}

async function allArrive(people: Case[]): Promise<void> {
  for (const { appointment } of people) {
    await untilMessages(world(), appointment, [
      'sms confirmation delivered',
      'email confirmation accepted',
      'sms link delivered',
    ]);
  }
}

test.serial(
  'texts that were taken when the server was killed leave after its restart, each once',
  async (t) => {
    const { smsc } = world();
    await leaveToServer(world());
    const people = await threePeople();
    const first = await startServer(t, world());
    await first.logged('SMS gateway connected');
    smsc.freeze();
    t.teardown(() => smsc.unfreeze());
    await allDue(people);
    await untilOnTheWire(t, people, 'sms', 6);
    t.is(await first.end('SIGKILL'), null);
    smsc.unfreeze();
    t.true(people.every(({ mobile }) => textsTo(world(), mobile).length === 0));

    const second = await startServer(t, world());
    await allArrive(people);
    for (const { mobile, email } of people) {
      const texts = textsTo(world(), mobile);
      t.is(texts.length, 2);
      t.is(texts.filter(({ text }) => text.includes('/v/')).length, 1);
      t.is(mailsTo(world(), email).length, 1);
    }
    t.is(await second.end('SIGTERM'), 0);
  },
);

test.serial(
  'e-mail that was taken when the server was killed leaves after its restart, each once',
  async (t) => {
    const { smtp } = world();
    await leaveToServer(world());
    const people = await threePeople();
    const first = await startServer(t, world());
    await first.logged('SMS gateway connected');
    smtp.freeze();
    t.teardown(() => smtp.unfreeze());
    await allDue(people);
    await untilOnTheWire(t, people, 'email', 3);
    const texts = ['sms confirmation delivered', 'email confirmation leased', 'sms link delivered'];
    for (const { appointment } of people) await untilMessages(world(), appointment, texts);
    t.is(await first.end('SIGKILL'), null);
    smtp.unfreeze();

    const second = await startServer(t, world());
    await allArrive(people);
    for (const { mobile, email } of people) {
      t.is(mailsTo(world(), email).length, 1);
      t.is(textsTo(world(), mobile).length, 2);
    }
    t.is(await second.end('SIGTERM'), 0);
  },
);

test.serial(
  'a text that the gateway had taken, unknown to the killed server, is repeated word for word',
  async (t) => {
    const { smsc } = world();
    await leaveToServer(world());
    const first = await startServer(t, world());
    await first.logged('SMS gateway connected');
    smsc.holdAnswers();
    const person = await makeConfirmed(world(), { inMinutes: 60, email: null });
    await smsc.waitFor(({ to }) => to === person.mobile, 60_000);
    await first.end('SIGKILL');
    smsc.dropConnections();
    smsc.releaseAnswers();

    const second = await startServer(t, world());
    await untilMessages(world(), person.appointment, ['sms confirmation delivered', 'sms link queued']);
    const copies = textsTo(world(), person.mobile);
    t.is(copies.length, 2);
    const where = { appointmentId: person.appointment.id, kind: 'confirmation' };
    t.is((await OutboxMessage.findOne({ where }))?.doubts, 1);
    t.deepEqual([copies[0]?.text, copies[0]?.reference], [copies[1]?.text, copies[1]?.reference]);
    t.is(await second.end('SIGTERM'), 0);
  },
);
