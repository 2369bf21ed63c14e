/** The key that some parts of the service need: asked for once, and held in this tab until it is closed. */
import { type Api, type Query, ServiceProblem } from "./api";
import { byId, fill, h } from "./dom";
import { say } from "./speech";

/** The name that every page holds it under. */
const KEY = "coterminous-key";

export interface AccessWords {
  /** What is asked with a key to see whether the service knows it. */
  tryAt: { path: string; query?: Query };
  /** What can be done now that the key is known. */
  known: string;
}

/** Needs templates/parts/key.html on the page; where that stands in a fold, the fold is opened to ask. */
export class Access {
  /** @param onKnown called when a key that the service knows has been given, or was there already */
  constructor(
    private readonly api: Api,
    private readonly words: AccessWords,
    private readonly onKnown: () => void,
  ) {
    byId("key-form").addEventListener("submit", (event) => {
      event.preventDefault();
      void this.take(byId<HTMLInputElement>("key").value.trim());
    });
    byId("key-forget").addEventListener("click", () => {
      this.forget();
      say("The key is forgotten.");
      location.reload();
    });
    this.show();
  }

  get key(): string | null {
    return sessionStorage.getItem(KEY);
  }

  /** Asks for the key again where the service does not know the one that is held. */
  refused(error: unknown): boolean {
    if (!(error instanceof ServiceProblem) || error.status !== 401) return false;
    this.forget();
    this.ask("The service does not know this key. Give it again; those who run the service have it.");
    return true;
  }

  ask(words: string): void {
    fill("key-said", [h("p", { class: "key-form__said", role: "alert" }, words)]);
    this.toKey();
  }

  /** Brings the reader to where the key is given. */
  toKey(): void {
    const fold = byId("key-form").closest("details");
    if (fold) fold.open = true;
    byId("key").focus();
  }

  private async take(key: string): Promise<void> {
    if (!key) return this.ask("Type the key first.");
    const { path, query = {} } = this.words.tryAt;
    try {
      await this.api.send(path, { query, key });
    } catch (error) {
      if (!this.refused(error))
        this.ask(
          error instanceof ServiceProblem ? `${error.title}. ${error.remedy}` : "It could not be tried.",
        );
      return;
    }
    sessionStorage.setItem(KEY, key);
    fill("key-said", []);
    this.show();
    say(this.words.known);
    this.onKnown();
  }

  private forget(): void {
    sessionStorage.removeItem(KEY);
    byId<HTMLInputElement>("key").value = "";
    this.show();
  }

  private show(): void {
    const known = this.key !== null;
    byId("key-form").hidden = known;
    byId("key-known").hidden = !known;
  }
}
