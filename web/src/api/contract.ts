/** What the server answers, word for word, and the small values that the pages make of it. */

export type Region = "PJM" | "ISO-NE" | "IESO" | "HQ";
export type Direction = "import" | "export" | "zero";

/** Neighbours of New York in the order in which the desk reads them: north-west, round by east. */
export const REGIONS: readonly Region[] = ["IESO", "HQ", "ISO-NE", "PJM"];

export const REGION_NAMES: Readonly<Record<Region, string>> = {
  IESO: "Ontario",
  HQ: "Hydro-Québec",
  "ISO-NE": "New England",
  PJM: "PJM",
};

/** The feed that carries New York's interface flows. */
export const FLOW_FEED = "iso.rt.interface_flow.nyiso";

export interface FlowRow {
  readonly timestamp: string;
  readonly interface_name: string;
  readonly interface_id: string;
  readonly region: Region;
  readonly node_name: string;
  readonly flow_mw: number | null;
  readonly direction: Direction | null;
  readonly positive_limit_mw: number | null;
  readonly negative_limit_mw: number | null;
  readonly utilization_percent: number | null;
  readonly is_total: boolean;
}

export interface Status {
  readonly now_utc: string;
  readonly version: string;
  readonly mode: "live" | "emulated" | "samples";
  readonly speed: number;
  readonly sequence: number;
  readonly publisher_reachable: boolean;
}

export type GapCause =
  | "not_collected"
  | "not_yet_due"
  | "late_upstream"
  | "missing_upstream"
  | "empty_200"
  | "fetch_failed"
  | "quarantined"
  | "lost_by_us"
  | "not_applicable";

export interface Gap {
  readonly feed: string;
  readonly report: string;
  readonly start_utc: string;
  readonly end_utc: string;
  readonly cause: GapCause;
  readonly missing: number;
}

export interface LastError {
  readonly error: string;
  readonly cause: string;
  readonly text: string;
  readonly at_utc: string;
}

export type FeedStateName = "ok" | "late" | "stale" | "down" | "idle";

export interface ReportState {
  readonly report: string;
  readonly title: string;
  readonly state: FeedStateName;
  readonly every_seconds: number | null;
  readonly last_fetch_utc: string | null;
  readonly last_new_utc: string | null;
  readonly high_watermark_utc: string | null;
  readonly contiguous_watermark_utc: string | null;
  readonly rows: number;
  readonly entries: number;
  readonly rejected: number;
  readonly last_error: LastError | null;
}

export interface FeedState {
  readonly feed: string;
  readonly dataset: string;
  readonly publisher: string;
  readonly title: string;
  readonly state: FeedStateName;
  readonly age_seconds: number | null;
  readonly rows: number;
  readonly gaps: number;
  readonly reports: readonly ReportState[];
}

export interface Commit {
  readonly sequence: number;
  readonly feed: string;
  readonly report: string;
  readonly slice: string;
  readonly rows: number;
  readonly known_at_utc: string;
  readonly stamp_max_utc: string | null;
}

export interface Failure {
  readonly feed: string;
  readonly report: string;
  readonly error: string;
  readonly cause: string;
  readonly text: string;
  readonly at_utc: string;
}

/** What an answer says of itself. A header that is absent or unreadable is null: not known. */
export interface Certificate {
  readonly complete: boolean | null;
  readonly expected: number | null;
  readonly received: number | null;
  readonly notYetDue: number;
  readonly sequence: number | null;
  readonly truncated: boolean;
}

/** One reading of one connection point. Import is positive; the export limit is a negative number. */
export interface Reading {
  readonly pointId: string;
  readonly pointName: string;
  readonly node: string;
  readonly region: Region;
  readonly isTotal: boolean;
  readonly at: number;
  readonly flowMw: number | null;
  readonly direction: Direction | null;
  readonly importLimitMw: number | null;
  readonly exportLimitMw: number | null;
  readonly utilisation: number | null;
}

/** A half-open span of instants, in milliseconds of the epoch. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

export function readingOf(row: FlowRow): Reading {
  return {
    pointId: row.interface_id,
    pointName: row.interface_name,
    node: row.node_name,
    region: row.region,
    isTotal: row.is_total,
    at: Date.parse(row.timestamp),
    flowMw: row.flow_mw,
    direction: row.direction ?? directionOf(row.flow_mw),
    importLimitMw: row.positive_limit_mw,
    exportLimitMw: row.negative_limit_mw,
    utilisation: row.utilization_percent,
  };
}

/** Direction of a flow in the panel's sign; null where there is no number. */
export function directionOf(flowMw: number | null): Direction | null {
  if (flowMw === null) return null;
  if (flowMw === 0) return "zero";
  return flowMw > 0 ? "import" : "export";
}
