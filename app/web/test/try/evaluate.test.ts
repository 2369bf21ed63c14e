import { describe, expect, it } from "vitest";
import { Evaluator } from "../../src/try/evaluate";
import type { Table } from "../../src/try/table";

/**
 * Four areas in a row, E1 to E4: E1 and E2 in N1, E4 in N2, E3 cut between them (a quarter in N1). P1 and P2 are in U1,
 * P3 in U2, P4 in none. Everybody of P1 lives in E1, of P2 in E3, of P3 in E4, of P4 in E2.
 */
const PLACE: Table = {
  hidden: null,
  thresholds: { aligned: 0.8, split: 0.5 },
  limits: [
    { name: "smallest_pcn", value: 150 },
    { name: "advised_pcn", value: 250 },
  ],
  practices: {
    code: ["P1", "P2", "P3", "P4"],
    name: ["One", "Two", "Three", "Four"],
    pcn: [0, 0, 1, -1],
    patients: [110, 80, 200, 50],
    unknown: [10, 0, 0, 0],
    neighbourhood: [0, 1, 1, 0],
    area: [0, 2, 3, 1],
  },
  pcns: { code: ["U1", "U2"], name: ["First PCN", "Second PCN"] },
  neighbourhoods: {
    code: ["N1", "N2"],
    name: ["North", "South"],
    place: ["Town", "Town"],
    residents: [260, 380],
    registered: [170, 260],
  },
  by_practice: { start: [0, 1, 3, 4, 5], neighbourhood: [0, 0, 1, 1, 0], patients: [100, 20, 60, 200, 50] },
  areas: {
    code: ["E1", "E2", "E3", "E4"],
    name: ["Row 1", "Row 2", "Row 3", "Row 4"],
    neighbourhood: [0, 0, -1, 1],
    mainly: [0, 0, 1, 1],
    registered: [100, 50, 80, 200],
    people: [120, 110, 120, 290],
    imd_score: [10, 20, 30, null],
    imd_decile: [8, 5, 2, null],
  },
  divided: { area: [2, 2], neighbourhood: [0, 1], share: [0.25, 0.75] },
  patients: { start: [0, 1, 2, 3, 4], area: [0, 2, 3, 1], patients: [100, 80, 200, 50] },
  adjacency: [0, 1, 1, 2, 2, 3],
};

const tried = (...moves: [string, string][]) =>
  new Evaluator(PLACE).evaluate(moves.map(([code, to]) => ({ code, to })));

describe("without a move", () => {
  it("the figures are those of today", () => {
    const { before, after, pcns, neighbourhoods } = tried();
    expect(after).toEqual(before);
    expect([pcns, neighbourhoods]).toEqual([[], []]);
    // U1 has 120 of 180 in the north, U2 all 200 in the south.
    expect(before).toMatchObject({
      patients_inside: 380,
      patients_outside_lead: 60,
      misalignment: 0.157895,
      median_containment: 0.833333,
      pcns_aligned: 1,
      pcns_partly: 1,
      pcns_split: 0,
      pcn_smallest: 190,
      pcn_largest: 200,
      pcns_below_floor: 0,
      practices_without_pcn: 1,
      neighbourhoods_in_parts: 0,
      patients_deprived: 80,
      patients_deprived_outside_lead: 60,
    });
  });
});

describe("an area that a line cuts", () => {
  it("moves wholly, with the people, patients and deprivation of the part that lay elsewhere", () => {
    const { after, areas, neighbourhoods, pcns } = tried(["E3", "N1"]);
    expect(areas).toMatchObject([
      { from_name: "South", people: 90, patients: 60, share_of_area_moved: 0.75 },
    ]);
    expect(after).toMatchObject({
      patients_outside_lead: 0,
      people_moved: 90,
      patients_deprived_outside_lead: 0,
    });
    expect(pcns).toMatchObject([
      { code: "U1", practices_change: false, after: { containment: 1, class: "aligned" } },
    ]);
    expect(neighbourhoods).toMatchObject([
      // (120 × 10 + 110 × 20 + 120 × 30) / 350
      {
        code: "N1",
        after: { residents: 350, patients: 230, parts: 1, imd_score: 20, share_most_deprived: 0.342857 },
      },
      { code: "N2", after: { residents: 290, patients: 200, imd_score: null, lead_for: ["U2"] } },
    ]);
  });
});

describe("an area taken from between others", () => {
  it("leaves a neighbourhood in parts, and people detached", () => {
    const { after, neighbourhoods } = tried(["E2", "N2"], ["E3", "N1"]);
    expect(after.neighbourhoods_in_parts).toBe(2);
    expect(neighbourhoods.map(({ after: side }) => side.people_detached)).toEqual([120, 110]);
  });
});

describe("a practice", () => {
  it("takes its list and its patients to another PCN, also to a new one and into its first", () => {
    const { after, pcns, practices } = tried(["P2", "U2"], ["P4", "new-1"]);
    expect(practices.map(({ from, to_name }) => [from, to_name])).toEqual([
      ["U1", "Second PCN"],
      [null, "new-1"],
    ]);
    expect(after).toMatchObject({
      pcns: 3,
      practices_without_pcn: 0,
      patients_disturbed: 130,
      pcns_below_floor: 2,
    });
    expect(pcns).toMatchObject([
      {
        code: "U1",
        after: { patients: 110, size: "below the smallest list", patients_unknown: 10, containment: 1 },
      },
      { code: "U2", after: { patients: 280, size: "above the advised list", patients_outside_lead: 20 } },
      { code: "new-1", before: null, after: { practices: 1, lead: "N1" } },
    ]);
  });

  it("can leave a PCN without any, which is then none", () => {
    const { after, pcns } = tried(["P3", "none"]);
    expect(after.pcns).toBe(1);
    expect(pcns).toMatchObject([{ code: "U2", after: null }]);
  });
});

it("what is already so is no move, and what cannot be is refused", () => {
  expect(tried(["P1", "U1"], ["E1", "N1"]).after).toMatchObject({ practices_moved: 0, areas_moved: 0 });
  for (const [code, to] of [
    ["P1", "U9"],
    ["E1", "U1"],
    ["X", "N1"],
  ] as const) {
    expect(() => tried([code, to])).toThrow(RangeError);
  }
});
