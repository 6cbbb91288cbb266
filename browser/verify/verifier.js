"use strict";
// Checks a dossier where it is: nothing is sent anywhere. The program is the one of `keten dossier verify`, as WebAssembly, gzip in base64.
const PROGRAM = "/*PROGRAM*/";
const DUTCH = /*WORDS*/{};
const TEXT = {
  nl: { title: "Een dossier controleren", what: "Kies het bestand. Het wordt in je browser gecontroleerd; er wordt niets verstuurd.", file: "Het dossier (zip)", key: "Sleutel die je vertrouwt",
    keyhint: "Van de begeleidende brief of van de pagina van het grootboek. Zonder sleutel geldt alleen wat het bestand over zichzelf zegt.", policy: "Getuigen die je vertrouwt (mag leeg blijven)", policyhint: "Een lijst in de vorm tlog-policy.",
    go: "Controleer", items: "Wat is bekeken", c1: "Uitslag", c2: "Onderdeel", c3: "Bestand", c4: "Waarom", c5: "Gedekt", files: "Alle bestanden, en waardoor elk gedekt is", json: "De uitslag als JSON", limits: "Wat deze pagina niet controleert",
    l1: "Of de handtekening van een tijdstempel klopt: dat doet openssl (zie README.txt). Ze kijkt wel of het stempel van dit zegel is, en van wanneer.", l2: "Of een certificaat is ingetrokken.", l3: "Of een pagina er voor anderen net zo uitzag.",
    good: "In orde", remark: "In orde, met een opmerking", bad: "NIET in orde", busy: "Bezig", choose: "Kies eerst een bestand.", nokey: "Dit is geen sleutel (naam+id+base64).", nopolicy: "Dit is geen lijst van getuigen (tlog-policy).",
    broken: "Dit bestand is hier niet te controleren.", other: "English", of: "van", made: "gemaakt op", fileCount: "bestanden", bytes: "bytes" },
  en: { title: "Check a dossier", what: "Choose the file. It is checked in your browser; nothing is sent anywhere.", file: "The dossier (zip)", key: "Key that you trust",
    keyhint: "From the covering letter or from the ledger's page. Without a key only the file's own word counts.", policy: "Witnesses that you trust (may stay empty)", policyhint: "A list in the form tlog-policy.",
    go: "Check", items: "What was looked at", c1: "Verdict", c2: "Part", c3: "File", c4: "Why", c5: "Covered", files: "All files, and what covers each", json: "The verdict as JSON", limits: "What this page does not check",
    l1: "Whether the signature of a time stamp holds: openssl does that (see README.txt). It does look whether the stamp is over this seal, and when it was made.", l2: "Whether a certificate was revoked.", l3: "Whether a page looked the same to others.",
    good: "In order", remark: "In order, with a remark", bad: "NOT in order", busy: "Working", choose: "Choose a file first.", nokey: "This is no key (name+id+base64).", nopolicy: "This is no list of witnesses (tlog-policy).",
    broken: "This file cannot be checked here.", other: "Nederlands", of: "of", made: "made", fileCount: "files", bytes: "bytes" },
};

