/** The page of the decision paper: what people write, which options are in it, a preview, and the file in three forms. */
import { carry } from "../shared/frame";
import { Api, type Query } from "../shared/api";
import { Asking } from "../shared/asking";
import { byId, fill, h } from "../shared/dom";
import { count, plural } from "../shared/format";
import { restsOn, restsOnTip } from "../shared/rests-on";
import { needsPatients, Selectors } from "../shared/selectors";
import { say } from "../shared/speech";
import { askedFor, type Choice, choiceFrom, queryOf, writeAddress } from "../shared/state";
import type { Found } from "../options/found";
import { fields, optionBoxes } from "./form";
import { Taking } from "./taking";
import { asSent, emptyWords, storageKey, type Words, wordsFrom } from "./words";

class Page {
  private readonly api = new Api();
  private readonly selectors = new Selectors(this.api, (choice) => {
    this.write(choice, true);
    void this.ask();
  });
  private readonly asking = new Asking(
    () => {
      byId("answer-parts").hidden = true;
    },
    () => void this.ask(),
  );
  private readonly taking = new Taking(this.api, () => this.asked());
  private choice: Choice = choiceFrom(location.search);
  private found: Found | null = null;
  private words: Words = emptyWords();

  constructor() {
    addEventListener("popstate", () => {
      this.choice = choiceFrom(location.search);
      void this.ask();
    });
    fill("take", this.taking.buttons());
    byId("words").addEventListener("submit", (event) => event.preventDefault());
    byId("clear").addEventListener("click", () => {
      this.words = emptyWords();
      this.keep();
      this.drawForm();
      say("All fields are empty.");
      byId("paper-title").focus();
    });
    byId("preview").addEventListener("click", () => this.preview());
  }

  ask(): Promise<void> {
    this.taking.stop();
    byId("loading").hidden = this.found !== null;
    return this.asking.run(async (signal) => {
      this.choice = await this.selectors.settlePlace(this.choice, signal);
      needsPatients(
        this.choice,
        "A paper is written from registered patients",
        "Counted another way, nobody knows whom an option would help.",
      );
      const found = await this.api.get<Found>("options", askedFor(this.choice), signal);
      this.selectors.show(this.choice, { ...found, basis: "patients" });
      byId("fictional").hidden = !found.fictional;
      byId("answer-parts").hidden = false;
      this.draw(found);
    });
  }

  private draw(found: Found): void {
    this.found = found;
    this.words = wordsFrom(read(this.key()));
    const first = found.options[0]?.before.patients_outside_lead;
    byId("in-short").textContent =
      `${found.place?.name ?? "This place"}: ${count(first ?? null)} patients live outside the lead neighbourhood of their PCN. ` +
      `The paper has ${plural(found.options.length, "option")}, no change among them, and the route of ${plural(found.routes.length, "PCN")}.`;
    fill("rests", [restsOnTip(found)]);
    fill("sources", restsOn(found, ...found.warnings));
    fill("preview-frame", []);
    this.drawForm();
    this.write({});
    say("The paper can be taken away.");
  }

  private drawForm(): void {
    const options = this.found?.options ?? [];
    const keep = () => this.keep();
    fill("option-list", optionBoxes(options, this.words, keep));
    fill("fields", fields(options, this.words, keep));
  }

  private preview(): void {
    const place = this.found?.place?.name ?? "this place";
    const src = this.api.address("paper", { ...askedFor(this.choice), f: "html" });
    fill("preview-frame", [
      h("iframe", { class: "paper-preview", src, title: `Decision paper of ${place}` }),
    ]);
    say("The preview is being loaded.");
  }

  private asked(): { query: Query; words: Record<string, unknown>; name: string } {
    const ids = (this.found?.options ?? []).map(({ id }) => id);
    return {
      query: askedFor(this.choice),
      words: asSent(this.words, ids),
      name: `decision-paper-${this.choice.place ?? this.choice.footprints ?? "place"}`,
    };
  }

  private key(): string {
    return storageKey(this.choice.footprints ?? "", this.choice.place);
  }

  private keep(): void {
    try {
      localStorage.setItem(this.key(), JSON.stringify(this.words));
    } catch {
      // A browser that keeps nothing still prints what is on the page.
    }
  }

  private write(change: Partial<Choice>, newEntry = false): void {
    this.choice = { ...this.choice, ...change };
    writeAddress(queryOf(this.choice), newEntry);
    carry(this.choice);
  }
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

void new Page().ask();
