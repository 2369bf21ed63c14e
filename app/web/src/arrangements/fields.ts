/** One field of the record: its words where it is computed, a control where it is to be filled in, a line on paper. */
import { type Child, h } from "../shared/dom";
import { date } from "../shared/format";
import { termMark } from "../shared/toggletip";
import { contactFrom, contactText } from "./contact";
import { type Changes, changeOf, withChange } from "./edits";
import type { Field, FieldState } from "./found";
import { EXPLAINED, wordingOf } from "./wording";

const TAGS: Record<FieldState, { words: string; tag: string }> = {
  figures: { words: "Computed", tag: "nhsuk-tag--grey" },
  default: { words: "Default, to be confirmed", tag: "nhsuk-tag--yellow" },
  open: { words: "Open", tag: "nhsuk-tag--red" },
  "filled in": { words: "Filled in", tag: "nhsuk-tag--green" },
};

export interface Filling {
  /** Whether fields may be filled in: what was agreed stays as it was signed. */
  writable: boolean;
  changes: Readonly<Changes>;
  onChange: (field: Field, change: string | null | undefined) => void;
  /** Words of the service that could stand in a field, fetched when they are asked for; none: there are none. */
  suggest: (field: Field) => (() => Promise<string>) | null;
}

export function fieldId(key: string): string {
  return `field-${key.replace(/[^A-Za-z0-9]+/g, "-")}`;
}

/** A text with the addresses of days in words. */
function inWords({ key, value }: Field): string {
  return value !== null && wordingOf(key).kind === "date" ? date(value) : (value ?? "");
}

function stateTag(state: FieldState): HTMLElement {
  const { words, tag } = TAGS[state];
  return h("strong", { class: `nhsuk-tag arr-field__state ${tag}` }, words);
}

/** What paper shows in place of the control: the words, or a line to write on. */
function onPaper(field: Field): HTMLElement {
  const words = inWords(field);
  return h(
    "p",
    { class: `arr-field__paper${words ? "" : " arr-field__paper--open"}` },
    words || `To be filled in by ${field.by ?? "the parties"}:`,
  );
}

function source({ by, basis, state, drafted }: Field): HTMLElement {
  const who = by ? `To be ${drafted === null ? "filled in" : "confirmed"} by ${by}. ` : "";
  const words = state === "figures" ? `Basis: ${basis}.` : `${who}Source: ${basis}.`;
  return h("span", { class: "arr-field__source" }, words);
}

export function fieldPart(field: Field, filling: Filling): HTMLElement {
  const id = fieldId(field.key);
  const now = withChange(field, filling.changes);
  const term = EXPLAINED[field.key] ?? wordingOf(field.key).term;
  if (field.state === "figures" || !filling.writable) {
    return h(
      "div",
      { class: "arr-field", id, "data-key": field.key, "data-state": now.state, tabindex: -1 },
      h(
        "p",
        { class: "arr-field__head" },
        h("span", { class: "arr-field__label" }, field.label),
        term && termMark(term),
        stateTag(now.state),
      ),
      now.value === null
        ? h("p", { class: "arr-field__value" }, "Nothing was filled in.")
        : h("p", { class: "arr-field__value" }, inWords(now)),
      source(field),
    );
  }
  return new Fillable(field, filling, id).element;
}

/** A field with its control. It keeps its own words up to date while somebody types. */
class Fillable {
  readonly element: HTMLElement;
  private readonly set: (text: string) => void;

  constructor(
    private readonly field: Field,
    private readonly filling: Filling,
    id: string,
  ) {
    const { kind, hint, term } = wordingOf(field.key);
    const now = withChange(field, filling.changes);
    const hintId = `${id}-hint`;
    const hints = h(
      "p",
      { class: "arr-field__hint", id: hintId },
      hint && h("span", { class: "arr-field__ask" }, `${hint} `),
      source(field),
    );
    const label = (words: Child): HTMLElement =>
      kind === "contact"
        ? h("span", { class: "arr-field__label" }, words)
        : h("label", { class: "arr-field__label", for: id }, words);
    const { control, set } = this.control(kind, id, hintId, now.value ?? "");
    this.set = set;
    this.element = h(
      kind === "contact" ? "fieldset" : "div",
      { class: "arr-field", "data-key": field.key, "data-state": now.state },
      kind === "contact" && h("legend", { class: "nhsuk-u-visually-hidden" }, field.label),
      h("p", { class: "arr-field__head" }, label(field.label), term && termMark(term), stateTag(now.state)),
      hints,
      control,
      onPaper(now),
      this.actions(),
    );
  }

