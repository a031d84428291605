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
