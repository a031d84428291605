import { Problem, getJSON } from "./api.js";
import { scoresPath } from "./curl.js";
import { announce, at, element } from "./element.js";
import { showError } from "./form.js";
import { figure, posterior, ranked } from "./posterior.js";

/** The choice that is `clip` over styles of one's own. */
const OWN = "clip, your styles";

/** Scores a picture as one or several scorers see it. */
export async function score(blob, type, scorers, options) {
  const { data } = await getJSON(scoresPath(scorers, options), { method: "POST", body: blob, headers: { "Content-Type": type } });
  return data[0];
}

/** Two scorers side by side on the picture that is shown. */
export class Comparison {
  /** A comparison over scorers; `onCompared` hears of the two sides when they are there. */
  constructor(names, lists, onCompared) {
    Object.assign(this, { picture: null, onCompared });
    const choices = names.includes("clip") ? [...names, OWN] : names;
    for (const [id, index] of [["scorer-a", 0], ["scorer-b", 1]]) {
      at(id).replaceChildren(...choices.map((name) => new Option(name, name)));
      at(id).selectedIndex = Math.min(index, choices.length - 1);
      at(id).addEventListener("change", () => this.showOwn());
    }
    at("style-lists").replaceChildren(...lists.map((name) => new Option(name)));
    at("compare-form").addEventListener("submit", (event) => {
      event.preventDefault();
      this.run();
    });
    this.showOwn();
  }

  get sides() {
    return ["scorer-a", "scorer-b"].map((id) => {
      if (at(id).value !== OWN) return { scorer: at(id).value, heading: at(id).value, options: {} };
      const temperature = at("temperature").value;
      const options = { styles: at("own-styles").value, ...(temperature ? { temperature } : {}) };
      return { scorer: "clip", heading: OWN, options };
    });
  }

  /** Another picture, of which nothing is compared yet. */
  show(picture) {
    this.picture = picture;
    at("comparison").replaceChildren();
  }

  showOwn() {
    const isOwn = this.sides.some(({ heading }) => heading === OWN);
    at("compare-form").querySelectorAll(".own").forEach((field) => { field.hidden = !isOwn; });
  }

  async run() {
    const { picture, sides } = this;
    at("compare-form").querySelectorAll(".error").forEach((error) => error.remove());
    try {
      const answers = await Promise.all(sides.map(({ scorer, options }) => (
        score(picture.blob, picture.type, [scorer], options))));
      if (picture !== this.picture) return;
      this.showSides(sides, answers.map(({ scores }) => scores[0]));
      this.onCompared(sides);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Both posteriors, in the same order where they are over the same styles. */
  showSides(sides, [one, other]) {
    const labels = ranked(one).map(([label]) => label);
    const isShared = labels.length === Object.keys(other.probabilities).length
      && labels.every((label) => label in other.probabilities);
    const difference = other.ambiguity - one.ambiguity;
    const words = Math.abs(difference) < 0.005
      ? "Both find it equally ambiguous."
      : `${sides[difference > 0 ? 1 : 0].heading} finds it more ambiguous, by ${figure(Math.abs(difference))}.`;
    announce(words);
    at("comparison").replaceChildren(
      element("p", { class: "reading" }, words),
      posterior(one, { heading: sides[0].heading }),
      posterior(other, { heading: sides[1].heading, order: isShared ? labels : null }));
  }

  fail(error) {
    const [place] = error instanceof Problem ? error.errors : [];
    const control = { styles: at("own-styles"), temperature: at("temperature") }[place?.parameter];
    if (control) showError(control, place.detail);
    else at("comparison").replaceChildren(element("p", { class: "error" }, error.advice ?? error.message));
  }
}
