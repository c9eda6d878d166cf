import test from 'ava';
import type { ExecutionContext } from 'ava';
import type { Browser, Page } from 'playwright-core';
import { openPage, startBrowser, startHarness, waitFor } from './harness.ts';
import type { Harness } from './harness.ts';

const SEEN = { 'room-state': 'connected', 'remote-video': 'on', 'remote-audio': 'on' };

interface Call {
  harness: Harness;
  browser: Browser;
  agent: Page;
  citizen: Page;
}

/** Agent and citizen, each seeing the other. */
async function startCall(t: ExecutionContext): Promise<Call> {
  const harness = await startHarness(t);
  const browser = await startBrowser(t);
  const agent = await openPage(t, browser, harness.pageUrl('agent'));
  await waitFor(agent, { 'room-state': 'waiting' });
  const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };
  const citizen = await openPage(t, browser, harness.pageUrl('citizen'), phone);
  await Promise.all([waitFor(agent, SEEN), waitFor(citizen, SEEN)]);
  return { harness, browser, agent, citizen };
}

/** Resolves when the remote picture has a size and its time has gone on by 0.4 s. */
async function expectMovingPicture(t: ExecutionContext, page: Page): Promise<void> {
  const moved = await page.waitForFunction(`(() => {
    const video = document.querySelector('.picture--remote');
    if (!video || video.videoWidth === 0) return false;
    video.seenAt ??= video.currentTime;
    return video.currentTime > video.seenAt + 0.4;
  })()`);
  t.true(await moved.jsonValue());
}

function statusOf(page: Page): Promise<string> {
  return page.locator('.room-status').innerText();
}

test.serial(
  'two people see and hear each other, and a closed microphone or camera shows at the other side',
  async (t) => {
    const { agent, citizen, harness } = await startCall(t);
    await expectMovingPicture(t, agent);
    await expectMovingPicture(t, citizen);
    t.is(await statusOf(citizen), 'En connexió amb Núria Ferrer i Soler');

    await agent.getByRole('button', { name: 'Micròfon' }).click();
    await waitFor(agent, { 'local-audio': 'off' });
    await waitFor(citizen, { 'remote-audio': 'off' });
    t.is(await statusOf(citizen), 'Núria Ferrer i Soler té el micròfon tancat');
    t.true(await citizen.locator('.nameplate__muted').isVisible());

    await citizen.getByRole('button', { name: 'Càmera' }).click();
    await waitFor(agent, { 'remote-video': 'off' });
    await citizen.keyboard.press('v');
    await waitFor(agent, { 'remote-video': 'on' });
    await agent.keyboard.press('m');
    await waitFor(citizen, { 'remote-audio': 'on' });
    await expectMovingPicture(t, agent);
    t.deepEqual(harness.reports, []);
  },
);

test.serial('a reload brings the person back, still muted', async (t) => {
  const { agent, citizen } = await startCall(t);
  await citizen.getByRole('button', { name: 'Micròfon' }).click();
  await waitFor(agent, { 'remote-audio': 'off' });
  await citizen.reload();
  await waitFor(agent, { 'room-state': 'waiting' });
  await Promise.all([
    waitFor(citizen, { ...SEEN, 'local-audio': 'off' }),
    waitFor(agent, { ...SEEN, 'remote-audio': 'off' }),
  ]);
  await expectMovingPicture(t, agent);
  await expectMovingPicture(t, citizen);
});

test.serial('a cut line is said in plain words and the call comes back by itself', async (t) => {
  const { agent, citizen, harness } = await startCall(t);
  await citizen.context().setOffline(true);
  await waitFor(citizen, { 'room-state': 'reconnecting' });
  t.true((await statusOf(citizen)).includes('sense internet'));
  const mend = harness.cutWebsockets();
  mend();
  await citizen.context().setOffline(false);
  await Promise.all([waitFor(citizen, SEEN, 60_000), waitFor(agent, SEEN, 60_000)]);
  await expectMovingPicture(t, citizen);
  await expectMovingPicture(t, agent);
});

