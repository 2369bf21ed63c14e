/** The form of the paper: the options with a box each, and a labelled field for everything that people write. */
import { type Child, h } from "../shared/dom";
import type { Option } from "../options/found";
import { type Field, FIELDS, NO_CHANGE, type Words } from "./words";

export function optionBoxes(options: readonly Option[], words: Words, onChange: () => void): HTMLElement[] {
  return options.map((option) => {
    const always = option.id === NO_CHANGE;
    const box = h("input", {
      type: "checkbox",
      value: option.id,
      checked: always || !words.left.includes(option.id),
      disabled: always,
    });
    box.addEventListener("change", () => {
      words.left = words.left.filter((id) => id !== option.id);
      if (!box.checked) words.left.push(option.id);
      onChange();
    });
    const note = always ? " (always in the paper)" : "";
    return h("label", { class: "paper-option" }, box, h("span", {}, `${option.sentence}${note}`));
  });
}

export function fields(options: readonly Option[], words: Words, onChange: () => void): HTMLElement[] {
  return FIELDS.map((field) => {
    const id = `paper-${field.name}`;
    const control = controlOf(field, id, options);
    control.value = words.texts[field.name] ?? "";
    control.addEventListener("input", () => {
      words.texts[field.name] = control.value;
      onChange();
    });
    return h(
      "div",
      { class: `paper-field paper-field--${field.kind}` },
      h("label", { class: "nhsuk-label", for: id }, field.label),
      control,
    );
  });
}

function controlOf(
  field: Field,
  id: string,
  options: readonly Option[],
): HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement {
  switch (field.kind) {
    case "prose":
      return h("textarea", { id, class: "nhsuk-textarea", rows: 4, maxlength: 8000 });
    case "option":
      return h("select", { id, class: "nhsuk-select" }, ...choices(options));
    default:
      return h("input", {
        id,
        class: "nhsuk-input",
        type: field.kind === "date" ? "date" : "text",
        maxlength: field.kind === "line" ? 200 : null,
      });
  }
}

function choices(options: readonly Option[]): Child[] {
  return [
    h("option", { value: "" }, "None yet: to be completed"),
    ...options.map(({ id, sentence }) =>
      h("option", { value: id }, sentence.length > 110 ? `${sentence.slice(0, 109)}…` : sentence),
    ),
  ];
}
