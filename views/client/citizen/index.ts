import { focusErrorSummary, sendOnce } from '../shared/forms.ts';
import { offerWayBack } from '../shared/way-back.ts';
import { reloadWhenDoorOpens } from './door.ts';
import { startWaitingRoom } from './waiting.ts';

focusErrorSummary();
sendOnce();
offerWayBack();
reloadWhenDoorOpens();
const room = document.querySelector<HTMLElement>('[data-waiting-room]');
if (room) startWaitingRoom(room);
