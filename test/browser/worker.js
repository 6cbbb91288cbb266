// worker.js - the day of a case worker in a filled house: queue, case, every act on it with its error first, keys. Both languages,
// with and without script; then the lead's acts and what a colleague's claim does.
"use strict";
const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const text = (page) => page.textContent("body");
const SUBMIT = "main form button[type=submit]";

// The first choice of each set of radios and selects that asks for one.
const choose = async (page, form) => {
  const names = await page.locator(`${form} input[type=radio]`).evaluateAll((l) => [...new Set(l.map((i) => i.name))]);
  for (const n of names) if (await page.locator(`${form} input[name="${n}"]:checked`).count() === 0) await page.locator(`${form} input[name="${n}"]`).first().check();
};

// A case by telephone; the path of its page.
const newCase = async (page, server, links, age = "18+") => {
  await page.goto(`${server.url}/desk/report`);
  for (const [name, value] of [["safety", "yes"], ["for_whom", "self"], ["age", age], ["what", "spread"], ["wishes", "remove"], ["contact", "code"], ["allow", "notices"]]) await page.check(`input[name="${name}"][value="${value}"]`);
  for (const value of ["filings", "captures", "evidence", "sharing"]) if (await page.locator(`input[name="allow"][value="${value}"]`).count() > 0) await page.check(`input[name="allow"][value="${value}"]`);
  await page.fill('textarea[name="links"]', links);
  await press(page, 'form[action="/desk/report"] button[type=submit]');
  const ref = (await text(page)).match(/K-\d{4}-\d{6}/)[0];
  await page.goto(`${server.url}/desk?ref=${ref}`);
  return { ref, at: new URL(await page.locator('main a[href^="/case/"]', { hasText: ref }).first().getAttribute("href"), server.url).pathname };
};

