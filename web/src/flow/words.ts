/** Numbers as the desk writes them: true minus sign, sign always shown for a flow, a dash for no number. */

import type { Direction } from "../api/contract";

export const NO_NUMBER = "–";

const WHOLE = new Intl.NumberFormat("en-US", { maximumFractionDigits: 0 });

function magnitude(value: number): string {
  return WHOLE.format(Math.abs(value));
}

/** `+1,204`, `−85`, `+0.4`, `0`, or a dash: only a true zero is written as zero. */
export function signed(value: number | null): string {
  if (value === null) return NO_NUMBER;
  const rounded = Math.round(value);
  if (value === 0) return "0";
  if (rounded === 0) return `${value > 0 ? "+" : "−"}${Math.abs(value).toFixed(1)}`;
  return `${rounded > 0 ? "+" : "−"}${magnitude(rounded)}`;
}

/** `1,700`, `−1,050`, or a dash. */
export function plain(value: number | null): string {
  if (value === null) return NO_NUMBER;
  const rounded = Math.round(value);
  return `${rounded < 0 ? "−" : ""}${magnitude(rounded)}`;
}

export function limit(value: number | null): string {
  return value === null ? "no limit" : plain(value);
}

export function percent(value: number | null): string {
  return value === null ? NO_NUMBER : `${Math.round(value)} %`;
}

export const DIRECTION_WORDS: Readonly<Record<Direction, string>> = {
  import: "import",
  export: "export",
  zero: "no flow",
};
