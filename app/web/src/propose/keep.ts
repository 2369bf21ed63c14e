/** Keeping an alternative as a new draft proposal. It needs the key. */
import type { Api } from "../shared/api";
import { h } from "../shared/dom";
import { linkTo } from "../shared/links";
import { fold } from "../shared/parts";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import type { Choice } from "../shared/state";
import type { Alternative, Kept } from "./found";

/** Under which the key stays for as long as this tab is open, and nowhere else. */
const KEY = "coterminous-key";

/** @param told how the service is told what is kept: the job, or the question */
export function keepForm(
  api: Api,
  one: Alternative,
  told: Record<string, unknown>,
  choice: Choice,
): HTMLElement {
  const at = one.alternative;
  const field = (id: string, label: string, more: Record<string, string | number | boolean>) => {
    const input = h("input", { class: "nhsuk-input", id, required: true, autocomplete: "off", ...more });
    return {
      input,
      group: h(
        "div",
        { class: "nhsuk-form-group" },
        h("label", { class: "nhsuk-label", for: id }, label),
        input,
      ),
    };
  };
  const name = field(`name-${at}`, "Name of the draft (everybody sees it)", { maxlength: 200 });
  const key = field(`key-${at}`, "Key for writing (kept in this tab only)", { type: "password" });
  key.input.value = sessionStorage.getItem(KEY) ?? "";
  const button = h(
    "button",
    { type: "submit", class: "nhsuk-button nhsuk-button--small" },
    "Keep as a draft",
  );
  const said = h("div", { class: "proposal__kept" });
  const form = h("form", { class: "propose__keep", "data-keep": at }, name.group, key.group, button, said);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void keep();
  });

  async function keep(): Promise<void> {
    sessionStorage.setItem(KEY, key.input.value);
    button.disabled = true;
    said.replaceChildren(h("p", { role: "status" }, "Keeping it. This can take half a minute."));
    try {
      const body = { ...told, alternative: at, name: name.input.value };
      const { made, already_kept: before } = await api.send<Kept>("proposals/keep", {
        method: "POST",
        body,
        key: key.input.value,
      });
      const words = `${before ? "It had been kept before" : "Kept"} as “${made.name}”, a draft. Nobody has agreed it.`;
      const there = { ...choice, footprints: made.id, version: null };
      const links = [
        ["start", "Which PCNs fit it"],
        ["try", "Change it by hand"],
      ] as const;
      said.replaceChildren(
        h("p", {}, words),
        h(
          "ul",
          { class: "reasons" },
          ...links.flatMap(([page, text]) => {
            const href = linkTo(page, there);
            return href ? [h("li", {}, h("a", { href }, text))] : [];
          }),
        ),
      );
      say(words);
    } catch (error) {
      const summary = problemSummary(error, () => key.input.focus());
      said.replaceChildren(summary);
      summary.focus();
    }
    button.disabled = false;
  }

  return fold(`keep-${at}`, "Keep this alternative as a draft", [
    h(
      "p",
      { class: "note" },
      "It becomes a new proposal beside those there are. No plan that exists is changed.",
    ),
    form,
  ]);
}
