/** How to read the diagram; every colour has its words and every mark its shape. */

import { NO_UTILISATION, UTILISATION_CLASSES } from "../flow/utilisation";

export function Legend() {
  return (
    <div class="legend">
      <p class="legend-title">Utilisation of the limit in the direction of flow</p>
      <ul>
        {[...UTILISATION_CLASSES, NO_UTILISATION].map((each) => (
          <li key={each.key}>
            <svg width="26" height="12" aria-hidden="true">
              <path d="M0 2H17V0L26 6L17 12V10H0Z" class="flow" data-use={each.key} />
            </svg>
            {each.words}
          </li>
        ))}
        <li>
          <svg width="26" height="12" aria-hidden="true">
            <rect x="0.5" y="0.5" width="25" height="11" class="pipe" />
          </svg>
          limit, same scale
        </li>
        <li>
          <svg width="26" height="12" aria-hidden="true">
            <line x1="0" y1="6" x2="26" y2="6" class="no-number" />
          </svg>
          no number
        </li>
      </ul>
    </div>
  );
}
