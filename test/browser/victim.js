// victim.js - the way of somebody who reports, and comes back: both languages, with and without script, on a real profile.
"use strict";
const fs = require("node:fs");
const http = require("node:http");
const path = require("node:path");

const go = async (page, value) => {
  await Promise.all([page.waitForNavigation(), page.click(`button[name="go"][value="${value}"]`)]);
};
const press = async (page, selector) => {
  await Promise.all([page.waitForNavigation(), page.click(selector)]);
};
const text = (page) => page.textContent("body");
const heading = (page) => page.textContent("h1");

module.exports = async ({ server, browser, lib }) => {
  const { ok, axe } = lib;
  const words = {
    nl: { safe: "Ben je nu veilig?", check: "Klopt dit?", sent: "Je melding is verstuurd", next: "Dit gebeurt er nu", own: "Je melding", young: "Goed dat je er bent", wrongCode: "geen hele code", erased: "Het is gewist", error: "Niet elke regel is een link" },
    en: { safe: "Are you safe now?", check: "Is this right?", sent: "Your report has been sent", next: "This is what happens next", own: "Your report", young: "Good that you are here", wrongCode: "not a whole code", erased: "It is erased", error: "Not every line is a link" },
  };

  // From the first page to the code; every screen filled in. Returns the code.
  const report = async (page, w, look) => {
    const seen = async (state) => { if (look) await axe(page, state); };
    await page.goto(`${server.url}/`);
    await seen("first page");
    await press(page, 'a.button[href="/report"]');
    ok(await heading(page) === w.safe, "the first question is whether one is safe");
    await seen("safe now?");
    await page.check('input[name="safety"][value="no"]');
    await go(page, "next");
    ok(/0800-0113|113/.test(await text(page)), "who is not safe sees at once who can help");
    await page.check('input[name="for_whom"][value="self"]');
    await page.check('input[name="age"][value="18+"]');
    await seen("about whom");
    await go(page, "next");
    await page.check('input[name="what"][value="spread"]');
    await page.check('input[name="what"][value="threat"]');
    await seen("what is going on");
    await go(page, "next");
    await page.fill('textarea[name="links"]', "https://Photos.Example.test/a?utm_source=x\njavascript:alert(1)\nhttps://photos.example.test/a\nthe group of my school\nhttps://user:secret@site.test/");
    await go(page, "next");
    const kept = await page.inputValue('textarea[name="links"]');
    ok(/program|programma/.test(await text(page)) && !kept.includes("javascript:"), "program code is named as such and not kept");
    ok(kept.includes("the group of my school") && kept.includes("Photos.Example.test"), "and nothing else that was pasted is lost");
    await go(page, "next");
    ok((await text(page)).includes(w.error), "lines that are no links get a plain answer at the field");
    await seen("where, with lines that are no links");
    await go(page, "anyway");
    await page.check('input[name="wishes"][value="remove"]');
    await page.check('input[name="wishes"][value="care"]');
    await seen("what one would like");
    await go(page, "next");
    await page.check('input[name="contact"][value="safe"]');
    await go(page, "next");
    ok(await page.locator("#e-way").count() === 1, "who wants to be reached is asked how");
    await page.fill('input[name="way"]', "0600000000");
    await page.fill('input[name="hours"]', "10-12");
    await page.fill('input[name="cover"]', "tandarts");
    await seen("reach, with an error");
    await go(page, "next");
    await page.fill('textarea[name="story"]', "STORY-CANARY he put it there");
    await seen("own words");
    await go(page, "next");
    ok(await page.locator('input[name="allow"]:checked').count() === 0, "nothing is allowed beforehand");
    await page.check('input[name="allow"][value="notices"]');
    await seen("what we may do");
    await go(page, "next");
    ok(await heading(page) === w.check, "the answers are shown before anything is sent");
    ok(!(await text(page)).includes("STORY-CANARY"), "what was written in own words is not shown again");
    await seen("check answers");
    await go(page, "to-what");
    ok(await page.isChecked('input[name="what"][value="threat"]'), "an answer can be changed, and stands as it was given");
    await go(page, "next");
    ok(await heading(page) === w.check, "and then one is back at the check");
    await go(page, "next");
    ok(await heading(page) === w.sent, "the report is sent and a code is shown", await text(page));
    const code = (await page.textContent("#number")).trim();
    ok(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test(code), "a code of four groups");
    await seen("the code");
    await page.fill('input[name="last"]', "0000");
    await go(page, "next");
    ok(await page.locator("#e-last").count() === 1, "the last group is checked");
    await page.fill('input[name="last"]', code.slice(-4).toLowerCase());
    await go(page, "next");
    ok(await heading(page) === w.next && await page.locator("time").count() >= 1, "what happens next has dates");
    await seen("what happens next");
    return code;
  };

  const comeBack = async (page, w, code, look) => {
    const seen = async (state) => { if (look) await axe(page, state); };
    await page.goto(`${server.url}/code`);
    await seen("code entry");
    const bad = code.slice(0, 7) + (code[7] === "A" ? "B" : "A") + code.slice(8);
    await page.fill('input[name="code"]', bad);
    await press(page, 'main button[type="submit"]');
    ok((await text(page)).includes(w.wrongCode), "a typing error is explained");
    await seen("code entry, with an error");
    await page.fill('input[name="code"]', code.toLowerCase().replace(/-/g, " ").replace(/0/g, "o").replace(/1/g, "l"));
    await press(page, 'main button[type="submit"]');
    ok(new URL(page.url()).pathname === "/own" && await heading(page) === w.own, "lower case, blanks, O for 0 and l for 1 are understood");
    ok(!(await text(page)).includes("STORY-CANARY"), "what was written is not shown without a second press");
    await seen("own report");
    await page.goto(`${server.url}/own/words`);
    ok(!(await text(page)).includes("STORY-CANARY"), "not after the first press either");
    await seen("own words, closed");
    await press(page, 'a.button[href="/own/words/shown"]');
    ok((await text(page)).includes("STORY-CANARY"), "and after the second it is");
    await seen("own words, shown");
    await page.goto(`${server.url}/own/messages`);
    await page.fill('textarea[name="text"]', "Is er al nieuws?");
    await press(page, 'main button[type="submit"]');
    ok((await text(page)).includes("Is er al nieuws?"), "a message can be sent");
    await seen("messages");
    await page.goto(`${server.url}/own/links`);
    await page.fill('textarea[name="links"]', "https://photos.example.test/second\nno link");
    await press(page, 'main button[type="submit"]');
    ok((await text(page)).includes("photos.example.test/second") && await page.inputValue('textarea[name="links"]') === "no link", "good links are added, and what is none waits in the field");
    await seen("links, with a line that is none");
    await page.goto(`${server.url}/own/allow`);
    ok(await page.isChecked('input[value="notices"]') && !(await page.isChecked('input[value="filing"]')), "what is allowed is shown as it was given");
    await page.check('input[value="filing"]');
    await seen("permissions");
    await press(page, 'main button[type="submit"]');
    await page.goto(`${server.url}/own/contact`);
    ok(await page.isChecked('input[name="contact"][value="safe"]') && await page.inputValue('input[name="way"]') === "", "how to reach them can be changed; what was kept is not shown");
    await page.check('input[name="contact"][value="safe"]');
    await press(page, 'main button[type="submit"]');
    ok(await page.locator("#e-way").count() === 1, "by phone or mail needs a number");
    await seen("how to reach, with an error");
    await page.fill('input[name="way"]', "06-STORY-CANARY");
    await page.fill('input[name="cover"]', "de tandarts");
    await press(page, 'main button[type="submit"]');
    ok(new URL(page.url()).pathname === "/own" && !(await text(page)).includes("STORY-CANARY"), "and is kept, without being shown");
    await press(page, 'form[action="/own/pause"] button');
    ok(await page.locator('form[action="/own/resume"]').count() === 1, "it can be paused");
    await seen("own report, paused");
    await press(page, 'form[action="/own/resume"] button');
    await page.goto(`${server.url}/own/worse`);
    ok(/113/.test(await text(page)), "who feels worse sees who can help");
    await seen("feeling worse");
    await press(page, 'main form button[type="submit"]');
    ok(await page.locator(".note.st-done time").count() === 1, "and we know it, with a time");
    await page.goto(`${server.url}/own/proof`);
    ok(!(await text(page)).includes("STORY-CANARY") && await page.locator("details .code").count() === 1, "the paper is signed and does not hold what was written");
    await seen("proof of report");
    await page.goto(`${server.url}/own/withdraw`);
    await seen("withdraw");
    await page.check('input[name="what"][value="notices"]');
    await press(page, 'main button[type="submit"]');
    ok(new URL(page.url()).pathname === "/own", "requests can be taken back");
    await page.goto(`${server.url}/own/erase`);
    await seen("erase");
    await page.check('input[name="sure"]');
    await page.fill('input[name="last"]', code.slice(0, 4));
    await press(page, 'main button[type="submit"]');
    ok(await heading(page) === w.erased, "and everything can be erased");
    await seen("erased");
    await page.goto(`${server.url}/own`);
    ok(new URL(page.url()).pathname === "/code", "after that nothing is open any more");
  };

  for (const { lang, script, dark } of [{ lang: "nl", script: true }, { lang: "en", script: false }, { lang: "en", script: true, dark: true }, { lang: "nl", script: false }]) {
    lib.note(`adult, ${lang}, ${script ? "with" : "without"} script${dark ? ", dark" : ""}`);
    const { page, broken, close } = await browser.open({ lang, script, dark });
    const code = await report(page, words[lang], script);
    await comeBack(page, words[lang], code, script);
    ok(broken.length === 0, `no script error and no refusal by the content policy (${lang})`, broken.join("\n"));
    await close();
  }

  // Under 18, and age not known: no words, no contact details, no picture.
  for (const { lang, script, age } of [{ lang: "nl", script: true, age: "12-15" }, { lang: "en", script: true, age: null }, { lang: "nl", script: false, age: "<12" }]) {
    lib.note(`${age || "age not known"}, ${lang}, ${script ? "with" : "without"} script`);
    const { page, close } = await browser.open({ lang, script });
    const seen = async (state) => { if (script) await axe(page, state); };
    let forms = 0;
    page.on("load", async () => { forms += await page.locator('input[type="file"], textarea[name="story"], input[name="way"]').count().catch(() => 0); });
    await page.goto(`${server.url}/report`);
    await go(page, "skip");
    if (age) await page.check(`input[name="age"][value="${age}"]`);
    await go(page, "next");
    ok(await heading(page) === words[lang].young, "who is under 18, or whose age is not known, goes the minors' way");
    ok(/0800-0432/.test(await text(page)) && /(niet gecontroleerd|not verified)/i.test(await text(page)), "with the helplines, and a row nobody has checked says so");
    await seen("minors: a word first");
    await go(page, "next");
    await page.check('input[name="what"][value="money"]');
    await seen("minors: what is going on");
    await go(page, "next");
    await page.fill('textarea[name="links"]', "data:image/png;base64,iVBORw0KGgo=\nhttps://photos.example.test/minor");
    await go(page, "next");
    ok(!(await page.content()).includes("iVBORw0KGgo"), "a picture pasted as text is not even shown again");
    await go(page, "next");
    await go(page, "skip");
    await seen("minors: reach");
    await go(page, "next");
    ok(await page.locator('input[value="captures"]').count() === 0, "nothing about recording the page is asked");
    await go(page, "skip");
    ok(await heading(page) === words[lang].check, "and without own words one is at the check");
    await seen("minors: check");
    await go(page, "next");
    ok(await heading(page) === words[lang].sent, "the report is sent");
    await go(page, "skip");
    await seen("minors: what happens next");
    ok(forms === 0, "no screen had a place for files, own words or contact details");
    await close();
  }

  await between(server, browser, lib);
  await phone(server, browser, lib);
  await forensics(server, lib);
  await leaving(server, browser, lib);
  const inside = ["STORY-CANARY", "0600000000", "photos.example.test", "Is er al nieuws", "LEAVING-CANARY"].flatMap((w) => lib.onDisk(server.data, w).map((f) => `${w} in ${f}`));
  ok(inside.length === 0 && lib.onDisk(server.data, "case.opened").length > 0, "nothing that was typed stands in clear in any file of the instance, while what is counted does", inside.join("\n"));
  ok(!/STORY-CANARY|0600000000|photos\.example|127\.0\.0\.1 - /.test(server.log()), "nor in the log, which names no visitor");
};

