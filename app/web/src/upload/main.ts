/** Files of the reader's own: sent, looked at, checked, and loaded once the reader says so. */
import { carry } from "../shared/frame";
import { Access } from "../shared/access";
import type { Footprints } from "../shared/answers";
import { Api, ServiceProblem } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import { choiceFrom, queryOf, writeAddress } from "../shared/state";
import type { Upload } from "./found";
import { grouped } from "./grouping";
import { listenForFiles, Sending } from "./sending";
import { waitingTable } from "./waiting";
import { Work } from "./work";

class Page {
  private readonly api = new Api();
  private readonly access = new Access(
    this.api,
    { tryAt: { path: "uploads" }, known: "The key is known. Files can be sent." },
    () => {
      void this.sending.work();
      void this.ask();
    },
  );
  private readonly sending = new Sending(this.api, byId("sending"), {
    key: () => this.access.key,
    onSent: (upload) => this.sent(upload),
    refused: (error) => this.access.refused(error),
  });
  private readonly work = new Work(this.api, this.access, {
    onChanged: () => void this.list(),
    onGone: () => this.gone(),
  });
  private readonly asking = new Asking(
    () => this.work.close(),
    () => void this.ask(),
  );
  private plans: Footprints[] = [];
  private id: string | null = idFrom(location.search);

  constructor() {
    addEventListener("popstate", () => {
      this.id = idFrom(location.search);
      void this.ask();
    });
    listenForFiles(byId("drop"), byId<HTMLInputElement>("files-input"), (files) => {
      this.sending.add(grouped(files));
      if (!this.access.key) this.access.ask("Sending needs the key. Give it, and the files are sent.");
    });
  }

  /** Shows the list and the upload of the address. */
  ask(): Promise<void> {
    return this.asking.run(async (signal) => {
      if (!this.access.key) return this.work.close();
      await this.list();
      if (!this.id || !this.access.key) return this.work.close();
      try {
        this.plans = await this.api.footprints(signal);
        await this.work.open(this.id, this.plans, signal);
      } catch (error) {
        if (this.access.refused(error)) return this.work.close();
        if (error instanceof ServiceProblem && error.status === 404) return this.gone();
        throw error;
      }
    });
  }

  private sent(upload: Upload): void {
    // The first of several opens by itself; the others wait in the list.
    if (byId("one").hidden) this.open(upload.id);
    else void this.list();
  }

  private open(id: string): void {
    this.write(id);
    void this.ask().then(() => {
      if (!byId("one").hidden) byId("seen-title").focus();
    });
  }

  private async list(): Promise<void> {
    const { key } = this.access;
    if (!key) return fill("waiting", []);
    try {
      const { items } = await this.api.send<{ items: Upload[] }>("uploads", { key });
      fill(
        "waiting",
        waitingTable(
          items,
          this.id,
          (id) => this.open(id),
          (upload) => void this.remove(upload),
        ),
      );
    } catch (error) {
      if (!this.access.refused(error)) fill("waiting", [problemSummary(error, () => void this.list())]);
    }
  }

  private async remove(upload: Upload): Promise<void> {
    const loaded = upload.state === "committed";
    if (!loaded && !confirm(`Delete ${upload.file}? Nothing of it was loaded.`)) return;
    try {
      await this.api.send(`uploads/${upload.id}`, { method: "DELETE", key: this.access.key });
    } catch (error) {
      if (this.access.refused(error)) return;
      // Gone already is what was wanted.
      if (!(error instanceof ServiceProblem && error.status === 404))
        return fill("problem", [problemSummary(error, () => void this.remove(upload))]);
    }
    say(loaded ? `${upload.file} is off the list. What was loaded stays.` : `${upload.file} is deleted.`);
    if (upload.id === this.id) {
      this.work.close();
      this.write(null);
    }
    await this.list();
    byId("files-input").focus();
  }

  private gone(): void {
    this.work.close();
    this.write(null);
    void this.list();
    const said = new ServiceProblem(
      "This upload is no longer here",
      "It was deleted, or its time was over: files that nobody loads are taken away after a day.",
      "Send the file again.",
    );
    const summary = problemSummary(said, () => {
      fill("problem", []);
      byId("files-input").focus();
    });
    fill("problem", [summary]);
    summary.focus();
  }

  private write(id: string | null): void {
    const newEntry = this.id !== id;
    this.id = id;
    const choice = choiceFrom(location.search);
    writeAddress(queryOf(choice, { id }), newEntry);
    carry(choice);
  }
}

function idFrom(search: string): string | null {
  const id = new URLSearchParams(search).get("id");
  return id && /^[0-9a-z]{1,64}$/.test(id) ? id : null;
}

void new Page().ask();
