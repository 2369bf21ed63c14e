/** What a screen reader is told of changes that are only seen. The page's frame has the place for it. */
export function say(text: string): void {
  const place = document.getElementById("said");
  if (place) place.textContent = text;
}
