/** Scenarios kept of this place: a list to open one from, and two or more side by side with today. */
import { type Api, ServiceProblem } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { date, plural } from "../shared/format";
import { linkTo } from "../shared/links";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import type { Choice } from "../shared/state";
import type { Tried } from "./found";
import { type Comparison, comparisonTable } from "./scenarios-table";
import type { State } from "./state";

/** Scenarios that the service puts side by side, today among them. */
const MOST = 8;

interface Row {
  id: string;
  name: string;
  place: string | null;
  as_of: string;
  practices_moved: number;
  areas_moved: number;
  created_by: string;
  created_at: string;
}

interface KeptScenario extends Pick<Row, "id" | "name" | "created_by" | "created_at"> {
  pinned_to: { id: string; name: string; version: number; status: string; as_of: string };
  newer: { words: string[] };
  what_if: Tried;
}

/** The state that a kept scenario was made from, with its moves; what it says of itself is shown. */
export async function openScenario(api: Api, state: State, signal: AbortSignal): Promise<State> {
  fill("opened", []);
  if (!state.scenario) return state;
  const kept = await api.get<KeptScenario>(`scenarios/${encodeURIComponent(state.scenario)}`, {}, signal);
  const { pinned_to: pinned, what_if: tried, newer } = kept;
  const words = `Opened: “${kept.name}”, kept with the key “${kept.created_by}” on ${date(kept.created_at)}, of version ${pinned.version} on ${date(pinned.as_of)}.`;
  fill("opened", [h("p", { class: "note" }, [words, ...newer.words].join(" "))]);
  return {
    ...state,
    footprints: pinned.id,
    version: pinned.version,
    place: tried.place?.id ?? null,
    basis: tried.basis,
    asOf: pinned.as_of,
    moves: tried.moves,
    option: null,
    scenario: null,
  };
}

export class Scenarios {
  private choice: Choice | null = null;
  private place: Tried["place"] = null;

  /** @param onCompared the scenarios that are compared, for the address */
  constructor(
    private readonly api: Api,
    private readonly onCompared: (ids: readonly string[]) => void,
  ) {
    byId("scenarios").addEventListener("submit", (event) => {
      event.preventDefault();
      const ids = [...byId("scenarios").querySelectorAll<HTMLInputElement>("input:checked")].map(
        ({ value }) => value,
      );
      this.onCompared(ids);
      void this.compare(ids);
    });
  }

  /** Lists what is kept of a place. Without the list nothing else on the page is lost. */
  async show(choice: Choice, place: Tried["place"], compared: readonly string[]): Promise<void> {
    this.choice = choice;
    this.place = place;
    try {
      const { items } = await this.api.get<{ items: Row[] }>("scenarios", { footprints: choice.footprints });
      if (this.choice !== choice) return;
      const mine = items.filter((row) => !place || row.place === place.id || row.place === place.name);
      fill("scenarios-list", [list(mine, choice, compared)]);
      byId("compare").hidden = mine.length === 0;
      const known = compared.filter((id) => mine.some((row) => row.id === id));
      fill("compared", []);
      if (known.length > 0) await this.compare(known);
    } catch (error) {
      if (!(error instanceof ServiceProblem)) throw error;
      fill("scenarios-list", [h("p", { class: "note" }, `${error.title}. ${error.remedy}`)]);
      byId("compare").hidden = true;
    }
  }

  /** The list again, with one that has just been kept. */
  async again(): Promise<void> {
    if (this.choice) await this.show({ ...this.choice }, this.place, []);
  }

  private async compare(ids: readonly string[]): Promise<void> {
    if (ids.length === 0 || ids.length >= MOST) {
      const words = `Tick one to ${MOST - 1} scenarios: they are shown beside today.`;
      fill("compared", [h("p", { class: "try__refused", role: "alert" }, words)]);
      return;
    }
    try {
      const found = await this.api.get<Comparison>("scenarios/compare", { ids: ["today", ...ids].join(",") });
      fill("compared", [
        comparisonTable(found),
        h(
          "p",
          { class: "note" },
          found.words,
          " ",
          h(
            "a",
            { href: this.api.address("scenarios/compare", { ids: ["today", ...ids].join(","), f: "csv" }) },
            "The same as a CSV file",
          ),
        ),
      ]);
      say(`${plural(found.columns.length, "column")} side by side.`);
    } catch (error) {
      fill("compared", [problemSummary(error, () => void this.compare(ids))]);
    }
  }
}

function list(rows: readonly Row[], choice: Choice, compared: readonly string[]): HTMLElement {
  if (rows.length === 0) return h("p", { class: "note" }, "No scenario of this place has been kept yet.");
  return h(
    "ul",
    { class: "try__kept" },
    ...rows.map((row) => {
      const moved = [
        row.practices_moved > 0 && plural(row.practices_moved, "practice"),
        row.areas_moved > 0 && plural(row.areas_moved, "small area"),
      ].filter(Boolean);
      const id = `kept-${row.id}`;
      return h(
        "li",
        { "data-scenario": row.id },
        h("input", { type: "checkbox", id, value: row.id, checked: compared.includes(row.id) }),
        h(
          "label",
          { for: id },
          h("strong", {}, row.name),
          h(
            "span",
            { class: "beneath" },
            `${moved.join(" and ") || "nothing"} moved, figures of ${date(row.as_of)}, kept ${date(row.created_at)} (${row.created_by})`,
          ),
        ),
        h(
          "a",
          { href: linkTo("try", choice, { scenario: row.id }) ?? "", "aria-label": `Open ${row.name}` },
          "Open",
        ),
      );
    }),
  );
}