// Runs in a worker: there a file can be read piece by piece, whatever its size.
function work() {
  self.onmessage = async ({ data: { program, file, key, policy } }) => {
    try {
      const reader = new FileReaderSync();
      const bytes = await new Response(new Blob([program]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer();
      let memory = null, told = 0;
      const read = (at, to, n) => {
        try {
          const piece = new Uint8Array(reader.readAsArrayBuffer(file.slice(at, at + n)));
          if (piece.length !== n) return 1;
          new Uint8Array(memory.buffer, to, n).set(piece);
          if (at + n - told > 4e6) self.postMessage({ done: (told = at + n) / file.size });
          return 0;
        } catch { return 1; }
      };
      const nothing = new Proxy({}, { get: () => () => 52 });
      const { instance } = await WebAssembly.instantiate(bytes, { page: { read }, wasi_snapshot_preview1: nothing });
      memory = instance.exports.memory;
      instance.exports._initialize();
      const put = (text) => {
        const b = new TextEncoder().encode(text), at = instance.exports.alloc(b.length);
        new Uint8Array(memory.buffer, at, b.length).set(b);
        return at;
      };
      const k = put(key), p = put(policy), at = instance.exports.verify(file.size, k, p), m = new Uint8Array(memory.buffer);
      self.postMessage({ said: new TextDecoder().decode(m.subarray(at, m.indexOf(0, at))) });
    } catch (e) { self.postMessage({ failed: String(e) }); }
  };
}

const $ = (id) => document.getElementById(id);
let lang = (navigator.language || "nl").startsWith("nl") ? "nl" : "en", report = null;
const t = (name) => TEXT[lang][name];
const word = (english) => (lang === "nl" && DUTCH[english]) || english;

function cell(row, text, cls) {
  const td = document.createElement("td");
  td.textContent = text;
  if (cls) td.className = cls;
  row.append(td);
}
function rows(body, list, make) {
  body.replaceChildren(...list.map((x) => { const tr = document.createElement("tr"); make(tr, x); return tr; }));
}
function show() {
  document.documentElement.lang = lang;
  for (const e of document.querySelectorAll("[data-t]")) e.textContent = t(e.dataset.t);
  $("lang").textContent = t("other");
  $("lang").lang = lang === "nl" ? "en" : "nl";
  document.title = t("title");
  if (!report) return;
  $("verdict").textContent = report.failed > 0 || !report.ok ? t("bad") : report.remarks > 0 ? t("remark") : t("good");
  $("head").textContent = report.dossier ? `${report.dossier} ${t("of")} ${report.organisation}, ${t("made")} ${report.made}. ${report.files} ${t("fileCount")}, ${report.bytes} ${t("bytes")}.` : "";
  rows($("items"), report.items, (tr, x) => { cell(tr, word(x.verdict), "v-" + x.verdict.split(",")[0]); cell(tr, word(x.check)); cell(tr, x.file); cell(tr, word(x.why) + (x.detail ? " " + x.detail : "")); });
  rows($("files"), report.coverage, (tr, x) => { cell(tr, x.file); cell(tr, word(x.covered)); cell(tr, x.sha256); });
}
function say(name) { $("say").textContent = name ? t(name) : ""; }

function check() {
  const file = $("file").files[0];
  $("out").hidden = true;
  if (!file) { say("choose"); $("file").focus(); return; }
  const raw = atob(PROGRAM), program = Uint8Array.from(raw, (c) => c.charCodeAt(0));
  const worker = new Worker(URL.createObjectURL(new Blob([`(${work})()`], { type: "text/javascript" })));
  $("bar").hidden = false;
  $("bar").value = 0;
  $("go").disabled = true;
  say("busy");
  const end = (name) => { worker.terminate(); $("bar").hidden = true; $("go").disabled = false; say(name); };
  worker.onerror = () => end("broken");
  worker.onmessage = ({ data }) => {
    if (data.done) { $("bar").value = data.done; return; }
    if (data.failed) { document.body.dataset.failed = data.failed; end("broken"); return; }
    if (data.said === "key" || data.said === "policy") { end("no" + data.said); $(data.said).focus(); return; }
    end("");
    report = JSON.parse(data.said);
    $("json").href = URL.createObjectURL(new Blob([data.said], { type: "application/json" }));
    $("out").hidden = false;
    show();
    $("verdict").focus();
    document.body.dataset.json = data.said;
  };
  worker.postMessage({ program, file, key: $("key").value.trim(), policy: $("policy").value.trim() && $("policy").value.trim() + "\n" });
}
$("lang").onclick = () => { lang = lang === "nl" ? "en" : "nl"; show(); };
$("go").onclick = check;
show();
