// lib.js - what every walk uses: a whole real server of its own in a temporary folder, a real Chromium, axe, and TAP lines.
"use strict";
const { chromium } = require("playwright-core");
const { execFileSync, spawn } = require("node:child_process");
const fs = require("node:fs");
const http = require("node:http");
const net = require("node:net");
const os = require("node:os");
const path = require("node:path");

const AXE = fs.readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
const PROGRAMS = ["keten/keten", "web/keten-web", "jobs/keten-jobs", "keys/keten-keys", "fetch/keten-fetch", "watch/keten-watch", "media/keten-media", "gate/keten-gate", "video/keten-video", "video/video_make", "capture/keten-capture", "demo/keten-demo"];
const CHROMIUM = ["/usr/bin/chromium", "/usr/bin/chromium-browser"].find((p) => fs.existsSync(p));
const CHROMIUM_ARGS = ["--no-sandbox", "--disable-dev-shm-usage"];

let count = 0;
let failed = 0;
const ok = (good, name, detail) => {
  console.log(`${good ? "ok" : "not ok"} ${++count} - ${name}`);
  if (!good) {
    failed++;
    if (detail !== undefined) for (const line of String(detail).split("\n").slice(0, 40)) console.log(`#   ${line}`);
  }
  return good;
};
const note = (text) => console.log(`# ${text}`);
const totals = () => ({ count, failed });
const sleep = (ms) => new Promise((done) => setTimeout(done, ms));

// Two free ports next to each other: the site, and its metrics.
const freePort = async () => {
  const free = (port) => new Promise((done) => {
    const s = net.createServer();
    s.once("error", () => done(false));
    s.listen(port, "127.0.0.1", () => s.close(() => done(true)));
  });
  for (let i = 0; i < 200; i++) {
    const port = 20000 + Math.floor(Math.random() * 20000);
    if (await free(port) && await free(port + 1)) return port;
  }
  throw new Error("no free port");
};

const temporary = (word) => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), `keten-${word}-`));
  fs.chmodSync(dir, 0o755);
  return dir;
};

// A page of somebody else: where the exit leads to. Set as [web] exit_url, so that nothing here needs the internet.
const elsewhere = async () => {
  const server = http.createServer((req, res) => res.end("<!doctype html><html lang=en><title>Weather</title><h1>Weather</h1>"));
  await new Promise((done) => server.listen(0, "127.0.0.1", done));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
};

// Nothing is served by root: as root the programs are copied to where the system user can reach them.
const programs = (build, dir) => {
  if (process.getuid() !== 0) return path.join(build, "programs/keten/keten");
  try { execFileSync("id", ["keten"], { stdio: "ignore" }); } catch { execFileSync("useradd", ["--system", "--shell", "/usr/sbin/nologin", "keten"]); }
  const bin = path.join(dir, "bin");
  fs.mkdirSync(bin, { mode: 0o755 });
  for (const p of PROGRAMS) {
    const from = path.join(build, "programs", p);
    if (fs.existsSync(from)) fs.copyFileSync(from, path.join(bin, path.basename(p)));
  }
  return path.join(bin, "keten");
};

