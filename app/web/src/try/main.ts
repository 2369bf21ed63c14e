/** Change it by hand: paint small areas, move practices, and see at once what it does. The page works the figures out
 * while somebody paints; the service then says the same, holds it against the rules, and has the last word. */
import { carry } from "../shared/frame";
import type { Alignment, Areas, Neighbourhoods, Practices } from "../shared/answers";
import { Api, ServiceProblem } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { restsOn, restsOnTip } from "../shared/rests-on";
import { needsPatients, Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, writeAddress } from "../shared/state";
import type { Tried } from "./found";
import { listenToKeeping } from "./keep";
import { type Move, Moves, movesFrom, movesTo } from "./moves";
import { Nearest } from "./nearest-part";
import { openIn } from "../map/base";
import { PaintMap } from "./paint-map";
import { Quick } from "./quick";
import { checkList, inShort, moveList, neighbourhoodTable, pcnTable, wholeTable } from "./results";
import { openScenario, Scenarios } from "./scenarios";
import { fromQuery, type State, toQuery } from "./state";

/** Longer lists of moves go in the body of a request, not in its address. */
const LONGEST = 6_000;
/** Milliseconds without another move before the service is asked what the rules say. */
const CALM = 250;

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly moves = new Moves();
  private readonly quick = new Quick(this.api);
  private readonly nearest = new Nearest(this.api);
  private readonly scenarios = new Scenarios(this.api, (compare) =>
    this.write({ compare: [...compare], moves: movesTo(this.moves.all) }, true),
  );
  private readonly map = this.openMap();
  private state: State = fromQuery(location.search);
  private areas: Areas = { type: "FeatureCollection", features: [] };
  private practices: Practices = { type: "FeatureCollection", features: [] };
  /** Only the newest answer is shown, whichever comes first. */
  private turn = 0;
  private last: Tried | null = null;

  constructor() {
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
    const step = (id: string, change: () => boolean) =>
      byId(id).addEventListener("click", () => change() && void this.evaluate());
    step("undo", () => this.moves.undo());
    step("redo", () => this.moves.redo());
    step("clear", () => this.moves.clear());
    addEventListener("keydown", (event) => {
      const typing = (event.target as HTMLElement).closest("input:not([type=checkbox]), textarea");
      if (typing || !(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== "z") return;
      event.preventDefault();
      if (event.shiftKey ? this.moves.redo() : this.moves.undo()) void this.evaluate();
    });
    byId("practice-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.move([value("practice")], value("pcn"));
    });
    byId("area-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.move([value("area")], value("brush"));
    });
    byId("brush").addEventListener("change", () => void this.mark(null));
    listenToKeeping(
      this.api,
      () => this.question(),
      () => void this.scenarios.again(),
    );
  }

  ask(): Promise<void> {
    return this.asking.run(async (signal) => {
      this.state = await openScenario(this.api, this.state, signal);
      this.state = await this.selectors.settlePlace(this.state, signal);
      needsPatients(
        this.state,
        "Moves are tried on registered patients",
        "Counted another way, nobody knows whom a move would bring inside.",
      );
      const asked = askedFor(this.state);
      const map = { ...asked, f: "geojson" };
      this.moves.replace(movesFrom(this.state.moves));
      const [tried, alignment, practices, neighbourhoods, areas] = await Promise.all([
        this.tried(signal),
        this.api.get<Alignment>("alignment", asked, signal),
        this.api.get<Practices>("alignment/practices", map, signal),
        this.api.get<Neighbourhoods>("alignment/neighbourhoods", map, signal),
        this.api.get<Areas>("areas", map, signal),
      ]);
      this.practices = practices;
      this.areas = areas;
      this.moves.from(
        new Map([
          ...practices.features.map(({ properties: p }) => [p.code, p.pcn_code ?? "none"] as const),
          ...areas.features.map(({ properties: a }) => [a.code, a.neighbourhood] as const),
        ]),
      );
      this.moves.replace(movesFrom(tried.moves));
      this.state = { ...this.state, option: null };
      this.fillForms(alignment, neighbourhoods);
      this.selectors.show(this.state, tried);
      byId("fictional").hidden = !tried.fictional;
      byId("answer-parts").hidden = false;
      fill("rests", [restsOnTip(tried)]);
      fill("sources", restsOn(tried, ...tried.warnings));
      byId("words").textContent = tried.words;
      this.last = tried;
      this.nearest.begin(asked);
      this.draw(tried);
      void this.quick.load(asked, signal);
      void this.scenarios.show(this.state, tried.place, this.state.compare);
      await this.map?.show(areas, neighbourhoods, practices);
      await this.mark(tried);
    });
  }

  /** Shows at once what the page works out itself, and what the service says once nobody moves any more. */
  private async evaluate(): Promise<void> {
    this.turn += 1;
    const turn = this.turn;
    this.write({ moves: movesTo(this.moves.all) }, true);
    const started = performance.now();
    try {
      if (this.preview(this.moves.all)) await new Promise((calm) => setTimeout(calm, CALM));
      if (turn !== this.turn) return;
      const tried = await this.tried();
      if (turn !== this.turn) return;
      byId("refused").replaceChildren();
      this.last = tried;
      this.draw(tried);
      await this.mark(tried);
      byId("answer-parts").dataset.settled = String(Math.round(performance.now() - started));
      say(byId("in-short").textContent ?? "");
    } catch (error) {
      if (turn !== this.turn) return;
      const known = error instanceof ServiceProblem ? error : null;
      if (known?.status && known.status < 500) {
        // What cannot be tried is taken back, and the reader is told why.
        this.moves.refuse();
        this.write({ moves: movesTo(this.moves.all) });
        if (this.last) this.draw(this.last);
        void this.mark(null);
      }
      const words = known ? `${known.title}. ${known.detail} ${known.findings.join(" ")}` : String(error);
      fill("refused", [h("p", { class: "try__refused", role: "alert" }, words)]);
    }
  }

  /** Shows what the page itself works out; false where only the service can tell. */
  private preview(moves: readonly Move[]): boolean {
    const started = performance.now();
    const found = this.quick.evaluate(moves);
    if (!found || !this.last) return false;
    this.draw({ ...this.last, ...found });
    byId("checks").setAttribute("aria-busy", "true");
    void this.mark(null, moves);
    byId("answer-parts").dataset.took = (performance.now() - started).toFixed(1);
    return true;
  }

  private tried(signal?: AbortSignal): Promise<Tried> {
    const moves = movesTo(this.moves.all);
    const { option } = this.state;
    if (moves.length > LONGEST)
      return this.api.send<Tried>("what-if", { method: "POST", body: this.question(), signal });
    return this.api.get<Tried>("what-if", { ...askedFor(this.state), moves: moves || null, option }, signal);
  }

  private question(): Record<string, unknown> {
    const { footprints, place, version, asOf } = this.state;
    const asked = { footprints, place, version, as_of: asOf, moves: this.moves.all };
    return Object.fromEntries(Object.entries(asked).filter(([, said]) => said !== null));
  }

  private move(codes: string[], to: string): void {
    if (!to || codes.length === 0 || !codes[0]) return;
    if (this.moves.move(codes, to)) void this.evaluate();
  }

  private draw(tried: Tried): void {
    byId("in-short").textContent = inShort(tried);
    fill("moves", [
      moveList(tried, (code) => {
        if (this.moves.remove(code)) void this.evaluate();
      }),
    ]);
    fill("whole", [wholeTable(tried)]);
    fill("pcns", tried.pcns.length > 0 ? [pcnTable(tried)] : [h("p", { class: "note" }, "None yet.")]);
    fill(
      "neighbourhoods",
      tried.neighbourhoods.length > 0
        ? [neighbourhoodTable(tried)]
        : [h("p", { class: "note" }, "None yet.")],
    );
    fill(
      "checks",
      tried.checks.length > 0 ? [checkList(tried)] : [h("p", { class: "note" }, "Nothing to check yet.")],
    );
    byId("checks").removeAttribute("aria-busy");
    this.nearest.show(tried);
    byId<HTMLButtonElement>("undo").disabled = !this.moves.canUndo;
    byId<HTMLButtonElement>("redo").disabled = !this.moves.canRedo;
    byId<HTMLButtonElement>("clear").disabled = this.moves.all.length === 0;
  }

  private mark(_tried: Tried | null, moves = this.moves.all): Promise<void> {
    const moved = new Set(moves.map(({ code }) => code));
    const among = (features: readonly { properties: { code: string } }[]) =>
      features.map(({ properties }) => properties.code).filter((code) => moved.has(code));
    const areas = among(this.areas.features);
    return this.map?.mark(areas, among(this.practices.features), value("brush") || null) ?? Promise.resolve();
  }

  private fillForms({ pcn }: Alignment, neighbourhoods: Neighbourhoods): void {
    const byName = (a: [string, string], b: [string, string]) => (a[1] < b[1] ? -1 : 1);
    options(
      "practice",
      this.practices.features
        .map(({ properties: p }): [string, string] => [p.code, `${p.name} (${p.pcn_name ?? "no PCN"})`])
        .sort(byName),
    );
    options("pcn", [
      ...pcn.map(({ code, name }): [string, string] => [code, name]).sort(byName),
      ["new-1", "A new PCN"],
      ["none", "No PCN"],
    ]);
    const named = neighbourhoods.features.map(({ properties: n }): [string, string] => [n.code, n.name]);
    options("brush", named.sort(byName));
    const names = new Map(named);
    options(
      "area",
      this.areas.features
        .map(({ properties: a }): [string, string] => [
          a.code,
          `${a.name} (${names.get(a.neighbourhood ?? "") ?? "outside"})`,
        ])
        .sort(byName),
    );
  }

  private openMap(): PaintMap | null {
    return openIn(
      byId("map"),
      "The lists beside it do the same.",
      (at) =>
        new PaintMap(
          at,
          () => byId<HTMLInputElement>("paint").checked,
          (codes) => this.preview(this.moves.with(codes, value("brush"))),
          (codes) => this.move(codes, value("brush")),
          (code, pcn) => this.move([code], pcn),
          (code) => {
            byId<HTMLSelectElement>("practice").value = code;
            byId("pcn").focus();
            say("The practice is chosen. Choose a PCN to move it to.");
          },
        ),
    );
  }

  private choose(choice: Choice): void {
    const other = choice.footprints !== this.state.footprints || choice.place !== this.state.place;
    this.write({ ...choice, ...(other ? { moves: "", option: null, compare: [] } : {}) }, true);
    void this.ask();
  }

  private write(change: Partial<State>, newEntry = false): void {
    this.state = { ...this.state, ...change };
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

const value = (id: string): string => byId<HTMLSelectElement>(id).value;

function options(id: string, all: readonly [string, string][]): void {
  const select = byId<HTMLSelectElement>(id);
  const before = select.value;
  select.replaceChildren(...all.map(([code, name]) => h("option", { value: code }, name)));
  if (all.some(([code]) => code === before)) select.value = before;
  select.disabled = false;
}

void new Page().ask();
