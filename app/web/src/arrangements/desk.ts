/** The arrangement that lies open: shown, filled in, kept, taken a step further, signed, settled with what others did. */
import { type Api, ServiceProblem } from "../shared/api";
import { byId, fill, h } from "../shared/dom";
import { linkTo } from "../shared/links";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import type { Access } from "../shared/access";
import { clashPart } from "./clash";
import { goTo } from "./document";
import { sendable, type Settled, settle, Typed, type Values } from "./edits";
import type { Filling } from "./fields";
import { type Content, isWritable, type Kept, type Signature, type Status } from "./found";
import { Keeping } from "./keeping";
import { wordsOfRoute } from "./pcns";
import { historyTable, moment, reviewPart, stepButtons } from "./record";
import { leftOver, showFiles, showSheet, showStanding } from "./sheet";
import { draftBody, draftQuery, type State } from "./state";

interface Around {
  state: () => State;
  /** Told when a draft has been kept, with its id. */
  onKept: (id: string) => void;
  /** Told when anything that is kept has changed. */
  onChanged: () => void;
  again: () => void;
}

export class Desk {
  readonly keeping: Keeping;
  private readonly typed = new Typed(sessionStorage);
  private record: Kept | null = null;
  private content: Content | null = null;
  /** Keeping was asked for before there was a key. */
  private waiting = false;
  private clashing = false;

