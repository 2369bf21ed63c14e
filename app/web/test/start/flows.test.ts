import { expect, test } from "vitest";
import type { Matrix } from "../../src/shared/answers";
import { layOut, THINNEST } from "../../src/start/flows";

const names = (codes: string[]) => codes.map((code) => ({ code, name: code }));

function matrix(patients: (number | null)[][]): Matrix {
  return {
    rows: names(patients.map((_, j) => `P${j}`)),
    columns: names((patients[0] ?? []).map((_, k) => `N${k}`)),
    patients,
    outside: patients.map(() => 0),
    unknown: patients.map(() => 0),
  };
}

test("bands fill their ends exactly, on both sides, and none is lost", () => {
  const given = [
    [600, 300, 100],
    [0, 50, 950],
    [400, 400, 200],
  ];
  const { pcns, neighbourhoods, flows, undrawn } = layOut(matrix(given), 600, 10);
  expect(undrawn).toBe(0);
  for (const [side, nodes] of [
    ["pcn", pcns],
    ["neighbourhood", neighbourhoods],
  ] as const) {
    for (const node of nodes) {
      const mine = flows.filter((flow) => flow[side] === node.code);
      expect(mine.reduce((sum, { breadth }) => sum + breadth, 0)).toBeCloseTo(node.height, 9);
      const edge = side === "pcn" ? "from" : "to";
      for (const flow of mine) {
        expect(flow[edge]).toBeGreaterThanOrEqual(node.top - 1e-9);
        expect(flow[edge] + flow.breadth).toBeLessThanOrEqual(node.top + node.height + 1e-9);
      }
    }
  }
});

test("PCNs stand beside the neighbourhoods their patients are in", () => {
  const laid = layOut(
    matrix([
      [0, 0, 90],
      [90, 0, 0],
      [10, 80, 0],
    ]),
    300,
    10,
  );
  expect(laid.pcns.map(({ code }) => code)).toEqual(["P1", "P2", "P0"]);
});

test("hairlines are counted, not drawn, and hidden numbers draw nothing", () => {
  const { flows, undrawn } = layOut(
    matrix([
      [995, 5],
      [null, 1000],
    ]),
    300,
    10,
  );
  expect(flows.map(({ pcn, neighbourhood }) => [pcn, neighbourhood])).toEqual([
    ["P0", "N0"],
    ["P1", "N1"],
  ]);
  expect(undrawn).toBeCloseTo(5 / 2000, 9);
  expect(flows.every(({ share }) => share >= THINNEST)).toBe(true);
});

test("an empty matrix gives an empty drawing", () => {
  expect(layOut(matrix([[0, 0]]), 300, 10).flows).toEqual([]);
});