// What happens in between: another language, a session that ended, a flood, a request from elsewhere.
const between = async (server, browser, lib) => {
  const { ok, note } = lib;
  note("in between");
  const { context, page, close } = await browser.open({ lang: "nl" });
  await page.goto(`${server.url}/report`);
  await page.check('input[name="safety"][value="yes"]');
  await go(page, "next");
  await press(page, 'nav a[hreflang="en"]');
  ok(await heading(page) === "Who is it about?", "the other language shows the same screen");
  await go(page, "back");
  ok(await page.isChecked('input[name="safety"][value="yes"]'), "with the answers as they were");
  for (let i = 0; i < 8; i++) await go(page, await page.locator('button[value="skip"]').count() > 0 ? "skip" : "next");
  await go(page, "next");
  const code = (await page.textContent("#number")).trim();
  await page.goto(`${server.url}/code`);
  await page.fill('input[name="code"]', code);
  await press(page, 'main button[type="submit"]');
  await page.goto(`${server.url}/own/messages`);
  await page.fill('textarea[name="text"]', "typed while the session ended");
  await context.clearCookies({ name: "own" });
  await press(page, 'main button[type="submit"]');
  ok(new URL(page.url()).pathname === "/code", "when the half hour is over, the code is asked again");
  await page.fill('input[name="code"]', code);
  await press(page, 'main button[type="submit"]');
  await page.goto(`${server.url}/own/messages`);
  ok(await page.inputValue('textarea[name="text"]') === "typed while the session ended", "and what was typed is still there");
  await press(page, 'form[action="/own/messages"] button[type="submit"]');
  await page.goto(`${server.url}/own`);
  await press(page, 'form[action="/own/leave"] button');
  await page.goto(`${server.url}/own`);
  ok(new URL(page.url()).pathname === "/code", "locked again, nothing is open");
  await close();

  const body = "csrf=x&act=00000000000000000000000000000001&screen=safe&go=next&safety=yes";
  const ask = (path, headers, text) => fetch(`${server.url}${path}`, { method: "POST", redirect: "manual", headers: { "content-type": "application/x-www-form-urlencoded", ...headers }, body: text });
  const foreign = await ask("/report", { origin: "https://evil.example", "sec-fetch-site": "cross-site" }, body);
  ok(foreign.status === 303 || foreign.status === 403, "a form from another site is not taken");
  const large = await ask("/report", {}, `story=${"x".repeat(3 << 20)}`).then((r) => r.status, () => "closed");
  ok([303, 413, "closed"].includes(large), `three megabytes of words are refused (${large})`);
  const nowhere = await fetch(`${server.url}/own/nothing`, { redirect: "manual" });
  ok([303, 404].includes(nowhere.status), "a page that is not there says so");
  let limited = null;
  for (let i = 0; i < 60 && !limited; i++) {
    const r = await ask("/code", {}, "csrf=x&act=00000000000000000000000000000002&code=AAAA");
    if (r.status === 303 && (r.headers.get("location") || "").includes("/fault/429")) limited = r;
  }
  ok(limited !== null, "guessing codes runs into the limit, and even then a form is not answered with a page");
  const help = await fetch(`${server.url}/emergency`);
  ok(help.status === 200 && (await help.text()).includes("tel:112"), "the emergency page is never limited");
  await lib.sleep(8000);
};

