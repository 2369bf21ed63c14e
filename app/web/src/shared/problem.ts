/** A problem told kindly: what happened, what was found, and what to do. */
import { ServiceProblem } from "./api";
import { h } from "./dom";

/** Findings shown before the rest is only counted. */
const SHOWN = 20;

export function problemSummary(error: unknown, tryAgain: () => void): HTMLElement {
  if (!(error instanceof ServiceProblem)) console.error(error);
  const problem =
    error instanceof ServiceProblem
      ? error
      : new ServiceProblem(
          "Something went wrong on this page",
          "It could not show the answer.",
          "Load the page again.",
        );
  const again = h("button", { type: "button", class: "nhsuk-button nhsuk-button--small" }, "Try again");
  again.addEventListener("click", tryAgain);
  const shown = problem.findings.slice(0, SHOWN);
  const rest = problem.findings.length - shown.length;
  if (rest > 0) shown.push(`and ${rest} more`);
  return h(
    "div",
    { class: "nhsuk-error-summary", role: "alert", tabindex: "-1" },
    h("h2", { class: "nhsuk-error-summary__title" }, problem.title),
    h(
      "div",
      { class: "nhsuk-error-summary__body" },
      problem.detail && h("p", {}, problem.detail),
      shown.length > 0 &&
        h("ul", { class: "nhsuk-list nhsuk-list--bullet" }, ...shown.map((text) => h("li", {}, text))),
      h("p", {}, h("strong", {}, "What to do: "), problem.remedy),
      again,
    ),
  );
}
