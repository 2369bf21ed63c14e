/** The answer in a sentence, and the same figure beside the rest of London. */
import type { Alignment, AlignmentClass } from "../shared/answers";
import { h } from "../shared/dom";
import { amount, amountWithUnit, count, list, percent, plural } from "../shared/format";
import { CLASSES, wordsOf } from "../shared/glossary";
import { restsOnTip } from "../shared/rests-on";
import { term, termMark } from "../shared/toggletip";

export function headline(alignment: Alignment): Node[] {
  const words = wordsOf(alignment);
  const { unit } = alignment;
  if (alignment.misalignment === null) {
    return [
      h(
        "p",
        { class: "answer__text" },
        "Nothing in these files lies inside this plan, so there is no figure to give.",
      ),
    ];
  }
  const outside = alignment.pcn.reduce((sum, pcn) => sum + pcn.patients_outside_lead, 0);
  const [worst] = [...alignment.pcn].sort(
    (a, b) => b.patients_outside_lead - a.patients_outside_lead || (a.code < b.code ? -1 : 1),
  );
  return [
    h(
      "p",
      { class: "answer__figure" },
      h("strong", {}, percent(alignment.misalignment)),
      ` ${words.headline} `,
      termMark("misalignment"),
    ),
    h(
      "p",
      { class: "answer__text" },
      `That is ${amountWithUnit(outside, unit)} of ${amount(alignment.patients_inside, unit)} ${words.insidePlan}. ${classSentence(alignment)}`,
      worst && worst.patients_outside_lead > 0 && worst.lead_name
        ? ` The largest part belongs to ${worst.name}: ${amount(worst.patients_outside_lead, unit)} outside ${worst.lead_name}.`
        : null,
    ),
    h("p", { class: "answer__rests" }, restsOnTip(alignment)),
  ];
}

export function classSentence({ classes, pcns }: Alignment): string {
  const order: AlignmentClass[] = ["aligned", "partly", "split"];
  const parts = order
    .filter((name) => classes[name] > 0)
    .map(
      (name) =>
        `${count(classes[name])} ${classes[name] === 1 ? "is" : "are"} ${CLASSES[name].name.toLowerCase()}`,
    );
  if (parts.length === 0) return `There ${pcns === 1 ? "is" : "are"} ${plural(pcns, "PCN")} here.`;
  return `Of ${plural(pcns, "PCN")}, ${list(parts)}.`;
}

/** The London range as a strip from 0 to 100 %, with this answer's median on it. Only patients can be compared so. */
export function benchmark(alignment: Alignment): Node[] {
  const { benchmark: london, median_containment: here, basis } = alignment;
  if (!london || here === null || basis !== "patients") return [];
  const at = (element: HTMLElement, from: number, to?: number) => {
    element.style.left = `${from * 100}%`;
    if (to !== undefined) element.style.width = `${(to - from) * 100}%`;
    return element;
  };
  return [
    h("h2", { class: "benchmark__title" }, "Beside the ", term("benchmark", "rest of London")),
    h(
      "div",
      { class: "strip", "aria-hidden": "true" },
      at(h("span", { class: "strip__range" }), london.low, london.high),
      at(h("span", { class: "strip__median" }), london.median_containment),
      at(h("span", { class: "strip__here" }), here),
    ),
    h(
      "div",
      { class: "strip__ends", "aria-hidden": "true" },
      h("span", {}, "0%"),
      h("span", {}, "100% inside"),
    ),
    h(
      "p",
      { class: "benchmark__text" },
      h("span", { class: "key key--here", "aria-hidden": "true" }),
      `Half of these PCNs have at least ${percent(here)} of their patients in their lead neighbourhood. `,
      h("span", { class: "key key--london", "aria-hidden": "true" }),
      `In the best published grouping of London’s practices the middle value is ${percent(london.median_containment)}, and values run from ${percent(london.low)} to ${percent(london.high)} `,
      h("a", { href: "#sources-title" }, "(source)"),
      ".",
    ),
  ];
}

/** What each class means here; the limits are local settings, so they are always said. */
export function classNote({ thresholds }: Alignment): string {
  const share = (value: number) => percent(value).replace(".0%", "%");
  return `Aligned: ${share(thresholds.aligned)} or more inside the lead neighbourhood. Partly aligned: ${share(thresholds.split)} to ${share(thresholds.aligned)}. Split: under ${share(thresholds.split)}. These limits are local settings.`;
}
