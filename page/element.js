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
