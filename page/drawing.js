import { announce, at } from "./element.js";
import * as jobs from "./job.js";

const NAMED = /^#([0-9a-f]{32})(?:\/(\d+))?$/;

/** The drawing that is followed or shown; the address names it, so that reloading shows it again. */
export class Drawing {
  constructor(stage, form, onChange) {
    Object.assign(this, { stage, form, onChange, running: null, following: new AbortController() });
    window.addEventListener("popstate", () => this.openNamed());
  }

  /** Opens what the address names, if it names anything. */
  openNamed() {
    const [, id, index] = NAMED.exec(location.hash) ?? [];
    return id ? this.open(id, { index: Number(index ?? 0), isNew: false }) : this.close();
  }

  /** Queues a drawing and follows it. */
  async start(request) {
    if (this.running) return;
    this.form.clear();
    this.running = "submitting";
    this.stage.wait();
    try {
      const job = await jobs.submit(request);
      window.history.pushState(null, "", `#${job.id}`);
      announce("Drawing");
      this.onChange();
      await this.follow(job);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Shows a job: its pictures, or how far it is. */
  async open(id, { index = 0, isNew = true } = {}) {
    this.following.abort();
    this.setRunning(null);
    try {
      const job = await jobs.retrieve(id);
      if (isNew) window.history.pushState(null, "", `#${id}`);
      if (!jobs.isOver(job.state)) return await this.follow(job);
      await this.end(job.state, job, index);
    } catch (error) {
      this.fail(error);
    }
  }

  /** Leaves whatever is shown. */
  close() {
    this.following.abort();
    this.setRunning(null);
    this.stage.turn(this.stage.picture ? "shown" : "empty");
  }

  async cancel() {
    const id = this.running;
    if (!id || id === "submitting") return;
    at("step").textContent = "Cancelling";
    try {
      await jobs.end(id);
    } catch (error) {
      this.form.show(error);
    }
  }

  async follow(job) {
    this.following.abort();
    this.following = new AbortController();
    const { signal } = this.following;
    this.setRunning(job.id);
    this.stage.wait(job.position);
    if (job.progress) this.stage.progress(job.progress);
    for await (const { name, data } of jobs.follow(job.id, signal)) {
      if (signal.aborted) return;
      if (name === "queued") this.stage.wait(data.position);
      else if (name === "progress") this.stage.progress(data);
      else if (name === "preview") this.stage.preview(data);
      else if (jobs.isOver(name)) {
        await this.end(name, await jobs.retrieve(job.id));
        this.onChange();
      }
    }
  }

  /** Shows what came of a job. */
  async end(state, job, index = 0) {
    if (state === "succeeded") {
      const pictures = await Drawing.pictures(job);
      this.setRunning(null);
      this.stage.show(pictures, Math.min(index, pictures.length - 1));
      announce(`Drawn. ${this.stage.verdict.summary}`);
      return;
    }
    this.close();
    if (state === "cancelled") announce("Cancelled");
    else this.form.show({ message: job.error?.detail ?? "The drawing failed." });
  }

  fail(error) {
    if (error.name === "AbortError") return;
    this.close();
    this.form.show(error);
  }

  setRunning(id) {
    const hadFocus = document.activeElement === at("cancel");
    this.running = id;
    at("submit").setAttribute("aria-disabled", String(Boolean(id)));
    if (!id && hadFocus) at("submit").focus();
  }

  /** The pictures of a job that has succeeded. */
  static async pictures({ id, request = {}, result }) {
    const [width, height] = result.size.split("x").map(Number);
    return Promise.all(result.data.map(async ({ seed, scores }, index) => {
      const blob = await jobs.picture(id, index);
      const name = `liminal-${seed}.${blob.type === "image/jpeg" ? "jpg" : "png"}`;
      return {
        job: id, index, request, seed, scores, blob, name, type: blob.type, width, height,
        title: request.prompt ?? "Untitled", url: URL.createObjectURL(blob),
      };
    }));
  }
}
