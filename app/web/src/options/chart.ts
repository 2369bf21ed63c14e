/** The frontier as a drawing: patients outside against practices moved, reached by keyboard from point to point. */
import { h, svg } from "../shared/dom";
import { count, HIDDEN, percent, plural } from "../shared/format";
import { miniTable } from "../shared/parts";
import type { FrontierPoint } from "./found";

const WIDE = 640;
const HIGH = 320;
const LEFT = 76;
const RIGHT = 20;
const TOP = 20;
const BOTTOM = 52;

/** Where a point stands in the drawing; the vertical axis begins at nought, so that a gain looks as large as it is. */
export function places(points: readonly FrontierPoint[]): { x: number; y: number }[] {
  const most = Math.max(1, ...points.map(({ allowed }) => allowed));
  const top = topOf(points);
  return points.map(({ allowed, patients_outside_lead: outside }) => ({
    x: LEFT + (allowed / most) * (WIDE - LEFT - RIGHT),
    y: HIGH - BOTTOM - ((outside ?? 0) / top) * (HIGH - TOP - BOTTOM),
  }));
}

/** The axis ends at the next round number (1, 2 or 5 times a power of ten, in four steps). */
export function topOf(points: readonly FrontierPoint[]): number {
  const largest = Math.max(4, ...points.map(({ patients_outside_lead: outside }) => outside ?? 0));
  const power = 10 ** Math.floor(Math.log10(largest / 4));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * power * 4 >= largest) ?? 10;
  return step * power * 4;
}

export function inWords(point: FrontierPoint): string {
  const { allowed, patients_outside_lead: outside, containment } = point;
  const standing = point.proven
    ? "proven: no other choice does better"
    : `best found; at most ${count(point.patients_gap)} patients from the best there can be`;
  const left = outside === null ? "a hidden small number of patients" : plural(outside, "patient");
  return `${allowed === 0 ? "No move" : `Up to ${plural(allowed, "move")}`}: ${left} outside their PCN’s lead neighbourhood, ${percent(containment)} inside; ${standing}.`;
}

/** @param onPick called with the number of moves allowed at the point that is picked */
export function chart(
  points: readonly FrontierPoint[],
  chosen: number,
  onPick: (allowed: number) => void,
): HTMLElement {
  const at = places(points);
  const top = topOf(points);
  const axis = [0, 1, 2, 3, 4].map((step) => {
    const y = HIGH - BOTTOM - (step / 4) * (HIGH - TOP - BOTTOM);
    return svg(
      "g",
      {},
      svg("line", { class: "chart__line", x1: LEFT, x2: WIDE - RIGHT, y1: y, y2: y }),
      text(LEFT - 10, y + 5, count((top * step) / 4), "end"),
    );
  });
  const marks = points.map((point, index) =>
    mark(point, at[index] ?? { x: 0, y: 0 }, point.allowed === chosen),
  );
  const moves = (step: number) => {
    const now = marks.findIndex((one) => one === document.activeElement);
    marks[Math.max(0, Math.min(marks.length - 1, now + step))]?.focus();
  };
  marks.forEach((one, index) => {
    const pick = () => onPick(points[index]?.allowed ?? 0);
    one.addEventListener("click", pick);
    one.addEventListener("keydown", (event) => {
      const { key } = event as KeyboardEvent;
      if (key === "ArrowRight" || key === "ArrowDown") moves(1);
      else if (key === "ArrowLeft" || key === "ArrowUp") moves(-1);
      else if (key === "Home") moves(-marks.length);
      else if (key === "End") moves(marks.length);
      else if (key === "Enter" || key === " ") pick();
      else return;
      event.preventDefault();
    });
    // One stop for Tab; the arrows go from point to point.
    one.addEventListener("focus", () => {
      for (const other of marks) other.setAttribute("tabindex", other === one ? "0" : "-1");
    });
  });
  const drawing = svg(
    "svg",
    {
      class: "chart",
      viewBox: `0 0 ${WIDE} ${HIGH}`,
      role: "group",
      "aria-label":
        "Patients outside against practices moved. Arrow keys go from point to point, Enter shows one.",
    },
    ...axis,
    ...points.map(({ allowed }, index) =>
      text(at[index]?.x ?? 0, HIGH - BOTTOM + 24, String(allowed), "middle"),
    ),
    text((LEFT + WIDE - RIGHT) / 2, HIGH - 6, "practices moved, at most", "middle"),
    svg("polyline", { class: "chart__curve", points: at.map(({ x, y }) => `${x},${y}`).join(" ") }),
    ...marks,
  );
  return h(
    "figure",
    { class: "chart-figure" },
    h("figcaption", {}, "Patients outside the lead neighbourhood of their PCN"),
    h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": "Chart" }, drawing),
    h(
      "ul",
      { class: "legend" },
      h("li", {}, key("chart__proven"), "proven: the best there is"),
      h("li", {}, key("chart__found"), "best found, with how far it could still be from the best"),
    ),
    table(points),
  );
}

function mark(point: FrontierPoint, { x, y }: { x: number; y: number }, chosen: boolean): SVGElement {
  const form = point.proven
    ? svg("circle", { class: "chart__proven", cx: x, cy: y, r: 8 })
    : svg("rect", { class: "chart__found", x: x - 7, y: y - 7, width: 14, height: 14 });
  const parts = [svg("circle", { class: "chart__reach", cx: x, cy: y, r: 16 }), form];
  return svg(
    "g",
    {
      class: "chart__point",
      role: "button",
      tabindex: chosen ? 0 : -1,
      "aria-pressed": String(chosen),
      "aria-label": inWords(point),
      "data-allowed": point.allowed,
    },
    ...parts,
  );
}

function text(x: number, y: number, words: string, anchor: string): SVGElement {
  const element = svg("text", { class: "chart__text", x, y, "text-anchor": anchor, "aria-hidden": "true" });
  element.textContent = words;
  return element;
}

function key(look: string): SVGElement {
  const form =
    look === "chart__proven"
      ? svg("circle", { class: look, cx: 10, cy: 10, r: 7 })
      : svg("rect", { class: look, x: 4, y: 4, width: 12, height: 12 });
  return svg("svg", { class: "chart__key", viewBox: "0 0 20 20", "aria-hidden": "true" }, form);
}

function table(points: readonly FrontierPoint[]): HTMLElement {
  const figure = (value: number | null) => (value === null ? HIDDEN : count(value));
  return miniTable(
    "The same as a table",
    [
      { name: "Moves, at most" },
      { name: "Practices moved", numeric: true },
      { name: "Patients outside", numeric: true },
      { name: "Share inside", numeric: true },
      { name: "Patients gained", numeric: true },
      { name: "Patients whose PCN changes", numeric: true },
      { name: "Standing" },
    ],
    points.map((point) => ({
      cells: [
        String(point.allowed),
        String(point.practices_moved),
        figure(point.patients_outside_lead),
        percent(point.containment),
        figure(point.patients_gained),
        figure(point.patients_disturbed),
        point.proven ? "proven" : `best found, gap ${figure(point.patients_gap)}`,
      ],
      of: { allowed: String(point.allowed) },
    })),
    { seen: true },
  );
}
