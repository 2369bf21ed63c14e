/** The frontier of practice moves: its points in words, as a drawing and as a table. */
import { count, HIDDEN, percent, plural } from "../shared/format";
import { frontierChart } from "../shared/frontier-chart";
import { miniTable } from "../shared/parts";
import type { FrontierPoint } from "./found";

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
  const drawing = {
    spots: points.map((point) => ({
      key: String(point.allowed),
      moved: point.allowed,
      outside: point.patients_outside_lead,
      label: String(point.allowed),
      proven: point.proven,
      words: inWords(point),
    })),
    chosen: String(chosen),
    caption: "Patients outside the lead neighbourhood of their PCN",
    axis: "practices moved, at most",
    onPick: (key: string) => onPick(Number(key)),
  };
  return frontierChart(drawing, table(points));
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
