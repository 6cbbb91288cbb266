// verifier.js - the page that stands in every dossier, opened from a disk: no server, no network. It gives the JSON that the command gives, in
// both languages, and refuses what is wrong at its field. LARGE=1000 takes a dossier of so many megabytes as well, and says how long it took.
"use strict";
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");
const { execFileSync, spawnSync } = require("node:child_process");
const { pathToFileURL } = require("node:url");

const walk = async ({ browser, lib }) => {
  const { ok, axe, note } = lib;
  const build = path.resolve(process.argv[2] || "build/test"), dir = fs.mkdtempSync(path.join(os.tmpdir(), "keten-page-"));
  const large = process.env.LARGE;
  const at = (name) => path.join(dir, name);
  const command = (name, ...more) => spawnSync(path.join(build, "programs/keten/keten"), ["dossier", "verify", at(name), "--json", ...more], { encoding: "utf8" }).stdout;
  try {
    execFileSync(path.join(build, "core/dossier/verifier_sample"), large ? [dir, large] : [dir]);
    fs.copyFileSync(path.join(build, "browser/verifier.html"), at("verifier.html"));
    const key = fs.readFileSync(at("key"), "utf8");
    for (const lang of ["nl", "en"]) {
      const { page, broken, context, close } = await browser.open({ lang });
      const asked = [];
      page.on("request", (r) => asked.push(r.url()));
      await context.setOffline(true);
      await page.goto(pathToFileURL(at("verifier.html")).href);
      ok(await page.evaluate(() => document.documentElement.lang) === lang, `the page opens from a disk, in the language of the browser (${lang})`);
      const checkIt = async (name, with_key) => {
        await page.evaluate(() => { delete document.body.dataset.json; delete document.body.dataset.failed; });
        await page.setInputFiles("#file", at(name));
        await page.fill("#key", with_key);
        await page.click("#go");
        await page.waitForFunction(() => document.body.dataset.json || document.body.dataset.failed, null, { timeout: 120000 });
        return page.evaluate(() => document.body.dataset.json || `failed: ${document.body.dataset.failed}`);
      };
      const good = await checkIt("good.zip", key);
      ok(good === command("good.zip", "--key", key), `a good dossier: the JSON of the command, to the letter (${lang})`, good);
      ok(await page.textContent("#verdict") === (lang === "nl" ? "In orde" : "In order"), `it says that it is in order (${lang})`, await page.textContent("#verdict"));
      await axe(page, `verifier, in order, ${lang}`);
      const bad = await checkIt("bad.zip", key);
      ok(bad === command("bad.zip", "--key", key) && await page.textContent("#verdict") === (lang === "nl" ? "NIET in orde" : "NOT in order"), `one changed bit: not in order (${lang})`, bad);
      ok((await page.textContent("#items")).includes("data/report.html"), `and the file is named (${lang})`);
      await axe(page, `verifier, not in order, ${lang}`);
      const none = await checkIt("good.zip", "");
      ok(none === command("good.zip"), `without a key: what the file says of itself, as a remark (${lang})`, none);
      const stamp = JSON.parse(await checkIt("stamped.zip", key)).items.find((x) => x.check === "time");
      ok(stamp.verdict === "cannot check here", `a stamp's signature is said not to be checked here (${lang})`, JSON.stringify(stamp));
      await page.fill("#key", "x");
      await page.click("#go");
      await page.waitForFunction(() => document.activeElement.id === "key");
      ok(await page.locator("#out").isHidden(), `a key that is none is said at its field (${lang})`);
      await page.setViewportSize({ width: 320, height: 640 });
      ok(await page.evaluate(() => document.documentElement.scrollWidth) <= 320, `nothing to scroll sideways on a small phone (${lang})`);
      await page.click("#lang");
      ok(await page.evaluate(() => document.documentElement.lang) !== lang, `the other language is one press away (${lang})`);
      ok(asked.every((u) => /^(file|blob|data):/.test(u)), `nothing is asked of anybody (${lang})`, asked.join("\n"));
      ok(broken.length === 0, `no script of it breaks (${lang})`, broken.join("\n"));
      if (large && lang === "nl") {
        const began = Date.now(), said = JSON.parse(await checkIt("large.zip", key));
        ok(said.failed === 0 && said.ok, `a dossier of ${large} MB is in order`, JSON.stringify(said.items));
        note(`${large} MB in the page: ${(Date.now() - began) / 1000} s (goal for 1000: 10 s)`);
      }
      await close();
    }
  } finally {
    fs.rmSync(dir, { recursive: true });
  }
};
walk.alone = true;
module.exports = walk;
