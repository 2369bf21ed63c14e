import { describe, expect, it } from "vitest";
import { contactFrom, contactText } from "../../src/arrangements/contact";
import { sections, standing } from "../../src/arrangements/document";
import { changeOf, sendable, settle, Typed, withChange } from "../../src/arrangements/edits";
import type { Field, FieldState } from "../../src/arrangements/found";

function field(key: string, state: FieldState, value: string | null, drafted = value): Field {
  return { key, section: key.split(".")[0] ?? "", label: key, value, state, basis: "", by: null, drafted };
}

const FIELDS = [
  field("a.figures", "figures", "12"),
  field("a.default", "default", "by residence"),
  field("b.open", "open", null),
  field("b.filled", "filled in", "ours", "theirs"),
  field("b.written", "filled in", "Dr One", null),
];
const at = (key: string): Field => FIELDS.find((one) => one.key === key) as Field;

/** A browser's storage, as far as it is used here. */
function storage(): Storage {
  const held = new Map<string, string>();
  return {
    getItem: (key: string) => held.get(key) ?? null,
    setItem: (key: string, value: string) => void held.set(key, value),
    removeItem: (key: string) => void held.delete(key),
    clear: () => held.clear(),
    key: () => null,
    get length() {
      return held.size;
    },
  };
}

describe("what a text changes", () => {
  it.each([
    ["b.open", "  Trust  ", "Trust"],
    ["b.open", " ", undefined],
    ["a.default", "by residence ", undefined],
    ["a.default", "", undefined],
    ["a.default", "by list", "by list"],
    ["b.filled", "ours", undefined],
    ["b.filled", "theirs", null],
    ["b.filled", "", null],
    ["b.written", "", null],
  ])("%s, %j", (key, text, change) => {
    expect(changeOf(at(key), text)).toBe(change);
  });

  it("shows a field as it would be, and leaves what is computed alone", () => {
    expect(withChange(at("b.open"), { "b.open": "x" })).toMatchObject({ value: "x", state: "filled in" });
    expect(withChange(at("b.filled"), { "b.filled": null })).toMatchObject({
      value: "theirs",
      state: "default",
    });
    expect(withChange(at("b.written"), { "b.written": null })).toMatchObject({ value: null, state: "open" });
    expect(withChange(at("a.figures"), { "a.figures": "13" })).toBe(at("a.figures"));
  });

  it("sends nothing that the service would refuse", () => {
    expect(sendable(FIELDS, { "a.figures": "13", "b.open": "x", "b.filled": null, gone: "y" })).toEqual({
      "b.open": "x",
      "b.filled": null,
    });
  });
});

describe("somebody else's changes", () => {
  const before = Object.fromEntries(FIELDS.map(({ key, value }) => [key, value]));
  const now = FIELDS.map((one) => {
    if (one.key === "b.open") return { ...one, value: "other", state: "filled in" as const };
    if (one.key === "a.default") return { ...one, value: "by list", state: "filled in" as const };
    return one;
  });

  it("clash where both changed one field to different words", () => {
    const settled = settle(before, { "b.open": "mine", "b.written": null }, now);
    expect(settled.clashes).toEqual([
      { key: "b.open", label: "b.open", section: "b", mine: "mine", theirs: "other" },
    ]);
    expect(settled.changes).toEqual({ "b.open": "mine", "b.written": null });
    expect(settled.taken.map(({ key }) => key)).toEqual(["a.default"]);
  });

  it("do not clash where both say the same, or where nobody else was", () => {
    expect(settle(before, { "b.open": "other" }, now)).toMatchObject({ changes: {}, clashes: [] });
    expect(settle(before, { "b.filled": "new" }, now)).toMatchObject({
      changes: { "b.filled": "new" },
      clashes: [],
    });
  });
});

describe("what is typed", () => {
  it("is there again after a reload, with what the field said before, and goes along to the record", () => {
    const tab = storage();
    const typed = new Typed(tab);
    typed.open("draft 1");
    typed.set(at("b.filled"), "first");
    typed.set({ ...at("b.filled"), value: "changed by another" }, "second");
    typed.set(at("b.open"), "x");
    typed.set(at("b.open"), undefined);

    const again = new Typed(tab);
    again.open("draft 1");
    expect(again.changes).toEqual({ "b.filled": "second" });
    expect(again.before).toEqual({ "b.filled": "ours" });

    again.carry("kept 1");
    const third = new Typed(tab);
    third.open("draft 1");
    expect(third.count).toBe(0);
    third.open("kept 1");
    expect(third.changes).toEqual({ "b.filled": "second" });
    third.replace({});
    expect(tab.length).toBe(0);
  });

  it("is nothing where the tab holds something else", () => {
    const tab = storage();
    tab.setItem("coterminous-arrangement x", '[{"a": 1, "b": "text"}]');
    tab.setItem("coterminous-arrangement y", "no JSON");
    const typed = new Typed(tab);
    typed.open("x");
    expect(typed.changes).toEqual({ b: "text" });
    typed.open("y");
    expect(typed.changes).toEqual({});
  });
});

describe("somebody named", () => {
  it.each([
    ["Dr A. One", { name: "Dr A. One", role: "", email: "" }],
    ["Dr A. One, GP partner", { name: "Dr A. One", role: "GP partner", email: "" }],
    ["Dr A. One, GP, lead (a.one@nhs.net)", { name: "Dr A. One", role: "GP, lead", email: "a.one@nhs.net" }],
    ["Dr A. One (a.one@nhs.net)", { name: "Dr A. One", role: "", email: "a.one@nhs.net" }],
    ["Dr A. One (020 7946 0000)", { name: "Dr A. One (020 7946 0000)", role: "", email: "" }],
    ["To be named, ", { name: "To be named,", role: "", email: "" }],
    ["", { name: "", role: "", email: "" }],
  ])("%s", (text, contact) => {
    expect(contactFrom(text)).toEqual(contact);
    expect(contactText(contactFrom(text))).toBe(text.trim());
  });
});

it("counts what is open with what was typed, and keeps sections in their order", () => {
  const found = standing(FIELDS, { "b.open": "x", "b.written": null });
  expect(found.open.map(({ key }) => key)).toEqual(["b.written"]);
  expect(found.defaults.map(({ key }) => key)).toEqual(["a.default"]);
  expect(found.all).toBe(4);
  expect(sections(FIELDS).map(({ name, fields }) => [name, fields.length])).toEqual([
    ["a", 2],
    ["b", 3],
  ]);
});
