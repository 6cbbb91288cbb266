// admin.js - signing in, one's own page, and the administration: both languages, with and without script, every state with axe.
"use strict";
const crypto = require("node:crypto");

// RFC 6238 with SHA-1, six digits, thirty seconds.
const totp = (secret, step) => {
  const bits = [...secret].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0")).join("");
  const key = Buffer.from(bits.match(/.{8}/g).map((b) => parseInt(b, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const d = crypto.createHmac("sha1", key).update(counter).digest();
  return String((d.readUInt32BE(d[19] & 15) & 0x7fffffff) % 1000000).padStart(6, "0");
};
const step = () => Math.floor(Date.now() / 30000);

const press = (page, selector) => Promise.all([page.waitForNavigation(), page.click(selector)]);
const submit = (page, action) => press(page, `form[action^="${action}"] button[type="submit"]`);
const body = (page) => page.textContent("body");

module.exports = async ({ server, browser, lib }) => {
  const { ok, axe } = lib;
  const words = {
    nl: { wrong: "klopt niet", you: "Je eigen pagina", admin: "Beheer", gone: "werkt niet meer", stuck: "Niets is vastgelopen", own: "eigen pagina" },
    en: { wrong: "is not right", you: "Your own page", admin: "Administration", gone: "does not work any more", stuck: "Nothing is stuck", own: "own page" },
  };
  const signIn = async (page, login, password) => {
    await page.goto(`${server.url}/signin`);
    await page.fill("#f-login", login);
    await page.fill("#f-password", password);
    await submit(page, "/signin");
  };

  for (const lang of ["nl", "en"]) {
    const w = words[lang];
    const { page, broken, close } = await browser.open({ lang });
    await page.goto(`${server.url}/signin`);
    await axe(page, `signing in (${lang})`);
    await signIn(page, "wanda", "not the password");
    ok((await body(page)).includes(w.wrong) && await page.inputValue("#f-password") === "", `a wrong password is said, and not shown again (${lang})`);
    await axe(page, `signing in, refused (${lang})`);
    await page.goto(`${server.url}/signin/link/${"0".repeat(64)}`);
    ok((await body(page)).includes(w.gone), `a link that does not work says so (${lang})`);
    await axe(page, `a link that does not work (${lang})`);

    await signIn(page, "beheer", server.password);
    // the account's language goes before the browser's
    if (lang === "en") await page.goto(`${server.url}/taal/en?back=/admin`);
    ok((await page.textContent("h1")).includes(w.admin), `an administrator begins at the administration (${lang})`);
    for (const at of ["/admin", "/admin/users", "/admin/users/new", "/admin/teams", "/admin/teams/new", "/admin/jobs?stuck=1", "/admin/jobs", "/admin/system", "/admin/orgs", "/me", "/me/password", "/me/code"]) {
      await page.goto(server.url + at);
      await axe(page, `${at} (${lang})`);
    }
    await page.goto(`${server.url}/admin/users/new`);
    await submit(page, "/admin/users/new");
    ok(await page.locator("#errors a").count() >= 2, `a colleague without a name: said at the fields and above (${lang})`);
    await axe(page, `adding a colleague, refused (${lang})`);
    await page.fill("#f-name", "Kim");
    await page.fill("#f-login", `kim-${lang}`);
    await page.check('input[name="roles"][value="worker"]');
    await submit(page, "/admin/users/new");
    const link = (await body(page)).match(/http:\/\/\S+\/signin\/link\/[0-9a-f]{64}/);
    ok(link !== null, `the new colleague's link is shown (${lang})`);
    await axe(page, `a colleague with a new link (${lang})`);
    await page.goto(`${server.url}/admin/teams`);
    await press(page, "table a");
    await axe(page, `a team (${lang})`);
    await page.selectOption("#f-user", { label: "Kim" });
    await press(page, 'form[action$="/add"] button[type="submit"]');
    ok((await body(page)).includes("Kim"), `a colleague is added to a team (${lang})`);

    const two = await browser.open({ lang });
    await two.page.goto(link[0]);
    await axe(two.page, `choosing a first password (${lang})`);
    await two.page.fill("#f-password", "short");
    await two.page.fill("#f-again", "short");
    await submit(two.page, "/signin/link/");
    ok(await two.page.locator("#e-password").count() === 1, `a short password is said at the field (${lang})`);
    await axe(two.page, `choosing a first password, refused (${lang})`);
    await two.page.fill("#f-password", "a sentence of my own");
    await two.page.fill("#f-again", "a sentence of my own");
    await submit(two.page, "/signin/link/");
    await axe(two.page, `one's own page, waiting for the team's key (${lang})`);
    ok(two.broken.length === 0, `nothing broke in the colleague's browser (${lang})`, two.broken.join("\n"));

    const lea = await browser.open({ lang });
    await signIn(lea.page, "lea", server.password);
    await lea.page.goto(`${server.url}/me`);
    await axe(lea.page, `one's own page, with somebody waiting for the key (${lang})`);
    await press(lea.page, 'form[action*="/give/"] button');
    ok(await lea.page.locator('form[action*="/give/"]').count() === 0, `the key is given (${lang})`);
    await lea.close();

    await two.page.goto(`${server.url}/me/code`);
    await submit(two.page, "/me/code");
    await axe(two.page, `setting up a code (${lang})`);
    const secret = (await two.page.textContent("strong.code")).replace(/\s/g, "");
    await two.page.fill("#f-code", totp(secret, step()));
    await submit(two.page, "/me/code/confirm");
    await submit(two.page, "/signout");
    await signIn(two.page, `kim-${lang}`, "a sentence of my own");
    await axe(two.page, `the code from an app (${lang})`);
    await two.page.fill("#f-code", totp(secret, step() + 1));
    await submit(two.page, "/signin/code");
    ok(!/\/signin/.test(two.page.url()), `password and code sign in (${lang})`, two.page.url());
    await two.close();
    ok(broken.length === 0, `nothing broke in the administrator's browser (${lang})`, broken.join("\n"));
    await close();
  }

  const plain = await browser.open({ lang: "nl", script: false });
  await plain.page.goto(server.links.anna);
  await submit(plain.page, "/signin/link/");
  ok(!/\/signin/.test(plain.page.url()), "a one-time link works without script", plain.page.url());
  await plain.page.goto(`${server.url}/me`);
  await plain.page.selectOption("#f-lang", "en");
  await submit(plain.page, "/me/language");
  ok((await body(plain.page)).includes("Your own page"), "so does changing the language");
  await submit(plain.page, "/signout");
  ok(/\/signin/.test(plain.page.url()), "and signing out");
  await plain.close();
};
