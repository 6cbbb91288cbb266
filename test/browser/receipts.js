// receipts.js - consent receipts: one person asks, each other person in the photo says yes or no on a page of her own, without an account. Both languages, with and without script.
"use strict";
const press = async (page, selector) => { await Promise.all([page.waitForNavigation(), page.click(selector)]); };
const go = (page, value) => press(page, `button[name="go"][value="${value}"]`);
const words = (page) => page.textContent("body");

// A short report of somebody of 18 or older; leaves the browser signed in with its code.
const report = async (page, url) => {
  await page.goto(`${url}/report`);
  await page.check('input[name="safety"][value="yes"]');
  await go(page, "next");
  await page.check('input[name="for_whom"][value="self"]');
  await page.check('input[name="age"][value="18+"]');
  await go(page, "next");
  await go(page, "skip");
  for (let i = 0; i < 9 && await page.locator('button[formaction="/report/send"]').count() === 0; i++) await (await page.locator('button[name="go"][value="skip"]').count() > 0 ? go(page, "skip") : go(page, "next"));
  await press(page, 'button[formaction="/report/send"]');
  const code = (await page.textContent("#number")).trim();
  await page.goto(`${url}/code`);
  await page.fill('input[name="code"]', code);
  await press(page, 'main button[type="submit"]');
};

const ask = async (page, url, people, hash) => {
  await page.goto(`${url}/own/receipts`);
  await page.fill('input[name="hash"]', hash);
  await page.check('input[name="type"][value="sha256"]');
  await page.fill('input[name="service"]', "photos.example");
  await page.check('input[name="until"][value="1m"]');
  await page.check(`input[name="people"][value="${people}"]`);
  await page.check('input[name="agreed"]');
  await press(page, 'form[action="/own/receipts"] button[type="submit"]');
  return page.locator(".copy .code").allTextContents();
};

module.exports = async ({ server, browser, lib }) => {
  const { ok, look } = lib;
  for (const [lang, script] of [["nl", true], ["en", true], ["nl", false], ["en", false]]) {
    const how = `${lang}${script ? "" : ", no script"}`;
    const owner = await browser.open({ lang, script });
    const other = await browser.open({ lang, script });
    const seen = async (page, name) => {
      if (script) return look(page, `${name}, ${how}`, { lang, narrow: true });
      return ok(await page.locator("h1").count() === 1, `${name} (${how})`);
    };
    const file = () => owner.page.locator('a[href$="/receipt.txt"]').count();
    const again = () => owner.page.goto(`${server.url}/own/receipts`);
    await report(owner.page, server.url);
    await again();
    await seen(owner.page, "receipts, none yet");
    await press(owner.page, 'form[action="/own/receipts"] button[type="submit"]');
    ok(await owner.page.locator("p.error").count() >= 5, `an empty form says at each field what is missing (${how})`);

    // Three people: two links, and nothing to fetch before both said yes.
    const links = await ask(owner.page, server.url, 3, "ab".repeat(32));
    ok(links.length === 2 && links.every((l) => l.startsWith(`${server.url}/receipt/`) && l.length > 40), `who asks for three gets two links, for the others (${how})`, links.join(" "));
    await seen(owner.page, "receipts, links shown");
    await again();
    ok(!(await owner.page.content()).includes("/receipt/" + links[0].split("/receipt/")[1]) && await file() === 0, `they are shown once, and there is no receipt yet (${how})`);

    await other.page.goto(links[0]);
    ok((await words(other.page)).includes("photos.example") && (await other.page.content()).includes("ab".repeat(32)) && await other.page.locator('a.exit').count() === 1, `the second person sees the site and the characters, and can leave quickly (${how})`);
    await seen(other.page, "asked");
    await press(other.page, 'form[action$="/yes"] button');
    ok(await other.page.locator("p.error").count() === 1, `without the tick nothing is agreed (${how})`);
    await seen(other.page, "asked, with an error");
    await other.page.check('input[name="agreed"]');
    await press(other.page, 'form[action$="/yes"] button');
    ok(await other.page.locator('form[action$="/yes"]').count() === 0 && await other.page.locator('form[action$="/no"]').count() === 1, `with it she agreed, and can take it back (${how})`);
    await seen(other.page, "agreed");
    await again();
    ok(await file() === 0 && /2 (van de|of) 3/.test(await words(owner.page)), `two of three is not enough (${how})`);
    await seen(owner.page, "receipts, one waits");

    // The third types the code instead.
    await other.page.goto(`${server.url}/receipt`);
    await seen(other.page, "code asked for");
    await other.page.fill('input[name="code"]', "00000-00000-00000-00000-00000-0");
    await press(other.page, 'form[action="/receipt"] button');
    ok(await other.page.locator("#e-code").count() === 1, `a code of nobody is said to be unknown (${how})`);
    await other.page.fill('input[name="code"]', links[1].split("/receipt/")[1].toLowerCase());
    await press(other.page, 'form[action="/receipt"] button');
    await other.page.check('input[name="agreed"]');
    await press(other.page, 'form[action$="/yes"] button');
    await again();
    ok(await file() === 1, `when all three said yes there is a receipt (${how})`);
    const note = await (await owner.page.request.get(server.url + await owner.page.locator('a[href$="/receipt.txt"]').getAttribute("href"))).text();
    ok(/^keten\/consent\n/.test(note) && (note.match(/^person [0-9a-f]{64}$/gm) || []).length === 3 && /^— /m.test(note), `a signed note of three who are not named (${how})`, note);

    // One of them alone takes it back.
    await other.page.goto(links[0]);
    await press(other.page, 'form[action$="/no"] button');
    ok(await other.page.locator('main form').count() === 0, `one alone takes it back, and that is final (${how})`);
    await seen(other.page, "taken back");
    await other.page.goto(links[1]);
    ok(await other.page.locator('main form').count() === 0, `the other sees that it is over (${how})`);
    await again();
    ok(await file() === 0, `there is nothing to fetch any more (${how})`);

    // Alone in the photo; and a report of somebody else knows none of it.
    ok((await ask(owner.page, server.url, 1, "cd".repeat(32))).length === 0 && await file() === 1, `alone in the photo: whole at once (${how})`);
    const strange = await other.page.goto(`${server.url}/receipt/${"0".repeat(26)}`);
    ok(strange.status() === 404, `a link of nobody leads nowhere (${how})`);
    const broken = owner.broken.concat(other.broken).filter((b) => !b.includes("404"));
    ok(broken.length === 0, `nothing broke on the way (${how})`, broken.join("\n"));
    await owner.close();
    await other.close();
  }
};
