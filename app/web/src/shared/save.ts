import { h } from "./dom";

/** Has the browser keep a file that a plain link could not fetch, since it needs the key. */
export function save(file: Blob, name: string): void {
  const address = URL.createObjectURL(file);
  h("a", { href: address, download: name }).click();
  // The browser has taken it by then.
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
