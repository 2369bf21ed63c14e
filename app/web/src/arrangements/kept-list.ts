/** The arrangements that are kept for this plan, to open one. */
import type { Api } from "../shared/api";
import { h } from "../shared/dom";
import { plural } from "../shared/format";
import { miniTable } from "../shared/parts";
import type { Listed } from "./found";
import { moment, STATUS_WORDS } from "./record";

/** More than a place will have; where there are more, the list says so. */
const SHOWN = 200;

export async function keptOf(
  api: Api,
  key: string,
  footprints: string | null,
  place: string | null,
): Promise<{ words: string; parts: HTMLElement[] }> {
  const { items } = await api.send<{ items: Listed[] }>("arrangements", {
    query: { footprints, place, limit: SHOWN },
    key,
  });
  if (items.length === 0) {
    const none = h("p", { class: "note" }, "None is kept for this proposal and place yet.");
    return { words: "Kept arrangements: none yet", parts: [none] };
  }
  const parts = [
    miniTable(
      "Kept arrangements of this proposal and place, the newest first",
      [
        { name: "PCN" },
        { name: "Status" },
        { name: "Lead INT" },
        { name: "Still open", numeric: true },
        { name: "Sign-offs", numeric: true },
        { name: "Last changed" },
      ],
      items.map((one) => ({
        of: { arrangement: one.id },
        cells: [
          h("a", { href: `?id=${one.id}` }, `${one.pcn_name} (${one.pcn_code})`),
          STATUS_WORDS[one.status],
          one.lead_name,
          String(one.open_fields),
          String(one.signatures),
          moment(one.updated_at),
        ],
      })),
    ),
    ...(items.length === SHOWN
      ? [h("p", { class: "note" }, `The newest ${plural(SHOWN, "one")} are shown.`)]
      : []),
  ];
  return { words: `Kept arrangements: ${items.length}`, parts };
}
