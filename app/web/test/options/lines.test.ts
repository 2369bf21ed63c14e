import { describe, expect, it } from "vitest";
import {
  type AreaMove,
  type BothPoint,
  bothInWords,
  type LinePoint,
  lineInWords,
  movesFor,
} from "../../src/options/lines";

const area = (code: string, to = "N2"): AreaMove => ({
  area: code,
  name: code,
  from: "N1",
  from_name: "North",
  to,
  to_name: "South",
  people: 1500,
});

const POINT: LinePoint = {
  share_allowed: 0.02,
  people_allowed: 3100,
  people_moved: 3000,
  areas_moved: 2,
  patients_outside_lead: 9000,
  containment: 0.7,
  proven: true,
  at_least_outside: 9000,
  gap: 0,
  moves: [area("E1"), area("E2")],
};

describe("lines of a draft", () => {
  it("says how many move and how many stay outside, and whether that is the best there is", () => {
    expect(lineInWords(POINT)).toBe(
      "Up to 2.0% of people moved (2 small areas, 3,000 people): 9,000 patients outside their PCN’s lead neighbourhood, 70.0% inside; proven: no other lines do better under these rules.",
    );
    expect(lineInWords({ ...POINT, proven: false, gap: 40 })).toContain(
      "best found; at most 40 patients from the best there can be",
    );
    expect(lineInWords({ ...POINT, share_allowed: 0, areas_moved: 0, moves: [] })).toMatch(
      /^No line moved: 9,000/,
    );
  });

  it("never calls practices and lines together proven where they are not", () => {
    const both: BothPoint = {
      ...POINT,
      moves_allowed: 1,
      patients_moved: 8000,
      practice_moves: [],
      area_moves: [],
      proven: false,
      at_least_outside: 7000,
    };
    expect(bothInWords(both)).toMatch(/best found, and no choice can go below 7,000\.$/);
    expect(bothInWords({ ...both, proven: true })).not.toContain("below");
  });

  it("writes moves as the page to try them reads them, a divided area once and wholly", () => {
    const practice = {
      practice: "P1",
      name: "One",
      from: "U1",
      from_name: "First",
      to: "U2",
      to_name: "Second",
    };
    expect(movesFor([area("E1"), area("E2/N1"), area("E2/N3")], [practice])).toBe("P1>U2,E1>N2,E2>N2");
    expect(movesFor([area("E 1", "A,B")])).toBe("E%201>A%2CB");
  });
});
