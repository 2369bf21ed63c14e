/** The page: reads the address, asks the service, and keeps map, table and address telling the same story. */
import { carry } from "../shared/frame";
import { symbolsOf } from "../map/palette";
import type { PcnAlignment } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h, painted } from "../shared/dom";
import { percent } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { type Choice, writeAddress } from "../shared/state";
import { type Answer, answerTo } from "./answer";
import { columnName } from "./columns";
import { coverage, type Findings, findingsOf } from "./coverage";
import { drawAnswer } from "./drawing";
import { legend } from "./legend";
import { Looking } from "./looking";
import { type Hover, type NeighbourhoodMap, openMap, type Spread } from "./map";
import { MapTools } from "./map-tools";
import { type Overlaid, Overlays } from "./overlays";
import { panel, sharesOf } from "./panel";
import { Pointing } from "./pointing";
import { type Find, SearchBox } from "./search-box";
import { fromQuery, type State, toQuery } from "./state";
import { PcnTable, spoken } from "./table";
import { showTip } from "./tip";

class Page {
  private readonly api = new Api();
  private readonly pointing = new Pointing();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => this.clear(),
    () => void this.ask(),
  );
  private map: NeighbourhoodMap | null = null; // also where this browser cannot draw one
  private opening: Promise<void> | null = null;
  private readonly overlays = new Overlays(this.api, () => this.map);
  private readonly tools = new MapTools((choice) => this.change(choice, false));
  private readonly looking = new Looking(this.api, this.pointing, {
    pcn: (code) => this.select(code),
    practice: (code) => this.look({ practice: code }),
    neighbourhood: (code) => this.look({ neighbourhood: code }),
    close: () => this.look({}),
  });
  private readonly table: PcnTable;
  private state: State = fromQuery(location.search);
  private answer: Answer | null = null;
  private findings: Findings | null = null;
  private symbols: ReadonlyMap<string, number> = new Map();
  private over: Overlaid | null = null;
  private overlaying = 0; // how often: an older drawing that ends later is known by it

  constructor() {
    this.table = new PcnTable(
      {
        onSort: (sort) => {
          this.change({ sort }, false);
          this.drawTable();
          if (!this.answer) return;
          const column = columnName(sort.column, wordsOf(this.answer.alignment));
          say(
            `Sorted by ${column}, ${sort.descending ? "largest or last first" : "smallest or first first"}.`,
          );
        },
        onSelect: (pcn) => this.select(pcn),
      },
      this.pointing,
    );
    this.pointing.tell((at) => this.map?.point(at));
    new SearchBox(
      this.api,
      () => this.state,
      (find) => this.found(find),
    );
    byId("show-all").addEventListener("click", () => this.select(null));
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => void this.overlay());
  }

  /** Asks for the answer to what is chosen and shows it, or what went wrong. */
  ask(): Promise<void> {
    byId("loading").hidden = this.answer !== null;
    return this.asking.run(async (signal) => {
      this.state = { ...this.state, ...(await this.selectors.settle(this.state, signal)) };
      const answer = await answerTo(this.api, this.state, signal);
      const { alignment } = answer;
      this.answer = answer;
      this.findings = null;
      this.over = null;
      this.selectors.show(this.state, alignment);
      this.symbols = symbolsOf(alignment.pcn.map(({ code }) => code));
      if (this.state.pcn && !this.selected()) this.state = { ...this.state, pcn: null };
      this.write(false);
      this.drawAll();
      byId("answer-parts").hidden = false;
      const where = alignment.place?.name ?? "All places";
      say(`${where}: ${alignment.pcns} PCNs, ${percent(alignment.misalignment)} outside.`);
      await this.openMap();
      await this.map?.show(answer.neighbourhoods, answer.practices, this.symbols, this.spread());
      void this.overlay();
      void this.lookAround(answer, signal);
    });
  }

  /** Making a map holds the page up for a moment: the figures are there before it. */
  private openMap(): Promise<void> {
    this.opening ??= painted().then(() => {
      this.map = openMap(byId("map"), {
        onHover: (over) => this.hover(over),
        onPick: (over) => this.pick(over),
      });
    });
    return this.opening;
  }

  /** What the first sight of the answer need not wait for. Each part says itself where it cannot be had. */
  private async lookAround(answer: Answer, signal: AbortSignal): Promise<void> {
    const still = () => this.answer === answer && !signal.aborted;
    void this.looking.show(this.state, answer);
    const [shadings, layers] = await Promise.allSettled([
      this.overlays.shadings(this.state, signal),
      this.overlays.known(signal),
    ]);
    if (!still()) return;
    this.tools.know({
      shadings: shadings.status === "fulfilled" ? shadings.value : [],
      layers: layers.status === "fulfilled" ? layers.value : [],
    });
    this.tools.show(this.state, answer.alignment);
    if (this.state.layer) void this.overlay(); // only now is it known which there are
    const { footprints, place } = answer.alignment;
    const findings = await findingsOf(this.api, footprints, place?.id ?? null, signal).catch(() => null);
    if (!still()) return;
    this.findings = findings;
    if (findings) this.drawCoverage();
    else fill("coverage", [h("p", {}, "The outlines could not be checked.")]);
  }

  private selected(): PcnAlignment | null {
    return this.answer?.alignment.pcn.find(({ code }) => code === this.state.pcn) ?? null;
  }

  private choose(choice: Choice): void {
    const elsewhere = choice.footprints !== this.state.footprints || choice.place !== this.state.place;
    this.state = { ...this.state, ...choice, ...(elsewhere ? { neighbourhood: null, practice: null } : {}) };
    this.write(true);
    void this.ask();
  }

  private change(part: Partial<State>, newEntry: boolean): void {
    this.state = { ...this.state, ...part };
    this.write(newEntry);
    if (!this.answer || "sort" in part) return;
    this.tools.show(this.state, this.answer.alignment);
    void this.overlay();
  }

  private select(pcn: string | null): void {
    if (!this.answer || pcn === this.state.pcn) {
      void this.map?.fit();
      return;
    }
    this.state = { ...this.state, pcn };
    this.write(true);
    this.drawTable();
    this.drawLegend();
    this.tools.show(this.state, this.answer.alignment);
    const selected = this.selected();
    if (selected) this.table.reveal(selected.code);
    say(selected ? spoken(selected, this.answer.alignment) : "Closed. The map shows all PCNs.");
    void Promise.resolve(this.map?.shade(this.spread()))
      .then(() => this.map?.fit())
      .then(() => this.overlay());
  }

  /** Looks more closely at a neighbourhood or a practice, or at neither. */
  private look(at: { neighbourhood?: string; practice?: string }): void {
    const { neighbourhood = null, practice = null } = at;
    this.state = { ...this.state, neighbourhood, practice };
    this.write(true);
    if (neighbourhood) void this.map?.goTo({ neighbourhood });
    if (this.answer) void this.looking.show(this.state, this.answer, true);
  }

  private found({ kind, code, neighbourhood, longitude, latitude }: Find): void {
    if (kind === "pcn") {
      this.select(code);
      this.table.focus(code);
    } else if (kind === "practice") this.look({ practice: code });
    else if (neighbourhood) this.look({ neighbourhood });
    if (kind !== "pcn" && kind !== "neighbourhood" && longitude !== null && latitude !== null) {
      void this.map?.goTo({ point: [longitude, latitude] });
      this.pointing.at(
        kind === "practice" ? { practice: code } : kind === "area" ? { area: code } : { neighbourhood },
      );
    }
  }

  /** Where the selected PCN's patients live. */
  private spread(): Spread | null {
    const selected = this.selected();
    if (!selected || !this.answer) return null;
    const shares = new Map(sharesOf(this.answer, selected.code).map(({ code, share }) => [code, share]));
    return { pcn: selected.code, lead: selected.lead, shares };
  }

  private async overlay(): Promise<void> {
    const { answer, state } = this;
    if (!answer) return;
    const turn = (this.overlaying += 1);
    const note = (text: string) => (byId("map-problem").textContent = text);
    const slow = setTimeout(() => note("Fetching what the map is to show…"), 200);
    try {
      const over = await this.overlays.draw(state, answer.alignment.pcn, this.symbols);
      if (this.overlaying !== turn || this.answer !== answer) return;
      this.over = over;
      note("");
    } catch (error) {
      if (this.overlaying !== turn) return;
      this.over = null;
      note(error instanceof Error ? error.message : String(error));
    } finally {
      clearTimeout(slow);
    }
    this.drawLegend();
  }

  private drawAll(): void {
    if (!this.answer) return;
    drawAnswer(this.answer, this.state, {
      places: this.selectors.placesOf(this.state.footprints ?? ""),
      symbols: this.symbols,
      pointing: this.pointing,
      onPlace: (place) => this.choose({ ...this.state, place }),
      onNeighbourhood: (code) => this.look({ neighbourhood: code }),
    });
    this.drawCoverage();
    this.drawTable();
    this.drawLegend();
    this.tools.show(this.state, this.answer.alignment);
  }

  private drawCoverage(): void {
    if (!this.answer) return;
    fill("coverage", coverage(this.findings, this.api, this.answer.alignment.footprints, this.state));
  }

  private drawTable(): void {
    const { answer } = this;
    if (!answer) return;
    this.table.render({
      alignment: answer.alignment,
      symbols: this.symbols,
      selected: this.state.pcn,
      sort: this.state.sort,
      detail: (pcn) =>
        panel(answer, pcn, {
          onClose: () => {
            this.select(null);
            this.table.focus(pcn.code);
          },
          onShowMap: () => byId("map-region").scrollIntoView({ block: "start" }),
          onPractice: (code) => this.look({ practice: code }),
          onNeighbourhood: (code) => this.look({ neighbourhood: code }),
        }),
    });
  }

  private drawLegend(): void {
    if (!this.answer) return;
    const { alignment } = this.answer;
    const selected = this.selected();
    byId("legend").replaceChildren(
      ...legend({ alignment, selected, symbols: this.symbols, over: this.over }),
    );
    byId("show-all").hidden = selected === null;
  }

  private pick(over: Hover): void {
    if (over.kind === "practice" && over.pcn) this.select(over.pcn);
    else if (over.kind === "practice") this.look({ practice: over.code });
    else if (over.kind === "neighbourhood") this.look({ neighbourhood: over.code });
    else if (over.neighbourhood) this.look({ neighbourhood: over.neighbourhood });
  }

  private hover(over: Hover | null): void {
    if (over?.kind === "practice") this.pointing.at({ practice: over.code, pcn: over.pcn });
    else if (over?.kind === "area") this.pointing.at({ area: over.code, neighbourhood: over.neighbourhood });
    else this.pointing.at(over ? { neighbourhood: over.code } : {});
    showTip(over, this.answer, this.selected(), this.over?.paint ?? null);
  }

  /** Figures of an earlier question must not stand under a new one's names. */
  private clear(): void {
    byId("answer-parts").hidden = true;
    this.answer = null;
  }

  private write(newEntry: boolean): void {
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

void new Page().ask();
