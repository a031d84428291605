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
