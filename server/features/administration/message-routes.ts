import Router from '@koa/router';
import { notFound } from '../../kernel/errors.ts';
import type { Deps } from '../../models/deps.ts';
import { CHANNELS, type Channel } from '../../models/OutboxMessage.ts';
import type { AppState, Ctx } from '../../web/context.ts';
import { setFlash } from '../../web/flash.ts';
import { seeOther } from '../../web/redirect.ts';
import type { Renderer } from '../../web/render.ts';
import { formValues } from '../../web/validate.ts';
import { actorOf } from '../identity/index.ts';
import { pauses, setPaused } from './channel.ts';
import { liftHold } from './hold.ts';
import { messagesNow, monthSoFar } from './message-queries.ts';
import type { Watch } from './notice-routes.ts';
import type { ChannelPage } from './pages.ts';
import { say } from './present-words.ts';
import { queueCounts } from './queue-queries.ts';
import { administers, readerOf } from './routes-guard.ts';

const HOME = '/administration/messages';

function channelOf(ctx: Ctx): Channel {
  const channel = CHANNELS.find((one) => one === ctx.params.channel);
  if (!channel) throw notFound('channel');
  return channel;
}

/** How messages leave, for those who operate the links, and the switches of both channels. */
export function messageRoutes(deps: Deps, renderer: Renderer, watch: Watch): Router<AppState> {
  const router = new Router<AppState>({ prefix: HOME });
  router.use(...administers(deps));
  const reader = async (ctx: Ctx) => readerOf(deps, ctx, await watch.get());

  router.get('/', async (ctx) => {
    const who = await reader(ctx);
    const [now, month] = await Promise.all([messagesNow(deps, who), monthSoFar(deps, who)]);
    const options = { layout: 'staff', title: 'operations:title.messages' } as const;
    renderer.page(ctx, 'administration/messages', { ...now, month }, options);
  });

  router.get('/live', async (ctx) => {
    renderer.fragment(ctx, 'administration/messages-live', await messagesNow(deps, await reader(ctx)));
  });

  async function confirmPage(ctx: Ctx, pausing: boolean) {
    const channel = channelOf(ctx);
    // Somebody else was faster: the page says how things are.
    if ((await pauses()).some((pause) => pause.channel === channel) === pausing) return seeOther(ctx, HOME);
    const who = await reader(ctx);
    const action = pausing ? 'pause' : 'resume';
    const counts = (await queueCounts(deps)).filter((row) => row.channel === channel);
    const count = counts.reduce((sum, { due }) => sum + due, 0);
    const page: ChannelPage = {
      channel,
      pausing,
      action: `${HOME}/${channel}/${action}`,
      backHref: HOME,
      heading: say(who, `control.${action}.heading.${channel}`),
      effects: [channel, 'second', 'third'].map((one) => say(who, `control.${action}.effects.${one}`)),
      waiting: say(who, 'control.waiting', { count }),
    };
    const options = { layout: 'staff', title: `operations:control.${action}.heading.${channel}` } as const;
    return renderer.page(ctx, 'administration/channel', page, options);
  }

  router.get('/:channel/pause', (ctx) => confirmPage(ctx, true));
  router.get('/:channel/resume', (ctx) => confirmPage(ctx, false));

  async function switchChannel(ctx: Ctx, paused: boolean) {
    await setPaused(deps, actorOf(ctx), channelOf(ctx), paused);
    watch.forget();
    setFlash(ctx, 'success', paused ? 'channelPaused' : 'channelResumed');
    seeOther(ctx, HOME);
  }

  router.post('/:channel/pause', (ctx) => switchChannel(ctx, true));
  router.post('/:channel/resume', (ctx) => switchChannel(ctx, false));

  router.post('/holds/lift', async (ctx) => {
    await liftHold(deps, actorOf(ctx), formValues(ctx).address ?? '');
    watch.forget();
    setFlash(ctx, 'success', 'holdLifted');
    seeOther(ctx, HOME);
  });

  return router;
}
