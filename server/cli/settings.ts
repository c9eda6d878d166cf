import { describeSettings } from '../config/describe.ts';

process.stdout.write(`${describeSettings()}\n`);
