/** The flow diagram: width is flow, the arrow is direction, colour is utilisation, the hollow pipe is the limit. */

import { REGION_NAMES, type Reading } from "../api/contract";
import { summable, totalOf, totalsByRegion } from "../flow/totals";
import { utilisationClass } from "../flow/utilisation";
import { NO_NUMBER, percent, signed } from "../flow/words";
import { arrowPath, type Band, type Bus, type Layout, layOut, outlinePath, TURN } from "./layout";
import type { Selection } from "./view";
import { useWidth } from "./width";

interface DiagramProps {
  readonly readings: readonly Reading[];
  readonly isShown: (reading: Reading) => boolean;
  readonly selection: Selection;
  readonly old: boolean;
  readonly onSelect: (selection: Selection) => void;
}

export function Diagram({ readings, isShown, selection, old, onSelect }: DiagramProps) {
  const [frame, width] = useWidth(760);
  const rows = summable(readings);
  const layout = layOut(rows, width);
  const totals = totalsByRegion(rows);
  const net = totalOf(rows);
  return (
    <div class="diagram" ref={frame} data-old={old}>
      <svg
        width={layout.width}
        height={layout.height}
        viewBox={`0 0 ${layout.width} ${layout.height}`}
        role="img"
        aria-labelledby="diagram-title diagram-words"
      >
        <title id="diagram-title">Flows between New York and its neighbours</title>
        <desc id="diagram-words">
          {`New York net ${signed(net.flowMw)} megawatts, import positive. Each band is a row of the table of connection points.`}
        </desc>
        <defs>
          <pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse">
            <path d="M-1 7L7 -1M-1 1L1 -1M5 7L7 5" class="hatch" />
          </pattern>
        </defs>
        <Home layout={layout} net={net.flowMw} counted={net.counted} points={net.points} />
        {layout.buses.map((bus) => (
          <BusBar
            key={bus.region}
            bus={bus}
            narrow={layout.narrow}
            net={totals.get(bus.region)?.flowMw ?? null}
          />
        ))}
        {layout.bands.map((band) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: a pointer's shortcut to a button of the table
          <g
            key={band.reading.pointId}
            class="band"
            data-dim={!isShown(band.reading)}
            data-chosen={selection.kind === "point" && selection.pointId === band.reading.pointId}
            onClick={() => onSelect({ kind: "point", pointId: band.reading.pointId })}
          >
            <BandBody band={band} />
            <BandLabel band={band} layout={layout} />
          </g>
        ))}
      </svg>
    </div>
  );
}

interface HomeProps {
  readonly layout: Layout;
  readonly net: number | null;
  readonly counted: number;
  readonly points: number;
}

function Home({ layout: { home, narrow }, net, counted, points }: HomeProps) {
  const middle = home.x + home.width / 2;
  const centre = home.y + home.height / 2;
  const outline = {
    x: home.x + home.width * 0.06,
    y: home.y + home.height * 0.08,
    width: home.width * 0.88,
    height: home.height * 0.84,
  };
  const partial = counted < points ? `${counted} of ${points} points` : "net import";
  const words = net !== null && net < 0 && counted === points ? "net export" : partial;
  return (
    <g class="home">
      <rect x={home.x} y={home.y} width={home.width} height={home.height} rx={3} />
      {!narrow && <path d={outlinePath(outline)} class="outline" />}
      <text x={middle} y={centre - (narrow ? 24 : 30)} class="home-name">
        New York
      </text>
      <text x={middle} y={centre + (narrow ? 12 : 12)} class="home-flow">
        {signed(net)}
        <tspan class="unit"> MW</tspan>
      </text>
      <text x={middle} y={centre + (narrow ? 34 : 36)} class="home-words">
        {words}
      </text>
    </g>
  );
}

function BusBar({ bus, narrow, net }: { bus: Bus; narrow: boolean; net: number | null }) {
  const { x, y, length, heading, side } = bus;
  const upright = side === "left" || side === "right";
  const name = narrow ? bus.region : REGION_NAMES[bus.region];
  return (
    <g class="bus">
      <line x1={x} y1={y} x2={upright ? x : x + length} y2={upright ? y + length : y} />
      <text x={heading.x} y={heading.y} text-anchor={heading.anchor} class="bus-name">
        {name}
        <tspan class="bus-flow" dx={6}>
          {signed(net)}
        </tspan>
      </text>
    </g>
  );
}

function BandBody({ band }: { band: Band }) {
  const { reading, x, y, length, side, pipe, thickness } = band;
  const inset = 3;
  const reach = length - 2 * inset;
  const ahead = reading.direction !== "export";
  const key = utilisationClass(reading.utilisation).key;
  return (
    <g transform={`translate(${x} ${y}) rotate(${TURN[side]}) translate(${inset} 0)`}>
      <rect x={-inset} y={-14} width={length} height={28} class="band-reach" />
      {pipe !== null && <rect x={0} y={-pipe / 2} width={reach} height={pipe} class="pipe" />}
      {reading.flowMw === null && <line x1={0} y1={0} x2={reach} y2={0} class="no-number" />}
      {reading.flowMw === 0 && <line x1={0} y1={0} x2={reach} y2={0} class="no-flow" />}
      {thickness > 0 && <path d={arrowPath(reach, thickness, ahead)} class="flow" data-use={key} />}
    </g>
  );
}

function BandLabel({ band, layout }: { band: Band; layout: Layout }) {
  const { reading, side, x, y } = band;
  const flow = reading.flowMw === null ? "no number" : signed(reading.flowMw);
  const use =
    reading.utilisation === null
      ? reading.flowMw === null
        ? ""
        : NO_NUMBER
      : percent(reading.utilisation);
  if (side === "left" || side === "right") {
    const lift = Math.max(band.pipe ?? 0, band.thickness, 8) / 2 + 6;
    const near = side === "left" ? x + 8 : layout.home.x + layout.home.width + 8;
    const far = side === "left" ? layout.home.x - 8 : x - 8;
    return (
      <g class="band-label">
        <text x={near} y={y - lift} class="band-name">
          {reading.node}
        </text>
        <text x={far} y={y - lift} text-anchor="end">
          <tspan class="band-flow">{flow}</tspan>
          <tspan class="band-use" dx={6}>
            {use}
          </tspan>
        </text>
      </g>
    );
  }
  const beside = Math.max(band.pipe ?? 0, band.thickness, 10) / 2 + 8;
  const place = layout.narrow
    ? { x, y: side === "top" ? y - 41 : y + 18, anchor: "middle" as const }
    : { x: x + beside, y: y + 26, anchor: "start" as const };
  const lead = layout.narrow ? 14 : 16;
  return (
    <g class="band-label" data-narrow={layout.narrow}>
      <text x={place.x} y={place.y} text-anchor={place.anchor} class="band-name">
        {reading.node}
      </text>
      <text x={place.x} y={place.y + lead} text-anchor={place.anchor} class="band-flow">
        {layout.narrow && reading.flowMw === null ? NO_NUMBER : flow}
      </text>
      <text x={place.x} y={place.y + 2 * lead} text-anchor={place.anchor} class="band-use">
        {use}
      </text>
    </g>
  );
}
