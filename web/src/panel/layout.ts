/** Where each band of the flow diagram lies: pure geometry, in pixels of the drawing.
 *
 * Wide: Ontario and PJM at the left, Quebec above, New England at the right. Narrow: all bands upright, two
 * neighbours above New York and two below, so that the text keeps its size on a phone.
 */

import { REGIONS, type Reading, type Region } from "../api/contract";
import { capacityOf, sortReadings } from "../flow/ordering";

export type Side = "left" | "right" | "top" | "bottom";

/** One connection point. `x, y` is the middle of the neighbour's end; the band runs `length` towards New York. */
export interface Band {
  readonly reading: Reading;
  readonly side: Side;
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly thickness: number;
  readonly pipe: number | null;
}

export interface Bus {
  readonly region: Region;
  readonly side: Side;
  readonly x: number;
  readonly y: number;
  readonly length: number;
  readonly heading: { readonly x: number; readonly y: number; readonly anchor: "start" | "end" };
}

export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Layout {
  readonly width: number;
  readonly height: number;
  readonly narrow: boolean;
  readonly home: Box;
  readonly buses: readonly Bus[];
  readonly bands: readonly Band[];
}

const NARROW_BELOW = 600;
const MARGIN = 4;
const LABEL = 17;
const HEADING = 26;
const ROW_GAP = 18;
const GROUP_GAP = 34;
const LETTER = 7.6;

type Groups = Readonly<Record<Region, readonly Reading[]>>;

export function layOut(readings: readonly Reading[], width: number): Layout {
  const ordered = sortReadings(readings, { key: "region", descending: false });
  const of = (region: Region) => ordered.filter((reading) => reading.region === region);
  const groups: Groups = {
    IESO: of("IESO"),
    HQ: of("HQ"),
    "ISO-NE": of("ISO-NE"),
    PJM: of("PJM"),
  };
  return width < NARROW_BELOW ? narrowLayout(groups, width) : wideLayout(groups, width);
}

/** Pixels per megawatt: one scale for all bands, so that widths can be compared. */
export function scaleOf(readings: readonly Reading[], thickest: number): number {
  const most = Math.max(1, ...readings.map(extentOf));
  return thickest / most;
}

function extentOf(reading: Reading): number {
  return Math.max(capacityOf(reading), Math.abs(reading.flowMw ?? 0));
}

/** Limit in the direction of flow; without flow the import limit. */
export function limitAhead(reading: Reading): number | null {
  return (reading.flowMw ?? 0) < 0 ? reading.exportLimitMw : reading.importLimitMw;
}

function bandAt(
  reading: Reading,
  scale: number,
  place: Pick<Band, "side" | "x" | "y" | "length">,
): Band {
  const limit = limitAhead(reading);
  const flow = Math.abs(reading.flowMw ?? 0);
  return {
    reading,
    ...place,
    thickness: flow === 0 ? 0 : Math.max(1.5, flow * scale),
    pipe: limit === null ? null : Math.max(3, Math.abs(limit) * scale),
  };
}

function wideLayout(groups: Groups, width: number): Layout {
  const all = Object.values(groups).flat();
  const scale = scaleOf(all, 42);
  const homeWidth = Math.round(width * 0.42);
  const homeX = Math.round((width - homeWidth) / 2);
  const homeY = 176;
  const rowHeight = (reading: Reading) => LABEL + Math.max(8, extentOf(reading) * scale) + ROW_GAP;
  const groupHeight = (rows: readonly Reading[]) =>
    rows.length ? HEADING + rows.reduce((sum, row) => sum + rowHeight(row), 0) : 0;
  const leftHeight = groupHeight(groups.IESO) + GROUP_GAP + groupHeight(groups.PJM);
  const rightHeight = groupHeight(groups["ISO-NE"]);
  const top = homeY - 56;
  const homeHeight = Math.max(240, top + Math.max(leftHeight, rightHeight) - homeY);
  const home = { x: homeX, y: homeY, width: homeWidth, height: homeHeight };
  const buses: Bus[] = [];
  const bands: Band[] = [];

  const stack = (region: Region, side: "left" | "right", from: number): number => {
    const rows = groups[region];
    const busX = side === "left" ? MARGIN : width - MARGIN;
    const length = homeX - MARGIN;
    const start = from + HEADING;
    let y = start;
    for (const reading of rows) {
      const extent = Math.max(8, extentOf(reading) * scale);
      bands.push(bandAt(reading, scale, { side, x: busX, y: y + LABEL + extent / 2, length }));
      y += rowHeight(reading);
    }
    const anchor = side === "left" ? "start" : "end";
    const heading = { x: busX, y: from + 15, anchor } as const;
    if (rows.length) {
      buses.push({ region, side, x: busX, y: start, length: y - start - ROW_GAP + 4, heading });
    }
    return y;
  };

  const below = stack("IESO", "left", top);
  stack("PJM", "left", Math.max(below + GROUP_GAP, homeY + homeHeight - groupHeight(groups.PJM)));
  stack("ISO-NE", "right", homeY + (homeHeight - rightHeight) / 2 - HEADING / 2);
  upright(groups.HQ, "HQ", "top", home, { x: homeX, width: homeWidth, busY: 40 }, scale).forEach(
    (item) => {
      if ("reading" in item) bands.push(item);
      else buses.push(item);
    },
  );
  return { width, height: homeY + homeHeight + 6, narrow: false, home, buses, bands };
}

