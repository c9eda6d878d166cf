/** What `element` sets on a new element. `text` is set as text, never as markup. */
export interface Parts {
  class?: string;
  text?: string;
  attributes?: Record<string, string>;
  children?: (Node | string)[];
}

/** A new element with class, attributes and children. */
export function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  parts: Parts = {},
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  if (parts.class) made.className = parts.class;
  if (parts.text !== undefined) made.textContent = parts.text;
  for (const [name, value] of Object.entries(parts.attributes ?? {})) made.setAttribute(name, value);
  made.append(...(parts.children ?? []));
  return made;
}

/** The element with this id. Throws when the page lacks it: page and script come from one build. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (!found) throw new Error(`The page has no element #${id}`);
  return found;
}

/** The data printed by the server in `<script type="application/json" id=...>`. */
// oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- the caller names what the server printed
export function readJson<Shape>(id: string): Shape {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- printed by our own server from the same type
  return JSON.parse(byId(id).textContent ?? 'null') as Shape;
}

/** Sets the text only when it differs, so that live regions don't speak the same sentence twice. */
export function setText(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
