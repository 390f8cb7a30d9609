// node browser.mjs CHROMIUM URL SCENARIO: runs one scenario in a browser of its own; exits with 1 where it fails.
import { chromium } from "playwright-core";
import * as scenarios from "./scenarios.mjs";

const [, , executablePath, url, name] = process.argv;
const args = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];
const browser = await chromium.launch({ executablePath, args });
const page = await browser.newPage({ viewport: { width: 1440, height: 900 }, locale: "en-US", timezoneId: "Europe/Lisbon" });
page.setDefaultTimeout(30_000);
const troubles = [];
page.on("pageerror", (error) => troubles.push(`error on the page: ${error.message}`));
page.on("console", (message) => { if (message.type() === "error") troubles.push(`console: ${message.text()}`); });
page.on("request", (request) => {
  if (!request.url().startsWith(url) && !request.url().startsWith("data:")) troubles.push(`left the machine: ${request.url()}`);
});
try {
  await page.goto(`${url}/`);
  await page.getByRole("log").waitFor();
  await scenarios[name](page, url);
  if (troubles.length) throw new Error(troubles.join("\n"));
} catch (error) {
  console.error(`${name}: ${error.stack}\n${await page.locator("body").innerText().catch(() => "")}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}
