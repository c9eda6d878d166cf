import 'htmx-ext-sse';
import { tickWaitingMinutes } from './minutes.ts';
import { watchWaiting } from './arrivals.ts';
import { watchConnection } from './connection.ts';
import { focusErrorSummary, sendOnce } from '../shared/forms.ts';
import { offerWayBack } from '../shared/way-back.ts';
import { closeMenusOnEscape } from './menus.ts';
import { keepFolds } from './folds.ts';

focusErrorSummary();
sendOnce();
offerWayBack();
closeMenusOnEscape();
keepFolds();
tickWaitingMinutes();
watchWaiting();
watchConnection();
