import { expect, test } from "vitest";
import { DEFAULT_SORT, fromQuery, sortFrom, toQuery } from "../../src/start/state";

test("an address opens the view it was written for", () => {
  const query =
    "?footprints=plan-b&version=2&place=north&basis=practice&as_of=2025-09-01&pcn=U12345&neighbourhood=N1&practice=Y1&sort=containment&shade=imd_decile&core=80&layer=wards";
  expect(toQuery(fromQuery(query))).toBe(query);
});

test("defaults stay out of the address", () => {
  expect(toQuery(fromQuery("?sort=-patients_outside_lead"))).toBe("");
});

test.each([
  "?basis=acres",
  "?basis=",
  "?version=two",
  "?version=-1",
  "?as_of=yesterday",
  "?sort=-colour",
  "?core=49",
  "?core=80.5",
  "?pcn=&place=",
])("what is not known becomes the default: %s", (query) => {
  expect(fromQuery(query)).toEqual({
    footprints: null,
    place: null,
    basis: null,
    pcn: null,
    sort: DEFAULT_SORT,
    asOf: null,
    version: null,
    neighbourhood: null,
    practice: null,
    shade: null,
    core: null,
    layer: null,
  });
});

test("a minus sign means the largest first", () => {
  expect(sortFrom("-patients")).toEqual({ column: "patients", descending: true });
  expect(sortFrom("patients")).toEqual({ column: "patients", descending: false });
});

test("an address cannot smuggle a second parameter in", () => {
  expect(toQuery(fromQuery("?pcn=U1%26place%3Dx"))).toBe("?pcn=U1%26place%3Dx");
});
