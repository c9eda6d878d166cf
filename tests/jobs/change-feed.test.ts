import test, { type ExecutionContext } from 'ava';
import { createConnection } from 'mariadb';
import { createChangeFeed } from '../../server/models/change-feed.ts';
import { announce } from '../../server/models/audit.ts';
import { Change } from '../../server/models/Change.ts';
import { pruneServed } from '../../server/models/prune.ts';
import { testSocket } from '../helpers/database.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);
let nextOffice = 1_000_000;

/** A feed of its own, as another replica has one. */
function feedOf(t: ExecutionContext) {
  const feed = createChangeFeed(world().deps.log);
  t.teardown(() => feed.stop());
  return feed;
}

/** A number that resolves when it is reached: how often somebody was called. */
function counter() {
  let count = 0;
  let waiting: { atLeast: number; resolve: () => void }[] = [];
  return {
    hit: () => {
      count += 1;
      for (const { atLeast, resolve } of waiting) if (count >= atLeast) resolve();
      waiting = waiting.filter(({ atLeast }) => atLeast > count);
    },
    count: () => count,
    reaches: (atLeast: number) =>
      new Promise<void>((resolve, reject) => {
        if (count >= atLeast) return resolve();
        const timer = setTimeout(() => reject(new Error(`Only ${count} calls`)), 5000);
        waiting.push({ atLeast, resolve: () => (clearTimeout(timer), resolve()) });
      }),
  };
}

/** A connection outside our pool, as another process has one. */
async function stranger(t: ExecutionContext) {
  const { pathname } = new URL(world().settings.DATABASE_URL);
  const connection = await createConnection({
    socketPath: testSocket(),
    user: 'root',
    database: pathname.slice(1),
  });
  t.teardown(() => connection.end());
  const insert = (officeId: number) =>
    connection.query('INSERT INTO change_feed (office_id, at) VALUES (?, UTC_TIMESTAMP(3))', [officeId]);
  return { connection, insert };
}

/** The feed has looked at everything that is committed by now. */
async function upToDate(feed: ReturnType<typeof feedOf>): Promise<void> {
  const [marker, seen] = [(nextOffice += 1), counter()];
  const end = feed.subscribe({ officeId: marker }, seen.hit);
  await announce(world().deps.clock, null, marker, null);
  await seen.reaches(1);
  end();
}

test.serial('a change by another process is seen without anybody telling', async (t) => {
  const [office, seen] = [(nextOffice += 1), counter()];
  feedOf(t).subscribe({ officeId: office }, seen.hit);
  await (await stranger(t)).insert(office);
  await t.notThrowsAsync(seen.reaches(1));
});

test.serial('only what concerns a reader calls back', async (t) => {
  const [mine, other] = [(nextOffice += 1), (nextOffice += 1)];
  const feed = feedOf(t);
  const seen = counter();
  feed.subscribe({ officeId: mine }, seen.hit);
  await (await stranger(t)).insert(other);
  await upToDate(feed);
  t.is(seen.count(), 0);
});

test.serial('a change calls back once, however often the feed looks', async (t) => {
  const office = (nextOffice += 1);
  const feed = feedOf(t);
  const seen = counter();
  feed.subscribe({ officeId: office }, seen.hit);
  await announce(world().deps.clock, null, office, null);
  await seen.reaches(1);
  await upToDate(feed);
  await upToDate(feed);
  t.is(seen.count(), 1);
});

test.serial('a transaction that commits after a later one is not missed', async (t) => {
  const [slow, quick] = [(nextOffice += 1), (nextOffice += 1)];
  const feed = feedOf(t);
  const [seenSlow, seenQuick] = [counter(), counter()];
  feed.subscribe({ officeId: slow }, seenSlow.hit);
  feed.subscribe({ officeId: quick }, seenQuick.hit);
  const late = await stranger(t);
  await late.connection.beginTransaction();
  await late.insert(slow);
  await (await stranger(t)).insert(quick);
  await seenQuick.reaches(1);
  await upToDate(feed);
  t.is(seenSlow.count(), 0);
  await late.connection.commit();
  await t.notThrowsAsync(seenSlow.reaches(1));
});

test.serial('a slow transaction is not missed when a hundred others overtake it', async (t) => {
  const office = (nextOffice += 1);
  const feed = feedOf(t);
  const seen = counter();
  feed.subscribe({ officeId: office }, seen.hit);
  const late = await stranger(t);
  await late.connection.beginTransaction();
  await late.insert(office);
  const others = Array.from({ length: 100 }, () => ({ officeId: 999, at: world().clock.now() }));
  await Change.bulkCreate(others);
  await upToDate(feed);
  await late.connection.commit();
  await t.notThrowsAsync(seen.reaches(1));
});

test.serial('a reader who left is not called', async (t) => {
  const office = (nextOffice += 1);
  const feed = feedOf(t);
  const seen = counter();
  feed.subscribe({ officeId: office }, seen.hit)();
  await announce(world().deps.clock, null, office, null);
  await upToDate(feed);
  t.is(seen.count(), 0);
});

test.serial('readers go on after old changes were removed', async (t) => {
  const office = (nextOffice += 1);
  const feed = feedOf(t);
  const seen = counter();
  feed.subscribe({ officeId: office }, seen.hit);
  await upToDate(feed);
  const later = { now: () => new Date(world().clock.now().getTime() + 61 * 60_000) };
  await pruneServed(later);
  await announce(world().deps.clock, null, office, null);
  await t.notThrowsAsync(seen.reaches(1));
});
