/** The lines of a draft: what the service finds (GET /api/v1/options/boundaries, or a job), in words, chart and tables. */
import { h } from "../shared/dom";
import { count, percent, plural } from "../shared/format";
import { frontierChart } from "../shared/frontier-chart";
import { miniTable } from "../shared/parts";
import type { Move } from "./found";

export interface AreaMove {
  /** Code; of a part of an area that a line divides, the code and after a slash where the part lies. */
  area: string;
  name: string;
  from: string;
  from_name: string;
  to: string;
  to_name: string;
  people: number;
}

/** Counts are people (residents where known, else registered patients) and patients. */
interface Bound {
  share_allowed: number;
  people_moved: number;
  patients_outside_lead: number;
  containment: number | null;
  proven: boolean;
  at_least_outside: number;
  gap: number;
}

export interface LinePoint extends Bound {
  people_allowed: number;
  areas_moved: number;
  moves: AreaMove[];
}

export interface BothPoint extends Bound {
  moves_allowed: number;
  patients_moved: number;
  practice_moves: (Pick<Move, "practice" | "from" | "from_name" | "to" | "to_name"> & { name: string })[];
  area_moves: AreaMove[];
}

export interface Lines {
  words: string;
  people_counted: string;
  lines_asked: { band: number; divided_areas: string[] };
  frontier: {
    words: string;
    restriction: string | null;
    stopped: string | null;
    proven: boolean;
    points: LinePoint[];
  };
  combined: { words: string; points: BothPoint[] } | null;
}

/** Moves as the page for trying takes them: an area that a line divides moves wholly there. */
export function movesFor(areas: readonly AreaMove[], practices: BothPoint["practice_moves"] = []): string {
  const whole = new Map(areas.map(({ area, to }) => [area.split("/")[0] ?? area, to]));
  const all = [...practices.map(({ practice, to }) => [practice, to] as const), ...whole];
  return all
    .map((move) => move.map((code) => encodeURIComponent(code).replaceAll("%2F", "/")).join(">"))
    .join(",");
}

function standing({ proven, gap }: Bound): string {
  return proven
    ? "proven: no other lines do better under these rules"
    : `best found; at most ${plural(Math.ceil(gap), "patient")} from the best there can be`;
}

export function lineInWords(point: LinePoint): string {
  const said =
    point.share_allowed === 0 ? "No line moved" : `Up to ${percent(point.share_allowed)} of people moved`;
  const moved =
    point.areas_moved > 0
      ? ` (${plural(point.areas_moved, "small area")}, ${count(point.people_moved)} people)`
      : "";
  return `${said}${moved}: ${plural(point.patients_outside_lead, "patient")} outside their PCN’s lead neighbourhood, ${percent(point.containment)} inside; ${standing(point)}.`;
}

export function bothInWords(point: BothPoint): string {
  const bound = point.proven
    ? "proven: no other choice does better under these rules"
    : `best found, and no choice can go below ${count(Math.floor(point.at_least_outside))}`;
  return `Up to ${plural(point.moves_allowed, "practice")} and ${percent(point.share_allowed)} of people moved (${count(point.patients_moved)} patients of practices, ${count(point.people_moved)} people): ${plural(point.patients_outside_lead, "patient")} outside, ${percent(point.containment)} inside; ${bound}.`;
}

/** Which areas would change sides: a line for each pair of neighbourhoods, with its areas by name. */
export function areasInWords(moves: readonly AreaMove[]): HTMLElement {
  if (moves.length === 0) return h("p", {}, "No small area changes its neighbourhood.");
  const sides = new Map<string, AreaMove[]>();
  for (const move of moves) {
    const words = `${move.from_name} → ${move.to_name}`;
    sides.set(words, [...(sides.get(words) ?? []), move]);
  }
  return h(
    "ul",
    { class: "reasons" },
    ...[...sides].map(([words, these]) => {
      const people = these.reduce((sum, one) => sum + one.people, 0);
      return h(
        "li",
        {},
        h("strong", {}, words),
        `: ${plural(these.length, "small area")}, ${count(people)} people (${these.map(({ name }) => name).join(", ")})`,
      );
    }),
  );
}

/** @param onPick called with the share of people at the point that is picked */
export function linesChart(
  points: readonly LinePoint[],
  chosen: number | null,
  onPick: (share: number) => void,
): HTMLElement {
  const drawing = {
    spots: points.map((point) => ({
      key: String(point.share_allowed),
      moved: point.share_allowed,
      outside: point.patients_outside_lead,
      label: point.share_allowed === 0 ? "0" : `${Number((point.share_allowed * 100).toFixed(2))} %`,
      proven: point.proven,
      words: lineInWords(point),
    })),
    chosen: String(chosen),
    caption: "Patients outside the lead neighbourhood of their PCN",
    axis: "people whose neighbourhood changes, at most",
    onPick: (key: string) => onPick(Number(key)),
  };
  return frontierChart(drawing, linesTable(points));
}

function linesTable(points: readonly LinePoint[]): HTMLElement {
  return miniTable(
    "The same as a table",
    [
      { name: "People moved, at most" },
      { name: "Small areas moved", numeric: true },
      { name: "People moved", numeric: true },
      { name: "Patients outside", numeric: true },
      { name: "Share inside", numeric: true },
      { name: "Standing" },
    ],
    points.map((point) => ({
      cells: [
        percent(point.share_allowed),
        count(point.areas_moved),
        count(point.people_moved),
        count(point.patients_outside_lead),
        percent(point.containment),
        point.proven ? "proven" : `best found, gap ${count(Math.ceil(point.gap))}`,
      ],
      of: { share: String(point.share_allowed) },
    })),
    { seen: true },
  );
}

/** Practices and lines together: a row for so many practices, a column for so many people; each cell shows its point. */
export function bothTable(points: readonly BothPoint[], onPick: (point: BothPoint) => void): HTMLElement {
  const shares = [...new Set(points.map(({ share_allowed: share }) => share))];
  const moves = [...new Set(points.map(({ moves_allowed: allowed }) => allowed))];
  const cell = (allowed: number, share: number) => {
    const point = points.find((one) => one.moves_allowed === allowed && one.share_allowed === share);
    if (!point) return "–";
    const show = h(
      "button",
      { type: "button", class: "link-button", "aria-label": bothInWords(point) },
      count(point.patients_outside_lead),
    );
    show.addEventListener("click", () => onPick(point));
    return h(
      "span",
      {},
      show,
      h(
        "span",
        { class: "beneath" },
        point.proven ? "proven" : `at least ${count(Math.floor(point.at_least_outside))}`,
      ),
    );
  };
  return miniTable(
    "Practices and lines together: patients outside, and what no choice can go below. Press a number to see it on the map.",
    [
      { name: "Practices moved, at most" },
      ...shares.map((share) => ({
        name: share === 0 ? "No line moved" : `Up to ${percent(share)} of people`,
        numeric: true,
      })),
    ],
    moves.map((allowed) => ({
      cells: [String(allowed), ...shares.map((share) => cell(allowed, share))],
      of: { both: String(allowed) },
    })),
    { seen: true },
  );
}