  constructor(
    private readonly api: Api,
    private readonly access: Access,
    private readonly around: Around,
  ) {
    this.keeping = new Keeping(api, () => access.key);
    byId<HTMLDetailsElement>("open-fold").open = matchMedia("(min-width: 1000px)").matches;
    byId("keep").addEventListener("click", () => void this.keep());
    byId("print").addEventListener("click", () => print());
    byId("sign-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.sign();
    });
    byId("open-list").addEventListener("click", (event) => {
      const link = event.target instanceof Element ? event.target.closest("a") : null;
      if (link && goTo(link.hash)) event.preventDefault();
    });
  }

  /** Entries that a closed tab would lose. */
  get unkept(): number {
    return this.typed.count;
  }

  get opened(): Kept | null {
    return this.record;
  }

  /** Lays a draft, or a kept arrangement, on the desk, with what had been typed into it in this tab. */
  open(content: Content, record: Kept | null): void {
    this.record = record;
    this.typed.open(record ? `kept ${record.id}` : draftName(this.around.state()));
    byId("act-said").textContent = "";
    this.draw(content);
  }

  clear(): void {
    this.record = null;
    this.content = null;
  }

  /** Goes on with what waited for a key; says whether anything did. */
  goOn(): boolean {
    if (!this.waiting) return false;
    void this.keep();
    return true;
  }

  private draw(content: Content): void {
    const { record } = this;
    this.content = content;
    this.clashing = false;
    fill("trouble", []);
    showSheet(content, record, this.filling());
    fill("steps", record ? stepButtons(record, (status) => void this.step(status)) : []);
    byId("steps-part").hidden = record === null;
    if (record) this.offerNewDraft(record);
    this.standing();
    const key = this.access.key;
    const query = draftQuery(this.around.state());
    showFiles(this.api, query, record && key ? { record, key } : null, (error) => this.trouble(error));
    for (const id of ["review-part", "history-part"]) byId(id).hidden = record === null;
    byId("answer-parts").hidden = false;
    if (!record) return;
    this.settleLeft(record);
    void this.after(record);
  }

  private standing(): void {
    if (this.content) showStanding(this.content, this.record, this.typed);
  }

  private offerNewDraft({ id, pcn_code: pcn, status }: Kept): void {
    const latest = { ...this.around.state(), version: null, asOf: null };
    const href = linkTo("arrangements", latest, { pcn, replaces: status === "ended" ? null : id });
    const words = "Make a new draft from the latest figures, to replace this one";
    if (href) byId("steps").append(h("a", { href }, words));
  }

  private filling(): Filling {
    const { typed } = this;
    const writable = this.record === null || isWritable(this.record.status);
    return {
      writable,
      get changes() {
        return writable ? typed.changes : {};
      },
      onChange: (field, change) => {
        typed.set(field, change);
        byId("act-said").textContent = "";
        this.standing();
      },
      suggest: ({ key }) => (key === "reason.realignment" ? () => this.suggestion() : null),
    };
  }

  private async suggestion(): Promise<string> {
    const state = this.around.state();
    try {
      return await wordsOfRoute(this.api, state, this.content?.pcn.code ?? "");
    } catch (error) {
      this.trouble(error);
      return "";
    }
  }

  /** What was typed before the page was opened, beside what others have kept since. */
  private settleLeft(record: Kept): void {
    if (this.typed.count === 0) return;
    if (isWritable(record.status)) {
      const settled = settle(this.typed.before, this.typed.changes, record.content.fields);
      if (settled.clashes.length > 0) void this.clash(settled);
      return;
    }
    const discard = () => {
      this.typed.replace({});
      fill("trouble", []);
    };
    fill("trouble", [leftOver(record.content, this.typed, discard)]);
  }

  private async clash(settled: Settled): Promise<void> {
    if (!this.record) return;
    this.clashing = true;
    const last = (await this.keeping.history(this.record).catch(() => [])).at(-1);
    const who = last ? `By the key “${last.by}” on ${moment(last.at)}, now revision ${last.revision}.` : "";
    const part = clashPart(settled, who, (theirs) => {
      const mine = Object.entries(this.typed.changes).filter(([key]) => !theirs.includes(key));
      this.typed.replace(Object.fromEntries(mine));
      if (this.content) this.draw(this.content);
      void this.keep();
    });
    fill("trouble", [part]);
    part.focus();
    part.scrollIntoView({ block: "start" });
  }

  /** Somebody was quicker: theirs is read, and mine is laid beside it. */
  private async changedMeanwhile(old: Kept): Promise<void> {
    const now = await this.keeping.get(old.id);
    const before: Values = { ...valuesOf(old), ...this.typed.before };
    const settled = settle(before, this.typed.changes, now.content.fields);
    this.record = now;
    if (isWritable(now.status)) this.typed.replace(settled.changes, before);
    this.draw(now.content);
    if (isWritable(now.status)) await this.clash(settled);
  }

  private async keep(): Promise<void> {
    if (this.clashing) return byId("clash").focus();
    if (!this.access.key) {
      this.waiting = true;
      return this.access.ask("Keeping needs the key. Give it, and what you filled in is kept.");
    }
    this.waiting = false;
    await this.act(async () => {
      if (!this.record) {
        this.record = await this.keeping.add(draftBody(this.around.state()));
        this.typed.carry(`kept ${this.record.id}`);
        this.around.onKept(this.record.id);
      }
      const changes = sendable(this.record.content.fields, this.typed.changes);
      if (Object.keys(changes).length > 0) this.record = await this.keeping.fillIn(this.record, changes);
      this.typed.replace({});
      return `Kept as revision ${this.record.revision}.`;
    });
  }

  private async step(status: Status): Promise<void> {
    await this.act(async () => {
      if (this.record) this.record = await this.keeping.step(this.record, status);
      return `It is now: ${status}.`;
    });
  }

  private async sign(): Promise<void> {
    const value = (id: string) => byId<HTMLInputElement | HTMLSelectElement>(id).value;
    await this.act(async () => {
      if (!this.record) return "";
      const signature: Signature = {
        party: value("sign-party") === "health" ? "health" : "local authority",
        name: value("sign-name"),
        role: value("sign-role"),
        signed_on: value("sign-day"),
      };
      this.record = await this.keeping.sign(this.record, signature);
      byId<HTMLFormElement>("sign-form").reset();
      return "The sign-off is noted.";
    });
  }

  /** Does something with the record, shows what became of it, and says so; what goes wrong is told kindly. */
  private async act(work: () => Promise<string>): Promise<void> {
    byId<HTMLButtonElement>("keep").disabled = true;
    try {
      const words = await work();
      if (this.record) this.draw(this.record.content);
      byId("act-said").textContent = words;
      say(words);
    } catch (error) {
      await this.refused(error);
    }
    this.around.onChanged();
  }

  private async refused(error: unknown): Promise<void> {
    const { record } = this;
    // A draft may have been kept before its entries were refused.
    if (record && this.content !== record.content) this.draw(record.content);
    this.standing();
    if (this.access.refused(error)) return;
    const stale = error instanceof ServiceProblem && error.status === 412;
    if (stale && record)
      await this.changedMeanwhile(record).catch((problem: unknown) => this.trouble(problem));
    else this.trouble(error);
  }

  private trouble(error: unknown): void {
    const part = problemSummary(error, this.around.again);
    fill("trouble", [part]);
    part.focus();
  }

  /** What takes its time: whether it is due for review, and its history. */
  private async after(record: Kept): Promise<void> {
    const { fields } = record.content;
    const labels = new Map(fields.map(({ key, section, label }) => [key, `${section}, ${label}`]));
    const none = (error: unknown) => [
      h("p", { class: "note" }, error instanceof Error ? error.message : "It could not be had."),
    ];
    const [review, history] = await Promise.all([
      this.keeping.review(record).then(reviewPart, none),
      this.keeping.history(record).then((all) => [historyTable(all, labels)], none),
    ]);
    if (this.record !== record) return;
    fill("review", review);
    fill("history", history);
  }
}

function draftName({ footprints, version, place, pcn }: State): string {
  return `draft ${[footprints, version ?? "latest", place, pcn].join(" ")}`;
}

const valuesOf = ({ content }: Kept): Values =>
  Object.fromEntries(content.fields.map(({ key, value }) => [key, value]));
