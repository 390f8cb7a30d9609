// `node judge.cjs PACKAGE DESTINATION PARAMETERS|-y`: what the registry says of publish.yaml, and what `s init` makes of it.
const { cpSync, readFileSync } = require("fs");
const { basename, dirname, join } = require("path");
const Ajv = require("ajv").default;
const yaml = require("js-yaml");
const { publishSchema } = require("@serverless-devs/registry/lib/actions/constant");

const [folder, destination, given] = process.argv.slice(2);
const parameters = given === "-y" ? "" : given;

// The loader downloads the package; here the download is a copy of the folder.
const downloads = require.resolve("@serverless-devs/downloads");
require.cache[downloads] = {
  id: downloads, filename: downloads, loaded: true,
  exports: { __esModule: true, default: async (url, { dest }) => cpSync(folder, dest, { recursive: true }) },
};
const Loader = require("@serverless-devs/load-application/lib/v3").default;

async function main() {
  const ajv = new Ajv({ allErrors: true });
  const validate = ajv.compile(publishSchema);
  const illegal = ["publish.yaml", "publish_en.yaml"].flatMap((name) => {
    validate(yaml.load(readFileSync(join(folder, name), "utf-8")));
    return (validate.errors || []).map((error) => `${name}: ${error.schemaPath}: ${error.message}`);
  });
  const options = { dest: dirname(destination), projectName: basename(destination), uri: "local", logger: console };
  if (parameters) Object.assign(options, { parameters: JSON.parse(parameters), access: "mine" });
  else options.y = true;
  await new Loader("callevents", options).run();
  process.stdout.write(`\n${JSON.stringify({ illegal })}\n`);
}

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
