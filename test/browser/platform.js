// platform.js - removal from both sides: a worker asks, by real mail; platform staff answer behind the link in it. Both languages,
// with and without script, every state with axe.
"use strict";
const { spawn } = require("node:child_process");
const fs = require("node:fs");
const path = require("node:path");

const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const body = (page) => page.textContent("body");

// The small platform and mail server of test/takedown.
const before = async (lib) => {
  const folder = lib.temporary("world");
  const child = spawn("python3", [path.join(__dirname, "../takedown/world.py"), folder], { stdio: ["pipe", "pipe", "inherit"] });
  let said = "";
  child.stdout.on("data", (d) => { said += d; });
  for (let i = 0; i < 100 && !/mail \d+/.test(said); i++) await lib.sleep(50);
  const web = said.match(/web (\d+)/)[1];
  const mail = said.match(/mail (\d+)/)[1];
  const tell = async (line) => { const n = said.length; child.stdin.write(`${line}\n`); for (let i = 0; i < 100 && said.length === n; i++) await lib.sleep(20); };
  const stop = async () => { child.stdin.end(); await lib.sleep(100); child.kill(); fs.rmSync(folder, { recursive: true, force: true }); };
  return { folder, web, tell, stop, env: { KETEN_MAIL_HOST: "127.0.0.1", KETEN_MAIL_PORT: mail, KETEN_MAIL_TLS: "none", KETEN_MAIL_FROM: "meldpunt@keten.test", KETEN_NET_ALLOW: `127.0.0.1:${web}` } };
};

const mailText = (file) => {
  const raw = fs.readFileSync(file, "latin1").split("\r\n\r\n").slice(1).join("\r\n\r\n").replace(/=\r\n/g, "");
  return Buffer.from(raw.replace(/=([0-9A-F]{2})/g, (_, h) => String.fromCharCode(parseInt(h, 16))), "latin1").toString("utf8").replace(/\r\n/g, "\n");
};

