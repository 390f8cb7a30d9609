// Run by `s init` before and after it lays the application out. Both functions must exist.
const { readFileSync } = require("fs");
const { join } = require("path");

async function preInit() {}

// Has every parameter written to `.env`, from which s.yaml reads it: the template stays the one that is tested.
// `s init -y` asks for no parameters and has no values to write: then `.env` is left to the person.
async function postInit({ tempAppPath }) {
  const bare = process.argv.some((word) => word === "-y" || word === "--yes");
  const given = process.argv.some((word) => word.startsWith("--parameters"));
  if (bare && !given) return {};
  const text = readFileSync(join(tempAppPath, "publish.yaml"), "utf-8");
  const properties = text.slice(text.indexOf("\n  properties:\n"));
  const names = Array.from(properties.matchAll(/^ {4}([A-Z][A-Z_]*):$/gm), (found) => found[1]);
  return { _custom_secret_list: Object.fromEntries(names.map((name) => [name, true])) };
}

module.exports = { preInit, postInit };
