/** The whole frontier as long work: asked for, watched, called off, and found again after the page is loaded anew. */
import { type Api, ServiceProblem } from "../shared/api";
import { byId, h } from "../shared/dom";
import { type JobStatus, watchJob } from "../shared/job";
import { say } from "../shared/speech";
import type { Found } from "./found";

export interface JobEvents {
  /** What to ask; the kind is added. */
  question(): Record<string, unknown>;
  /** The job that runs, for the address; none once it is over without a result. */
  onJob(id: string | null): void;
  onFound(found: Found): void;
}

export class LongSearch {
  private watching: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly events: JobEvents,
  ) {}

  /** Offers the search; `most` is how many moves have been searched so far. */
  offer(most: number, searched: boolean): void {
    this.stop();
    if (searched) {
      byId("job").replaceChildren();
      return;
    }
    const ask = h(
      "button",
      { type: "button", class: "nhsuk-button nhsuk-button--small" },
      "Work out the whole frontier, up to 15 moves",
    );
    ask.addEventListener("click", () => void this.ask());
    byId("job").replaceChildren(
      h("p", { class: "note" }, `So far up to ${most} moves have been searched. The whole takes longer.`),
      ask,
    );
  }

  stop(): void {
    this.watching?.abort();
    this.watching = null;
  }

  private async ask(): Promise<void> {
    try {
      const body = { kind: "options", ...this.events.question() };
      const { jobID } = await this.api.send<JobStatus>("jobs", { method: "POST", body });
      this.events.onJob(jobID);
      await this.watch(jobID);
    } catch (error) {
      this.failed(error);
    }
  }

  /** Watches a job to its end. */
  async watch(id: string): Promise<void> {
    this.stop();
    const watching = new AbortController();
    this.watching = watching;
    const bar = h("progress", { max: 100, value: 0, "aria-labelledby": "job-said" });
    const words = h("p", { id: "job-said" }, "Waiting for its turn");
    const cancel = h("button", { type: "button", class: "link-button" }, "Call it off");
    cancel.addEventListener("click", () => {
      cancel.disabled = true;
      words.textContent = "Calling it off…";
      void this.api.send(`jobs/${id}`, { method: "DELETE" }).catch((error: unknown) => this.failed(error));
    });
    byId("job").replaceChildren(words, bar, cancel);
    say("Working out the whole frontier.");
    try {
      await watchJob(
        this.api,
        id,
        "The whole frontier was not worked out",
        ({ message, progress }) => {
          bar.value = progress;
          if (message && !cancel.disabled) words.textContent = `${message} (${progress}%)`;
        },
        watching.signal,
      );
      const found = await this.api.get<Found>(`jobs/${id}/results`, {}, watching.signal);
      byId("job").replaceChildren(h("p", { class: "note" }, "The whole frontier is shown."));
      say("The whole frontier has been worked out.");
      this.events.onFound(found);
    } catch (error) {
      if (!watching.signal.aborted) this.failed(error);
    }
  }

  private failed(error: unknown): void {
    this.stop();
    this.events.onJob(null);
    if (!(error instanceof ServiceProblem)) throw error;
    const again = h("button", { type: "button", class: "link-button" }, "Ask again");
    again.addEventListener("click", () => void this.ask());
    byId("job").replaceChildren(
      h("p", { role: "alert" }, h("strong", {}, `${error.title}. `), `${error.detail} ${error.remedy}`),
      again,
    );
  }
}
