import supertest, { type Response } from 'supertest';
import type { Staff } from '../../server/models/Staff.ts';
import { PASSWORD } from './factories.ts';
import type { World } from './world.ts';

/** A browser without scripts: keeps cookies, and sends forms with the token of the last page that had one. */
export interface Client {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  post(path: string, fields?: Record<string, string>, headers?: Record<string, string>): Promise<Response>;
  postJson(path: string, body: object): Promise<Response>;
}

/** A new browser. */
export function newClient(world: World): Client {
  const agent = supertest.agent(world.server);
  let csrf = '';
  const learn = (response: Response): Response => {
    csrf = /name="_csrf" value="([0-9a-f]+)"/.exec(response.text ?? '')?.[1] ?? csrf;
    return response;
  };
  const get = async (path: string, headers: Record<string, string> = {}) =>
    learn(await agent.get(path).set({ accept: 'text/html', ...headers }));
  const token = async () => {
    if (!csrf) await get('/sign-in');
    return csrf;
  };
  return {
    get,
    async post(path, fields = {}, headers = {}) {
      const body = { _csrf: await token(), ...fields };
      return learn(
        await agent
          .post(path)
          .set({ accept: 'text/html', ...headers })
          .type('form')
          .send(body),
      );
    },
    async postJson(path, body) {
      // A request takes its cookies along when it is made: the token, which may bring the cookie, comes first.
      const known = await token();
      return agent.post(path).set({ accept: 'application/json', 'x-csrf-token': known }).send(body);
    },
  };
}

/** A browser in which this member of staff has signed in. */
export async function signedInClient(world: World, staff: Staff): Promise<Client> {
  const client = newClient(world);
  const answer = await client.post('/sign-in', { email: staff.email, password: PASSWORD });
  if (answer.status !== 303) throw new Error(`Signing in answered ${answer.status}`);
  // The token belongs to the session: the first page after signing in has the new one.
  await client.get(answer.headers.location === '/offices' ? '/offices' : String(answer.headers.location));
  const landing = await client.get('/offices');
  if (landing.headers.location) await client.get(landing.headers.location);
  return client;
}
