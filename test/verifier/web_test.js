// The program of the verifier page against `keten dossier verify --json`: the same bytes, the same words, to the letter. Use: node web_test.js WASM SAMPLE KETEN
"use strict";
const fs = require("fs"), os = require("os"), path = require("path"), { execFileSync, spawnSync } = require("child_process");
const [wasm, sample, keten] = process.argv.slice(2);
const dir = fs.mkdtempSync(path.join(os.tmpdir(), "keten-verifier-"));
let n = 0, bad = 0;
function check(ok, what, more) {
  n++;
  if (!ok) bad++;
  console.log(`${ok ? "ok" : "not ok"} ${n} - ${what}`);
  if (!ok && more) console.log("# " + String(more).slice(0, 1500).replace(/\n/g, "\n# "));
}
const module_ = new WebAssembly.Module(fs.readFileSync(wasm));
function verify(file, key) {
  const fd = fs.openSync(file, "r"), size = fs.fstatSync(fd).size;
  let memory = null;
  const nothing = new Proxy({}, { get: () => () => 52 });
  const read = (at, to, k) => (fs.readSync(fd, new Uint8Array(memory.buffer, to, k), 0, k, at) === k ? 0 : 1);
  const x = new WebAssembly.Instance(module_, { page: { read }, wasi_snapshot_preview1: nothing }).exports;
  memory = x.memory;
  x._initialize();
  const put = (text) => { const b = Buffer.from(text), at = x.alloc(b.length); new Uint8Array(memory.buffer, at, b.length).set(b); return at; };
  const k = put(key), p = put(""), at = x.verify(size, k, p), m = new Uint8Array(memory.buffer);
  fs.closeSync(fd);
  return { said: Buffer.from(m.subarray(at, m.indexOf(0, at))).toString(), pages: memory.buffer.byteLength };
}
execFileSync(sample, [dir, "24"]);
const key = fs.readFileSync(path.join(dir, "key"), "utf8");
for (const [name, k] of [["good", key], ["good", ""], ["bad", key], ["cut", key], ["large", key]]) {
  const file = path.join(dir, name + ".zip");
  const r = spawnSync(keten, ["dossier", "verify", file, "--json", ...(k ? ["--key", k] : [])], { encoding: "utf8" });
  const mine = verify(file, k);
  check(mine.said === r.stdout && mine.said.length > 100, `${name}.zip${k ? "" : " without a key"}: the page says what the command says, to the letter`, mine.said + "\n---\n" + r.stdout + r.stderr);
}
check(verify(path.join(dir, "large.zip"), key).pages < 16 << 20, "a file of 24 MB is read in less memory than it has", verify(path.join(dir, "large.zip"), key).pages);
const stamped = JSON.parse(verify(path.join(dir, "stamped.zip"), key).said), cli = JSON.parse(spawnSync(keten, ["dossier", "verify", path.join(dir, "stamped.zip"), "--json", "--key", key], { encoding: "utf8" }).stdout);
const time = (r) => r.items.find((x) => x.check === "time");
check(stamped.failed === 0 && time(stamped).verdict === "cannot check here" && time(cli).verdict === "ok, with remark" && time(stamped).detail.split(" ")[0] === time(cli).detail.split(" ")[0],
  "a stamp: the page reads its time, and says that it does not check its signature", JSON.stringify([time(stamped), time(cli)]));
check(JSON.stringify(stamped.items.filter((x) => x.check !== "time")) === JSON.stringify(cli.items.filter((x) => x.check !== "time")), "all else is the same");
const good = fs.readFileSync(path.join(dir, "stamped.zip")), at = good.indexOf("timestamps/seal.tsr") + 19;
let differ = 0;
for (let i = 0; i < 40; i++) { // changed bytes all over the file, and in the stamp
  const b = Buffer.from(good);
  b[i < 20 ? Math.floor((i * good.length) / 20) : at + i * 5] ^= 1 << i % 8;
  fs.writeFileSync(path.join(dir, "x.zip"), b);
  const r = JSON.parse(verify(path.join(dir, "x.zip"), key).said), c = JSON.parse(spawnSync(keten, ["dossier", "verify", path.join(dir, "x.zip"), "--json", "--key", key], { encoding: "utf8" }).stdout);
  if (r.failed === 0 || c.failed === 0 || JSON.stringify(r.items.filter((v) => v.verdict === "FAILED").map((v) => v.file)) !== JSON.stringify(c.items.filter((v) => v.verdict === "FAILED").map((v) => v.file))) differ++;
}
check(differ === 0, "forty changed bytes: both accuse the same file", differ);
check(verify(path.join(dir, "good.zip"), "x").said === "key", "a key that is none is said to be none");
fs.rmSync(dir, { recursive: true });
console.log("1.." + n);
process.exit(bad ? 1 : 0);
