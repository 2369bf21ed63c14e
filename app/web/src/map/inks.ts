/** The map's inks: names that light and dark share, from the page's own style. */

export interface Inks {
  ground: string;
  /** People, and land as such. */
  area: string;
  /** Deprivation. */
  need: string;
  line: string;
  lead: string;
  text: string;
  halo: string;
  outline: string;
}

export function inks(): Inks {
  const style = getComputedStyle(document.documentElement);
  const ink = (name: string) => style.getPropertyValue(`--map-${name}`).trim();
  return {
    ground: ink("ground"),
    area: ink("area"),
    need: ink("need"),
    line: ink("line"),
    lead: ink("lead"),
    text: ink("text"),
    halo: ink("halo"),
    outline: ink("outline"),
  };
}
