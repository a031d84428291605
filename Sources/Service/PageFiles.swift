// swift-format-ignore-file
// Made from page/ by Tools/page.py: change those files and run `make page`.

extension PageRoute {
    /// The files of the page, by name.
    static let files: [String: File] = [
"api.js": File(type: "text/javascript; charset=utf-8", tag: "46ee9a19c4c3b9d1", text: #"""
import { askForKey, key } from "./key.js";

/** What the server refuses, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor(status, { detail, errors = [] } = {}, retrySeconds = null) {
    super(detail ?? `The server answered ${status}.`);
    Object.assign(this, { status, errors, retrySeconds });
  }

  /** The message, with when to try again where that is known. */
  get advice() {
    const seconds = this.retrySeconds;
    return seconds ? `${this.message} Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.` : this.message;
  }
}

/** Where a path of the API is, below wherever the page is. */
export const address = (path) => new URL(path, document.baseURI).href;

/** Sends a request, with a key if there is one and asking for it if one is wanted; throws a Problem for a refusal. */
export async function send(path, { method = "GET", body, headers = {}, signal } = {}) {
  for (;;) {
    const sent = key();
    const authorization = sent ? { Authorization: `Bearer ${sent}` } : {};
    const response = await fetch(address(path), { method, body, headers: { ...headers, ...authorization }, signal });
    if (response.ok) return response;
    if (response.status === 401 && (key() !== sent || await askForKey())) continue;
    throw new Problem(response.status, await problem(response), Number(response.headers.get("Retry-After")) || null);
  }
}

export const getJSON = async (path, options) => (await send(path, options)).json();
export const getBlob = async (path, options) => (await send(path, options)).blob();

/** Sends a value as JSON. */
export const postJSON = (path, value) => getJSON(path, {
  method: "POST", body: JSON.stringify(value), headers: { "Content-Type": "application/json" },
});

async function problem(response) {
  try {
    return await response.json();
  } catch {
    return {};  // a proxy's own page, of which the status says enough
  }
}

"""#),
"app.js": File(type: "text/javascript; charset=utf-8", tag: "b81396c4ea0c4d16", text: #"""
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

"""#),
"commands.js": File(type: "text/javascript; charset=utf-8", tag: "6bd268bb0c9850d4", text: #"""
import { commands, scoring } from "./curl.js";
import { announce, at, element } from "./element.js";

/** The commands for what is shown, each with a button that copies it. */
export class Commands {
  /** Commands that score with some scorers. */
  constructor(scorers) {
    this.scorers = scorers;
  }

  /** Shows the commands for a picture, and for the two sides of a comparison of it. */
  show(picture, sides = []) {
    const compared = sides.map(({ scorer, heading, options }) => [`Compare: ${heading}`, scoring(picture, [scorer], options)]);
    at("commands").replaceChildren(...[...commands(picture, this.scorers), ...compared].map(entry));
  }
}

function entry([title, command]) {
  const code = element("pre", { tabindex: 0, "aria-label": title }, command);
  const button = element("button", { type: "button", "aria-label": `Copy: ${title}` }, "Copy");
  button.addEventListener("click", async () => {
    const isCopied = await copy(command, code);
    button.textContent = isCopied ? "Copied" : "Press Ctrl+C";
    announce(button.textContent);
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
  return element("section", { class: "command" }, element("h3", {}, title), button, code);
}

/** Copies a text; where a page may not (over plain HTTP from elsewhere), selects it. */
async function copy(text, code) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    getSelection().selectAllChildren(code);
    return document.execCommand("copy");
  }
}

"""#),
"compare.js": File(type: "text/javascript; charset=utf-8", tag: "4fd1b64d307f734b", text: #"""
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

"""#),
"contract.js": File(type: "text/javascript; charset=utf-8", tag: "19ff7923f30f3fc6", text: #"""
import { getJSON } from "./api.js";

/** What this server can do, read once and only where it is needed: the contract is larger than the page. */
let reading = null;

export function contract() {
  reading ??= getJSON("openapi.json").then((document) => {
    const fields = document.components.schemas.GenerationRequest.properties;
    return {
      schedulers: (fields.scheduler?.enum ?? []).filter(Boolean),
      takesImages: "image" in fields,
      takesAdapters: "adapters" in fields,
      listsAdapters: "/v1/adapters" in document.paths,
    };
  }).catch((error) => {
    reading = null;
    throw error;
  });
  return reading;
}

"""#),
"curl.js": File(type: "text/javascript; charset=utf-8", tag: "92b1f898798661f6", text: #"""
import { address } from "./api.js";
import { key } from "./key.js";
import { path } from "./job.js";

const PLAIN = /^[A-Za-z0-9_/:=.,%+-]+$/;

/** A word as a POSIX shell reads it. */
export const quote = (text) => (PLAIN.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** A command of words that are quoted already; the key stays in the environment, out of the command's text. */
function curl(url, ...words) {
  const authorization = key() ? ['-H "Authorization: Bearer $LIMINAL_API_KEY"'] : [];
  return ["curl -s " + quote(address(url)), ...authorization, ...words].join(" \\\n  ");
}

const json = (value) => ["-H 'Content-Type: application/json'", `-d ${quote(JSON.stringify(value))}`];
const without = (object, ...names) => Object.fromEntries(Object.entries(object).filter(([name]) => !names.includes(name)));
const isLarge = (request) => "image" in request || "mask" in request;

/** The path that scores with scorers and options, as the query says. */
export function scoresPath(scorers, options = {}) {
  const parameters = Object.entries({ scorers: scorers.join(","), ...options });
  const encoded = (value) => encodeURIComponent(value).replaceAll("%2C", ",").replaceAll("%3A", ":");
  return `v1/scores?${parameters.map(([name, value]) => `${name}=${encoded(value)}`).join("&")}`;
}

/** A picture of a drawing, drawn again by its own seed. */
function drawing({ job, seed, request }) {
  const one = { ...without(request, "n", "keep", "scorers"), seed, scorers: [] };
  const save = ` \\\n  | jq -r '.data[0].b64_json' | base64 -d > liminal-${seed}.png`;
  if (!isLarge(request)) return curl("v1/images/generations", ...json(one)) + save;
  // A picture is too long for a command line; the job has it.
  const change = `.request + {n: 1, seed: ${seed}, scorers: []} | del(.keep)`;
  const again = curl("v1/images/generations", "-H 'Content-Type: application/json'", "-d @-");
  return `${curl(path(job))} \\\n  | jq '${change}' \\\n  | ${again}${save}`;
}

/** The bytes of a picture on standard output. */
const bytes = ({ job, index, name }) => (job ? curl(`${path(job)}/images/${index}`) : `cat ${quote(`./${name}`)}`);

/** The scores of a picture. */
export function scoring(picture, scorers, options) {
  const post = curl(scoresPath(scorers, options), `-H 'Content-Type: ${picture.type}'`, "--data-binary @-");
  return `${bytes(picture)} \\\n  | ${post} \\\n  | jq .`;
}

/** An evaluation of what is shown; set metrics want more pictures than one. */
function evaluation({ request, seed, name, ...picture }, scorers) {
  const kept = ["model", "negative_prompt", "size", "steps", "guidance_scale", "scheduler", "eta", "decoder"];
  if (request) {
    const settings = Object.fromEntries(Object.entries(request).filter(([field]) => kept.includes(field)));
    const system = { name: "as shown", ...settings };
    const wanted = { prompts: [request.prompt], systems: [system], n: 1, seed, scorers, metrics: [] };
    return curl("v1/evaluations", ...json(wanted)) + " \\\n  | jq .";
  }
  const wanted = `{systems: [{name: "as shown", images: [.]}], scorers: ${JSON.stringify(scorers)}, metrics: []}`;
  const post = curl("v1/evaluations", "-H 'Content-Type: application/json'", "-d @-");
  return `${bytes({ name, ...picture })} | base64 -w0 \\\n  | jq -R ${quote(wanted)} \\\n  | ${post} \\\n  | jq .`;
}

/** Every command for what is shown, with what it does. */
export function commands(picture, scorers) {
  const { job, request } = picture;
  const ofJob = job && [
    ["Draw this picture again", drawing(picture)],
    ["Queue the whole drawing",
      isLarge(request)
        ? `${curl(path(job))} \\\n  | jq '{kind, request}' \\\n  | `
          + curl("v1/jobs", "-H 'Content-Type: application/json'", "-d @-") + " \\\n  | jq ."
        : curl("v1/jobs", ...json({ kind: "generation", request })) + " \\\n  | jq ."],
    ["Show this job", `${curl(path(job))} | jq .`],
  ];
  const isEvaluable = !request || (!isLarge(request) && !request.adapters);
  return [
    ...(ofJob || []),
    ["Score the picture", scoring(picture, scorers)],
    ...(isEvaluable ? [["Evaluate it", evaluation(picture, scorers)]] : []),
  ];
}

"""#),
"drawing.js": File(type: "text/javascript; charset=utf-8", tag: "8b016034585a8b8e", text: #"""
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

"""#),
"drop.js": File(type: "text/javascript; charset=utf-8", tag: "9f7e8655a5f3aa2f", text: #"""
import { at } from "./element.js";

const isPicture = ({ type }) => type.startsWith("image/");
const hasFiles = (event) => event.dataTransfer?.types.includes("Files");

/** Takes pictures that are dropped anywhere, pasted, or chosen. */
export function takePictures(onPictures) {
  const take = (files) => {
    const pictures = [...files].filter(isPicture);
    if (files.length) onPictures(pictures);
  };
  let depth = 0;
  const show = (change) => {
    depth = change ? Math.max(0, depth + change) : 0;
    at("drop").hidden = depth === 0;
  };
  window.addEventListener("dragenter", (event) => hasFiles(event) && show(1));
  window.addEventListener("dragleave", (event) => hasFiles(event) && show(-1));
  window.addEventListener("dragover", (event) => hasFiles(event) && event.preventDefault());
  window.addEventListener("drop", (event) => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    show(0);
    take(event.dataTransfer.files);
  });
  window.addEventListener("paste", (event) => {
    const pictures = [...(event.clipboardData?.files ?? [])].filter(isPicture);
    if (!pictures.length) return;
    event.preventDefault();
    onPictures(pictures);
  });
  at("file").addEventListener("change", ({ target }) => {
    take(target.files);
    target.value = "";
  });
}

"""#),
"element.js": File(type: "text/javascript; charset=utf-8", tag: "3441c9620467c986", text: #"""
/** The element with an id. */
export const at = (id) => document.getElementById(id);

/** An element with attributes (functions are listeners), and children that are elements or text. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") made.addEventListener(name, value);
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value != null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child != null));
  return made;
}

/** Says something to those who listen to the page. */
export function announce(text) {
  at("status").textContent = text;
}

"""#),
"events.js": File(type: "text/javascript; charset=utf-8", tag: "0ea1d6485c593d5c", text: #"""
import { send } from "./api.js";

/** Reads server-sent events by fetch, because an EventSource can't send a key. */
export async function* events(path, { after = 0, signal } = {}) {
  const headers = { Accept: "text/event-stream", ...(after ? { "Last-Event-ID": String(after) } : {}) };
  const { body } = await send(path, { headers, signal });
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (text + value).split("\n\n");
    text = blocks.pop();
    for (const block of blocks) {
      const event = parse(block);
      if (event) yield event;
    }
  }
}

/** An event; null for a comment, which only keeps the connection alive. */
function parse(block) {
  const fields = { id: "", event: "message", data: [] };
  for (const line of block.split("\n")) {
    const [, name, value] = /^(\w+): ?(.*)$/.exec(line) ?? [];
    if (name === "data") fields.data.push(value);
    else if (name in fields) fields[name] = value;
  }
  if (!fields.data.length) return null;
  return { id: Number(fields.id), name: fields.event, data: JSON.parse(fields.data.join("\n")) };
}

"""#),
"form.js": File(type: "text/javascript; charset=utf-8", tag: "654e6a915cfb7d59", text: #"""
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

"""#),
"history.js": File(type: "text/javascript; charset=utf-8", tag: "6dab51b596fc2b14", text: #"""
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

"""#),
"icon.svg": File(type: "image/svg+xml", tag: "05c747a692d8137a", text: #"""
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path fill="#00705a" d="M16 2a14 14 0 0 1 0 28z"/><circle cx="16" cy="16" r="13" fill="none" stroke="#00705a" stroke-width="2"/></svg>

"""#),
"index.html": File(type: "text/html; charset=utf-8", tag: "b4f4c2bed98735cd", text: #"""
<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <meta name="description" content="Draws images between styles, and tells how far between.">
  <title>Liminal</title>
  <link rel="icon" href="page/icon.svg" type="image/svg+xml">
  <link rel="stylesheet" href="page/style.css">
  <script type="module" src="page/app.js"></script>
</head>
<body>
  <a class="skip" href="#prompt">Skip to the prompt</a>
  <header class="masthead">
    <h1>Liminal</h1>
    <p>images between styles</p>
    <nav aria-label="Tools">
      <label class="button" for="file">Score a picture</label>
      <input class="unseen" type="file" id="file" accept="image/png,image/jpeg">
      <a class="button" href="openapi.json">API</a>
    </nav>
  </header>
  <noscript><p class="message">This page needs JavaScript; the API doesn't.</p></noscript>

