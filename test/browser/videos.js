// videos.js - of a video a page takes frames and turns each into 64 characters, on the device: every request is recorded and searched for the
// video's bytes and its name. Over a set of made videos the browser's characters are compared with those of `keten hash`.
"use strict";
const { execFileSync } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const press = async (page, selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };
const go = (page, value) => press(page, `button[name="go"][value="${value}"]`);
const NAME = "geheime-vakantiefilm";
const far = (a, b) => {
  let d = 0n;
  for (let v = BigInt(`0x${a}`) ^ BigInt(`0x${b}`); v > 0n; v >>= 1n) d += v & 1n;
  return Number(d);
};

const choose = async (page, file) => {
  await page.evaluate(() => { for (const e of document.querySelectorAll("[data-say]")) e.hidden = true; });
  await page.setInputFiles("#pick-photo", file);
  await page.waitForFunction(() => [...document.querySelectorAll("[data-say]")].some((e) => !e.hidden && !e.dataset.say.startsWith("busy")), null, { timeout: 60000 });
  return page.evaluate(() => ({ word: [...document.querySelectorAll("[data-say]")].find((e) => !e.hidden && !e.dataset.say.startsWith("busy")).dataset.say,
    hashes: document.querySelector("[name=hash]").value.split("\n").filter(Boolean), quality: Number(document.querySelector("[name=quality]").value), front: document.querySelector("[name=front]").value,
    kept: document.querySelector("#pick-photo").files.length, shown: document.querySelectorAll("video").length }));
};

