/** The uploads that wait, or were loaded within a day. */
import { type Child, h } from "../shared/dom";
import { miniTable } from "../shared/parts";
import type { Upload } from "./found";
import { bytes } from "./grouping";

const moments = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short" });

const STATES: Record<Upload["state"], string> = {
  staged: "waits",
  committing: "is being loaded",
  committed: "loaded",
};

export function stateWords({ state, checks }: Pick<Upload, "state" | "checks">): string {
  return state === "staged" && checks > 0 ? "checked, waits" : STATES[state];
}

/** @param open the one that lies open */
export function waitingTable(
  uploads: readonly Upload[],
  open: string | null,
  onOpen: (id: string) => void,
  onRemove: (upload: Upload) => void,
): Child[] {
  if (uploads.length === 0) return [h("p", { class: "note" }, "No file waits to be loaded.")];
  const table = miniTable(
    "Files that were sent",
    [{ name: "File" }, { name: "State" }, { name: "Kept until" }, { name: "" }],
    uploads.map((upload) => {
      const one = h(
        "button",
        { type: "button", class: "link-button", "aria-current": upload.id === open ? "true" : null },
        upload.file,
      );
      one.addEventListener("click", () => onOpen(upload.id));
      const words = upload.state === "committed" ? "Take it off the list" : "Delete it";
      const remove = h(
        "button",
        { type: "button", class: "link-button", "aria-label": `${words}: ${upload.file}` },
        words,
      );
      remove.addEventListener("click", () => onRemove(upload));
      return {
        cells: [
          h(
            "span",
            { class: "upload__file" },
            one,
            h(
              "span",
              { class: "beneath" },
              `${bytes(upload.size)}, sent ${moments.format(new Date(upload.created_at))}`,
            ),
          ),
          stateWords(upload),
          moments.format(new Date(upload.expires_at)),
          remove,
        ],
        of: { upload: upload.id },
      };
    }),
    { seen: true },
  );
  return [table];
}
