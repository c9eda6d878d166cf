import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

/** What `appliance/videoatencio demo` was asked for; the script has checked the words already. */
export interface DemoOptions {
  /** Everything the demo keeps: data, secrets, logs and process records. */
  directory: string;
  port: number;
  viewerPort: number;
  fresh: boolean;
}

/** Reads the command line. Throws a TypeError for a word it does not know or a port that is none. */
export function readOptions(args: string[]): DemoOptions {
  const { values } = parseArgs({
    args,
    options: {
      var: { type: 'string', default: 'var/demo' },
      port: { type: 'string', default: '8080' },
      'viewer-port': { type: 'string', default: '8081' },
      fresh: { type: 'boolean', default: false },
    },
  });
  return {
    directory: resolve(values.var),
    port: portNumber(values.port),
    viewerPort: portNumber(values['viewer-port']),
    fresh: values.fresh,
  };
}

function portNumber(text: string): number {
  const port = Number(text);
  if (!Number.isInteger(port) || port < 1 || port > 65535) throw new TypeError(`'${text}' is not a port`);
  return port;
}
