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