const walk = async ({ server, browser, lib, world }) => {
  const { ok, axe } = lib;
  const shot = async (page, name) => { if (process.env.SHOTS) await page.screenshot({ path: `${process.env.SHOTS}/${name}.png`, fullPage: true }); };
  const seen = async (page, name) => { await axe(page, name); await shot(page, `platform-${name.replace(/[^a-z0-9]+/gi, "-")}`); };
  const mails = () => fs.readdirSync(world.folder).filter((f) => f.endsWith(".eml")).length;
  const waitMail = async (n) => { for (let i = 0; i < 200 && mails() < n; i++) await lib.sleep(100); return mails() >= n; };
  const { page, broken } = await browser.open({ lang: "nl" });
  await page.goto(server.links.wanda);
  await press(page, "main button[type=submit]");

  // ---- the register ----
  await page.goto(`${server.url}/recipients`);
  ok((await body(page)).includes("Hier staat nog niemand"), "an empty register says how somebody gets there");
  await seen(page, "recipients, none yet");
  await press(page, 'a[href="/recipients/new"]');
  await seen(page, "recipient, empty form");
  await page.fill("#f-name", "Spiegelhost");
  await page.fill("#f-mail", "geen adres");
  await page.evaluate(() => { document.querySelector("#f-mail").type = "text"; });
  await press(page, "main form button.primary");
  ok(await page.locator("#e-mail").count() === 1 && await page.inputValue("#f-name") === "Spiegelhost", "a bad address is said at its field, the name is still there");
  await seen(page, "recipient, with an error");
  await page.fill("#f-mail", "abuse@spiegelhost.test");
  await page.selectOption("#f-rung", "host");
  await page.selectOption("#f-lang", "en");
  await page.fill("#f-country", "DE");
  await press(page, "main form button.primary");
  await seen(page, "recipient");
  await page.goto(`${server.url}/recipients`);
  await seen(page, "recipients");
  await page.goto(`${server.url}/rules`);
  ok((await body(page)).includes("Nog geen regel"), "without rules the page says when to make one");
  await seen(page, "rules, none yet");
  for (const [at, name] of [["/templates", "words of notices"], ["/templates/platform/nl", "words for platforms"], ["/playbook", "playbook"], ["/recipients/figures", "figures of recipients"], ["/seconds", "second looks"]]) {
    await page.goto(server.url + at);
    await seen(page, name);
  }

  // ---- a case, by phone ----
  await world.tell("page /v/1 clip");
  await world.tell("page /v/2 clip");
  const newCase = async (links) => {
    await page.goto(`${server.url}/desk/report`);
    for (const [name, value] of [["safety", "yes"], ["for_whom", "self"], ["age", "18+"], ["what", "spread"], ["wishes", "remove"], ["contact", "code"], ["allow", "notices"]]) await page.check(`input[name="${name}"][value="${value}"]`);
    await page.fill('textarea[name="links"]', links);
    await press(page, 'form[action="/desk/report"] button[type=submit]');
    const ref = (await body(page)).match(/K-\d{4}-\d{6}/)[0];
    await page.goto(`${server.url}/desk`);
    return (await page.locator(`main a[href^="/case/"]`, { hasText: ref }).first().getAttribute("href")).match(/[0-9a-f]{32}/)[0];
  };
  const id = await newCase(`http://127.0.0.1:${world.web}/v/1\nhttp://127.0.0.1:${world.web}/v/2`);

  // ---- many at once: shown, noted, undone ----
  await page.goto(`${server.url}/case/${id}/bulk`);
  await seen(page, "many places at once");
  await page.check('input[name="kind"][value="check"]');
  await page.check('input[name="pick"][value="all"]');
  await press(page, 'button[name="go"][value="look"]');
  ok(await page.locator("#preview").count() === 1, "what would happen to many places is shown first");
  await seen(page, "many places at once, shown");
  await press(page, 'button[name="go"][value="do"]');
  ok(await page.locator('form[action$="/undo"]').count() === 1, "then there is half a minute to undo it");
  await seen(page, "many places at once, waits");
  await press(page, 'form[action$="/undo"] button');
  ok(await page.locator('form[action$="/undo"]').count() === 0, "undone, it is over");
  await seen(page, "many places at once, undone");

  // ---- asking ----
  await page.goto(`${server.url}/case/${id}/notice`);
  await seen(page, "compose");
  await page.check('input[name="recipient"][value="law.demoplein"]');
  for (const box of await page.locator('input[name="location"]').all()) await box.check();
  await page.selectOption("#f-offence", "NCII");
  await press(page, 'button[name="go"][value="look"]');
  ok(await page.locator("#e-good_faith").count() === 1, "without good faith the law's want is said at the field");
  ok(await page.locator("#e-why_nl").count() === 1, "as long as the case has no classification, the worker explains in words");
  ok(await page.locator('button[value="send"]').count() === 0, "and nothing can be sent");
  await seen(page, "compose, with errors");
  await page.check('input[name="good_faith"]');
  await page.fill("#f-why_nl", "Dit beeld is zonder toestemming gedeeld.");
  await press(page, 'button[name="go"][value="look"]');
  ok((await page.textContent("#preview")).includes("meldpunt@voorbeeldplein.test") && (await page.textContent("#preview")).includes("/v/1"), "what will be sent is shown before it is sent, with the address it goes to");
  ok(mails() === 0, "so far nothing left the house");
  await seen(page, "compose, with the preview");
  const shown = await page.textContent("#preview pre");
  await press(page, 'button[name="go"][value="send"]');
  ok((await body(page)).includes("Voorbeeldplein"), "the case page lists whom was asked");
  ok(await waitMail(1), "the mail arrives at a real mail server");
  const text = mailText(path.join(world.folder, "mail-1.eml"));
  ok(text.startsWith(shown.split("[antwoordlink")[0]), "with the very words that were shown");
  await page.goto(`${server.url}/case/${id}`);
  await seen(page, "case with notices");
  const noticeUrl = (await page.locator(`#notices a[href*="/notice/"]`).first().getAttribute("href")).replace(/\/answer$/, "");
  await page.goto(server.url + noticeUrl);
  await seen(page, "notice, sent");

  // ---- answering ----
  const link = text.match(/http\S+\/antwoord\/[0-9a-f]{32}/)[0];
  for (const look of [1, 2, 3]) await fetch(link).then((r) => r.text().then((t) => ok(r.status === 200 && !t.includes("/v/1") && r.headers.get("x-robots-tag").includes("noindex") && r.headers.get("referrer-policy") === "no-referrer", `a scanner that looks behind the link sees nothing (${look})`)));
  await page.reload();
  ok(!(await body(page)).includes("Ontvangst bevestigd"), "and has confirmed nothing");
  for (const [lang, script] of [["nl", true], ["en", true], ["nl", false], ["en", false]]) {
    const how = `${lang}${script ? "" : ", no script"}`;
    const staff = await browser.open({ lang, script });
    const p = staff.page;
    let clicks = 0;
    const click = async (selector) => { clicks++; await press(p, selector); };
    await p.goto(link);
    ok((await body(p)).includes("Kennisgeving voor Voorbeeldplein"), `the door speaks the recipient's language first (${how})`);
    if (lang === "en") {
      await press(p, 'header a[lang="en"]');
      ok((await body(p)).includes("Notice for Voorbeeldplein"), `and English when asked (${how})`);
    }
    if (script) await seen(p, `answer door, ${how}`);
    await click("main button[type=submit]");
    ok(p.url().endsWith("/antwoord") && (await body(p)).includes("/v/1") && !/K-2026|CANARY/.test(await p.content()), `the button opens the list: addresses, no case (${how})`);
    if (script) await seen(p, `answer list, ${how}`);
    await click("main form button.primary");
    ok(await p.locator("#errors").count() === 1, `sending nothing is said (${how})`);
    if (script) await seen(p, `answer list, with an error, ${how}`);
    await p.selectOption('select[name="item"] >> nth=0', { index: 1 });
    await p.selectOption('select[name="item"] >> nth=1', { index: 3 });
    await p.selectOption('select[name="reason"] >> nth=1', { index: 2 });
    await p.fill("#f-contact", "Abuse team");
    await click("main form button.primary");
    ok(p.url().endsWith("/antwoord-ontvangen"), `the receipt comes (${how}, ${clicks} presses)`);
    if (script) await seen(p, `answer receipt, ${how}`);
    ok(staff.broken.length === 0, `nothing broke (${how})`, staff.broken.join("\n"));
    await staff.close();
  }
  await page.reload();
  ok((await body(page)).includes("Abuse team") && (await body(page)).includes("Ontvangst bevestigd"), "the worker sees receipt, answers and who gave them");
  await seen(page, "notice, answered");

  // ---- one item fits one screen ----
  const one = await newCase(`http://127.0.0.1:${world.web}/v/9`);
  await page.goto(`${server.url}/case/${one}/notice`);
  await page.check('input[name="location"]');
  await page.locator('input[name="recipient"]').first().check();
  await page.selectOption("#f-offence", "NCII");
  for (const why of ["#f-why_nl", "#f-why_en"]) await page.fill(why, "Shared without consent.");
  await page.check('input[name="good_faith"]');
  await press(page, 'button[name="go"][value="look"]');
  await press(page, 'button[name="go"][value="send"]');
  const about = (what) => fs.readdirSync(world.folder).filter((f) => f.endsWith(".eml")).map((f) => mailText(path.join(world.folder, f))).find((t) => t.includes(what));
  for (let i = 0; i < 200 && !about("/v/9"); i++) await lib.sleep(100);
  const last = about("/v/9");
  ok(last !== undefined, "a second case is asked about");
  if (last) {
    const staff = await browser.open({ lang: "nl" });
    await staff.page.setViewportSize({ width: 1280, height: 900 });
    await staff.page.goto(last.match(/http\S+\/antwoord\/[0-9a-f]{32}/)[0]);
    await press(staff.page, "main button[type=submit]");
    const bottom = await staff.page.evaluate(() => document.querySelector("main form button.primary").getBoundingClientRect().bottom);
    ok(bottom <= 900, `one item is answered on one screen (${Math.round(bottom)} of 900 pixels)`);
    await seen(staff.page, "answer, one item");
    await staff.page.check('input[name="item"][value$=".refused"]');
    await press(staff.page, "main form button.primary");
    ok(await staff.page.locator("#e-reason").count() === 1 || await staff.page.locator("#errors").count() === 1, "a refusal wants a reason");
    await seen(staff.page, "answer, one item, no reason");
    await staff.page.check('input[name="item"][value$=".removed"]');
    await press(staff.page, "main form button.primary");
    ok(staff.page.url().endsWith("/antwoord-ontvangen"), "two presses and a choice answer it");
    await staff.close();
  }

  // ---- by hand, and the end ----
  await page.goto(`${server.url}${noticeUrl}/answer`);
  await seen(page, "answer by hand");
  await press(page, "main form button.primary");
  ok(await page.locator("#errors").count() === 1, "an answer by hand without an answer is said");
  await seen(page, "answer by hand, with an error");
  await page.check('input[name="answer"][value="blocked"]');
  await press(page, "main form button.primary");
  ok((await body(page)).includes("Het antwoord is vastgelegd"), "and stands when it is whole");
  await press(page, `form[action$="/withdraw"] button`);
  ok((await body(page)).includes("ingetrokken"), "a notice is withdrawn");
  await seen(page, "notice, withdrawn");
  for (const lang of ["nl", "en"]) {
    const staff = await browser.open({ lang });
    const r = await staff.page.goto(link);
    if (lang === "en") await press(staff.page, 'header a[lang="en"]');
    const said = await body(staff.page);
    ok(r.status() === 410 && said.includes(lang === "nl" ? "is afgerond" : "is concluded") && said.includes("meldpunt@keten.test") && await staff.page.locator("main form").count() === 0, `whoever opens its link reads that nothing is asked any more, and whom to write to (${lang})`, said);
    await seen(staff.page, `answer link that is over, ${lang}`);
    await staff.close();
  }
  ok(broken.length === 0, "nothing broke on the worker's side", broken.join("\n"));
};
module.exports = walk;
module.exports.before = before;