/** Bands of one neighbour side by side, upright, between its bus and New York. */
function upright(
  rows: readonly Reading[],
  region: Region,
  side: "top" | "bottom",
  home: Box,
  place: { readonly x: number; readonly width: number; readonly busY: number },
  scale: number,
): readonly (Band | Bus)[] {
  if (rows.length === 0) return [];
  const pitch = place.width / rows.length;
  const needs = rows.map((row) => extentOf(row) * scale + Math.max(8, row.node.length) * LETTER);
  const share = place.width / needs.reduce((sum, need) => sum + need, 0);
  const starts = needs.map((_, i) => needs.slice(0, i).reduce((sum, need) => sum + need, 0));
  const edge = side === "top" ? home.y : home.y + home.height;
  const length = Math.abs(edge - place.busY);
  const narrow = home.width > place.width || home.x === 0;
  const bands = rows.map((reading, i) =>
    bandAt(reading, scale, {
      side,
      x: narrow
        ? place.x + pitch * (i + 0.5)
        : place.x + (starts[i] ?? 0) * share + Math.max(6, (extentOf(reading) * scale) / 2) + 7,
      y: place.busY,
      length,
    }),
  );
  const heading = {
    x: place.x + (narrow ? 4 : 0),
    y: side === "top" ? (narrow ? 14 : place.busY - 13) : place.busY + 70,
    anchor: "start",
  } as const;
  const bus = {
    region,
    side,
    x: place.x + 2,
    y: place.busY,
    length: place.width - 4,
    heading,
  };
  return [...bands, bus];
}

function narrowLayout(groups: Groups, width: number): Layout {
  const scale = scaleOf(Object.values(groups).flat(), 26);
  const busTop = 76;
  const home = { x: 0, y: busTop + 76, width, height: 104 };
  const busBottom = home.y + home.height + 76;
  const rows: Record<"top" | "bottom", readonly Region[]> = {
    top: ["IESO", "HQ"],
    bottom: ["PJM", "ISO-NE"],
  };
  const buses: Bus[] = [];
  const bands: Band[] = [];
  for (const side of ["top", "bottom"] as const) {
    const regions = rows[side].filter((region) => groups[region].length > 0);
    const shares = regions.map((region) => Math.max(groups[region].length, 1.4));
    const whole = shares.reduce((a, b) => a + b, 0) || 1;
    let x = 0;
    regions.forEach((region, i) => {
      const share = ((shares[i] ?? 0) / whole) * width;
      const place = { x, width: share, busY: side === "top" ? busTop : busBottom };
      for (const item of upright(groups[region], region, side, home, place, scale)) {
        if ("reading" in item) bands.push(item);
        else buses.push(item);
      }
      x += share;
    });
  }
  return { width, height: busBottom + 80, narrow: true, home, buses, bands };
}

/** An arrow of a given length and thickness along x, from 0; `ahead` false turns it round. */
export function arrowPath(length: number, thickness: number, ahead: boolean): string {
  const half = thickness / 2;
  const wing = half + Math.max(3, Math.min(6, half));
  const head = Math.min(length / 2, wing * 1.25 + 3);
  const along = (x: number): string => (ahead ? x : length - x).toFixed(1);
  const corner = (x: number, y: number): string => `${along(x)} ${y.toFixed(1)}`;
  const neck = length - head;
  return [
    `M${corner(0, -half)}`,
    `L${corner(neck, -half)}`,
    `L${corner(neck, -wing)}`,
    `L${corner(length, 0)}`,
    `L${corner(neck, wing)}`,
    `L${corner(neck, half)}`,
    `L${corner(0, half)}Z`,
  ].join("");
}

/** Turn of a band's own x axis, which points from the neighbour to New York. */
export const TURN: Readonly<Record<Side, number>> = { left: 0, top: 90, right: 180, bottom: -90 };

/** Outline of New York State, degrees east and north, coarse: a mark in the background, not a map. */
const OUTLINE: readonly (readonly [number, number])[] = [
  [-79.76, 42.27],
  [-79.15, 42.55],
  [-78.88, 42.87],
  [-79.05, 43.26],
  [-77.9, 43.37],
  [-77.3, 43.28],
  [-76.6, 43.46],
  [-76.2, 43.55],
  [-76.25, 43.95],
  [-76.35, 44.15],
  [-75.8, 44.45],
  [-75.1, 44.9],
  [-74.7, 45.0],
  [-73.35, 45.01],
  [-73.38, 44.5],
  [-73.43, 43.75],
  [-73.25, 43.55],
  [-73.27, 42.75],
  [-73.5, 42.05],
  [-73.5, 41.25],
  [-73.68, 41.0],
  [-73.78, 40.85],
  [-73.1, 40.97],
  [-72.6, 40.98],
  [-72.25, 41.16],
  [-72.4, 40.95],
  [-71.87, 41.07],
  [-72.5, 40.8],
  [-73.5, 40.58],
  [-74.0, 40.57],
  [-74.25, 40.5],
  [-74.03, 40.72],
  [-73.9, 40.99],
  [-74.7, 41.36],
  [-75.05, 41.6],
  [-75.36, 42.0],
  [-79.76, 42.0],
];

/** The outline, fitted into a box. */
export function outlinePath(box: Box): string {
  const squeeze = Math.cos((43 * Math.PI) / 180);
  const points = OUTLINE.map(([east, north]) => [(east + 79.76) * squeeze, 45.01 - north] as const);
  const wide = Math.max(...points.map(([x]) => x));
  const high = Math.max(...points.map(([, y]) => y));
  const scale = Math.min(box.width / wide, box.height / high);
  const left = box.x + (box.width - wide * scale) / 2;
  const top = box.y + (box.height - high * scale) / 2;
  const at = points.map(
    ([x, y]) => `${(left + x * scale).toFixed(1)} ${(top + y * scale).toFixed(1)}`,
  );
  return `M${at.join("L")}Z`;
}

/** Neighbours that have at least one band. */
export function regionsShown(readings: readonly Reading[]): readonly Region[] {
  return REGIONS.filter((region) => readings.some((reading) => reading.region === region));
}
