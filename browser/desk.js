/* desk.js - small helps for people who work with Keten all day; every page works without them.
 * Keys: shown on the buttons, never in fields, ? lists them, can be turned off (a cookie, also set by the page /desk/keys).
 * Tables: heads with data-sort sort. Clocks: the server writes distances in words; those of <time data-live> that are less than a
 * day away are kept true while the page is open. Besides: lines of a paste box are counted, texts copied, boxes ticked together,
 * and what was typed in a large field is not lost by a slip. */
"use strict";
(() => {
  const en = document.documentElement.lang === "en";
  const say = en ? { keys: "Keys on this page", off: "Turn keys off", on: "Turn keys on", close: "Close", next: "Next row", before: "Row before", all: "All keys" }
                 : { keys: "Toetsen op deze pagina", off: "Zet toetsen uit", on: "Zet toetsen aan", close: "Sluit", next: "Volgende regel", before: "Vorige regel", all: "Alle toetsen" };
  const store = { get: () => !/(^|; )keys=off(;|$)/.test(document.cookie),
                  set: (v) => { document.cookie = "keys=" + (v ? "on" : "off") + "; Path=/; SameSite=Strict; Max-Age=31536000" + (location.protocol === "https:" ? "; Secure" : ""); } };
  const inField = (t) => t instanceof Element && t.closest("input, textarea, select, [contenteditable]") !== null;
  /* the page's own controls come before those of the frame around it; what cannot be seen has no key */
  const targets = () => [...document.querySelectorAll("main [data-key]"), ...document.querySelectorAll("[data-key]")]
    .filter((el, i, all) => all.indexOf(el) === i && el.getClientRects().length > 0);

  /* what a control is called: a field by its label, a button or link by its own words; the key shown in it is no part of it */
  const words = (el) => {
    const copy = (el.labels && el.labels.length > 0 ? el.labels[0] : el).cloneNode(true);
    for (const k of copy.querySelectorAll("kbd")) k.remove();
    return (el.getAttribute("aria-label") || copy.textContent).replace(/\s+/g, " ").trim();
  };
  const list = () => {
    const box = document.createElement("dialog");
    box.className = "box";
    const head = document.createElement("h2");
    head.textContent = say.keys;
    const table = document.createElement("table");
    const body = table.createTBody();
    const line = (name, what) => {
      const row = body.insertRow();
      const key = document.createElement("kbd");
      key.textContent = name;
      row.insertCell().append(key);
      row.insertCell().textContent = what;
    };
    for (const el of targets()) line(el.dataset.key, words(el));
    if (document.querySelector("table[data-rows] tbody a")) {
      line("j", say.next);
      line("k", say.before);
    }
    const toggle = document.createElement("button");
    toggle.className = "button plain";
    toggle.textContent = store.get() ? say.off : say.on;
    toggle.addEventListener("click", () => { store.set(!store.get()); box.close(); });
    const close = document.createElement("button");
    close.className = "button primary";
    close.textContent = say.close;
    close.addEventListener("click", () => box.close());
    const row = document.createElement("p");
    row.className = "row";
    const all = document.createElement("a");
    all.href = "/desk/keys";
    all.textContent = say.all;
    row.append(toggle, close, all);
    box.append(head, table, row);
    box.addEventListener("close", () => box.remove());
    document.body.append(box);
    box.showModal();
    close.focus();
  };
  addEventListener("keydown", (e) => {
    if (e.ctrlKey || e.metaKey || e.altKey || inField(e.target) || document.querySelector("dialog[open]")) return;
    if (e.key === "?") { e.preventDefault(); list(); return; }
    if (!store.get()) return;
    if (e.key === "j" || e.key === "k") { if (move(e.key === "j" ? 1 : -1)) e.preventDefault(); return; }
    const el = targets().find((t) => t.dataset.key === e.key);
    if (!el) return;
    e.preventDefault();
    if (el.matches("input, textarea, select")) el.focus();
    else el.click();
  });

  /* j and k walk the first link of each row of a table marked data-rows */
  const move = (step) => {
    const links = [...document.querySelectorAll("table[data-rows] tbody tr")].map((r) => r.querySelector("a")).filter(Boolean);
    if (links.length === 0) return false;
    const at = links.indexOf(document.activeElement);
    const next = links[at < 0 ? (step > 0 ? 0 : links.length - 1) : Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    return true;
  };

  /* sortable heads: <th data-sort="n|text|time"> */
  const cellKey = (row, i, kind) => {
    const cell = row.cells[i];
    if (!cell) return "";
    const time = cell.querySelector("time[datetime]");
    const raw = cell.dataset.v ?? (time ? time.getAttribute("datetime") : cell.textContent.trim());
    if (kind !== "n") return raw;
    const v = parseFloat(raw.replace(/[^\d,.-]/g, "").replace(en ? /,/g : /\./g, "").replace(",", "."));
    return Number.isNaN(v) ? -Infinity : v;
  };
  for (const th of document.querySelectorAll("th[data-sort]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.append(...th.childNodes);
    th.append(button);
    button.addEventListener("click", () => {
      const down = th.getAttribute("aria-sort") === "ascending";
      for (const other of th.parentElement.cells) other.removeAttribute("aria-sort");
      th.setAttribute("aria-sort", down ? "descending" : "ascending");
      const body = th.closest("table").tBodies[0];
      const rows = [...body.rows].map((r) => [cellKey(r, th.cellIndex, th.dataset.sort), r]);
      rows.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0) * (down ? -1 : 1));
      body.append(...rows.map((r) => r[1]));
    });
  }

  for (const area of document.querySelectorAll("[data-count-lines]")) {
    const out = document.getElementById(area.dataset.countLines);
    const count = () => {
      const n = area.value.split("\n").filter((l) => l.trim() !== "").length;
      out.textContent = n === 0 ? "" : n.toLocaleString(document.documentElement.lang) + " " + area.dataset.word;
    };
    area.addEventListener("input", count);
  }
  for (const button of document.querySelectorAll("[data-copy]")) {
    if (!navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", () => navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent));
  }
  for (const box of document.querySelectorAll("[data-all]")) {
    box.addEventListener("change", () => {
      for (const other of document.querySelectorAll(`input[type=checkbox][name="${CSS.escape(box.dataset.all)}"]`)) other.checked = box.checked;
    });
  }
  /* what was typed in a large field is not lost by a slip: the browser asks before the page goes */
  let dirty = false;
  for (const area of document.querySelectorAll(".staff form[method=post] textarea:not([readonly])")) area.addEventListener("input", () => { dirty = true; });
  for (const form of document.querySelectorAll("form")) form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (e) => { if (dirty) e.preventDefault(); });

  const errors = document.getElementById("errors");
  if (errors) errors.focus();

  /* distances in words stay true while the page is open: every half minute, from the exact instant. data-live is the instant at
   * which the server wrote the page, so that it does not matter how this machine's clock is set. */
  const rtf = new Intl.RelativeTimeFormat(document.documentElement.lang, { numeric: "auto" });
  const opened = performance.now();
  const tick = () => {
    for (const t of document.querySelectorAll("time[data-live]")) {
      const away = Date.parse(t.dateTime) - Number(t.dataset.live) - (performance.now() - opened);
      const min = Math.trunc(away / 60000);
      if (min === 0) t.textContent = rtf.format(0, "second");
      else if (Math.abs(min) < 60) t.textContent = rtf.format(min, "minute");
      else if (Math.abs(min) < 1440) t.textContent = rtf.format(Math.trunc(min / 60), "hour");
    }
  };
  if (document.querySelector("time[data-live]")) setInterval(tick, 30000);
})();
