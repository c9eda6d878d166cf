const SVG = 'http://www.w3.org/2000/svg';

/** Draws icons of the page's sprite. They are decoration: the words beside them carry the meaning. */
export type IconMaker = (name: string) => SVGSVGElement;

/** An icon maker for the sprite at this address (`data-icons` of the page). */
export function iconMaker(sprite: string): IconMaker {
  return (name) => {
    const svg = document.createElementNS(SVG, 'svg');
    svg.setAttribute('class', 'icon');
    svg.setAttribute('aria-hidden', 'true');
    svg.setAttribute('focusable', 'false');
    const use = document.createElementNS(SVG, 'use');
    use.setAttribute('href', `${sprite}#${name}`);
    svg.append(use);
    return svg;
  };
}

/** Points an icon at another symbol of its sprite. */
export function changeIcon(svg: SVGSVGElement, name: string): void {
  const use = svg.querySelector('use');
  const sprite = use?.getAttribute('href')?.split('#')[0] ?? '';
  use?.setAttribute('href', `${sprite}#${name}`);
}
