/** Does the plan cover its place once? Everything the service's checks found, in a list and on the map. */
import type { Feature, Geometry } from "geojson";
import { carry } from "../shared/frame";
import { FindingList } from "../findings/list";
import type { Neighbourhoods, Provenance } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { restsOn, restsOnTip } from "../shared/rests-on";
import { Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, choiceFrom, queryOf, writeAddress } from "../shared/state";
import { severitiesInWords } from "../findings/severity";
import type { Checked, Finding, OnMap } from "./found";
import { findingTable, SEVERITIES } from "./listing";

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly list = new FindingList<Finding>({
    whole: "the whole plan",
    files: "have all of them",
    severities: SEVERITIES,
    sortOf: ({ kind }) => kind,
    table: findingTable,
  });
  private choice: Choice = choiceFrom(location.search);

  constructor() {
    addEventListener("popstate", () => {
      this.choice = choiceFrom(location.search);
      void this.ask();
    });
  }

  ask(): Promise<void> {
    return this.asking.run(async (signal) => {
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
      byId("fictional").hidden = !checked.fictional;
      byId("answer-parts").hidden = false;
      this.draw(checked, path, of);
      const placed = found.features.filter((one): one is Feature<Geometry, Finding> => one.geometry !== null);
      this.list.show(
        found.features.map(({ properties }) => properties),
        new Map(placed.map((one) => [one.properties.id, one])),
        plan,
      );
    });
  }

  private draw(checked: Checked, path: string, of: Record<string, string | null>): void {
    byId("in-short").textContent =
      checked.findings === 0
        ? "Yes: no gaps, overlaps or detached pieces were found."
        : `${checked.clean ? "Yes, with advice" : "Not yet"}: ${plural(checked.findings, "finding")}, ${severitiesInWords(checked.by_severity)}.`;
    byId("how").textContent =
      checked.form === "list"
        ? "The plan came as a list of small areas, so its lines are those of the areas."
        : `The plan was drawn: what lies apart by less than ${checked.tolerance_metres ?? 0} metres is taken to be noise of drawing. What is safe to mend can be mended as a new version: “coterminous mend”.`;
    fill("rests", [restsOnTip(checked)]);
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

void new Page().ask();
