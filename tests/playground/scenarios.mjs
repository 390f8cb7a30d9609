// What people do on the page. Each function is one test.
import assert from "node:assert/strict";

const QUEUE = "job-b1667244-1ff6-453c-b05d-2389a8bfded2";
const TRANSFER = "job-98b78417-1828-42d4-8da5-5859f1ca9d72";
const TWO_CALLED = "job-4aa2cf57-b91e-4523-849c-9736c1685bb4";
const OUTSIDE = "job-cde63e61-fb47-4f19-ba6b-ee08021138ca";
const GOES_ON = "job-ed1866d0-c5ec-4af9-8f38-7b8f5009d2d9";
const ALERTED = ["job-468a63a2-1111-4222-8333-b1ecf726d4be", "job-0b9d7c54-2222-4333-8444-5f0e6a1c9d21"];

const log = (page) => page.getByRole("log");
const articles = (page) => log(page).getByRole("article");
const lastArticle = (page) => articles(page).last();
const has = (locator, text) => locator.filter({ hasText: text }).first().waitFor();

async function say(page, text) {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await page.getByRole("button", { name: "Send" }).click();
}

async function ask(page, job = QUEUE) {
  await say(page, `/callevents ${job}`);
  await has(articles(page), job);
}

export async function a_command_is_answered(page) {
  await ask(page);
  const answer = lastArticle(page);
  assert.match(await answer.innerText(), /Only visible to you/);
  await answer.getByRole("heading", { name: /Not answered: the caller gave up in the queue/ }).waitFor();
  assert.match(await answer.innerText(), /Entered the queue/);
  const wire = page.getByRole("complementary");
  await has(wire, "ListNotificationRecords");
  await has(wire, "slack ran");
  const bill = wire.getByRole("row", { name: /callevents-slack/ });
  assert.match(await bill.innerText(), /\s1\s+\d+ ms\s+1$/);
}

export async function samples_are_completed_by_keyboard(page) {
  const box = page.getByRole("textbox", { name: "Message" });
  await box.focus();
  await page.keyboard.type("/callevents gives up in the menu");
  await page.getByRole("listbox", { name: "Sample calls" }).getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.match(await box.inputValue(), /^\/callevents job-[0-9a-f-]{36}$/);
  await page.keyboard.press("Enter");
  await has(articles(page), "Not answered");
  assert.equal(await box.inputValue(), "");
}

export async function the_answer_is_refreshed_and_shared(page) {
  await ask(page);
  await lastArticle(page).getByRole("button", { name: "Refresh" }).click();
  await has(articles(page), "Updated");
  assert.equal(await articles(page).count(), 1);
  await lastArticle(page).getByRole("button", { name: "Share in channel" }).click();
  await articles(page).nth(1).waitFor();
  const shared = await lastArticle(page).innerText();
  assert.match(shared, /Mei Lin/);
  assert.doesNotMatch(shared, /Only visible to you/);
}

export async function the_events_open_as_json(page) {
  await ask(page);
  await lastArticle(page).getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Events as JSON" }).click();
  const dialog = page.getByRole("dialog");
  await has(dialog, QUEUE);
  await has(dialog, "Enqueue");
  assert.match(await dialog.innerText(), new RegExp(`${QUEUE}\\s+Events 1 to`));
  const [id, words] = await dialog.evaluate((node) => {
    const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT), found = {};
    while (texts.nextNode()) {
      const range = document.createRange();
      range.selectNodeContents(texts.currentNode);
      for (const begins of ["job-", "Events 1 to"]) if (texts.currentNode.data.trim().startsWith(begins)) found[begins] ||= range.getBoundingClientRect();
    }
    return Object.values(found);
  });
  assert.ok(words.top >= id.bottom, `the id and what follows it run together: ${id.bottom} and ${words.top}`);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
}

export async function a_supervisor_may_reveal_numbers(page) {
  await page.getByRole("combobox", { name: "You are" }).selectOption({ label: "Sofia Marques (supervisor, may reveal numbers)" });
  await ask(page);
  assert.doesNotMatch(await log(page).innerText(), /138\d{8}/);
  await lastArticle(page).getByRole("button", { name: "More actions" }).click();
  await page.getByRole("menuitem", { name: "Reveal numbers" }).click();
  await has(page.locator("dialog, article"), /138\d{8}/);
}

