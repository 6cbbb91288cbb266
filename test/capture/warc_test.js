// warc_test.js WACZ_TEST - a reader of WARC files that others wrote (npm warcio) goes through one of our web archives: every record, its place and
// length as our index has them, its digests, and the keys that the index is sorted by.
"use strict";
const { execFileSync } = require("node:child_process");
const crypto = require("node:crypto");
const fs = require("node:fs");
const os = require("node:os");
const path = require("node:path");

let count = 0, failed = 0;
const ok = (good, name, detail) => {
  console.log(`${good ? "ok" : "not ok"} ${++count} - ${name}`);
  if (!good) { failed++; if (detail !== undefined) console.log(`#   ${JSON.stringify(detail)}`); }
};
const end = () => { console.log(`1..${count}`); process.exit(failed === 0 ? 0 : 1); };

// Stored members only, as our writer makes them; found through the directory at the end.
const members = (zip) => {
  const all = {};
  let at = zip.lastIndexOf(Buffer.from("PK\x05\x06", "latin1"));
  const n = zip.readUInt16LE(at + 10);
  at = zip.readUInt32LE(at + 16);
  for (let i = 0; i < n; i++) {
    const size = zip.readUInt32LE(at + 24), name = zip.toString("latin1", at + 46, at + 46 + zip.readUInt16LE(at + 28)), local = zip.readUInt32LE(at + 42);
    const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
    all[name] = zip.subarray(from, from + size);
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return all;
};
const sha = (bytes) => `sha256:${crypto.createHash("sha256").update(bytes).digest("hex")}`;

const main = async () => {
  let warcio = null;
  try { warcio = require("warcio"); } catch { ok(true, "another's reader goes through our archive # SKIP npm warcio is not here"); return end(); }
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), "keten-warc-"));
  const file = path.join(dir, "a.wacz");
  execFileSync(process.argv[2], [file], { stdio: "ignore" });
  const all = members(fs.readFileSync(file));
  fs.rmSync(dir, { recursive: true });
  const warc = all["archive/data.warc.gz"];
  const index = all["indexes/index.cdx"].toString().trim().split("\n").map((l) => { const [key, ts, ...rest] = l.split(" "); return { key, ts, ...JSON.parse(rest.join(" ")) }; });
  const types = {};
  const parser = new warcio.WARCParser([new Uint8Array(warc)]);
  let inIndex = 0, digests = 0, blocks = 0;
  for await (const record of parser) {
    types[record.warcType] = (types[record.warcType] || 0) + 1;
    const body = await record.readFully(false);
    const said = record.warcPayloadDigest, cut = record.warcHeaders.headers.get("WARC-Truncated");
    if (record.warcType === "response" && !cut) { if (sha(body) === said) digests++; else ok(false, "a payload has another digest", record.warcTargetURI); }
    if (record.warcType === "resource" || record.warcType === "metadata" || record.warcType === "warcinfo") { if (sha(body) === record.warcHeaders.headers.get("WARC-Block-Digest")) blocks++; else ok(false, "a block has another digest", record.warcTargetURI); }
    const line = index.find((x) => Number(x.offset) === parser.offset);
    if (line) {
      inIndex++;
      if (Number(line.length) !== parser.recordLength) ok(false, "a record has another length than the index says", line);
      if (line.url !== record.warcTargetURI) ok(false, "the index names another address", line);
      if (line.key !== warcio.getSurt(line.url)) ok(false, "the index is sorted by another key", [line.key, warcio.getSurt(line.url)]);
      if (line.ts !== record.warcHeaders.headers.get("WARC-Date").replace(/[^0-9]/g, "").slice(0, 14)) ok(false, "the index has another time", line);
    }
  }
  ok(types.warcinfo === 1 && types.response === 3 && types.request === 3 && types.resource >= 4 && types.metadata >= 6 && types.conversion === 1, "it reads every record of our archive", types);
  ok(inIndex === index.length && index.length === 4, "each line of the index leads to its record, at its offset and of its length", [inIndex, index.length]);
  ok(digests === 2 && blocks >= 10, "digests of payloads and blocks are what it computes", [digests, blocks]);
  ok([...index].sort((a, b) => (a.key + " " + a.ts < b.key + " " + b.ts ? -1 : 1)).every((x, i) => x.key === index[i].key), "the index is sorted");
  end();
};
main();
