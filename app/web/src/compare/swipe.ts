/** Two maps in one frame: the second lies over the first and shows to the right of a line that is moved. */

export class Swipe {
  /**
   * @param over the element of the map that lies above
   * @param line the line between them, to be dragged
   * @param slider does the same by keyboard, and says where the line is
   * @param onMoved called when the line has come to rest, with the part of the frame left of it (0 to 100)
   */
  constructor(
    private readonly over: HTMLElement,
    private readonly line: HTMLElement,
    private readonly slider: HTMLInputElement,
    private readonly onMoved: (part: number) => void = () => {},
  ) {
    slider.addEventListener("input", () => this.show());
    slider.addEventListener("change", () => this.onMoved(this.part));
    line.addEventListener("pointerdown", (event) => {
      line.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    line.addEventListener("pointermove", (event) => {
      if (!line.hasPointerCapture(event.pointerId)) return;
      const frame = (line.parentElement ?? line).getBoundingClientRect();
      this.slider.value = String(partOf(event.clientX, frame.left, frame.width));
      this.show();
    });
    line.addEventListener("pointerup", () => this.onMoved(this.part));
    this.show();
  }

  get part(): number {
    return Number(this.slider.value);
  }

  private show(): void {
    // Through the CSSOM: the page's policy forbids style attributes.
    this.over.style.clipPath = `inset(0 0 0 ${this.part}%)`;
    this.line.style.left = `${this.part}%`;
  }
}

/** Which part of a frame (0 to 100, whole) lies left of a point. */
export function partOf(x: number, left: number, width: number): number {
  if (width <= 0) return 50;
  return Math.round(Math.min(1, Math.max(0, (x - left) / width)) * 100);
}
