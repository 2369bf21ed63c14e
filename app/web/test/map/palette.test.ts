import { expect, test } from "vitest";
import { SYMBOLS, symbolsOf } from "../../src/map/palette";

test("every PCN of a place has its own symbol, whatever the order they come in", () => {
  const codes = Array.from({ length: SYMBOLS }, (_, index) => `U${index + 100}`);
  const symbols = symbolsOf(codes);
  expect(new Set(symbols.values()).size).toBe(SYMBOLS);
  expect(symbolsOf([...codes].reverse())).toEqual(symbols);
});