  <main>
    <form id="draw" class="desk" aria-label="Draw" autocomplete="off" novalidate>
      <div class="field">
        <label for="prompt">Prompt</label>
        <textarea id="prompt" name="prompt" rows="3" placeholder="a fox, half watercolor, half neon"
          aria-keyshortcuts="/"></textarea>
      </div>
      <fieldset id="styles" class="chips" hidden>
        <legend>Styles: one, or two to draw between them</legend>
      </fieldset>
      <div class="row">
        <div class="field">
          <label for="size">Size</label>
          <select id="size" name="size"></select>
        </div>
        <div class="field">
          <label for="n">Pictures</label>
          <input id="n" name="n" type="number" min="1" max="10" value="1" inputmode="numeric">
        </div>
      </div>
      <div id="keep" class="row" hidden>
        <div class="field">
          <label for="best">Keep the most ambiguous</label>
          <input id="best" name="best" type="number" min="1" max="10" placeholder="all" inputmode="numeric">
        </div>
        <div class="field">
          <label for="by">as seen by</label>
          <select id="by" name="by"></select>
        </div>
      </div>
      <div id="start" class="start" hidden>
        <img id="start-picture" alt="The picture to start from">
        <div class="field">
          <label for="strength">How far to leave the start</label>
          <input id="strength" name="strength" type="range" min="0.05" max="1" step="0.05" value="0.6">
        </div>
        <button type="button" id="start-remove">Remove</button>
      </div>
      <details id="more">
        <summary>More settings</summary>
        <div class="field" hidden>
          <label for="model">Model</label>
          <select id="model" name="model"></select>
        </div>
        <div class="row">
          <div class="field">
            <label for="steps">Steps</label>
            <input id="steps" name="steps" type="number" min="1" max="150" inputmode="numeric">
          </div>
          <div class="field">
            <label for="seed">Seed</label>
            <input id="seed" name="seed" type="number" min="0" max="4294967295" placeholder="random" inputmode="numeric">
          </div>
        </div>
        <div class="row">
          <div class="field">
            <label for="scheduler">Scheduler</label>
            <select id="scheduler" name="scheduler"><option value="">default</option></select>
          </div>
          <div class="field">
            <label for="guidance_scale">Guidance scale</label>
            <input id="guidance_scale" name="guidance_scale" type="number" min="0" max="30" step="any" inputmode="decimal">
          </div>
        </div>
        <div class="field">
          <label for="negative_prompt">Steer away from</label>
          <input id="negative_prompt" name="negative_prompt" type="text" placeholder="nothing">
        </div>
        <div class="field" hidden>
          <label for="decoder">Decoder</label>
          <select id="decoder" name="decoder"></select>
        </div>
        <fieldset id="adapters" class="adapters" hidden>
          <legend>Adapters</legend>
        </fieldset>
      </details>
      <div class="actions">
        <button type="submit" id="submit" class="primary" aria-keyshortcuts="Control+Enter Meta+Enter">Draw</button>
        <span class="keys" aria-hidden="true"><kbd>Ctrl</kbd> <kbd>Enter</kbd></span>
      </div>
      <p id="message" class="message" role="alert" hidden></p>
    </form>

