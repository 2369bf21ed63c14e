/** Sends files with their progress, which fetch cannot tell: one after the other, each to be called off. */
import { type Api, problemOf, ServiceProblem, unreached } from "../shared/api";
import { h } from "../shared/dom";
import { problemSummary } from "../shared/problem";
import { say } from "../shared/speech";
import type { Upload } from "./found";
import { bytes, type Group } from "./grouping";

/** A name for a request that was never used; crypto.randomUUID is only there over https. */
export function onceName(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) =>
    byte.toString(16).padStart(2, "0"),
  ).join("");
}

interface Transfer {
  group: Group<File>;
  /** The same for every try, so that a file which arrived unheard of is not kept twice. */
  once: string;
  row: HTMLElement;
  request: XMLHttpRequest | null;
  over: boolean;
}

export interface SendingEvents {
  key(): string | null;
  onSent(upload: Upload): void;
  /** True where the key was refused and has been asked for. */
  refused(error: unknown): boolean;
}

export class Sending {
  private readonly queue: Transfer[] = [];
  private busy = false;

  constructor(
    private readonly api: Api,
    private readonly list: HTMLElement,
    private readonly events: SendingEvents,
  ) {}

  add(groups: readonly Group<File>[]): void {
    for (const group of groups) {
      const row = h("li", { class: "sending__one" });
      const transfer: Transfer = { group, once: onceName(), row, request: null, over: false };
      this.list.append(row);
      this.tell(transfer, "Waits for its turn");
      this.queue.push(transfer);
    }
    void this.work();
  }

  /** Goes on with what waits, for instance once the key is there. */
  async work(): Promise<void> {
    if (this.busy) return;
    this.busy = true;
    try {
      while (this.events.key() !== null) {
        const next = this.queue.shift();
        if (!next) return;
        if (!next.over) await this.one(next);
      }
    } finally {
      this.busy = false;
    }
  }

  private async one(transfer: Transfer): Promise<void> {
    const { group, row } = transfer;
    say(`Sending ${group.name}.`);
    try {
      const upload = await this.transfer(transfer);
      row.remove();
      say(`${group.name} has arrived and was looked at.`);
      this.events.onSent(upload);
    } catch (error) {
      if (transfer.over) return;
      if (this.events.refused(error)) {
        this.queue.unshift(transfer);
        this.tell(transfer, "Waits for the key");
        return;
      }
      const summary = problemSummary(error, () => {
        this.tell(transfer, "Waits for its turn");
        this.queue.push(transfer);
        void this.work();
      });
      const drop = h("button", { type: "button", class: "link-button" }, "Leave it");
      drop.addEventListener("click", () => row.remove());
      row.replaceChildren(h("strong", {}, `${group.name} was not taken`), summary, drop);
    }
  }

  private tell(transfer: Transfer, words: string, share: number | null = null): void {
    const { group, row } = transfer;
    let bar = row.querySelector("progress");
    let said = row.querySelector(".sending__said");
    if (!bar || !said) {
      const id = `sending-${transfer.once}`;
      bar = h("progress", { max: 100, "aria-labelledby": id });
      said = h("span", { class: "sending__said" });
      const cancel = h("button", { type: "button", class: "link-button" }, "Call it off");
      cancel.setAttribute("aria-label", `Call off ${group.name}`);
      cancel.addEventListener("click", () => this.callOff(transfer));
      row.replaceChildren(h("strong", { id }, `${group.name} (${bytes(group.size)})`), bar, said, cancel);
    }
    if (share === null) bar.removeAttribute("value");
    else bar.value = share * 100;
    said.textContent = words;
  }

  private callOff(transfer: Transfer): void {
    transfer.over = true;
    transfer.request?.abort();
    transfer.row.remove();
    say(`${transfer.group.name} was called off. Nothing of it was kept.`);
  }

  private transfer(transfer: Transfer): Promise<Upload> {
    const body = new FormData();
    for (const file of transfer.group.files) body.append("files", file, file.name);
    const request = new XMLHttpRequest();
    transfer.request = request;
    let quarter = 0;
    return new Promise((resolve, reject) => {
      request.upload.addEventListener("progress", ({ loaded, total, lengthComputable }) => {
        const share = lengthComputable && total > 0 ? loaded / total : null;
        const words = share === null ? bytes(loaded) : `${Math.floor(share * 100)}% of ${bytes(total)}`;
        this.tell(transfer, words, share);
        // Told at each quarter: more would be noise to whoever listens.
        const reached = share === null ? 0 : Math.floor(share * 4);
        if (reached > quarter && reached < 4) say(`${transfer.group.name}: ${reached * 25}% sent.`);
        quarter = Math.max(quarter, reached);
      });
      request.upload.addEventListener("load", () => this.tell(transfer, "Sent. It is being looked at…"));
      request.addEventListener("load", () => {
        if (request.status >= 200 && request.status < 300) resolve(request.response as Upload);
        else reject(problemOf(request.status, request.response as unknown));
      });
      request.addEventListener("error", () => reject(unreached()));
      request.addEventListener("abort", () =>
        reject(new ServiceProblem("It was called off", "Nothing of it was kept.", "Choose the file again.")),
      );
      request.open("POST", this.api.address("uploads"));
      request.responseType = "json";
      request.setRequestHeader("Accept", "application/json, application/problem+json");
      request.setRequestHeader("Authorization", `Bearer ${this.events.key() ?? ""}`);
      request.setRequestHeader("Idempotency-Key", transfer.once);
      request.send(body);
    });
  }
}

/** Files by the button, or dropped anywhere on the page: a file dropped beside the box must not leave the page. */
export function listenForFiles(
  box: HTMLElement,
  input: HTMLInputElement,
  take: (files: File[]) => void,
): void {
  input.addEventListener("change", () => {
    const files = [...(input.files ?? [])];
    input.value = ""; // so that the same file, put right, can be chosen again
    if (files.length > 0) take(files);
  });
  const carries = (event: DragEvent) => event.dataTransfer?.types.includes("Files") ?? false;
  addEventListener("dragover", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    box.dataset.over = "true";
  });
  addEventListener("dragleave", (event) => {
    if (event.relatedTarget === null) delete box.dataset.over;
  });
  addEventListener("drop", (event) => {
    if (!carries(event)) return;
    event.preventDefault();
    delete box.dataset.over;
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0) take(files);
  });
}
