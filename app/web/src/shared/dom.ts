/** Building elements without a framework. Text always goes in as text, never as markup. */

export type Child = Node | string | null | undefined | false;
type Attributes = Record<string, string | number | boolean | null | undefined>;

function set(element: Element, attributes: Attributes): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    element.setAttribute(name, value === true ? "" : String(value));
  }
}

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  set(element, attributes);
  for (const child of children) if (child) element.append(child);
  return element;
}

export function svg(tag: string, attributes: Attributes = {}, ...children: Element[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  set(element, attributes);
  element.append(...children);
  return element;
}

/** The element of the page with this id; the template promises that it is there. */
export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`the page has no element #${id}`);
  return element as T;
}

/** Puts these parts, without the missing ones, into the element of the page with this id, in place of what it held. */
export function fill(id: string, parts: readonly Child[]): void {
  byId(id).replaceChildren(...parts.filter((part): part is Node | string => !!part));
}

/** What is wide gets its own scrollbar, reached by keyboard too, so that the page itself never scrolls sideways. */
export function scroller(label: string, content: HTMLElement): HTMLElement {
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": label }, content);
}

/** A bar showing a share from 0 to 1; the figure beside it carries the meaning, so it is hidden from readers. */
export function bar(share: number | null, className = ""): HTMLElement {
  const fill = h("span", { class: "bar__fill" });
  // Through the CSSOM: the page's policy forbids style attributes.
  fill.style.width = `${Math.max(0, Math.min(1, share ?? 0)) * 100}%`;
  return h("span", { class: `bar ${className}`.trim(), "aria-hidden": "true" }, fill);
}

/** Once what was put into the page can be seen; in a tab that is not looked at, soon all the same. */
export function painted(): Promise<void> {
  return new Promise((resolve) => {
    requestAnimationFrame(() => setTimeout(resolve));
    setTimeout(resolve, 200);
  });
}
