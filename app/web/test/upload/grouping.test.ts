import { describe, expect, it } from "vitest";
import { bytes, grouped } from "../../src/upload/grouping";

const file = (name: string, size = 1) => ({ name, size });

describe("chosen files", () => {
  it("are put together where they are parts of one shapefile, in any order and case", () => {
    const groups = grouped([
      file("Plan.dbf", 10),
      file("list.csv"),
      file("plan.SHP", 20),
      file("plan.shp.xml", 5),
      file("planned.dbf"),
      file("other.prj"),
    ]);
    expect(groups.map(({ name, size, files }) => [name, size, files.length])).toEqual([
      ["plan.SHP", 35, 3],
      ["list.csv", 1, 1],
      ["planned.dbf", 1, 1],
      ["other.prj", 1, 1],
    ]);
  });

  it("stay apart where they only begin alike or are of another sort", () => {
    expect(grouped([file("plan.shp"), file("plan.gpkg"), file("plan.v2.dbf")])).toHaveLength(3);
  });

  it("say their size as a file manager does", () => {
    expect(bytes(999)).toBe("999 bytes");
    expect(bytes(1536)).toBe("1.5 kB");
    expect(bytes(20 * 1024 ** 2)).toBe("20 MB");
    expect(bytes(3 * 1024 ** 4)).toBe("3,072 GB");
  });
});
