import test, { type ExecutionContext } from 'ava';
import type { XmppClient } from '../helpers/xmpp.ts';
import { startVideo } from './helpers.ts';

const ROOM = 'sala@muc.meet.jitsi';
const ADMIN = 'http://jabber.org/protocol/muc#admin';
const OWNER = 'http://jabber.org/protocol/muc#owner';

interface Call {
  agent: XmppClient;
  citizen: XmppClient;
  occupants: () => Promise<string>;
}

/** A call of two, in which the agent is called `agent` and the citizen `citizen`. */
async function startCall(t: ExecutionContext): Promise<Call> {
  const video = await startVideo(t);
  await video.open('sala');
  const agent = await video.enter('sala', 'agent-1', 'agent');
  const citizen = await video.enter('sala', 'citizen-1');
  await agent.join('sala', 'agent');
  await citizen.join('sala', 'citizen');
  return { agent, citizen, occupants: async () => (await video.control('GET', '/rooms/sala')).body };
}

const isRefusal = /type='error'.*<forbidden/;

test('nobody starts a recording or a telephone call, not even the agent', async (t) => {
  const { agent, citizen } = await startCall(t);
  const requests: [string, string][] = [
    [
      'focus.meet.jitsi',
      '<jibri xmlns="http://jitsi.org/protocol/jibri" action="start" recording_mode="file"/>',
    ],
    [`${ROOM}/citizen`, '<jibri xmlns="http://jitsi.org/protocol/jibri" action="stop"/>'],
    ['', '<jibri xmlns="http://jitsi.org/protocol/jibri" action="start"/>'],
    ['focus.meet.jitsi', '<dial xmlns="urn:xmpp:rayo:1" to="+34600000000" from="sala"/>'],
    [`${ROOM}/focus`, '<dial xmlns="urn:xmpp:rayo:1" to="jitsi_meet_transcribe" from="sala"/>'],
    [ROOM, '<record xmlns="urn:xmpp:rayo:record:1"/>'],
  ];
  for (const client of [agent, citizen]) {
    for (const [to, payload] of requests) t.regex(await client.iq(to, 'set', payload), isRefusal, payload);
  }
  t.regex(
    await agent.iq('meet.jitsi', 'get', '<ping xmlns="urn:xmpp:ping"/>'),
    /type='result'/,
    'others pass',
  );
});

test('a conference is asked for by its own people only', async (t) => {
  const { citizen } = await startCall(t);
  const ask = (room: string) =>
    citizen.iq(
      'focus.meet.jitsi',
      'set',
      `<conference xmlns="http://jitsi.org/protocol/focus" room="${room}"/>`,
    );
  t.regex(await ask('altra@muc.meet.jitsi'), isRefusal);
  t.regex(await ask('sala@internal-muc.meet.jitsi'), isRefusal);
  t.regex(await ask(''), isRefusal);
  // The embedded profile has no jicofo, so the own room's request passes the guard and finds nobody.
  t.notRegex(await ask(ROOM), /<forbidden/);
});

test('room metadata cannot be set, whether it says recording or anything else', async (t) => {
  const { agent } = await startCall(t);
  for (const text of [
    '{"key":"recording","data":{"isTranscribingEnabled":true}}',
    '{"key":"x"}',
    'no JSON',
    '',
  ]) {
    const payload = `<room_metadata xmlns="http://jitsi.org/jitmeet" room="${ROOM}">${text}</room_metadata>`;
    const id = `m${text.length}`;
    agent.send(`<message xmlns="jabber:client" id="${id}" to="metadata.meet.jitsi">${payload}</message>`);
    t.regex(await agent.next(new RegExp(`^<message(?=[^>]*id='${id}')`)), isRefusal, text);
    t.regex(await agent.iq('metadata.meet.jitsi', 'set', payload), isRefusal, text);
  }
});

