/** What a file can be, and what its columns can be taken for: the service's own words, held to it by a test. */
import type { Inspection, Layer, Missing, Options } from "./found";

export const KINDS: Record<string, string> = {
  footprints: "neighbourhoods as polygons",
  "footprint-lookup": "neighbourhoods as a list of LSOAs or wards",
  practices: "practices (epraccur)",
  "pcn-membership": "PCNs and memberships (ePCN.xlsx)",
  pcns: "PCNs (epcn)",
  "pcn-partners": "PCN memberships (epcncorepartnerdetails)",
  registrations: "patients by practice and LSOA (gp-reg-pat-prac-lsoa)",
  "practice-map": "practices by PCN and ICB (gp-reg-pat-prac-map)",
  "practice-points": "practices with coordinates",
  areas: "small areas with outlines",
  "area-lookup": "LSOA 2011 to 2021 (exact fit)",
  postcodes: "postcodes (ONSPD, NSPL, Code-Point Open)",
  population: "population by LSOA (mid-year estimates)",
  deprivation: "deprivation (Indices of Deprivation, File 7)",
};

/** By kind, the fields that a column can be named for; official files have names of their own for everything. */
export const FIELDS: Record<string, Record<string, string>> = {
  footprints: {
    code: "code of the neighbourhood",
    name: "name of the neighbourhood",
    place: "place",
    borough: "borough",
  },
  "footprint-lookup": {
    area: "code of the LSOA or ward",
    code: "code of the neighbourhood",
    name: "name of the neighbourhood",
    place: "place",
    borough: "borough",
    start: "first day",
    end: "last day",
  },
  areas: {
    code: "code of the area",
    name: "name of the area",
    lad_code: "code of the borough",
    lad_name: "name of the borough",
    ward_code: "code of the ward",
    ward_name: "name of the ward",
  },
};

/** Of each group of fields one is needed. */
export const NEEDED: Record<string, string[][]> = {
  footprints: [["code", "name"]],
  "footprint-lookup": [["area"], ["code", "name"]],
  areas: [["code"]],
};

/** Kinds that become a plan: they have a name, can be a new version, and rows can be left out of them. */
export const isPlan = (kind: string | null): boolean => kind === "footprints" || kind === "footprint-lookup";

export const kindOf = (seen: Inspection, said: Options): string | null => said.kind ?? seen.kind;

/** The layer that will be read; none where several could be meant and nobody has said which. */
export function layerOf(seen: Inspection, said: Options): Layer | null {
  const name = said.layer ?? seen.layer;
  return (
    seen.layers.find((layer) => layer.name === name) ?? (seen.layers.length === 1 ? seen.layers[0]! : null)
  );
}

/** The guesses that hold for what is said: those for another kind than it was taken for say nothing. */
export function guesses(seen: Inspection, said: Options): Layer["mapping"] {
  return kindOf(seen, said) === seen.kind ? (layerOf(seen, said)?.mapping ?? {}) : {};
}

/** What is still to be said, each with the field that answers it. */
export function missing(seen: Inspection, said: Options): Missing[] {
  const told = (field: string, words: string): Missing => ({
    field,
    message: seen.missing.find((one) => one.field === field)?.message ?? words,
  });
  const kind = kindOf(seen, said);
  const layer = layerOf(seen, said);
  const left: Missing[] = [];
  if (kind === null) left.push(told("kind", "What is this file? Its content does not tell."));
  if (layer === null && seen.missing.some(({ field }) => field === "layer"))
    left.push(told("layer", "Which layer is meant?"));
  if (layer && layer.geometry_type !== null && layer.crs === null && !said.crs)
    left.push(
      told(
        "crs",
        "Which coordinate system are the outlines in? The file does not say, and it is not guessed.",
      ),
    );
  const guessed = guesses(seen, said);
  for (const group of layer && kind !== null ? (NEEDED[kind] ?? []) : []) {
    if (group.some((field) => field in guessed || field in said.mapping)) continue;
    const words = group.map((field) => FIELDS[kind!]?.[field]).join(" or the ");
    left.push({ field: `mapping.${group[0]}`, message: `Which column holds the ${words}?` });
  }
  return left;
}

/** How sure a guess is, in a word. */
export function sureness(confidence: number): string {
  if (confidence >= 0.9) return "sure";
  return confidence >= 0.6 ? "fairly sure" : "not sure";
}

export const NOTHING_SAID: Options = {
  kind: null,
  layer: null,
  crs: null,
  mapping: {},
  name: null,
  replaces: null,
  layer_of: null,
  as_of: null,
  mode: "all_or_nothing",
  restricted: false,
};

/** Whether two say the same. A check holds for exactly what it was made with. */
export function same(one: Options, other: Options): boolean {
  const plain = (said: Options) =>
    JSON.stringify({
      ...Object.fromEntries(Object.keys(NOTHING_SAID).map((name) => [name, said[name as keyof Options]])),
      mapping: Object.entries(said.mapping).sort(([a], [b]) => (a < b ? -1 : 1)),
    });
  return plain(one) === plain(other);
}
