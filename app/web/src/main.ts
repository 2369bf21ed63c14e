/** The page: reads the address, asks the service, and keeps map, table and address telling the same story. */
import "./page.scss";
import { type Answer, Api, type Footprints, type PcnAlignment, type Place, ServiceProblem } from "./api";
import { byId, h } from "./dom";
import { amount, percent } from "./format";
import { BASES, COLUMN_NAMES, STATUSES } from "./glossary";
import { benchmark, classNote, headline } from "./headline";
import { legend } from "./legend";
import { folds, sources } from "./lists";
import { type Hover, NeighbourhoodMap } from "./map";
import { symbolsOf } from "./palette";
import { panel, sharesOf } from "./panel";
import { fromQuery, type State, toQuery } from "./state";
import { PcnTable, spoken } from "./table";

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
        const column = COLUMN_NAMES[sort.column](this.answer?.alignment.unit ?? "patients");
        this.say(`Sorted by ${column}, ${sort.descending ? "largest or last first" : "smallest or first first"}.`);
      },
      onSelect: (pcn) => this.select(pcn),
      onPoint: (pcn) => this.map?.point({ pcn }),
    });
    this.map = this.openMap();
    byId("show-all").addEventListener("click", () => this.select(null));
    for (const id of ["footprints", "place", "basis"] as const) {
      byId<HTMLSelectElement>(id).addEventListener("change", () => this.choose());
    }
    byId("selectors").addEventListener("submit", (event) => event.preventDefault());
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
  }

  async start(): Promise<void> {
    await this.tried(async (signal) => {
      [this.places, this.footprints] = await Promise.all([this.api.places(signal), this.api.footprints(signal)]);
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
    this.symbols = symbolsOf(answer.alignment.pcn.map(({ code }) => code));
    if (this.state.pcn && !this.selected()) this.state = { ...this.state, pcn: null };
    this.write(false);
    this.drawAll();
    byId("answer-parts").hidden = false;
    const { alignment } = answer;
    this.say(`${alignment.place?.name ?? "All places"}: ${alignment.pcns} PCNs, ${percent(alignment.misalignment)} outside.`);
    await this.map?.show(answer.neighbourhoods, answer.practices, this.symbols);
    await this.shadeMap();
    await this.map?.fit();
  }

  private selected(): PcnAlignment | null {
    return this.answer?.alignment.pcn.find(({ code }) => code === this.state.pcn) ?? null;
  }

  private choose(): void {
    const value = (id: string) => byId<HTMLSelectElement>(id).value;
    const footprints = value("footprints");
    const query = fromQuery(`?basis=${value("basis")}`);
    const places = this.placesOf(footprints);
    const place = places.some(({ id }) => id === value("place")) ? value("place") : null;
    this.state = { ...this.state, footprints, place, basis: query.basis };
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
      const known = options.some(([key]) => key === value) ? options : [[value, value] as [string, string], ...options];
      const select = byId<HTMLSelectElement>(id);
      select.replaceChildren(...known.map(([key, name]) => h("option", { value: key }, name)));
      select.value = value;
      select.disabled = false;
    };
    fill(
      "footprints",
      this.footprints.map(({ id, name, version, status }) => [id, `${name} (version ${version}, ${STATUSES[status] ?? status})`]),
      footprints ?? "",
    );
    const places = this.placesOf(footprints ?? "").map(({ id, name }): [string, string] => [id, name]);
    fill("place", [["", "All places"], ...places], place ?? "");
    fill("basis", Object.entries(BASES).map(([key, { name }]) => [key, name]), basis);
    byId("basis-hint").textContent = BASES[basis].means;
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
      byId("map").replaceChildren(h("p", { class: "map__none" }, "This browser cannot draw the map. The table holds the same in words."));
      return null;
    }
  }

  private hover(over: Hover | null): void {
    const tip = byId("tip");
    const lines = over ? this.tipLines(over) : [];
    tip.hidden = lines.length === 0;
    this.table.point(over?.kind === "practice" ? over.pcn : null);
    this.map?.point(
      over?.kind === "practice" ? { practice: over.code } : over ? { neighbourhood: over.code } : {},
    );
    if (!over || lines.length === 0) return;
    const [title, ...rest] = lines;
    tip.replaceChildren(h("strong", {}, title), ...rest.map((line) => h("span", {}, line)));
    const room = byId("map").clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${Math.max(4, Math.min(over.x + 14, room))}px`;
    tip.style.top = `${Math.max(4, over.y - tip.offsetHeight - 10)}px`;
  }

  private tipLines(over: Hover): string[] {
    if (!this.answer) return [];
    if (over.kind === "practice") {
      const found = this.answer.practices.features.find(({ properties }) => properties.code === over.code)?.properties;
      if (!found) return [];
      return [
        `${found.name} (${found.code})`,
        found.pcn_name ?? "In no PCN",
        ...(found.patients === null ? [] : [`${amount(found.patients, "patients")} registered patients`]),
      ];
    }
    const area = this.answer.neighbourhoods.features.find(({ properties }) => properties.code === over.code)?.properties;
    if (!area) return [];
    const lines = [area.name];
    const selected = this.selected();
    const share = selected && sharesOf(this.answer, selected.code).find(({ code }) => code === over.code);
    if (selected) {
      const { unit } = this.answer.alignment;
      lines.push(share ? `${amount(share.amount, unit)} (${percent(share.share)}) of ${selected.name}` : `None of ${selected.name}`);
    } else {
      if (area.patients !== null) lines.push(`${amount(area.patients, "patients")} registered patients`);
      if (area.pcns_to_reach_90 !== null) lines.push(`${area.pcns_to_reach_90} PCNs reach 90% of them`);
    }
    return lines;
  }

  private showProblem(error: unknown): void {
    const problem =
      error instanceof ServiceProblem
        ? error
        : new ServiceProblem("Something went wrong on this page", "It could not show the answer.", "Load the page again.");
    if (!(error instanceof ServiceProblem)) console.error(error);
    const again = h("button", { type: "button", class: "nhsuk-button nhsuk-button--small" }, "Try again");
    again.addEventListener("click", () => void this.ask());
    const summary = h(
      "div",
      { class: "nhsuk-error-summary", role: "alert", tabindex: "-1" },
      h("h2", { class: "nhsuk-error-summary__title" }, problem.title),
      h(
        "div",
        { class: "nhsuk-error-summary__body" },
        problem.detail && h("p", {}, problem.detail),
        problem.findings.length > 0 && h("ul", { class: "nhsuk-list nhsuk-list--bullet" }, ...problem.findings.slice(0, 20).map((text) => h("li", {}, text))),
        h("p", {}, h("strong", {}, "What to do: "), problem.remedy),
        again,
      ),
    );
    // Figures of an earlier question must not stand under a new one's names.
    byId("answer-parts").hidden = true;
    this.answer = null;
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
