/** What the reader has chosen, kept in the address so that it can be shared and survives a reload. */

import { REGIONS, type Region } from "../api/contract";
import { FIRST_SORTING, type Sorting, type SortKey } from "../flow/ordering";

export type Range =
  | { readonly kind: "latest" | "hour" | "day" }
  | { readonly kind: "custom"; readonly start: number; readonly end: number };

/** What the chart shows: one connection point, one neighbour, or New York's net. */
export type Selection =
  | { readonly kind: "all" }
  | { readonly kind: "region"; readonly region: Region }
  | { readonly kind: "point"; readonly pointId: string };

export interface View {
  readonly regions: ReadonlySet<Region>;
  readonly sorting: Sorting;
  readonly range: Range;
  readonly selection: Selection;
}

const SORT_KEYS: readonly SortKey[] = [
  "point",
  "region",
  "flow",
  "importLimit",
  "exportLimit",
  "utilisation",
  "age",
];

/** Read the view from a query string; what it does not say, or says wrongly, is the first choice. */
export function readView(query: string): View {
  const said = new URLSearchParams(query);
  const regions = new Set(REGIONS.filter((region) => said.getAll("region").includes(region)));
  const key = SORT_KEYS.find((each) => each === said.get("sort"));
  const sorting = key ? { key, descending: said.get("order") === "desc" } : FIRST_SORTING;
  return { regions, sorting, range: readRange(said), selection: readSelection(said.get("show")) };
}

function readRange(said: URLSearchParams): Range {
  const kind = said.get("range");
  if (kind === "hour" || kind === "day") return { kind };
  const start = Date.parse(said.get("from") ?? "");
  const end = Date.parse(said.get("to") ?? "");
  if (kind === "custom" && start < end) return { kind, start, end };
  return { kind: "latest" };
}

function readSelection(said: string | null): Selection {
  const region = REGIONS.find((each) => each === said);
  if (region) return { kind: "region", region };
  return said ? { kind: "point", pointId: said } : { kind: "all" };
}

export function writeView(view: View): string {
  const query = new URLSearchParams();
  for (const region of view.regions) query.append("region", region);
  const { key, descending } = view.sorting;
  if (key !== FIRST_SORTING.key || descending !== FIRST_SORTING.descending) {
    query.set("sort", key);
    query.set("order", descending ? "desc" : "asc");
  }
  if (view.range.kind !== "latest") query.set("range", view.range.kind);
  if (view.range.kind === "custom") {
    query.set("from", new Date(view.range.start).toISOString());
    query.set("to", new Date(view.range.end).toISOString());
  }
  if (view.selection.kind === "region") query.set("show", view.selection.region);
  if (view.selection.kind === "point") query.set("show", view.selection.pointId);
  const text = query.toString();
  return text ? `?${text}` : "";
}
