import { element } from "./element.js";

/** More rows than this are summed up in one. */
const ROWS = 16;
/** What rounds to nothing is summed up as well, where it is several styles. */
const NOTHING = 0.005;

export const percent = (share) => (
  share > 0 && share < NOTHING ? "<\u00a01\u00a0%" : `${Math.round(share * 100)}\u00a0%`);
export const figure = (ambiguity) => ambiguity.toFixed(2);

/** The styles of a score, the likeliest first; in the order of some labels where they are given. */
export function ranked(score, order = null) {
  const styles = Object.entries(score.probabilities);
  if (order) return order.filter((label) => label in score.probabilities).map((label) => [label, score.probabilities[label]]);
  return styles.sort(([, one], [, other]) => other - one);
}

/** A table of bars: every style with its share. */
export function posterior(score, { heading = score.scorer, order = null } = {}) {
  const styles = ranked(score, order);
  const count = order ? styles.length : styles.filter(([, share]) => share >= NOTHING).length;
  const shown = styles.length - count < 2 && styles.length <= ROWS ? styles : styles.slice(0, Math.min(count, ROWS - 1));
  const rest = styles.slice(shown.length);
  const others = rest.reduce((sum, [, share]) => sum + share, 0);
  const rows = rest.length ? [...shown, [`${rest.length} others`, others]] : shown;
  const caption = element("caption", {},
    element("span", {}, heading), " ", element("span", { class: "small-figure" },
      element("span", { class: "unseen" }, "ambiguity "), figure(score.ambiguity)));
  return element("table", { class: "posterior" }, caption,
    element("tbody", {}, ...rows.map(([label, share]) => row(label, share))));
}

function row(label, share) {
  const bar = element("span", { class: "bar", "aria-hidden": "true" }, element("span"));
  bar.firstChild.style.width = `${share * 100}%`;
  return element("tr", {},
    element("th", { scope: "row" }, label),
    element("td", { class: "bar-cell" }, bar),
    element("td", { class: "share" }, percent(share)));
}
