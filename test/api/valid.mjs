// valid.mjs DOCUMENT... - each is an OpenAPI 3.1 document by a validator that others wrote (its schema is the one that the initiative publishes). TAP.
import { readFile } from "node:fs/promises";

let Validator;
try {
  ({ Validator } = await import("@seriousme/openapi-schema-validator"));
} catch {
  console.log("1..0 # SKIP the validator is not installed: npm ci in test/api");
  process.exit(0);
}

let n = 0;
let bad = 0;
const check = (good, what, more) => {
  n++;
  bad += good ? 0 : 1;
  console.log(`${good ? "ok" : "not ok"} ${n} - ${what}`);
  if (!good && more) console.log(`# ${JSON.stringify(more, null, 1).slice(0, 3000).replaceAll("\n", "\n# ")}`);
};
const judge = async (document) => {
  const v = new Validator();
  return { ...(await v.validate(document)), version: v.version };
};

for (const path of process.argv.slice(2)) {
  const document = JSON.parse(await readFile(path, "utf8"));
  const said = await judge(structuredClone(document));
  const name = path.split("/").slice(-1)[0];
  check(said.valid && said.version === "3.1", `${name} is valid OpenAPI 3.1 (${Object.keys(document.paths).length} paths)`, said.errors);
  const [first] = Object.keys(document.paths);
  const [method] = Object.keys(document.paths[first]);
  const without = structuredClone(document);
  delete without.info.version;
  check((await judge(without)).valid === false, `${name} without its version is refused: the validator does look`);
  const odd = structuredClone(document);
  odd.paths[first][method].responses = { often: { description: "x" } };
  check((await judge(odd)).valid === false, `${name} with an answer under no status is refused`);
}
console.log(`1..${n}`);
process.exit(bad === 0 && n > 0 ? 0 : 1);
