/** What the reader points at, by mouse or keyboard, told to everything on the page that can show it. */

export interface Pointed {
  pcn?: string | null;
  practice?: string | null;
  neighbourhood?: string | null;
  area?: string | null;
}

type Shower = (at: Pointed) => void;

export class Pointing {
  private readonly showers: Shower[] = [];
  private now: Pointed = {};

  /** From now on `show` is told; it must be quick. */
  tell(show: Shower): void {
    this.showers.push(show);
  }

  at(pointed: Pointed): void {
    const same = (["pcn", "practice", "neighbourhood", "area"] as const).every(
      (kind) => (pointed[kind] ?? null) === (this.now[kind] ?? null),
    );
    if (same) return;
    this.now = pointed;
    for (const show of this.showers) show(pointed);
  }

  /** Whatever within an element carries data-pcn, data-practice or data-neighbourhood is pointed at from now on. */
  listen(element: HTMLElement | SVGElement): void {
    const from = ({ target }: Event) => this.at(pointedIn(target, element));
    element.addEventListener("mouseover", from);
    element.addEventListener("focusin", from);
    element.addEventListener("mouseleave", () => this.at({}));
    element.addEventListener("focusout", () => this.at({}));
  }
}

function pointedIn(target: EventTarget | null, within: Element): Pointed {
  const found: Pointed = {};
  let element = target instanceof Element ? target : null;
  while (element && element !== within.parentElement) {
    const of = (element as HTMLElement | SVGElement).dataset;
    for (const kind of ["pcn", "practice", "neighbourhood", "area"] as const) {
      const code = of[kind];
      if (code && !found[kind]) found[kind] = code;
    }
    element = element.parentElement;
  }
  return found;
}
