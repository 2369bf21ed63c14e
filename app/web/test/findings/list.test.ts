import { describe, expect, it } from "vitest";
import { sortInWords, narrowed } from "../../src/findings/list";

const finding = (id: number, sort: string, severity: string) => ({ id, sort, severity });

describe("findings", () => {
  it("are narrowed by severity and sort together", () => {
    const all = [finding(1, "gap", "error"), finding(2, "sliver", "advice"), finding(3, "gap", "warning")];
    const ids = (severity: string | null, sort: string | null) =>
      narrowed(all, (one) => one.sort, severity, sort).map(({ id }) => id);
    expect(ids(null, null)).toEqual([1, 2, 3]);
    expect(ids(null, "gap")).toEqual([1, 3]);
    expect(ids("error", null)).toEqual([1]);
    expect(ids("error", "gap")).toEqual([1]);
    expect(ids("error", "sliver")).toEqual([]);
  });

  it("say their sort in words", () => {
    expect(sortInWords("detached-part")).toBe("detached part");
    expect(sortInWords("self_intersection")).toBe("self intersection");
  });
});
