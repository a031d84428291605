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