// A worker takes a report by phone: the same facts, the same rules, and the code is handed over.
const phone = async (server, browser, lib) => {
  const { ok, axe, note } = lib;
  note("by phone");
  const { page, close } = await browser.open({ lang: "nl" });
  await page.goto(server.links.wanda);
  await press(page, 'main button[type="submit"]');
  await page.goto(`${server.url}/desk/report`);
  await axe(page, "report by phone");
  await page.check('input[name="age"][value="16-17"]');
  await page.fill('textarea[name="story"]', "PHONE-CANARY");
  await page.fill('textarea[name="links"]', "https://photos.example.test/phone\nno link");
  await press(page, 'main button[type="submit"]');
  ok(await page.locator("#e-story").count() === 1 && await page.locator("#e-links").count() === 1, "for somebody under 18 words are refused at the field, and so is a line that is no link");
  ok(await page.inputValue('textarea[name="story"]') === "PHONE-CANARY", "and nothing that was typed is lost");
  await axe(page, "report by phone, with errors");
  await page.fill('textarea[name="story"]', "");
  await page.fill('textarea[name="links"]', "https://photos.example.test/phone");
  await press(page, 'main button[type="submit"]');
  ok(/^[0-9A-Z]{4}(-[0-9A-Z]{4}){3}$/.test((await page.textContent("#number")).trim()), "the code is shown, to be handed over");
  await axe(page, "the code to hand over");
  await press(page, 'form[action="/desk/report/done"] button');
  await page.goto(`${server.url}/desk/report/code`);
  ok(new URL(page.url()).pathname === "/desk/report", "after that it is shown no more");
  await close();
};

