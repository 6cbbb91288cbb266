// web_test.js MODULE.wasm vectors.csv - what the browser is given makes the same hashes of the same pixels as the public reference:
// every picture of README.md in this folder, as it is and in all eight forms. TAP on the standard output.
"use strict";
const fs = require("node:fs");

const M = (1n << 64n) - 1n;
const mix = (z) => {
  z = (z + 0x9E3779B97F4A7C15n) & M;
  z = ((z ^ z >> 30n) * 0xBF58476D1CE4E5B9n) & M;
  z = ((z ^ z >> 27n) * 0x94D049BB133111EBn) & M;
  return z ^ z >> 31n;
};
const waves = new Map();
const wave = (s, x, y, c) => {
  const key = `${s} ${c}`;
  if (!waves.has(key)) waves.set(key, [mix(16n * s + 4n * c) % 7n + 1n, mix(16n * s + 4n * c + 1n) % 7n + 1n, mix(16n * s + 4n * c + 2n) % 97n + 16n, mix(16n * s + 4n * c + 3n) % 1000n].map(Number));
  const [a, b, p, o] = waves.get(key);
  const v = (a * x + b * y + o) % (2 * p);
  return Math.floor((v < p ? v : 2 * p - v) * 255 / p);
};
const patches = new Map();
const blocks = (s, x, y, c) => {
  const k = Number(mix(s) % 29n + 3n);
  const key = `${s} ${Math.floor(x / k)} ${Math.floor(y / k)} ${c}`;
  if (!patches.has(key)) patches.set(key, Number(mix(s ^ BigInt(Math.floor(x / k)) << 32n ^ BigInt(Math.floor(y / k)) << 8n ^ c) & 255n));
  return patches.get(key);
};
const value = (g, s, w, x, y, c) => {
  if (g === 0) return Number(mix(s + BigInt((y * w + x) * 3) + c) & 255n);
  if (g === 1) return wave(s, x, y, c);
  if (g === 2) return blocks(s, x, y, c);
  return Math.floor((blocks(s, x, y, c) + 3 * Math.floor(x * 255 / Math.max(w - 1, 1))) / 4);
};

const main = async () => {
  const { instance } = await WebAssembly.instantiate(fs.readFileSync(process.argv[2]), {});
  const pdq = instance.exports;
  const rows = fs.readFileSync(process.argv[3], "utf8").trim().split("\n").slice(1).map((l) => l.split(","));
  const wrong = [];
  let seen = 0;
  for (const [g, w, h, s, quality, ...forms] of rows) {
    const [width, height] = [Number(w), Number(h)];
    if (width * height > 90000) continue; /* the pixels of large ones take node minutes to make; the server's test has them */
    const job = pdq.web_begin(width, height);
    const per = pdq.web_band_rows(job);
    for (let y = 0; y < height; y += per) {
      const n = Math.min(per, height - y);
      const rgba = new Uint8Array(width * n * 4).fill(255);
      for (let i = 0; i < width * n; i++) for (let c = 0; c < 3; c++) rgba[4 * i + c] = value(Number(g), BigInt(s), width, i % width, y + Math.floor(i / width), BigInt(c));
      new Uint8Array(pdq.memory.buffer, pdq.web_band(job), rgba.length).set(rgba);
      pdq.web_take(job, y, n);
    }
    const hex = (form) => Buffer.from(pdq.memory.buffer, pdq.web_hex(job, form), 64).toString("latin1");
    const all = pdq.web_hash(job, 1) === 0 ? forms.map((_, i) => hex(i)) : [];
    if (all.join() !== forms.join() || pdq.web_quality(job) !== Number(quality)) wrong.push(`${g} ${w}x${h} seed ${s}`);
    const one = pdq.web_hash(job, 0) === 0 ? hex(0) : "";
    if (width !== 64 && one !== forms[0]) wrong.push(`${g} ${w}x${h} seed ${s}, alone`);
    seen++;
  }
  const ok = [];
  const check = (good, name) => ok.push([good, name]);
  check(seen > 100 && wrong.length === 0, `${seen} pictures: hashes, all eight forms and quality as the reference has them`);
  check(pdq.web_begin(0, 5) === 0 && pdq.web_begin(20000, 5) === 0 && pdq.web_begin(8000, 8000) === 0, "a picture of no size, of a side too long, or of too many points is refused");
  check(WebAssembly.Module.imports(await WebAssembly.compile(fs.readFileSync(process.argv[2]))).length === 0, "the module asks nothing of the page around it");
  ok.forEach(([good, name], i) => console.log(`${good ? "ok" : "not ok"} ${i + 1} - ${name}`));
  for (const w of wrong.slice(0, 20)) console.log(`# ${w}`);
  const speed = (width, height, grey) => {
    const job = pdq.web_begin(width, height);
    const per = pdq.web_band_rows(job);
    for (let y = 0; y < height; y += per) {
      const n = Math.min(per, height - y);
      const rgba = new Uint8Array(pdq.memory.buffer, pdq.web_band(job), width * n * 4);
      for (let i = 0; i < width * n; i++) for (let c = 0; c < 4; c++) rgba[4 * i + c] = (i % width) / 7 * ((y + i / width) % 41) + (grey ? 0 : c * 31);
      pdq.web_take(job, y, n);
    }
    pdq.web_hash(job, 0);
    const began = process.hrtime.bigint();
    let n = 0;
    while (Number(process.hrtime.bigint() - began) < 300e6) { pdq.web_hash(job, 0); n++; }
    return Math.round(n / (Number(process.hrtime.bigint() - began) / 1e9));
  };
  console.log(`# a second here: 512x512 grey ${speed(512, 512, true)}, 512x512 colour ${speed(512, 512, false)}, 1920x1080 colour ${speed(1920, 1080, false)}`);
  console.log(`1..${ok.length}`);
  process.exit(ok.every(([good]) => good) ? 0 : 1);
};
main();
