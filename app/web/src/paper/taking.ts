/** One click for each form of the paper, with the seconds shown while the service writes it. */
import type { Api, Query } from "../shared/api";
import { byId, h } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";

export const FORMS = [
  { form: "pdf", words: "PDF", what: "the PDF" },
  { form: "docx", words: "Word (DOCX)", what: "the Word file" },
  { form: "html", words: "Web page (HTML)", what: "the web page" },
] as const;

type Form = (typeof FORMS)[number];

/** Milliseconds after which progress is shown. */
const PATIENCE = 1000;

export class Taking {
  private running: AbortController | null = null;

  /** @param asked the question and the words as they are now, and the start of the file's name */
  constructor(
    private readonly api: Api,
    private readonly asked: () => { query: Query; words: Record<string, unknown>; name: string },
  ) {}

  buttons(): HTMLElement[] {
    return FORMS.map((one, index) => {
      const button = h(
        "button",
        {
          type: "button",
          "data-form": one.form,
          class: `nhsuk-button${index === 0 ? "" : " nhsuk-button--secondary"}`,
        },
        one.words,
      );
      button.addEventListener("click", () => void this.take(one));
      return button;
    });
  }

  stop(): void {
    this.running?.abort();
  }

  private async take(one: Form): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    byId("take-problem").replaceChildren();
    const { query, words, name } = this.asked();
    const end = this.showProgress(one);
    try {
      const file = await this.api.file("paper", {
        method: "POST",
        query: { ...query, f: one.form },
        body: words,
        signal: running.signal,
      });
      save(file, `${name}.${one.form}`);
      say(`Done: ${one.what} is among your downloads.`);
    } catch (error) {
      if (running.signal.aborted) return;
      const summary = problemSummary(error, () => void this.take(one));
      byId("take-problem").replaceChildren(summary);
      summary.focus();
    } finally {
      end();
    }
  }

  private showProgress(one: Form): () => void {
    const started = Date.now();
    const tell = () => {
      const seconds = Math.round((Date.now() - started) / 1000);
      byId("progress-words").textContent =
        `Writing ${one.what}: ${seconds} s. Maps and options can take half a minute.`;
      byId("progress").hidden = false;
    };
    const first = setTimeout(() => {
      tell();
      say(`Writing ${one.what}.`);
    }, PATIENCE);
    const each = setInterval(() => Date.now() - started >= PATIENCE && tell(), 1000);
    return () => {
      clearTimeout(first);
      clearInterval(each);
      byId("progress").hidden = true;
    };
  }
}

function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