export async function a_guest_is_refused(page) {
  await page.getByRole("combobox", { name: "You are" }).selectOption({ label: "Gus Guest (guest, is refused)" });
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), /[Gg]uest/);
  assert.doesNotMatch(await log(page).innerText(), /Not answered/);
}

export async function nothing_typed_opens_a_form(page) {
  await say(page, "/callevents");
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("textbox").first().fill(QUEUE);
  await dialog.getByRole("button", { name: /Look/ }).click();
  await has(page.locator("dialog, article"), "gave up in the queue");
}

export async function a_message_is_looked_up_by_its_shortcut(page) {
  await say(page, `What happened on ${QUEUE}?`);
  await articles(page).first().getByRole("button", { name: "Look up call events" }).click();
  await has(page.locator("dialog, article"), "gave up in the queue");
}

export async function a_mention_is_answered_in_its_thread(page) {
  await say(page, "Has anybody seen this call?");
  await articles(page).first().getByRole("button", { name: "Reply in thread" }).click();
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "not supported in threads");
  await say(page, `@callevents ${QUEUE}`);
  await has(page.getByRole("group", { name: /replies/ }), "gave up in the queue");
}

export async function an_alert_comes_in(page) {
  await page.getByRole("combobox", { name: "Alert" }).selectOption("alertmanager-firing-label");
  await page.getByRole("button", { name: "Raise alert" }).click();
  await page.getByRole("log", { name: "#alerts" }).waitFor();
  await has(articles(page), "CallQualityLow");
  await has(articles(page), ALERTED[0]);
  await has(page.getByRole("status"), "answered 200: accepted, 1 job id");
}

export async function an_alert_with_several_calls_has_a_thread(page) {
  await page.getByRole("combobox", { name: "Alert" }).selectOption("opsgenie-create-message-several");
  await page.getByRole("button", { name: "Raise alert" }).click();
  const thread = page.getByRole("group", { name: "2 replies" });
  await thread.waitFor();
  for (const job of ALERTED) await has(thread.getByRole("article"), job);
  assert.equal(await articles(page).first().getByRole("table").count(), 1);
}

export async function a_wrong_signature_is_refused(page) {
  await page.getByRole("combobox", { name: "Alert" }).selectOption("grafana-wrong-signature");
  await page.getByRole("button", { name: "Raise alert" }).click();
  await has(page.getByRole("status"), "answered 401");
  assert.equal(await articles(page).count(), 0);
}

async function broken(page, name) {
  await page.getByRole("switch", { name }).check();
  await has(page.getByRole("complementary"), `broken now: ${name}`);
}

async function whole(page, name) {
  await page.getByRole("switch", { name }).uncheck();
  await has(page.getByRole("complementary"), "nothing is broken");
}

export async function too_many_requests_are_a_sentence(page) {
  await broken(page, "Throttled");
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "The contact center is getting too many requests right now.");
  await whole(page, "Throttled");
  await ask(page, TRANSFER);
}

export async function an_unreadable_answer_is_a_sentence(page) {
  await broken(page, "Garbled");
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "The contact center sent an answer that cannot be read.");
}

export async function a_contact_center_that_comes_back_is_waited_for(page) {
  await broken(page, "Down");
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "Still looking");
  await whole(page, "Down");
  await has(articles(page), "gave up in the queue");
  assert.equal(await articles(page).count(), 1);
}

export async function a_slow_call_is_answered_by_the_worker(page) {
  await broken(page, "Slow");
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "Still looking");
  await has(articles(page), "gave up in the queue");
  assert.equal(await articles(page).count(), 1);
  await has(page.getByRole("complementary"), "hand-over to the worker");
}

export async function a_lost_hand_over_is_a_sentence(page) {
  await broken(page, "Lost hand-over");
  await say(page, `/callevents ${QUEUE}`);
  await has(articles(page), "handing it over to the background failed");
}

export async function both_languages_and_both_modes(page) {
  await page.getByRole("radio", { name: "中文" }).check();
  await page.getByRole("heading", { name: "callevents 演练场" }).waitFor();
  await page.getByRole("textbox", { name: "消息" }).fill(`/callevents ${QUEUE}`);
  await page.getByRole("button", { name: "发送" }).click();
  await has(articles(page), "客户在排队中放弃");
  await page.getByRole("radio", { name: "English" }).check();
  await page.getByRole("heading", { name: "callevents playground" }).waitFor();
  const dark = page.getByRole("switch", { name: "Dark mode" });
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  await dark.uncheck();
  const light = await background();
  await dark.check();
  assert.notEqual(await background(), light);
}

