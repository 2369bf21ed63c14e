/** What was seen in a file, in words and as a table of its columns. */
import { type Child, h } from "../shared/dom";
import { count, plural } from "../shared/format";
import { fold, miniTable } from "../shared/parts";
import { term } from "../shared/toggletip";
import type { Column, Inspection, Layer, Upload } from "./found";
import { bytes } from "./grouping";

/** Columns in the table at most; the first are the ones that matter. */
const SHOWN = 60;

export function seenPart({ file, size, inspection }: Upload, layer: Layer | null): Child[] {
  const facts: [Child, Child][] = [
    ["File", `${file} (${bytes(size)})`],
    ["Format", inspection.format],
    ["Taken for", taken(inspection)],
  ];
  if (layer?.name) facts.push([term("file-layer"), layer.name]);
  if (layer) facts.push(["Holds", holds(layer)]);
  if (layer?.geometry_type)
    facts.push([
      term("crs"),
      layer.crs
        ? `${layer.crs.name}${layer.crs.code ? ` (${layer.crs.code})` : ""}`
        : "The file does not say",
    ]);
  return [
    h(
      "dl",
      { class: "upload__facts" },
      ...facts.flatMap(([name, words]) => [h("dt", {}, name), h("dd", {}, words)]),
    ),
    layer &&
      fold("columns", `${plural(layer.columns.length, "column")}, with their first values`, [
        columnTable(layer.columns),
      ]),
  ];
}

function taken({ kind_title, why }: Inspection): Child {
  return h("span", {}, kind_title ? h("strong", {}, `${kind_title}. `) : h("strong", {}, "Not known. "), why);
}

function holds({ geometry_type, features }: Layer): string {
  if (geometry_type === null) return features === null ? "a table" : `a table of ${plural(features, "row")}`;
  return `${features === null ? "features" : plural(features, "feature")} of the kind ${geometry_type}`;
}

function columnTable(columns: readonly Column[]): HTMLElement {
  const table = miniTable(
    "Columns of the file",
    [{ name: "Column" }, { name: "First values" }, { name: "Blank, of those looked at", numeric: true }],
    columns.slice(0, SHOWN).map(({ name, samples, blank, looked_at }) => ({
      cells: [name, samples.join(", ") || "none", `${count(blank)} of ${count(looked_at)}`],
      of: { column: name },
    })),
  );
  if (columns.length > SHOWN) table.append(h("p", { class: "note" }, `And ${columns.length - SHOWN} more.`));
  return table;
}
