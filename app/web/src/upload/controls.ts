/** Fields of a form: a label with its explanation, what is still to be answered, the control. */
import { h } from "../shared/dom";
import type { TermKey } from "../shared/terms";
import { termMark } from "../shared/toggletip";

/** What is to be answered at a field; marked more strongly once the reader went on without. */
export type Ask = { message: string; asked: boolean } | null;

export interface Look {
  hint: string;
  type?: "text" | "date";
  placeholder?: string;
  term?: TermKey;
}

/** The id of a field's control, e.g. of "mapping.code". */
export const fieldId = (field: string): string => `say-${field.replaceAll(/[^a-z]/g, "-")}`;

/** @param none what it says where nothing is chosen */
export function select(
  field: string,
  words: string,
  none: string,
  some: Record<string, string>,
  value: string | null,
  ask: Ask,
  onChange: (value: string | null) => void,
  key?: TermKey,
): HTMLElement {
  const id = fieldId(field);
  const control = h(
    "select",
    {
      class: "nhsuk-select",
      id,
      "aria-describedby": ask && `${id}-ask`,
      "aria-invalid": ask?.asked ? "true" : null,
    },
    h("option", { value: "" }, none),
    ...Object.entries(some).map(([name, text]) =>
      h("option", { value: name, selected: name === value }, text),
    ),
  );
  control.addEventListener("change", () => onChange(control.value || null));
  return group(id, words, control, ask, key);
}

export function typed(
  field: string,
  words: string,
  value: string | null,
  { hint, type = "text", placeholder, term }: Look,
  onInput: (value: string | null) => void,
): HTMLElement {
  const id = fieldId(field);
  const control = h("input", {
    class: "nhsuk-input",
    id,
    type,
    value: value ?? "",
    placeholder,
    maxlength: type === "text" ? 200 : null,
    "aria-describedby": `${id}-hint`,
  });
  control.addEventListener("input", () => onInput(control.value.trim() || null));
  const box = group(id, words, control, null, term);
  box.append(h("p", { class: "note", id: `${id}-hint` }, hint));
  return box;
}

export function tick(
  field: string,
  words: string,
  on: boolean,
  key: TermKey,
  onChange: (on: boolean) => void,
): HTMLElement {
  const id = fieldId(field);
  const control = h("input", { type: "checkbox", id, checked: on });
  control.addEventListener("change", () => onChange(control.checked));
  return h("div", { class: "upload__tick" }, control, h("label", { for: id }, words), termMark(key));
}

function group(id: string, words: string, control: HTMLElement, ask: Ask, key?: TermKey): HTMLElement {
  return h(
    "div",
    { class: "nhsuk-form-group" },
    h(
      "span",
      { class: "upload__label" },
      h("label", { class: "nhsuk-label", for: id }, words),
      key && termMark(key),
    ),
    ask && h("p", { class: "upload__ask", id: `${id}-ask`, "data-asked": ask.asked }, ask.message),
    control,
  );
}
