/** Choice of neighbour and of time. */

import { useState } from "preact/hooks";
import { REGION_NAMES, REGIONS, type Region, type Span } from "../api/contract";
import { boundAt, instantsAt, localInput } from "../time/market";
import type { Range } from "./view";

interface ControlsProps {
  readonly regions: ReadonlySet<Region>;
  readonly range: Range;
  readonly span: Span;
  readonly onRegions: (regions: ReadonlySet<Region>) => void;
  readonly onRange: (range: Range) => void;
}

const RANGES = [
  { kind: "latest", words: "Latest" },
  { kind: "hour", words: "1 h" },
  { kind: "day", words: "24 h" },
] as const;

export function Controls({ regions, range, span, onRegions, onRange }: ControlsProps) {
  const [custom, setCustom] = useState(range.kind === "custom");
  const toggle = (region: Region) => {
    const next = new Set(regions);
    if (!next.delete(region)) next.add(region);
    onRegions(next.size === REGIONS.length ? new Set() : next);
  };
  return (
    <div class="controls">
      <fieldset class="choice">
        <legend>Neighbour</legend>
        <button
          type="button"
          aria-pressed={regions.size === 0}
          onClick={() => onRegions(new Set())}
        >
          All
        </button>
        {REGIONS.map((region) => (
          <button
            key={region}
            type="button"
            title={REGION_NAMES[region]}
            aria-pressed={regions.has(region)}
            onClick={() => toggle(region)}
          >
            {region}
          </button>
        ))}
      </fieldset>
      <fieldset class="choice">
        <legend>Time</legend>
        {RANGES.map(({ kind, words }) => (
          <button
            key={kind}
            type="button"
            aria-pressed={range.kind === kind}
            onClick={() => {
              setCustom(false);
              onRange({ kind });
            }}
          >
            {words}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={range.kind === "custom"}
          aria-expanded={custom}
          onClick={() => setCustom(!custom)}
        >
          Custom
        </button>
      </fieldset>
      {custom && <CustomRange span={span} onRange={onRange} />}
    </div>
  );
}

function CustomRange({ span, onRange }: { span: Span; onRange: (range: Range) => void }) {
  const [from, setFrom] = useState(localInput(span.start));
  const [to, setTo] = useState(localInput(span.end));
  const start = boundAt(from, "start");
  const end = boundAt(to, "end");
  const wrong = start === null || end === null || start >= end;
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!wrong) onRange({ kind: "custom", start, end });
  };
  return (
    <form class="custom" onSubmit={submit}>
      <label>
        From
        <input
          type="datetime-local"
          value={from}
          required
          onInput={(event) => setFrom(event.currentTarget.value)}
        />
      </label>
      <label>
        to
        <input
          type="datetime-local"
          value={to}
          required
          onInput={(event) => setTo(event.currentTarget.value)}
        />
      </label>
      <button type="submit" disabled={wrong}>
        Show
      </button>
      <p class="sub" role="status">
        {wrong ? "The end must come after the start." : zoneNote(from, to)}
      </p>
    </form>
  );
}

/** How the two ends are read where the clocks change. */
function zoneNote(from: string, to: string): string {
  const notes = ["New York time"];
  if (instantsAt(from).length > 1) notes.push("the start is the first 01 hour, EDT");
  if (instantsAt(to).length > 1) notes.push("the end is the second 01 hour, EST");
  if (instantsAt(from).length === 0 || instantsAt(to).length === 0) {
    notes.push("the skipped hour is read as 03:00 EDT");
  }
  return notes.join("; ");
}
