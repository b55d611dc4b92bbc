/** Everything the panel draws, worked out once from what the desk holds and what the reader chose. */

import { type FeedState, FLOW_FEED, type Reading, type Span } from "../api/contract";
import { type Condition, cadenceOf, conditionOf, type Hole, namedHoles } from "../flow/condition";
import {
  EMPTY_HISTORY,
  type History,
  newestReadings,
  newestStamp,
  readingsIn,
} from "../flow/history";
import { inRegions } from "../flow/ordering";
import { holesIn } from "../flow/series";
import { summable } from "../flow/totals";
import type { StationState } from "../shell/station";
import { DAY_MS, type DeskState, type Stretch } from "./desk";
import type { View } from "./view";

const HOUR_MS = 3_600_000;

export interface PanelFigures {
  readonly now: number | null;
  readonly cadence: number;
  readonly feed: FeedState | null;
  readonly newest: number | null;
  readonly readings: readonly Reading[];
  readonly history: History;
  readonly span: Span;
  readonly ranged: boolean;
  readonly day: History;
  readonly daySpan: Span;
  readonly holes: readonly Hole[];
  readonly stretch: Stretch | null;
  readonly condition: Condition;
}

export function figuresOf(
  view: View,
  station: StationState,
  desk: DeskState,
  now: number | null,
): PanelFigures {
  const feed = station.feeds?.find((each) => each.feed === FLOW_FEED) ?? null;
  const cadence = cadenceOf(feed);
  const end = now === null ? 0 : Math.ceil(now / cadence) * cadence;
  const daySpan = { start: end - DAY_MS, end };
  const custom = view.range.kind === "custom";
  const stretch = custom ? desk.asked : desk.day;
  const span = spanOf(view, daySpan);
  const history = stretch?.history ?? EMPTY_HISTORY;
  const newest = newestStamp(desk.latest);
  const readings = readingsOf(view, desk, history, span);
  const shown = inRegions(summable(readings), view.regions);
  const holesByPoint = shown.map((row) =>
    holesIn(history.get(row.pointId) ?? [], span, cadence, newest ?? span.end),
  );
  const holes = stretch ? namedHoles(holesByPoint, stretch.gaps) : [];
  const loaded = desk.day !== null && station.feeds !== null && !(custom && desk.asking);
  const condition = conditionOf({
    loaded,
    failure: station.trouble ?? desk.trouble,
    serverNow: now,
    newest,
    cadence,
    feed,
    publisherReachable: station.status?.publisher_reachable ?? true,
    holes,
  });
  return {
    now,
    cadence,
    feed,
    newest,
    readings,
    history,
    span,
    ranged: view.range.kind !== "latest",
    day: desk.day?.history ?? EMPTY_HISTORY,
    daySpan,
    holes,
    stretch,
    condition,
  };
}

function spanOf(view: View, day: Span): Span {
  if (view.range.kind === "custom") return { start: view.range.start, end: view.range.end };
  return view.range.kind === "hour" ? { start: day.end - HOUR_MS, end: day.end } : day;
}

/** The newest of each point, or in a range the newest of each point inside it. */
function readingsOf(view: View, desk: DeskState, history: History, span: Span): readonly Reading[] {
  if (view.range.kind === "latest") return desk.latest;
  const inside = new Map([...history].map(([id, rows]) => [id, readingsIn(rows, span)] as const));
  return newestReadings(inside);
}