    <section id="stage" class="stage" aria-label="Picture">
      <div id="empty" class="empty">
        <p>Nothing drawn yet.</p>
        <p>Ask for something in one style, or for <button type="button" class="link" id="example">a fox, half watercolor,
          half neon</button>; or drop any PNG or JPEG here to see how far it is between styles.</p>
      </div>
      <div id="work" class="work" hidden>
        <img id="preview" alt="" hidden>
        <p id="step">Waiting</p>
        <progress id="progress" aria-label="Progress of the drawing"></progress>
        <button type="button" id="cancel" aria-keyshortcuts="Escape">Cancel</button>
      </div>
      <div id="shown" class="shown" hidden>
        <ul id="strip" class="strip" aria-label="Pictures of this drawing" hidden></ul>
        <figure>
          <img id="picture" alt="">
          <figcaption id="caption"></figcaption>
        </figure>
        <div class="judged">
          <div id="verdict" class="verdict"></div>
          <div class="actions">
            <button type="button" id="again">Draw again with this seed</button>
            <button type="button" id="settings">Use its settings</button>
            <button type="button" id="as-start" hidden>Use as start</button>
            <a class="button" id="download">Download</a>
          </div>
        </div>
        <div id="posteriors" class="posteriors"></div>
        <details id="compare" class="drawer">
          <summary>Compare two scorers</summary>
          <form id="compare-form" class="compare" aria-label="Compare two scorers" novalidate>
            <div class="field">
              <label for="scorer-a">One scorer</label>
              <select id="scorer-a"></select>
            </div>
            <div class="field">
              <label for="scorer-b">Another</label>
              <select id="scorer-b"></select>
            </div>
            <div class="field own">
              <label for="own-styles">Your styles, or the name of a list</label>
              <input id="own-styles" name="styles" type="text" list="style-lists" value="watercolor, neon, pixel art">
              <datalist id="style-lists"></datalist>
            </div>
            <div class="field own">
              <label for="temperature">Temperature</label>
              <input id="temperature" name="temperature" type="number" min="0.0001" max="100" step="any"
                placeholder="the model's own" inputmode="decimal">
            </div>
            <button type="submit">Compare</button>
          </form>
          <div id="comparison" class="comparison"></div>
        </details>
        <details id="curl" class="drawer">
          <summary>Copy as curl</summary>
          <div id="commands"></div>
        </details>
      </div>
    </section>

