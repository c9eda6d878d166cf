/** A catalogue as printed by `{{{jsonStrings "..."}}}`: texts in nested groups. */
export interface Strings {
  [key: string]: string | Strings;
}

/** The text at a dotted path with its `{{values}}` filled in. */
export type Translate = (path: string, values?: Record<string, string | number>) => string;

/** Looks texts up in one catalogue. An unknown path throws, so that tests find it; see `has` to ask first. */
export function translator(strings: Strings): Translate {
  return (path, values = {}) => {
    const found = find(strings, path);
    if (found === undefined) throw new Error(`The text "${path}" is missing`);
    return found.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, name: string) => String(values[name] ?? whole));
  };
}

/** True when the catalogue has a text at this path. */
export function has(strings: Strings, path: string): boolean {
  return find(strings, path) !== undefined;
}

function find(strings: Strings, path: string): string | undefined {
  let here: string | Strings | undefined = strings;
  for (const part of path.split('.')) {
    if (typeof here !== 'object') return undefined;
    here = here[part];
  }
  return typeof here === 'string' ? here : undefined;
}
