/** The upload that lies open: what was seen, what is said of it, its check, its load. */
import type { FeatureCollection, Geometry } from "geojson";
import type { Access } from "../shared/access";
import type { Footprints } from "../shared/answers";
import { type Api, ServiceProblem } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { isJob, watchJob } from "../shared/job";
import { problemSummary } from "../shared/problem";
import { save } from "../shared/save";
import { say } from "../shared/speech";
import { FaultView } from "./faults";
import type { Checked, FaultsOnMap, Options, Upload } from "./found";
import { layerOf, NOTHING_SAID, same } from "./kinds";
import { loadedParts, reportParts } from "./report";
import { Saying } from "./saying";
import { seenPart } from "./seen";
import { onceName } from "./sending";

/** What a reader has said of an upload, held in this tab, so that a reload loses nothing. */
const HELD = "coterminous-upload-";

export interface WorkEvents {
  /** The upload was checked, loaded or is gone: the list is to be asked for again. */
  onChanged(): void;
  onGone(): void;
}

export class Work {
  private readonly faults = new FaultView();
  private upload: Upload | null = null;
  private saying: Saying | null = null;
  private checked: Checked | null = null;
  private running: AbortController | null = null;
  /** The same for every try of one load, so that an answer lost on its way is not a second load. */
  private once = onceName();

