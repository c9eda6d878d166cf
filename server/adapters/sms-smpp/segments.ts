import { gsmCodes, normaliseText } from './gsm.ts';

/** SMPP `data_coding`: 0 is the network's default alphabet (GSM 03.38), 8 is UCS2. */
export type DataCoding = 0 | 8;

/** One `submit_sm` worth of text. */
export interface SmsPart {
  payload: Buffer;
  /** 0x40 announces a user data header (parts of a long message), 0 has none. */
  esmClass: 0 | 0x40;
  dataCoding: DataCoding;
}

/** A character that must stay whole: an escape pair, or a surrogate pair. */
interface Atom {
  bytes: Buffer;
  /** Septets for GSM, 16-bit units for UCS2. */
  units: number;
}

const CAPACITY = { 0: { single: 160, part: 153 }, 8: { single: 70, part: 67 } } as const;
const MAX_PARTS = 255;
const URL = /https?:\/\/\S+/g;

/**
 * Splits a text into parts of 160/153 septets (GSM 03.38) or 70/67 units (UCS2), with the 8-bit concatenation
 * header of 3GPP TS 23.040 9.2.3.24.1. The same text and reference always give the same parts.
 * A web address stays in one part if it fits there. Throws RangeError beyond 255 parts.
 */
export function splitMessage(text: string, reference: number): SmsPart[] {
  const clean = normaliseText(text);
  const gsm = gsmAtoms(clean);
  const dataCoding: DataCoding = gsm ? 0 : 8;
  const atoms = gsm ?? ucs2Atoms(clean);
  if (totalUnits(atoms) <= CAPACITY[dataCoding].single) {
    return [{ payload: join(atoms), esmClass: 0, dataCoding }];
  }
  const groups = fill(atoms, unbreakable(clean), CAPACITY[dataCoding].part);
  if (groups.length > MAX_PARTS) throw new RangeError(`text needs ${groups.length} parts`);
  return groups.map((group, index) => ({
    payload: Buffer.concat([header(reference, groups.length, index + 1), join(group)]),
    esmClass: 0x40,
    dataCoding,
  }));
}

function gsmAtoms(text: string): Atom[] | null {
  const atoms: Atom[] = [];
  for (const char of text) {
    const codes = gsmCodes(char);
    if (!codes) return null;
    atoms.push({ bytes: Buffer.from(codes), units: codes.length });
  }
  return atoms;
}

function ucs2Atoms(text: string): Atom[] {
  return Array.from(text, (char) => ({ bytes: Buffer.from(char, 'utf16le').swap16(), units: char.length }));
}

/** For each character, the index just after the web address that it starts, or 0. */
function unbreakable(text: string): number[] {
  const ends = Array.from(text, () => 0);
  for (const match of text.matchAll(URL)) {
    const start = Array.from(text.slice(0, match.index)).length;
    ends[start] = start + Array.from(match[0]).length;
  }
  return ends;
}

function fill(atoms: Atom[], urlEnds: number[], capacity: number): Atom[][] {
  const groups: Atom[][] = [];
  let group: Atom[] = [];
  let used = 0;
  for (const [index, atom] of atoms.entries()) {
    const url = totalUnits(atoms.slice(index, urlEnds[index]));
    const keepTogether = url > 0 && url <= capacity ? url : atom.units;
    if (used + keepTogether > capacity) {
      groups.push(group);
      group = [];
      used = 0;
    }
    group.push(atom);
    used += atom.units;
  }
  return [...groups, group];
}

function header(reference: number, total: number, number: number): Buffer {
  return Buffer.from([0x05, 0x00, 0x03, reference & 0xff, total, number]);
}

function totalUnits(atoms: Atom[]): number {
  return atoms.reduce((sum, atom) => sum + atom.units, 0);
}

function join(atoms: Atom[]): Buffer {
  return Buffer.concat(atoms.map((atom) => atom.bytes));
}
