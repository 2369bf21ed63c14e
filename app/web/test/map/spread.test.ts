import { expect, test } from "vitest";
import { spread } from "../../src/map/spread";

const apart = (a: readonly number[], b: readonly number[]) => Math.hypot(a[0]! - b[0]!, a[1]! - b[1]!);

test("a practice on its own stays where it is", () => {
  expect(spread([[0, 51], [0.1, 51], null])).toEqual([
    [0, 0],
    [0, 0],
    [0, 0],
  ]);
});

test.each([2, 3, 5, 9])(
  "%d practices in one building are a gap apart, and their middle is the building",
  (many) => {
    const offsets = spread(
      Array.from({ length: many }, () => [-0.12345, 51.5] as const),
      10,
    );
    for (let first = 0; first < many; first += 1) {
      for (let second = first + 1; second < many; second += 1) {
        expect(apart(offsets[first]!, offsets[second]!)).toBeGreaterThan(9.999);
      }
    }
    for (const axis of [0, 1] as const) {
      expect(offsets.reduce((sum, offset) => sum + offset[axis], 0)).toBeCloseTo(0, 9);
    }
  },
);
