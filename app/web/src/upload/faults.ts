/** The faults of a check: a list that can be narrowed, and the map, each leading to the other. */
import type { FeatureCollection, Geometry } from "geojson";
import { FaultMap } from "../map/fault-map";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { miniTable } from "../shared/parts";
import { say } from "../shared/speech";
import type { Checked, Fault, FaultsOnMap, Severity } from "./found";

/** Faults in the list at most; the files have all that the service lists. */
const SHOWN = 300;

export const SEVERITIES: Record<Severity, string> = {
  error: "Error",
  warning: "To look at",
  note: "Note",
};

export interface Numbered extends Fault {
  /** Its place in the report, from 1. */
  id: number;
}

export const words = (code: string): string => code.replaceAll(/[-_]/g, " ");

/** Those of one severity and one sort; null takes all. */
export function narrowed(
  faults: readonly Numbered[],
  severity: string | null,
  code: string | null,
): Numbered[] {
  return faults.filter(
    (one) => (severity === null || one.severity === severity) && (code === null || one.code === code),
  );
}

/** Where a fault is, in the words of the file. */
export function whereabouts({ row, feature_id, field }: Fault): string {
  return [row !== null && `row ${row}`, feature_id, field !== null && `“${field}”`]
    .filter(Boolean)
    .join(", ");
}

export class FaultView {
  private map: FaultMap | null = null;
  private all: Numbered[] = [];
  private places: FaultsOnMap = { type: "FeatureCollection", features: [] };
  private shown: number | null = null;

  constructor() {
    for (const id of ["severity", "sort"]) byId(id).addEventListener("change", () => this.list());
    byId("faults").addEventListener("click", ({ target }) => {
      const button = (target as HTMLElement).closest<HTMLElement>("button[data-show]");
      if (button) this.point(Number(button.dataset.show));
    });
  }

  /** @param outlines of the file, where it is of outlines that can be read */
  show({ faults, counts }: Checked, places: FaultsOnMap, outlines: FeatureCollection<Geometry | null>): void {
    this.all = faults.map((fault, at) => ({ ...fault, id: at + 1 }));
    this.places = places;
    this.shown = null;
    byId("faults-part").hidden = faults.length === 0;
    if (faults.length === 0) return;
    const severities = (Object.keys(SEVERITIES) as Severity[]).filter((severity) => counts[severity] > 0);
    choices(
      "severity",
      "Everything",
      severities.map((name) => [name, SEVERITIES[name]]),
    );
    const codes = [...new Set(faults.map(({ code }) => code))].sort();
    choices(
      "sort",
      "Every sort",
      codes.map((code) => [code, words(code)]),
    );
    const nowhere =
      places.features.every(({ geometry }) => geometry === null) && outlines.features.length === 0;
    byId("faults-part").querySelector<HTMLElement>("section")!.hidden = nowhere;
    if (!nowhere) {
      this.map ??= this.open();
      void this.map?.show(outlines);
    }
    this.list();
  }

  private list(): void {
    const wanted = (id: string) => byId<HTMLSelectElement>(id).value || null;
    const kept = narrowed(this.all, wanted("severity"), wanted("sort"));
    const drawn = new Set<number>();
    const features = this.places.features.flatMap((feature) => {
      const id = Number(feature.id);
      if (feature.geometry === null || !kept.some((one) => one.id === id)) return [];
      drawn.add(id);
      return [{ ...feature, properties: { ...feature.properties, id } }];
    });
    byId("count").textContent =
      kept.length > SHOWN
        ? `The first ${SHOWN} of ${plural(kept.length, "finding")}; the files below have more.`
        : plural(kept.length, "finding");
    fill("faults", kept.length > 0 ? [this.table(kept.slice(0, SHOWN), drawn)] : []);
    void this.map?.mark({ type: "FeatureCollection", features });
  }

  private table(faults: readonly Numbered[], drawn: ReadonlySet<number>): HTMLElement {
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
            h("strong", {}, `${SEVERITIES[one.severity]}: ${words(one.code)}. `),
            one.message,
            one.suggestion && h("span", { class: "beneath" }, one.suggestion),
          ),
          drawn.has(one.id) ? this.button(one.id) : "nowhere",
        ],
        of: { fault: String(one.id) },
      })),
    );
  }

  private button(id: number): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "try__back",
        "data-show": id,
        "aria-pressed": String(id === this.shown),
        "aria-label": `Show finding ${id} on the map`,
      },
      "Show",
    );
  }

  private point(id: number): void {
    this.shown = this.shown === id ? null : id;
    for (const button of byId("faults").querySelectorAll<HTMLElement>("button[data-show]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.show) === this.shown));
    const row = byId("faults").querySelector<HTMLElement>(`tr[data-fault="${id}"]`);
    const box = row?.closest<HTMLElement>(".scroll");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 3;
    void this.map?.point(this.shown);
    say(this.shown === null ? "The map shows the whole file." : `The map shows finding ${id}.`);
  }

  private open(): FaultMap | null {
    try {
      return new FaultMap(byId("map"), (id) => this.point(id));
    } catch {
      const said = "This browser cannot draw the map. The list says the same.";
      byId("map").replaceChildren(h("p", { class: "map__none" }, said));
      return null;
    }
  }
}

function choices(id: string, all: string, some: readonly (readonly [string, string])[]): void {
  byId(id).replaceChildren(
    h("option", { value: "" }, all),
    ...some.map(([value, text]) => h("option", { value }, text)),
  );
}
