/** New York's market time on labels; instants underneath.
 *
 * On the last day of summer time the hour 01 comes twice, first EDT, then EST. Everything here starts from
 * an instant, so the two are never confused, and each label carries its abbreviation.
 */

const MARKET_ZONE = "America/New_York";
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

const FORMAT = new Intl.DateTimeFormat("en-US", {
  timeZone: MARKET_ZONE,
  hourCycle: "h23",
  hour: "2-digit",
  timeZoneName: "short",
});

interface Offset {
  readonly behind: number;
  readonly zone: string;
}

/** Offsets by hour of the epoch: asking the platform is dear, and the zone changes only at whole hours. */
const OFFSETS = new Map<number, Offset>();

function offsetAt(instant: number): Offset {
  const hour = Math.floor(instant / HOUR);
  const kept = OFFSETS.get(hour);
  if (kept) return kept;
  const parts = FORMAT.formatToParts(hour * HOUR);
  const said = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  const behind = ((hour % 24) - Number(said("hour")) + 24) % 24;
  const offset = { behind: behind * HOUR, zone: said("timeZoneName") };
  OFFSETS.set(hour, offset);
  return offset;
}

export interface WallTime {
  readonly day: string;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly zone: string;
}

/** What a wall clock in New York shows at an instant. */
export function wallTime(instant: number): WallTime {
  const { behind, zone } = offsetAt(instant);
  const shown = new Date(instant - behind);
  return {
    day: shown.toISOString().slice(0, 10),
    hour: shown.getUTCHours(),
    minute: shown.getUTCMinutes(),
    second: shown.getUTCSeconds(),
    zone,
  };
}

const two = (n: number): string => String(n).padStart(2, "0");

/** `01:35 EST` */
export function clockLabel(instant: number): string {
  const wall = wallTime(instant);
  return `${two(wall.hour)}:${two(wall.minute)} ${wall.zone}`;
}

/** `01:35:07 EST` */
export function secondsLabel(instant: number): string {
  const wall = wallTime(instant);
  return `${two(wall.hour)}:${two(wall.minute)}:${two(wall.second)} ${wall.zone}`;
}

/** `2026-11-01 01:35 EST` */
export function stampLabel(instant: number): string {
  return `${wallTime(instant).day} ${clockLabel(instant)}`;
}

/** `01:35 to 02:10 EST`, with the day where it is not the day of `beside`, and both zones where they differ. */
export function spanLabel(start: number, end: number, beside: number): string {
  const from = wallTime(start);
  const to = wallTime(end);
  const left = `${two(from.hour)}:${two(from.minute)}`;
  const first = from.zone === to.zone ? left : `${left} ${from.zone}`;
  const second = from.day === to.day ? clockLabel(end) : stampLabel(end);
  const text = `${first} to ${second}`;
  return from.day === wallTime(beside).day ? text : `${from.day} ${text}`;
}

/** How long ago, in words short enough for a table cell. */
export function ageLabel(milliseconds: number): string {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return `${hours} h ${two(minutes % 60)} min`;
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Instants at which a New York wall clock shows `YYYY-MM-DDTHH:MM`: none, one, or two in the repeated hour. */
export function instantsAt(local: string): readonly number[] {
  const naive = naiveAt(local);
  if (naive === null) return [];
  return [4 * HOUR, 5 * HOUR]
    .map((behind) => naive + behind)
    .filter((instant) => localInput(instant) === local);
}

/** The instant for one end of a span: the outer one where the hour comes twice, the first after the skip where it is missing. */
export function boundAt(local: string, end: "start" | "end"): number | null {
  const found = instantsAt(local);
  if (found.length > 0) return (end === "start" ? found[0] : found.at(-1)) ?? null;
  const naive = naiveAt(local);
  if (naive === null) return null;
  return Math.floor((naive + 5 * HOUR) / HOUR) * HOUR;
}

/** The digits of a wall time, read as if they were UTC; null for anything else, which `Date` would guess at. */
function naiveAt(local: string): number | null {
  const naive = /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(local) ? Date.parse(`${local}:00Z`) : NaN;
  return Number.isNaN(naive) ? null : naive;
}

/** A wall time as a browser's date-and-time field writes it: `2026-11-01T01:35`. */
export function localInput(instant: number): string {
  const wall = wallTime(instant);
  return `${wall.day}T${two(wall.hour)}:${two(wall.minute)}`;
}

const STEPS = [
  5 * MINUTE,
  10 * MINUTE,
  15 * MINUTE,
  30 * MINUTE,
  HOUR,
  2 * HOUR,
  3 * HOUR,
  6 * HOUR,
  12 * HOUR,
  DAY,
  2 * DAY,
  7 * DAY,
];

/** Round market times inside a span, at most `most` of them, as instants.
 *
 * Offsets are whole hours, so steps up to an hour lie on UTC multiples and the repeated hour has its ticks
 * twice; longer steps are taken at wall hours, so midnight stays midnight over a change.
 */
export function marketTicks(start: number, end: number, most: number): readonly number[] {
  const step = STEPS.find((size) => (end - start) / size <= most) ?? 14 * DAY;
  const every = Math.min(step, HOUR);
  const ticks: number[] = [];
  for (let at = Math.ceil(start / every) * every; at <= end; at += every) {
    if (step <= HOUR || isOnStep(at, step)) ticks.push(at);
  }
  return ticks;
}

function isOnStep(instant: number, step: number): boolean {
  const wall = wallTime(instant);
  if (step < DAY) return wall.hour % (step / HOUR) === 0;
  const dayNumber = Date.parse(`${wall.day}T00:00:00Z`) / DAY;
  return wall.hour === 0 && dayNumber % (step / DAY) === 0;
}

/** Labels for ticks: the time, the day at midnight, and the zone wherever it differs inside the span. */
export function tickLabels(ticks: readonly number[]): readonly string[] {
  const walls = ticks.map(wallTime);
  const zones = new Set(walls.map((wall) => wall.zone));
  return walls.map((wall) => {
    if (wall.hour === 0 && wall.minute === 0) return wall.day.slice(5);
    const time = `${two(wall.hour)}:${two(wall.minute)}`;
    return zones.size > 1 ? `${time} ${wall.zone}` : time;
  });
}
