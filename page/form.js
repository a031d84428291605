import { announce, at, element } from "./element.js";

const NUMBERS = ["seed", "steps", "guidance_scale"];
const TEXTS = ["size", "scheduler", "negative_prompt"];

/** What is to be drawn, as the form says it. */
export class Form {
  /** A form that has every drawing scored by some scorers. */
  constructor(settings, scorers) {
    Object.assign(this, { settings, scorers, start: null });
    at("start-remove").addEventListener("click", () => this.startFrom(null));
    at("draw").addEventListener("input", ({ target }) => clearError(target));
  }

  /** The request, without what the server decides better. */
  get request() {
    const request = { prompt: at("prompt").value, scorers: this.scorers };
    for (const name of TEXTS) if (at(name).value.trim()) request[name] = at(name).value;
    for (const name of NUMBERS) if (at(name).value !== "") request[name] = Number(at(name).value);
    if (!at("model").parentElement.hidden) request.model = at("model").value;
    if (at("decoder").value && at("decoder").selectedIndex) request.decoder = at("decoder").value;
    if (at("n").value !== "" && at("n").value !== "1") request.n = Number(at("n").value);
    if (!at("keep").hidden && at("best").value !== "") {
      request.keep = { best: Number(at("best").value), by: at("by").value };
    }
    const { adapters } = this.settings;
    if (adapters.length) request.adapters = adapters;
    if (this.start) Object.assign(request, { image: this.start, strength: Number(at("strength").value) });
    return request;
  }

  /** Shows the settings of a request. */
  fill(request) {
    if (request.model) at("model").value = request.model;
    this.settings.showDefaults();
    for (const name of ["size", "scheduler"]) add(name, request[name]);
    for (const name of ["prompt", ...TEXTS, ...NUMBERS]) if (name !== "size") at(name).value = request[name] ?? "";
    at("decoder").value = request.decoder ?? at("decoder").options[0]?.value;
    at("n").value = request.n ?? 1;
    at("best").value = request.keep?.best ?? "";
    if (request.keep?.by) at("by").value = request.keep.by;
    this.settings.showKeep();
    this.settings.tick(request.adapters ?? []).catch(this.settings.onError);
    this.startFrom(request.image ?? null);
    if (request.strength != null) at("strength").value = request.strength;
    at("prompt").dispatchEvent(new Event("input", { bubbles: true }));
  }

  /** Draws from a picture (a data URL) in place of noise; null for noise. */
  startFrom(image) {
    this.start = image;
    at("start").hidden = !image;
    if (image) at("start-picture").src = image.startsWith("data:") ? image : `data:image/png;base64,${image}`;
  }

  /** Shows what is wrong beside the fields that it is about, and above the rest by itself. */
  show(problem) {
    this.clear();
    const placed = (problem.errors ?? []).filter(({ pointer = "", detail }) => {
      const name = pointer.replace(/^\/request(?=\/|$)/, "").split("/")[1];
      const control = at(name === "keep" ? "best" : name);
      return at("draw").contains(control) && (showError(control, detail), true);
    });
    if (placed.length) return announce(problem.message);
    at("message").textContent = problem.advice ?? problem.message;
    at("message").hidden = false;
  }

  clear() {
    at("message").hidden = true;
    at("draw").querySelectorAll("[aria-invalid]").forEach(clearError);
  }
}

/** Chooses a value, which may be one that the list does not offer yet. */
function add(id, value) {
  if (value && ![...at(id).options].some((option) => option.value === value)) at(id).add(new Option(value, value));
  if (value) at(id).value = value;
}

/** Puts a detail under a control, where it is read with it. */
export function showError(control, detail) {
  const id = `${control.id}-error`;
  control.setAttribute("aria-invalid", "true");
  control.setAttribute("aria-describedby", id);
  control.parentElement.append(element("p", { class: "error", id }, detail));
  const drawer = control.closest("details");
  if (drawer) drawer.open = true;
  control.focus();
}

function clearError(control) {
  control.removeAttribute("aria-invalid");
  control.removeAttribute("aria-describedby");
  at(`${control.id}-error`)?.remove();
}
