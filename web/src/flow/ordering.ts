/** Order and choice of the rows of the panel. Rows without a number come last, whichever way one sorts. */

import { REGIONS, type Reading, type Region } from "../api/contract";

export type SortKey =
  | "point"
  | "region"
  | "flow"
  | "importLimit"
  | "exportLimit"
  | "utilisation"
  | "age";

export interface Sorting {
  readonly key: SortKey;
  readonly descending: boolean;
}

export const FIRST_SORTING: Sorting = { key: "region", descending: false };

function sortValue(reading: Reading, key: SortKey): number | string | null {
  switch (key) {
    case "point":
      return reading.node.toLowerCase();
    case "region":
      return REGIONS.indexOf(reading.region);
    case "flow":
      return reading.flowMw;
    case "importLimit":
      return reading.importLimitMw;
    case "exportLimit":
      return reading.exportLimitMw;
    case "utilisation":
      return reading.utilisation;
    case "age":
      return -reading.at;
  }
}

export function sortReadings(readings: readonly Reading[], sorting: Sorting): readonly Reading[] {
  const sign = sorting.descending ? -1 : 1;
  return [...readings].sort((a, b) => {
    const left = sortValue(a, sorting.key);
    const right = sortValue(b, sorting.key);
    if (left !== null && right !== null && left !== right) return left < right ? -sign : sign;
    if (left === null && right !== null) return 1;
    if (right === null && left !== null) return -1;
    return byPlace(a, b);
  });
}

/** Neighbour, then the largest tie first, then the name: an order that stays still while flows move. */
function byPlace(a: Reading, b: Reading): number {
  return (
    REGIONS.indexOf(a.region) - REGIONS.indexOf(b.region) ||
    capacityOf(b) - capacityOf(a) ||
    a.node.localeCompare(b.node)
  );
}

/** The larger of a point's two limits, zero where none is stated. */
export function capacityOf(reading: Reading): number {
  return Math.max(Math.abs(reading.importLimitMw ?? 0), Math.abs(reading.exportLimitMw ?? 0));
}

/** The same heading again turns the order; a new one starts with what a desk looks for first. */
export function nextSorting(current: Sorting, key: SortKey): Sorting {
  if (current.key === key) return { key, descending: !current.descending };
  const largestFirst: readonly SortKey[] = ["flow", "importLimit", "utilisation", "age"];
  return { key, descending: largestFirst.includes(key) };
}

/** No region chosen means all of them. */
export function inRegions(
  readings: readonly Reading[],
  chosen: ReadonlySet<Region>,
): readonly Reading[] {
  return chosen.size === 0 ? readings : readings.filter((each) => chosen.has(each.region));
}
