import { describe, expect, it } from "vitest";
import { whereabouts } from "../../src/upload/faults";
import type { Fault } from "../../src/upload/found";
import { adds, inWords, sum } from "../../src/upload/report";

const fault = (change: Partial<Fault> = {}): Fault => ({
  row: null,
  feature_id: null,
  field: null,
  code: "gap",
  severity: "warning",
  value: null,
  message: "",
  suggestion: null,
  ...change,
});

describe("a report", () => {
  const report = {
    rows_read: 1200,
    rows_kept: 1197,
    dropped: { "no code": 2, twice: 1 },
    counts: {},
    match_rates: {},
  };

  it("adds up in words", () => {
    expect(sum(report)).toBe("1,200 rows read = 1,197 kept + 2 left out (no code) + 1 left out (twice)");
    expect(adds(report)).toBe(true);
    expect(adds({ ...report, rows_kept: 1198 })).toBe(false);
  });

  it("counts its faults and leaves out what there is none of", () => {
    expect(inWords({ error: 1, warning: 0, note: 2 })).toBe("1 error, 2 notes");
    expect(inWords({ error: 0, warning: 0, note: 0 })).toBe("no faults");
  });
});

describe("faults", () => {
  it("say where they are in the words of the file", () => {
    expect(whereabouts(fault({ row: 3, feature_id: "N1", field: "INT" }))).toBe("row 3, N1, “INT”");
    expect(whereabouts(fault())).toBe("");
  });
});
