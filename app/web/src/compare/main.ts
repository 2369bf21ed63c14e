/** Two plans side by side: one table, two linked maps with a line to move between them, and who and what changes. */
import { carry } from "../shared/frame";
import type { Neighbourhoods } from "../shared/answers";
import { Api, ServiceProblem } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { count, list, percent, plural } from "../shared/format";
import { restsOn } from "../shared/rests-on";
import { Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, writeAddress } from "../shared/state";
import type { Changes, Compared, PlanSaid } from "./found";
import { openIn } from "../map/base";
import { link, PlanMap } from "./plan-map";
import { fromQuery, plansOf, type State, toQuery } from "./state";
import { Swipe } from "./swipe";
import { areaTable, gained, measureTable, neighbourhoodTables, pcnTable, SHOWN, title } from "./tables";

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly maps = openMaps((code) => this.point(code, true));
  private state: State = fromQuery(location.search);

  constructor() {
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
    byId<HTMLSelectElement>("against").addEventListener("change", ({ target }) => {
      this.write({ against: (target as HTMLSelectElement).value }, true);
      void this.ask();
    });
    const rows = byId("areas");
    const pointed = ({ target }: Event) =>
      this.point((target as HTMLElement).closest<HTMLElement>("tr[data-area]")?.dataset.area ?? null, false);
    rows.addEventListener("pointerover", pointed);
    rows.addEventListener("pointerleave", () => this.point(null, false));
  }

  ask(): Promise<void> {
    return this.asking.run(async (signal) => {
      const settled = await this.selectors.settle(this.state, signal);
      this.state = { ...this.state, ...settled, against: this.against(settled) };
      this.selectors.show(this.state);
      this.showAgainst();
      if (!this.state.against) {
        throw new ServiceProblem(
          "There is only one plan to look at",
          "A comparison needs a second proposal, or an earlier version of this one.",
          "Ask the people who run this service to load another proposal. Then open this page again.",
        );
      }
      const { place = null, basis = null, as_of = null } = askedFor(this.state);
      const asked = { plans: plansOf(this.state), place, basis, as_of };
      const [found, changes] = await Promise.all([
        this.api.get<Compared>("comparison", asked, signal),
        this.api.get<Changes>("comparison/changes", { ...asked, f: "geojson" }, signal),
      ]);
      const drawn = await Promise.all(
        found.plans.map(({ id, version }) =>
          this.api.get<Neighbourhoods>(
            "alignment/neighbourhoods",
            { footprints: id, version, place, basis, as_of, f: "geojson" },
            signal,
          ),
        ),
      );
      byId("fictional").hidden = !found.fictional;
      byId("answer-parts").hidden = false;
      this.draw(found, changes, asked);
      await this.maps?.show(drawn, changes);
    });
  }

  /** The plan compared with: that of the address, else another proposal, else the version before. */
  private against({ footprints, version }: Choice): string | null {
    if (this.state.against && this.state.against !== footprints) return this.state.against;
    const other = this.selectors.proposals.find(({ id }) => id !== footprints);
    if (other) return other.id;
    const newest = this.selectors.proposals.find(({ id }) => id === footprints)?.version ?? 1;
    const shown = version ?? newest;
    return newest > 1 ? `${footprints}@${shown > 1 ? shown - 1 : newest}` : null;
  }

  private showAgainst(): void {
    const { footprints, version, against } = this.state;
    const select = byId<HTMLSelectElement>("against");
    const options = this.selectors.proposals.flatMap(({ id, name, version: newest }): [string, string][] => {
      const older = Array.from({ length: newest - 1 }, (_, at): [string, string] => [
        `${id}@${at + 1}`,
        `${name}, version ${at + 1}`,
      ]);
      return [[id, newest > 1 ? `${name}, version ${newest} (latest)` : name], ...older.reverse()];
    });
    const taken = version === null ? footprints : `${footprints}@${version}`;
    select.replaceChildren(
      ...options.filter(([id]) => id !== taken).map(([id, name]) => h("option", { value: id }, name)),
    );
    if (against) select.value = against;
    select.disabled = false;
  }

  private draw(found: Compared, changes: Changes, asked: Record<string, string | number | null>): void {
    const [one, two] = found.plans;
    if (!one || !two) return;
    this.selectors.show(this.state, { footprints: one, as_of: one.as_of, basis: one.basis });
    byId("in-short").textContent = inShort(found, one, two);
    byId("who").textContent = who(found);
    byId("left-name").textContent = title(one);
    byId("right-name").textContent = title(two);
    fill("pcns", [pcnTable(found)]);
    fill("measures", [measureTable(found)]);
    fill("neighbourhoods", neighbourhoodTables(found));
    const areas = changes.features.map(({ properties }) => properties);
    fill("areas", areas.length > 0 ? [areaTable(areas)] : [h("p", {}, "No small area changes.")]);
    byId("areas-note").textContent =
      areas.length > SHOWN
        ? `The ${SHOWN} with most people of ${count(areas.length)}; the file below has all of them.`
        : "";
    const file = (path: string, f: string, words: string) =>
      h("li", {}, h("a", { href: this.api.address(path, { ...asked, f }) }, words));
    fill("files", [
      file("comparison", "csv", "Every figure (CSV)"),
      file("comparison/changes", "csv", "Areas that change (CSV)"),
      file("comparison/changes", "geojson", "Areas that change (GeoJSON, for a map)"),
    ]);
    fill("sources", [
      ...restsOn({ ...found, footprints: one, basis_explained: one.basis_explained, as_of: one.as_of }),
      h("p", {}, `Compared with: ${title(two)}. Counted: ${two.basis_explained}.`),
      ...found.warnings.map((warning) => h("p", {}, warning)),
    ]);
    this.write({});
    say(byId("in-short").textContent ?? "");
  }

  private point(code: string | null, fromMap: boolean): void {
    this.maps?.point(code || null);
    for (const row of byId("areas").querySelectorAll<HTMLElement>("tr[data-area]")) {
      row.classList.toggle("is-pointed", row.dataset.area === code);
      if (fromMap && row.dataset.area === code) {
        const box = row.closest<HTMLElement>(".scroll");
        if (box) box.scrollTop = row.offsetTop - box.clientHeight / 2;
      }
    }
  }

  private choose(choice: Choice): void {
    this.write({ ...choice }, true);
    void this.ask();
  }

  private write(change: Partial<State>, newEntry = false): void {
    this.state = { ...this.state, ...change };
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

function inShort(found: Compared, one: PlanSaid, two: PlanSaid): string {
  const value = (name: string, key: string) => {
    const said = found.measures.find(({ measure }) => measure === name)?.[key];
    return typeof said === "number" ? said : null;
  };
  const before = value("patients_outside_lead", one.key);
  const after = value("patients_outside_lead", two.key);
  const [step] = found.changes;
  const moved = step
    ? ` ${plural(step.areas_moved, "small area")} with ${count(step.people_moved)} people (${percent(step.share_moved)}) are in another neighbourhood.`
    : "";
  const where = found.place ? ` in ${found.place.name}` : "";
  return `Patients outside their PCN’s lead neighbourhood${where}: ${count(before)} under ${title(one)} (${percent(value("misalignment", one.key))}), ${count(after)} under ${title(two)} (${percent(value("misalignment", two.key))}).${moved}`;
}

function who(found: Compared): string {
  const names = (wanted: (by: number) => boolean) =>
    found.pcns.filter((pcn) => wanted(Math.round(gained(pcn) ?? 0))).map(({ name }) => name);
  const few = (all: string[]) =>
    all.length > 4 ? `${all.slice(0, 3).join(", ")} and ${all.length - 3} more` : list(all);
  const gain = names((by) => by > 0);
  const lose = names((by) => by < 0);
  const said = [
    gain.length > 0 && `More patients inside their lead neighbourhood: ${few(gain)}.`,
    lose.length > 0 && `Fewer: ${few(lose)}.`,
  ].filter(Boolean);
  return said.length > 0
    ? said.join(" ")
    : "No PCN has more or fewer patients inside its lead neighbourhood.";
}

interface Maps {
  show(plans: readonly Neighbourhoods[], changes: Changes): Promise<void>;
  point(code: string | null): void;
}

/** Both maps and the line between them, or a sentence where this browser cannot draw one. */
function openMaps(onPoint: (code: string | null) => void): Maps | null {
  const words = "The tables beside it say the same.";
  return openIn(byId("map"), words, (at) => {
    const left = new PlanMap(at, `Map of the first plan. ${words}`, onPoint);
    const right = new PlanMap(byId("map-over"), `Map of the plan compared with. ${words}`, onPoint);
    link(left, right);
    new Swipe(byId("map-over"), byId("swipe-line"), byId<HTMLInputElement>("swipe"));
    return {
      async show([one, two]: readonly Neighbourhoods[], changes: Changes) {
        if (!one || !two) return;
        const bounds = await left.show(one, changes);
        const others = await right.show(two, changes);
        bounds.extend(others);
        left.base.frame(bounds, false);
        right.base.frame(bounds, false);
      },
      point(code: string | null) {
        left.point(code);
        right.point(code);
      },
    };
  });
}

void new Page().ask();
