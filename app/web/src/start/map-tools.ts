/** What the map shows: chosen beside it, with controls that a keyboard works. */
import type { Alignment, Footprints } from "../shared/answers";
import { byId, h } from "../shared/dom";
import { termMark } from "../shared/toggletip";
import { MOST_CORES } from "./overlays";
import type { Shading } from "./shading";
import { LEAST_CORE, MOST_CORE, type State } from "./state";

const NAMES: Record<string, string> = {
  pcn_code: "PCN with most patients",
  share: "Share of that PCN",
  patients_of_area: "Registered patients",
  residents: "Residents",
  imd_decile: "Deprivation tenth",
  imd_score: "Deprivation score",
};

export type MapChoice = Pick<State, "shade" | "core" | "layer">;
const USUAL_CORE = 80;

export class MapTools {
  private shadings: readonly Shading[] = [];
  private layers: readonly Footprints[] = [];
  private percent = USUAL_CORE;

  constructor(private readonly onChange: (choice: Partial<MapChoice>) => void) {
    byId("shade").addEventListener("change", () => {
      this.onChange({ shade: byId<HTMLSelectElement>("shade").value || null });
    });
    const core = byId<HTMLInputElement>("core");
    const slider = byId<HTMLInputElement>("core-percent");
    slider.min = String(LEAST_CORE);
    slider.max = String(MOST_CORE);
    core.addEventListener("change", () => this.onChange({ core: core.checked ? this.percent : null }));
    slider.addEventListener("input", () => {
      this.percent = Number(slider.value);
      byId("core-said").textContent = `${this.percent}%`;
      this.onChange({ core: this.percent });
    });
    byId("layer").addEventListener("change", () => {
      this.onChange({ layer: byId<HTMLSelectElement>("layer").value || null });
    });
    byId("map-tools").addEventListener("submit", (event) => event.preventDefault());
    byId("core-term").replaceChildren(termMark("core"));
  }

  know({ shadings, layers }: { shadings?: readonly Shading[]; layers?: readonly Footprints[] }): void {
    this.shadings = shadings ?? this.shadings;
    this.layers = layers ?? this.layers;
  }

  show(state: State, alignment: Alignment): void {
    const chosen = alignment.pcn.find(({ code }) => code === state.pcn);
    const options: [string, string][] = [
      ["", chosen ? "Neighbourhoods, by this PCN’s patients" : "Neighbourhoods"],
    ];
    if (this.shadings.some(({ field }) => field === "pcn_code")) {
      options.push([
        "pcn",
        chosen ? "Small areas, by this PCN’s patients" : "Small areas, by a PCN’s patients (choose one)",
      ]);
    }
    for (const { field, explained } of this.shadings)
      options.push([field, `Small areas: ${NAMES[field] ?? explained}`]);
    fill("shade", options, state.shade ?? "");
    byId<HTMLInputElement>("core").checked = state.core !== null;
    if (state.core !== null) this.percent = state.core;
    const slider = byId<HTMLInputElement>("core-percent");
    slider.value = String(this.percent);
    slider.disabled = state.core === null;
    byId("core-said").textContent = `${this.percent}%`;
    byId("core-row").hidden = !this.shadings.some(({ field }) => field === "pcn_code");
    byId("core-note").hidden = state.core === null || chosen !== undefined || alignment.pcns <= MOST_CORES;
    byId("layer-row").hidden = this.layers.length === 0;
    fill(
      "layer",
      [["", "None"], ...this.layers.map(({ id, name, service }): [string, string] => [id, service ?? name])],
      state.layer ?? "",
    );
  }
}

function fill(id: string, options: [string, string][], value: string): void {
  const select = byId<HTMLSelectElement>(id);
  select.replaceChildren(...options.map(([key, name]) => h("option", { value: key }, name)));
  select.value = options.some(([key]) => key === value) ? value : "";
}
