import { expect, test } from "vitest";
import { type AreaRow, type AreaTable, breaks, classOf, paintBy, paintPcn } from "../../src/start/shading";

const known = {
  footprints: { id: "a", name: "A", version: 1, status: "draft" },
  basis_explained: "",
  as_of: null,
  fictional: true,
  datasets: [],
  attribution: "",
  warnings: [],
};

function table(items: Partial<AreaRow>[]): AreaTable {
  return {
    ...known,
    shadings: [],
    items: items.map((row, at) => ({ code: `E${at}`, name: null, neighbourhood: null, ...row })),
  };
}

test("breaks part the areas into about equal numbers, at figures people can say", () => {
  const edges = breaks(Array.from({ length: 1000 }, (_, at) => at + 1));
  expect(edges).toEqual([200, 400, 600, 800]);
  expect(breaks([5, 5, 5, 5])).toEqual([]);
  expect(breaks([])).toEqual([]);
  for (const value of [1, 199, 200, 1000]) {
    const at = classOf(value, edges);
    expect(at === 0 || value >= (edges[at - 1] ?? 0)).toBe(true);
    expect(at === edges.length || value < (edges[at] ?? 0)).toBe(true);
  }
});

test("every class of a legend says its edges and is darker than the one before", () => {
  const rows = Array.from({ length: 500 }, (_, at) => ({ residents: 1000 + at * 3 }));
  const paint = paintBy(table(rows), { field: "residents", kind: "amount", explained: "People" }, new Map());
  expect(paint.classes.length).toBe(5);
  expect(paint.classes[0]?.label).toMatch(/^under /);
  expect(paint.classes[4]?.label).toMatch(/ or more$/);
  const opacities = paint.classes.map(({ opacity }) => opacity);
  expect([...opacities].sort((a, b) => a - b)).toEqual(opacities);
  expect(new Set(opacities).size).toBe(5);
  expect(paint.areas.size).toBe(500);
});

test("the most deprived tenths are the darkest, and areas without a figure stay bare", () => {
  const rows = [{ imd_decile: 1 }, { imd_decile: 10 }, { imd_decile: null }, { imd_decile: 2 }];
  const paint = paintBy(table(rows), { field: "imd_decile", kind: "tenths", explained: "IMD" }, new Map());
  const opacity = (code: string) => paint.classes[paint.areas.get(code)?.at ?? -1]?.opacity;
  expect(opacity("E0")).toBe(opacity("E3"));
  expect(opacity("E0")).toBeGreaterThan(opacity("E1") ?? 1);
  expect(paint.areas.has("E2")).toBe(false);
  expect(paint.ink).toBe("need");
});

test("areas take the colour of the PCN that leads, those of other places a grey of their own", () => {
  const rows = [
    { pcn_code: "U2", pcn_name: "Second", share: 0.5 },
    { pcn_code: "U1", pcn_name: "First", share: 0.75 },
    { pcn_code: "U9", pcn_name: "Elsewhere", share: 0.9 },
    { pcn_code: null },
  ];
  const symbols = new Map([
    ["U1", 0],
    ["U2", 1],
    ["U3", 2],
  ]);
  const { classes, areas } = paintBy(
    table(rows),
    { field: "pcn_code", kind: "category", explained: "" },
    symbols,
  );
  expect(classes.map(({ label }) => label)).toEqual(["First", "Second", "A PCN of another place"]);
  expect(["E0", "E1", "E2"].map((code) => areas.get(code)?.at)).toEqual([1, 0, 2]);
  expect(areas.get("E1")?.said).toBe("E1: First (75.0%)");
  expect(areas.has("E3")).toBe(false);
});

test("hidden numbers of a PCN's patients are not shaded", () => {
  const areas = [
    { area_code: "E0", area_name: "North 1A", patients: 120, share_of_pcn: 0.6 },
    { area_code: "E1", area_name: null, patients: null, share_of_pcn: null },
  ];
  const paint = paintPcn({ ...known, areas }, "First PCN");
  expect(paint.areas.get("E0")?.said).toBe("North 1A: 120 patients of First PCN (60.0%)");
  expect(paint.areas.has("E1")).toBe(false);
});