// What stays on the device: a real profile on disk, searched for what was typed.
const forensics = async (server, lib) => {
  const { ok, note } = lib;
  note("what a profile on disk keeps");
  const visit = async (use) => {
    const dir = lib.temporary("profile");
    const context = await lib.chromium.launchPersistentContext(dir, { executablePath: lib.CHROMIUM, args: lib.CHROMIUM_ARGS, headless: true, locale: "nl-NL" });
    try {
      await use(context, context.pages()[0] || await context.newPage());
    } finally {
      await context.close();
    }
    return dir;
  };
  const marker = `MARKER${Date.now()}Q`;
  // The control: a form as they mostly are, answered with a page. If nothing were found there, the search would prove nothing.
  const plain = http.createServer((req, res) => { req.resume(); req.on("end", () => { res.setHeader("content-type", "text/html"); res.end('<form method="post"><input name="q" id="q"><button>x</button></form>'); }); });
  await new Promise((done) => plain.listen(0, "127.0.0.1", done));
  const control = await visit(async (context, page) => {
    await page.goto(`http://127.0.0.1:${plain.address().port}/`);
    await page.fill("#q", marker);
    await press(page, "button");
    await page.fill("#q", marker);
    await lib.sleep(1500);
  });
  plain.close();
  ok(lib.onDisk(control, marker).length > 0, "the search finds what an ordinary form leaves on the disk");
  const dir = await visit(async (context, page) => {
    await page.goto(`${server.url}/report`);
    await go(page, "skip");
    await page.check('input[name="age"][value="18+"]');
    await go(page, "next");
    await go(page, "skip");
    await page.fill('textarea[name="links"]', `https://site.test/${marker}`);
    await go(page, "next");
    await go(page, "skip");
    await page.check('input[name="contact"][value="safe"]');
    await page.fill('input[name="way"]', `${marker}-way`);
    await go(page, "next");
    await page.fill('textarea[name="story"]', `${marker} story`);
    await go(page, "next");
    await go(page, "back");
    await page.fill('textarea[name="story"]', `${marker} changed and not sent`);
    await lib.sleep(1500);
  });
  let code = "";
  const later = await visit(async (context, page) => {
    await page.goto(`${server.url}/report`);
    await go(page, "skip");
    await page.check('input[name="age"][value="18+"]');
    for (let i = 0; i < 5; i++) await go(page, i === 0 ? "next" : "skip");
    await page.fill('textarea[name="story"]', `${marker} to read again`);
    await go(page, "next");
    await go(page, "skip");
    await go(page, "next");
    code = (await page.textContent("#number")).trim();
    await page.goto(`${server.url}/code`);
    await page.fill('input[name="code"]', code);
    await press(page, 'main button[type="submit"]');
    await page.goto(`${server.url}/own/messages`);
    await page.fill('textarea[name="text"]', `${marker} message`);
    await press(page, 'form[action="/own/messages"] button[type="submit"]');
    await page.goto(`${server.url}/own/words/shown`);
    ok((await text(page)).includes(`${marker} to read again`), "coming back, one reads what one wrote");
    await lib.sleep(1500);
  });
  const after = [...lib.onDisk(later, marker), ...lib.onDisk(later, code), ...lib.onDisk(later, code.replace(/-/g, ""))];
  ok(code.length === 19 && after.length === 0, "of that, and of the code, nothing stands in the profile either", after.join("\n"));
  fs.rmSync(later, { recursive: true, force: true });
  const hits = lib.onDisk(dir, marker);
  ok(hits.length === 0, "nothing of what was typed stands anywhere in the profile", hits.join("\n"));
  const history = fs.existsSync(path.join(dir, "Default/History")) ? fs.readFileSync(path.join(dir, "Default/History")) : Buffer.alloc(0);
  const titles = ["Ben je nu veilig", "eigen woorden", "Waar staat het"].filter((t) => history.includes(Buffer.from(t)));
  ok(history.includes(Buffer.from("/report")) && titles.length === 0, "the history holds the neutral title only", titles.join("\n"));
  for (const d of [control, dir]) fs.rmSync(d, { recursive: true, force: true });
};