export async function what_people_write_stays_text(page) {
  const written = "<!channel> <@U0MEI> &lt; *a* <script>document.title='x'</script> javascript:alert(1)";
  await say(page, written);
  await articles(page).first().waitFor();
  const shown = await lastArticle(page).innerText();
  for (const part of ["<!channel>", "<@U0MEI>", "&lt;", "<script>"]) assert.ok(shown.includes(part), `${part} in ${shown}`);
  assert.equal(await lastArticle(page).locator(".slack_broadcast, .mention, script").count(), 0);
}

export async function the_wire_shows_requests_and_hides_secrets(page, url) {
  await ask(page, TRANSFER);
  const panel = page.getByRole("complementary");
  await panel.getByText("callevents → Contact center").click();
  await has(panel, "x-acs-signature-nonce");
  await panel.getByText("How the last call to the contact center was signed").click();
  await has(panel, "ACS3-HMAC-SHA256");
  await has(panel, "SignedHeaders=");
  const everything = await panel.innerText() + await (await fetch(`${url}/_sandbox/journal`)).text();
  for (const secret of ["8f742231b10e8888abcd99eee0035a85", "sandboxsandboxsandbox", "sandboxverificationtoken", "CAISrole", "sandbox-role-secret"]) {
    assert.ok(!everything.includes(secret), secret);
  }
}

export async function everything_has_a_name(page) {
  await ask(page);
  await say(page, `Look at ${QUEUE}`);
  await articles(page).nth(1).waitFor();
  for (const role of ["button", "textbox", "combobox", "switch", "radio", "log", "article", "complementary", "navigation"]) {
    for (const element of await page.getByRole(role).all()) {
      const name = await element.evaluate((node) => node.getAttribute("aria-label") || node.labels?.[0]?.innerText || node.innerText);
      assert.ok(name?.trim(), `${role} without a name: ${await element.evaluate((node) => node.outerHTML)}`);
    }
  }
  for (const name of ["Message", "Send", "Dark mode", "Raise alert", "Alert"]) {
    assert.equal(await page.getByLabel(name).count() + await page.getByRole("button", { name }).count() > 0, true, name);
  }
  assert.equal(await page.getByLabel("Message").count(), 1);
  assert.equal(await page.getByRole("button", { name: "Send" }).count(), 1);
}

export async function a_window_stays_narrow(page) {
  await ask(page);
  for (const [width, height] of [[1440, 800], [1080, 800], [700, 800], [390, 800], [320, 256]]) { // the last: 1280 at 400 %
    await page.setViewportSize({ width, height });
    const room = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(room[0] <= room[1], `${room[0]} pixels at ${width}`);
    assert.ok((await log(page).boundingBox()).height > 200, `too little of the channel at ${width}`);
  }
}

export async function what_is_drawn_is_heard_in_words(page) {
  await ask(page, TRANSFER);
  const bars = lastArticle(page).locator("pre").filter({ hasText: /^[░▒▓█▇]+$/ });
  assert.deepEqual(await bars.evaluateAll((all) => all.map((each) => [each.getAttribute("aria-hidden"), each.textContent.length])), [["true", 24]]);
  const heard = await lastArticle(page).ariaSnapshot();
  assert.match(heard, /IVR 9\.3\ss → queue 4\.2\ss/);
  assert.match(heard, /18:00:08\.540/); // the timeline is not a drawing
  assert.doesNotMatch(heard, /[░▒▓█▇]/);
  await page.getByRole("complementary", { name: "Beside the channel" }).waitFor();
  await page.getByRole("textbox", { name: "Message" }).pressSequentially("/callevents gives up in the menu");
  await has(page.getByRole("status"), "1 sample call: arrow keys, then Enter");
}

export async function in_chinese_the_page_is_set_as_chinese_is(page) {
  await page.getByRole("radio", { name: "中文" }).check();
  await page.getByRole("heading", { name: "callevents 演练场" }).waitFor();
  await page.getByRole("textbox", { name: "消息" }).fill(`/callevents ${TRANSFER}`);
  await page.getByRole("button", { name: "发送" }).click();
  await has(articles(page), "已由坐席 alice 接听");
  await lastArticle(page).getByRole("button", { name: "刷新" }).click();
  await has(articles(page), "更新于");
  await page.getByRole("switch", { name: "变慢" }).check();
  await page.getByRole("switch", { name: "限流" }).check();
  await has(page.getByRole("complementary"), "变慢、限流");
  await page.getByRole("button", { name: "触发告警" }).click();
  await has(page.getByRole("status"), "webhook 返回");
  const texts = (await page.locator("body").innerText()).split("\n");
  const han = "[\\u3400-\\u9fff]", wrong = new RegExp(`${han}[,;:!?()]|[,;:!?()] ?${han}|${han} +${han}`);
  assert.deepEqual(texts.filter((each) => wrong.test(each)), []);
  assert.match(await page.getByRole("row", { name: /坐席 bob/ }).innerText(), /1\s分\s13\s秒/);
}