  private control(
    kind: string,
    id: string,
    hintId: string,
    value: string,
  ): { control: HTMLElement; set: (text: string) => void } {
    const shared = { id, name: this.field.key, "aria-describedby": hintId, autocomplete: "off" };
    if (kind === "contact") return this.contact(id, hintId, value);
    if (kind === "text") {
      const rows = Math.min(8, Math.max(2, Math.ceil(value.length / 70)));
      const box = h("textarea", { ...shared, class: "nhsuk-textarea", rows, maxlength: 4000 });
      box.value = value;
      return { control: this.listen(box, () => box.value), set: (text) => (box.value = text) };
    }
    const type = kind === "date" ? "date" : "text";
    const box = h("input", {
      ...shared,
      type,
      class: `nhsuk-input arr-input--${kind}`,
      maxlength: kind === "line" ? 4000 : null,
    });
    box.value = value;
    return { control: this.listen(box, () => box.value), set: (text) => (box.value = text) };
  }

  private contact(
    id: string,
    hintId: string,
    value: string,
  ): { control: HTMLElement; set: (text: string) => void } {
    const boxes = {
      name: h("input", {
        class: "nhsuk-input",
        id,
        type: "text",
        maxlength: 200,
        autocomplete: "off",
        "aria-describedby": hintId,
      }),
      role: h("input", {
        class: "nhsuk-input",
        id: `${id}-role`,
        type: "text",
        maxlength: 200,
        autocomplete: "off",
      }),
      email: h("input", {
        class: "nhsuk-input",
        id: `${id}-email`,
        type: "email",
        maxlength: 200,
        autocomplete: "off",
      }),
    };
    const set = (text: string) => {
      const { name, role, email } = contactFrom(text);
      [boxes.name.value, boxes.role.value, boxes.email.value] = [name, role, email];
    };
    set(value);
    const one = (words: string, box: HTMLInputElement) =>
      h("div", {}, h("label", { class: "nhsuk-label", for: box.id }, words), box);
    const control = h(
      "div",
      { class: "arr-contact" },
      one("Name", boxes.name),
      one("Role", boxes.role),
      one("Work email", boxes.email),
    );
    const text = () =>
      contactText({ name: boxes.name.value, role: boxes.role.value, email: boxes.email.value });
    return { control: this.listen(control, text), set };
  }

  /** Follows what is typed. A default that was emptied stands again once the reader leaves it. */
  private listen<E extends HTMLElement>(control: E, text: () => string): E {
    control.addEventListener("input", () => this.typed(text()));
    control.addEventListener("focusout", () => {
      if (text().trim() === "" && !this.badDate()) this.set(this.now.value ?? "");
    });
    return control;
  }

  /** Half a date reads as an empty one; the control itself says that it is none. */
  private badDate(): boolean {
    const box = this.element.querySelector<HTMLInputElement>("input[type=date]");
    return box !== null && box.validity.badInput;
  }

  private get now(): Field {
    return withChange(this.field, this.filling.changes);
  }

  private typed(text: string): void {
    this.filling.onChange(this.field, changeOf(this.field, text));
    const now = this.now;
    this.element.dataset.state = now.state;
    this.element.querySelector(".arr-field__state")?.replaceWith(stateTag(now.state));
    this.element.querySelector(".arr-field__paper")?.replaceWith(onPaper(now));
    this.element.querySelector(".arr-field__actions")?.replaceWith(this.actions());
  }

  private actions(): HTMLElement {
    const line = h("p", { class: "arr-field__actions" });
    const { drafted } = this.field;
    if (drafted !== null && this.now.state === "filled in") {
      line.append(
        this.button("Take the default again", () => {
          this.set(drafted);
          this.typed(drafted);
        }),
      );
    }
    const suggest = this.filling.suggest(this.field);
    if (suggest && this.now.state === "open") {
      line.append(
        this.button("Fill in what the options say of this PCN", () => {
          void suggest().then((words) => {
            this.set(words);
            this.typed(words);
          });
        }),
      );
    }
    return line;
  }

  private button(words: string, act: () => void): HTMLElement {
    const button = h("button", { type: "button", class: "link-button" }, words);
    button.addEventListener("click", () => {
      act();
      // The button goes with what it has done; the reader goes on in the field.
      this.element.querySelector<HTMLElement>("textarea, input")?.focus();
    });
    return button;
  }
}
