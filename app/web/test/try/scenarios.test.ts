import { describe, expect, it } from "vitest";
import { inUnit } from "../../src/try/scenarios-table";
import { fromQuery, toQuery } from "../../src/try/state";

describe("kept scenarios", () => {
  it("are told by the address: one to open, several to compare", () => {
    const query = "?footprints=plan&scenario=0a1b2c&compare=0a1b2c%2Cffff";
    expect(fromQuery(query)).toMatchObject({ scenario: "0a1b2c", compare: ["0a1b2c", "ffff"] });
    expect(toQuery(fromQuery(query))).toBe(query);
    expect(fromQuery("?scenario=a/b&compare=,x%20y,one,one")).toMatchObject({
      scenario: null,
      compare: ["one"],
    });
  });

  it("show every figure in its unit, and a hidden one as hidden", () => {
    expect(inUnit(0.2069, "share", false)).toBe("20.7%");
    expect(inUnit(71_428, "patients", false)).toBe("71,428");
    expect(inUnit(1.444, "ratio", false)).toBe("1.44");
    expect(inUnit(null, "patients", true)).toBe("*");
    expect(inUnit(null, "number", false)).toBe("–");
  });
});
