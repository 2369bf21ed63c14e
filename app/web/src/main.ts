/** The page: reads the address, asks the service, and keeps map, table and address telling the same story. */
import "./page.scss";
import { type Answer, Api, type Footprints, type PcnAlignment, type Place, ServiceProblem } from "./api";
import { byId, h } from "./dom";
import { percent } from "./format";
import { BASES, columnName, STATUSES, wordsOf } from "./glossary";
import { benchmark, classNote, headline } from "./headline";
import { legend } from "./legend";
import { folds, sources } from "./lists";
import { type Hover, NeighbourhoodMap } from "./map";
import { symbolsOf } from "./palette";
import { panel, sharesOf } from "./panel";
import { fromQuery, type State, toQuery } from "./state";
import { problemSummary } from "./problem";
import { PcnTable, spoken } from "./table";
import { showTip } from "./tip";

class Page {
  private readonly api = new Api(document.documentElement.dataset.root ?? "");
  private readonly table: PcnTable;
  private readonly map: NeighbourhoodMap | null;
  private state: State = fromQuery(location.search);
  private places: Place[] = [];
  private footprints: Footprints[] = [];
  private answer: Answer | null = null;
  private symbols: ReadonlyMap<string, number> = new Map();
  private asking: AbortController | null = null;

  constructor() {
    this.table = new PcnTable({
      onSort: (sort) => {
        this.state = { ...this.state, sort };
        this.write(false);
        this.drawTable();
        if (!this.answer) return;
        const column = columnName(sort.column, wordsOf(this.answer.alignment));
        this.say(
          `Sorted by ${column}, ${sort.descending ? "largest or last first" : "smallest or first first"}.`,
        );
      },
      onSelect: (pcn) => this.select(pcn),
      onPoint: (pcn) => this.map?.point({ pcn }),
    });
    this.map = this.openMap();
    byId("show-all").addEventListener("click", () => this.select(null));
    for (const id of ["footprints", "place", "basis"] as const) {
      byId<HTMLSelectElement>(id).addEventListener("change", () => this.choose(id));
    }
    byId("selectors").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
  }

  async start(): Promise<void> {
    await this.tried(async (signal) => {
      [this.places, this.footprints] = await Promise.all([
        this.api.places(signal),
        this.api.footprints(signal),
      ]);
      if (this.footprints.length === 0) {
        throw new ServiceProblem(
          "No proposal has been loaded yet",
          "The service has no neighbourhood footprints to compare PCNs with.",
          "Ask the people who run this service to load practices, registered patients and a proposal, or the sample place. Then open this page again.",
        );
      }
      await this.fetchAnswer(signal);
    });
  }

  private async ask(): Promise<void> {
    if (this.footprints.length === 0) return this.start();
    return this.tried((signal) => this.fetchAnswer(signal));
  }

  /** Runs a request, showing that it runs and, kindly, what went wrong. A newer request ends an older one. */
  private async tried(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.asking?.abort();
    const asking = new AbortController();
    this.asking = asking;
    const main = byId("main");
    main.setAttribute("aria-busy", "true");
    byId("problem").replaceChildren();
    byId("loading").hidden = this.answer !== null;
    try {
      await work(asking.signal);
    } catch (error) {
      if (asking.signal.aborted) return;
      this.showProblem(error);
    }
    if (this.asking === asking) {
      main.removeAttribute("aria-busy");
      byId("loading").hidden = true;
    }
  }

  private async fetchAnswer(signal: AbortSignal): Promise<void> {
    const chosen = this.footprints.find(({ id }) => id === this.state.footprints) ?? this.footprints[0];
    if (!chosen) return;
    // An address may name footprints that are gone: ask for them all the same, so that the service says so.
    const footprints = this.state.footprints ?? chosen.id;
    this.state = { ...this.state, footprints };
    this.fillSelectors();
    const { place, basis, asOf } = this.state;
    const answer = await this.api.answer({ footprints, place, basis, asOf }, signal);
    this.answer = answer;
    this.fillSelectors();
    this.symbols = symbolsOf(answer.alignment.pcn.map(({ code }) => code));
    if (this.state.pcn && !this.selected()) this.state = { ...this.state, pcn: null };
    this.write(false);
    this.drawAll();
    byId("answer-parts").hidden = false;
    const { alignment } = answer;
    this.say(
      `${alignment.place?.name ?? "All places"}: ${alignment.pcns} PCNs, ${percent(alignment.misalignment)} outside.`,
    );
    await this.map?.show(answer.neighbourhoods, answer.practices, this.symbols);
    await this.shadeMap();
    await this.map?.fit(false);
  }

  private selected(): PcnAlignment | null {
    return this.answer?.alignment.pcn.find(({ code }) => code === this.state.pcn) ?? null;
  }

