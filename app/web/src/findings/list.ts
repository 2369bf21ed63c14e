/** A list of what was found, narrowed at will, and its map, each leading to the other. Needs parts/findings.html. */
import type { Feature, FeatureCollection, Geometry } from "geojson";
import { openIn } from "../map/base";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { say } from "../shared/speech";
import { FaultMap } from "./map";

/** Findings in the list at most; the files have more. */
const SHOWN = 300;

export interface Found {
  /** Its number, from 1, in the list and on the map. */
  id: number;
  severity: string;
}

export interface Listing<T extends Found> {
  /** What the map shows where it shows no one finding: “the whole plan”. */
  whole: string;
  /** What the files have beyond the list: “have all of them”. */
  files: string;
  /** Each severity in words, gravest first. */
  severities: Readonly<Record<string, string>>;
  sortOf(one: T): string;
  /** @param show what leads from a row to the map */
  table(some: readonly T[], show: (id: number) => HTMLElement | string): HTMLElement;
}

/** A sort of finding in words. */
export const sortInWords = (sort: string): string => sort.replaceAll(/[-_]/g, " ");

/** Those of one severity and one sort; null takes all. */
export function narrowed<T extends Found>(
  all: readonly T[],
  sortOf: (one: T) => string,
  severity: string | null,
  sort: string | null,
): T[] {
  return all.filter(
    (one) => (severity === null || one.severity === severity) && (sort === null || sortOf(one) === sort),
  );
}

export class FindingList<T extends Found> {
  private map: FaultMap | null = null;
  private all: readonly T[] = [];
  private places: ReadonlyMap<number, Feature<Geometry>> = new Map();
  private shown: number | null = null;

  constructor(private readonly listing: Listing<T>) {
    for (const id of ["severity", "sort"]) byId(id).addEventListener("change", () => this.list());
    byId("findings").addEventListener("click", ({ target }) => {
      const button = (target as HTMLElement).closest<HTMLElement>("button[data-show]");
      if (button) this.point(Number(button.dataset.show));
    });
  }

  /**
   * Shows these findings.
   *
   * @param places where on the ground those are that have a place
   * @param plan what they lie on; with null there is no map
   */
  show(
    all: readonly T[],
    places: ReadonlyMap<number, Feature<Geometry>>,
    plan: FeatureCollection<Geometry | null> | null,
  ): void {
    this.all = all;
    this.places = places;
    this.shown = null;
    const { severities, sortOf } = this.listing;
    const there = new Set(all.map(({ severity }) => severity));
    choices(
      "severity",
      "Everything",
      Object.entries(severities).filter(([name]) => there.has(name)),
    );
    choices(
      "sort",
      "Every sort",
      [...new Set(all.map(sortOf))].sort().map((sort) => [sort, sortInWords(sort)]),
    );
    if (plan) {
      this.map ??= openIn(
        byId("map"),
        "The list says the same.",
        (at) => new FaultMap(at, (id) => this.point(id)),
      );
      void this.map?.show(plan);
    }
    this.list();
  }

  private list(): void {
    const wanted = (id: string) => byId<HTMLSelectElement>(id).value || null;
    const { files, sortOf, table } = this.listing;
    const kept = narrowed(this.all, sortOf, wanted("severity"), wanted("sort"));
    byId("count").textContent =
      kept.length > SHOWN
        ? `The first ${SHOWN} of ${plural(kept.length, "finding")}; the files below ${files}.`
        : plural(kept.length, "finding");
    const show = (id: number) => (this.places.has(id) ? this.button(id) : "nowhere");
    fill("findings", kept.length > 0 ? [table(kept.slice(0, SHOWN), show)] : []);
    const features = kept.flatMap(({ id }) => {
      const place = this.places.get(id);
      return place ? [{ ...place, properties: { id } }] : [];
    });
    void this.map?.mark({ type: "FeatureCollection", features });
  }

  private button(id: number): HTMLElement {
    return h(
      "button",
      {
        type: "button",
        class: "row-button",
        "data-show": id,
        "aria-pressed": String(id === this.shown),
        "aria-label": `Show finding ${id} on the map`,
      },
      "Show",
    );
  }

  private point(id: number): void {
    this.shown = this.shown === id ? null : id;
    for (const button of byId("findings").querySelectorAll<HTMLElement>("button[data-show]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.show) === this.shown));
    const row = byId("findings").querySelector<HTMLElement>(`tr[data-finding="${id}"]`);
    const box = row?.closest<HTMLElement>(".scroll");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 3;
    void this.map?.point(this.shown);
    say(this.shown === null ? `The map shows ${this.listing.whole}.` : `The map shows finding ${id}.`);
  }
}

function choices(id: string, all: string, some: readonly (readonly [string, string])[]): void {
  byId(id).replaceChildren(
    h("option", { value: "" }, all),
    ...some.map(([value, text]) => h("option", { value }, text)),
  );
}