  constructor(
    private readonly api: Api,
    private readonly access: Access,
    private readonly events: WorkEvents,
  ) {
    byId("say-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.check();
    });
    byId("commit").addEventListener("click", () => void this.commit());
  }

  close(): void {
    this.running?.abort();
    this.upload = null;
    this.checked = null;
    byId("one").hidden = true;
  }

  /** Shows an upload as the service has it; a check made before is shown with it. */
  async open(id: string, plans: readonly Footprints[], signal: AbortSignal): Promise<void> {
    this.running?.abort();
    const upload = await this.get<Upload>("", signal, id);
    const checked =
      upload.state === "staged" && upload.checks > 0 ? await this.get<Checked>("/report", signal, id) : null;
    const places = checked && (await this.places(id, signal));
    this.upload = upload;
    this.once = onceName();
    const held = sessionStorage.getItem(HELD + id);
    const said = held === null ? (checked?.options ?? NOTHING_SAID) : (JSON.parse(held) as Options);
    this.saying = new Saying(upload.inspection, said, plans, (options) => this.said(options));
    byId("one").hidden = false;
    fill("working", []);
    fill("seen", seenPart(upload, layerOf(upload.inspection, said)));
    byId("work").hidden = upload.state === "committed";
    byId("loaded-part").hidden = upload.state !== "committed";
    if (upload.result) fill("loaded", loadedParts(upload.result, this.root));
    this.saying.draw();
    this.checked = checked;
    if (checked && places) this.report(checked, ...places);
    else byId("report-part").hidden = true;
    if (upload.state === "committing") this.loading();
    this.ready();
  }

  private get root(): string {
    return document.documentElement.dataset.root ?? "";
  }

  private get<T>(part: string, signal?: AbortSignal, id = this.upload?.id ?? ""): Promise<T> {
    return this.api.send<T>(`uploads/${id}${part}`, { key: this.access.key, signal });
  }

  private places(
    id: string,
    signal: AbortSignal,
  ): Promise<[FaultsOnMap, FeatureCollection<Geometry | null>]> {
    return Promise.all([
      this.get<FaultsOnMap>("/faults", signal, id),
      this.get<FeatureCollection<Geometry | null>>("/outlines", signal, id),
    ]);
  }

  /** Told whenever the reader says something else: the check before does not hold for it. */
  private said(options: Options): void {
    if (!this.upload) return;
    sessionStorage.setItem(HELD + this.upload.id, JSON.stringify(options));
    fill("seen", seenPart(this.upload, layerOf(this.upload.inspection, options)));
    this.ready();
  }

  /** Whether what is said now was checked, and what that means for the load. */
  private ready(): void {
    const { checked, saying } = this;
    byId("commit-part").hidden = checked === null;
    if (!checked || !saying) return;
    const holds = same(checked.options, saying.options);
    byId<HTMLButtonElement>("commit").disabled = !(holds && checked.ok);
    fill(
      "stale",
      holds
        ? []
        : [
            h(
              "p",
              { class: "nhsuk-inset-text" },
              "You have changed what is said of the file since. Check it again.",
            ),
          ],
    );
    byId("commit-said").textContent = !holds
      ? "Check the file again first: it would now be loaded in another way than it was checked."
      : checked.ok
        ? "It is loaded exactly as it was checked, all of it or nothing."
        : "Nothing can be loaded until the errors are put right. Mend the file and send it again, or leave out what has errors.";
  }

  private async check(): Promise<void> {
    const { saying, upload } = this;
    if (!saying || !upload || saying.ask()) return;
    await this.run("Checking the file", "check", async (signal) => {
      const body = saying.options;
      const answer = await this.api.send<Checked>(`uploads/${upload.id}/validate`, {
        method: "POST",
        body,
        key: this.access.key,
        signal,
      });
      if (isJob(answer)) await this.watch(answer.jobID, "The file was not checked", signal);
      const checked = isJob(answer) ? await this.get<Checked>("/report", signal) : answer;
      const places = await this.places(upload.id, signal);
      this.checked = checked;
      this.once = onceName();
      this.report(checked, ...places);
      this.ready();
      say(byId("in-short").textContent ?? "");
      byId("report-title").focus();
      this.events.onChanged();
    });
  }

  private async commit(): Promise<void> {
    const { checked, upload } = this;
    if (!checked || !upload) return;
    await this.run("Loading the file", "commit", async (signal) => {
      const body = checked.options;
      const answer = await this.api.send<unknown>(`uploads/${upload.id}/commit`, {
        method: "POST",
        body,
        key: this.access.key,
        once: this.once,
        signal,
      });
      if (isJob(answer)) await this.watch(answer.jobID, "The file was not loaded", signal);
      const { result } = await this.get<Upload>("", signal);
      if (!result)
        throw new ServiceProblem("The file was not loaded", "The service has no word of it.", "Try again.");
      sessionStorage.removeItem(HELD + upload.id);
      fill("loaded", loadedParts(result, this.root));
      byId("work").hidden = true;
      byId("loaded-part").hidden = false;
      byId("loaded-title").focus();
      say(byId("loaded").querySelector(".answer__text")?.textContent ?? "");
      this.events.onChanged();
    });
  }

  /** Shows that something runs, and what became of it. */
  private async run(
    words: string,
    button: string,
    work: (signal: AbortSignal) => Promise<void>,
  ): Promise<void> {
    this.running?.abort();
    const running = new AbortController();
    this.running = running;
    byId<HTMLButtonElement>(button).disabled = true;
    fill("working", [
      h("p", { id: "working-said" }, `${words}…`),
      h("progress", { max: 100, "aria-labelledby": "working-said" }),
    ]);
    say(`${words}.`);
    try {
      await work(running.signal);
      fill("working", []);
    } catch (error) {
      if (running.signal.aborted) return;
      fill("working", []);
      if (error instanceof ServiceProblem && error.status === 404) return this.events.onGone();
      if (this.access.refused(error)) return;
      const summary = problemSummary(error, () => void (button === "commit" ? this.commit() : this.check()));
      fill("working", [summary]);
      summary.focus();
    } finally {
      byId<HTMLButtonElement>("check").disabled = false;
      this.ready();
    }
  }

  private async watch(job: string, failed: string, signal: AbortSignal): Promise<void> {
    const bar = byId("working").querySelector("progress");
    await watchJob(
      this.api,
      job,
      failed,
      ({ message, progress }) => {
        if (bar) bar.value = progress;
        byId("working-said").textContent = `${message ?? "Waiting for its turn"} (${progress}%)`;
      },
      signal,
    );
  }

  private loading(): void {
    byId<HTMLButtonElement>("check").disabled = true;
    const again = h("button", { type: "button", class: "link-button" }, "Look again");
    again.addEventListener("click", () => location.reload());
    fill("working", [h("p", {}, "The file is being loaded at the moment."), again]);
  }

  private report(checked: Checked, places: FaultsOnMap, outlines: FeatureCollection<Geometry | null>): void {
    byId("report-part").hidden = false;
    fill("report", reportParts(checked));
    this.faults.show(checked, places, outlines);
    const file = (path: string, words: string, name: string) => {
      const button = h("button", { type: "button", class: "link-button" }, words);
      button.addEventListener("click", () => {
        const asked = { key: this.access.key, ...(path === "report" ? { query: { f: "csv" } } : {}) };
        this.api
          .file(`uploads/${this.upload?.id}/${path}`, asked)
          .then((kept) => save(kept, name))
          .catch((error: unknown) => fill("working", [problemSummary(error, () => button.click())]));
      });
      return h("li", {}, button);
    };
    fill("fault-files", [
      file("report", "All of it (CSV)", "faults.csv"),
      file("faults", "All of it (GeoJSON, opens in QGIS)", "faults.geojson"),
    ]);
  }
}
