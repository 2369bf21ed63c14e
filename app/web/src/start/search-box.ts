/**
 * The search: type a practice, PCN, neighbourhood, small area or postcode and choose among what is found. An editable
 * combobox with a list, as the ARIA Authoring Practices Guide describes it; focus stays in the field throughout.
 */
import type { Api } from "../shared/api";
import { ServiceProblem } from "../shared/api";
import { byId, h } from "../shared/dom";
import { plural } from "../shared/format";
import { say } from "../shared/speech";
import { askedFor, type Choice } from "../shared/state";

export interface Find {
  kind: "pcn" | "practice" | "neighbourhood" | "area" | "postcode";
  code: string;
  name: string;
  detail: string | null;
  pcn: string | null;
  neighbourhood: string | null;
  longitude: number | null;
  latitude: number | null;
}

/** Long enough not to ask at every letter, short enough not to be felt. */
const PAUSE = 120;
const LEAST = 2;

export class SearchBox {
  private readonly field = byId<HTMLInputElement>("search");
  private readonly list = byId("finds");
  private finds: Find[] = [];
  private at = -1;
  private waiting = 0;
  /** What is listed is of an earlier text. */
  private stale = false;
  /** The reader pressed Enter before anything was found: the best is taken when it comes. */
  private taking = false;
  /** An arrow key was pressed before it was found: taken as pressed once the list is there. */
  private step: 1 | -1 | null = null;
  private asking: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly choice: () => Choice,
    private readonly onFind: (find: Find) => void,
  ) {
    this.field.addEventListener("input", () => {
      clearTimeout(this.waiting);
      this.stale = true;
      this.taking = false;
      this.step = null;
      this.waiting = setTimeout(() => void this.ask(), PAUSE);
    });
    this.field.addEventListener("keydown", (event) => this.pressed(event));
    // After a press on the list has been dealt with.
    this.field.addEventListener("blur", () => setTimeout(() => this.close(), 150));
    this.list.addEventListener("mousedown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option =
        event.target instanceof Element ? event.target.closest<HTMLElement>("[role=option]") : null;
      if (option) this.take(Number(option.dataset.at));
    });
    byId("search-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.take(Math.max(this.at, 0));
    });
  }

  private async ask(): Promise<void> {
    clearTimeout(this.waiting); // else what is asked now would be asked, and listed, once more
    const q = this.field.value.trim();
    this.asking?.abort();
    if (q.length < LEAST) return this.close();
    const asking = new AbortController();
    this.asking = asking;
    try {
      const { items, found } = await this.api.get<{ items: Find[]; found: number }>(
        "search",
        { ...askedFor(this.choice()), q },
        asking.signal,
      );
      if (this.asking === asking) this.open(items, found);
    } catch (error) {
      if (!asking.signal.aborted)
        this.open([], 0, error instanceof ServiceProblem ? error.title : "Search failed");
    }
  }

  private open(
    finds: Find[],
    found: number,
    instead = "Nothing found here by that name, code or postcode",
  ): void {
    this.finds = finds;
    this.at = -1;
    this.stale = false;
    this.list.replaceChildren(
      ...finds.map((find, at) =>
        h(
          "li",
          { role: "option", id: `find-${at}`, "data-at": at, "aria-selected": "false" },
          h("span", { class: "find__name" }, find.name, find.kind === "postcode" ? "" : ` (${find.code})`),
          h(
            "span",
            { class: "find__detail" },
            find.kind === "practice" ? `Practice${find.detail ? `, ${find.detail}` : ""}` : find.detail,
          ),
        ),
      ),
      ...(finds.length === 0 ? [h("li", { class: "find__none", role: "presentation" }, instead)] : []),
    );
    this.list.hidden = false;
    this.field.setAttribute("aria-expanded", String(finds.length > 0));
    this.field.removeAttribute("aria-activedescendant");
    say(
      finds.length === 0
        ? instead
        : `${plural(found, "find")}${found > finds.length ? `, the best ${finds.length} listed` : ""}. Use the arrow keys.`,
    );
    const { taking, step } = this;
    this.taking = false;
    this.step = null;
    if (finds.length === 0) return;
    if (taking) this.take(0);
    else if (step) this.move(step);
  }

  /** Also ends what is still asked: it would open the list again. */
  private close(): void {
    clearTimeout(this.waiting);
    this.asking?.abort();
    this.list.hidden = true;
    this.at = -1;
    this.field.setAttribute("aria-expanded", "false");
    this.field.removeAttribute("aria-activedescendant");
  }

  private pressed(event: KeyboardEvent): void {
    if (event.key === "Escape") {
      if (this.list.hidden) this.field.value = "";
      this.close();
      return;
    }
    if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
    event.preventDefault();
    const step = event.key === "ArrowDown" ? 1 : -1;
    if (!this.list.hidden && !this.stale && this.finds.length > 0) return this.move(step);
    this.step = step;
    void this.ask();
  }

  private move(step: 1 | -1): void {
    const { length } = this.finds;
    // From the field itself, down is the first and up is the last.
    const at = this.at < 0 && step < 0 ? length - 1 : (this.at + step + length) % length;
    this.at = at;
    for (const option of this.list.querySelectorAll<HTMLElement>("[role=option]")) {
      const mine = Number(option.dataset.at) === at;
      option.setAttribute("aria-selected", String(mine));
      if (mine) option.scrollIntoView({ block: "nearest" });
    }
    this.field.setAttribute("aria-activedescendant", `find-${at}`);
  }

  private take(at: number): void {
    const find = this.list.hidden || this.stale ? undefined : this.finds[at];
    if (!find) {
      this.taking = true;
      return void this.ask();
    }
    this.taking = false;
    this.field.value = find.name;
    this.close();
    this.onFind(find);
  }
}
