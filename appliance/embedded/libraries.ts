import { copyFileSync, mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../server/kernel/paths.ts';

/** The npm build of lib-jitsi-meet expects jQuery to be there first. */
const FILES = [
  'node_modules/jquery/dist/jquery.min.js',
  'node_modules/@lyno/lib-jitsi-meet/lib-jitsi-meet.min.js',
];

/** File names below `/libs`, in the order in which pages load them in the embedded profile. */
export const LIBRARY_NAMES = FILES.map((file) => basename(file));

/** Fills the folder that the setting `JITSI_LIBRARIES` names with the video library from npm. */
export function copyLibraries(directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const file of FILES) copyFileSync(join(ROOT, file), join(directory, basename(file)));
}