    <section class="history" aria-labelledby="history-heading">
      <h2 id="history-heading">History</h2>
      <p id="history-empty">What you draw is kept here.</p>
      <ul id="history"></ul>
      <button type="button" id="older" hidden>Older</button>
    </section>
  </main>

  <div id="status" class="unseen" role="status"></div>
  <div id="drop" class="drop" aria-hidden="true" hidden><p>Drop to score</p></div>
  <dialog id="key" aria-labelledby="key-heading">
    <form>
      <h2 id="key-heading">This server asks for a key</h2>
      <div class="field">
        <label for="key-text">API key</label>
        <input id="key-text" type="password" autocomplete="off" required>
      </div>
      <p>Kept until you close this tab, and sent to this server alone.</p>
      <div class="actions">
        <button type="submit" class="primary">Use it</button>
        <button type="button" id="key-cancel">Cancel</button>
      </div>
    </form>
  </dialog>
</body>
</html>

"""#),
"job.js": File(type: "text/javascript; charset=utf-8", tag: "4e6110b5bb529a1a", text: #"""
import { Problem, getBlob, getJSON, postJSON, send } from "./api.js";
import { events } from "./events.js";

const PAUSE_MS = 700;
const PATIENCE = 40;

export const isOver = (state) => ["succeeded", "failed", "cancelled"].includes(state);
export const path = (id) => `v1/jobs/${id}`;
export const retrieve = (id) => getJSON(path(id));
export const submit = (request) => postJSON("v1/jobs", { kind: "generation", request });
export const picture = (id, index) => getBlob(`${path(id)}/images/${index}`);

/** A page of jobs, the last one first. */
export const list = (count, after) => getJSON(`v1/jobs?limit=${count}${after ? `&after=${after}` : ""}`);

/** Cancels a job that waits or runs, erases one that has ended. */
export const end = (id) => send(path(id), { method: "DELETE" });

/** What happens to a job until it is over; a connection that breaks is taken up again. */
export async function* follow(id, signal) {
  let [last, failures] = [0, 0];
  while (!signal.aborted) {
    try {
      for await (const event of events(`${path(id)}/events`, { after: last, signal })) {
        [last, failures] = [event.id || last, 0];
        yield event;
        if (isOver(event.name)) return;
      }
      const job = await retrieve(id);
      if (isOver(job.state)) return yield { name: job.state, data: job };
      if (job.progress) yield { name: "progress", data: job.progress };
    } catch (error) {
      failures += 1;
      const isFinal = error instanceof Problem && error.status < 500;
      if (signal.aborted || isFinal || failures > PATIENCE) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, PAUSE_MS));
  }
}

