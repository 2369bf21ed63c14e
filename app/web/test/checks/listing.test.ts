import { describe, expect, it } from "vitest";
import { land } from "../../src/checks/listing";

describe("findings", () => {
  it("say their size in the unit that is read", () => {
    expect(land(0)).toBe("–");
    expect(land(1234)).toBe("1,234 m²");
    expect(land(2_500_000)).toBe("2.5 km²");
  });
});
