/** Does the plan cover its place once? The service's checks in a few lines, with the way to all of them. */
import { severitiesInWords } from "../findings/severity";
import type { Footprints, Provenance } from "../shared/answers";
import type { Api } from "../shared/api";
import { type Child, h } from "../shared/dom";
import { plural } from "../shared/format";
import { linkTo } from "../shared/links";
import type { Choice } from "../shared/state";
import { term } from "../shared/toggletip";

export interface Findings extends Provenance {
  clean: boolean;
  findings: number;
  by_severity: Record<string, number>;
  by_kind: Record<string, number>;
}

export function findingsOf(
  api: Api,
  plan: Provenance["footprints"],
  place: string | null,
  signal?: AbortSignal,
): Promise<Findings> {
  return api.get<Findings>(
    `footprints/${encodeURIComponent(plan.id)}/versions/${plan.version}/findings`,
    place ? { place } : {},
    signal,
  );
}

export function coverage(
  found: Findings | null,
  api: Api,
  plan: Pick<Footprints, "id" | "version">,
  choice: Choice,
): Child[] {
  const title = h(
    "h2",
    { class: "card__title" },
    "Does the plan ",
    term("finding", "cover its place once"),
    "?",
  );
  if (!found) return [title, h("p", {}, "Checking the outlines…")];
  const kinds = Object.entries(found.by_kind)
    .sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))
    .slice(0, 4)
    .map(([kind, number]) => `${kind.replaceAll(/[-_]/g, " ")}: ${number}`);
  const page = linkTo("checks", choice);
  const path = `footprints/${encodeURIComponent(plan.id)}/versions/${plan.version}/findings`;
  return [
    title,
    h(
      "p",
      {},
      found.findings === 0
        ? "Yes: no gaps, overlaps or detached pieces were found."
        : `${plural(found.findings, "finding")}: ${severitiesInWords(found.by_severity)}.`,
    ),
    kinds.length > 0 && h("p", { class: "note" }, kinds.join(" · ")),
    h(
      "p",
      { class: "note" },
      h(
        "a",
        { href: page ?? api.address(path, { f: "csv", ...(choice.place ? { place: choice.place } : {}) }) },
        page ? "See them on the map" : "The list, as a table",
      ),
    ),
  ];
}
