/** What the page shows of a draft or a kept arrangement; what is done with it, the page itself knows. */
import type { Api } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { count, date, HIDDEN, plural } from "../shared/format";
import { planInWords, restsOn, restsOnTip } from "../shared/rests-on";
import { documentParts, openList, standing } from "./document";
import type { Typed } from "./edits";
import type { Filling } from "./fields";
import { draftFiles, keptFiles } from "./files";
import { type Content, isWritable, type Kept, NO_INT } from "./found";
import { moment, signatures, STATUS_WORDS } from "./record";

/** The words at the top, the document, the sign-offs and the sources. */
export function showSheet(content: Content, record: Kept | null, filling: Filling): void {
  const { pcn, lead, split, provenance } = content;
  const ints = split.rows.filter(({ code }) => !NO_INT.includes(code)).length;
  const where = provenance.place?.name ?? provenance.footprints.name;
  byId("words").textContent =
    `${pcn.name} has ${pcn.patients === null ? HIDDEN : count(pcn.patients)} registered patients. They live in ${plural(ints, "neighbourhood")} of ${where} and beyond; the INT of ${lead.name} would lead.`;
  byId("what").textContent =
    record && !isWritable(record.status)
      ? "What was agreed stays as it was signed. A new draft can take its place."
      : "Draft for discussion: the figures are worked out, defaults are marked, and what people have to fill in is plainly open.";
  fill("rests", [restsOnTip(provenance)]);
  byId("document-mark").textContent = record
    ? `${STATUS_WORDS[record.status]} · revision ${record.revision}, kept ${moment(record.updated_at)}`
    : "Draft for discussion · computed from the figures, not kept";
  byId("document-title").textContent = `Cross-INT operating arrangement: ${pcn.name} (${pcn.code})`;
  byId("document-of").textContent =
    `${where} · ${planInWords(provenance)}${provenance.as_of ? ` · figures of ${date(provenance.as_of)}` : ""}`;
  fill("document", documentParts(content, filling));
  fill("signed", [signatures(content.signatures ?? [])]);
  byId("signed-said").textContent =
    record?.status === "proposed"
      ? "Two are needed before it is agreed. Filling in a field afterwards makes them void."
      : record && !isWritable(record.status)
        ? "As they were noted when it was proposed."
        : "Two are needed, one for health and one for the local authority, once it is kept and proposed.";
  byId("sign-form").hidden = record?.status !== "proposed";
  fill("sources", restsOn(provenance, ...provenance.warnings));
  byId("fictional").hidden = !provenance.fictional;
  byId("terms").hidden = record !== null;
}

/** How far it is, and what can be done: follows every key typed. */
export function showStanding(content: Content, record: Kept | null, typed: Typed): void {
  const writable = record === null || isWritable(record.status);
  const { open, defaults, all } = standing(content.fields, writable ? typed.changes : {});
  byId("status").textContent = record
    ? `${STATUS_WORDS[record.status]}, revision ${record.revision}`
    : "Draft for discussion, not kept";
  byId("open-said").textContent =
    `${open.length} of ${plural(all, "field")} ${open.length === 1 ? "is" : "are"} still open; ${plural(defaults.length, "default")} to be confirmed.`;
  const unkept = writable ? typed.count : 0;
  byId("unkept").textContent =
    unkept > 0
      ? `${plural(unkept, "entry", "entries")} of yours not kept yet. A reload does not lose them; closing this tab does.`
      : "";
  const keep = byId<HTMLButtonElement>("keep");
  keep.hidden = !writable;
  keep.disabled = record !== null && unkept === 0;
  keep.textContent = record ? "Keep these entries" : "Keep this draft";
  byId("open-fold").hidden = open.length === 0;
  fill("open-list", openList(open));
  const signed = record?.content.signatures?.length ?? 0;
  byId("steps-said").textContent =
    unkept > 0
      ? `Keep your entries first.${signed > 0 ? " Sign-offs given so far become void by that." : ""}`
      : "";
  for (const button of byId("steps").querySelectorAll("button")) button.disabled = unkept > 0;
}

export function showFiles(
  api: Api,
  query: string,
  kept: { record: Kept; key: string } | null,
  onProblem: (error: unknown) => void,
): void {
  fill("files", kept ? keptFiles(api, kept.record.id, kept.key, onProblem) : draftFiles(api, query));
  byId("files-said").textContent = kept
    ? "As they were kept last."
    : "As the service drafts it: what you type is in them once it is kept.";
}

/** What was typed into something that takes no entries any more, so that the words themselves are not lost. */
export function leftOver(content: Content, typed: Typed, onDiscard: () => void): HTMLElement {
  const labels = new Map(content.fields.map(({ key, section, label }) => [key, `${section}, ${label}`]));
  const discard = h("button", { type: "button", class: "nhsuk-button nhsuk-button--small" }, "Discard them");
  discard.addEventListener("click", onDiscard);
  return h(
    "div",
    { class: "nhsuk-error-summary", role: "alert", tabindex: -1, id: "left-over" },
    h("h2", { class: "nhsuk-error-summary__title" }, "Your entries were not kept"),
    h(
      "div",
      { class: "nhsuk-error-summary__body" },
      h(
        "p",
        {},
        "This arrangement takes no entries any more. They belong into a new draft that replaces it:",
      ),
      h(
        "ul",
        { class: "nhsuk-list nhsuk-list--bullet" },
        ...Object.entries(typed.changes).map(([key, words]) =>
          h("li", {}, `${labels.get(key) ?? key}: ${words ?? "back to what the draft said"}`),
        ),
      ),
      discard,
    ),
  );
}
