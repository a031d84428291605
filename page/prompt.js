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