test.serial('hanging up leaves both sides in a clear state, and coming back goes on', async (t) => {
  const { agent, citizen } = await startCall(t);
  await citizen.getByRole('button', { name: 'Pengeu' }).click();
  await waitFor(citizen, { 'room-state': 'left', 'local-video': 'none', 'local-audio': 'none' });
  t.true(await citizen.getByRole('link', { name: 'Sortiu' }).isVisible());
  await waitFor(agent, { 'room-state': 'waiting', 'remote-video': 'none' });
  t.is(await agent.locator('.room-card h2').innerText(), 'Jordi Puig i Cadafalch ha sortit');
  t.true(await agent.getByRole('link', { name: 'Truqueu al +34 612 345 678' }).isVisible());

  await citizen.getByRole('button', { name: 'Torneu a entrar' }).click();
  await Promise.all([waitFor(citizen, SEEN), waitFor(agent, SEEN)]);
  t.true(await agent.locator('.room-card').isHidden());
  await expectMovingPicture(t, agent);
});

test.serial('the end of the appointment takes both out of the room', async (t) => {
  const { agent, citizen, harness } = await startCall(t);
  harness.announce('completed');
  await Promise.all([agent.waitForURL('**/agent/ended'), citizen.waitForURL('**/citizen/ended')]);
  t.deepEqual(await harness.rooms.occupants(harness.room), []);
});

test.serial(
  'a room that is destroyed at the server lets nobody stay, even without the event stream',
  async (t) => {
    const { agent, citizen, harness } = await startCall(t);
    harness.answerTokens('ended');
    await harness.rooms.end(harness.room);
    await Promise.all([agent.waitForURL('**/agent/ended'), citizen.waitForURL('**/citizen/ended')]);
    t.deepEqual(await harness.rooms.occupants(harness.room), []);
  },
);

test.serial('a recorder in the room ends the call with an alarm and a report', async (t) => {
  const { agent, citizen, harness } = await startCall(t);
  // A recorder can't enter our Prosody, so the other person's own entry pretends to be one.
  const rogue = await citizen.context().newPage();
  await rogue.goto(`${harness.origin}/rogue`);
  await citizen.close();
  await rogue.addScriptTag({ url: '/libs/jquery.min.js' });
  await rogue.evaluate('window.jquery = window.jQuery');
  await rogue.addScriptTag({ url: '/libs/lib-jitsi-meet.min.js' });
  const token = harness.rooms.token(harness.room, { userId: 'citizen-1', role: 'citizen' });
  await rogue.evaluate(enterAsRecorder(harness.room, token));
  await waitFor(agent, { 'room-state': 'alarm', 'local-video': 'none', 'local-audio': 'none' });
  t.is(await agent.locator('.room-card h2').innerText(), 'Hem aturat la trucada per protegir-vos');
  t.deepEqual(
    harness.reports.map(({ role, kind }) => `${role} ${kind}`),
    ['agent recorder'],
  );
});

/** A script that joins the room as a bot of type jibri. */
function enterAsRecorder(room: string, token: string): string {
  return `(() => {
    JitsiMeetJS.init({ disableThirdPartyRequests: true });
    const url = location.origin.replace('http', 'ws') + '/xmpp-websocket?room=${room}';
    const connection = new JitsiMeetJS.JitsiConnection(null, '${token}', {
      serviceUrl: url, hosts: { domain: 'meet.jitsi', muc: 'muc.meet.jitsi' }, p2p: { stunServers: [] },
    });
    connection.addEventListener(JitsiMeetJS.events.connection.CONNECTION_ESTABLISHED, () => {
      const conference = connection.initJitsiConference('${room}', { disableFocus: true, p2p: { enabled: false } });
      conference.room.addOrReplaceInPresence('bot', { attributes: { type: 'jibri' } });
      conference.join();
    });
    connection.connect();
  })()`;
}
