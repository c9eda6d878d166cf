import 'htmx-ext-sse';
import { tickWaitingMinutes } from './minutes.ts';
import { watchWaiting } from './arrivals.ts';
import { watchConnection } from './connection.ts';
import { focusErrorSummary, sendOnce } from '../shared/forms.ts';
import { offerWayBack } from '../shared/way-back.ts';
import { closeMenusOnEscape } from './menus.ts';

focusErrorSummary();
sendOnce();
offerWayBack();
closeMenusOnEscape();
tickWaitingMinutes();
watchWaiting();
watchConnection();
