import { getJSON } from "./api.js";
import { contract } from "./contract.js";
import { at, element } from "./element.js";

const SIDES = [64, 1024];
/** Width and height as multiples of what the model was trained at. */
const SHAPES = [[1, 1], [0.5, 0.5], [2, 2], [4, 4], [1.5, 1], [1, 1.5]];

/** The controls whose choices depend on what is loaded. */
export class Settings {
  /** Controls for some models, and for the scorers that can choose among pictures. */
  constructor(models, scorers, onError) {
    this.models = models.filter((model) => model.kind === "pipeline");
    options("model", this.models.map(({ id }) => [id, id]));
    at("model").value = this.models.find((model) => model.default)?.id ?? "";
    at("model").parentElement.hidden = this.models.length < 2;
    at("model").addEventListener("change", () => this.showDefaults());
    options("by", scorers.map((name) => [name, name]));
    at("n").addEventListener("input", () => this.showKeep());
    this.onError = onError;
    at("more").addEventListener("toggle", () => this.showContract().catch(onError));
    this.showDefaults();
  }

  /** What the chosen model does where nothing is asked. */
  showDefaults() {
    const model = this.models.find(({ id }) => id === at("model").value);
    if (!model) return;
    const chosen = at("size").value;
    const sizes = Settings.sizes(model);
    options("size", sizes.map((size) => [size, size.replace("x", " × ")]));
    if (sizes.includes(chosen)) at("size").value = chosen;
    at("steps").placeholder = model.steps ?? "";
    at("guidance_scale").placeholder = model.guidance_scale ?? "";
    at("scheduler").options[0].text = model.scheduler ? `${model.scheduler} (default)` : "default";
    const decoders = model.decoders ?? [];
    options("decoder", decoders.map((name) => [name, name]));
    at("decoder").parentElement.hidden = decoders.length < 2;
  }

  showKeep() {
    at("keep").hidden = !(Number(at("n").value) > 1);
  }

  /** The schedulers and adapters, once somebody looks for them. */
  async showContract() {
    const { schedulers, takesAdapters, listsAdapters } = await contract();
    const chosen = at("scheduler").value;
    for (const name of schedulers) {
      if (![...at("scheduler").options].some(({ value }) => value === name)) at("scheduler").add(new Option(name, name));
    }
    at("scheduler").value = chosen;
    if (takesAdapters && listsAdapters) await (this.listing ??= this.showAdapters());
  }

  /** The rows of adapters, each a box and a scale. */
  get rows() {
    return [...at("adapters").querySelectorAll(".adapter")].map((row) => row.querySelectorAll("input"));
  }

  /** The adapters that are ticked, as a request names them. */
  get adapters() {
    return this.rows.filter(([box]) => box.checked)
      .map(([box, scale]) => ({ name: box.value, scale: Number(scale.value || 1) }));
  }

  /** Ticks those that a request names, and no others. */
  async tick(adapters) {
    if (adapters.length) await this.showContract();
    for (const [box, scale] of this.rows) {
      const named = adapters.find(({ name }) => name === box.value);
      box.checked = Boolean(named);
      scale.value = named?.scale ?? 1;
    }
  }

  async showAdapters() {
    const { data = [] } = await getJSON("v1/adapters");
    at("adapters").hidden = !data.length;
    at("adapters").append(...data.map(({ id }) => element("div", { class: "adapter" },
      element("label", {}, element("input", { type: "checkbox", value: id }), ` ${id}`),
      element("input", {
        type: "number", min: -4, max: 4, step: "any", value: 1, inputmode: "decimal", "aria-label": `Scale of ${id}`,
      }))));
  }

  static sizes({ size, size_multiple: multiple = 8 }) {
    const [width, height] = size.split("x").map(Number);
    return SHAPES.map(([x, y]) => [width * x, height * y])
      .filter((sides) => sides.every((side) => side >= SIDES[0] && side <= SIDES[1] && side % multiple === 0))
      .map((sides) => sides.join("x"));
  }
}

function options(id, choices) {
  at(id).replaceChildren(...choices.map(([value, text]) => new Option(text, value)));
}