const acts = async (t, { server, ok }) => {
  const { page, how, lang, seen } = t;
  const { ref, at } = await newCase(page, server, `https://voorbeeldplein.test/${lang}/${t.script ? "a" : "b"}`);
  const here = (rest) => page.goto(`${server.url}${at}${rest}`);
  const wrong = async (rest, name, button = SUBMIT) => {
    await here(rest);
    await seen(`${name}, empty`);
    await press(page, button);
    ok(await page.locator("#errors").count() === 1, `${name}: what is missing is said (${how})`);
    await seen(`${name}, with an error`);
  };
  const stands = async (words, name, button = SUBMIT) => {
    await press(page, button);
    ok(await page.locator("#errors").count() === 0, `${name} (${how})`, (await page.locator("#errors").allTextContents()).join(" "));
    if (words) ok((await text(page)).includes(words), `${name}: it can be read back (${how})`);
  };

  await here("");
  ok((await text(page)).includes(ref), `the case stands on one screen (${how})`);
  await seen("case, new");
  await press(page, 'form[action$="/claim"] button');
  ok(await page.locator('form[action$="/release"]').count() === 1, `it is taken in hand (${how})`);
  await seen("case, in my hands");

  await wrong("/classify", "classify");
  await page.check('input[name="offence"][value="NCII"]');
  await page.selectOption('select[name="online"]', { index: 1 });
  await stands("", "an offence stands");
  await wrong("/links/add", "links");
  await page.fill('textarea[name="links"]', `https://voorbeeldplein.test/new/${lang}${t.script}\nno link at all\nhttps://voorbeeldplein.test/${lang}/${t.script ? "a" : "b"}`);
  await press(page, SUBMIT);
  ok(page.url().endsWith("/links/check") && await page.locator("main table").count() === 2, `what will happen is shown line by line first (${how})`);
  await seen("links, what will happen");
  await stands("", "the new link is added");
  await here("/links");
  await seen("links of a case");
  await press(page, 'main td a[href*="/location/"]');
  ok(await page.locator('form[action$="/lookup"]').count() === 1, `who can remove it stands on a page of the link, or can be looked up (${how})`);
  await seen("who can remove it");
  await wrong("/note", "note");
  await choose(page, "main form");
  await page.fill('textarea[name="text"]', "Gebeld, voicemail. Called, voicemail.");
  await stands("", "a note is kept");
  await here("/notes");
  ok((await text(page)).includes("Gebeld, voicemail."), `notes are read by the team (${how})`);
  await seen("notes");
  await wrong("/message", "message");
  await page.fill('textarea[name="text"]', "We hebben het gevraagd. We asked.");
  await stands("", "a message is sent");
  await here("/messages");
  await seen("messages");
  await wrong("/consent", "consent");
  await choose(page, "main form");
  await page.check('main form input[name="purpose"] >> nth=-1');
  await stands("", "an answer is recorded");
  await here("/lane");
  await page.locator('input[name="age"]').first().check();
  await press(page, SUBMIT);
  ok(await page.locator("#e-why").count() === 1, `a lane is never decided without saying on what (${how})`);
  await seen("lane, with an error");
  await wrong("/risk", "risk");
  await wrong("/refer", "refer");
  for (const [rest, name] of [["/record", "record"], ["/clocks", "clocks"], ["/captures", "captures"], ["/code", "code"], ["/withdraw", "withdraw"]]) {
    await here(rest);
    await seen(name);
  }
  await here("/captures");
  if (await page.locator('main form[action$="/capture"]').count() > 0) {
    await press(page, 'main form[action$="/capture"] button[type=submit]');
    ok(await page.locator("#errors").count() === 1, `captures of nothing are not asked (${how})`);
    await seen("captures, with an error");
  }
  await here("/dossier");
  await seen("dossier, empty");
  await page.fill('textarea[name="seen"]', "De pagina stond er nog. The page was still there.");
  await press(page, 'main form[action$="/dossier"] button[type=submit]');
  ok(await page.locator("#errors").count() === 1 && (await page.inputValue('textarea[name="seen"]')).startsWith("De pagina"), `a finding without what was breached is said, and nothing typed is lost (${how})`);
  await seen("dossier, with an error");

  // removal
  await here("/notice");
  await seen("notice, empty");
  await press(page, 'button[name="go"][value="look"]');
  ok(await page.locator("#errors").count() === 1 && await page.locator('button[value="send"]').count() === 0, `an unfinished notice cannot be sent (${how})`);
  await seen("notice, with errors");

  // filing
  await here("/filing");
  await seen("filing, choose");
  if (await page.locator("#f-offence option[value=NCII]").count() > 0) await page.selectOption("#f-offence", "NCII");
  if (await page.locator("#f-platform option[value=demoplein]").count() > 0) await page.selectOption("#f-platform", "demoplein");
  await press(page, "main form.row button");
  ok(await page.locator('form[action$="/filing/new"]').count() > 0, `bodies that can act are named, each with why (${how})`);
  await seen("filing, who can act");
  await press(page, 'form[action$="/filing/new"] button');
  await seen("filing, draft");
  await press(page, 'form[action$="/sign"] button');
  ok(await page.locator("#errors, .note.st-late, .note.st-waiting").count() > 0, `an unfinished filing is not signed (${how})`);
  await seen("filing, draft with errors");

  // done, and open again
  await wrong("/close", "close");
  await page.locator('input[name="why"]').first().check();
  await stands("", "the case is closed");
  await here("");
  await seen("case, closed");
  await wrong("/reopen", "reopen");
  await page.locator('input[name="why"]').first().check();
  await stands("", "the case is open again");
  await here("/share");
  await seen("share");
  await page.locator('main form[method=get] select[name="to"]').selectOption({ index: (await page.locator('main form[method=get] select[name="to"] option').count()) - 1 });
  await press(page, "main form[method=get] button");
  ok(await page.locator("#preview").count() === 1, `who will see what is shown before anything is shared (${how})`);
  await seen("share, who sees what");
  return { ref, at };
};

// A clock's distance in words stays true while the page is open: here one of three hours, an hour and a minute later.
const clocks = async (t, ok, url) => {
  const page = await t.page.context().newPage();
  await page.clock.install();
  await page.goto(url);
  const found = await page.evaluate(() => {
    const e = document.querySelector("time[data-live]");
    if (e) e.dateTime = new Date(Number(e.dataset.live) + 3 * 3600000).toISOString();
    return e !== null;
  });
  ok(found, `a filing has clocks (${t.how})`);
  await page.clock.runFor("01:01:00");
  const words = await page.evaluate(() => (document.querySelector("time[data-live]") || document.body).textContent);
  ok(words === (t.lang === "nl" ? "over 1 uur" : "in 1 hour"), `a clock's distance stays true while the page is open (${t.how})`, words);
  await page.close();
};

