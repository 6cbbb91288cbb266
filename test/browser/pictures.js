// pictures.js - the pictures of the README, from a demonstration that is being served: node pictures.js URL PASSWORD DIR [nl|en [ANSWER]]
// ANSWER is the address in a notice's mail, at which the platform answers.
"use strict";
const { chromium } = require("playwright-core");
const fs = require("node:fs");
const path = require("node:path");

const [base, password, dir, lang = "nl", answer] = process.argv.slice(2);

const main = async () => {
  const browser = await chromium.launch({ executablePath: "/usr/bin/chromium", args: ["--no-sandbox", "--disable-dev-shm-usage"] });
  const as = async (login) => {
    const context = await browser.newContext({ viewport: { width: 1280, height: 860 }, locale: lang, extraHTTPHeaders: { "Accept-Language": lang } });
    const page = await context.newPage();
    if (login) {
      await page.goto(`${base}/signin`);
      await page.fill("[name=login]", login);
      await page.fill("[name=password]", password);
      await page.click("main button[type=submit]");
      await page.waitForLoadState();
    }
    return page;
  };
  const shot = async (page, name, where, whole = false) => {
    if (where) await page.goto(base + where);
    await page.screenshot({ path: path.join(dir, `${name}.png`), fullPage: whole });
    console.log(name, page.url());
  };
  const first = async (page, selector) => new URL(await page.locator(selector).first().getAttribute("href"), base).pathname;
  fs.mkdirSync(dir, { recursive: true });

  const anybody = await as(null);
  await anybody.setViewportSize({ width: 640, height: 760 });
  await shot(anybody, "first", "/");
  await anybody.setViewportSize({ width: 1280, height: 860 });
  await shot(anybody, "account", "/account");
  if (answer) {
    await anybody.goto(answer);
    await anybody.click("main button[type=submit]");
    await anybody.waitForLoadState();
    await shot(anybody, "answer");
  }

  const worker = await as("wanda");
  await shot(worker, "desk", "/desk");
  const file = await first(worker, "main a[href^='/case/']");
  await shot(worker, "case", file);
  await shot(worker, "casewhole", file, true);
  await worker.goto(`${base}${file}/filing`);
  await shot(worker, "filing", await first(worker, "main table a[href*='/filing/']"));
  await shot(worker, "law", "/law");
  await shot(worker, "whole", "/account/2026/whole", true);

  const inspector = await as("ines");
  await shot(inspector, "inbox", "/inbox");
  const analyst = await as("anna");
  await shot(analyst, "platform", "/platform/demoplein");
  await browser.close();
};

main().catch((e) => {
  console.error(e);
  process.exit(1);
});
