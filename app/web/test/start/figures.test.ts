import { expect, test } from "vitest";
import type { PcnAlignment } from "../../src/shared/answers";
import { toReach } from "../../src/start/closer";
import { severitiesInWords } from "../../src/findings/severity";
import { age } from "../../src/start/loaded";
import { byPlace } from "../../src/start/places";

const today = new Date("2026-03-15T12:00:00Z");

test.each([
  ["2026-03-15", "0 days old"],
  ["2026-03-14", "1 day old"],
  ["2026-01-01", "2 months old"],
  ["2025-12-16", "2 months old"],
  ["2024-04-01", "23 months old"],
  ["2024-03-15", "2 years old"],
  ["2022-07-01", "3 years old"],
  ["2026-04-01", "in the future"],
  ["some day", ""],
])("a file of %s is %s", (iso, words) => {
  expect(age(iso, today)).toBe(words);
});

test("findings are told gravest first, and a kind of severity not known here is still told", () => {
  expect(severitiesInWords({ advice: 1, error: 2, warning: 0, odd: 3 })).toBe(
    "2 to put right, 1 piece of advice, 3 odd",
  );
  expect(severitiesInWords({})).toBe("");
});

test("places add up their PCNs, most outside first", () => {
  const pcn = (place: string | null, outside: number) =>
    ({ place, patients_inside: 100, patients_outside_lead: outside }) as PcnAlignment;
  expect(byPlace({ pcn: [pcn("North", 10), pcn("South", 30), pcn("North", 15), pcn(null, 99)] })).toEqual([
    { name: "South", pcns: 1, outside: 30, inside: 100 },
    { name: "North", pcns: 2, outside: 25, inside: 200 },
  ]);
});

test("the fewest PCNs that reach a share", () => {
  const parts = [80, 10, 9, 1].map((patients) => ({ code: "", name: "", patients, share: null }));
  expect(toReach(parts, 0.8)).toBe(1);
  expect(toReach(parts, 0.9)).toBe(2);
  expect(toReach(parts, 0.91)).toBe(3);
  expect(toReach([], 0.9)).toBe(0);
});
