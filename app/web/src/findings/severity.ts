/** How many findings there are of each severity, in words. */

const SEVERITIES: readonly [string, string, string][] = [
  ["error", "to put right", "to put right"],
  ["warning", "to look at", "to look at"],
  ["advice", "piece of advice", "pieces of advice"],
];

/** "3 to put right, 12 to look at": what there is of each severity, the gravest first, kinds unknown to us by name. */
export function severitiesInWords(bySeverity: Readonly<Record<string, number>>): string {
  const known = SEVERITIES.filter(([severity]) => (bySeverity[severity] ?? 0) > 0).map(
    ([severity, one, many]) => {
      const number = bySeverity[severity] ?? 0;
      return `${number} ${number === 1 ? one : many}`;
    },
  );
  const others = Object.entries(bySeverity)
    .filter(([severity, number]) => number > 0 && !SEVERITIES.some(([name]) => name === severity))
    .map(([severity, number]) => `${number} ${severity}`);
  return [...known, ...others].join(", ");
}