export async function what_is_on_is_seen_in_the_colours_of_the_system(page) {
  await page.emulateMedia({ forcedColors: "active" });
  const slow = page.getByRole("switch", { name: "Slow" });
  const track = () => slow.evaluate((node) => getComputedStyle(node.nextElementSibling).backgroundColor);
  const off = await track();
  await slow.check();
  assert.notEqual(await track(), off);
}

const focused = (page) => page.evaluate(() => document.activeElement.getAttribute("aria-label") || document.activeElement.innerText || document.activeElement.tagName);

export async function the_keyboard_is_where_one_was(page) {
  assert.equal(await focused(page), "Message");
  await page.keyboard.type(`/callevents ${QUEUE}`);
  await page.keyboard.press("Enter");
  await has(articles(page), QUEUE);
  assert.equal(await focused(page), "Message");
  const refresh = lastArticle(page).getByRole("button", { name: "Refresh" });
  await refresh.focus();
  await page.keyboard.press("Enter");
  await has(articles(page), "Updated");
  assert.equal(await focused(page), "Refresh");
  await lastArticle(page).getByRole("button", { name: "More actions" }).focus();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog");
  await has(dialog, QUEUE);
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  assert.equal(await focused(page), "More actions");
}

export async function a_form_is_typed_into_at_once(page) {
  await say(page, "/callevents");
  const dialog = page.getByRole("dialog", { name: "Look up calls" });
  await dialog.waitFor();
  await page.keyboard.type("rubbish");
  await dialog.getByRole("button", { name: /Look/ }).click();
  await has(dialog.getByRole("alert"), "There is no job id");
  assert.equal(await dialog.getByRole("textbox").first().inputValue(), "rubbish");
  await page.keyboard.press("Escape");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.type("typed at once");
  assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "typed at once");
}

export async function after_a_form_is_sent_one_types_on(page) {
  await page.keyboard.type("/callevents");
  await page.keyboard.press("Enter");
  const dialog = page.getByRole("dialog", { name: "Look up calls" });
  await dialog.waitFor();
  await page.keyboard.type(QUEUE);
  await dialog.getByRole("button", { name: "Close" }).last().focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor({ state: "detached" });
  await page.keyboard.type("and on");
  assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "and on");
}

export async function a_menu_is_seen_and_used_in_a_narrow_window(page) {
  for (const [width, height] of [[390, 700], [1440, 900]]) {
    await page.setViewportSize({ width, height });
    await ask(page, TRANSFER);
    await page.getByText("Waiting for callevents").waitFor({ state: "detached" });
    for (const top of [false, true]) { // with the button at the end of the list, and at its upper edge
      const more = lastArticle(page).getByRole("button", { name: "More actions" });
      await more.evaluate((button, block) => button.scrollIntoView({ block }), top ? "start" : "end");
      await more.focus();
      await page.keyboard.press("Enter");
      await page.getByRole("menuitem").first().waitFor();
      const items = await page.getByRole("menuitem").all();
      assert.ok(items.length > 1);
      for (const item of items) {
        const box = await item.boundingBox();
        for (const [x, y] of [[box.x + 1, box.y + 1], [box.x + box.width - 1, box.y + box.height - 1]]) {
          assert.ok(await item.evaluate((node, at) => document.elementFromPoint(...at) === node, [x, y]), `clipped at ${width}: ${await item.innerText()}`);
        }
      }
      await page.keyboard.press("Escape");
    }
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await page.keyboard.press("ArrowUp");
    await page.keyboard.press("Enter");
    await has(page.getByRole("dialog"), "Ringing");
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
  }
}

