// public.js - what anybody may read: first page, help, ledger, law with its calculator, who can act, the account of the year. Both
// languages, with and without script.
"use strict";
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const text = (page) => page.textContent("body");

const walk = async ({ server, browser, lib }) => {
  const { ok, look } = lib;
  for (const lang of ["nl", "en"]) {
    const { page, broken, close } = await browser.open({ lang });
    const plain = await browser.open({ lang, script: false });
    const seen = async (name, narrow = true) => look(page, `${name}, ${lang}`, { lang, narrow });
    const go = async (path, name, narrow = true) => {
      const r = await page.goto(server.url + path);
      ok(r.status() === 200, `${path} is there (${lang})`, String(r.status()));
      await seen(name, narrow);
      const bare = await plain.page.goto(server.url + path);
      ok(bare.status() === 200 && await plain.page.locator("h1").textContent() === await page.locator("h1").textContent(), `${path} without script says the same (${lang})`);
    };
    await go("/", "first page");
    await go("/emergency", "help at once");
    await go("/code", "coming back");
    await press(page, "main form button[type=submit]");
    ok(await page.locator("#errors").count() === 1, `no code is said at its field (${lang})`);
    await seen("coming back, with an error");
    await go("/signin", "sign in");
    await page.fill("[name=login]", "wanda");
    await page.fill("[name=password]", "not this one at all");
    await press(page, "main button[type=submit]");
    ok(await page.locator(".error, #errors").count() >= 1, `a wrong password is said, without saying which of the two is wrong (${lang})`);
    await seen("sign in, with an error");
    await go("/ledger", "ledger");
    ok(/\d/.test(await page.textContent("main")), `the ledger says how long it is (${lang})`);
    await go("/law", "law");
    for (const href of [...new Set(await page.locator('main a[href^="/law/table/"]').evaluateAll((l) => l.map((a) => a.getAttribute("href"))))].slice(0, 40)) {
      const r = await page.goto(server.url + href);
      ok(r.status() === 200, `${href} (${lang})`);
      if (/norm|duty|duties|authorit|offence/.test(href)) await seen(`law table ${href.split("/").pop()}`, false);
    }
    const row = await page.locator('main a[href*="/law/row/"]').first().getAttribute("href");
    await go(row, "law row", false);
    await go("/law/changes", "law changes", false);
    await go("/law/term", "term calculator");
    for (const s of await page.locator("main select").all()) if (await s.inputValue() === "" && await s.locator("option").count() > 1) await s.selectOption({ index: 1 });
    await press(page, "main form button[type=submit]");
    ok(await page.locator("#errors").count() === 1, `a term without its first day is said at the field (${lang})`);
    await seen("term calculator, with an error");
    await page.locator('main input[type=date]').first().fill("2026-03-02");
    await press(page, "main form button[type=submit]");
    ok(await page.locator("#errors").count() === 0 && /2026/.test(await page.textContent("main")), `the term is counted, each step shown (${lang})`);
    await seen("term calculator, counted");
    await go("/law/route", "who can act");
    for (const s of await page.locator("main select").all()) if (await s.inputValue() === "" && await s.locator("option").count() > 1) await s.selectOption({ index: 1 });
    await press(page, "main form button[type=submit]");
    await seen("who can act, asked");
    await go("/account", "account", false);
    const tables = [...new Set(await page.locator('main a[href*="/table/"]').evaluateAll((l) => l.map((a) => a.getAttribute("href").split("#")[0])))]; // a column's link leads to a place in the same page
    ok(tables.length > 0, `the account has tables, each with its question (${lang})`);
    for (const href of tables.slice(0, 3)) {
      await go(href, `account query ${href.split("/").pop()}`, false);
      ok(/SELECT/i.test(await text(page)), `the question behind ${href} is shown (${lang})`);
    }
    const none = await page.goto(`${server.url}/nothing/here`);
    ok(none.status() === 404, `what does not exist says so (${lang})`);
    await seen("nothing here");
    ok(broken.length === 0, `nothing broke, nothing was asked of another site (${lang})`, broken.join("\n"));
    await plain.close();
    await close();
  }
};
module.exports = walk;
module.exports.filled = true;