const queue = async (t, { server, ok }) => {
  const { page, how, seen } = t;
  ok(page.url().endsWith("/desk") || (await page.goto(`${server.url}/desk`)).status() === 200, `a worker comes to the queue (${how})`);
  await seen("queue");
  await page.selectOption('select[name="turn"]', { index: 1 });
  await press(page, "form.filters button");
  await seen("queue, filtered");
  await page.goto(`${server.url}/desk?ref=K-1999-000001`);
  ok(await page.locator(".empty").count() === 1, `filters that leave nothing say how to go on (${how})`);
  await seen("queue, nothing fits");
  await page.goto(`${server.url}/search`);
  await seen("search");
  for (const [q, name] of [["voorbeeld", "search, found"], ["zzzz-niets", "search, nothing found"]]) {
    await page.fill("#s-q", q);
    await press(page, "main form[role=search] button");
    await seen(name);
  }
  for (const [path, name] of [["/desk/keys", "keys"], ["/desk/report", "report by phone"], ["/shared", "shared"], ["/me", "own page"], ["/account/2026/whole", "the whole account"]]) {
    await page.goto(server.url + path);
    await seen(name);
  }
  // a case with a history: requests, silences, proposals, a dossier
  await page.goto(`${server.url}/desk?closed=1`);
  const hrefs = await page.locator('main tbody a[href^="/case/"]').evaluateAll((l) => l.map((a) => a.getAttribute("href").split("?")[0]));
  for (const href of hrefs.slice(0, 4)) {
    await page.goto(server.url + href);
    const links = await page.locator("main a").evaluateAll((l) => l.map((a) => a.getAttribute("href")));
    const first = (re) => links.find((h) => re.test(h));
    const found = [[/\/proposal\//, "proposal"], [/\/notice\/[0-9a-f]{32}/, "notice of the story"], [/\/filing\/[0-9a-f]{32}/, "filing of the story"], [/\/dossier\/[0-9a-f]{32}/, "dossier of the story"], [/\/capture\/[0-9a-f]{32}/, "capture of the story"]].map(([re, name]) => [first(re), name]).filter(([h]) => h);
    if (found.length < 2) continue;
    await seen("case with a history");
    for (const [h, name] of found) {
      await page.goto(server.url + h.split("#")[0]);
      await seen(name);
      if (name === "dossier of the story") await passOn(t, { server, ok, seen, dossier: h.split(/[?#]/)[0] });
      if (name === "filing of the story" && t.script) await clocks(t, ok, page.url());
      if (name === "proposal" && await page.locator('button[name="take"][value="0"]').count() > 0) {
        await press(page, 'button[name="take"][value="0"]');
        ok(await page.locator("#errors").count() === 1, `not now wants a reason (${how})`);
        await seen("proposal, with an error");
      }
    }
    return;
  }
  ok(false, `the story left a case with a history (${how})`);
};

// a dossier is passed on, and has versions for other readers
const passOn = async ({ page, how }, { server, ok, seen, dossier }) => {
  await page.goto(`${server.url}${dossier}/send`);
  await seen("passing a dossier on");
  await page.fill('input[name="days"]', "99");
  await press(page, 'main form[action$="/send/link"] button[type=submit]');
  ok(await page.locator("#errors, .error").count() > 0, `a link for ninety-nine days is refused (${how})`);
  await seen("passing a dossier on, with an error");
  await page.goto(`${server.url}${dossier}/versions`);
  await seen("versions of a dossier");
  if (await page.locator('input[name="version"][value="without"]').count() === 0) return;
  await page.check('input[name="version"][value="without"]');
  await press(page, 'main form[action$="/versions"] button[type=submit]');
  ok(await page.locator("#errors").count() === 1, `an objection wants to know whose facts (${how})`);
  await seen("versions of a dossier, with an error");
};

const keys = async (t, { server, ok }) => {
  const { page, how, lang } = t;
  await page.goto(`${server.url}/desk`);
  const focus = () => page.evaluate(() => document.activeElement.getAttribute("href"));
  await page.keyboard.press("j");
  const one = await focus();
  await page.keyboard.press("j");
  const two = await focus();
  await page.keyboard.press("k");
  ok(/^\/case\//.test(one) && (await page.locator("table[data-rows] tbody tr").count() < 2 || two !== one) && await focus() === one, `j and k walk the rows of the queue (${how})`);
  await page.keyboard.press("?");
  ok(await page.locator("dialog[open]").count() === 1 && /j/.test(await page.textContent("dialog")), `? lists the keys of the page (${how})`);
  const search = await page.locator("dialog tr", { hasText: "/" }).first().textContent();
  ok(search === (lang === "nl" ? "/Zoeken" : "/Search"), `a field is called by its label there (${how})`, search);
  await t.seen("keys of the page");
  await page.keyboard.press("Escape");
  await page.keyboard.press("/");
  await page.keyboard.type("jk?o");
  ok(await page.inputValue("#top-q") === "jk?o" && page.url().endsWith("/desk"), `in a field a key is a letter (${how})`);
  await page.evaluate(() => document.activeElement.blur());
  if (await page.locator('main [data-key="o"]').count() > 0) {
    await Promise.all([page.waitForNavigation(), page.keyboard.press("o")]);
    ok(/\/case\/[0-9a-f]{32}/.test(page.url()), `o opens what comes first (${how})`);
  }
  const shown = await page.locator('main [data-key="n"] kbd, main [data-key="n"]').count();
  ok(shown > 0, `the key of a note is shown on its button (${how})`);
  await Promise.all([page.waitForNavigation(), page.keyboard.press("n")]);
  ok(/\/note$/.test(new URL(page.url()).pathname), `n writes a note (${how})`);
  await page.goBack();
  if (await page.locator('main [data-key="c"]').count() > 0) {
    await Promise.all([page.waitForNavigation(), page.keyboard.press("c")]);
    ok(/\/case\//.test(page.url()), `c takes in hand or lays back (${how})`);
  }
  await page.goto(`${server.url}/desk/keys`);
  await press(page, 'main form[action="/desk/keys"] button');
  await page.goto(`${server.url}/desk`);
  await page.evaluate(() => document.activeElement.blur());
  await page.keyboard.press("j");
  ok(!/^\/case\//.test(await focus() || ""), `keys turned off do nothing (${how})`);
};

const walk = async ({ server, browser, lib }) => {
  const { ok, look, signIn } = lib;
  const to = { server, ok };
  let mine = null;
  for (const [lang, script] of [["nl", true], ["en", true], ["nl", false], ["en", false]]) {
    const how = `${lang}${script ? "" : ", no script"}`;
    const { page, broken, close } = await browser.open({ lang, script });
    const seen = async (name) => {
      if (script) return look(page, `${name}, ${how}`, { lang });
      return ok(await page.locator("h1").count() === 1 && await page.locator("html").getAttribute("lang") === lang, `${name} (${how})`);
    };
    const t = { page, how, lang, script, seen };
    await signIn(page, server, "wanda", lang);
    await queue(t, to);
    mine = await acts(t, to);
    await page.goto(server.url + mine.at);
    if (await page.locator('form[action$="/claim"]').count() > 0) await press(page, 'form[action$="/claim"] button');
    if (script) await keys(t, to);
    ok(broken.length === 0, `nothing broke (${how})`, broken.join("\n"));
    await close();
  }
  // the lead: somebody else's claim, joining, erasing
  for (const lang of ["nl", "en"]) {
    const { page, broken, close } = await browser.open({ lang });
    const seen = (name) => look(page, `${name}, ${lang}`, { lang });
    await signIn(page, server, "lea", lang);
    await page.goto(server.url + mine.at);
    ok((await text(page)).includes("Wanda (demo)") && await page.locator('form[action$="/claim"]').count() === 0, `what a colleague has in hand says so and cannot be taken (${lang})`);
    await seen("case, in a colleague's hands");
    await page.goto(`${server.url}${mine.at}/merge`);
    await seen("merge");
    await page.fill("#m-with", "K-1999-000001");
    await press(page, "main form[method=get] button");
    ok(await page.locator(".note.st-refused").count() === 1, `a case that is not there is not joined (${lang})`);
    await seen("merge, not there");
    await page.goto(`${server.url}/desk`);
    const other = (await page.locator('main tbody a[href^="/case/"]').allTextContents()).find((r) => /K-/.test(r) && r.trim() !== mine.ref);
    await page.goto(`${server.url}${mine.at}/merge?with=${other.trim()}`);
    ok(await page.locator("#preview").count() === 1, `what joining does is shown first (${lang})`);
    await seen("merge, what would happen");
    await page.goto(`${server.url}${mine.at}/erase`);
    await press(page, SUBMIT);
    ok(await page.locator("#errors").count() === 1, `nothing is erased without a reason and the reference (${lang})`);
    await seen("erase, with an error");
    ok(broken.length === 0, `nothing broke for the lead (${lang})`, broken.join("\n"));
    await close();
  }
};
module.exports = walk;
module.exports.filled = true;
