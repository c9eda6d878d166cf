export { dispatchDue } from './dispatch.ts';
export { recordReceipt } from './receipts.ts';
export {
  addressProblem,
  daysToExpiry,
  isGeneric,
  senderKind,
  senderProblem,
  type Sender,
  type SenderProblem,
} from './sender-rules.ts';
export { senderOf, settingsSender, type OfficeSender } from './senders.ts';
