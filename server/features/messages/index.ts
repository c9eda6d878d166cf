export { dispatchDue } from './dispatch.ts';
export { recordReceipt } from './receipts.ts';
