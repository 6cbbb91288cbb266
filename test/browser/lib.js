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
const PROGRAMS = ["keten/keten", "web/keten-web", "jobs/keten-jobs", "keys/keten-keys", "fetch/keten-fetch", "media/keten-media", "media/keten-pdf"];
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

// A demonstration instance, served. { url, links: { wanda: "http://..." }, password, dir, keten, stop() }
const serve = async (build, env = {}) => {
  const dir = temporary("walk");
  const away = await elsewhere();
  const port = await freePort();
  const keten = programs(build, dir);
  const data = path.join(dir, "instance");
  const child = spawn(keten, ["run", "--data", data, "--port", String(port)], { env: { ...process.env, KETEN_WEB_EXIT_URL: away.url, ...env }, stdio: ["ignore", "pipe", "pipe"] });
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
      return { url, links, password: (said.match(/password (\S+)/) || [])[1], dir, data, keten, away: away.url, log: () => said, stop };
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

module.exports = { ok, note, totals, sleep, serve, browse, axe, onDisk, temporary, elsewhere, CHROMIUM, CHROMIUM_ARGS, chromium };
