/** Chosen files put together as they belong: the parts of a shapefile are one upload, every other file is its own. */

/** Endings of what belongs to a shapefile. */
const PARTS = new Set(["shp", "shx", "dbf", "prj", "cpg", "qpj", "qmd", "sbn", "sbx", "qix", "xml"]);

export interface Group<F> {
  name: string;
  /** Bytes, all files together. */
  size: number;
  files: F[];
}

export function grouped<F extends { name: string; size: number }>(files: readonly F[]): Group<F>[] {
  const shapes = new Set(files.map(({ name }) => stem(name, "shp")).filter((one) => one !== null));
  const groups = new Map<string, Group<F>>();
  files.forEach((file, at) => {
    const of = [...shapes].find((one) => belongs(file.name, one));
    const key = of === undefined ? `${at}` : `shp ${of}`;
    const group = groups.get(key) ?? { name: file.name, size: 0, files: [] };
    if (stem(file.name, "shp") !== null) group.name = file.name;
    group.files.push(file);
    group.size += file.size;
    groups.set(key, group);
  });
  return [...groups.values()];
}

function stem(name: string, ending: string): string | null {
  const lower = name.toLowerCase();
  return lower.endsWith(`.${ending}`) ? lower.slice(0, -ending.length - 1) : null;
}

/** "plan.shp.xml" belongs to "plan" as "plan.dbf" does. */
function belongs(name: string, shape: string): boolean {
  const lower = name.toLowerCase();
  if (!lower.startsWith(`${shape}.`)) return false;
  return lower
    .slice(shape.length + 1)
    .split(".")
    .every((ending) => PARTS.has(ending));
}

const UNITS = ["bytes", "kB", "MB", "GB"];

/** 1,024 bytes are a kB here, as file managers count. */
export function bytes(size: number): string {
  let at = 0;
  let amount = size;
  while (amount >= 1024 && at < UNITS.length - 1) {
    amount /= 1024;
    at += 1;
  }
  const digits = at === 0 || amount >= 100 ? 0 : 1;
  return `${amount.toLocaleString("en-GB", { maximumFractionDigits: digits })} ${UNITS[at]}`;
}
