import { announce, at, element } from "./element.js";
import { figure } from "./posterior.js";
import * as jobs from "./job.js";

const PAGE = 12;
const SURE_MS = 4000;

/** The drawings that the server keeps, the last one first. */
export class History {
  constructor(onOpen, onError) {
    Object.assign(this, { onOpen, onError, entries: new Map(), last: null });
    this.observer = new IntersectionObserver((seen) => {
      for (const { target, isIntersecting } of seen) if (isIntersecting) this.load(target);
    }, { rootMargin: "200px" });
    at("older").addEventListener("click", () => this.extend(this.last));
  }

  /** Reads the first page again; what is known and over stays as it is. */
  async refresh() {
    await this.extend(null);
  }

  async extend(after) {
    try {
      const { data, has_more: hasMore } = await jobs.list(PAGE, after);
      const entries = data.filter(({ kind }) => kind === "generation").map((job) => this.entry(job));
      if (after) at("history").append(...entries);
      else at("history").replaceChildren(...entries);
      this.last = data.at(-1)?.id ?? null;
      at("older").hidden = !hasMore;
      at("history-empty").hidden = at("history").childElementCount > 0 || hasMore;
      if (after) entries[0]?.querySelector("button").focus();
    } catch (error) {
      this.onError(error);
    }
  }

  entry(job) {
    const known = this.entries.get(job.id);
    if (known?.dataset.state === job.state) return known;
    const entry = element("li", { "data-id": job.id, "data-state": job.state },
      element("button", { type: "button", class: "open", click: () => this.onOpen(job.id) },
        element("span", { class: "thumb" }), element("span", { class: "words" }, job.state)),
      jobs.isOver(job.state) ? this.eraser(job.id) : null);
    this.entries.set(job.id, entry);
    this.observer.observe(entry);
    return entry;
  }

  /** Fetches what the list does not say, once somebody can see it. */
  async load(entry) {
    this.observer.unobserve(entry);
    const { id, state } = entry.dataset;
    try {
      const { request, result } = await jobs.retrieve(id);
      const title = request?.prompt ?? "Untitled";
      const words = [element("span", { class: "prompt" }, title)];
      if (state !== "succeeded") words.push(element("span", { class: "facts" }, state));
      else words.push(...await this.loadPicture(entry, id, result));
      entry.querySelector(".words").replaceChildren(...words);
      entry.querySelector(".erase")?.setAttribute("aria-label", `Erase ${title}`);
    } catch (error) {
      if (error.status !== 404) this.onError(error);
    }
  }

  async loadPicture(entry, id, { data }) {
    const url = URL.createObjectURL(await jobs.picture(id, 0));
    entry.querySelector(".thumb").replaceChildren(element("img", { src: url, alt: "" }));
    const score = data[0].scores.find(({ probabilities }) => probabilities);
    const count = data.length > 1 ? `${data.length} pictures` : null;
    const facts = [score && figure(score.ambiguity), count].filter(Boolean).join(" · ");
    return [element("span", { class: "facts" }, score ? element("span", { class: "unseen" }, "ambiguity ") : null, facts)];
  }

  /** A button that erases when it is pressed twice. */
  eraser(id) {
    const button = element("button", { type: "button", class: "erase", "aria-label": "Erase" }, "Erase");
    const name = () => button.getAttribute("aria-label").replace(/^Really erase/, "Erase");
    const ask = (isSure) => {
      button.classList.toggle("sure", isSure);
      button.textContent = isSure ? "Sure?" : "Erase";
      button.setAttribute("aria-label", isSure ? name().replace(/^Erase/, "Really erase") : name());
    };
    button.addEventListener("click", () => {
      if (button.classList.contains("sure")) return this.erase(id);
      ask(true);
      setTimeout(() => ask(false), SURE_MS);
    });
    return button;
  }

  async erase(id) {
    try {
      await jobs.end(id);
      const entry = this.entries.get(id);
      const next = entry.nextElementSibling ?? entry.previousElementSibling;
      const image = entry.querySelector("img");
      if (image) URL.revokeObjectURL(image.src);
      entry.remove();
      this.entries.delete(id);
      at("history-empty").hidden = at("history").childElementCount > 0 || !at("older").hidden;
      (next?.querySelector("button") ?? at("prompt")).focus();
      announce("Erased");
    } catch (error) {
      this.onError(error);
    }
  }
}
