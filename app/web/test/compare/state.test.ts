import { describe, expect, it } from "vitest";
import { fromQuery, plansOf, toQuery } from "../../src/compare/state";
import { partOf } from "../../src/compare/swipe";

describe("the address of a comparison", () => {
  it("comes back as it was", () => {
    const query = "?footprints=plan-a&version=2&place=lewisham&against=plan-b%401";
    expect(toQuery(fromQuery(query))).toBe(query);
  });

  it("leaves out what cannot be a plan", () => {
    expect(fromQuery("?against=<script>").against).toBeNull();
    expect(fromQuery("?against=plan@0").against).toBeNull();
  });

  it("names both plans for the service, the chosen first", () => {
    expect(plansOf(fromQuery("?footprints=plan-a&against=plan-b"))).toBe("plan-a,plan-b");
    expect(plansOf(fromQuery("?footprints=plan-a&version=3&against=plan-a%402"))).toBe("plan-a@3,plan-a@2");
  });
});

describe("the line between two maps", () => {
  it("stays within the frame", () => {
    expect(partOf(150, 100, 200)).toBe(25);
    expect(partOf(0, 100, 200)).toBe(0);
    expect(partOf(900, 100, 200)).toBe(100);
    expect(partOf(10, 0, 0)).toBe(50);
  });
});
