/** The page: reads the address, asks the service, and keeps map, table and address telling the same story. */
import { carry } from "../shared/frame";
import { symbolsOf } from "../map/palette";
import type { PcnAlignment } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, h } from "../shared/dom";
import { percent } from "../shared/format";
import { wordsOf } from "../shared/glossary";
import { restsOn } from "../shared/rests-on";
import { Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { type Choice, writeAddress } from "../shared/state";
import { type Answer, answerTo } from "./answer";
import { columnName } from "./columns";
import { benchmark, classNote, headline } from "./headline";
import { legend } from "./legend";
import { folds } from "./lists";
import { type Hover, NeighbourhoodMap } from "./map";
import { panel, sharesOf } from "./panel";
import { fromQuery, type State, toQuery } from "./state";
import { PcnTable, spoken } from "./table";
import { showTip } from "./tip";

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => this.clear(),
    () => void this.ask(),
  );
  private readonly table: PcnTable;
  private readonly map: NeighbourhoodMap | null;
  private state: State = fromQuery(location.search);
  private answer: Answer | null = null;
  private symbols: ReadonlyMap<string, number> = new Map();

  constructor() {
    this.table = new PcnTable({
      onSort: (sort) => {
        this.state = { ...this.state, sort };
        this.write(false);
        this.drawTable();
        if (!this.answer) return;
        const column = columnName(sort.column, wordsOf(this.answer.alignment));
        say(`Sorted by ${column}, ${sort.descending ? "largest or last first" : "smallest or first first"}.`);
      },
      onSelect: (pcn) => this.select(pcn),
      onPoint: (pcn) => this.map?.point({ pcn }),
    });
    this.map = this.openMap();
    byId("show-all").addEventListener("click", () => this.select(null));
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
  }

  /** Asks for the answer to what is chosen and shows it, or what went wrong. */
  ask(): Promise<void> {
    byId("loading").hidden = this.answer !== null;
    return this.asking.run(async (signal) => {
      if (!this.selectors.loaded) await this.selectors.load(signal);
      this.state = { ...this.state, ...(await this.selectors.settle(this.state, signal)) };
      const answer = await answerTo(this.api, this.state, signal);
      const { alignment } = answer;
      this.answer = answer;
      this.selectors.show(this.state, alignment);
      this.symbols = symbolsOf(alignment.pcn.map(({ code }) => code));
      if (this.state.pcn && !this.selected()) this.state = { ...this.state, pcn: null };
      this.write(false);
      this.drawAll();
      byId("answer-parts").hidden = false;
      say(
        `${alignment.place?.name ?? "All places"}: ${alignment.pcns} PCNs, ${percent(alignment.misalignment)} outside.`,
      );
      await this.map?.show(answer.neighbourhoods, answer.practices, this.symbols);
      await this.shadeMap();
      await this.map?.fit(false);
    });
  }

  private selected(): PcnAlignment | null {
    return this.answer?.alignment.pcn.find(({ code }) => code === this.state.pcn) ?? null;
  }

  private choose(choice: Choice): void {
    this.state = { ...this.state, ...choice };
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
    say(selected ? spoken(selected, this.answer.alignment) : "Closed. The map shows all PCNs.");
    void this.shadeMap().then(() => this.map?.fit());
  }

  private async shadeMap(): Promise<void> {
    const selected = this.selected();
    if (!selected || !this.answer) return this.map?.shade(null);
    const shares = new Map(sharesOf(this.answer, selected.code).map(({ code, share }) => [code, share]));
    return this.map?.shade({ pcn: selected.code, lead: selected.lead, shares });
  }

  private drawAll(): void {
    if (!this.answer) return;
    const { alignment } = this.answer;
    byId("fictional").hidden = !alignment.fictional;
    byId("headline").replaceChildren(...headline(alignment));
    byId("benchmark").replaceChildren(...benchmark(alignment));
    byId("class-note").textContent = classNote(alignment);
    byId("folds").replaceChildren(...folds(this.answer));
    byId("sources").replaceChildren(
      ...restsOn(alignment, alignment.benchmark && `London benchmark: ${alignment.benchmark.source}.`),
    );
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