export async function the_wire_is_one_stop_for_tab(page) {
  for (let i = 0; i < 4; i += 1) {
    await say(page, `/callevents ${TRANSFER}`);
    await articles(page).nth(i).waitFor();
  }
  await page.getByText("Waiting for callevents").waitFor({ state: "detached" });
  const wire = page.getByRole("group", { name: "Over the wire" }), rows = wire.locator("summary");
  await wire.getByText("slack function → Slack").nth(3).waitFor(); // no more rows come
  assert.ok(await rows.count() >= 12);
  const within = () => wire.evaluate((node) => node.contains(document.activeElement));
  await page.getByRole("button", { name: "Raise alert" }).focus();
  await page.keyboard.press("Tab");
  assert.ok(await within());
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  assert.deepEqual(await rows.evaluateAll((nodes) => nodes.flatMap((node, i) => (node.parentNode.open ? [i] : []))), [2]);
  await page.keyboard.press("Enter");
  await page.keyboard.press("End");
  await page.keyboard.press("Shift+Tab");
  assert.ok(!await within());
  await page.keyboard.press("Tab");
  assert.ok(await rows.last().evaluate((node) => node === document.activeElement));
  await page.keyboard.press("Tab");
  assert.ok(!await within());
}

export async function another_person_is_in_no_thread(page) {
  await say(page, "Has anybody seen this call?");
  await articles(page).first().getByRole("button", { name: "Reply in thread" }).click();
  await page.getByText("Replying in a thread").waitFor();
  await page.getByRole("combobox", { name: "You are" }).selectOption({ label: "Sofia Marques (supervisor, may reveal numbers)" });
  await page.getByText("Replying in a thread").waitFor({ state: "detached" });
  const box = page.getByRole("textbox", { name: "Message" });
  await box.focus();
  await page.keyboard.type(`/callevents ${QUEUE}`);
  await page.keyboard.press("Enter");
  await has(articles(page), "gave up in the queue");
  assert.doesNotMatch(await log(page).innerText(), /not supported in threads/);
}

export async function every_alert_has_a_name_for_people(page) {
  for (const [language, select] of [["English", "Alert"], ["中文", "告警"]]) {
    await page.getByRole("radio", { name: language }).check();
    const options = page.getByRole("combobox", { name: select, exact: true }).getByRole("option");
    await options.first().waitFor({ state: "attached" });
    const names = await options.evaluateAll((nodes) => nodes.map((node) => [node.value, node.innerText]));
    assert.equal(new Set(names.map(([, name]) => name)).size, 68);
    for (const [file, name] of names) assert.ok(!name.includes(file) && !/[a-z]-(none|several|firing)|undefined/.test(name), name);
  }
}

export async function the_last_call_is_drawn(page) {
  await ask(page, TRANSFER);
  const panel = page.getByRole("complementary");
  await panel.getByRole("heading", { name: "The call looked up last" }).waitFor();
  const phases = panel.getByRole("list", { name: "Journey" }).getByRole("listitem");
  assert.deepEqual((await phases.allInnerTexts()).map((each) => each.replace(/\s+/g, " ").trim()), [
    "IVR 9.3 s", "queue 4.2 s", "rang 5.2 s · alice", "talk 55.3 s · alice", "rang 6.2 s · bob", "talk 1 min 13 s · bob",
  ]);
  const legs = panel.getByRole("region", { name: /Legs/ }).getByRole("row");
  assert.deepEqual((await legs.allInnerTexts()).map((each) => each.replaceAll("\u00a0", " ").trim().split(/\s*\t\s*/)), [
    ["Leg", "Began", "Connected", "Ended", "Talked"],
    ["customer", "18:00:08", "18:00:08", "18:02:42", "2 min 9 s"],
    ["agent alice", "18:00:22", "18:00:27", "18:01:22", "55.3 s"],
    ["agent bob", "18:01:22", "18:01:29", "18:02:42", "1 min 13 s"],
  ]);
  const drawn = await panel.locator(".track.tall .phase").evaluateAll((nodes) => nodes.map((node) => [node.className, node.offsetLeft, node.offsetWidth, node.parentNode.clientWidth]));
  const talks = drawn.filter(([name]) => name.includes("talk"));
  const share = (i) => talks[i][2] / talks[i][3];
  assert.ok(Math.abs(share(0) - 55.3 / 153.9) < 0.01 && Math.abs(share(1) - 73.4 / 153.9) < 0.01, JSON.stringify(drawn));
  const [, left, width, room] = drawn.at(-1);
  assert.ok(Math.abs(left + width - room) <= 1);
}

