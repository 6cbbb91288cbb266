/* hash.js - a photo is turned into 64 characters on this device, and only those can be sent. The photo is read by a worker (hash_worker.js):
 * neither its bytes nor its name ever come into a request, for the field that chooses it has no name and stands in no form.
 * What the worker finds is put into the form's own fields, where the person sees it before anything is sent. Every sentence stands in the
 * page already (data-say); this script only shows one of them. Without script the page offers to go on without a photo. */
"use strict";
(() => {
  const box = document.querySelector("[data-hash]");
  const found = document.querySelector("[data-hash-found]");
  if (!box || !found) return;
  const part = (name) => box.querySelector(`[data-part="${name}"]`);
  const field = (name) => found.querySelector(`[name="${name}"]`);
  const say = (word) => { for (const e of box.querySelectorAll("[data-say]")) e.hidden = e.dataset.say !== word; };
  const able = typeof Worker === "function" && typeof WebAssembly === "object" && typeof createImageBitmap === "function" && typeof OffscreenCanvas === "function";
  const without = box.querySelector("[data-without]");
  const pick = part("pick");
  if (!able) {
    say("old");
    return;
  }
  /* Only the file of this one name can become a worker: the page's policy lets nothing else be made of text. */
  const fixed = (url) => {
    if (!/^\/static\/hash_worker\.[0-9a-f]{12}\.js$/.test(url)) throw new TypeError("not the worker of this page");
    return url;
  };
  const policy = typeof trustedTypes === "object" ? trustedTypes.createPolicy("keten-hash", { createScriptURL: fixed }) : { createScriptURL: fixed };
  let worker = null;
  let asked = 0;

  const show = (said) => {
    const weak = said.quality < 50;
    say(weak ? "weak" : said.hashes.length > 1 ? "eight" : "done");
    for (const e of box.querySelectorAll("[data-quality]")) e.textContent = String(said.quality);
    if (weak) return;
    const shown = field("hash");
    shown.value = said.hashes.join("\n");
    shown.rows = said.hashes.length > 1 ? said.hashes.length : 2;
    field("quality").value = String(said.quality);
    field("front").value = "full";
    found.hidden = false;
    found.querySelector("[data-focus]").focus();
  };
  const ended = (why) => {
    if (worker) worker.terminate();
    worker = null;
    say(why);
  };
  const start = () => {
    worker = new Worker(policy.createScriptURL(box.dataset.worker));
    worker.addEventListener("error", () => ended("old"));
    worker.addEventListener("message", (e) => {
      if (e.data.asked !== asked) return; /* another photo was chosen meanwhile */
      pick.value = ""; /* the page holds on to nothing of it */
      if (e.data.why) say(e.data.why);
      else show(e.data);
    });
  };
  pick.addEventListener("change", () => {
    if (pick.files.length === 0) return;
    found.hidden = true;
    field("hash").value = "";
    say("busy");
    if (!worker) start();
    if (worker) worker.postMessage({ asked: ++asked, file: pick.files[0], vector: box.dataset.vector, plain: box.dataset.plain });
  });
  if (without) without.hidden = true;
  part("live").hidden = false;
  say("ready");
})();
