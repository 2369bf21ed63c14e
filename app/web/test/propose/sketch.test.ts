import { describe, expect, it } from "vitest";
import { borders, edgesOf } from "../../src/propose/sketch";

/** A square of a grid, a corner at (x, y); `turn` walks round it the other way. */
function square(code: string, x: number, y: number, turn = false) {
  const ring: [number, number][] = [
    [x, y],
    [x + 1, y],
    [x + 1, y + 1],
    [x, y + 1],
    [x, y],
  ];
  return { code, rings: [turn ? ring.reverse() : ring] };
}

describe("the lines of a drawing", () => {
  const edges = edgesOf([square("a", 0, 0), square("b", 1, 0, true), square("c", 2, 0)]);

  it("has an edge that two areas share only once, whichever way they are walked round", () => {
    expect(edges).toHaveLength(10);
    expect(edges.filter(({ areas }) => areas.length === 2).map(({ areas }) => areas)).toEqual([
      ["a", "b"],
      ["b", "c"],
    ]);
  });

  it("draws what parts neighbourhoods, and no line between areas of one", () => {
    const drawn = borders(
      edges,
      new Map([
        ["a", 0],
        ["b", 0],
        ["c", 1],
      ]),
    );
    expect(drawn).toHaveLength(9);
    expect(drawn.filter(({ areas }) => areas.length === 2).map(({ areas }) => areas)).toEqual([["b", "c"]]);
  });

  it("leaves blank what is in no neighbourhood", () => {
    expect(borders(edges, new Map([["a", 0]])).map(({ areas }) => areas.includes("a"))).toEqual([
      true,
      true,
      true,
      true,
    ]);
  });
});