"""#),
"key.js": File(type: "text/javascript; charset=utf-8", tag: "63ddb7acd596841a", text: #"""
import { at } from "./element.js";

/** The key of the API, which lives no longer than the tab. */
const NAME = "liminal-key";
let asking = null;

export const key = () => sessionStorage.getItem(NAME);

/** Asks once, however many requests were refused; null if nobody knows. */
export function askForKey() {
  asking ??= ask().finally(() => { asking = null; });
  return asking;
}

function ask() {
  const dialog = at("key");
  const form = dialog.querySelector("form");
  at("key-text").value = "";
  dialog.showModal();
  return new Promise((resolve) => {
    const end = (value) => {
      if (value) sessionStorage.setItem(NAME, value);
      form.onsubmit = at("key-cancel").onclick = dialog.onclose = null;
      dialog.close();
      resolve(value || null);
    };
    form.onsubmit = (event) => {
      event.preventDefault();
      end(at("key-text").value.trim());
    };
    at("key-cancel").onclick = dialog.onclose = () => end(null);
  });
}

"""#),
"posterior.js": File(type: "text/javascript; charset=utf-8", tag: "82faa88b043a0155", text: #"""
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

"""#),
"prompt.js": File(type: "text/javascript; charset=utf-8", tag: "bb67af3805d3af49", text: #"""
/** How styles are named in a prompt; the first of a style's patterns is the one that is written. */
const PHRASES = {
  "flat illustration": ["a flat illustration of {}"],
  "pixel art": ["pixel art of {}"],
  watercolor: ["a watercolor painting of {}", "a watercolor of {}"],
  "oil painting": ["an oil painting of {}"],
  "pencil sketch": ["a pencil sketch of {}"],
  "stained glass": ["a stained glass window of {}"],
  "pop art": ["a pop art print of {}"],
  woodcut: ["a woodcut print of {}", "a woodcut of {}"],
  neon: ["a neon sign of {}"],
  blueprint: ["a blueprint of {}"],
  pointillism: ["a pointillist painting of {}"],
  "chalk drawing": ["a chalk drawing of {}"],
};

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const readable = (style) => style.replaceAll(/[-_]/g, " ");
const phrases = (style) => [...(PHRASES[style] ?? []), `{}, ${readable(style)}`];

/** The subject of a prompt, and which of some styles it names. */
export function parse(prompt, styles) {
  const text = prompt.trim();
  const blend = /^(.*?),?\s*half ([^,]+), half ([^,]+)$/is.exec(text);
  if (blend) {
    const named = blend.slice(2).map((name) => styles.find((style) => readable(style) === name.trim().toLowerCase()));
    if (named.every(Boolean)) return { subject: blend[1].trim(), styles: named };
  }
  for (const style of styles) {
    for (const phrase of phrases(style)) {
      const [before, after] = phrase.split("{}").map((part) => escaped(part.trim()));
      const match = new RegExp(`^${before && `${before}(?:\\s+|$)`}(.*?)\\s*${after}$`, "is").exec(text);
      if (match) return { subject: match[1], styles: [style] };
    }
  }
  return { subject: text, styles: [] };
}

