/** Runs a page's requests: shows that they run and, kindly, what went wrong. A newer request ends an older one. */
import { byId } from "./dom";
import { problemSummary } from "./problem";

export class Asking {
  private running: AbortController | null = null;

  /**
   * @param onProblem called before a problem is shown, to take away figures that no longer hold
   * @param again what the button "Try again" does
   */
  constructor(
    private readonly onProblem: () => void,
    private readonly again: () => void,
  ) {}

  async run(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    const main = byId("main");
    main.setAttribute("aria-busy", "true");
    byId("problem").replaceChildren();
    try {
      await work(running.signal);
    } catch (error) {
      if (running.signal.aborted) return;
      this.onProblem();
      const summary = problemSummary(error, this.again);
      byId("problem").replaceChildren(summary);
      summary.focus();
    }
    if (this.running === running) {
      main.removeAttribute("aria-busy");
      byId("loading").hidden = true;
    }
  }
}
