/** What a check of a file found, one by one: where in the file, what, and what to do. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { FindingList, sortInWords } from "../findings/list";
import { byId, h } from "../shared/dom";
import { miniTable } from "../shared/parts";
import type { Checked, Fault, FaultsOnMap, Severity } from "./found";

export const SEVERITIES: Record<Severity, string> = {
  error: "Error",
  warning: "To look at",
  note: "Note",
};

interface Numbered extends Fault {
  /** Its place in the report, from 1. */
  id: number;
}

/** Where a fault is, in the words of the file. */
export function whereabouts({ row, feature_id, field }: Fault): string {
  return [row !== null && `row ${row}`, feature_id, field !== null && `“${field}”`]
    .filter(Boolean)
    .join(", ");
}

export class FaultView {
  private readonly findings = new FindingList<Numbered>({
    whole: "the whole file",
    files: "have more",
    severities: SEVERITIES,
    sortOf: ({ code }) => code,
    table,
  });

  /** @param outlines of the file, where it is of outlines that can be read */
  show({ faults }: Checked, places: FaultsOnMap, outlines: FeatureCollection<Geometry | null>): void {
    byId("faults-part").hidden = faults.length === 0;
    if (faults.length === 0) return;
    const placed = places.features.filter((one): one is Feature<Geometry, Fault> => one.geometry !== null);
    const nowhere = placed.length === 0 && outlines.features.length === 0;
    byId("map-part").hidden = nowhere;
    this.findings.show(
      faults.map((fault, at) => ({ ...fault, id: at + 1 })),
      new Map(placed.map((one) => [Number(one.id), one])),
      nowhere ? null : outlines,
    );
  }
}

function table(faults: readonly Numbered[], show: (id: number) => HTMLElement | string): HTMLElement {
  return miniTable(
    "What was found in the file",
    [{ name: "No." }, { name: "Where" }, { name: "What, and what to do" }, { name: "On the map" }],
    faults.map((one) => ({
      cells: [
        String(one.id),
        h(
          "span",
          { class: "upload__where" },
          whereabouts(one) || "the whole file",
          one.value && h("span", { class: "beneath" }, one.value),
        ),
        h(
          "span",
          {},
          h("strong", {}, `${SEVERITIES[one.severity]}: ${sortInWords(one.code)}. `),
          one.message,
          one.suggestion && h("span", { class: "beneath" }, one.suggestion),
        ),
        show(one.id),
      ],
      of: { finding: String(one.id) },
    })),
  );
}
