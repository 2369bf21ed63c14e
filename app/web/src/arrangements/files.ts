/** What can be taken away: of a draft as plain links, of a kept one with the key, as files. */
import type { Api } from "../shared/api";
import { type Child, h } from "../shared/dom";
import { save } from "../shared/save";

export function draftFiles(api: Api, query: string): HTMLElement[] {
  return [
    link(api.address(`arrangements/draft/annex?${query}`), "Annex (Markdown)"),
    link(api.address(`arrangements/draft?${query}&f=csv`), "The split (CSV)"),
    link(api.address(`arrangements/draft?${query}`), "Everything (JSON)"),
  ];
}

/** @param onProblem told what went wrong where a file could not be had */
export function keptFiles(
  api: Api,
  id: string,
  key: string,
  onProblem: (error: unknown) => void,
): HTMLElement[] {
  const one = (path: string, words: string, name: string) => {
    const button = h("button", { type: "button", class: "link-button" }, words);
    button.addEventListener("click", () => {
      api
        .file(path, { key })
        .then((file) => save(file, name))
        .catch(onProblem);
    });
    return h("li", {}, button);
  };
  return [
    one(`arrangements/${id}/annex`, "Annex (Markdown)", `arrangement-${id}.md`),
    one(`arrangements/${id}`, "Everything (JSON)", `arrangement-${id}.json`),
    one(`arrangements/${id}/history`, "Its history (JSON)", `arrangement-${id}-history.json`),
  ];
}

function link(href: string, words: Child): HTMLElement {
  return h("li", {}, h("a", { href }, words));
}
