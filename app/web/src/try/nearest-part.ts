/** The frontiers beside what is moved by hand: fetched once for a place, when the reader opens them. */
import type { Api, Query } from "../shared/api";
import { byId, fill, h, svg } from "../shared/dom";
import { count } from "../shared/format";
import { form, ground, places, text, topOf } from "../shared/frontier-chart";
import type { Frontier } from "../options/found";
import type { Lines } from "../options/lines";
import type { Tried } from "./found";
import { type Best, type Frontiers, nearness, type Present, presentOf } from "./nearest";

const FIXED = ["agreed", "superseded"];

export class Nearest {
  private frontiers: Frontiers | null = null;
  private tried: Tried | null = null;
  private asked: Query = {};
  private running: AbortController | null = null;

  constructor(private readonly api: Api) {
    const part = byId<HTMLDetailsElement>("nearest");
    part.addEventListener("toggle", () => part.open && void this.load());
  }

  /** Another place: what was fetched says nothing of it. */
  begin(asked: Query): void {
    this.running?.abort();
    this.running = null;
    this.frontiers = null;
    this.asked = asked;
    byId("nearest-chart").replaceChildren();
    byId("nearest-said").replaceChildren();
    if (byId<HTMLDetailsElement>("nearest").open) void this.load();
  }

  /** Shows where these moves stand. Called while somebody paints: nothing is fetched here. */
  show(tried: Tried): void {
    this.tried = tried;
    if (!this.frontiers || !byId<HTMLDetailsElement>("nearest").open) return;
    const present = presentOf(tried);
    const words = nearness(present, this.frontiers);
    fill("nearest-said", [h("p", {}, words.join(" "))]);
    fill("nearest-chart", [drawing(present, this.frontiers, words[0] ?? "")]);
  }

  private async load(): Promise<void> {
    if (this.frontiers || this.running) return this.again();
    const running = new AbortController();
    this.running = running;
    fill("nearest-said", [h("p", { role: "status" }, "Looking for the best there is…")]);
    try {
      const { frontier } = await this.api.get<{ frontier: Frontier }>(
        "options/frontier",
        this.asked,
        running.signal,
      );
      if (running.signal.aborted) return;
      this.frontiers = { practices: ofPractices(frontier), exhausted: frontier.exhausted, lines: null };
      this.again();
      if (FIXED.includes(this.tried?.footprints.status ?? "")) {
        fill("nearest-lines", [
          "The lines of this version are fixed, so only practices are held against their best.",
        ]);
        return;
      }
      fill("nearest-lines", ["Looking at lines too. This can take a minute."]);
      const lines = await this.api.get<Lines>("options/boundaries", this.asked, running.signal);
      if (running.signal.aborted) return;
      this.frontiers = { ...this.frontiers, lines: ofLines(lines) };
      fill("nearest-lines", [lines.frontier.restriction ?? ""]);
      this.again();
    } catch {
      if (running.signal.aborted) return;
      this.running = null;
      const words = this.frontiers
        ? "The best of lines could not be worked out for this place."
        : "The best could not be worked out for this place. Close this part and open it to ask again.";
      fill(this.frontiers ? "nearest-lines" : "nearest-said", [words]);
    }
  }

  private again(): void {
    if (this.tried) this.show(this.tried);
  }
}

function ofPractices({ points }: Frontier): Best[] {
  return points.map((point) => ({
    allowed: point.allowed,
    disturbed: point.patients_disturbed,
    outside: point.patients_outside_lead,
    proven: point.proven,
    atLeast: point.patients_outside_lead_at_least,
  }));
}

function ofLines({ frontier }: Lines): Best[] {
  return frontier.points.map((point) => ({
    allowed: point.people_allowed,
    disturbed: point.people_moved,
    outside: point.patients_outside_lead,
    proven: point.proven,
    atLeast: point.at_least_outside,
  }));
}

/** Both curves over those whose PCN or neighbourhood changes, and the present moves among them. */
function drawing(present: Present, { practices, lines }: Frontiers, words: string): SVGElement {
  const spot = ({ disturbed, outside }: Best) => ({ moved: disturbed ?? 0, outside });
  const now = { moved: (present.patients ?? 0) + (present.people ?? 0), outside: present.outside };
  const all = [...practices.map(spot), ...(lines ?? []).map(spot), now];
  const at = places(all);
  const here = at.at(-1) ?? { x: 0, y: 0 };
  const curve = (from: number, points: readonly Best[], look: string): SVGElement[] => [
    svg("polyline", {
      class: `chart__curve ${look}`,
      points: at
        .slice(from, from + points.length)
        .map(({ x, y }) => `${x},${y}`)
        .join(" "),
    }),
    ...points.map(({ proven }, index) => form(proven, at[from + index]?.x ?? 0, at[from + index]?.y ?? 0)),
  ];
  return svg(
    "svg",
    { class: "chart", viewBox: "0 0 640 320", role: "img", "aria-label": words },
    ...ground(topOf(all)),
    ...curve(0, practices, "chart__curve--practices"),
    ...curve(practices.length, lines ?? [], "chart__curve--lines"),
    text(76, 292, "0", "middle"),
    text(620, 292, count(Math.max(...all.map(({ moved }) => moved))), "end"),
    text(348, 314, "people and patients whose neighbourhood or PCN changes", "middle"),
    svg("circle", { class: "chart__here", cx: here.x, cy: here.y, r: 10 }),
    text(Math.min(here.x + 16, 560), Math.max(here.y - 12, 18), "yours", "start"),
  );
}
