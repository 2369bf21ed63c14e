/** Start from nothing: sets of neighbourhoods worked out from where patients live, to begin a discussion with. */
import { carry } from "../shared/frame";
import { LongWork } from "../shared/long-work";
import type { Areas } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { count, date, plural } from "../shared/format";
import { needsPatients, Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, writeAddress } from "../shared/state";
import { cards } from "./cards";
import type { Proposed } from "./found";
import { keepForm } from "./keep";
import { fromQuery, named, question, type State, toQuery, UNITS } from "./state";

const value = (id: string): string => byId<HTMLInputElement | HTMLSelectElement>(id).value;

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly long = new LongWork<Proposed>(this.api, {
    place: "job",
    kind: "propose",
    what: "the proposal",
    question: () => question(this.state),
    onJob: (job) => this.write({ job }),
    onFound: (found) => void this.show(found, { job: this.state.job }),
  });
  private state: State = fromQuery(location.search);

  constructor() {
    // A band has two ends, or none.
    byId("wish").addEventListener("input", () => {
      byId<HTMLInputElement>("low").required = value("high") !== "";
      byId<HTMLInputElement>("high").required = value("low") !== "";
    });
    byId("wish").addEventListener("submit", (event) => {
      event.preventDefault();
      const [low, high, number] = [value("low"), value("high"), value("number")];
      this.write(
        {
          units: UNITS.find((one) => one === value("units")) ?? "wards",
          band: low && high ? `${low}-${high}` : null,
          number: number ? Number(number) : null,
          alternatives: Number(value("alternatives")),
          apart: Number(value("apart")) / 100,
          job: null,
        },
        true,
      );
      void this.ask();
    });
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
  }

  ask(): Promise<void> {
    this.long.stop();
    this.showWish(); // before anything is waited for, so that what is typed meanwhile stays
    byId("answer-parts").hidden = true;
    byId("job").replaceChildren();
    byId("loading").hidden = this.state.units !== "wards";
    return this.asking.run(async (signal) => {
      this.state = await this.selectors.settlePlace(this.state, signal);
      byId<HTMLButtonElement>("propose").disabled = false;
      needsPatients(
        this.state,
        "Neighbourhoods are proposed from registered patients",
        "Counted another way, nobody knows which PCN’s patients live where.",
      );
      this.write({});
      const { units, job } = this.state;
      if (units === null) return;
      if (job) void this.long.watch(job);
      else if (units === "wards") {
        const found = await this.api.get<Proposed>("proposals", this.atOnce(), signal);
        await this.show(found, { question: question(this.state) }, signal);
      } else {
        this.long.offer(
          `Of whole ${named(units)} it takes up to some minutes. It goes on while you leave this page.`,
          "Begin",
        );
        byId("job").querySelector("button")?.focus();
      }
    });
  }

  /** The question as an address takes it: of wards, which need no saying. */
  private atOnce(): Record<string, string | number> {
    const { units: _, ...asked } = question(this.state);
    return asked;
  }

  private async show(found: Proposed, told: Record<string, unknown>, signal?: AbortSignal): Promise<void> {
    const areas = await this.api.get<Areas>("areas", { ...askedFor(this.state), f: "geojson" }, signal);
    const { alternatives, band, notes, warnings } = found;
    byId("fictional").hidden = !found.fictional;
    byId("words").textContent = found.words;
    byId("in-short").textContent =
      `${found.place}: ${plural(alternatives.length, "alternative")} of whole ${named(found.units)}, with ${count(band.low)} to ${count(band.high)} people (${found.people_counted}) in each neighbourhood. ${band.words}`;
    fill(
      "notes",
      notes.length > 0 ? [h("ul", { class: "reasons" }, ...notes.map((one) => h("li", {}, one)))] : [],
    );
    fill(
      "cards",
      cards(found, areas, (one) => keepForm(this.api, one, told, this.state)),
    );
    fill("sources", [
      h("p", {}, `${found.method} Registered patients and PCN membership on ${date(found.as_of)}.`),
      h(
        "ul",
        { class: "sources" },
        ...found.datasets.map(({ name, kind }) => h("li", {}, h("strong", {}, name), `: ${kind}`)),
      ),
      ...[found.small_numbers, ...warnings].map((text) => text && h("p", {}, text)),
      h("p", {}, found.attribution),
    ]);
    byId("answer-parts").hidden = false;
    say(`${plural(alternatives.length, "alternative")} for discussion.`);
  }

  private showWish(): void {
    const { units, band, number, alternatives, apart } = this.state;
    const [low = "", high = ""] = (band ?? "").split("-");
    const said = {
      units: units ?? "wards",
      low,
      high,
      number: number ?? "",
      alternatives,
      apart: Math.round(apart * 100),
    };
    for (const [id, one] of Object.entries(said)) byId<HTMLInputElement>(id).value = String(one);
  }

  private choose(choice: Choice): void {
    this.write({ ...choice, units: null, job: null }, true);
    void this.ask();
  }

  private write(change: Partial<State>, newEntry = false): void {
    this.state = { ...this.state, ...change };
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

void new Page().ask();
