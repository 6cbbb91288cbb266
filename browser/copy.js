/* copy.js - the button beside a code: puts it on the clipboard. Without script, or where the browser has none, there is no button
 * and the text is selected whole with one press. */
"use strict";
for (const button of document.querySelectorAll("button[data-copy]")) {
  const from = document.getElementById(button.dataset.copy);
  if (!from || !navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", () => navigator.clipboard.writeText(from.textContent.trim()).then(() => { button.textContent = "\u2713 " + button.textContent.replace(/^\u2713 /, ""); }, () => { button.hidden = true; }));
}
