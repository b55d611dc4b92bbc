/** One row per external connection point. */

import { REGION_NAMES, type Reading, type Span } from "../api/contract";
import { readingsIn } from "../flow/history";
import { nextSorting, type Sorting, type SortKey } from "../flow/ordering";
import { holesIn, spreadOf } from "../flow/series";
import { utilisationClass } from "../flow/utilisation";
import { DIRECTION_WORDS, limit, NO_NUMBER, percent, signed } from "../flow/words";
import { ageLabel, stampLabel } from "../time/market";
import type { PanelFigures } from "./figures";
import { Sparkline } from "./sparkline";
import type { Selection } from "./view";

interface TableProps {
  readonly rows: readonly Reading[];
  readonly apart: readonly Reading[];
  readonly figures: PanelFigures;
  readonly sorting: Sorting;
  readonly selection: Selection;
  readonly old: boolean;
  readonly onSort: (sorting: Sorting) => void;
  readonly onSelect: (selection: Selection) => void;
}

interface Column {
  readonly key: SortKey;
  readonly words: string;
  readonly name: string;
}

const LEFT: readonly Column[] = [
  { key: "point", words: "Point", name: "point" },
  { key: "region", words: "Neighbour", name: "region" },
  { key: "flow", words: "Flow, MW", name: "flow" },
];
const MIDDLE: readonly Column[] = [
  { key: "importLimit", words: "Import limit", name: "limit" },
  { key: "exportLimit", words: "Export limit", name: "limit" },
  { key: "utilisation", words: "Utilisation", name: "use" },
];

export function PointTable(props: TableProps) {
  const { rows, apart, figures, sorting, onSort, old } = props;
  const heading = (column: Column) => (
    <SortHeading key={column.key} column={column} sorting={sorting} onSort={onSort} />
  );
  const width = figures.ranged ? 10 : 9;
  return (
    <table class="points" data-old={old}>
      <caption class="unseen">
        External connection points of New York. Import into New York is positive.
      </caption>
      <thead>
        <tr>
          {LEFT.map(heading)}
          <th scope="col" class="c-direction">
            Direction
          </th>
          {MIDDLE.map(heading)}
          {figures.ranged && (
            <th scope="col" class="c-spread">
              Low · mean · high
            </th>
          )}
          <th scope="col" class="c-day">
            24 hours
          </th>
          {heading({ key: "age", words: "Age", name: "age" })}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <PointRow key={row.pointId} row={row} {...props} />
        ))}
        {rows.length === 0 && (
          <tr>
            <td colSpan={width} class="nothing">
              No readings here. Widen the time range or choose another neighbour.
            </td>
          </tr>
        )}
      </tbody>
      {apart.length > 0 && (
        <tbody class="apart">
          <tr>
            <th colSpan={width} scope="rowgroup">
              Totals as the operator prints them, not added to anything
            </th>
          </tr>
          {apart.map((row) => (
            <PointRow key={row.pointId} row={row} {...props} />
          ))}
        </tbody>
      )}
    </table>
  );
}

interface SortHeadingProps {
  readonly column: Column;
  readonly sorting: Sorting;
  readonly onSort: (sorting: Sorting) => void;
}

function SortHeading({ column, sorting, onSort }: SortHeadingProps) {
  const active = sorting.key === column.key;
  const order = active ? (sorting.descending ? "descending" : "ascending") : "none";
  return (
    <th scope="col" class={`c-${column.name}`} aria-sort={order}>
      <button type="button" onClick={() => onSort(nextSorting(sorting, column.key))}>
        {column.words}
        <svg class="sort-mark" width="8" height="10" viewBox="0 0 8 10" aria-hidden="true">
          <path d="M4 0L8 4H0Z" data-on={order === "ascending"} />
          <path d="M4 10L0 6H8Z" data-on={order === "descending"} />
        </svg>
      </button>
    </th>
  );
}

function PointRow({ row, figures, selection, onSelect }: TableProps & { readonly row: Reading }) {
  const chosen = selection.kind === "point" && selection.pointId === row.pointId;
  const select = () => onSelect(chosen ? { kind: "all" } : { kind: "point", pointId: row.pointId });
  const age = figures.now === null ? null : figures.now - row.at;
  return (
    <tr data-chosen={chosen} data-point={row.pointId} onClick={select}>
      <th scope="row" class="c-point">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={(event) => {
            event.stopPropagation();
            select();
          }}
        >
          {row.node}
        </button>
        <span class="point-name">{row.pointName}</span>
      </th>
      <td class="c-region">{REGION_NAMES[row.region]}</td>
      <FlowCell row={row} />
      <td class="c-direction">
        <Direction row={row} />
      </td>
      <td class="c-limit">{limit(row.importLimitMw)}</td>
      <td class="c-limit">{limit(row.exportLimitMw)}</td>
      <UseCell row={row} />
      {figures.ranged && <SpreadCell row={row} figures={figures} />}
      <DayCell row={row} figures={figures} />
      <td class="c-age" title={stampLabel(row.at)}>
        {age === null ? NO_NUMBER : ageLabel(age)}
      </td>
    </tr>
  );
}

function FlowCell({ row }: { row: Reading }) {
  return (
    <td class="c-flow">
      {row.flowMw === null ? (
        <span class="nothing">no number</span>
      ) : (
        <span class="number changed" key={`${row.at}/${row.flowMw}`}>
          {signed(row.flowMw)}
        </span>
      )}
    </td>
  );
}

function Direction({ row }: { row: Reading }) {
  if (row.direction === null) return <span class="nothing">{NO_NUMBER}</span>;
  const shaft = { import: "M1 5H13M9 1L13 5L9 9", export: "M13 5H1M5 1L1 5L5 9", zero: "M5 5H9" };
  return (
    <span class="direction" data-direction={row.direction}>
      <svg width="14" height="10" aria-hidden="true">
        <path d={shaft[row.direction]} />
      </svg>
      {DIRECTION_WORDS[row.direction]}
    </span>
  );
}

function UseCell({ row }: { row: Reading }) {
  const full = Math.min(100, row.utilisation ?? 0);
  return (
    <td class="c-use">
      <span class="use">
        <svg viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
          <rect width="100" height="8" class="use-track" data-none={row.utilisation === null} />
          <rect
            width={full}
            height="8"
            class="flow"
            data-use={utilisationClass(row.utilisation).key}
          />
        </svg>
        <span class="number">{percent(row.utilisation)}</span>
      </span>
    </td>
  );
}

function SpreadCell({ row, figures }: { row: Reading; figures: PanelFigures }) {
  const readings = readingsIn(figures.history.get(row.pointId) ?? [], figures.span);
  const spread = spreadOf(readings, figures.cadence);
  return (
    <td class="c-spread number">
      {signed(spread.low)} · {signed(spread.mean)} · {signed(spread.high)}
    </td>
  );
}

function DayCell({ row, figures }: { row: Reading; figures: PanelFigures }) {
  const readings = figures.day.get(row.pointId) ?? [];
  const span: Span = figures.daySpan;
  const spread = spreadOf(readings, figures.cadence);
  const holes = holesIn(readings, span, figures.cadence, figures.newest ?? span.end);
  const said = holes.length === 0 ? "no holes" : `${holes.length} holes`;
  return (
    <td class="c-day">
      <Sparkline readings={readings} span={span} cadence={figures.cadence} holes={holes} />
      <span class="unseen">
        {`lowest ${signed(spread.low)}, highest ${signed(spread.high)}, ${said}`}
      </span>
    </td>
  );
}
