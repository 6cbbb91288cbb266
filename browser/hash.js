/* hash.js - a photo is turned into 64 characters on this device, and only those can be sent. The photo is read by a worker (hash_worker.js):
 * neither its bytes nor its name ever come into a request, for the field that chooses it has no name and stands in no form.
 * Of a video the browser decodes a frame a second in an element that no page shows, silent, and the worker hashes each; those that differ
 * from each other are kept, since a re-upload needs one only. The policy lets that element open what this page made (blob:) and nothing else.
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
  const QUALITY = 50;          /* least that is worth keeping */
  const FRAMES = 32;           /* most that are sent of one video (core/case/print.h) */
  const LOOKS = 240;           /* most that are looked at; of a longer one further apart than a second */
  const ALIKE = 10;            /* bits: as near to one that is kept, another frame says nothing more */
  const WAIT = 15000;          /* milliseconds for a browser to come to a frame */
  let worker = null;
  let asked = 0;
  const waiting = new Map();   /* what the worker was asked -> who waits for it */

  const show = (said, front) => {
    for (const e of box.querySelectorAll("[data-quality]")) e.textContent = String(said.quality);
    if (said.quality < QUALITY) {
      say(front === "vpdq" ? "weak-video" : "weak");
      return;
    }
    say(front === "vpdq" ? "done-video" : said.hashes.length > 1 ? "eight" : "done");
    for (const e of box.querySelectorAll("[data-lines]")) e.textContent = String(said.hashes.length);
    const shown = field("hash");
    shown.value = said.hashes.join("\n");
    shown.rows = Math.max(2, said.hashes.length);
    field("quality").value = String(said.quality);
    field("front").value = front;
    found.hidden = false;
    found.querySelector("[data-focus]").focus();
  };
  const ended = () => {
    if (worker) worker.terminate();
    worker = null;
    for (const done of waiting.values()) done({ why: "old" });
    waiting.clear();
  };
  const start = () => {
    worker = new Worker(policy.createScriptURL(box.dataset.worker));
    worker.addEventListener("error", ended);
    worker.addEventListener("message", (e) => {
      const done = waiting.get(e.data.asked);
      waiting.delete(e.data.asked);
      if (done) done(e.data);
    });
  };
  let questions = 0;
  const ask = (what, transfer) => new Promise((done) => {
    if (!worker) start();
    waiting.set(++questions, done);
    worker.postMessage({ asked: questions, vector: box.dataset.vector, plain: box.dataset.plain, ...what }, transfer || []);
  });

  /* ---- video ---- */
  const once = (target, good) => new Promise((done) => {
    const end = (v) => { clearTimeout(timer); target.removeEventListener(good, yes); target.removeEventListener("error", no); done(v); };
    const yes = () => end(true);
    const no = () => end(false);
    const timer = setTimeout(no, WAIT);
    target.addEventListener(good, yes);
    target.addEventListener("error", no);
  });
  const far = (a, b) => {
    let d = 0;
    for (let i = 0; i < 64; i++) d += [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4][parseInt(a[i], 16) ^ parseInt(b[i], 16)];
    return d;
  };
  /* A video that does not say how long it is (one that was recorded in a browser) says it once its end was looked for. */
  const length = async (film) => {
    if (Number.isFinite(film.duration)) return film.duration;
    const told = once(film, "durationchange");
    film.currentTime = 1e7;
    await told;
    await new Promise((done) => { setTimeout(done, 50); });
    return Number.isFinite(film.duration) ? film.duration : 0;
  };
  const frames_of = async (film, mine) => {
    const seconds = await length(film);
    const step = Math.max(1, seconds / LOOKS);
    const all = Math.max(1, Math.ceil(seconds / step));
    const kept = [];
    let best = 0;
    for (let i = 0; i < all && mine === asked; i++) {
      for (const e of box.querySelectorAll("[data-progress]")) { e.max = all; e.value = i; e.hidden = false; }
      const there = once(film, "seeked");
      film.currentTime = Math.min(i * step + 0.005, Math.max(0, seconds - 0.01)); /* a little behind where the frame begins */
      if (!await there) continue;
      const frame = await createImageBitmap(film, { colorSpaceConversion: "none" }).catch(() => null);
      if (!frame) continue;
      const said = await ask({ frame }, [frame]);
      if (said.why) return { why: said.why };
      best = Math.max(best, said.quality);
      if (said.quality >= QUALITY && kept.every((k) => far(k.hash, said.hashes[0]) > ALIKE)) kept.push({ hash: said.hashes[0], quality: said.quality });
    }
    if (kept.length === 0) return best > 0 ? { hashes: [], quality: best } : { why: "unread-video" };
    const take = kept.length <= FRAMES ? kept : Array.from({ length: FRAMES }, (_, i) => kept[Math.floor(i * kept.length / FRAMES)]);
    return { hashes: take.map((k) => k.hash), quality: Math.min(...take.map((k) => k.quality)) };
  };
  const watch = async (file, mine) => {
    const ready = await ask({ video: file });
    if (ready.why) return ready;
    const film = document.createElement("video");
    film.muted = true;
    film.preload = "auto";
    const address = URL.createObjectURL(ready.blob);
    const opened = once(film, "loadeddata");
    film.src = address;
    try {
      return await opened ? await frames_of(film, mine) : { why: "unread-video" };
    } finally {
      film.removeAttribute("src");
      film.load();
      URL.revokeObjectURL(address);
      for (const e of box.querySelectorAll("[data-progress]")) e.hidden = true;
    }
  };

  pick.addEventListener("change", async () => {
    if (pick.files.length === 0) return;
    found.hidden = true;
    field("hash").value = "";
    const file = pick.files[0];
    const mine = ++asked;
    const video = file.type.startsWith("video/");
    say(video ? "busy-video" : "busy");
    const said = video ? await watch(file, mine) : await ask({ file });
    if (mine !== asked) return; /* another one was chosen meanwhile */
    pick.value = ""; /* the page holds on to nothing of it */
    if (said.why) say(said.why);
    else show(said, video ? "vpdq" : "full");
  });
  if (without) without.hidden = true;
  part("live").hidden = false;
  say("ready");
})();
