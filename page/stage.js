import { announce, at, element } from "./element.js";
import { Verdict } from "./verdict.js";

/** A drawing that goes on, or the picture that is shown. */
export class Stage {
  /** A stage that calls `onShow` with each picture that it shows. */
  constructor(onShow) {
    Object.assign(this, { onShow, pictures: [], index: 0, announced: 0, verdict: new Verdict() });
    at("stage").addEventListener("choose", () => this.showStrip());
  }

  get picture() {
    return this.pictures[this.index] ?? null;
  }

  /** Shows one of three faces: nothing yet, work, or a picture. */
  turn(face) {
    for (const name of ["empty", "work", "shown"]) at(name).hidden = name !== face;
  }

  /** A drawing that waits for its turn. */
  wait(position = null) {
    const isSeen = at("stage").getBoundingClientRect().top < innerHeight / 2;
    this.turn("work");
    if (!isSeen) at("stage").scrollIntoView();
    this.announced = 0;
    at("preview").hidden = true;
    at("progress").removeAttribute("value");
    at("step").textContent = position ? `Waiting; ${position} before it` : "Waiting";
  }

  /** A drawing's steps; those who listen hear of every quarter. */
  progress({ step, total, eta_seconds: eta }) {
    at("progress").max = total;
    at("progress").value = step;
    const left = eta == null ? "" : `, about ${Math.max(1, Math.round(eta))} s left`;
    at("step").textContent = `Step ${step} of ${total}${left}`;
    const quarter = Math.floor((step / total) * 4);
    if (quarter <= this.announced || quarter > 3) return;
    this.announced = quarter;
    announce(at("step").textContent);
  }

  preview({ type, b64_json: data }) {
    at("preview").src = `data:${type ?? "image/png"};base64,${data}`;
    at("preview").alt = "What is drawn so far";
    at("preview").hidden = false;
  }

  /** Pictures, one of them large. */
  show(pictures, index = 0) {
    this.pictures.filter((old) => !pictures.includes(old)).forEach(({ url }) => URL.revokeObjectURL(url));
    Object.assign(this, { pictures, index });
    const { url, title, seed, scores, width, height } = this.picture;
    this.turn("shown");
    at("picture").src = url;
    at("picture").alt = title;
    const facts = [seed != null && `seed ${seed}`, width && `${width} × ${height}`].filter(Boolean).join(" · ");
    at("caption").replaceChildren(element("span", {}, title), " ", element("span", { class: "facts" }, facts));
    this.verdict.show(scores);
    this.showStrip();
    this.onShow(this.picture);
  }

  /** The other pictures of the drawing, each with its ambiguity. */
  showStrip() {
    at("strip").hidden = this.pictures.length < 2;
    at("strip").replaceChildren(...this.pictures.map(({ url, seed, scores }, index) => {
      const ambiguity = this.verdict.ambiguity(scores);
      const words = `Picture ${index + 1}, seed ${seed}${ambiguity ? `, ambiguity ${ambiguity}` : ""}`;
      return element("li", {}, element("button", {
        type: "button", "aria-label": words, "aria-current": index === this.index && "true",
        click: () => this.choose(index),
      }, element("img", { src: url, alt: "" }), element("span", {}, ambiguity ?? seed)));
    }));
  }

  choose(index) {
    this.show(this.pictures, index);
    at("strip").children[index].firstChild.focus();
  }
}
