/** The chart of what is selected, with a readout that pointer and arrow keys move. */

import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import type uPlot from "uplot";
import { REGION_NAMES, type Reading } from "../api/contract";
import { type Hole, namedHoles } from "../flow/condition";
import { readingsIn } from "../flow/history";
import { holesIn, pointSeries, type Series, sumSeries } from "../flow/series";
import { summable } from "../flow/totals";
import { limit, signed } from "../flow/words";
import type { Theme } from "../shell/theme";
import { stampLabel, wallTime } from "../time/market";
import type { PanelFigures } from "./figures";
import { drawPlot } from "./plot";
import type { Selection } from "./view";
import { useWidth } from "./width";

interface ChartProps {
  readonly figures: PanelFigures;
  readonly selection: Selection;
  readonly theme: Theme;
  readonly old: boolean;
}

const HEIGHT = 252;
const TABLE_ROWS = 300;

export function Chart({ figures, selection, theme, old }: ChartProps) {
  const { title, sub, points } = subject(figures, selection);
  const { history, span, cadence, newest, stretch } = figures;
  const drawn = useMemo(() => {
    const inside = points.map((id) => readingsIn(history.get(id) ?? [], span));
    const series =
      inside.length === 1 ? pointSeries(inside[0] ?? [], cadence) : sumSeries(inside, cadence);
    const spans = points.map((id) =>
      holesIn(history.get(id) ?? [], span, cadence, newest ?? span.end),
    );
    return { series, holes: namedHoles(spans, stretch?.gaps ?? []) };
  }, [history, span.start, span.end, cadence, newest, stretch, points.join()]);
  const [index, setIndex] = useState<number | null>(null);
  const at = index ?? lastKnown(drawn.series);
  return (
    <section class="card chart" data-old={old} aria-labelledby="chart-title">
      <header>
        <h2 id="chart-title">{title}</h2>
        <p class="sub">{sub}</p>
      </header>
      <Readout series={drawn.series} index={at} />
      <Plot {...drawn} span={span} theme={theme} index={index} onIndex={setIndex} words={title} />
      <ReadingsTable series={drawn.series} />
    </section>
  );
}

/** What is drawn. A point that printed no number in the whole span is left out of a sum, and that is said. */
function subject(figures: PanelFigures, selection: Selection) {
  const rows = summable(figures.readings);
  if (selection.kind === "point") {
    const row = figures.readings.find((each) => each.pointId === selection.pointId);
    return {
      title: row ? row.node : "Connection point",
      sub: row ? `${row.pointName} · ${REGION_NAMES[row.region]}` : "not among the rows shown",
      points: [selection.pointId],
    };
  }
  const summed = (title: string, chosen: readonly Reading[]) => {
    const points = chosen.map((row) => row.pointId).filter((id) => hasNumber(figures, id));
    const all = `${chosen.length} connection ${chosen.length === 1 ? "point" : "points"}`;
    const words = points.length < chosen.length ? `${points.length} of ${all}` : all;
    return { title, sub: `net of ${words}`, points };
  };
  if (selection.kind === "region") {
    const chosen = rows.filter((row) => row.region === selection.region);
    return summed(REGION_NAMES[selection.region], chosen);
  }
  return summed("New York net", rows);
}

function hasNumber({ history, span }: PanelFigures, pointId: string): boolean {
  return readingsIn(history.get(pointId) ?? [], span).some((reading) => reading.flowMw !== null);
}

function lastKnown(series: Series): number | null {
  const index = series.flow.findLastIndex((flow) => flow !== null);
  return index < 0 ? null : index;
}

function readoutWords(series: Series, index: number | null): string {
  const at = index === null ? undefined : series.at[index];
  if (index === null || at === undefined) return "No readings in this span";
  const flow = series.flow[index] ?? null;
  return `${stampLabel(at)}, ${flow === null ? "no number" : `${signed(flow)} MW`}`;
}

