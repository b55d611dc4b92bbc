/** The interregional panel: New York and its neighbours. */

import { useEffect, useMemo, useState } from "preact/hooks";
import type { Reading } from "../api/contract";
import { inRegions, sortReadings } from "../flow/ordering";
import { summable } from "../flow/totals";
import type { Station } from "../shell/station";
import { useSecond, useStore } from "../shell/store";
import type { Theme } from "../shell/theme";
import { Chart } from "./chart";
import { Controls } from "./controls";
import { FlowDesk } from "./desk";
import { Diagram } from "./diagram";
import { figuresOf } from "./figures";
import { Legend } from "./legend";
import { Notice } from "./notice";
import { PointTable } from "./table";
import { Totals } from "./totals";
import { readView, type View, writeView } from "./view";

export function Panel({ station, theme }: { station: Station; theme: Theme }) {
  const desk = useMemo(() => new FlowDesk(station), [station]);
  useEffect(() => desk.start(), [desk]);
  const [view, change] = useView();
  const { range } = view;
  const customStart = range.kind === "custom" ? range.start : null;
  const customEnd = range.kind === "custom" ? range.end : null;
  useEffect(() => {
    const asked = customStart !== null && customEnd !== null;
    desk.ask(asked ? { start: customStart, end: customEnd } : null);
  }, [desk, customStart, customEnd]);
  useSecond();

  const stationState = useStore(station.store);
  const deskState = useStore(desk.store);
  const figures = figuresOf(view, stationState, deskState, station.now());
  const { condition, readings, holes, newest, now } = figures;
  const old = ["down", "stale", "unreachable"].includes(condition.kind);
  const isShown = (row: Reading) => view.regions.size === 0 || view.regions.has(row.region);
  const rows = sortReadings(inRegions(summable(readings), view.regions), view.sorting);
  const apart = inRegions(
    readings.filter((row) => row.isTotal),
    view.regions,
  );
  const shared = { selection: view.selection, old };
  const onSelect = (selection: View["selection"]) => change({ selection });

  return (
    <main id="main" class="panel" data-condition={condition.kind}>
      <div class="panel-head">
        <h1 tabIndex={-1}>Interregional flows</h1>
        <Controls
          regions={view.regions}
          range={range}
          span={figures.span}
          onRegions={(regions) => change({ regions })}
          onRange={(next) => change({ range: next })}
        />
      </div>
      <Notice
        condition={condition}
        holes={holes}
        newest={newest}
        now={now}
        link={stationState.link}
        certificate={figures.stretch?.certificate ?? null}
      />
      {readings.length === 0 && condition.kind === "loading" ? (
        <Waiting />
      ) : (
        <>
          <div class="panel-top">
            <section class="card flows" aria-labelledby="flows-title">
              <h2 id="flows-title" class="unseen">
                Flow diagram
              </h2>
              <Diagram readings={readings} isShown={isShown} onSelect={onSelect} {...shared} />
              <Legend />
            </section>
            <div class="panel-side">
              <Chart figures={figures} theme={theme} {...shared} />
              <Totals readings={readings} regions={view.regions} onSelect={onSelect} {...shared} />
            </div>
          </div>
          <section class="card points-card" aria-labelledby="points-title">
            <h2 id="points-title">Connection points</h2>
            <PointTable
              rows={rows}
              apart={apart}
              figures={figures}
              sorting={view.sorting}
              onSort={(sorting) => change({ sorting })}
              onSelect={onSelect}
              {...shared}
            />
          </section>
        </>
      )}
    </main>
  );
}

/** The view and a way to change part of it; the address follows. */
function useView(): [View, (part: Partial<View>) => void] {
  const [view, setView] = useState(() => readView(location.search));
  const change = (part: Partial<View>): void => {
    const next = { ...view, ...part };
    history.replaceState(null, "", `${location.pathname}${writeView(next)}`);
    setView(next);
  };
  return [view, change];
}

function Waiting() {
  return (
    <div class="waiting" aria-hidden="true">
      <div class="card" />
      <div class="card" />
      <div class="card wide" />
    </div>
  );
}
