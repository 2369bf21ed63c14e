import { expect, it } from "vitest";
import { fromQuery, toQuery } from "../../src/options/state";

it("keeps who stays, the point and the job in the address", () => {
  const query = `?footprints=plan&staying=G1%2CG2&kept=U9&point=3&job=${"a".repeat(32)}`;
  const state = fromQuery(query);
  expect(state).toMatchObject({ staying: ["G1", "G2"], kept: ["U9"], point: 3, job: "a".repeat(32) });
  expect(toQuery(state)).toBe(query);
});

it("takes what it does not know as nothing, sorts codes and counts each once", () => {
  const state = fromQuery("?staying=B,A,B,%3Cb%3E&point=-1&job=../x");
  expect(state).toMatchObject({ staying: ["A", "B"], kept: [], point: null, job: null });
});