// The whole story of the demonstration is played in the folder; what is served after it is a filled house.
const story = async (keten, data, port) => {
  const child = spawn(keten, ["demo", "--data", data, "--no-serve", "--port", String(port)], { stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (d) => { said += d; });
  child.stderr.on("data", (d) => { said += d; });
  const code = await new Promise((done) => child.on("exit", done));
  if (code !== 0) throw new Error(`the story of the demonstration did not hold (${code}):\n${said}`);
  return fs.readFileSync(path.join(data, "demo.password"), "utf8").trim();
};

// A demonstration instance, served; with `filled` after the story was played in it. { url, links: { wanda: "http://..." }, password, dir, keten, stop() }
const serve = async (build, env = {}, filled = false) => {
  const dir = temporary("walk");
  const away = await elsewhere();
  const port = await freePort();
  const keten = programs(build, dir);
  const data = path.join(dir, "instance");
  const password = filled ? await story(keten, data, port).catch((e) => { away.close(); fs.rmSync(dir, { recursive: true, force: true }); throw e; }) : null;
  const child = spawn(keten, filled ? ["serve", "--data", data] : ["run", "--data", data, "--port", String(port)], { env: { ...process.env, KETEN_WEB_EXIT_URL: away.url, ...env }, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  let ended = false;
  child.stdout.on("data", (d) => { said += d; });
  child.stderr.on("data", (d) => { said += d; });
  child.on("exit", () => { ended = true; });
  const url = `http://localhost:${port}`;
  const stop = async () => {
    if (!ended) child.kill("SIGTERM");
    for (let i = 0; i < 100 && !ended; i++) await sleep(100);
    if (!ended) child.kill("SIGKILL");
    away.close();
    fs.rmSync(dir, { recursive: true, force: true });
  };
  for (let i = 0; i < 300 && !ended; i++) {
    const up = await fetch(`${url}/health`).then((r) => r.ok, () => false);
    if (up) {
      await sleep(300);
      const links = Object.fromEntries([...said.matchAll(/(\w+)\s+(http\S+\/signin\/link\/\w+)/g)].map((m) => [m[1], m[2]]));
      return { url, links, password: password || (said.match(/password (\S+)/) || [])[1], dir, data, keten, away: away.url, log: () => said, stop };
    }
    await sleep(100);
  }
  await stop();
  throw new Error(`the server did not start:\n${said}`);
};

// One browser for a walk; contexts are private windows. opts: { lang, script, dark }
const browse = async () => {
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: CHROMIUM_ARGS, headless: true });
  const open = async ({ lang = "nl", script = true, dark = false } = {}) => {
    const context = await browser.newContext({ locale: lang === "nl" ? "nl-NL" : "en-GB", javaScriptEnabled: script, colorScheme: dark ? "dark" : "light", acceptDownloads: true });
    context.setDefaultTimeout(15000);
    const page = await context.newPage();
    const broken = [];
    page.on("pageerror", (e) => broken.push(String(e)));
    page.on("console", (m) => { if (m.type() === "error" && !/Failed to load resource/.test(m.text())) broken.push(m.text()); });
    page.on("request", (r) => { if (/^(https?|wss?):/.test(r.url()) && new URL(r.url()).hostname !== "localhost" && !/^127\./.test(new URL(r.url()).hostname)) broken.push(`asked of another site: ${r.url()}`); });
    page.on("response", (r) => { if (r.status() >= 500) broken.push(`${r.status()} ${r.url()}`); });
    return { context, page, broken, close: () => context.close() };
  };
  return { browser, open, close: () => browser.close() };
};

// axe over the page as it is now. Pages without script cannot run it; their markup is the same.
const axe = async (page, state) => {
  await page.evaluate(AXE);
  const found = await page.evaluate((tags) => axe.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] })
    .then((r) => r.violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.slice(0, 3).map((n) => `${n.target.join(" ")} ${n.failureSummary || ""}`).join("\n  ")}`)), AXE_TAGS);
  return ok(found.length === 0, `no accessibility violation: ${state}`, found.join("\n"));
};

// What must hold on every page, besides axe: the language is said and is the one asked for, one heading of the first order, nothing inline
// that the policy forbids, words of a picture stand apart, what has focus shows it; narrow: nothing to scroll sideways on a small phone.
const sound = async (page, state, { lang, narrow = false } = {}) => {
  const faults = await page.evaluate((want) => {
    const out = [];
    if (want && document.documentElement.lang !== want) out.push(`the page says its language is ${document.documentElement.lang}`);
    if (document.querySelectorAll("h1").length !== 1) out.push(`${document.querySelectorAll("h1").length} headings of the first order`);
    if (!document.title.trim()) out.push("no title");
    for (const e of document.querySelectorAll("[style], style, script:not([src]), [onclick], [onload], [onsubmit], [onchange]")) out.push(`inline: ${e.outerHTML.slice(0, 100)}`);
    for (const e of document.querySelectorAll("main p, main td, main th, main li, main dt, main dd, main h1, main h2, main h3, main label, main button, main a")) {
      const t = [...e.childNodes].filter((n) => n.nodeType === 3).map((n) => n.textContent).join(" ");
      if (/\{[a-z_.]+\}|\bundefined\b|\(null\)/.test(t)) out.push(`not filled in: ${t.trim().slice(0, 80)}`);
    }
    for (const svg of document.querySelectorAll(".chart svg")) {
      const words = [...svg.querySelectorAll("text")].map((t) => [t.getBoundingClientRect(), t.textContent]).filter(([r]) => r.width > 0);
      for (let i = 0; i < words.length; i++) {
        for (let k = i + 1; k < words.length; k++) {
          const [a, b] = [words[i][0], words[k][0]];
          if (a.left < b.right - 1 && b.left < a.right - 1 && a.top < b.bottom - 4 && b.top < a.bottom - 4) out.push(`words of a picture lie over each other: ${words[i][1]} / ${words[k][1]}`);
        }
      }
    }
    return out;
  }, lang);
  await page.keyboard.press("Tab");
  const dark = await page.evaluate(() => {
    const e = document.activeElement;
    if (!e || e === document.body) return null;
    const s = getComputedStyle(e);
    return (s.outlineStyle !== "none" && parseFloat(s.outlineWidth) >= 2) || s.boxShadow !== "none" ? null : e.outerHTML.slice(0, 100);
  });
  if (dark) faults.push(`has focus and does not show it: ${dark}`);
  if (narrow) {
    const size = page.viewportSize();
    await page.setViewportSize({ width: 320, height: 640 });
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 320) faults.push(`${wide} pixels wide on a phone of 320`);
    await page.setViewportSize(size);
  }
  return ok(faults.length === 0, `sound: ${state}`, faults.join("\n"));
};

// A page state looked at: axe, what must hold, and a picture when SHOTS names a folder.
const look = async (page, state, how = {}) => {
  await axe(page, state);
  await sound(page, state, how);
  if (process.env.SHOTS) await page.screenshot({ path: path.join(process.env.SHOTS, `${state.replace(/[^a-z0-9]+/gi, "-")}.png`), fullPage: true });
};

// Signing in with the password of the demonstration; then the language, by the link that stands on every page.
const signIn = async (page, server, login, lang) => {
  await page.goto(`${server.url}/signin`);
  await page.fill("[name=login]", login);
  await page.fill("[name=password]", server.password);
  await Promise.all([page.waitForNavigation(), page.click("main button[type=submit]")]);
  const other = page.locator(`header nav.me a[hreflang="${lang}"]`);
  if (lang && await other.count() > 0) await Promise.all([page.waitForNavigation(), other.click()]);
};

// Every file below dir that holds the text, as ASCII or UTF-16.
const onDisk = (dir, text) => {
  const needles = [Buffer.from(text, "utf8"), Buffer.from(text, "utf16le")];
  const hits = [];
  const walk = (folder) => {
    for (const e of fs.readdirSync(folder, { withFileTypes: true })) {
      const p = path.join(folder, e.name);
      if (e.isDirectory()) walk(p);
      else if (e.isFile()) {
        const bytes = fs.readFileSync(p);
        if (needles.some((n) => bytes.includes(n))) hits.push(path.relative(dir, p));
      }
    }
  };
  walk(dir);
  return hits;
};

module.exports = { ok, note, totals, sleep, serve, browse, axe, sound, look, signIn, onDisk, temporary, elsewhere, CHROMIUM, CHROMIUM_ARGS, chromium };
