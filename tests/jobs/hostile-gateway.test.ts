import test from 'ava';
import smpp, { type PduFields } from 'smpp';
import { readIncoming } from '../../server/adapters/sms-smpp/receipts.ts';
import { recordReceipts } from '../../server/features/messages/receipts.ts';
import { ParkedReceipt } from '../../server/models/ParkedReceipt.ts';
import { useWorld } from '../helpers/world.ts';

const world = useWorld(test);

const receiptOf = (fields: PduFields, receiptIds: 'same' | 'hexToDec' | 'decToHex' = 'same') => {
  const pdu = new smpp.PDU('deliver_sm', {
    esm_class: 4,
    data_coding: 0,
    short_message: Buffer.alloc(0),
    ...fields,
  });
  const read = readIncoming(pdu, { link: 'main', receiptIds, at: world().clock.now() });
  if (!('receipt' in read)) throw new Error('no receipt');
  return read.receipt;
};
const body = (text: string) => ({ short_message: Buffer.from(text, 'latin1') });

for (const [name, text, ids] of [
  ['letters outside ASCII', 'id:caf\u00e9\u00ff stat:DELIVRD err:000', 'same'],
  ['control characters', 'id:a\u0000\u0001b stat:DELIVRD err:000', 'same'],
  ['a very long hexadecimal id', `id:${'f'.repeat(200)} stat:DELIVRD err:000`, 'decToHex'],
] as const) {
  test.serial(`a receipt with ${name} keeps no other from being stored`, async (t) => {
    const good = receiptOf(body(`id:good-${text.length} stat:DELIVRD err:000`));
    await recordReceipts(world().deps, [receiptOf(body(text), ids), good]);
    t.is(await ParkedReceipt.count({ where: { providerKey: good.providerKey } }), 1);
  });
}

test.serial('receipts that are made up by the million fill no disk', async (t) => {
  const known = receiptOf(body('id:known-1 stat:DELIVRD err:000'));
  await recordReceipts(world().deps, [known]);
  const first = await ParkedReceipt.findOne({ where: { providerKey: 'known-1' }, rejectOnEmpty: true });
  await recordReceipts(world().deps, [receiptOf(body('id:last-1 stat:DELIVRD err:000'))]);
  await ParkedReceipt.update({ id: first.id + 1_000_000 }, { where: { providerKey: 'last-1' } });
  await recordReceipts(world().deps, [receiptOf(body('id:made-up stat:DELIVRD err:000'))]);
  t.is(await ParkedReceipt.count({ where: { providerKey: 'made-up' } }), 0);
  await ParkedReceipt.destroy({ where: { providerKey: 'last-1' } });
  await recordReceipts(world().deps, [receiptOf(body('id:made-up stat:DELIVRD err:000'))]);
  t.is(await ParkedReceipt.count({ where: { providerKey: 'made-up' } }), 1);
});
