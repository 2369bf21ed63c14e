/** Does the plan cover its place once? Everything the service's checks found, in a list and on the map. */
import { carry } from "../shared/frame";
import { FaultMap } from "../map/fault-map";
import type { Neighbourhoods, Provenance } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { restsOn, restsOnTip } from "../shared/rests-on";
import { Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, choiceFrom, queryOf, writeAddress } from "../shared/state";
import { inWords } from "../start/coverage";
import type { Checked, Finding, OnMap } from "./found";
import { findingTable, narrowed, words } from "./listing";

/** Findings in the list at most; all of them are in the files. */
const SHOWN = 300;

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly map = this.openMap();
  private choice: Choice = choiceFrom(location.search);
  private findings: OnMap = { type: "FeatureCollection", features: [] };
  private shown: number | null = null;

  constructor() {
    addEventListener("popstate", () => {
      this.choice = choiceFrom(location.search);
      void this.ask();
    });
    for (const id of ["severity", "kind"]) byId(id).addEventListener("change", () => this.list());
    byId("findings").addEventListener("click", ({ target }) => {
      const button = (target as HTMLElement).closest<HTMLElement>("button[data-show]");
      if (button) this.point(Number(button.dataset.show));
    });
  }

  ask(): Promise<void> {
    return this.asking.run(async (signal) => {
      if (!this.selectors.loaded) await this.selectors.load(signal);
      this.choice = await this.selectors.settle(this.choice, signal);
      const asked = askedFor(this.choice);
      const plan = await this.api.get<Neighbourhoods & Provenance & { basis: "patients" }>(
        "alignment/neighbourhoods",
        { ...asked, f: "geojson" },
        signal,
      );
      const { id, version } = plan.footprints;
      const path = `footprints/${encodeURIComponent(id)}/versions/${version}/findings`;
      const of = { place: this.choice.place, as_of: this.choice.asOf };
      const [checked, found] = await Promise.all([
        this.api.get<Checked>(path, of, signal),
        this.api.get<OnMap>(path, { ...of, f: "geojson" }, signal),
      ]);
      this.selectors.show(this.choice, plan);
      this.findings = found;
      this.shown = null;
      byId("fictional").hidden = !checked.fictional;
      byId("answer-parts").hidden = false;
      this.draw(checked, path, of);
      await this.map?.show(plan);
      this.list();
    });
  }

  private draw(checked: Checked, path: string, of: Record<string, string | null>): void {
    byId("in-short").textContent =
      checked.findings === 0
        ? "Yes: no gaps, overlaps or detached pieces were found."
        : `${checked.clean ? "Yes, with advice" : "Not yet"}: ${plural(checked.findings, "finding")}, ${inWords(checked.by_severity)}.`;
    byId("how").textContent =
      checked.form === "list"
        ? "The plan came as a list of small areas, so its lines are those of the areas."
        : `The plan was drawn: what lies apart by less than ${checked.tolerance_metres ?? 0} metres is taken to be noise of drawing. What is safe to mend can be mended as a new version: “coterminous mend”.`;
    fill("rests", [restsOnTip(checked)]);
    options(
      "severity",
      "Everything",
      Object.keys(checked.by_severity).filter((name) => checked.by_severity[name]),
    );
    options("kind", "Every sort", Object.keys(checked.by_kind).sort());
    const file = (f: string, said: string) =>
      h("li", {}, h("a", { href: this.api.address(path, { ...of, f }) }, said));
    fill("files", [
      file("csv", "All findings (CSV)"),
      file("geojson", "All findings (GeoJSON, opens in QGIS)"),
    ]);
    fill(
      "sources",
      restsOn(checked, `The place is known by ${checked.place_known_by}.`, ...checked.warnings),
    );
    this.write(false);
    say(byId("in-short").textContent ?? "");
  }

  private list(): void {
    const wanted = (id: string) => byId<HTMLSelectElement>(id).value || null;
    const all = this.findings.features.map(({ properties }): Finding => properties);
    const kept = narrowed(all, wanted("severity"), wanted("kind"));
    const ids = new Set(kept.map(({ id }) => id));
    const drawn = this.findings.features.filter(
      ({ geometry, properties }) => geometry !== null && ids.has(properties.id),
    );
    const onMap = new Set(drawn.map(({ properties }) => properties.id));
    byId("count").textContent =
      kept.length > SHOWN
        ? `The first ${SHOWN} of ${plural(kept.length, "finding")}; the files below have all of them.`
        : plural(kept.length, "finding");
    fill("findings", kept.length > 0 ? [findingTable(kept.slice(0, SHOWN), onMap, this.shown)] : []);
    void this.map?.mark({ ...this.findings, features: drawn });
  }

  private point(id: number): void {
    this.shown = this.shown === id ? null : id;
    for (const button of byId("findings").querySelectorAll<HTMLElement>("button[data-show]"))
      button.setAttribute("aria-pressed", String(Number(button.dataset.show) === this.shown));
    const row = byId("findings").querySelector<HTMLElement>(`tr[data-finding="${id}"]`);
    const box = row?.closest<HTMLElement>(".scroll");
    if (row && box) box.scrollTop = row.offsetTop - box.clientHeight / 3;
    void this.map?.point(this.shown);
    say(this.shown === null ? "The map shows the whole plan." : `The map shows finding ${id}.`);
  }

  private openMap(): FaultMap | null {
    try {
      return new FaultMap(byId("map"), (id) => this.point(id));
    } catch {
      const said = "This browser cannot draw the map. The list says the same.";
      byId("map").replaceChildren(h("p", { class: "map__none" }, said));
      return null;
    }
  }

  private choose(choice: Choice): void {
    this.choice = choice;
    this.write(true);
    void this.ask();
  }

  private write(newEntry: boolean): void {
    writeAddress(queryOf(this.choice), newEntry);
    carry(this.choice);
  }
}

function options(id: string, all: string, some: readonly string[]): void {
  const names: Record<string, string> = { error: "To put right", warning: "To look at", advice: "Advice" };
  byId(id).replaceChildren(
    h("option", { value: "" }, all),
    ...some.map((name) => h("option", { value: name }, names[name] ?? words(name))),
  );
}

void new Page().ask();
