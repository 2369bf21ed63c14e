import { describe, expect, it } from "vitest";
import { type Best, bestFor, type Frontiers, nearness, type Present } from "../../src/try/nearest";

const best = (allowed: number, outside: number, proven = true): Best => ({
  allowed,
  disturbed: allowed,
  outside,
  proven,
  atLeast: proven ? outside : outside - 100.4,
});

const FRONTIERS: Frontiers = {
  practices: [best(0, 10_000), best(1, 8000), best(2, 7000, false)],
  exhausted: false,
  lines: [best(0, 10_000), best(1000, 9000), best(5000, 6000)],
};

const present = (change: Partial<Present>): Present => ({
  practices: 0,
  areas: 0,
  patients: 0,
  people: 0,
  outside: 10_000,
  ...change,
});

describe("what is moved by hand beside the best there is", () => {
  it("takes the first point that allows as much, and none beyond what was looked at", () => {
    expect(bestFor(FRONTIERS.lines ?? [], 1001)?.outside).toBe(6000);
    expect(bestFor(FRONTIERS.lines ?? [], 1000)?.outside).toBe(9000);
    expect(bestFor(FRONTIERS.lines ?? [], 5001)).toBeNull();
    expect(bestFor(FRONTIERS.practices, 3)).toBeNull();
    expect(bestFor(FRONTIERS.practices, 3, true)?.outside).toBe(7000);
  });

  it("says how many more are outside than in the proven best for as many practices", () => {
    expect(nearness(present({ practices: 1, patients: 9000, outside: 8500 }), FRONTIERS)).toEqual([
      "8,500 patients outside with 9,000 patients of 1 practice moved.",
      "The best for as many practices: 8,000, proven.",
      "These moves leave 500 more outside (5.9%).",
    ]);
  });

  it("does not call the best found proven, and rounds its bound down", () => {
    const words = nearness(present({ practices: 2, patients: 1, outside: 7000 }), FRONTIERS).join(" ");
    expect(words).toContain("7,000 as the best found, and no choice can go below 6,899");
    expect(words).toContain("as good");
  });

  it("holds lines against lines, and proves nothing of both together", () => {
    const lines = nearness(present({ areas: 2, people: 3000, outside: 5000 }), FRONTIERS).join(" ");
    expect(lines).toContain("up to 5,000 people in another neighbourhood: 6,000, proven");
    expect(lines).toContain("do not keep to a rule");
    const both = nearness(
      present({ areas: 1, people: 500, practices: 1, patients: 9000, outside: 5000 }),
      FRONTIERS,
    );
    expect(both.at(-1)).toBe("Of practices and lines together nothing is proven here.");
    expect(both.join(" ")).not.toContain("more outside");
  });

  it("says nothing of lines where there is no frontier of them, and nothing where nothing moves", () => {
    const fixed = { ...FRONTIERS, lines: null };
    expect(nearness(present({ areas: 1, people: 500 }), fixed)).toHaveLength(1);
    expect(nearness(present({}), FRONTIERS)).toEqual(["10,000 patients outside with nothing moved."]);
  });
});
