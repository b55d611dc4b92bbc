/** Totals per neighbour, which own up to what they lack. */

import { type Direction, directionOf, type Reading, type Region } from "../api/contract";
import { groupBy } from "./grouping";

export interface Total {
  readonly points: number;
  readonly counted: number;
  readonly flowMw: number | null;
  readonly importLimitMw: number | null;
  readonly exportLimitMw: number | null;
  readonly direction: Direction | null;
  readonly utilisation: number | null;
  readonly oldest: number | null;
  readonly newest: number | null;
}

/** Rows that are summed: the operator's own printed totals stand apart. */
export function summable(readings: readonly Reading[]): readonly Reading[] {
  return readings.filter((reading) => !reading.isTotal);
}

/** Sum of the readings that have a number; null where none has one.
 *
 * `counted` less than `points` says that the sum is partial. A limit is summed only if every point states
 * one: a sum over some of them would look like the neighbour's limit and be none. The same holds for the
 * utilisation, which also needs every flow.
 */
export function totalOf(readings: readonly Reading[]): Total {
  const rows = summable(readings);
  const known = rows.filter((row) => row.flowMw !== null);
  const flowMw = known.length ? known.reduce((sum, row) => sum + (row.flowMw as number), 0) : null;
  const importLimitMw = sumIfAll(rows.map((row) => row.importLimitMw));
  const exportLimitMw = sumIfAll(rows.map((row) => row.exportLimitMw));
  const stamps = rows.map((row) => row.at);
  return {
    points: rows.length,
    counted: known.length,
    flowMw,
    importLimitMw,
    exportLimitMw,
    direction: directionOf(flowMw),
    utilisation:
      known.length === rows.length ? utilisationOf(flowMw, importLimitMw, exportLimitMw) : null,
    oldest: stamps.length ? Math.min(...stamps) : null,
    newest: stamps.length ? Math.max(...stamps) : null,
  };
}

export function totalsByRegion(readings: readonly Reading[]): ReadonlyMap<Region, Total> {
  const groups = groupBy(summable(readings), (reading) => reading.region);
  return new Map([...groups].map(([region, rows]) => [region, totalOf(rows)]));
}

/** Percent of the limit in the direction of flow; null without a number, without a limit, or at limit zero. */
export function utilisationOf(
  flowMw: number | null,
  importLimitMw: number | null,
  exportLimitMw: number | null,
): number | null {
  if (flowMw === null) return null;
  const limit = flowMw >= 0 ? importLimitMw : exportLimitMw;
  return limit === null || limit === 0 ? null : (Math.abs(flowMw) / Math.abs(limit)) * 100;
}

function sumIfAll(values: readonly (number | null)[]): number | null {
  let sum = 0;
  for (const value of values) {
    if (value === null) return null;
    sum += value;
  }
  return values.length ? sum : null;
}