test('nobody becomes owner, kicks, bans, sets a password, reconfigures or destroys the room', async (t) => {
  const { agent, citizen, occupants } = await startCall(t);
  const bare = (client: XmppClient) => client.jid.split('/')[0];
  const form = (field: string, value: string) =>
    `<query xmlns="${OWNER}"><x xmlns="jabber:x:data" type="submit">` +
    `<field var="FORM_TYPE"><value>http://jabber.org/protocol/muc#roomconfig</value></field>` +
    `<field var="${field}"><value>${value}</value></field></x></query>`;
  for (const [client, other] of [
    [agent, citizen],
    [citizen, agent],
  ] as const) {
    const payloads = [
      `<query xmlns="${ADMIN}"><item affiliation="owner" jid="${bare(client)}"/></query>`,
      `<query xmlns="${ADMIN}"><item affiliation="owner" jid="${bare(other)}"/></query>`,
      `<query xmlns="${ADMIN}"><item affiliation="outcast" jid="${bare(other)}"/></query>`,
      `<query xmlns="${ADMIN}"><item role="none" nick="${other === agent ? 'agent' : 'citizen'}"/></query>`,
      `<query xmlns="${ADMIN}"><item role="moderator" nick="citizen"/></query>`,
      form('muc#roomconfig_roomsecret', 'secret'),
      form('muc#roomconfig_persistentroom', '1'),
      `<query xmlns="${OWNER}"><destroy/></query>`,
      '<query xmlns="jabber:iq:register"><x xmlns="jabber:x:data" type="submit"/></query>',
    ];
    for (const payload of payloads) t.regex(await client.iq(ROOM, 'set', payload), isRefusal, payload);
  }
  t.regex(await agent.iq(ROOM, 'get', `<query xmlns="${OWNER}"/>`), isRefusal);
  t.regex(await occupants(), /"moderator":false.*"moderator":true|"moderator":true.*"moderator":false/);
});

test('other rooms are not even visible', async (t) => {
  const { citizen } = await startCall(t);
  const ask = '<query xmlns="http://jabber.org/protocol/disco#info"/>';
  t.regex(await citizen.iq('altra@muc.meet.jitsi', 'get', ask), isRefusal);
  t.regex(await citizen.iq('altra@muc.meet.jitsi/agent', 'get', '<ping xmlns="urn:xmpp:ping"/>'), isRefusal);
  t.regex(await citizen.iq(ROOM, 'get', ask), /type='result'/);
  const list = await citizen.iq(
    'muc.meet.jitsi',
    'get',
    '<query xmlns="http://jabber.org/protocol/disco#items"/>',
  );
  t.notRegex(list, /sala/);
});

test('people reach each other inside the room only', async (t) => {
  const { agent, citizen } = await startCall(t);
  t.regex(await citizen.iq(agent.jid, 'get', '<ping xmlns="urn:xmpp:ping"/>'), isRefusal);
  citizen.send(
    `<message xmlns="jabber:client" id="d" type="chat" to="${agent.jid}"><body>hi</body></message>`,
  );
  t.regex(await citizen.next(/^<message(?=[^>]*id='d')/), isRefusal);
  citizen.send(
    `<message xmlns="jabber:client" id="i" to="${ROOM}"><x xmlns="http://jabber.org/protocol/muc#user">` +
      '<invite to="agent@meet.jitsi"/></x></message>',
  );
  t.regex(await citizen.next(/^<message(?=[^>]*id='i')/), isRefusal);
  citizen.send(`<message xmlns="jabber:client" type="groupchat" to="${ROOM}"><body>bon dia</body></message>`);
  t.regex(await agent.next(/<body>/), /bon dia/);
  citizen.send(
    `<iq xmlns="jabber:client" type="set" id="j" to="${ROOM}/agent"><jingle xmlns="urn:xmpp:jingle:1"/></iq>`,
  );
  t.regex(await agent.next(/<jingle/), /sala@muc\.meet\.jitsi\/citizen/, 'Jingle, the call itself, passes');
});
