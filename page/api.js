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
