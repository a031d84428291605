import { at, element } from "./element.js";
import { compose, parse } from "./prompt.js";

/** The chips that write styles into the prompt, and show those that it names. */
export class Styles {
  constructor(names) {
    this.names = names;
    this.prompt = at("prompt");
    this.chips = names.map((name) => element(
      "button", { type: "button", class: "chip", "aria-pressed": "false", click: () => this.toggle(name) }, name));
    at("styles").append(element("div", {}, ...this.chips));
    at("styles").hidden = !names.length;
    this.prompt.addEventListener("input", () => this.show());
    this.show();
  }

  /** Puts a style in or out; of more than two the oldest goes. */
  toggle(name) {
    const { subject, styles } = parse(this.prompt.value, this.names);
    const chosen = styles.includes(name) ? styles.filter((style) => style !== name) : [...styles, name].slice(-2);
    this.prompt.value = compose(subject, chosen);
    this.prompt.dispatchEvent(new Event("input", { bubbles: true }));
    if (!subject) this.pointAtSubject(chosen);
  }

  /** The cursor goes where the subject is missing. */
  pointAtSubject(chosen) {
    const place = compose("\u0000", chosen).indexOf("\u0000");
    this.prompt.focus();
    this.prompt.setSelectionRange(place, place);
  }

  show() {
    const { styles } = parse(this.prompt.value, this.names);
    this.chips.forEach((chip, index) => chip.setAttribute("aria-pressed", String(styles.includes(this.names[index]))));
  }
}
