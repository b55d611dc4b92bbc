/** Net flow per neighbour, and what the sum lacks. */

import { REGION_NAMES, REGIONS, type Reading, type Region } from "../api/contract";
import { type Total, totalOf, totalsByRegion } from "../flow/totals";
import { utilisationClass } from "../flow/utilisation";
import { NO_NUMBER, percent, plain, signed } from "../flow/words";
import type { Selection } from "./view";

interface TotalsProps {
  readonly readings: readonly Reading[];
  readonly regions: ReadonlySet<Region>;
  readonly selection: Selection;
  readonly old: boolean;
  readonly onSelect: (selection: Selection) => void;
}

export function Totals({ readings, regions, selection, old, onSelect }: TotalsProps) {
  const totals = totalsByRegion(readings);
  return (
    <section class="card totals" data-old={old} aria-labelledby="totals-title">
      <h2 id="totals-title">Totals per neighbour</h2>
      <table>
        <thead>
          <tr>
            <th scope="col">Neighbour</th>
            <th scope="col" class="right">
              Net, MW
            </th>
            <th scope="col" class="right limits-column">
              Limits
            </th>
            <th scope="col" class="right">
              Used
            </th>
          </tr>
        </thead>
        <tbody>
          {REGIONS.map((region) => {
            const total = totals.get(region);
            if (!total) return null;
            return (
              <TotalRow
                key={region}
                name={REGION_NAMES[region]}
                total={total}
                dim={regions.size > 0 && !regions.has(region)}
                chosen={selection.kind === "region" && selection.region === region}
                onSelect={() => onSelect({ kind: "region", region })}
              />
            );
          })}
          <TotalRow
            name="New York net"
            total={totalOf(readings)}
            dim={false}
            chosen={selection.kind === "all"}
            onSelect={() => onSelect({ kind: "all" })}
          />
        </tbody>
      </table>
    </section>
  );
}

interface TotalRowProps {
  readonly name: string;
  readonly total: Total;
  readonly dim: boolean;
  readonly chosen: boolean;
  readonly onSelect: () => void;
}

function TotalRow({ name, total, dim, chosen, onSelect }: TotalRowProps) {
  const bounded = total.importLimitMw !== null || total.exportLimitMw !== null;
  return (
    <tr data-dim={dim} data-chosen={chosen} onClick={onSelect}>
      <th scope="row">
        <button
          type="button"
          aria-pressed={chosen}
          onClick={(event) => {
            event.stopPropagation();
            onSelect();
          }}
        >
          {name}
        </button>
        <span class="sub">{lackOf(total)}</span>
      </th>
      <td class="right number strong">{signed(total.flowMw)}</td>
      <td class="right number limits-column">
        {bounded
          ? `${sumOrWords(total.importLimitMw)} / ${sumOrWords(total.exportLimitMw)}`
          : "not all stated"}
      </td>
      <td class="right number">
        <span class="use-mark" data-use={utilisationClass(total.utilisation).key} />
        {total.utilisation === null ? NO_NUMBER : percent(total.utilisation)}
      </td>
    </tr>
  );
}

function sumOrWords(limit: number | null): string {
  return limit === null ? "not all stated" : plain(limit);
}

/** What a reader must know before trusting the sum. */
function lackOf(total: Total): string {
  const words = total.points === 1 ? "1 point" : `${total.points} points`;
  const parts = [total.counted < total.points ? `only ${total.counted} of ${words}` : words];
  if (total.oldest !== total.newest) parts.push("unlike stamps");
  return parts.join(", ");
}