// Leaving quickly: the button with and without script, three times Shift; Back shows nothing, no cookie stays.
const leaving = async (server, browser, lib) => {
  const { ok, note } = lib;
  note("leaving");
  const fill = async (page) => {
    await page.goto(`${server.url}/report`);
    await go(page, "skip");
    await page.check('input[name="age"][value="18+"]');
    await go(page, "next");
    await go(page, "skip");
    await page.fill('textarea[name="links"]', "https://site.test/LEAVING-CANARY");
    await go(page, "next");
    await go(page, "back");
    return (await page.inputValue('textarea[name="links"]')).includes("LEAVING-CANARY");
  };
  const ways = [
    ["the button", true, (page) => page.click("#exit")],
    ["the button without script", false, (page) => page.click("#exit")],
    ["three times Shift", true, async (page) => { for (let i = 0; i < 3; i++) await page.keyboard.press("Shift"); }],
  ];
  for (const [name, script, leave] of ways) {
    const { context, page, close } = await browser.open({ script });
    ok(await fill(page), `${name}: something is typed`);
    const before = await context.cookies(server.url);
    await leave(page);
    await page.waitForURL(server.away);
    ok(page.url() === server.away, `${name} leads to another site`);
    ok((await context.cookies(server.url)).filter((c) => c.name !== "lang").length === 0, `${name}: no cookie stays`);
    await page.goBack().catch(() => null);
    await lib.sleep(300);
    const shown = await page.content();
    const field = await page.locator('textarea[name="links"]').count() > 0 ? await page.inputValue('textarea[name="links"]') : "";
    ok(!shown.includes("LEAVING-CANARY") && !field.includes("LEAVING-CANARY"), `${name}: Back shows nothing of it`);
    await context.addCookies(before); // as if somebody had copied them
    await page.goto(`${server.url}/report`);
    ok(!(await page.content()).includes("LEAVING-CANARY") && await page.locator('input[name="safety"]').count() > 0, `${name}: the draft is gone on the server too`);
    await close();
  }
  const own = await browser.open({});
  await own.page.goto(`${server.url}/report`);
  for (let i = 0; i < 8; i++) await go(own.page, await own.page.locator('button[value="skip"]').count() > 0 ? "skip" : "next");
  await go(own.page, "next");
  const code = (await own.page.textContent("#number")).trim();
  await own.page.goto(`${server.url}/code`);
  await own.page.fill('input[name="code"]', code);
  await press(own.page, 'main button[type="submit"]');
  const cookies = await own.context.cookies(server.url);
  await own.page.click("#exit");
  await own.page.waitForURL(server.away);
  await own.context.addCookies(cookies);
  await own.page.goto(`${server.url}/own`);
  ok(cookies.some((c) => c.name.endsWith("own")) && new URL(own.page.url()).pathname === "/code", "leaving ends the session on the server: its cookie opens nothing any more");
  await own.close();

  const { page, close } = await browser.open({});
  await page.goto(`${server.url}/report`);
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  ok(await page.evaluate(() => document.activeElement.id) === "exit", "the way out is the second stop of the Tab key");
  for (let i = 0; i < 2; i++) await page.keyboard.press("Shift");
  await page.keyboard.press("Shift+A");
  ok(page.url().startsWith(server.url), "two times Shift, or Shift with a letter, stays");
  await close();
};
