import { expect, test } from "vitest";
import type { PcnAlignment } from "../../src/shared/answers";
import { sorted } from "../../src/start/columns";

function pcn(code: string, given: Partial<PcnAlignment> = {}): PcnAlignment {
  return {
    code,
    name: code,
    place: null,
    practices: 1,
    patients: 1,
    patients_inside: 1,
    patients_outside: 0,
    patients_unknown: 0,
    lead: null,
    lead_name: null,
    patients_in_lead: 0,
    patients_outside_lead: 0,
    containment: null,
    effective_neighbourhoods: null,
    material_neighbourhoods: [],
    class: null,
    ...given,
  };
}
const codes = (pcns: PcnAlignment[]) => pcns.map(({ code }) => code).join("");

test("ties are settled by code whichever way the table is sorted", () => {
  const pcns = [pcn("C"), pcn("A"), pcn("B", { patients: 9 })];
  expect(codes(sorted(pcns, "patients", true))).toBe("BAC");
  expect(codes(sorted(pcns, "patients", false))).toBe("ACB");
});

test("PCNs without a figure come last, up or down", () => {
  const pcns = [pcn("A"), pcn("B", { containment: 0.2 }), pcn("C", { containment: 0.9 })];
  expect(codes(sorted(pcns, "containment", false))).toBe("BCA");
  expect(codes(sorted(pcns, "containment", true))).toBe("CBA");
});

test("fit is sorted by how well a PCN fits and not by the alphabet", () => {
  const pcns = [pcn("A", { class: "aligned" }), pcn("B", { class: "split" }), pcn("C", { class: "partly" })];
  expect(codes(sorted(pcns, "class", false))).toBe("BCA");
});

test("names are sorted as people count", () => {
  const pcns = [pcn("A", { name: "PCN 10" }), pcn("B", { name: "PCN 9" })];
  expect(codes(sorted(pcns, "name", false))).toBe("BA");
});

test("the answer itself is left as it came", () => {
  const pcns = [pcn("B"), pcn("A")];
  sorted(pcns, "name", false);
  expect(codes(pcns)).toBe("BA");
});
