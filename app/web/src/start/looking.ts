/** The part of the page for a closer look at one neighbourhood or practice: fetches what it needs and fills it. */
import type { Api } from "../shared/api";
import { byId, h } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import type { Answer } from "./answer";
import { type Choosing, neighbourhoodPanel, practicePanel, type Rows, rowsOf } from "./closer";
import type { Pointing } from "./pointing";
import type { State } from "./state";

export class Looking {
  private readonly region = byId("closer");
  private last: { answer: Answer; place: string | null; rows: Promise<Rows> } | null = null;

  constructor(
    private readonly api: Api,
    pointing: Pointing,
    private readonly choosing: Choosing,
  ) {
    pointing.listen(this.region);
  }

  /** @param moved whether the reader asked for it just now, and so is taken there */
  async show(state: State, answer: Answer, moved = false): Promise<void> {
    const { neighbourhood, practice } = state;
    this.region.hidden = !neighbourhood && !practice;
    if (this.region.hidden) return;
    const code = neighbourhood ?? practice ?? "";
    this.region.dataset.of = code;
    this.fill(h("p", { class: "note" }, "Fetching the figures…"));
    if (moved) this.take();
    const place = neighbourhood
      ? answer.neighbourhoods.features.find(({ properties }) => properties.code === code)?.properties.place
      : answer.alignment.pcn.find(({ code: pcn }) => pcn === pcnOf(answer, code))?.place;
    let panel: HTMLElement | null;
    try {
      const rows = await this.rows(state, answer, place ?? null);
      const row = rows.practices.find((one) => one.code === code);
      if (neighbourhood) panel = neighbourhoodPanel(answer, code, rows, this.choosing);
      else panel = row ? practicePanel(answer, row, this.choosing) : null;
      panel ??= h("p", {}, "It is not part of what is shown here. Choose another place, or all places.");
    } catch (error) {
      panel = problemSummary(error, () => void this.show(state, answer, true));
    }
    if (this.region.dataset.of !== code) return;
    this.fill(panel, neighbourhood ? "A neighbourhood" : "A practice");
    if (moved) say(this.region.querySelector(".panel__lead")?.textContent ?? "");
  }

  /** Of one place at a time: all of London's would be some megabytes. */
  private rows(state: State, answer: Answer, place: string | null): Promise<Rows> {
    if (this.last?.answer !== answer || this.last.place !== place) {
      this.last = { answer, place, rows: rowsOf(this.api, state, place) };
      this.last.rows.catch(() => (this.last = null));
    }
    return this.last.rows;
  }

  private fill(panel: HTMLElement, title = "A closer look"): void {
    this.region.replaceChildren(h("h2", { class: "section-title", id: "closer-title" }, title), panel);
  }

  private take(): void {
    this.region.focus({ preventScroll: true });
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.region.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }
}

function pcnOf(answer: Answer, practice: string): string | null {
  return (
    answer.practices.features.find(({ properties }) => properties.code === practice)?.properties.pcn_code ??
    null
  );
}
