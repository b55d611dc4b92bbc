/** A day of one connection point in a table cell; where there is no number the line stops. */

import type { Reading, Span } from "../api/contract";
import { pointSeries, type Series } from "../flow/series";

const WIDTH = 132;
const HEIGHT = 26;
const PAD = 2.5;

interface SparklineProps {
  readonly readings: readonly Reading[];
  readonly span: Span;
  readonly cadence: number;
  readonly holes: readonly Span[];
}

export function Sparkline({ readings, span, cadence, holes }: SparklineProps) {
  const series = pointSeries(readings, cadence);
  const known = series.flow.filter((flow) => flow !== null);
  if (known.length === 0) return <span class="nothing">no numbers</span>;
  const low = Math.min(0, ...known);
  const high = Math.max(0, ...known);
  const across = (at: number) => ((at - span.start) / (span.end - span.start)) * WIDTH;
  const down = (flow: number) => PAD + ((high - flow) / (high - low || 1)) * (HEIGHT - 2 * PAD);
  return (
    <svg
      class="spark"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {holes.map((hole) => (
        <rect
          key={hole.start}
          class="spark-hole"
          x={across(hole.start)}
          width={Math.max(1, across(hole.end) - across(hole.start))}
          y={0}
          height={HEIGHT}
        />
      ))}
      <line class="spark-zero" x1={0} x2={WIDTH} y1={down(0)} y2={down(0)} />
      <path class="spark-line" d={linePath(series, across, down)} />
    </svg>
  );
}

/** Straight pieces between readings; a null lifts the pen. */
export function linePath(
  series: Series,
  across: (at: number) => number,
  down: (flow: number) => number,
): string {
  let path = "";
  let penDown = false;
  series.at.forEach((at, i) => {
    const flow = series.flow[i] ?? null;
    if (flow === null) {
      penDown = false;
      return;
    }
    const alone = !penDown && (series.flow[i + 1] ?? null) === null;
    path += `${penDown ? "L" : "M"}${across(at).toFixed(1)} ${down(flow).toFixed(1)}`;
    if (alone) path += "h0.8";
    penDown = true;
  });
  return path;
}
