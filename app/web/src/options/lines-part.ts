/** The part of the page about lines: asked for only when the reader wants it, for it can take a minute. */
import type { Areas, Neighbourhoods, Practices } from "../shared/answers";
import { type Api, type Query, ServiceProblem } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { plural } from "../shared/format";
import { STATUSES } from "../shared/glossary";
import { say } from "../shared/speech";
import { LongWork } from "../shared/long-work";
import {
  areasInWords,
  type BothPoint,
  bothInWords,
  bothTable,
  lineInWords,
  type LinePoint,
  type Lines,
  linesChart,
  movesFor,
} from "./lines";
import { openMoveMap, type MoveMap } from "./map";

/** People who may be moved in what is worked out as long work, as shares; the service answers up to 5 % at once. */
const SHARES = [0.01, 0.02, 0.05, 0.1, 0.15];
/** Versions whose lines are fixed. */
const FIXED = ["agreed", "superseded"];

export interface LinesEvents {
  /** The address of a question, with who stays. */
  query(): string;
  question(): Record<string, unknown>;
  /** The point looked at and the job that runs, for the address. */
  onChange(change: { share?: number | null; linesJob?: string | null }, newEntry?: boolean): void;
  tryLink(moves: string): string | null;
}

export interface Drawn {
  neighbourhoods: Neighbourhoods;
  practices: Practices;
  asked: Query;
  status: string;
}

export class LinesPart {
  private readonly long: LongWork<Lines>;
  private map: MoveMap | null = null;
  private found: Lines | null = null;
  private drawn: Drawn | null = null;
  private running: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly events: LinesEvents,
  ) {
    this.long = new LongWork<Lines>(api, {
      place: "lines-job",
      kind: "boundaries",
      what: "the frontier of lines",
      question: () => ({ ...events.question(), shares: SHARES, together: true }),
      onJob: (linesJob) => events.onChange({ linesJob }),
      onFound: (found) => void this.show(found, null),
    });
  }

  stop(): void {
    this.running?.abort();
    this.long.stop();
  }

  /** A new question: what was found of another is gone. `share` and `job` are those of the address. */
  begin(drawn: Drawn, share: number | null, job: string | null): void {
    this.stop();
    this.found = null;
    this.drawn = drawn;
    byId("lines-found").hidden = true;
    if (FIXED.includes(drawn.status)) {
      const words = `This version is ${STATUSES[drawn.status] ?? drawn.status}: its lines are fixed. A change of them is a new draft; choose a draft version, or make one.`;
      fill("lines-start", [h("p", { class: "note", id: "lines-fixed" }, words)]);
      byId("lines-job").replaceChildren();
      return;
    }
    const start = h(
      "button",
      { type: "button", class: "nhsuk-button nhsuk-button--small", id: "lines-ask" },
      "Look at which small areas could move, up to 5 % of people",
    );
    start.addEventListener("click", () => void this.ask(null));
    fill("lines-start", [start]);
    this.long.offer(
      "Up to 15 % of people, and practices and lines together, takes minutes. It goes on while you leave this page.",
      "Work out lines and practices together",
    );
    if (job) void this.long.watch(job);
    else if (share !== null) void this.ask(share);
  }

  private async ask(share: number | null): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    fill("lines-start", [
      h("p", { class: "note", role: "status" }, "Looking at lines. This can take a minute."),
    ]);
    try {
      const found = await this.api.get<Lines>(
        `options/boundaries?${this.events.query()}`,
        {},
        running.signal,
      );
      if (!running.signal.aborted) await this.show(found, share);
    } catch (error) {
      if (running.signal.aborted) return;
      if (!(error instanceof ServiceProblem)) throw error;
      const again = h("button", { type: "button", class: "link-button" }, "Ask again");
      again.addEventListener("click", () => void this.ask(share));
      const words = `${error.detail} ${error.remedy}`;
      fill("lines-start", [h("p", { role: "alert" }, h("strong", {}, `${error.title}. `), words), again]);
    }
  }

  private async show(found: Lines, share: number | null): Promise<void> {
    const { drawn } = this;
    if (!drawn) return;
    this.found = found;
    byId("lines-start").replaceChildren();
    byId("lines-found").hidden = false;
    const { frontier, combined, lines_asked: rules } = found;
    const divided = rules.divided_areas.length;
    byId("lines-rules").textContent = [
      frontier.words,
      frontier.restriction,
      `The band is ${Math.round(rules.band * 100)} % either way of the mean, in ${found.people_counted}: a local setting.`,
      divided > 0 &&
        `${plural(divided, "small area")} divided by a line: tried by hand, such an area moves wholly.`,
      frontier.stopped && "The search was stopped before it was through.",
    ]
      .filter(Boolean)
      .join(" ");
    fill("lines-both", [
      combined && h("p", { class: "note" }, combined.words),
      combined && bothTable(combined.points, (point) => this.pickBoth(point)),
    ]);
    this.map ??= openMoveMap(byId("lines-map"));
    this.draw(this.pointOf(share));
    const { neighbourhoods, practices, asked } = drawn;
    const areas = await this.api.get<Areas>("areas", { ...asked, f: "geojson" });
    await this.map?.show(neighbourhoods, practices, areas);
    say(byId("lines-point").textContent ?? "");
  }

  private pointOf(share: number | null): LinePoint | undefined {
    const points = this.found?.frontier.points ?? [];
    return points.find(({ share_allowed: allowed }) => allowed === share) ?? points.at(-1);
  }

  private draw(point: LinePoint | undefined): void {
    if (!point || !this.found) return;
    this.chart(point.share_allowed);
    this.explain(lineInWords(point), point.moves, []);
  }

  private chart(chosen: number | null): void {
    const points = this.found?.frontier.points ?? [];
    fill("lines-chart", [
      linesChart(points, chosen, (share) => {
        this.events.onChange({ share }, true);
        this.draw(this.pointOf(share));
        byId("lines-chart").querySelector<SVGElement>(`[data-point="${share}"]`)?.focus();
        say(byId("lines-point").textContent ?? "");
      }),
    ]);
  }

  private pickBoth(point: BothPoint): void {
    this.explain(bothInWords(point), point.area_moves, point.practice_moves);
    byId("lines-map").scrollIntoView({ block: "center" });
    say(`The map shows: ${bothInWords(point)}`);
  }

  private explain(words: string, areas: LinePoint["moves"], practices: BothPoint["practice_moves"]): void {
    const any = areas.length + practices.length > 0;
    const href = any ? this.events.tryLink(movesFor(areas, practices)) : null;
    fill("lines-point", [
      h("p", {}, words),
      areasInWords(areas),
      practices.length > 0 &&
        h(
          "ul",
          { class: "reasons" },
          ...practices.map((move) =>
            h(
              "li",
              {},
              h("strong", {}, move.name),
              `: from ${move.from_name ?? "no PCN"} to ${move.to_name}`,
            ),
          ),
        ),
      href && h("p", {}, h("a", { href, id: "lines-try" }, "Try this by hand")),
    ]);
    void this.map?.move(practices);
    void this.map?.areas(areas);
  }
}
