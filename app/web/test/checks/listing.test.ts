import { describe, expect, it } from "vitest";
import type { Finding } from "../../src/checks/found";
import { land, narrowed, words } from "../../src/checks/listing";

const finding = (id: number, kind: string, severity: Finding["severity"]): Finding => ({
  id,
  kind,
  severity,
  area_m2: 0,
  people: null,
  safe_to_mend: false,
  message: "",
  footprints: "",
  lsoa_codes: "",
});

describe("findings", () => {
  it("are narrowed by severity and sort together", () => {
    const all = [finding(1, "gap", "error"), finding(2, "sliver", "advice"), finding(3, "gap", "warning")];
    const ids = (severity: string | null, kind: string | null) =>
      narrowed(all, severity, kind).map(({ id }) => id);
    expect(ids(null, null)).toEqual([1, 2, 3]);
    expect(ids(null, "gap")).toEqual([1, 3]);
    expect(ids("error", "gap")).toEqual([1]);
    expect(ids("error", "sliver")).toEqual([]);
  });

  it("say their size in the unit that is read", () => {
    expect(land(0)).toBe("–");
    expect(land(1234)).toBe("1,234 m²");
    expect(land(2_500_000)).toBe("2.5 km²");
    expect(words("detached-part")).toBe("detached part");
  });
});
