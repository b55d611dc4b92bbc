/** The drawn chart: uPlot with market time below, holes hatched, limits as steps. */

import uPlot from "uplot";
import type { Span } from "../api/contract";
import { CAUSE_WORDS, type Hole } from "../flow/condition";
import type { Series } from "../flow/series";
import { plain } from "../flow/words";
import { marketTicks, tickLabels } from "../time/market";

export interface PlotFacts {
  readonly series: Series;
  readonly span: Span;
  readonly holes: readonly Hole[];
}

interface Ink {
  readonly text: string;
  readonly line: string;
  readonly grid: string;
  readonly limit: string;
  readonly hole: string;
  readonly font: string;
}

const TICK_PIXELS = 62;

function inkOf(element: Element): Ink {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    text: token("--ink-soft"),
    line: token("--accent"),
    grid: token("--rule"),
    limit: token("--limit"),
    hole: token("--hole"),
    font: `11px ${style.fontFamily}`,
  };
}

export function drawPlot(
  frame: HTMLElement,
  facts: PlotFacts,
  size: { readonly width: number; readonly height: number },
  onCursor: (index: number | null) => void,
): uPlot {
  const ink = inkOf(frame);
  const steps = uPlot.paths.stepped?.({ align: 1 });
  const limitLine = {
    stroke: ink.limit,
    width: 1.25,
    dash: [5, 4],
    points: { show: false },
    ...(steps ? { paths: steps } : {}),
  };
  const options: uPlot.Options = {
    ...size,
    padding: [10, 10, 0, 0],
    legend: { show: false },
    cursor: { y: false, drag: { x: false, y: false }, points: { size: 7 } },
    scales: {
      x: { time: false, range: () => [facts.span.start, facts.span.end] },
      y: { range: (_plot, low, high) => padded(low, high) },
    },
    axes: [timeAxis(ink), valueAxis(ink)],
    series: [
      {},
      { stroke: ink.line, width: 1.75, spanGaps: false, points: { size: 4, fill: ink.line } },
      limitLine,
      limitLine,
    ],
    hooks: {
      drawClear: [(plot) => hatchHoles(plot, facts.holes, ink)],
      drawAxes: [(plot) => zeroLine(plot, ink)],
      setCursor: [(plot) => onCursor(plot.cursor.idx ?? null)],
    },
  };
  const { at, flow, importLimit, exportLimit } = facts.series;
  const data = [at, flow, importLimit, exportLimit].map((column) => [...column]);
  return new uPlot(options, data as uPlot.AlignedData, frame);
}

function padded(low: number | null, high: number | null): [number, number] {
  const from = Math.min(0, low ?? 0);
  const to = Math.max(0, high ?? 0);
  const room = (to - from || 1) * 0.06;
  return [from === 0 ? 0 : from - room, to === 0 ? 0 : to + room];
}

function timeAxis(ink: Ink): uPlot.Axis {
  return {
    stroke: ink.text,
    font: ink.font,
    size: 30,
    gap: 6,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { show: false },
    splits: (plot, _axis, low, high) => {
      const most = Math.max(2, plot.bbox.width / devicePixelRatio / TICK_PIXELS);
      return [...marketTicks(low, high, most)];
    },
    values: (_plot, splits) => [...tickLabels(splits)],
  };
}

function valueAxis(ink: Ink): uPlot.Axis {
  return {
    stroke: ink.text,
    font: ink.font,
    size: 54,
    gap: 6,
    space: 34,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { show: false },
    values: (_plot, splits) => splits.map((value) => plain(value)),
  };
}

function zeroLine(plot: uPlot, ink: Ink): void {
  const y = Math.round(plot.valToPos(0, "y", true)) + 0.5;
  const { left, width } = plot.bbox;
  plot.ctx.save();
  plot.ctx.strokeStyle = ink.text;
  plot.ctx.lineWidth = devicePixelRatio;
  plot.ctx.beginPath();
  plot.ctx.moveTo(left, y);
  plot.ctx.lineTo(left + width, y);
  plot.ctx.stroke();
  plot.ctx.restore();
}

/** Slanted strokes over the time without numbers, with the cause where there is room for it. */
function hatchHoles(plot: uPlot, holes: readonly Hole[], ink: Ink): void {
  const { ctx, bbox } = plot;
  for (const hole of holes) {
    const from = Math.max(bbox.left, plot.valToPos(hole.start, "x", true));
    const to = Math.min(bbox.left + bbox.width, plot.valToPos(hole.end, "x", true));
    if (to <= from) continue;
    const wide = Math.max(to - from, 2 * devicePixelRatio);
    ctx.save();
    ctx.beginPath();
    ctx.rect(from, bbox.top, wide, bbox.height);
    ctx.clip();
    ctx.strokeStyle = ink.hole;
    ctx.lineWidth = devicePixelRatio;
    const gap = 7 * devicePixelRatio;
    for (let x = from - bbox.height; x < to; x += gap) {
      ctx.moveTo(x, bbox.top + bbox.height);
      ctx.lineTo(x + bbox.height, bbox.top);
    }
    ctx.stroke();
    ctx.restore();
    nameHole(plot, hole, { from, wide }, ink);
  }
}

function nameHole(
  plot: uPlot,
  hole: Hole,
  { from, wide }: { readonly from: number; readonly wide: number },
  ink: Ink,
): void {
  const { ctx, bbox } = plot;
  const words = hole.cause ? CAUSE_WORDS[hole.cause] : "no numbers";
  ctx.save();
  ctx.font = ink.font.replace("11px", `${11 * devicePixelRatio}px`);
  ctx.fillStyle = ink.text;
  ctx.textBaseline = "top";
  if (ctx.measureText(words).width < wide - 8) ctx.fillText(words, from + 4, bbox.top + 4);
  ctx.restore();
}
