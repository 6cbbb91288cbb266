// photos.js - a photo is turned into 64 characters in the browser, and nothing else leaves it: every request is recorded and searched for
// the picture's bytes and its name. Over a set of made pictures the browser's characters are compared with those of `keten hash`.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const press = async (page, selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };
const go = (page, value) => press(page, `button[name="go"][value="${value}"]`);
const NAME = "geheime-vakantiefoto";

// Neutral pictures: patches of many sizes on each other, drawn and written out by the browser's own encoders.
const draw = (page, kind, width, height, seed, quality) => page.evaluate(async ([type, w, h, s, q]) => {
  const canvas = new OffscreenCanvas(w, h);
  const c = canvas.getContext("2d");
  let x = s * 2654435761 >>> 0;
  const next = () => { x ^= x << 13; x >>>= 0; x ^= x >>> 17; x ^= x << 5; x >>>= 0; return x / 4294967296; };
  for (let i = 0; i < 90; i++) {
    const side = 0.5 * Math.pow(0.96, i);
    c.fillStyle = `rgb(${Math.floor(256 * next())} ${Math.floor(256 * next())} ${Math.floor(256 * next())})`;
    c.beginPath();
    c.ellipse(w * next(), h * next(), w * side * next() + 2, h * side * next() + 2, 6.28 * next(), 0, 6.29);
    c.fill();
  }
  const blob = await canvas.convertToBlob({ type: `image/${type}`, quality: q });
  let text = "";
  for (const b of new Uint8Array(await blob.arrayBuffer())) text += String.fromCharCode(b);
  return btoa(text);
}, [kind, width, height, seed, quality]).then((base64) => Buffer.from(base64, "base64"));

// The note "turn me" behind the first marker of a JPEG.
const turned = (jpeg) => Buffer.concat([jpeg.subarray(0, 2), Buffer.from("ffe100224578696600004d4d002a00000008000101120003000000010006000000000000", "hex"), jpeg.subarray(2)]);

const crc = (b) => {
  let c = ~0;
  for (const x of b) {
    c ^= x;
    for (let k = 0; k < 8; k++) c = c & 1 ? c >>> 1 ^ 0xEDB88320 : c >>> 1;
  }
  return ~c >>> 0;
};
// The same note in a PNG, behind its first chunk.
const turnedPng = (png) => {
  const body = Buffer.from("655849664d4d002a00000008000101120003000000010006000000000000", "hex");
  const chunk = Buffer.concat([Buffer.alloc(4), body, Buffer.alloc(4)]);
  chunk.writeUInt32BE(body.length - 4, 0);
  chunk.writeUInt32BE(crc(body), 4 + body.length);
  return Buffer.concat([png.subarray(0, 33), chunk, png.subarray(33)]);
};

const far = (a, b) => {
  let d = 0n;
  for (let v = BigInt(`0x${a}`) ^ BigInt(`0x${b}`); v > 0n; v >>= 1n) d += v & 1n;
  return Number(d);
};

// Chooses a file and waits for what the page says; { word, hashes, quality }
const choose = async (page, file) => {
  await page.evaluate(() => { for (const e of document.querySelectorAll("[data-say]")) e.hidden = true; });
  await page.setInputFiles("#pick-photo", file);
  await page.waitForFunction(() => [...document.querySelectorAll("[data-say]")].some((e) => !e.hidden && e.dataset.say !== "busy"), null, { timeout: 30000 });
  return page.evaluate(() => ({ word: [...document.querySelectorAll("[data-say]")].find((e) => !e.hidden && e.dataset.say !== "busy").dataset.say,
    hashes: document.querySelector("[name=hash]").value.split("\n").filter(Boolean), quality: Number(document.querySelector("[name=quality]").value), kept: document.querySelector("#pick-photo").files.length }));
};

