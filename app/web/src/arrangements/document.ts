/** The record as a document: its sections in order, each with its figures, its fields and its tables. */
import { h } from "../shared/dom";
import { restsOnTip } from "../shared/rests-on";
import { termMark } from "../shared/toggletip";
import { type Changes, withChange } from "./edits";
import { fieldId, fieldPart, type Filling } from "./fields";
import type { Content, Field } from "./found";
import { concernedTable, oursTable, splitTable, triggerTable } from "./tables";
import { EXPLAINED } from "./wording";

export interface Section {
  name: string;
  fields: Field[];
}

/** Fields by section, both in the order of the record. */
export function sections(fields: readonly Field[]): Section[] {
  const found: Section[] = [];
  for (const field of fields) {
    const last = found.at(-1);
    if (last?.name === field.section) last.fields.push(field);
    else found.push({ name: field.section, fields: [field] });
  }
  return found;
}

/** Tables that stand at the end of a section. */
const TABLES: Record<string, (content: Content) => HTMLElement | null> = {
  "Reason and evidence": splitTable,
  "Other INTs served": concernedTable,
  "MDT membership": oursTable,
  "Term and review": triggerTable,
};

export function documentParts(content: Content, filling: Filling): HTMLElement[] {
  return sections(content.fields).map(({ name, fields }, index) => {
    const id = `section-${index + 1}`;
    const term = EXPLAINED[name];
    const table = TABLES[name]?.(content);
    return h(
      "section",
      { class: "arr-section", "aria-labelledby": id },
      h(
        "div",
        { class: "arr-section__head" },
        h("h3", { class: "arr-section__title", id, tabindex: -1 }, `${index + 1}. ${name}`),
        term && termMark(term),
      ),
      ...fields.map((field) => fieldPart(field, filling)),
      table && h("div", { class: "arr-section__table" }, table, restsOnTip(content.provenance)),
    );
  });
}

export interface Standing {
  open: Field[];
  /** Defaults that nobody has put into words of their own yet. */
  defaults: Field[];
  /** Fields that people fill in, whatever they say now. */
  all: number;
}

export function standing(fields: readonly Field[], changes: Readonly<Changes>): Standing {
  const free = fields.filter(({ state }) => state !== "figures").map((field) => withChange(field, changes));
  return {
    open: free.filter(({ state }) => state === "open"),
    defaults: free.filter(({ state }) => state === "default"),
    all: free.length,
  };
}

/** What is still open, section by section, each with a link that goes to its field. */
export function openList(open: readonly Field[]): HTMLElement[] {
  return sections(open).map(({ name, fields }) =>
    h(
      "div",
      { class: "arr-open__section" },
      h("p", { class: "arr-open__name" }, name),
      h(
        "ul",
        { class: "arr-open__list" },
        ...fields.map(({ key, label }) => h("li", {}, h("a", { href: `#${fieldId(key)}` }, label))),
      ),
    ),
  );
}

/** Goes to a field by its link: the control itself is reached, so that the next key typed is in it. */
export function goTo(hash: string): boolean {
  const target = document.getElementById(hash.slice(1));
  if (!target) return false;
  (target.closest(".arr-field") ?? target).scrollIntoView({ block: "center" });
  target.focus({ preventScroll: true });
  return true;
}
