// inspector.js - the way of who received something: inbox, receipt, what is proven, acts. Both languages, with and without script.
"use strict";
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const text = (page) => page.textContent("body");

// A real case of the desk, found by who may see it: its address is what the inspector tries.
const caseOf = async ({ server, browser, lib }) => {
  const { page, close } = await browser.open({ lang: "nl" });
  await lib.signIn(page, server, "wanda");
  const id = (await page.locator('main a[href^="/case/"]').first().getAttribute("href")).match(/[0-9a-f]{32}/)[0];
  await close();
  return id;
};

const walk = async ({ server, browser, lib }) => {
  const { ok, look, signIn } = lib;
  const hers = await caseOf({ server, browser, lib });
  for (const [lang, script] of [["nl", true], ["en", true], ["nl", false], ["en", false]]) {
    const how = `${lang}${script ? "" : ", no script"}`;
    const { page, broken, close } = await browser.open({ lang, script });
    const seen = async (name) => {
      if (script) return look(page, `${name}, ${how}`, { lang });
      return ok(await page.locator("h1").count() === 1, `${name} (${how})`);
    };
    await signIn(page, server, "ines", lang);
    ok(page.url().endsWith("/inbox"), `an inspector comes to the inbox (${how})`);
    await seen("inbox");
    const unopened = await page.locator('form[action$="/open"]').count();
    if (unopened > 0) {
      await press(page, 'form[action$="/open"] button');
      await seen("received filing, just opened");
      await page.goto(`${server.url}/inbox`);
    }
    await press(page, 'main tbody tr:last-child a[href^="/inbox/"]');
    const filing = new URL(page.url()).pathname.match(/\/inbox\/[0-9a-f]{32}/)[0];
    const words = await text(page);
    ok(/Wat is bewezen|What is proven/.test(words) && await page.locator(".chip").count() > 1, `what is proven stands first, each with a word (${how})`);
    ok(/Ontvangst bevestigd|[Rr]eceipt confirmed|Confirmed|bevestigd/.test(words), `opening confirmed the receipt (${how})`);
    await seen("received filing");
    const sheet = await page.locator('main a[href^="/dossier/"]').count();
    if (sheet > 0) {
      const href = await page.locator('main a[href^="/dossier/"]').first().getAttribute("href");
      await page.goto(server.url + href);
      await seen("dossier as the authority reads it");
      await page.goto(server.url + filing);
    }
    await press(page, '#act form button[type=submit]');
    ok(await page.locator("#errors").count() === 1, `an act without what happened is said (${how})`);
    await seen("act, with an error");
    const options = await page.locator('#act select[name="what"] option').evaluateAll((l) => l.map((o) => o.value).filter(Boolean));
    ok(options.length > 0, `there are acts to record (${how})`);
    if (options.includes("info")) await page.selectOption('#act select[name="what"]', "info");
    else await page.selectOption('#act select[name="what"]', options[0]);
    const today = (await page.locator("main time").evaluateAll((l) => l.map((t) => t.getAttribute("datetime").slice(0, 10)).sort()))[0];
    await page.fill('#act input[name="on"]', today);
    await page.fill('#act textarea[name="text"]', "Wij kijken hiernaar. We are looking into this.");
    await press(page, '#act form button[type=submit]');
    ok(await page.locator("#errors").count() === 0 && (await text(page)).includes("We are looking into this"), `an act stands with its date (${how})`, await page.locator("#errors").allTextContents().then((t) => t.join(" ")));
    await seen("received filing, with an act");
    for (const filter of ["open", "decided"]) {
      await page.goto(`${server.url}/inbox?state=${filter}`);
      await seen(`inbox, ${filter}`);
    }
    await page.goto(`${server.url}/shared`);
    await seen("shared with us");

    // what she may not see is the same page as what does not exist
    const at = async (path) => { const r = await page.goto(server.url + path); return { status: r.status(), page: (await page.locator("main").innerHTML()).replace(/[0-9a-f]{16,}/g, "").replace(/\d\d:\d\d(:\d\d)?/g, "") }; };
    const theirs = await at(`/inbox/${hers}`);
    const none = await at("/inbox/00112233445566778899aabbccddeeff");
    ok(theirs.status === none.status && theirs.status === 404 && theirs.page === none.page, `a case she may not see is the same page as one that does not exist (${how})`, `${theirs.status} ${none.status}`);
    await seen("not there");
    const desk = await at(`/case/${hers}`);
    const desk2 = await at("/case/00112233445566778899aabbccddeeff");
    ok(desk.status === desk2.status && desk.page === desk2.page && !/K-\d{4}-\d{6}/.test(desk.page), `and so on the desk's address (${how})`, `${desk.status} ${desk2.status}`);
    ok(broken.length === 0, `nothing broke (${how})`, broken.join("\n"));
    await close();
  }
};
module.exports = walk;
module.exports.filled = true;
