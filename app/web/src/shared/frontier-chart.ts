/** A frontier as a drawing: patients outside against what is moved, reached by keyboard from point to point. */
import { h, svg } from "./dom";
import { count } from "./format";

const WIDE = 640;
const HIGH = 320;
const LEFT = 76;
const RIGHT = 20;
const TOP = 20;
const BOTTOM = 52;

/** What is drawn of a point: how much is moved, and how many patients stay outside (none: hidden). */
export interface Place {
  moved: number;
  outside: number | null;
}

export interface Spot extends Place {
  /** Names the point in the page: becomes data-point. */
  key: string;
  /** Beneath the axis. */
  label: string;
  proven: boolean;
  /** What a reader who does not see it hears. */
  words: string;
}

export interface Drawing {
  spots: readonly Spot[];
  /** The key of the point that is chosen. */
  chosen: string;
  caption: string;
  axis: string;
  onPick: (key: string) => void;
}

/** Where a point stands in the drawing; the vertical axis begins at nought, so that a gain looks as large as it is. */
export function places(points: readonly Place[]): { x: number; y: number }[] {
  const most = Math.max(...points.map(({ moved }) => moved));
  const top = topOf(points);
  return points.map(({ moved, outside }) => ({
    x: LEFT + (most > 0 ? moved / most : 0) * (WIDE - LEFT - RIGHT),
    y: HIGH - BOTTOM - ((outside ?? 0) / top) * (HIGH - TOP - BOTTOM),
  }));
}

/** The axis ends at the next round number (1, 2 or 5 times a power of ten, in four steps). */
export function topOf(points: readonly Place[]): number {
  const largest = Math.max(4, ...points.map(({ outside }) => outside ?? 0));
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power * 4 >= largest) ?? 10;
  return step * power * 4;
}

/** The lines across, with their numbers, up to the top of the axis. */
export function ground(top: number): SVGElement[] {
  return [0, 1, 2, 3, 4].map((step) => {
    const y = HIGH - BOTTOM - (step / 4) * (HIGH - TOP - BOTTOM);
    return svg(
      "g",
      {},
      svg("line", { class: "chart__line", x1: LEFT, x2: WIDE - RIGHT, y1: y, y2: y }),
      text(LEFT - 10, y + 5, count((top * step) / 4), "end"),
    );
  });
}

/** The chart with its key; a table of the same comes beneath, from whoever draws it. */
export function frontierChart(
  { spots, chosen, caption, axis, onPick }: Drawing,
  table: HTMLElement,
): HTMLElement {
  const at = places(spots);
  const marks = spots.map((spot, index) => mark(spot, at[index] ?? { x: 0, y: 0 }, spot.key === chosen));
  listen(marks, (index) => onPick(spots[index]?.key ?? ""));
  const drawing = svg(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${WIDE} ${HIGH}`,
      role: "group",
      "aria-label": `${caption}, against ${axis}. Arrow keys go from point to point, Enter shows one.`,
    },
    ...ground(topOf(spots)),
    ...spots.map(({ label }, index) => text(at[index]?.x ?? 0, HIGH - BOTTOM + 24, label, "middle")),
    text((LEFT + WIDE - RIGHT) / 2, HIGH - 6, axis, "middle"),
    svg("polyline", { class: "chart__curve", points: at.map(({ x, y }) => `${x},${y}`).join(" ") }),
    ...marks,
  );
  return h(
    "figure",
    { class: "chart-figure" },
    h("figcaption", {}, caption),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Chart" }, drawing),
    h(
      "ul",
      { class: "legend" },
      h("li", {}, key("chart__proven"), "proven: the best there is"),
      h("li", {}, key("chart__found"), "best found, with how far it could still be from the best"),
    ),
    table,
  );
}

/** Points are pressed, or walked by the arrow keys: one stop for Tab, the arrows go from point to point. */
function listen(marks: readonly SVGElement[], onPick: (index: number) => void): void {
  const moves = (step: number) => {
    const now = marks.findIndex((one) => one === document.activeElement);
    marks[Math.max(0, Math.min(marks.length - 1, now + step))]?.focus();
  };
  marks.forEach((one, index) => {
    one.addEventListener("click", () => onPick(index));
    one.addEventListener("keydown", (event) => {
      const { key: pressed } = event as KeyboardEvent;
      if (pressed === "ArrowRight" || pressed === "ArrowDown") moves(1);
      else if (pressed === "ArrowLeft" || pressed === "ArrowUp") moves(-1);
      else if (pressed === "Home") moves(-marks.length);
      else if (pressed === "End") moves(marks.length);
      else if (pressed === "Enter" || pressed === " ") onPick(index);
      else return;
      event.preventDefault();
    });
    one.addEventListener("focus", () => {
      for (const other of marks) other.setAttribute("tabindex", other === one ? "0" : "-1");
    });
  });
}

function mark(spot: Spot, { x, y }: { x: number; y: number }, chosen: boolean): SVGElement {
  return svg(
    "g",
    {
      class: "chart__point",
      role: "button",
      tabindex: chosen ? 0 : -1,
      "aria-pressed": String(chosen),
      "aria-label": spot.words,
      "data-point": spot.key,
    },
    svg("circle", { class: "chart__reach", cx: x, cy: y, r: 16 }),
    form(spot.proven, x, y),
  );
}

/** A disc where it is proven, a hollow square where it is only the best found. */
export function form(proven: boolean, x: number, y: number): SVGElement {
  return proven
    ? svg("circle", { class: "chart__proven", cx: x, cy: y, r: 8 })
    : svg("rect", { class: "chart__found", x: x - 7, y: y - 7, width: 14, height: 14 });
}

export function text(x: number, y: number, words: string, anchor: string): SVGElement {
  const element = svg("text", { class: "chart__text", x, y, "text-anchor": anchor, "aria-hidden": "true" });
  element.textContent = words;
  return element;
}

function key(look: string): SVGElement {
  const shape =
    look === "chart__proven"
      ? svg("circle", { class: look, cx: 10, cy: 10, r: 7 })
      : svg("rect", { class: look, x: 4, y: 4, width: 12, height: 12 });
  return svg("svg", { class: "chart__key", viewBox: "0 0 20 20", "aria-hidden": "true" }, shape);
}