export async function the_drawn_journey_has_the_words_of_the_answer(page) {
  const panel = page.getByRole("complementary");
  const phases = async (job, seen) => {
    await ask(page, job);
    const listed = panel.getByRole("list", { name: "Journey" }).getByRole("listitem");
    await has(listed, seen);
    return (await listed.allInnerTexts()).map((each) => each.replace(/\s+/g, " ").trim());
  };
  assert.deepEqual(await phases(TWO_CALLED, "dialling"), ["dialling 2.2 s", "rang 15.7 s", "talk 48.8 s"]);
  const outside = await phases(OUTSIDE, "outside number");
  assert.deepEqual(outside.slice(-4), ["talk 40 s · alice", "waited 3 s", "rang 6 s · outside number", "talk 1 min 15 s · outside number"]);
  assert.equal((await phases(GOES_ON, "so far")).at(-1), "talk so far · alice");
}

export async function of_several_calls_one_is_chosen_and_drawn(page) {
  await say(page, `/callevents ${QUEUE} ${TRANSFER} job-00000000-0000-4000-8000-000000000000`);
  await has(articles(page), "3 calls");
  const which = page.getByRole("complementary").getByRole("combobox", { name: "Call", exact: true });
  await which.selectOption(TRANSFER);
  await page.getByRole("row", { name: /agent bob/ }).waitFor();
  await which.selectOption("job-00000000-0000-4000-8000-000000000000");
  await has(page.getByRole("complementary"), "There are no records of it");
}

// The least contrast of any text that is seen, against what is painted behind it.
const leastContrast = (page) => page.evaluate(() => {
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const painted = (...colours) => {
    canvas.fillStyle = "white";
    for (const colour of colours) { canvas.fillRect(0, 0, 1, 1); canvas.fillStyle = colour; }
    canvas.fillRect(0, 0, 1, 1);
    const parts = [...canvas.getImageData(0, 0, 1, 1).data].slice(0, 3).map((each) => each / 255);
    const [r, g, b] = parts.map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const found = [], texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const element = texts.currentNode.parentElement;
    if (!texts.currentNode.textContent.trim() || element.closest("script, style, option") || !element.checkVisibility()) continue;
    const behind = [];
    for (let each = element; each; each = each.parentElement) behind.unshift(getComputedStyle(each).backgroundColor);
    const [dark, light] = [painted(...behind), painted(...behind, getComputedStyle(element).color)].sort((a, b) => a - b);
    found.push([(light + 0.05) / (dark + 0.05), texts.currentNode.textContent.trim().slice(0, 40)]);
  }
  return found.sort(([a], [b]) => a - b)[0];
});

export async function everything_can_be_read_in_both_modes(page) {
  await ask(page, TRANSFER);
  await say(page, `Look at ${QUEUE}`);
  await articles(page).nth(1).waitFor();
  for (const dark of [false, true]) {
    await page.getByRole("switch", { name: "Dark mode" }).setChecked(dark);
    await page.waitForTimeout(300); // the switch slides
    const [ratio, text] = await leastContrast(page);
    assert.ok(ratio >= 4.5, `${ratio.toFixed(2)} for “${text}”, dark: ${dark}`);
  }
}

export async function an_empty_channel_says_what_to_do(page) {
  await has(log(page), "Type / and choose a sample call");
  await page.getByRole("button", { name: "# alerts" }).click();
  await has(page.getByRole("log", { name: "#alerts" }), "Raise one");
  await page.getByRole("button", { name: "# partners" }).click();
  await has(page.getByRole("log", { name: "#partners" }), "not shared with other companies");
}

export async function the_wire_names_what_was_chosen(page) {
  await say(page, "Who knows?");
  await page.getByRole("complementary").getByRole("heading", { name: "In the channel" }).waitFor();
  await ask(page, TRANSFER);
  await lastArticle(page).getByRole("button", { name: "Share in channel" }).click();
  await articles(page).nth(1).waitFor();
  await lastArticle(page).getByRole("button", { name: "More actions" }).click(); // of a long message all is sent along
  await page.getByRole("menuitem", { name: "Events as JSON" }).click();
  await page.getByRole("dialog").waitFor();
  await page.keyboard.press("Escape");
  const panel = page.getByRole("complementary");
  for (const name of ["Button: Share in channel", "Button: Events as JSON"]) await panel.getByRole("heading", { name }).waitFor();
}

