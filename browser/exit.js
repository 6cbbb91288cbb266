/* exit.js - leave quickly: the button, or Shift three times within five seconds. The page is covered at once; the
 * address /weg clears the session, this site's storage and cache, and leads to a page without meaning. Without
 * script the button is a plain link to the same address. Replaces the entry in the history, so that Back shows nothing. */
"use strict";
(() => {
  const link = document.getElementById("exit");
  if (!link) return;
  const leave = (event) => {
    if (event) event.preventDefault();
    const cover = document.createElement("div");
    cover.className = "gone-cover";
    document.body.append(cover);
    document.title = "…";
    for (const field of document.querySelectorAll("input, textarea")) if (field.type !== "hidden") field.value = "";
    location.replace(link.href);
  };
  link.addEventListener("click", leave);
  let times = [];
  let alone = false;
  addEventListener("keydown", (e) => { alone = e.key === "Shift" && !e.repeat; });
  addEventListener("keyup", (e) => {
    if (e.key !== "Shift" || !alone) return;
    const now = performance.now();
    times = times.filter((t) => now - t < 5000).concat(now);
    if (times.length >= 3) leave();
  });
  addEventListener("pageshow", (e) => { if (e.persisted) location.reload(); });
})();
