/** Classes of utilisation: few, ordered by lightness as well as hue, each with a word. */

export interface UtilisationClass {
  readonly key: "none" | "low" | "moderate" | "high" | "tight" | "full";
  readonly from: number;
  readonly words: string;
}

export const UTILISATION_CLASSES: readonly UtilisationClass[] = [
  { key: "low", from: 0, words: "under 25 %" },
  { key: "moderate", from: 25, words: "25 to 50 %" },
  { key: "high", from: 50, words: "50 to 80 %" },
  { key: "tight", from: 80, words: "80 to 95 %" },
  { key: "full", from: 95, words: "95 % and over" },
];

export const NO_UTILISATION: UtilisationClass = { key: "none", from: 0, words: "no limit stated" };

/** The class of a utilisation in percent; null (no limit, or no number) has a class of its own. */
export function utilisationClass(percent: number | null): UtilisationClass {
  if (percent === null) return NO_UTILISATION;
  return UTILISATION_CLASSES.findLast((each) => percent >= each.from) ?? NO_UTILISATION;
}
