import test, { type ExecutionContext } from 'ava';
import { decodeBody, readUserData } from '../../appliance/simulators/gsm-decoder.ts';
import { partReference } from '../../server/kernel/carriers.ts';
import { bound, startClient, type Client } from './parts/client.ts';
import { startPerlSmsc, type PerlOptions, type PerlSmsc, type PerlSubmit } from './parts/perl-smsc.ts';

const CREDENTIALS = { system_id: 'client', password: 'secret' };
const LONG_GSM = Array.from({ length: 30 }, (_, index) => `Frase número ${index} è [€].`)
  .join(' ')
  .replaceAll('ú', 'u');
const LONG_UCS2 = 'No cal instal·lar res 😀. مرحبا. '.repeat(6);

async function connected(
  t: ExecutionContext,
  link: Record<string, unknown> = {},
  options: PerlOptions = {},
): Promise<{ smsc: PerlSmsc; client: Client }> {
  t.timeout(120_000);
  const smsc = await startPerlSmsc({ ...CREDENTIALS, ...options });
  // Torn down after the client, which therefore takes leave of a gateway that is there.
  t.teardown(() => smsc.stop());
  const client = startClient(t, smsc.port, link);
  await bound(client.carrier);
  return { smsc, client };
}

/** The text as a phone would put it together from the parts that Net::SMPP read. */
function textOf(submits: PerlSubmit[]): string {
  return submits
    .map(({ short_message, tlvs, esm_class, data_coding }) => {
      const octets = Buffer.from(tlvs['message_payload'] ?? short_message, 'hex');
      const { body, spanish } = readUserData(octets, esm_class);
      return decodeBody(body, data_coding, spanish);
    })
    .join('');
}

test('it binds as a transceiver, and Net::SMPP reads every field of a text as it was meant', async (t) => {
  const { smsc, client } = await connected(t);
  const result = await client.send('Hola, són les 10.30 h', { priority: 1, sender: 'OAC Girona' });
  const [bind] = await smsc.waitFor('bind');
  t.like(bind, { as: 'transceiver', status: 0, interface_version: 0x34 });
  const [submit] = await smsc.submits(1);
  t.like(submit, {
    source_addr_ton: 5,
    source_addr_npi: 0,
    source_addr: 'OAC Girona',
    dest_addr_ton: 1,
    dest_addr_npi: 1,
    destination_addr: '34612345678',
    esm_class: 0,
    protocol_id: 0,
    priority_flag: 1,
    schedule_delivery_time: '',
    validity_period: '991231225859000+',
    registered_delivery: 1,
    replace_if_present_flag: 0,
    data_coding: 8,
    sm_default_msg_id: 0,
  });
  t.is(submit?.tlvs['user_message_reference'], partReference(0x12345, 0).toString(16).padStart(4, '0'));
  t.is(textOf(submit ? [submit] : []), 'Hola, són les 10.30 h');
  t.is(result.kind, 'accepted');
  t.deepEqual(
    result.taken.map(({ position, providerId }) => [position, providerId]),
    [[0, submit?.id]],
  );
});

for (const longText of ['udh', 'sar', 'payload']) {
  for (const [alphabet, text, coding] of [
    ['GSM', LONG_GSM, 0],
    ['UCS-2', LONG_UCS2, 8],
  ] as const) {
    test(`a long text in ${alphabet} arrives whole by ${longText}`, async (t) => {
      const { smsc, client } = await connected(t, { longText });
      const result = await client.send(text);
      t.is(result.kind, 'accepted');
      t.true(result.taken.length > 1);
      const submits = await smsc.submits(longText === 'payload' ? 1 : result.taken.length);
      t.is(textOf(submits), text);
      t.true(submits.every(({ data_coding }) => data_coding === coding));
      if (longText !== 'sar') return;
      t.deepEqual(
        submits.map(({ tlvs }) => [
          tlvs['sar_msg_ref_num'],
          tlvs['sar_total_segments'],
          tlvs['sar_segment_seqnum'],
        ]),
        submits.map((_, index) => ['2345', hex(submits.length), hex(index + 1)]),
      );
    });
  }
}

const hex = (value: number) => value.toString(16).padStart(2, '0');

