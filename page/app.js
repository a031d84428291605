import { getJSON } from "./api.js";
import { Commands } from "./commands.js";
import { Comparison, score } from "./compare.js";
import { contract } from "./contract.js";
import { Drawing } from "./drawing.js";
import { takePictures } from "./drop.js";
import { announce, at } from "./element.js";
import { Form } from "./form.js";
import { History } from "./history.js";
import { Settings } from "./settings.js";
import { Stage } from "./stage.js";
import { Styles } from "./styles.js";

/** The style classifiers of arXiv 2407.12009; every picture is judged by those that are loaded. */
const CLASSIFIERS = ["clip", "kmeans-text", "kmeans-image", "gan"];

/** The page over what a server has loaded. */
class App {
  constructor(models, scorers, catalogues) {
    const classifiers = scorers.filter(({ kind }) => kind !== "metric");
    this.names = CLASSIFIERS.filter((name) => classifiers.some(({ id }) => id === name));
    this.commands = new Commands(this.names);
    this.comparison = new Comparison(classifiers.map(({ id }) => id),
      catalogues.filter(({ kind }) => kind === "styles").map(({ id }) => id),
      (sides) => this.commands.show(this.stage.picture, sides));
    this.stage = new Stage((picture) => this.onShow(picture));
    this.form = new Form(new Settings(models, this.names, (error) => this.form.show(error)), this.names);
    this.history = new History((id) => this.drawing.open(id), (error) => this.form.show(error));
    this.drawing = new Drawing(this.stage, this.form, () => this.history.refresh());
    const named = classifiers.find((scorer) => scorer.default) ?? classifiers[0];
    this.styles = new Styles(named?.labels ?? []);
    this.listen();
    takePictures((files) => this.score(files));
    this.history.refresh();
    this.drawing.openNamed();
  }

  listen() {
    at("draw").addEventListener("submit", (event) => {
      event.preventDefault();
      this.drawing.start(this.form.request);
    });
    at("cancel").addEventListener("click", () => this.drawing.cancel());
    at("example").addEventListener("click", () => {
      this.form.fill({ prompt: at("example").textContent.replace(/\s+/g, " ") });
      at("draw").requestSubmit();
    });
    at("again").addEventListener("click", () => this.drawAgain());
    at("settings").addEventListener("click", () => {
      this.form.fill(this.stage.picture.request);
      at("prompt").focus();
    });
    at("as-start").addEventListener("click", () => this.useAsStart());
    document.addEventListener("keydown", (event) => this.onKey(event));
    if (/Mac|iP(hone|ad)/.test(navigator.platform)) document.querySelector(".keys kbd").textContent = "⌘";
  }

  onKey(event) {
    const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName);
    if (document.querySelector("dialog[open]") || event.isComposing) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) at("draw").requestSubmit();
    else if (event.key === "Escape" && this.drawing.running) this.drawing.cancel();
    else if (event.key === "/" && !isTyping && !event.ctrlKey && !event.metaKey) at("prompt").focus();
    else return;
    event.preventDefault();
  }

  /** A picture's buttons and commands, for what can be done with it. */
  async onShow(picture) {
    at("again").hidden = at("settings").hidden = !picture.request;
    at("download").href = picture.url;
    at("download").download = picture.name;
    this.comparison.show(picture);
    this.commands.show(picture);
    try {
      if (!picture.scores.some(({ probabilities }) => probabilities)) await this.judge(picture);
      at("as-start").hidden = !(await contract()).takesImages;
    } catch (error) {
      this.form.show(error);
    }
  }

  /** Has a picture scored that came without a posterior. */
  async judge(picture) {
    if (!this.names.length) return;
    picture.scores = [...picture.scores, ...(await score(picture.blob, picture.type, this.names)).scores];
    if (picture === this.stage.picture) this.stage.show(this.stage.pictures, this.stage.index);
  }

  /** Draws what the form says from the seed of the picture. */
  drawAgain() {
    const { seed, request } = this.stage.picture;
    if (!at("prompt").value.trim()) this.form.fill(request);
    at("seed").value = seed;
    at("n").value = 1;
    at("n").dispatchEvent(new Event("input", { bubbles: true }));
    at("draw").requestSubmit();
  }

  useAsStart() {
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      this.form.startFrom(reader.result);
      at("strength").focus();
      announce("The next drawing starts from this picture");
    });
    reader.readAsDataURL(this.stage.picture.blob);
  }

  /** Shows what the scorers say of pictures from elsewhere. */
  async score(files) {
    this.form.clear();
    try {
      const pictures = [];
      for (const file of files) pictures.push(await this.scored(file));
      if (!pictures.length) throw new Error("That is not a picture: PNG and JPEG can be scored.");
      this.drawing.close();
      window.history.pushState(null, "", location.pathname + location.search);
      this.stage.show(pictures);
      announce(`Scored. ${this.stage.verdict.summary}`);
    } catch (error) {
      this.form.show({ message: error.advice ?? error.message });
    }
  }

  async scored(file) {
    const { scores, width, height } = await score(file, file.type, this.names);
    return {
      blob: file, url: URL.createObjectURL(file), name: file.name, title: file.name, type: file.type, scores, width, height,
    };
  }
}

try {
  const [models, scorers, catalogues] = await Promise.all(["v1/models", "v1/scorers", "v1/catalogues"].map((path) => getJSON(path)));
  new App(models.data, scorers.data, catalogues.data);
} catch (error) {
  at("message").textContent = error.advice ?? error.message;
  at("message").hidden = false;
}
