// wasm.js FOLDER-OF-MODULES - hashes a second of decoded pixels in WebAssembly, with vectors of 128 bits and without, in node and (where Chromium and the browser tests' library
// are here) in the browser; there also a photo of twelve million points from its file to its hash: decoded, handed over, hashed. One thread; in node by the time this process was given, in the browser by the clock.
"use strict";
const fs = require("node:fs");
const path = require("node:path");

/* In node and in the browser: the same source. */
const measure = async (bytes, milliseconds) => {
  const now = typeof process === "object" ? () => { const t = process.cpuUsage(); return (t.user + t.system) / 1000; } : () => performance.now();
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const pdq = instance.exports;
  const out = {};
  for (const [name, width, height, grey] of [["512x512 grey", 512, 512, true], ["512x512 colour", 512, 512, false], ["300x300 grey", 300, 300, true], ["1920x1080 colour", 1920, 1080, false]]) {
    const job = pdq.web_begin(width, height);
    const per = pdq.web_band_rows(job);
    for (let y = 0; y < height; y += per) {
      const rows = Math.min(per, height - y);
      const rgba = new Uint8Array(pdq.memory.buffer, pdq.web_band(job), width * rows * 4);
      for (let i = 0; i < width * rows; i++) for (let c = 0; c < 4; c++) rgba[4 * i + c] = (i % width) / 7 * ((y + i / width) % 41) + (grey ? 0 : c * 31);
      pdq.web_take(job, y, rows);
    }
    for (let i = 0; i < 50; i++) pdq.web_hash(job, 0);
    let best = 0;
    for (let turn = 0; turn < 3; turn++) {
      const began = now();
      let n = 0;
      let took = 0;
      while (took < milliseconds) { pdq.web_hash(job, 0); n++; took = now() - began; }
      best = Math.max(best, n * 1000 / took);
    }
    out[name] = best;
  }
  return out;
};

const inPage = async (base64) => {
  const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
  const { instance } = await WebAssembly.instantiate(bytes, {});
  const pdq = instance.exports;
  const canvas = new OffscreenCanvas(4032, 3024);
  const c = canvas.getContext("2d");
  let x = 7;
  const next = () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 4294967296; };
  for (let i = 0; i < 200; i++) {
    c.fillStyle = `rgb(${Math.floor(256 * next())} ${Math.floor(256 * next())} ${Math.floor(256 * next())})`;
    c.fillRect(4032 * next(), 3024 * next(), 900 * next() + 9, 900 * next() + 9);
  }
  const file = await canvas.convertToBlob({ type: "image/jpeg", quality: 0.85 });
  let said = null;
  for (let turn = 0; turn < 3; turn++) {
    const a = performance.now();
    const bitmap = await createImageBitmap(file, { imageOrientation: "none", colorSpaceConversion: "none" });
    const b = performance.now();
    const job = pdq.web_begin(4032, 3024);
    const rows = pdq.web_band_rows(job);
    const band = new OffscreenCanvas(4032, rows).getContext("2d", { willReadFrequently: true });
    for (let y = 0; y < 3024; y += rows) {
      const n = Math.min(rows, 3024 - y);
      band.drawImage(bitmap, 0, y, 4032, n, 0, 0, 4032, n);
      const data = band.getImageData(0, 0, 4032, n).data;
      new Uint8Array(pdq.memory.buffer, pdq.web_band(job), data.length).set(data);
      pdq.web_take(job, y, n);
    }
    const d = performance.now();
    pdq.web_hash(job, 0);
    const e = performance.now();
    if (said === null || e - a < said[0] + said[1] + said[2]) said = [b - a, d - b, e - d];
  }
  return said;
};

const print = (where, module, said) => {
  for (const [name, rate] of Object.entries(said))
    console.log(`PDQ in WebAssembly, ${where}, ${module}: ${name} ${Math.round(rate)} a second${name === "512x512 grey" && module.startsWith("vectors") ? " (goal 2700)" : ""}`);
};

const main = async () => {
  const modules = [["vectors of 128 bits", "pdq128.wasm"], ["no vectors", "pdq.wasm"]].map(([name, file]) => [name, fs.readFileSync(path.join(process.argv[2], file))]);
  for (const [name, bytes] of modules) print("node", name, await measure(bytes, 400));
  let lib = null;
  try { lib = require(path.join(__dirname, "..", "test", "browser", "lib.js")); } catch { /* said below */ }
  if (lib === null) { console.log("PDQ in WebAssembly, browser: not measured (npm ci in test/browser, and Chromium, are needed)"); return; }
  const browser = await lib.browse();
  const { page, close } = await browser.open({ lang: "en" });
  await page.goto("about:blank");
  for (const [name, bytes] of modules) {
    const said = await page.evaluate(`(async () => { const measure = ${measure}; return measure(Uint8Array.from(atob("${bytes.toString("base64")}"), (c) => c.charCodeAt(0)), 400); })()`);
    print("Chromium", name, said);
  }
  const [decode, over, hash] = await page.evaluate(`(${inPage})("${modules[0][1].toString("base64")}")`);
  console.log(`a JPEG of 4032x3024 in Chromium: decoded in ${decode.toFixed(0)} ms, handed over in ${over.toFixed(0)} ms, hashed in ${hash.toFixed(0)} ms (goal for the last: 60)`);
  await close();
  await browser.close();
};
main();
