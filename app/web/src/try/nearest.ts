/** What is moved by hand beside the best there is: which point of a frontier it is to be held against, in words. */
import { count, percent, plural } from "../shared/format";
import type { Tried } from "./found";

/** A point of a frontier: of practices (so many at most), or of lines (so many people at most). */
export interface Best {
  /** Practices, or people, that may be moved. */
  allowed: number;
  /** Patients whose practice is in another PCN, or people in another neighbourhood. */
  disturbed: number | null;
  outside: number | null;
  proven: boolean;
  /** No choice leaves fewer outside. */
  atLeast: number | null;
}

export interface Frontiers {
  practices: readonly Best[];
  /** Whether more practices than the last point would bring nothing: then it holds for any number. */
  exhausted: boolean;
  /** None where lines are fixed, or not looked at yet. */
  lines: readonly Best[] | null;
}

/** What the moves so far come to; hidden counts are null. */
export interface Present {
  practices: number;
  areas: number;
  patients: number | null;
  people: number | null;
  outside: number | null;
}

export function presentOf({ practices, areas, after }: Tried): Present {
  return {
    practices: practices.length,
    areas: areas.length,
    patients: after.patients_disturbed,
    people: after.people_moved,
    outside: after.patients_outside_lead,
  };
}

/** The point that moves no more than this; null where so much was not looked at. */
export function bestFor(points: readonly Best[], moved: number, exhausted = false): Best | null {
  const last = points.at(-1) ?? null;
  return points.find(({ allowed }) => allowed >= moved) ?? (exhausted ? last : null);
}

function said(best: Best): string {
  if (best.outside === null) return "a hidden small number";
  if (best.proven) return `${count(best.outside)}, proven`;
  return `${count(best.outside)} as the best found, and no choice can go below ${count(Math.floor(best.atLeast ?? 0))}`;
}

/** The sentences beside the chart. Practices and lines are each held against their own best. */
export function nearness(present: Present, { practices, exhausted, lines }: Frontiers): string[] {
  const { outside } = present;
  const moved = [
    present.people !== null && present.areas > 0 && `${count(present.people)} people`,
    present.patients !== null &&
      present.practices > 0 &&
      `${count(present.patients)} patients of ${plural(present.practices, "practice")}`,
  ].filter(Boolean);
  const words = [
    `${count(outside)} patients outside with ${moved.length > 0 ? `${moved.join(" and ")} moved` : "nothing moved"}.`,
  ];
  const found: Best[] = [];
  if (present.practices > 0) {
    const best = bestFor(practices, present.practices, exhausted);
    if (best) found.push(best);
    words.push(
      best
        ? `The best for as many practices${present.areas > 0 ? " alone" : ""}: ${said(best)}.`
        : `More than ${plural(practices.at(-1)?.allowed ?? 0, "practice")} were not looked at here.`,
    );
  }
  if (present.areas > 0 && lines) {
    const best = present.people === null ? null : bestFor(lines, present.people);
    if (best) found.push(best);
    words.push(
      best
        ? `The best for up to ${count(Math.floor(best.allowed))} people in another neighbourhood${present.practices > 0 ? ", lines alone" : ""}: ${said(best)}.`
        : "So many people in another neighbourhood were not looked at here.",
    );
  }
  if (present.practices > 0 && present.areas > 0) {
    words.push("Of practices and lines together nothing is proven here.");
  } else if (outside !== null && found[0]) {
    words.push(...gap(outside, found[0]));
  }
  return words;
}

function gap(outside: number, best: Best): string[] {
  if (best.outside === null) return [];
  const more = Math.round(outside - best.outside);
  if (more > 0) return [`These moves leave ${count(more)} more outside (${percent(more / outside)}).`];
  if (more === 0) return ["These moves are as good."];
  return [
    "These moves leave fewer outside: they do not keep to a rule that the options are held to (sizes, distance, pieces, band).",
  ];
}
