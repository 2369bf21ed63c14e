import { expect, it } from "vitest";
import { draftBody, draftQuery, fromQuery, toQuery } from "../../src/arrangements/state";

const ID = "0123456789abcdef0123456789abcdef";

it("says the draft in its address and reads it again", () => {
  const query =
    "?footprints=plan&version=2&place=town&pcn=U1&option=no-change&replaces=" +
    `${ID}&weight=activity&sessions=6.5&minimum_share=0.05&lead=N2&lead_reason=The+hub+is+there` +
    "&review_date=2027-04-01&activity=N1%3A120&activity=N2%3A30.5";
  const state = fromQuery(query);
  expect(toQuery(state)).toBe(query);
  expect(state.activity).toEqual({ N1: 120, N2: 30.5 });
  expect(draftQuery(state)).toBe(
    "footprints=plan&version=2&place=town&pcn=U1&weight=activity&sessions=6.5&minimum_share=0.05&lead=N2" +
      "&lead_reason=The+hub+is+there&review_date=2027-04-01&activity=N1%3A120&activity=N2%3A30.5",
  );
});

it("asks to keep it with numbers as numbers and words as words", () => {
  const state = fromQuery(
    "?footprints=plan&pcn=U1&sessions=6&amount=180000&lead=109&lead_reason=5&list_change=0.1",
  );
  expect(draftBody(state)).toEqual({
    footprints: "plan",
    version: null,
    place: null,
    basis: null,
    as_of: null,
    pcn: "U1",
    replaces: null,
    sessions: 6,
    amount: 180_000,
    lead: "109",
    lead_reason: "5",
    list_change: 0.1,
    activity: {},
  });
});

it("opens a kept one by its id alone, and takes what it does not know for nothing", () => {
  const state = fromQuery(`?footprints=plan&id=${ID}&pcn=U1&sessions=many&weight=gold&amount=-1&activity=N1`);
  expect(state).toMatchObject({ id: ID, terms: {}, activity: {} });
  expect(toQuery(state)).toBe(`?footprints=plan&id=${ID}`);
  expect(fromQuery("?id=../x").id).toBeNull();
});
