/** The page of options: routes, frontier and cards of one place, with its address telling what is looked at. */
import { carry, linkTo } from "../shared/frame";
import type { Neighbourhoods, Practices } from "../shared/answers";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { restsOn, restsOnTip } from "../shared/rests-on";
import { needsPatients, Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, writeAddress } from "../shared/state";
import { cards, movesInWords, routes } from "./cards";
import { chart, inWords } from "./chart";
import type { Found, FrontierPoint, Move } from "./found";
import { LongWork } from "../shared/long-work";
import { LinesPart } from "./lines-part";
import { listenToLocks, showLocks } from "./locks";
import { openMoveMap } from "./map";
import { fromQuery, type State, toQuery } from "./state";

/** Practice moves that the service searches while the reader waits. */
const DIRECT = 5;
/** Of another question, what was looked at and what was working says nothing. */
const NOTHING = { point: null, job: null, share: null, linesJob: null };

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
      this.found = null;
    },
    () => void this.ask(),
  );
  private readonly map = openMoveMap(byId("map"));
  private readonly search = new LongWork<Found>(this.api, {
    place: "job",
    kind: "options",
    what: "the whole frontier",
    question: () => this.question(),
    onJob: (job) => this.write({ job }),
    onFound: (found) => this.draw(found),
  });
  private readonly lines = new LinesPart(this.api, {
    query: () => this.locks(),
    question: () => this.question(),
    onChange: (change, newEntry) => this.write(change, newEntry),
    tryLink: (moves) => linkTo("try", this.state, { moves }),
  });
  private state: State = fromQuery(location.search);
  private found: Found | null = null;

  constructor() {
    listenToLocks((locks) => {
      this.write({ ...locks, ...NOTHING }, true);
      void this.ask();
    });
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
  }

  ask(): Promise<void> {
    this.search.stop();
    this.lines.stop();
    byId("loading").hidden = this.found !== null;
    return this.asking.run(async (signal) => {
      this.state = await this.selectors.settlePlace(this.state, signal);
      needsPatients(
        this.state,
        "Options are worked out from registered patients",
        "Counted another way, nobody knows whom a move would help.",
      );
      const asked = askedFor(this.state);
      const map = { ...asked, f: "geojson" };
      const [found, practices, neighbourhoods] = await Promise.all([
        this.api.get<Found>(`options?${this.locks()}`.replace(/\?$/, ""), {}, signal),
        this.api.get<Practices>("alignment/practices", map, signal),
        this.api.get<Neighbourhoods>("alignment/neighbourhoods", map, signal),
      ]);
      this.selectors.show(this.state, { ...found, basis: "patients" });
      showLocks(found.routes, practices, this.state);
      byId("fictional").hidden = !found.fictional;
      byId("answer-parts").hidden = false;
      await this.map?.show(neighbourhoods, practices);
      this.draw(found);
      const { exhausted, points } = found.frontier;
      const most = Math.max(0, ...points.map(({ allowed }) => allowed));
      this.search.offer(
        exhausted ? null : `So far up to ${most} moves have been searched. The whole takes longer.`,
        "Work out the whole frontier, up to 15 moves",
      );
      if (this.state.job) void this.search.watch(this.state.job);
      const { status } = found.footprints;
      this.lines.begin({ neighbourhoods, practices, asked, status }, this.state.share, this.state.linesJob);
    });
  }

  /** The question as the address of the service takes it; who stays may be said more than once. */
  private locks(): string {
    const query = new URLSearchParams();
    for (const [name, value] of Object.entries({ ...askedFor(this.state), most_moves: DIRECT }))
      if (value !== null) query.set(name, String(value));
    for (const code of this.state.staying) query.append("staying", code);
    for (const code of this.state.kept) query.append("kept", code);
    return query.toString();
  }

  private question(): Record<string, unknown> {
    const { footprints, place, version, asOf, staying, kept } = this.state;
    return { footprints, place, version, as_of: asOf, staying, kept };
  }

  private draw(found: Found): void {
    this.found = found;
    const { routes: all, options, frontier } = found;
    byId("words").textContent = found.words;
    const fits = all.filter(({ route }) => route === "fits, no action").length;
    byId("in-short").textContent =
      `${found.place?.name ?? "This place"}: ${fits} of ${plural(all.length, "PCN")} fit as they are. ${plural(options.length, "option")} can be talked about; what is agreed now could begin on ${found.dates.text}.`;
    fill("rests", [restsOnTip(found)]);
    fill("routes", routes(found));
    byId("frontier-words").textContent = frontier.words;
    fill(
      "cards",
      cards(
        found,
        (option) => {
          const page = option.moves.length > 0 ? "try" : "arrangements";
          const href = linkTo(page, this.state, { option: option.id });
          return href ? [{ words: page === "try" ? "Try it" : "Draft the arrangement", href }] : [];
        },
        (option) => this.onMap(option.moves, option.sentence),
      ),
    );
    fill("sources", restsOn(found, ...found.warnings));
    this.drawChart();
    this.write({});
    say(`${fits} of ${all.length} PCNs fit; ${options.length} options for discussion.`);
  }

  /** The point in the address, or the first beyond which more moves bring nothing. */
  private chosen(points: readonly FrontierPoint[]): FrontierPoint | undefined {
    const last = points.at(-1);
    return points.find(({ allowed }) => allowed === this.state.point) ?? last;
  }

  private drawChart(): void {
    if (!this.found) return;
    const { points } = this.found.frontier;
    const point = this.chosen(points);
    if (!point) return;
    fill("chart", [
      chart(points, point.allowed, (allowed) => {
        this.write({ point: allowed }, true);
        this.drawChart();
        byId("chart").querySelector<SVGElement>(`[data-point="${allowed}"]`)?.focus();
        say(byId("point").textContent ?? "");
      }),
    ]);
    fill("point", [
      h("p", {}, inWords(point)),
      point.moves.length > 0 ? movesInWords(point.moves) : h("p", {}, "No practice changes its PCN."),
    ]);
    void this.map?.move(point.moves);
  }

  private onMap(moves: readonly Move[], sentence: string): void {
    void this.map?.move(moves);
    fill("point", [h("p", {}, sentence), movesInWords(moves)]);
    byId("map").scrollIntoView({ block: "center" });
    say(`The map shows: ${sentence}`);
  }

  private choose(choice: Choice): void {
    const other = choice.footprints !== this.state.footprints || choice.place !== this.state.place;
    this.write({ ...choice, ...NOTHING, ...(other ? { staying: [], kept: [] } : {}) }, true);
    void this.ask();
  }

  private write(change: Partial<State>, newEntry = false): void {
    this.state = { ...this.state, ...change };
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

void new Page().ask();
