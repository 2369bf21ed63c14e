/** The small note beside the pointer on the map. The table and the lists below it say the same. */
import type { PcnAlignment } from "../shared/answers";
import type { Answer } from "./answer";
import { byId, h } from "../shared/dom";
import { amount, amountWithUnit, count, percent, plural } from "../shared/format";
import type { Hover } from "./map";
import type { Paint } from "./shading";
import { sharesOf } from "./panel";

export function showTip(
  over: Hover | null,
  answer: Answer | null,
  selected: PcnAlignment | null,
  paint: Paint | null,
): void {
  const tip = byId("tip");
  const [title, ...rest] = over && answer ? linesOf(over, answer, selected, paint) : [];
  tip.hidden = title === undefined;
  if (!over || title === undefined) return;
  tip.replaceChildren(h("strong", {}, title), ...rest.map((line) => h("span", {}, line)));
  const room = byId("map").clientWidth - tip.offsetWidth - 8;
  tip.style.left = `${Math.max(4, Math.min(over.x + 14, room))}px`;
  tip.style.top = `${Math.max(4, over.y - tip.offsetHeight - 10)}px`;
}

function linesOf(over: Hover, answer: Answer, selected: PcnAlignment | null, paint: Paint | null): string[] {
  if (over.kind === "practice") {
    const practice = answer.practices.features.find(
      ({ properties }) => properties.code === over.code,
    )?.properties;
    if (!practice) return [];
    const lines = [`${practice.name} (${practice.code})`, practice.pcn_name ?? "In no PCN"];
    if (practice.patients !== null) lines.push(amountWithUnit(practice.patients, answer.alignment.unit));
    return lines;
  }
  if (over.kind === "area") {
    const held = answer.neighbourhoods.features.find(
      ({ properties }) => properties.code === over.neighbourhood,
    )?.properties.name;
    const said = paint?.areas.get(over.code)?.said ?? `${over.code}: nothing to show`;
    return [said, ...(held ? [`in ${held}`] : [])];
  }
  const area = answer.neighbourhoods.features.find(
    ({ properties }) => properties.code === over.code,
  )?.properties;
  if (!area) return [];
  if (selected) {
    const share = sharesOf(answer, selected.code).find(({ code }) => code === over.code);
    const { unit } = answer.alignment;
    const part = share ? `${amount(share.amount, unit)} (${percent(share.share)})` : "None";
    return [area.name, `${part} of ${selected.name}`];
  }
  const lines = [area.name];
  if (area.patients !== null) lines.push(amountWithUnit(area.patients, answer.alignment.unit));
  if (area.pcns !== null) lines.push(`of ${plural(area.pcns, "PCN")}`);
  if (area.pcns_to_reach_90 !== null) lines.push(`${count(area.pcns_to_reach_90)} reach 90% of them`);
  return lines;
}
