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
  const kept = ["model", "negative_prompt", "size", "steps", "guidance_scale", "guidance_interval", "deep_cache_interval",
    "scheduler", "eta", "decoder"];
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
