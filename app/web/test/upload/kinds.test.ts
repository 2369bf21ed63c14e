import { describe, expect, it } from "vitest";
import type { Inspection, Layer, Options } from "../../src/upload/found";
import { missing, NOTHING_SAID, same, sureness } from "../../src/upload/kinds";

const layer = (change: Partial<Layer> = {}): Layer => ({
  name: "plan",
  geometry_type: "Polygon",
  features: 2,
  crs: { name: "OSGB36 / British National Grid", code: "EPSG:27700" },
  columns: [],
  mapping: { code: { column: "INT", confidence: 0.95, by: "name", why: "Its name says so." } },
  ...change,
});

const seen = (change: Partial<Inspection> = {}): Inspection => ({
  format: "GeoPackage",
  kind: "footprints",
  kind_title: "neighbourhoods as polygons",
  why: "",
  layer: "plan",
  layers: [layer()],
  fields: {},
  name: "plan",
  missing: [],
  ...change,
});

const fields = (inspection: Inspection, said: Partial<Options> = {}) =>
  missing(inspection, { ...NOTHING_SAID, ...said }).map(({ field }) => field);

describe("what is still to be said", () => {
  it("is nothing where all was seen", () => {
    expect(fields(seen())).toEqual([]);
  });

  it("is the kind, until it is said; then the columns of that kind", () => {
    const unknown = seen({ kind: null, layers: [layer({ geometry_type: null, crs: null, mapping: {} })] });
    expect(fields(unknown)).toEqual(["kind"]);
    expect(fields(unknown, { kind: "footprint-lookup" })).toEqual(["mapping.area", "mapping.code"]);
    expect(fields(unknown, { kind: "footprint-lookup", mapping: { area: "a", name: "b" } })).toEqual([]);
    expect(fields(unknown, { kind: "practices" })).toEqual([]);
  });

  it("does not take guesses made for another kind", () => {
    expect(fields(seen(), { kind: "areas" })).toEqual(["mapping.code"]);
  });

  it("is the layer where several could be meant, and then what that one lacks", () => {
    const two = seen({
      layer: null,
      layers: [layer({ name: "draft", crs: null }), layer({ name: "final" })],
      missing: [{ field: "layer", message: "Which?" }],
    });
    expect(missing(two, NOTHING_SAID)).toEqual([{ field: "layer", message: "Which?" }]);
    expect(fields(two, { layer: "final" })).toEqual([]);
    expect(fields(two, { layer: "draft" })).toEqual(["crs"]);
    expect(fields(two, { layer: "draft", crs: "EPSG:27700" })).toEqual([]);
  });
});

describe("a check", () => {
  it("holds for the same words in any order, and for no others", () => {
    const one = { ...NOTHING_SAID, mapping: { code: "a", name: "b" } };
    expect(same(one, { ...NOTHING_SAID, mapping: { name: "b", code: "a" } })).toBe(true);
    const changes: Partial<Options>[] = [
      { kind: "footprints" },
      { layer: "final" },
      { crs: "EPSG:27700" },
      { mapping: { code: "a" } },
      { mapping: { code: "a", name: "c" } },
      { name: "Plan" },
      { replaces: "plan" },
      { layer_of: "Social care" },
      { as_of: "2026-07-01" },
      { mode: "keep_valid" },
      { restricted: true },
    ];
    for (const change of changes) expect(same(one, { ...one, ...change })).toBe(false);
    // An option that is new some day must not be forgotten: whatever it is called, a change of it counts.
    const tried = changes.flatMap((change) => Object.keys(change));
    expect([...new Set(tried)].sort()).toEqual(Object.keys(NOTHING_SAID).sort());
  });
});

it("says in a word how sure a guess is", () => {
  expect([0.95, 0.7, 0.5].map(sureness)).toEqual(["sure", "fairly sure", "not sure"]);
});
