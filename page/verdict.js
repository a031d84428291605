import { at, element } from "./element.js";
import { figure, percent, posterior, ranked } from "./posterior.js";

/** What scorers say of a picture: one large figure, as one of them sees it, and every posterior. */
export class Verdict {
  constructor() {
    this.chosen = null;
  }

  /** Shows scores; what has no posterior is left to the API. */
  show(scores) {
    this.scores = scores.filter((score) => score.probabilities);
    if (!this.scores.some(({ scorer }) => scorer === this.chosen)) this.chosen = this.scores[0]?.scorer ?? null;
    at("posteriors").replaceChildren(...this.scores.map((score) => posterior(score)));
    at("verdict").hidden = !this.scores.length;
    if (this.scores.length) this.showFigure();
  }

  /** The ambiguity of a picture as the chosen scorer sees it. */
  ambiguity(scores) {
    const score = scores.find(({ scorer }) => scorer === this.chosen) ?? scores.find(({ probabilities }) => probabilities);
    return score ? figure(score.ambiguity) : null;
  }

  /** The verdict for those who listen; empty where there is none. */
  get summary() {
    return this.scores.length ? `Ambiguity ${this.ambiguity(this.scores)}. ${this.sentence}` : "";
  }

  /** What the picture is like. */
  get sentence() {
    const score = this.scores.find(({ scorer }) => scorer === this.chosen);
    if (!score) return "";
    const [[first, most], [second, next]] = ranked(score);
    return `Most like ${first}, ${percent(most)}; then ${second}, ${percent(next)}.`;
  }

  showFigure() {
    const score = this.scores.find(({ scorer }) => scorer === this.chosen);
    const marker = element("span", { class: "marker" });
    marker.style.left = `${score.ambiguity * 100}%`;
    at("verdict").replaceChildren(
      element("h2", {}, "Ambiguity"),
      element("p", { class: "figure", id: "figure" }, figure(score.ambiguity)),
      element("div", { class: "scale", "aria-hidden": "true" }, marker),
      element("p", { class: "ends" },
        element("span", {}, element("b", {}, "0"), " one style, surely"),
        element("span", {}, element("b", {}, "1"), " no style stands out")),
      element("p", { class: "reading" }, this.sentence),
      this.choice());
    at("posteriors").childNodes.forEach((table, index) => {
      table.classList.toggle("chosen", this.scores[index].scorer === this.chosen);
    });
  }

  /** The scorers to choose from. */
  choice() {
    const radios = this.scores.map(({ scorer }) => element("label", {},
      element("input", {
        type: "radio", name: "scorer", value: scorer, checked: scorer === this.chosen,
        change: () => this.choose(scorer),
      }), element("span", {}, scorer)));
    return element("fieldset", { class: "choice" }, element("legend", {}, "as seen by"), ...radios);
  }

  choose(scorer) {
    this.chosen = scorer;
    this.showFigure();
    at("verdict").querySelector(":checked").focus();
    at("verdict").dispatchEvent(new Event("choose", { bubbles: true }));
  }
}
