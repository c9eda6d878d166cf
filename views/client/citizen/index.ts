import { offerWayBack } from '../shared/way-back.ts';
import { focusErrorSummary, reloadWhenDoorOpens, sendOnce } from './page.ts';
import { startWaitingRoom } from './waiting.ts';

focusErrorSummary();
sendOnce();
offerWayBack();
reloadWhenDoorOpens();
const room = document.querySelector<HTMLElement>('[data-waiting-room]');
if (room) startWaitingRoom(room);
