import { describe, expect, it } from "vitest";
import { difference, figure, gained } from "../../src/compare/tables";

describe("a figure", () => {
  it("is written as its unit is read", () => {
    expect(figure(0.3972, "share")).toBe("39.7%");
    expect(figure(124062, "patients")).toBe("124,062");
    expect(figure(207336.1, "patients")).toBe("207,336");
    expect(figure(1.2345, "ratio")).toBe("1.2");
    expect(figure(4.5, "number")).toBe("4.5");
    expect(figure(null, "people")).toBe("–");
    expect(figure("*", "people")).toBe("*");
  });
});

describe("the difference of two figures", () => {
  it("has a sign, and shares differ by points", () => {
    expect(difference(0.6, 0.547, "share")).toBe("−5.3 points");
    expect(difference(4, 5, "number")).toBe("+1");
    expect(difference(124062, 122564, "patients")).toBe("−1,498");
    expect(difference(10.4, 20.6, "people")).toBe("+11"); // 10 and 21 stand in the columns
  });

  it("is no change where nothing shows, and nothing where one is not known", () => {
    expect(difference(0.5, 0.5001, "share")).toBe("no change");
    expect(difference(10, 10.2, "patients")).toBe("no change");
    expect(difference(null, 5, "number")).toBe("–");
  });
});

describe("patients gained by a PCN", () => {
  it("are those of the second plan", () => {
    const under = {
      lead: null,
      lead_name: null,
      class: null,
      containment: null,
      difference: null,
      patients_in_lead: null,
    };
    const plans = [
      { plan: "a", ...under, patients_gained: 0 },
      { plan: "b", ...under, patients_gained: -12 },
    ];
    expect(gained({ code: "U1", name: "One", plans })).toBe(-12);
    expect(gained({ code: "U1", name: "One", plans: [] })).toBeNull();
  });
});
