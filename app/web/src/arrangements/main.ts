/** An arrangement to fill in: which one is looked at, and what its draft is worked out from. */
import { carry } from "../shared/frame";
import type { Alignment } from "../shared/answers";
import { Access } from "../shared/access";
import { Api } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { Selectors } from "../shared/selectors";
import { askedFor, type Choice, writeAddress } from "../shared/state";
import { Desk } from "./desk";
import { goTo } from "./document";
import type { Content, Kept } from "./found";
import { keptOf } from "./kept-list";
import { fromOption, type FromOption, listPcns } from "./pcns";
import { draftQuery, fromQuery, type State, toQuery } from "./state";
import { listenToTerms, showTerms } from "./terms-form";

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => this.choose(choice));
  private readonly access = new Access(
    this.api,
    {
      tryAt: { path: "arrangements", query: { limit: 1 } },
      known: "The key is known. What is kept can be read and changed.",
    },
    () => this.known(),
  );
  private readonly desk = new Desk(this.api, this.access, {
    state: () => this.state,
    onKept: (id) => this.write({ id }, true),
    onChanged: () => void this.list(),
    again: () => void this.ask(),
  });
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
      this.desk.clear();
      // Terms that do not fit are put right where they were given.
      byId("terms").hidden = this.state.id !== null;
      showTerms(this.state, null);
    },
    () => void this.ask(),
  );
  private state: State = fromQuery(location.search);

  constructor() {
    addEventListener("popstate", () => {
      this.state = fromQuery(location.search);
      void this.ask();
    });
    listenToTerms((chosen) => {
      this.write(chosen, true);
      void this.ask();
    });
    byId("pcn-form").addEventListener("submit", (event) => event.preventDefault());
    byId("pcn").addEventListener("change", () => this.choosePcn(byId<HTMLSelectElement>("pcn").value));
    warnBeforeLosing(() => this.desk.unkept > 0);
  }

  ask(): Promise<void> {
    byId("loading").hidden = !byId("answer-parts").hidden;
    fill("key-first", []);
    return this.asking.run(async (signal) => {
      const record = this.state.id ? await this.kept(this.state.id, signal) : null;
      if (this.state.id && !record) return;
      this.state = await this.selectors.settlePlace(
        { ...this.state, ...(record ? choiceOf(record) : {}) },
        signal,
      );
      const [alignment, option] = await Promise.all([
        this.api.get<Alignment>("alignment", askedFor(this.state), signal),
        fromOption(this.api, this.state, signal),
      ]);
      this.showPcns(alignment, option, record);
      const path = `arrangements/draft?${draftQuery(this.state)}`;
      const content = record?.content ?? (await this.api.get<Content>(path, {}, signal));
      this.desk.open(content, record);
      this.selectors.show(this.state, { ...content.provenance, basis: "patients" });
      showTerms(this.state, content);
      this.write({});
      void this.list();
      if (location.hash.startsWith("#field-")) goTo(location.hash);
    });
  }

  /** The kept arrangement in the address; none where the key has to be given first. */
  private async kept(id: string, signal: AbortSignal): Promise<Kept | null> {
    const words = "This address opens a kept arrangement. Give the key above to read it.";
    try {
      if (this.access.key) return await this.desk.keeping.get(id, signal);
      this.access.toKey();
    } catch (error) {
      if (!this.access.refused(error)) throw error;
    }
    byId("answer-parts").hidden = true;
    byId("terms").hidden = true;
    fill("key-first", [h("p", { class: "nhsuk-inset-text" }, words)]);
    return null;
  }

  private showPcns(alignment: Alignment, option: FromOption | null, record: Kept | null): void {
    const chosen = record?.pcn_code ?? this.state.pcn ?? option?.pcns[0] ?? alignment.pcn[0]?.code ?? null;
    this.state = { ...this.state, pcn: chosen };
    listPcns(alignment, chosen);
    fill("from-option", [option?.part((code) => this.choosePcn(code))]);
  }

  private async list(): Promise<void> {
    const { key } = this.access;
    byId("kept-said").textContent = "Kept arrangements, and the key to them";
    if (!key) return fill("kept-list", []);
    try {
      const { words, parts } = await keptOf(this.api, key, this.state.footprints, this.state.place);
      byId("kept-said").textContent = words;
      fill("kept-list", parts);
    } catch (error) {
      if (!this.access.refused(error)) fill("kept-list", [problemSummary(error, () => void this.list())]);
    }
  }

  private known(): void {
    if (this.state.id && !this.desk.opened) void this.ask();
    else if (!this.desk.goOn()) void this.list();
  }

  private choosePcn(pcn: string): void {
    // Another PCN has other INTs.
    const terms = { ...this.state.terms };
    delete terms.lead;
    delete terms.lead_reason;
    this.write({ pcn, id: null, replaces: null, terms, activity: {} }, true);
    void this.ask();
  }

  private choose(choice: Choice): void {
    const other = choice.footprints !== this.state.footprints || choice.place !== this.state.place;
    const fresh = other ? { pcn: null, option: null, terms: {}, activity: {} } : {};
    this.write({ ...choice, id: null, replaces: null, ...fresh }, true);
    void this.ask();
  }

  private write(change: Partial<State>, newEntry = false): void {
    this.state = { ...this.state, ...change };
    writeAddress(toQuery(this.state), newEntry);
    carry(this.state);
  }
}

function choiceOf({ content: { provenance } }: Kept): Choice {
  const { footprints, place, as_of: asOf } = provenance;
  return {
    footprints: footprints.id,
    version: footprints.version,
    place: place?.id ?? null,
    basis: null,
    asOf,
  };
}

/** Asks before a tab with entries is closed. From page to page of the service they are held. */
function warnBeforeLosing(anything: () => boolean): void {
  let within = false;
  addEventListener("click", (event) => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    within = link?.origin === location.origin;
  });
  addEventListener("pageshow", () => (within = false));
  addEventListener("beforeunload", (event) => {
    if (anything() && !within) event.preventDefault();
  });
}

void new Page().ask();