export async function another_sandbox_is_noticed(page) {
  await page.addInitScript(() => {
    const Real = EventSource;
    window.EventSource = class extends Real { constructor(address) { super(address); window.stream = this; } };
  });
  await page.reload();
  await log(page).waitFor();
  await page.evaluate(() => { window.old = true; return window.stream.onopen(); });
  await ask(page);
  assert.equal(await page.evaluate(() => window.old), true);
  await page.route("**/page/setting", async (route) => {
    const setting = await (await route.fetch()).json();
    await route.fulfill({ json: { ...setting, run: "another" } });
  });
  await page.evaluate(() => window.stream.onopen());
  await page.waitForFunction(() => !window.old);
  await log(page).waitFor();
}

export async function what_was_not_sent_is_not_lost(page) {
  await page.route("**/page/action", (route) => route.fulfill({ status: 409, json: { error: "Not now." } }));
  page.removeAllListeners("console"); // the browser's own word about it
  await say(page, "Who knows?");
  await has(page.getByRole("alert"), "Not now.");
  assert.equal(await page.getByRole("textbox", { name: "Message" }).inputValue(), "Who knows?");
  await page.unroute("**/page/action");
  await page.keyboard.press("Enter");
  await has(articles(page), "Who knows?");
}

async function find(page, kind, sought) {
  const panel = page.getByRole("complementary");
  await panel.getByLabel("Find by").selectOption({ label: kind });
  if (sought) await panel.getByRole("textbox").fill(sought);
  await panel.getByRole("button", { name: "Find", exact: true }).click();
}

export async function a_call_is_found_by_its_number_and_its_row_leads_to_the_answer(page) {
  await find(page, "a number", "13800000201");
  await has(articles(page), "2 calls with 138******01");
  const found = lastArticle(page);
  assert.match(await found.innerText(), /Only visible to you/);
  assert.doesNotMatch(await found.innerText(), /13800000201/);
  await has(page.getByRole("complementary"), "ListCallDetailRecordsV2");
  await found.getByRole("button", { name: "2", exact: true }).click();
  await has(articles(page), "job-0683418e-84da-44e2-9d6c-c0e48f2942e2");
}

export async function what_the_search_sends_is_what_one_may_type(page) {
  const panel = page.getByRole("complementary");
  await panel.getByLabel("Find by").selectOption({ label: "missed calls" });
  await panel.getByLabel("Skill group (or all)").fill("support");
  await panel.getByLabel("Days").selectOption({ label: "7 days" });
  const command = await panel.locator(".search-text").innerText();
  assert.equal(command, "/callevents missed support 7d");
  await panel.getByRole("button", { name: "Find", exact: true }).click();
  await has(articles(page), "missed");
  const first = await lastArticle(page).innerText();
  await say(page, command);
  await articles(page).nth(1).waitFor();
  assert.equal((await lastArticle(page).innerText()).replace(/\d+:\d+.*?$/m, ""), first.replace(/\d+:\d+.*?$/m, ""));
}

export async function calls_are_found_with_the_keyboard_alone(page) {
  await page.getByLabel("Find by").focus();
  await page.keyboard.press("ArrowDown"); // an agent
  await page.keyboard.press("Tab");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("bob");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await has(articles(page), /calls? of bob/);
  await page.getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press("Shift+Tab"); // the last button of the answer
  const chosen = page.locator(":focus");
  assert.equal(await chosen.evaluate((node) => node.closest("article") !== null), true);
}

export async function older_calls_come_in_a_table_that_can_be_sorted(page) {
  await find(page, "an agent", "alice");
  await has(articles(page), "calls of alice");
  await lastArticle(page).getByRole("button", { name: "Older calls" }).click();
  await has(articles(page), "Calls 21 to");
  const table = lastArticle(page).getByRole("region", { name: /calls of alice/ }).getByRole("table");
  await table.waitFor();
  const firsts = async () => (await table.getByRole("row").allInnerTexts()).slice(1).map((row) => Number(row.split("\t")[0]));
  const down = await firsts();
  assert.ok(down.length > 1 && down[0] === 21, `${down}`);
  const number = table.getByRole("columnheader").first();
  assert.equal(await number.getAttribute("aria-sort"), "none");
  for (const order of ["ascending", "descending"]) {
    await number.getByRole("button").click();
    assert.equal(await number.getAttribute("aria-sort"), order);
  }
  assert.deepEqual(await firsts(), [...down].reverse());
  await lastArticle(page).getByRole("button", { name: "Newer calls" }).click();
  await has(lastArticle(page).getByRole("button"), "20");
}

