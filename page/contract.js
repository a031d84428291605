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