module.exports = async ({ server, browser, lib }) => {
  const { ok, note, axe, sound } = lib;

  const toPicture = async (page, age = "18+") => {
    await page.goto(`${server.url}/report`);
    await page.check('input[name="safety"][value="yes"]');
    await go(page, "next");
    await page.check('input[name="for_whom"][value="self"]');
    await page.check(`input[name="age"][value="${age}"]`);
    await go(page, "next");
    if (age !== "18+") return;
    await go(page, "skip");
    await go(page, "to-picture");
  };

  // Everything that leaves the browser, body and all.
  const { page, broken, close } = await browser.open({ lang: "nl" });
  const sent = [];
  page.on("request", (r) => sent.push({ url: r.url(), method: r.method(), headers: JSON.stringify(r.headers()), body: r.postDataBuffer() || Buffer.alloc(0) }));
  const workers = [];
  page.on("worker", (w) => workers.push(w.url()));
  const folder = fs.mkdtempSync(path.join(server.dir, "pictures-"));
  await toPicture(page);
  const answer = await page.request.get(`${server.url}/report`);
  ok(/script-src 'self' 'wasm-unsafe-eval';/.test(answer.headers()["content-security-policy"]) && /^default-src 'none'/.test(answer.headers()["content-security-policy"]), "the page that hashes may run WebAssembly, and nothing else that others may not");
  const others = await Promise.all(["/", "/code", "/emergency"].map((p) => page.request.get(server.url + p)));
  ok(others.every((r) => !r.headers()["content-security-policy"].includes("wasm")), "no other page may");
  await axe(page, "a photo is chosen");
  await sound(page, "a photo is chosen", { lang: "nl", narrow: true });
  ok(await page.isHidden("[name=hash]"), "before a photo is chosen nothing is there to be sent");

  const set = [];
  for (const [kind, ext] of [["jpeg", "jpg"], ["png", "png"], ["webp", "webp"]])
    for (const [i, [w, h]] of [[640, 480], [300, 300], [1200, 800], [512, 512], [257, 391], [1080, 1920]].entries()) set.push({ kind, ext, w, h, seed: 17 + i * 5, bytes: await draw(page, kind, w, h, 17 + i * 5, 0.85) });
  set.push({ kind: "jpeg, to be turned", ext: "jpg", w: 800, h: 500, seed: 99, bytes: turned(await draw(page, "jpeg", 800, 500, 99, 0.85)) });
  set.push({ kind: "png, to be turned", ext: "png", w: 800, h: 500, seed: 98, bytes: turnedPng(await draw(page, "png", 800, 500, 98, 1)) });
  for (const [i, s] of set.entries()) fs.writeFileSync(s.file = path.join(folder, `${NAME}-${i}.${s.ext}`), s.bytes);
  const native = execFileSync(server.keten, ["hash", ...set.map((s) => s.file)], { encoding: "utf8" }).trim().split("\n").map((l) => l.match(/([0-9a-f]{64})\D+(\d+)/));
  const distances = {};
  let worst = 0;
  let chosen = null;
  for (const [i, s] of set.entries()) {
    const said = await choose(page, s.file);
    chosen = said;
    const d = said.word === "done" && said.hashes.length === 1 ? far(said.hashes[0], native[i][1]) : 256;
    (distances[s.kind] = distances[s.kind] || []).push(d);
    worst = Math.max(worst, d);
    if (d > 10 || Math.abs(said.quality - Number(native[i][2])) > 3) note(`${s.kind} ${s.w}x${s.h}: ${JSON.stringify(said)} against ${native[i][1]} ${native[i][2]}`);
  }
  for (const [kind, d] of Object.entries(distances)) note(`browser against keten hash, ${kind}: distances ${d.join(" ")}`);
  ok(worst <= 10, `the same picture gives the same characters here and with keten hash, within 10 bits, which decoders differ by (worst of ${set.length}: ${worst})`);
  ok(distances["jpeg, to be turned"][0] <= 10 && distances["png, to be turned"][0] <= 10, "a photo that says it is to be turned is hashed as it stands in the file");
  ok(chosen.kept === 0, "the page lets go of the photo as soon as it is done");
  ok(workers.length === 1 && /\/static\/hash_worker\.[0-9a-f]{12}\.js$/.test(workers[0]), "one worker does it");
  ok(sent.some((r) => r.url.includes("pdq128.")) && !sent.some((r) => /\/pdq\.[0-9a-f]/.test(r.url)), "with vectors where the browser has them");

  // What does not work is said.
  const blank = path.join(folder, "blank.png");
  fs.writeFileSync(blank, Buffer.from(await page.evaluate(async () => { const c = new OffscreenCanvas(400, 300); c.getContext("2d").fillRect(0, 0, 400, 300); const b = await c.convertToBlob(); let t = ""; for (const x of new Uint8Array(await b.arrayBuffer())) t += String.fromCharCode(x); return btoa(t); }), "base64"));
  ok((await choose(page, blank)).word === "weak" && await page.isHidden("[name=hash]"), "a photo that shows nothing is not offered for sending");
  const junk = path.join(folder, "junk.jpg");
  fs.writeFileSync(junk, "this is no picture");
  ok((await choose(page, junk)).word === "unread" && await page.isHidden("[name=hash]"), "what is no picture is said to be none");

  // The person looks, and says yes.
  const last = set[0];
  const shown = await choose(page, last.file);
  ok(/^[0-9a-f]{64}$/.test(shown.hashes[0]) && await page.isVisible("[name=hash]") && await page.getAttribute("[name=hash]", "readonly") !== null, "the 64 characters stand there to be read");
  await axe(page, "characters found");
  const before = sent.length;
  await go(page, "more");
  ok(await page.locator("#e-uses, #e-until").count() >= 1 && await page.inputValue("[name=hash]") === shown.hashes[0], "without a purpose and an end they are not taken, and stay in the field");
  await axe(page, "characters found, purpose missing");
  await page.check('input[name="uses"][value="recognise"]');
  await page.check('input[name="until"][value="1y"]');
  await go(page, "more");
  ok(/Er staat één foto in je melding/.test(await page.textContent("main")), "then they are in the report");
  const posts = sent.slice(before).filter((r) => r.method === "POST");
  const fields = [...new URLSearchParams(posts[posts.length - 1].body.toString()).keys()].filter((k) => !["csrf", "act", "screen", "go", "_csrf", "_act"].includes(k)).sort();
  ok(fields.join() === "front,hash,quality,until,uses", "exactly these are posted: the characters, quality, how it was made, what for, until when", fields.join());
  await go(page, "skip");
  for (let i = 0; i < 8 && await page.locator('button[formaction="/report/send"]').count() === 0; i++) await go(page, "skip").catch(() => go(page, "next"));
  ok(/De tekens van één foto/.test(await page.textContent("main")), "the check names it before anything is sent");
  await press(page, 'button[formaction="/report/send"]');
  const code = (await page.textContent("#number")).trim();

  // Coming back: it is listed, and can be taken back.
  await page.goto(`${server.url}/code`);
  await page.fill('input[name="code"]', code);
  await press(page, 'main button[type="submit"]');
  await press(page, 'a[href="/own/photos"]');
  ok((await page.textContent("main")).includes(shown.hashes[0]), "the person sees the very characters that we have");
  await axe(page, "own photos");
  await sound(page, "own photos", { lang: "nl", narrow: true });
  await choose(page, set[8].file);
  await page.check('input[name="uses"][value="recognise"]');
  await page.check('input[name="until"][value="6m"]');
  await press(page, "[data-hash-found] button[type=submit]");
  ok(await page.locator("ul.notes > li").count() === 2, "another photo is added with the code");
  await press(page, "ul.notes form button");
  ok(await page.locator("ul.notes form").count() === 1 && /vernietigd/.test(await page.textContent("ul.notes")), "one is taken back, at once");

  const pieces = set.concat([{ bytes: fs.readFileSync(blank) }]).flatMap((s) => [s.bytes.subarray(Math.floor(s.bytes.length / 2), Math.floor(s.bytes.length / 2) + 24), s.bytes.subarray(0, 16)]).filter((b) => b.length >= 16);
  const leaks = sent.filter((r) => pieces.some((b) => r.body.includes(b) || r.body.includes(b.toString("base64").slice(0, 20)) || r.body.includes(encodeURIComponent(b.toString("base64").slice(0, 20)))) || `${r.url} ${r.headers} ${r.body.toString("latin1")}`.includes(NAME) || r.body.length > 8192);
  ok(sent.length > 30 && leaks.length === 0, `of ${sent.length} requests none carries a byte of a picture, or its name`, leaks.map((r) => `${r.method} ${r.url}`).join("\n"));
  ok(broken.length === 0, "nothing broke on the way", broken.join("\n"));
  await close();

  // A kind of file of which nobody here knows where the note stands: all eight forms. And a browser without vectors.
  const turns = await browser.open({ lang: "en" });
  await toPicture(turns.page);
  const bmp = path.join(folder, "any.bmp");
  const rgba = Buffer.from(await turns.page.evaluate(async (png) => {
    const bitmap = await createImageBitmap(new Blob([Uint8Array.from(atob(png), (c) => c.charCodeAt(0))]));
    const c = new OffscreenCanvas(bitmap.width, bitmap.height).getContext("2d");
    c.fillStyle = "#ffffff";
    c.fillRect(0, 0, bitmap.width, bitmap.height);
    c.drawImage(bitmap, 0, 0);
    let t = "";
    for (const x of c.getImageData(0, 0, bitmap.width, bitmap.height).data) t += String.fromCharCode(x);
    return btoa(t);
  }, set[6].bytes.toString("base64")), "base64");
  const head = Buffer.alloc(54);
  head.write("BM");
  head.writeUInt32LE(54 + rgba.length, 2);
  head.writeUInt32LE(54, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(set[6].w, 18);
  head.writeInt32LE(-set[6].h, 22);
  head.writeUInt16LE(1, 26);
  head.writeUInt16LE(32, 28);
  for (let i = 0; i < rgba.length; i += 4) [rgba[i], rgba[i + 2]] = [rgba[i + 2], rgba[i]];
  fs.writeFileSync(bmp, Buffer.concat([head, rgba]));
  const eight = await choose(turns.page, bmp);
  const near = Math.min(...eight.hashes.map((h) => far(h, native[6][1])));
  ok(eight.word === "eight" && eight.hashes.length === 8 && new Set(eight.hashes).size === 8 && near <= 10, `of another kind of file all eight forms are given, one of which is the file's own (distance ${near})`);
  await turns.close();
  const scalar = await browser.open({ lang: "en" });
  await scalar.page.route(/hash_worker\./, async (route) => {
    const r = await route.fetch();
    await route.fulfill({ response: r, body: `WebAssembly.validate = () => false;\n${await r.text()}` });
  });
  await toPicture(scalar.page);
  const one = await choose(scalar.page, last.file);
  ok(one.word === "done" && one.hashes[0] === shown.hashes[0] && one.quality === shown.quality, "without vectors the same picture gives the same characters");
  await scalar.close();

  // At the desk: the same photo comes in once more, and a person is asked whether it is the same.
  const desk = await browser.open({ lang: "en" });
  await lib.signIn(desk.page, server, "wanda", "en");
  await desk.page.goto(`${server.url}/desk/report`);
  for (const [name, value] of [["safety", "yes"], ["for_whom", "self"], ["age", "18+"], ["contact", "code"]]) await desk.page.check(`input[name="${name}"][value="${value}"]`);
  await press(desk.page, 'form[action="/desk/report"] button[type=submit]');
  const ref = (await desk.page.textContent("body")).match(/K-\d{4}-\d{6}/)[0];
  await desk.page.goto(`${server.url}/desk?ref=${ref}`);
  const at = new URL(await desk.page.locator('main a[href^="/case/"]', { hasText: ref }).first().getAttribute("href"), server.url).pathname;
  await desk.page.goto(`${server.url}${at}/photos`);
  await axe(desk.page, "photos of a case");
  await choose(desk.page, last.file);
  await press(desk.page, "[data-hash-found] button[type=submit]");
  ok(await desk.page.locator("#errors").count() === 1 && await desk.page.isVisible("[name=hash]"), "at the desk too nothing is taken without who said so, what for and until when");
  await axe(desk.page, "photos of a case, with errors");
  for (const [name, value] of [["by", "victim"], ["uses", "recognise"], ["until", "1y"]]) await desk.page.check(`input[name="${name}"][value="${value}"]`);
  await press(desk.page, "[data-hash-found] button[type=submit]");
  ok(await desk.page.locator("ul.notes > li").count() >= 1, "the worker puts the characters in the case");
  for (let i = 0; i < 60 && await desk.page.locator("#same").count() === 0; i++) {
    await new Promise((done) => setTimeout(done, 500));
    await desk.page.reload();
  }
  ok(/0 of 256 differ/.test(await desk.page.textContent("main")), "it is the photo of the other report, and the case says so");
  await axe(desk.page, "a photo that may be the same");
  await sound(desk.page, "a photo that may be the same", { lang: "en", narrow: true });
  await press(desk.page, 'button[name="same"][value="yes"]');
  ok(await desk.page.locator('button[name="same"]').count() === 0 && /the same photo/.test(await desk.page.textContent("main")), "a person decides, once");
  ok(desk.broken.length === 0, "nothing broke at the desk", desk.broken.join("\n"));
  await desk.close();

  // Under 18, or not known: nothing of it is there.
  for (const age of ["16-17", "unknown"]) {
    const young = await browser.open({ lang: "en" });
    await toPicture(young.page, age);
    for (let i = 0; i < 8 && await young.page.locator('textarea[name="links"]').count() === 0; i++) await go(young.page, "skip").catch(() => go(young.page, "next"));
    ok(await young.page.locator('button[value="to-picture"], #pick-photo').count() === 0, `age ${age}: no photo is asked for`);
    await young.close();
  }

  // Without script it is said, and one goes on.
  const bare = await browser.open({ lang: "en", script: false });
  await toPicture(bare.page);
  ok(await bare.page.isVisible("[data-without]") && await bare.page.isHidden("#pick-photo") && await bare.page.isHidden("[name=hash]"), "without script the page says what is needed, and asks for no photo");
  await go(bare.page, "skip");
  ok(await bare.page.locator('input[name="wishes"]').count() > 0, "and one goes on without");
  await bare.close();
};
