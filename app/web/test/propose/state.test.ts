import { describe, expect, it } from "vitest";
import { fromQuery, named, question, toQuery } from "../../src/propose/state";

describe("the address of a proposal", () => {
  it("is read back as it was written", () => {
    const query =
      "?footprints=plan&place=bexley&units=lsoas&band=40000-60000&number=5&alternatives=3&apart=0.2&job=0123456789abcdef0123456789abcdef";
    expect(toQuery(fromQuery(query))).toBe(query);
  });

  it("leaves out what is as the service has it, and what nobody can have meant", () => {
    const state = fromQuery(
      "?footprints=plan&units=streets&band=many&number=0&alternatives=2.5&apart=9&job=1",
    );
    expect(toQuery(state)).toBe("?footprints=plan");
    expect(state).toMatchObject({ units: null, band: null, number: null, alternatives: 4, apart: 0.15 });
  });

  it("names what neighbourhoods are made of as people write it", () => {
    expect(["wards", "msoas", "lsoas"].map(named)).toEqual(["wards", "MSOAs", "LSOAs"]);
  });

  it("asks the service for what is said and for nothing else", () => {
    const state = fromQuery("?footprints=plan&version=2&units=wards&as_of=2026-07-01");
    const asked = { footprints: "plan", version: 2, as_of: "2026-07-01", units: "wards" };
    expect(question(state)).toEqual({ ...asked, alternatives: 4, apart: 0.15 });
  });
});
