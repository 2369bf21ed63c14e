import { describe, expect, it } from "vitest";
import { inWords } from "../../src/options/chart";
import type { FrontierPoint } from "../../src/options/found";
import { places, topOf } from "../../src/shared/frontier-chart";

function point(allowed: number, outside: number, gap = 0): FrontierPoint {
  return {
    allowed,
    practices_moved: allowed,
    patients_outside_lead: outside,
    patients_in_lead: 100_000 - outside,
    containment: 1 - outside / 100_000,
    patients_gained: 0,
    patients_disturbed: 0,
    proven: gap === 0,
    patients_outside_lead_at_least: outside - gap,
    patients_gap: gap,
    moves: [],
  };
}

const at = (moved: number, outside: number) => ({ moved, outside });

describe("the frontier's drawing", () => {
  it("ends its axis at a round number that holds every point", () => {
    expect(topOf([at(0, 50_566)])).toBe(80_000);
    expect(topOf([at(0, 80_000), at(1, 70_000)])).toBe(80_000);
    expect(topOf([at(0, 80_001)])).toBe(100_000);
    expect(topOf([at(0, 0)])).toBe(4);
  });

  it("begins its axis at nought, so that half as many patients stand half as high", () => {
    const [none, half, all] = places([at(0, 80_000), at(1, 40_000), at(2, 0)]);
    const ground = all?.y ?? 0;
    expect((ground - (half?.y ?? 0)) * 2).toBeCloseTo(ground - (none?.y ?? 0));
    expect((half?.x ?? 0) - (none?.x ?? 0)).toBeCloseTo((all?.x ?? 0) - (half?.x ?? 0));
  });

  it("draws a single point without dividing by nought", () => {
    expect(places([at(0, 10)]).every(({ x, y }) => Number.isFinite(x) && Number.isFinite(y))).toBe(true);
  });

  it("says whether a point is proven, and otherwise how far it could still be from the best", () => {
    expect(inWords(point(0, 50_566))).toContain("No move: 50,566 patients outside");
    expect(inWords(point(0, 50_566))).toContain("proven");
    expect(inWords(point(3, 20_000, 1_250))).toContain("at most 1,250 patients from the best");
    expect(inWords({ ...point(1, 5), patients_outside_lead: null })).toContain("hidden small number");
  });
});
