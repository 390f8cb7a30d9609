// node pictures.mjs CHROMIUM URL FOLDER: the pictures of the README, from the running product, as small PNG files.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { indexed } from "./png.mjs";

const [, , executablePath, url, folder] = process.argv;
const TRANSFER = "job-98b78417-1828-42d4-8da5-5859f1ca9d72";
const QUEUE = "job-b1667244-1ff6-453c-b05d-2389a8bfded2";
const args = [
  "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
  "--disable-component-update", "--disable-sync", "--font-render-hinting=none",
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];
const browser = await chromium.launch({ executablePath, args });
const press = await (await browser.newContext()).newPage();

async function open(size, theme, scale = 2) {
  const context = await browser.newContext({
    viewport: size, deviceScaleFactor: scale, locale: "en-US", timezoneId: "Asia/Shanghai", colorScheme: theme, reducedMotion: "reduce",
  });
  const page = await context.newPage();
  await page.goto(`${url}/`);
  await page.getByRole("log").waitFor();
  return page;
}

const last = (page) => page.getByRole("log").locator("> article").last();

async function ask(page, text, seen) {
  const before = await page.getByRole("log").locator("> article").count();
  await page.locator(".composer textarea").fill(text);
  await page.locator(".composer button.send").click();
  await page.getByRole("log").locator("> article").nth(before).waitFor();
  await last(page).filter({ hasText: seen }).waitFor();
}

/** Save *target* under *name*, down to the end of *until*, with all of the page's times at one moment. */
async function save(target, page, name, { until = target, chinese } = {}) {
  await page.evaluate((time) => {
    for (const each of document.querySelectorAll("time")) each.textContent = time;
    document.activeElement?.blur();
    getSelection().removeAllRanges();
  }, chinese ? "10:24" : "10:24 AM");
  await page.evaluate(() => document.fonts.ready);
  const options = { animations: "disabled" };
  let png;
  if (target === page) png = await page.screenshot(options);
  else {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox(), end = await until.boundingBox();
    png = await page.screenshot({ ...options, clip: { ...box, height: end.y + end.height - box.y } });
  }
  const [width, rows, pixels] = await press.evaluate(async (data) => {
    const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${data}`)).blob());
    const canvas = new OffscreenCanvas(picture.width, picture.height);
    const context = canvas.getContext("2d");
    context.drawImage(picture, 0, 0);
    const bytes = context.getImageData(0, 0, picture.width, picture.height).data;
    let text = "";
    for (let at = 0; at < bytes.length; at += 32768) text += String.fromCharCode(...bytes.subarray(at, at + 32768));
    return [picture.width, picture.height, btoa(text)];
  }, png.toString("base64"));
  const small = indexed(width, rows, Buffer.from(pixels, "base64"));
  await writeFile(join(folder, `${name}.png`), small);
  console.log(`${name}.png  ${(small.length / 1024).toFixed(0)} kB`);
}

const TALL = { width: 1500, height: 1500 };
try {
  let page = await open({ width: 1440, height: 1150 }, "light", 1.5); // first, so that the channel holds this answer only
  await ask(page, `/callevents ${TRANSFER}`, "Answered by");
  await page.waitForTimeout(300);
  await save(page, page, "page");
  await page.context().close();

  page = await open(TALL, "light");
  await ask(page, `/callevents ${TRANSFER}`, "Answered by");
  await save(last(page), page, "answer-light");
  await page.getByRole("switch", { name: "Dark mode" }).check();
  await save(last(page), page, "answer-dark");
  await page.getByRole("switch", { name: "Dark mode" }).uncheck();
  await page.getByRole("combobox", { name: "Alert" }).selectOption("opsgenie-create-message-several");
  await page.getByRole("button", { name: "Raise alert" }).click();
  await page.getByRole("group", { name: "2 replies" }).getByRole("article").nth(1).waitFor();
  await page.waitForTimeout(300);
  await save(last(page), page, "alert-thread", { until: last(page).getByRole("group", { name: "2 replies" }).getByRole("article").first() });
  await page.context().close();

  page = await open(TALL, "light");
  await page.getByRole("radio", { name: "中文" }).check();
  await page.getByRole("heading", { name: "callevents 演练场" }).waitFor();
  await ask(page, `/callevents ${QUEUE}`, "客户在排队中放弃");
  await save(last(page), page, "answer-zh", { chinese: true });
} finally {
  await browser.close();
}
