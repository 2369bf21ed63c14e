/** Keeping what was tried as a scenario, and submitting its lines as a new draft version. Both need the key. */
import type { Api } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";

interface Kept {
  id: string;
  name: string;
  already_kept: boolean;
}

interface Submitted {
  made: { version: number };
}

/** Under which the key stays for as long as this tab is open, and nowhere else. */
const KEY = "coterminous-key";

/**
 * @param question what is tried now, as the service takes it
 * @param onKept called once a scenario has been kept
 */
export function listenToKeeping(api: Api, question: () => Record<string, unknown>, onKept: () => void): void {
  const key = byId<HTMLInputElement>("keep-key");
  key.value = sessionStorage.getItem(KEY) ?? "";
  byId("keep-form").addEventListener("submit", (event) => {
    event.preventDefault();
    sessionStorage.setItem(KEY, key.value);
    const body = { ...question(), name: byId<HTMLInputElement>("keep-name").value };
    void keep(api, key.value, body).then((kept) => kept && onKept());
  });
}

/** Whether it was kept; otherwise the reader has been told why not. */
async function keep(api: Api, key: string, body: Record<string, unknown>): Promise<boolean> {
  try {
    const kept = await api.send<Kept>("scenarios", { method: "POST", body, key });
    const submit = h(
      "button",
      { type: "button", class: "nhsuk-button nhsuk-button--secondary nhsuk-button--small", id: "submit" },
      "Submit its areas as a new draft version",
    );
    submit.addEventListener("click", () => void send(api, key, kept.id));
    const words = `${kept.already_kept ? "It had been kept before" : "Kept"} as “${kept.name}”.`;
    fill("kept", [
      h("p", {}, words, " ", h("a", { href: api.address(`scenarios/${kept.id}`) }, "Its figures, as data")),
      h(
        "p",
        { class: "note" },
        "Submitting makes the moves of areas a new draft of the proposal, to be discussed. Moves of practices are never submitted: they need the practices’ consent and the ICB’s approval.",
      ),
      submit,
    ]);
    say(words);
    return true;
  } catch (error) {
    refuse(error);
    return false;
  }
}

async function send(api: Api, key: string, id: string): Promise<void> {
  try {
    const done = await api.send<Submitted>(`scenarios/${id}/submit`, { method: "POST", key });
    const words = `It is now version ${done.made.version} of the proposal, a draft.`;
    byId("submit").replaceWith(h("p", { id: "submitted" }, words));
    say(words);
  } catch (error) {
    refuse(error);
  }
}

function refuse(error: unknown): void {
  const summary = problemSummary(error, () => byId("keep-key").focus());
  fill("kept", [summary]);
  summary.focus();
}
