export { dispatchDue } from './dispatch.ts';
export { forgetTexts } from './forget.ts';
export { createReceiptBook } from './receipt-book.ts';
export { recordReceipts, sweepParked } from './receipts.ts';
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
export { startMessages, type MessageService } from './service.ts';
export { textRoutes } from './texts-routes.ts';
