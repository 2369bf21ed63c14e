/** The form in which the reader says what a file is; what is guessed is marked, what is missing stands at its field. */
import type { Footprints } from "../shared/answers";
import { type Child, fill, h } from "../shared/dom";
import { termMark } from "../shared/toggletip";
import { type Ask, fieldId, type Look, select, tick, typed } from "./controls";
import type { Guess, Inspection, Missing, Options } from "./found";
import { FIELDS, guesses, isPlan, kindOf, KINDS, layerOf, missing, sureness } from "./kinds";

/** Coordinate systems that outlines in London come in; any other is typed. */
const SYSTEMS: Record<string, string> = {
  "EPSG:27700": "British National Grid, in metres (EPSG:27700)",
  "EPSG:4326": "longitude and latitude, in degrees (EPSG:4326)",
  "EPSG:3857": "Web Mercator, as web maps use it (EPSG:3857)",
};

export class Saying {
  private otherSystem = false;

  constructor(
    private readonly seen: Inspection,
    private said: Options,
    private readonly plans: readonly Footprints[],
    private readonly onChange: (said: Options) => void,
  ) {
    this.otherSystem = said.crs !== null && !(said.crs in SYSTEMS);
  }

  get options(): Options {
    return this.said;
  }

  /** What is still to be said. */
  get missing(): Missing[] {
    return missing(this.seen, this.said);
  }

  /** Brings the reader to the first field that must still be answered; true where there is one. */
  ask(): boolean {
    const [first] = this.missing;
    if (!first) return false;
    this.draw(true);
    document.getElementById(fieldId(first.field))?.focus();
    return true;
  }

  draw(asked = false): void {
    const focused = document.activeElement?.id;
    fill("say", this.parts(asked));
    const again = focused?.startsWith("say-") ? document.getElementById(focused) : null;
    if (again) again.focus();
  }

  private change(change: Partial<Options>): void {
    this.said = { ...this.said, ...change };
    this.draw();
    this.onChange(this.said);
  }

  private parts(asked: boolean): Child[] {
    const { seen, said } = this;
    const kind = kindOf(seen, said);
    const layer = layerOf(seen, said);
    const left = new Map(this.missing.map(({ field, message }) => [field, message]));
    const at = (field: string) => {
      const message = left.get(field);
      return message === undefined ? null : { message, asked };
    };
    const fields = kind === null ? {} : (FIELDS[kind] ?? {});
    const guessed = guesses(seen, said);
    const columns = layer?.columns.map(({ name }) => name) ?? [];
    return [
      h(
        "div",
        { class: "upload__boxes" },
        select(
          "kind",
          "What the file is",
          seen.kind ? `${KINDS[seen.kind] ?? seen.kind} (as seen)` : "Choose",
          without(KINDS, seen.kind),
          said.kind,
          at("kind"),
          (value) =>
            // Another kind has other fields: what was named for the first says nothing of them.
            this.change({
              kind: value,
              mapping: {},
              mode: isPlan(value ?? seen.kind) ? said.mode : "all_or_nothing",
            }),
        ),
        seen.layers.length > 1 &&
          select(
            "layer",
            "Layer or sheet",
            seen.layer ? `${seen.layer} (as seen)` : "Choose",
            pairs(seen.layers.flatMap(({ name }) => (name === null || name === seen.layer ? [] : [name]))),
            said.layer,
            at("layer"),
            (value) => this.change({ layer: value, mapping: {} }),
            "file-layer",
          ),
        layer?.geometry_type && layer.crs === null && this.system(at("crs")),
      ),
      Object.keys(fields).length > 0 &&
        layer &&
        h(
          "fieldset",
          { class: "upload__set" },
          h("legend", {}, "Which column holds what ", termMark("mapping")),
          h(
            "div",
            { class: "upload__boxes" },
            ...Object.entries(fields).map(([field, words]) =>
              this.column(field, words, columns, guessed[field], at(`mapping.${field}`)),
            ),
          ),
        ),
      h(
        "div",
        { class: "upload__boxes" },
        isPlan(kind) && this.plan(),
        isPlan(kind) &&
          !said.replaces &&
          this.text("name", "Name of the proposal", {
            placeholder: seen.name,
            hint: "Empty: the file’s name.",
          }),
        isPlan(kind) &&
          this.text("layer_of", "Other service whose areas these are", {
            hint: "Only where the file is no proposal, such as social care localities.",
            term: "layer",
          }),
        this.text("as_of", "Date of the file", { type: "date", hint: "Only where the file states none." }),
      ),
      isPlan(kind) &&
        tick(
          "mode",
          "Leave out what has errors, and load the rest",
          said.mode === "keep_valid",
          "keep-valid",
          (on) => this.change({ mode: on ? "keep_valid" : "all_or_nothing" }),
        ),
      tick(
        "restricted",
        "Hide small numbers in all that stands on this file",
        said.restricted,
        "restricted",
        (on) => this.change({ restricted: on }),
      ),
    ];
  }

  private column(
    field: string,
    words: string,
    columns: readonly string[],
    guess: Guess | undefined,
    ask: Ask,
  ): HTMLElement {
    const chosen = this.said.mapping[field] ?? null;
    const none = guess ? `${guess.column} (guessed, ${sureness(guess.confidence)})` : "None of them";
    const others = pairs(columns.filter((name) => name !== guess?.column));
    const box = select(`mapping.${field}`, sentence(words), none, others, chosen, ask, (value) => {
      const { [field]: _before, ...rest } = this.said.mapping;
      this.change({ mapping: value === null ? rest : { ...rest, [field]: value } });
    });
    if (guess && chosen === null) box.append(h("p", { class: "note" }, guess.why));
    return box;
  }

  private system(ask: Ask): HTMLElement {
    const { crs } = this.said;
    const box = select(
      "crs",
      "Coordinate system",
      "Choose",
      { ...SYSTEMS, other: "Another one" },
      this.otherSystem ? "other" : crs,
      ask,
      (value) => {
        this.otherSystem = value === "other";
        this.change({ crs: this.otherSystem ? null : value });
      },
      "crs",
    );
    if (this.otherSystem) {
      const input = h("input", {
        class: "nhsuk-input",
        id: "say-crs-other",
        type: "text",
        value: crs ?? "",
        maxlength: 200,
        "aria-label": "Coordinate system, such as EPSG:32630",
      });
      input.addEventListener("change", () => this.change({ crs: input.value.trim() || null }));
      box.append(input);
    }
    return box;
  }

  private plan(): HTMLElement {
    const plans = Object.fromEntries(this.plans.map(({ id, name }) => [id, `A new version of ${name}`]));
    return select(
      "replaces",
      "It becomes",
      "A new proposal",
      plans,
      this.said.replaces,
      null,
      (value) => this.change({ replaces: value, ...(value === null ? {} : { name: null }) }),
      "version",
    );
  }

  private text(field: "name" | "layer_of" | "as_of", words: string, look: Look): HTMLElement {
    // At every stroke, and without drawing the form again: what was checked before the last letter holds no more.
    return typed(field, words, this.said[field], look, (value) => {
      this.said = { ...this.said, [field]: value };
      this.onChange(this.said);
    });
  }
}

function without(all: Record<string, string>, one: string | null): Record<string, string> {
  return Object.fromEntries(Object.entries(all).filter(([name]) => name !== one));
}

const pairs = (names: readonly string[]): Record<string, string> =>
  Object.fromEntries(names.map((name) => [name, name]));

const sentence = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