function Readout({ series, index }: { series: Series; index: number | null }) {
  const at = index === null ? undefined : series.at[index];
  if (index === null || at === undefined) {
    return <p class="readout nothing">No readings in this span</p>;
  }
  const flow = series.flow[index] ?? null;
  return (
    <p class="readout">
      <strong class="number">{flow === null ? "no number" : `${signed(flow)} MW`}</strong>
      <span>
        {stampLabel(at)} <span class="utc">{new Date(at).toISOString().slice(11, 16)} UTC</span>
      </span>
      <span class="limits">
        <svg width="18" height="6" aria-hidden="true">
          <line x1="0" y1="3" x2="18" y2="3" class="limit-key" />
        </svg>
        {limitWords(series.importLimit[index] ?? null, series.exportLimit[index] ?? null)}
      </span>
    </p>
  );
}

function limitWords(importLimit: number | null, exportLimit: number | null): string {
  if (importLimit === null && exportLimit === null) return "no limit stated";
  return `limits ${limit(importLimit)} / ${limit(exportLimit)}`;
}

interface PlotProps {
  readonly series: Series;
  readonly holes: readonly Hole[];
  readonly span: { readonly start: number; readonly end: number };
  readonly theme: Theme;
  readonly index: number | null;
  readonly words: string;
  readonly onIndex: (index: number | null) => void;
}

function Plot({ series, holes, span, theme, index, words, onIndex }: PlotProps) {
  const [frame, width] = useWidth(600);
  const plot = useRef<uPlot | null>(null);
  useEffect(() => {
    const element = frame.current;
    if (!element) return;
    plot.current = drawPlot(element, { series, holes, span }, { width, height: HEIGHT }, onIndex);
    return () => {
      plot.current?.destroy();
      plot.current = null;
    };
  }, [series, holes, span.start, span.end, width, theme]);

  const move = (event: KeyboardEvent): void => {
    const last = series.at.length - 1;
    const from = index ?? last;
    const to = {
      ArrowLeft: from - 1,
      ArrowRight: from + 1,
      PageUp: from + 12,
      PageDown: from - 12,
      Home: 0,
      End: last,
    }[event.key];
    if (to === undefined || last < 0) return;
    event.preventDefault();
    const next = Math.min(last, Math.max(0, to));
    const left = plot.current?.valToPos(series.at[next] as number, "x") ?? 0;
    plot.current?.setCursor({ left, top: 10 });
    onIndex(next);
  };
  const shown = index ?? lastKnown(series) ?? 0;
  const zones = [...new Set([wallTime(span.start).zone, wallTime(span.end).zone])].join(" / ");
  return (
    <>
      <div
        class="plot"
        ref={frame}
        role="slider"
        tabIndex={0}
        aria-label={`${words}, reading in time`}
        aria-valuemin={0}
        aria-valuemax={Math.max(0, series.at.length - 1)}
        aria-valuenow={shown}
        aria-valuetext={readoutWords(series, index ?? lastKnown(series))}
        onKeyDown={move}
      />
      <p class="axis-words">MW, import positive · New York time ({zones})</p>
    </>
  );
}

function ReadingsTable({ series }: { series: Series }) {
  const [open, setOpen] = useState(false);
  const rows = series.at.map((at, i) => ({ at, flow: series.flow[i] ?? null })).reverse();
  const shown = rows.slice(0, TABLE_ROWS);
  return (
    <details class="readings" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>Readings as a table</summary>
      {open && (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the keyboard
        <section class="scroll" tabIndex={0} aria-label="Readings">
          <table>
            <thead>
              <tr>
                <th scope="col">New York time</th>
                <th scope="col">UTC</th>
                <th scope="col">Flow, MW</th>
              </tr>
            </thead>
            <tbody>
              {shown.map((row) => (
                <tr key={row.at}>
                  <td>{stampLabel(row.at)}</td>
                  <td>{new Date(row.at).toISOString().slice(0, 16).replace("T", " ")}</td>
                  <td class="number">{row.flow === null ? "no number" : signed(row.flow)}</td>
                </tr>
              ))}
            </tbody>
          </table>
          {rows.length > shown.length && (
            <p class="nothing">
              The newest {TABLE_ROWS} of {rows.length} readings.
            </p>
          )}
        </section>
      )}
    </details>
  );
}