  private choose(changed: "footprints" | "place" | "basis"): void {
    const value = (id: string) => byId<HTMLSelectElement>(id).value;
    const footprints = value("footprints");
    const basis = changed === "basis" ? fromQuery(`?basis=${value("basis")}`).basis : this.state.basis;
    const places = this.placesOf(footprints);
    const place = places.some(({ id }) => id === value("place")) ? value("place") : null;
    this.state = { ...this.state, footprints, place, basis };
    this.write(true);
    void this.ask();
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
    const selected = this.selected();
    if (selected) this.table.reveal(selected.code);
    this.say(selected ? spoken(selected, this.answer.alignment) : "Closed. The map shows all PCNs.");
    void this.shadeMap().then(() => this.map?.fit());
  }

  private async shadeMap(): Promise<void> {
    const selected = this.selected();
    if (!selected || !this.answer) return this.map?.shade(null);
    const shares = new Map(sharesOf(this.answer, selected.code).map(({ code, share }) => [code, share]));
    return this.map?.shade({ pcn: selected.code, lead: selected.lead, shares });
  }

  private placesOf(footprints: string): Place[] {
    const covered = this.footprints.find(({ id }) => id === footprints)?.places ?? [];
    const places = this.places.filter(({ id, name }) => covered.includes(id) || covered.includes(name));
    return places.length > 0 ? places : this.places;
  }

  private fillSelectors(): void {
    const { footprints, place, basis } = this.state;
    const fill = (id: string, options: [string, string][], value: string) => {
      const known = options.some(([key]) => key === value)
        ? options
        : [[value, value] as [string, string], ...options];
      const select = byId<HTMLSelectElement>(id);
      select.replaceChildren(...known.map(([key, name]) => h("option", { value: key }, name)));
      select.value = value;
      select.disabled = false;
    };
    fill(
      "footprints",
      this.footprints.map(({ id, name, version, status }) => [
        id,
        `${name} (version ${version}, ${STATUSES[status] ?? status})`,
      ]),
      footprints ?? "",
    );
    const places = this.placesOf(footprints ?? "").map(({ id, name }): [string, string] => [id, name]);
    fill("place", [["", "All places"], ...places], place ?? "");
    const shown = basis ?? this.answer?.alignment.basis ?? "patients";
    fill(
      "basis",
      Object.entries(BASES).map(([key, { name }]) => [key, name]),
      shown,
    );
    byId("basis-hint").textContent = BASES[shown].means;
  }

  private drawAll(): void {
    if (!this.answer) return;
    const { alignment } = this.answer;
    byId("fictional").hidden = !alignment.fictional;
    byId("headline").replaceChildren(...headline(alignment));
    byId("benchmark").replaceChildren(...benchmark(alignment));
    byId("class-note").textContent = classNote(alignment);
    byId("folds").replaceChildren(...folds(this.answer));
    byId("sources").replaceChildren(...sources(this.answer));
    this.drawTable();
    this.drawLegend();
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
          onPointPractice: (practice) => this.map?.point({ practice }),
        }),
    });
  }

  private drawLegend(): void {
    if (!this.answer) return;
    const selected = this.selected();
    byId("legend").replaceChildren(...legend(this.answer.alignment, selected, this.symbols));
    byId("show-all").hidden = selected === null;
  }

  private openMap(): NeighbourhoodMap | null {
    try {
      return new NeighbourhoodMap(byId("map"), {
        onHover: (over) => this.hover(over),
        onPick: (pcn) => this.select(pcn),
      });
    } catch {
      byId("map").replaceChildren(
        h(
          "p",
          { class: "map__none" },
          "This browser cannot draw the map. The table holds the same in words.",
        ),
      );
      return null;
    }
  }

  private hover(over: Hover | null): void {
    this.table.point(over?.kind === "practice" ? over.pcn : null);
    this.map?.point(
      over?.kind === "practice" ? { practice: over.code } : over ? { neighbourhood: over.code } : {},
    );
    showTip(over, this.answer, this.selected());
  }

  private showProblem(error: unknown): void {
    // Figures of an earlier question must not stand under a new one's names.
    byId("answer-parts").hidden = true;
    this.answer = null;
    const summary = problemSummary(error, () => void this.ask());
    byId("problem").replaceChildren(summary);
    summary.focus();
  }

  private write(newEntry: boolean): void {
    const address = `${location.pathname}${toQuery(this.state)}`;
    if (address === `${location.pathname}${location.search}`) return;
    if (newEntry) history.pushState(null, "", address);
    else history.replaceState(null, "", address);
  }

  private say(text: string): void {
    byId("said").textContent = text;
  }
}

void new Page().start();
