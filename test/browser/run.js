// run.js BUILD_DIR [WALK...] - runs the walks beside it (every other .js file that exports one), each with a server of its own.
// A walk is: module.exports = async ({ server, browser, lib, world }) => { ... }; its `before` may make a world outside the server and
// settings for it: { env, stop }; `filled` asks for a house in which the demonstration's story was played; `alone`: it needs no server. Lines "ok" and "not ok" are counted by tools/test.sh.
"use strict";
const fs = require("node:fs");
const path = require("node:path");
const lib = require("./lib.js");

const main = async () => {
  const build = path.resolve(process.argv[2] || "build/test");
  const wanted = process.argv.slice(3);
  const walks = fs.readdirSync(__dirname).filter((f) => f.endsWith(".js") && !["run.js", "lib.js", "pictures.js"].includes(f))
    .map((f) => f.slice(0, -3)).filter((f) => wanted.length === 0 || wanted.includes(f)).sort();
  const one = async (name) => {
    const began = Date.now();
    let server = null;
    let browser = null;
    let world = null;
    try {
      const walk = require(`./${name}.js`);
      world = walk.before ? await walk.before(lib) : null;
      server = walk.alone ? null : await lib.serve(build, world ? world.env : {}, walk.filled === true);
      browser = await lib.browse();
      await walk({ server, browser, lib, world });
    } catch (e) {
      lib.ok(false, `the walk of ${name} came to its end`, `${e.stack || e}\n${server ? server.log().split("\n").slice(-15).join("\n") : ""}`);
    } finally {
      if (browser) await browser.close();
      if (server) await server.stop();
      if (world) await world.stop();
    }
    lib.note(`${name}: ${Math.round((Date.now() - began) / 1000)} s`);
  };
  // Two at a time: while one waits for its server, the other uses the processor. The longest begin first.
  const first = ["worker", "victim"].filter((w) => walks.includes(w));
  const queue = [...first, ...walks.filter((w) => !first.includes(w))];
  const line = async () => { while (queue.length > 0) await one(queue.shift()); };
  await Promise.all([line(), line()]);
  const { count, failed } = lib.totals();
  console.log(`1..${count}`);
  process.exit(failed === 0 && count > 0 ? 0 : 1);
};

main();
