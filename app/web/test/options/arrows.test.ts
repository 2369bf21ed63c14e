import { describe, expect, it } from "vitest";
import { arrows } from "../../src/options/arrows";
import type { Move } from "../../src/options/found";
import type { Practices } from "../../src/shared/answers";

function practices(...all: [string, string, [number, number] | null][]): Practices {
  return {
    type: "FeatureCollection",
    features: all.map(([code, pcn, at]) => ({
      type: "Feature",
      geometry: at && { type: "Point", coordinates: at },
      properties: {
        code,
        name: code,
        postcode: null,
        pcn_code: pcn,
        pcn_name: pcn,
        patients: 1,
        located_in: null,
        main_neighbourhood: null,
        main_share: null,
        mismatch: false,
        patients_outside_pcn_lead: null,
      },
    })),
  };
}

const move = (practice: string, to: string): Move => ({
  practice,
  practice_name: practice,
  patients: 1,
  from: "U1",
  from_name: "U1",
  to,
  to_name: to,
});

describe("moves as arrows", () => {
  it("lead to the nearest practice of the PCN that is joined, as the ground lies and not as degrees do", () => {
    // At 51.5° north 0.03 degrees of longitude are nearer than 0.02 of latitude.
    const all = practices(["A", "U1", [0, 51.5]], ["B", "U2", [0.03, 51.5]], ["C", "U2", [0, 51.52]]);
    const [line] = arrows([move("A", "U2")], all).features[0]?.geometry.coordinates ?? [];
    expect(line).toEqual([
      [0, 51.5],
      [0.03, 51.5],
    ]);
  });

  it("do not lead to a practice that moves away itself", () => {
    const all = practices(["A", "U1", [0, 51.5]], ["B", "U2", [0.01, 51.5]], ["C", "U2", [0.05, 51.5]]);
    const found = arrows([move("A", "U2"), move("B", "U1")], all).features;
    expect(found[0]?.geometry.coordinates[0]?.[1]).toEqual([0.05, 51.5]);
    expect(found).toHaveLength(1);
  });

  it("end in a head of two equal sides", () => {
    const all = practices(["A", "U1", [0, 0]], ["B", "U2", [0, 1]]);
    const [, head] = arrows([move("A", "U2")], all).features[0]?.geometry.coordinates ?? [];
    expect(head?.[1]).toEqual([0, 1]);
    expect(head?.[0]?.[0]).toBeCloseTo(-(head?.[2]?.[0] ?? 0));
    expect(head?.[0]?.[1]).toBeLessThan(1);
  });

  it("leave out a practice whose place is not known", () => {
    expect(arrows([move("A", "U2")], practices(["A", "U1", null], ["B", "U2", [0, 1]])).features).toEqual([]);
  });
});