/** A prompt for a subject in a style, or half in one and half in another. */
export function compose(subject, styles) {
  if (styles.length === 2) return `${subject}, half ${readable(styles[0])}, half ${readable(styles[1])}`;
  return styles.length ? phrases(styles[0])[0].replace("{}", () => subject) : subject;
}

"""#),
"settings.js": File(type: "text/javascript; charset=utf-8", tag: "c838ccb2f46ec00e", text: #"""
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

"""#),
"stage.js": File(type: "text/javascript; charset=utf-8", tag: "ff52f6b202e08bc8", text: #"""
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

"""#),
"style.css": File(type: "text/css; charset=utf-8", tag: "91f0006b76402a70", text: #"""
:root {
  color-scheme: light dark;
  --paper: light-dark(#f6f7f6, #121413);
  --sheet: light-dark(#ffffff, #1a1d1c);
  --ink: light-dark(#161918, #eceeed);
  --faint: light-dark(#5c6462, #9aa3a0);
  --line: light-dark(#dde1df, #313735);
  --edge: light-dark(#848d8a, #77817d);
  --track: light-dark(#e8ebea, #2a2f2d);
  --accent: light-dark(#00705a, #4fd1a5);
  --on-accent: light-dark(#ffffff, #0b1a15);
  --error: light-dark(#b3261e, #ff9b91);
  --text: "Inter", system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", sans-serif;
  --display: "Iowan Old Style", "P052", "Palatino Linotype", Palatino, "URW Palladio L", Georgia, serif;
  font: 16px/1.5 var(--text);
}

*, ::before, ::after { box-sizing: border-box; }
[hidden] { display: none !important; }
body { margin: 0; background: var(--paper); color: var(--ink); overflow-wrap: anywhere; }
h1, h2, h3, p, ul, figure, pre, fieldset { margin: 0; padding: 0; border: 0; min-width: 0; }
ul { list-style: none; }
img { display: block; max-width: 100%; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }

.unseen {
  position: absolute; width: 1px; height: 1px; margin: -1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap;
}
.skip { position: absolute; left: 1rem; top: -4rem; padding: .5rem 1rem; background: var(--sheet); color: var(--ink); z-index: 2; }
.skip:focus { top: .5rem; }

/* The frame */
.masthead, main { max-width: 80rem; margin-inline: auto; padding-inline: clamp(1rem, 3vw, 2.5rem); }
.masthead { display: flex; flex-wrap: wrap; align-items: baseline; gap: .25rem 1rem; padding-block: 1.5rem 1.25rem; }
.masthead h1 { font: 400 1.75rem/1.1 var(--display); }
.masthead p { color: var(--faint); }
.masthead nav { margin-left: auto; display: flex; gap: .5rem; position: relative; }
main { display: grid; grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); gap: 2.5rem clamp(1.5rem, 4vw, 3.5rem); padding-bottom: 4rem; }
.history { grid-column: 1 / -1; border-top: 1px solid var(--line); padding-top: 1.5rem; }
h2 { font: 400 1.25rem/1.2 var(--display); }

/* Controls */
button, .button, input, select, textarea { font: inherit; color: inherit; }
button, .button {
  display: inline-flex; align-items: center; justify-content: center; padding: .4rem .8rem; border: 1px solid var(--edge); border-radius: 4px; background: none;
  font-size: .875rem; line-height: 1.4; text-decoration: none; cursor: pointer;
}
button:hover, .button:hover { border-color: var(--ink); }
label.button:has(+ input:focus-visible) { outline: 2px solid var(--accent); outline-offset: 2px; }
.primary { padding: .55rem 1.6rem; border-color: var(--accent); background: var(--accent); color: var(--on-accent); font-size: 1rem; font-weight: 600; }
.primary[aria-disabled="true"] { opacity: .5; cursor: default; }
.link { display: inline; padding: 0; border: 0; border-radius: 0; font-size: inherit; color: var(--accent); text-decoration: underline; text-underline-offset: .2em; }
legend { padding: 0; }
label, legend { font-size: .8125rem; color: var(--faint); }
label.button { color: var(--ink); font-size: .875rem; }
input:not([type="radio"], [type="checkbox"], [type="range"], [type="file"]), select, textarea {
  display: block; width: 100%; min-height: 2.5rem; padding: .45rem .65rem; border: 1px solid var(--edge); border-radius: 4px;
  background: var(--sheet);
}
textarea { min-height: 5.5rem; resize: vertical; font-size: 1.0625rem; }
::placeholder { color: var(--faint); opacity: 1; }
input[type="range"], input[type="checkbox"], input[type="radio"], progress { accent-color: var(--accent); }
input[type="range"] { width: 100%; }
[aria-invalid] { border-color: var(--error) !important; }
.error, .message { color: var(--error); font-size: .875rem; }
.message { border-left: 3px solid var(--error); padding-left: .75rem; }
.desk { display: grid; gap: 1.1rem; align-content: start; }
.field { display: grid; gap: .25rem; align-content: start; min-width: 0; }
.row { display: grid; grid-template-columns: 1fr 1fr; gap: .75rem; align-items: end; }
.row:has(.error) { align-items: start; }
.actions { display: flex; flex-wrap: wrap; gap: .5rem; align-items: center; }
.keys { color: var(--faint); font-size: .75rem; margin-left: .25rem; }
kbd { font: inherit; border: 1px solid var(--line); border-radius: 3px; padding: .1rem .35rem; }
.chips div { display: flex; flex-wrap: wrap; gap: .375rem; padding-top: .4rem; }
.chip { border-radius: 2rem; padding: .25rem .7rem; border-color: var(--line); font-size: .8125rem; }
.chip[aria-pressed="true"] { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
summary { cursor: pointer; color: var(--faint); font-size: .875rem; padding-block: .25rem; }
summary:hover, details[open] > summary { color: var(--ink); }
#more[open] { display: grid; gap: .9rem; }
#more[open]::details-content { display: grid; gap: .9rem; }
.start { display: grid; grid-template-columns: 4rem 1fr auto; gap: .75rem; align-items: center; }
.start img { border-radius: 3px; }
.adapters { display: grid; gap: .4rem; }
.adapter { display: grid; grid-template-columns: 1fr 5rem; align-items: center; gap: .75rem; }

/* The stage */
.stage { scroll-margin-top: 1rem; }
.empty, .work { display: grid; align-content: center; justify-items: center; gap: .75rem; text-align: center; min-height: 26rem; border: 1px dashed var(--line); border-radius: 6px; padding: 2rem; }
.empty p { max-width: 30rem; color: var(--faint); text-wrap: balance; }
.empty p:first-child { font: 400 1.5rem/1.2 var(--display); color: var(--ink); }
.work { border-style: solid; background: var(--sheet); }
.work img { width: min(100%, 22rem); border-radius: 3px; }
.work p { color: var(--faint); font-variant-numeric: tabular-nums; }
progress { appearance: none; width: min(100%, 22rem); height: .375rem; border: 0; border-radius: 3px; background: var(--track); overflow: hidden; }
progress::-webkit-progress-bar { background: var(--track); }
progress::-webkit-progress-value { background: var(--accent); transition: width .3s ease-out; }
progress::-moz-progress-bar { background: var(--accent); }
progress:indeterminate::-moz-progress-bar { background: none; }
.shown { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 1.75rem clamp(1.5rem, 3vw, 2.5rem); }
.shown > * { min-width: 0; }
figure { display: grid; gap: .75rem; align-content: start; }
figure > img { width: 100%; border-radius: 3px; background: var(--track); }
figcaption { font-size: .875rem; }
.facts { color: var(--faint); font-size: .8125rem; font-variant-numeric: tabular-nums; white-space: nowrap; }
.strip, .posteriors, .drawer { grid-column: 1 / -1; }
.strip { display: flex; flex-wrap: wrap; gap: .5rem; }
.strip button { display: grid; gap: .2rem; padding: .25rem; border-color: transparent; font-size: .8125rem; font-variant-numeric: tabular-nums; text-align: center; }
.strip img { width: 4rem; height: 4rem; object-fit: cover; border-radius: 2px; }
.strip [aria-current] { border-color: var(--accent); }

/* The verdict */
.judged { display: grid; align-content: space-between; gap: 1.75rem; }
.verdict { display: grid; align-content: start; gap: .75rem; }
.verdict h2 { font: 400 1rem/1.2 var(--text); color: var(--faint); }
.figure { font: 400 clamp(5.5rem, 12vw, 9.5rem)/.8 var(--display); letter-spacing: -.03em; font-variant-numeric: lining-nums tabular-nums; margin: .12em 0 0 -.04em; }
.scale { position: relative; height: 1px; background: var(--edge); margin-block: .75rem .1rem; }
.marker { position: absolute; top: -.45rem; width: 3px; height: .9rem; margin-left: -1.5px; background: var(--accent); border-radius: 2px; transition: left .4s ease-out; }
.ends { display: flex; justify-content: space-between; gap: 1rem; color: var(--faint); font-size: .8125rem; line-height: 1.35; }
.ends span { max-width: 9rem; }
.ends span:last-child { text-align: right; }
.ends b { color: var(--ink); font-weight: 600; }
.reading { font-size: .9375rem; }
.choice { display: flex; flex-wrap: wrap; gap: .375rem; }
.choice legend { margin-bottom: .35rem; }
.choice label { position: relative; }
.choice input { position: absolute; inset: 0; opacity: 0; margin: 0; cursor: pointer; }
.choice span { display: block; padding: .2rem .6rem; border: 1px solid var(--line); border-radius: 2rem; color: var(--ink); }
.choice :checked + span { border-color: var(--accent); color: var(--accent); }
.choice :focus-visible + span { outline: 2px solid var(--accent); outline-offset: 2px; }

.posteriors { columns: 18rem 2; column-gap: clamp(1.5rem, 3vw, 2.5rem); }
.posteriors .posterior { break-inside: avoid; margin-bottom: 1.75rem; }
.comparison { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 18rem), 1fr)); gap: 1.75rem clamp(1.5rem, 3vw, 2.5rem); align-items: start; }
.comparison .reading, .comparison .error { grid-column: 1 / -1; }
.posterior { width: 100%; border-collapse: collapse; font-size: .8125rem; line-height: 1.3; }
.posterior caption { text-align: left; padding-bottom: .35rem; margin-bottom: .35rem; border-bottom: 1px solid var(--line); font-size: .9375rem; }
.posterior.chosen caption { border-color: var(--accent); }
.small-figure { float: right; font-variant-numeric: tabular-nums; }
.posterior th { width: 45%; padding: .15rem .75rem .15rem 0; text-align: left; font-weight: 400; }
.bar { display: block; height: .5rem; background: var(--track); border-radius: 1px; overflow: hidden; }
.bar span { display: block; height: 100%; background: var(--accent); transition: width .4s ease-out; }
.share { width: 3.4rem; text-align: right; color: var(--faint); font-variant-numeric: tabular-nums; white-space: nowrap; }

/* Drawers */
.drawer { border-top: 1px solid var(--line); padding-top: .75rem; }
.drawer > :not(summary) { margin-top: .75rem; }
.drawer:not([open]) + .drawer { margin-top: -1rem; }
.compare { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 11rem), 1fr)); gap: .75rem; align-items: end; }
.compare button { justify-self: start; min-height: 2.5rem; }
.comparison:not(:empty) { margin-top: 1.25rem; }
.command { display: grid; grid-template-columns: 1fr auto; gap: .35rem .75rem; align-items: center; margin-bottom: 1rem; }
.command h3 { font: 500 .875rem/1.3 var(--text); }
.command pre {
  grid-column: 1 / -1; overflow-x: auto; padding: .75rem; border: 1px solid var(--line); border-radius: 4px; background: var(--sheet);
  font: .8125rem/1.5 ui-monospace, "SF Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace; overflow-wrap: normal;
}

/* History */
.history { display: grid; gap: 1rem; justify-items: start; }
.history > p { color: var(--faint); font-size: .875rem; }
.history ul { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: 1.25rem 1rem; width: 100%; }
.history li { display: grid; align-content: start; gap: .25rem; position: relative; }
.open { display: grid; place-content: stretch; place-items: stretch; gap: .4rem; width: 100%; padding: 0; border: 0; text-align: left; font-size: .8125rem; line-height: 1.35; }
.thumb { display: block; aspect-ratio: 1; background: var(--track); border-radius: 3px; overflow: hidden; }
.thumb img { width: 100%; height: 100%; object-fit: cover; }
.open:hover .prompt { text-decoration: underline; text-underline-offset: .2em; }
.words { display: grid; color: var(--faint); }
.words > .prompt { color: var(--ink); }
.prompt { display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; line-clamp: 2; overflow: hidden; }
.erase { justify-self: start; padding: .1rem 0; border: 0; color: var(--faint); font-size: .75rem; text-decoration: underline; text-underline-offset: .2em; }
.erase.sure { color: var(--error); }

.drop { position: fixed; inset: 0; z-index: 3; display: grid; place-content: center; background: color-mix(in srgb, var(--paper) 88%, transparent); pointer-events: none; }
.drop::before { content: ""; position: absolute; inset: 1rem; border: 2px dashed var(--accent); border-radius: 8px; }
.drop p { font: 400 2rem/1.2 var(--display); }
dialog { width: min(26rem, calc(100vw - 2rem)); padding: 1.5rem; border: 1px solid var(--line); border-radius: 8px; background: var(--sheet); color: var(--ink); }
dialog form { display: grid; gap: 1rem; }
dialog p { font-size: .875rem; color: var(--faint); }
::backdrop { background: rgb(0 0 0 / .4); }

@media (max-width: 60rem) {
  main { grid-template-columns: minmax(0, 1fr); }
  .empty, .work { min-height: 18rem; }
}
@media (max-width: 40rem) {
  .masthead { align-items: center; }
  .masthead p { order: 3; width: 100%; }
  .shown { grid-template-columns: minmax(0, 1fr); }
  .history ul { grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); }
  .keys { display: none; }
  button, .button, .chip { min-height: 2.5rem; }
  .chip { padding-inline: .85rem; }
  .erase, .link { min-height: 0; }
}
@media (prefers-reduced-motion: no-preference) {
  html { scroll-behavior: smooth; }
}
@media (prefers-reduced-motion: reduce) {
  * { transition: none !important; }
}

"""#),
"styles.js": File(type: "text/javascript; charset=utf-8", tag: "0ae4178a505ab26f", text: #"""
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

"""#),
"verdict.js": File(type: "text/javascript; charset=utf-8", tag: "5bbe0980bd877fae", text: #"""
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

"""#),
    ]
}