test('a text with letters of the Spanish table goes in septets, where the link allows it', async (t) => {
  const { smsc, client } = await connected(t, { spanishShift: true });
  const text = "El vostre codi d'accés és 482913. Caduca d'aquí a 10 minuts. No el doneu a ningú.";
  t.is((await client.send(text)).kind, 'accepted');
  const [submit] = await smsc.submits(1);
  t.like(submit, { data_coding: 0, esm_class: 0x40 });
  t.is(submit?.short_message.slice(0, 8), '03240102');
  t.is(textOf(submit ? [submit] : []), text);
});

test('receipts with ids in another base find their parts', async (t) => {
  const { client } = await connected(t, { receiptIds: 'hexToDec' }, { receipts: 'text' });
  const { taken } = await client.send(LONG_GSM);
  const receipts = await client.receipts(taken.length);
  t.deepEqual(
    receipts.map(({ providerKey }) => providerKey).toSorted(),
    taken.map(({ providerKey }) => providerKey).toSorted(),
  );
  t.deepEqual(
    receipts.map(({ reference }) => reference).toSorted((a, b) => Number(a) - Number(b)),
    taken.map(({ position }) => partReference(0x12345, position)),
  );
  t.true(receipts.every(({ state, recipient }) => state === 'delivered' && recipient === '+34612345678'));
});

test('receipts by optional parameters find their parts, and are confirmed', async (t) => {
  const { smsc, client } = await connected(t, {}, { receipts: 'tlv' });
  const { taken } = await client.send('Hola');
  const [receipt] = await client.receipts(1);
  t.like(receipt, { providerKey: taken[0]?.providerKey, state: 'delivered', link: 'main' });
  t.like((await smsc.waitFor('deliver_sm_resp'))[0], { status: 0 });
});

test('with two binds texts leave by one and receipts come by the other', async (t) => {
  const { smsc, client } = await connected(t, { bind: 'pair' }, { receipts: 'tlv' });
  const binds = await smsc.waitFor('bind', 2);
  t.deepEqual(binds.map(({ as }) => String(as)).toSorted(), ['receiver', 'transmitter']);
  const { taken } = await client.send('Hola');
  t.is((await smsc.submits(1))[0]?.as, 'transmitter');
  const [receipt] = await client.receipts(1);
  t.is(receipt?.providerKey, taken[0]?.providerKey);
  await client.carrier.stop(5000);
  const left = await smsc.waitFor('unbind', 2);
  t.deepEqual(left.map(({ as }) => String(as)).toSorted(), ['receiver', 'transmitter']);
});

test('it answers when the gateway asks for a sign of life, and asks itself', async (t) => {
  const { smsc } = await connected(t, { enquireSeconds: 5 });
  smsc.tell('enquire');
  t.like((await smsc.waitFor('enquire_link_resp'))[0], { status: 0 });
  await smsc.waitFor('enquire_link');
  t.pass();
});

test('it takes leave when it is stopped', async (t) => {
  const { smsc, client } = await connected(t);
  await client.carrier.stop(5000);
  await smsc.waitFor('unbind');
  await smsc.waitFor('closed');
  t.false(client.carrier.up());
});

test('sent away or cut off by the gateway, it comes again and sends on', async (t) => {
  const { smsc, client } = await connected(t);
  smsc.tell('unbind');
  t.like((await smsc.waitFor('unbind_resp'))[0], { status: 0 });
  await smsc.waitFor('bind', 2);
  t.is((await client.send('one')).kind, 'accepted');
  smsc.tell('drop');
  await smsc.waitFor('bind', 3);
  t.is((await client.send('two')).kind, 'accepted');
  t.is(textOf(await smsc.submits(2)), 'onetwo');
});

test('with another password it is refused, says why, and hands nothing over', async (t) => {
  t.timeout(120_000);
  const smsc = await startPerlSmsc({ ...CREDENTIALS, password: 'other' });
  t.teardown(() => smsc.stop());
  const { carrier } = startClient(t, smsc.port);
  t.like((await smsc.waitFor('bind'))[0], { status: 0x0e });
  await smsc.waitFor('closed');
  t.false(carrier.up());
  t.is(carrier.reserve(), null);
  t.regex(carrier.links()[0]?.reason ?? '', /smpp 0x0000000E/i);
});
