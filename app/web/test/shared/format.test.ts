import { expect, test } from "vitest";
import { amount, amountWithUnit, date, list, percent, plural } from "../../src/shared/format";

test.each([
  [0.70449, "70.4%"],
  [0, "0.0%"],
  [1, "100.0%"],
  [0.99996, "over 99.9%"],
  [0.00001, "under 0.1%"],
  [null, "–"],
] as const)("a share of %s reads %s", (share, text) => {
  expect(percent(share)).toBe(text);
});

test("areas are told in square kilometres, people as whole numbers", () => {
  expect(amount(12_345_678, "square metres")).toBe("12.3");
  expect(amount(12345.67, "patients")).toBe("12,346");
  expect(amountWithUnit(1, "practices")).toBe("1 practice");
  expect(amountWithUnit(2_500_000, "square metres")).toBe("2.5 km²");
});

test("a date does not move with the reader's clock", () => {
  expect(date("2025-07-01")).toBe("1 July 2025");
  expect(date("summer 2025")).toBe("summer 2025");
});

test("words are joined as in a sentence", () => {
  expect(list([])).toBe("");
  expect(list(["a"])).toBe("a");
  expect(list(["a", "b", "c"])).toBe("a, b and c");
  expect(plural(1, "PCN")).toBe("1 PCN");
  expect(plural(1200, "PCN")).toBe("1,200 PCNs");
});
