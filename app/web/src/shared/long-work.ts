/** Long work: asked for, watched, called off, and found again after the page is loaded anew. */
import { type Api, ServiceProblem } from "./api";
import { byId, h } from "./dom";
import { type JobStatus, watchJob } from "./job";
import { say } from "./speech";

export interface JobEvents<Result> {
  /** Where it is shown: an element of the page. */
  place: string;
  /** The kind of job, as the service knows it. */
  kind: string;
  /** What is worked out, to say so: “the whole frontier”. */
  what: string;
  /** What to ask; the kind is added. */
  question(): Record<string, unknown>;
  /** The job that runs, for the address; none once it is over without a result. */
  onJob(id: string | null): void;
  onFound(found: Result): void;
}

export class LongWork<Result> {
  private watching: AbortController | null = null;

  constructor(
    private readonly api: Api,
    private readonly events: JobEvents<Result>,
  ) {}

  /** Offers the work, with a note on what there is so far; nothing where there is no more to be had. */
  offer(note: string | null, words: string): void {
    this.stop();
    if (note === null) {
      byId(this.events.place).replaceChildren();
      return;
    }
    const ask = h("button", { type: "button", class: "nhsuk-button nhsuk-button--small" }, words);
    ask.addEventListener("click", () => void this.ask());
    byId(this.events.place).replaceChildren(h("p", { class: "note" }, note), ask);
  }

  stop(): void {
    this.watching?.abort();
    this.watching = null;
  }

  private async ask(): Promise<void> {
    try {
      const body = { kind: this.events.kind, ...this.events.question() };
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
    const { place, what } = this.events;
    const bar = h("progress", { max: 100, value: 0, "aria-labelledby": `${place}-said` });
    const words = h("p", { id: `${place}-said` }, "Waiting for its turn");
    const cancel = h("button", { type: "button", class: "link-button" }, "Call it off");
    cancel.addEventListener("click", () => {
      cancel.disabled = true;
      words.textContent = "Calling it off…";
      void this.api.send(`jobs/${id}`, { method: "DELETE" }).catch((error: unknown) => this.failed(error));
    });
    byId(place).replaceChildren(words, bar, cancel);
    say(`Working out ${what}.`);
    try {
      await watchJob(
        this.api,
        id,
        `${capital(what)} was not worked out`,
        ({ message, progress }) => {
          bar.value = progress;
          if (message && !cancel.disabled) words.textContent = `${message} (${progress}%)`;
        },
        watching.signal,
      );
      const found = await this.api.get<Result>(`jobs/${id}/results`, {}, watching.signal);
      byId(place).replaceChildren(h("p", { class: "note" }, `${capital(what)} is shown.`));
      say(`${capital(what)} has been worked out.`);
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
    byId(this.events.place).replaceChildren(
      h("p", { role: "alert" }, h("strong", {}, `${error.title}. `), `${error.detail} ${error.remedy}`),
      again,
    );
  }
}

const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