module.exports = async ({ server, browser, lib }) => {
  const { ok, note, axe, sound } = lib;
  const make = path.join(path.dirname(server.keten), "video_make");
  const folder = fs.mkdtempSync(path.join(server.dir, "films-"));
  const set = [["mp4", "libx264", 320, 240, 75, 25, 0], ["mp4", "libx264", 640, 360, 150, 30, 0], ["mp4", "libx264", 320, 240, 75, 25, 90], ["mp4", "libaom-av1", 320, 240, 50, 25, 0], ["webm", "libvpx", 320, 240, 75, 25, 0],
    ["webm", "libvpx-vp9", 320, 240, 75, 25, 0]].map(([container, codec, w, h, frames, rate, turn], i) => ({ container, codec, w, h, frames, rate, turn, seed: 31 + 7 * i, file: path.join(folder, `${NAME}-${i}.${container}`) }));
  for (const s of set) execFileSync(make, [s.container, s.codec, s.w, s.h, s.frames, s.rate, s.turn, s.seed, s.file].map(String));
  for (const s of set) s.native = execFileSync(server.keten, ["hash", s.file], { encoding: "utf8" }).trim().split("\n").map((l) => l.split(" ")[0]);

  const { page, broken, close } = await browser.open({ lang: "nl" });
  const sent = [];
  page.on("request", (r) => { if (!r.url().startsWith("blob:")) sent.push({ url: r.url(), method: r.method(), headers: JSON.stringify(r.headers()), body: r.postDataBuffer() || Buffer.alloc(0) }); });
  await page.goto(`${server.url}/report`);
  await page.check('input[name="safety"][value="yes"]');
  await go(page, "next");
  await page.check('input[name="for_whom"][value="self"]');
  await page.check('input[name="age"][value="18+"]');
  await go(page, "next");
  await go(page, "skip");
  await go(page, "to-picture");
  const policy = (await page.request.get(`${server.url}/report`)).headers()["content-security-policy"];
  const others = await Promise.all(["/", "/code", "/emergency"].map((p) => page.request.get(server.url + p)));
  ok(/media-src blob:;/.test(policy) && /^default-src 'none'/.test(policy) && !/(connect|img|script)-src[^;]*blob:/.test(policy) && others.every((r) => !r.headers()["content-security-policy"].includes("blob:")), "the page that hashes may open what it made itself as a video, no other page may, and nothing else may be made so");

  let worst = 0;
  let all = 0;
  for (const s of set) {
    const said = await choose(page, s.file);
    s.said = said;
    const nearest = said.hashes.map((h) => Math.min(...s.native.map((n) => far(h, n))));
    note(`browser against keten hash, ${s.codec} in ${s.container} ${s.w}x${s.h}${s.turn ? ", to be turned" : ""}: ${said.hashes.length} of ${s.native.length} frames, distances ${nearest.join(" ")}`);
    ok(said.word === "done-video" && said.front === "vpdq" && said.hashes.length >= 2 && said.hashes.length <= s.native.length && said.hashes.every((h) => /^[0-9a-f]{64}$/.test(h)) && said.quality >= 50,
      `${s.codec} in ${s.container}${s.turn ? ", to be turned" : ""}: frames a second apart become 64 characters each`, JSON.stringify(said));
    worst = Math.max(worst, ...nearest);
    all += nearest.length;
  }
  ok(worst <= 10, `the same frames give the same characters here and with keten hash, within 10 bits (worst of ${all}: ${worst})`);
  ok(set.every((s) => s.said.kept === 0 && s.said.shown === 0), "the page lets go of each video, and shows none of it");
  const junk = path.join(folder, "junk.mp4");
  fs.writeFileSync(junk, "this is no film");
  ok((await choose(page, junk)).word === "unread-video" && await page.isHidden("[name=hash]"), "what is no video is said to be none");

  const shown = await choose(page, set[1].file);
  ok(await page.isVisible("[name=hash]") && await page.getAttribute("[name=hash]", "readonly") !== null, "all that would be sent stands there to be read");
  await axe(page, "characters of a video found");
  await sound(page, "characters of a video found", { lang: "nl", narrow: true });
  await page.check('input[name="uses"][value="recognise"]');
  await page.check('input[name="until"][value="1y"]');
  const before = sent.length;
  await go(page, "more");
  const post = new URLSearchParams(sent.slice(before).find((r) => r.method === "POST").body.toString());
  const fields = [...post.keys()].filter((k) => !["csrf", "act", "screen", "go", "_csrf", "_act"].includes(k)).sort();
  ok(fields.join() === "front,hash,quality,until,uses" && post.get("front") === "vpdq" && post.get("hash").split(/\r?\n/).join("\n") === shown.hashes.join("\n"), "exactly what stood there is posted", fields.join());
  await go(page, "skip");
  for (let i = 0; i < 8 && await page.locator('button[formaction="/report/send"]').count() === 0; i++) await go(page, "skip").catch(() => go(page, "next"));
  await press(page, 'button[formaction="/report/send"]');
  const code = (await page.textContent("#number")).trim();
  await page.goto(`${server.url}/code`);
  await page.fill('input[name="code"]', code);
  await press(page, 'main button[type="submit"]');
  await press(page, 'a[href="/own/photos"]');
  const main = await page.textContent("main");
  ok(shown.hashes.every((h) => main.includes(h)) && /een video/.test(main), "with the code the person sees the very characters that we have, and that they are of a video");
  await choose(page, set[4].file);
  await page.check('input[name="uses"][value="recognise"]');
  await page.check('input[name="until"][value="6m"]');
  await press(page, "[data-hash-found] button[type=submit]");
  ok(await page.locator("ul.notes > li").count() === 2, "another video is added with the code");
  await press(page, "ul.notes form button");
  ok(await page.locator("ul.notes form").count() === 1 && /vernietigd/.test(await page.textContent("ul.notes")), "one is taken back, at once");

  const pieces = set.flatMap((s) => { const b = fs.readFileSync(s.file); return [0, 0.25, 0.5, 0.75].map((part) => b.subarray(Math.floor(b.length * part), Math.floor(b.length * part) + 24)); });
  const leaks = sent.filter((r) => pieces.some((b) => r.body.includes(b) || r.body.includes(b.toString("base64").slice(0, 20)) || r.body.includes(encodeURIComponent(b.toString("base64").slice(0, 20)))) || `${r.url} ${r.headers} ${r.body.toString("latin1")}`.includes(NAME) || r.body.length > 8192);
  ok(sent.length > 20 && leaks.length === 0, `of ${sent.length} requests none carries a byte of a video, or its name`, leaks.map((r) => `${r.method} ${r.url}`).join("\n"));
  ok(broken.length === 0, "nothing broke on the way", broken.join("\n"));
  await close();

  // At the desk, where the person sits beside who types.
  const desk = await browser.open({ lang: "en" });
  await lib.signIn(desk.page, server, "wanda", "en");
  await desk.page.goto(`${server.url}/desk/report`);
  for (const [name, value] of [["safety", "yes"], ["for_whom", "self"], ["age", "18+"], ["contact", "code"]]) await desk.page.check(`input[name="${name}"][value="${value}"]`);
  await press(desk.page, 'form[action="/desk/report"] button[type=submit]');
  const ref = (await desk.page.textContent("body")).match(/K-\d{4}-\d{6}/)[0];
  await desk.page.goto(`${server.url}/desk?ref=${ref}`);
  const at = new URL(await desk.page.locator('main a[href^="/case/"]', { hasText: ref }).first().getAttribute("href"), server.url).pathname;
  await desk.page.goto(`${server.url}${at}/photos`);
  await choose(desk.page, set[1].file);
  for (const [name, value] of [["by", "victim"], ["uses", "recognise"], ["until", "1y"]]) await desk.page.check(`input[name="${name}"][value="${value}"]`);
  await press(desk.page, "[data-hash-found] button[type=submit]");
  ok(await desk.page.locator("ul.notes > li").count() >= 1 && /a video/.test(await desk.page.textContent("main")), "at the desk a video's characters are put in the case");
  for (let i = 0; i < 60 && await desk.page.locator("#same").count() === 0; i++) {
    await new Promise((done) => setTimeout(done, 500));
    await desk.page.reload();
  }
  ok(/0 of 256 differ/.test(await desk.page.textContent("main")), "it is the video of the other report, and the case says so");
  ok(desk.broken.length === 0, "nothing broke at the desk", desk.broken.join("\n"));
  await desk.close();
};