export async function where_there_are_no_data_tables_a_plain_one_comes(page) {
  await broken(page, "No data tables");
  await find(page, "an agent", "alice");
  await has(articles(page), "calls of alice");
  await lastArticle(page).getByRole("button", { name: "Older calls" }).click();
  await has(lastArticle(page).getByRole("button"), "21");
  assert.equal(await page.locator(".data-table").count(), 0);
  assert.ok(await lastArticle(page).getByRole("row").count() > 2);
}

export async function the_form_finds_calls_too(page) {
  await say(page, "/callevents");
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("Or find calls").selectOption({ label: "Calls of an agent" });
  await dialog.getByLabel("Number, agent or group").fill("dave");
  await dialog.getByLabel("Days").fill("2026-03-04 2026-03-05");
  await dialog.getByRole("button", { name: /Look/ }).click();
  await has(articles(page), "1 call of dave");
  await lastArticle(page).getByRole("region", { name: /1 call of dave/ }).waitFor();
}

export async function a_guest_may_not_find_calls(page) {
  await page.getByRole("combobox", { name: "You are" }).selectOption("U0GUEST");
  await find(page, "a number", "13800000201");
  await articles(page).first().waitFor();
  assert.doesNotMatch(await lastArticle(page).innerText(), /calls with/);
  assert.equal(await page.getByText("ListCallDetailRecordsV2").count(), 0);
}

export async function without_notification_records_the_detail_record_answers(page) {
  await broken(page, "No notification records");
  await ask(page, TRANSFER);
  const answer = lastArticle(page);
  await answer.getByRole("heading", { name: /Answered by alice.*, then bob/ }).waitFor();
  const wire = page.getByRole("complementary");
  await has(wire, "GetCallDetailRecord");
  await has(wire, "ListCallDetailRecordsV2");
  await wire.getByRole("heading", { name: "The call looked up last" }).waitFor();
  await wire.getByRole("row", { name: /agent bob/ }).waitFor();
}

export async function a_role_that_lacks_the_action_costs_the_detail_record_only(page) {
  await broken(page, "No detail records");
  await ask(page);
  await has(articles(page), "gave up in the queue");
  await page.getByRole("switch", { name: "No notification records" }).check();
  await has(page.getByRole("complementary"), "broken now: No detail records, No notification records");
  await ask(page, TRANSFER);
  await has(articles(page), "No records found");
}

const assistant = (page) => page.getByRole("region", { name: "Ask as Slack's assistant" });

export async function the_assistant_asks_for_a_call(page) {
  const pane = assistant(page);
  await pane.getByRole("button", { name: "List the tools" }).click();
  await has(pane.getByRole("listitem"), "look_up_call");
  const ids = pane.getByRole("textbox", { name: "Job ids" });
  await ids.click();
  await page.keyboard.press("Control+A");
  await page.keyboard.type(TRANSFER);
  await page.keyboard.press("Enter");
  await has(pane.getByRole("status"), "Answered by agent 1, then agent 2");
  const read = await pane.locator(".read").innerText();
  assert.doesNotMatch(read, /alice|bob/);
  await pane.getByText("The document, as data").click();
  const data = await pane.locator("pre").first().innerText();
  assert.match(data, /<call-records>\n\{.*alice@ccc-test.*\}\n<\/call-records>/s);
  await pane.getByText("Request", { exact: true }).click();
  assert.match(await pane.locator("pre").nth(1).innerText(), /"user_id": "U0MEI"/);
  await has(page.getByRole("complementary"), "Assistant");
  assert.equal(await articles(page).count(), 0);
}

export async function the_assistant_finds_calls_for_those_who_may(page) {
  const pane = assistant(page);
  await pane.getByRole("button", { name: "List the tools" }).click();
  await pane.getByRole("combobox", { name: "Tool" }).selectOption("find_calls");
  await pane.getByRole("combobox", { name: "Find by" }).selectOption("number");
  await pane.getByRole("textbox", { name: "Number, agent or group" }).click();
  await page.keyboard.type("13800000201");
  await page.keyboard.press("Enter");
  await has(pane.getByRole("status"), /\d+ calls? with 138\*+01/);
  await page.getByLabel("You are").selectOption("U0GUEST");
  await pane.getByRole("button", { name: "List the tools" }).click();
  await pane.getByRole("button", { name: "Call the tool" }).click();
  await has(pane.getByRole("status"), "Guests of this workspace");
}
