// What went over the wire, one group for each thing that somebody did, the newest on top.
import { useContext, useState } from "react";
import { Surroundings } from "./blocks.jsx";

const MOST_GROUPS = 30;

export function Wire({ entries }) {
  const { words } = useContext(Surroundings);
  const [chosen, setChosen] = useState(null);
  const groups = grouped(entries).slice(-MOST_GROUPS).reverse();
  if (!groups.length) return <p className="quiet">{words.wire_empty}</p>;
  // All rows are one stop for Tab, and the arrow keys lead from one to the next.
  const rows = groups.flat().filter(opens);
  const stop = (rows.find((entry) => entry.number === chosen) || rows[0])?.number;
  const onKeyDown = (event) => {
    const lines = [...event.currentTarget.querySelectorAll("summary")], at = lines.indexOf(event.target);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    lines.at(to % lines.length).focus();
  };
  return (
    <div className="wire" role="group" aria-label={words.wire} aria-description={words.wire_keys} onKeyDown={onKeyDown}>
      {groups.map((group) => (
        <section key={group[0].number} aria-label={titleOf(group[0], words)} className="wire-group">
          <h3>{titleOf(group[0], words)}</h3>
          <ol>{group.map((entry) => <Row key={entry.number} entry={entry} start={group[0].at} stop={entry.number === stop} onChoose={setChosen} />)}</ol>
        </section>
      ))}
    </div>
  );
}

const opens = ({ facts }) => Boolean(facts.request || facts.response);

function grouped(entries) {
  const groups = [];
  for (const entry of entries) {
    if (!groups.length || entry.what.startsWith("sent ") || entry.server === "page") groups.push([]);
    groups.at(-1).push(entry);
  }
  return groups;
}

function titleOf(entry, words) {
  if (entry.server === "page") return words.wire_words.groups[entry.what] || entry.what;
  const what = entry.what.replace(/^sent /, "");
  const named = (name) => words.wire_words.groups[name] || name;
  const body = entry.facts.request?.body || "";
  if (what === "command") {
    const form = new URLSearchParams(body);
    return `${form.get("command") || "/"} ${form.get("text") || ""}`;
  }
  if (what === "action" || what === "view action") {
    const used = usedIn(body);
    return `${named(what)}${words.colon}${(used?.selected_option?.text || used?.text)?.text || used?.action_id || ""}`;
  }
  if (what === "shortcut") return `${named(what)}${words.colon}${payloadOf(body)?.callback_id || ""}`;
  if (what === "event") return `${named(what)}${words.colon}${/"type": "(app_\w+)"/.exec(body)?.[1] || ""}`;
  if (entry.server === "alert") return `${named("alert")}${words.colon}${what}`;
  return named(what);
}

function payloadOf(body) {
  try { return JSON.parse(new URLSearchParams(body).get("payload")); } catch { return null; }
}

/** Return what was used; a long payload is cut, after its actions. */
function usedIn(body) {
  try { return JSON.parse(/"actions": (\[.*?"action_ts": "[\d.]+"\}\])/s.exec(new URLSearchParams(body).get("payload"))[1])[0]; } catch { return null; }
}

function Row({ entry, start, stop, onChoose }) {
  const { words } = useContext(Surroundings);
  const row = describe(entry, words);
  const line = (
    <>
      <span className="at">+{(entry.at - start).toFixed(3)}</span>
      <span className="way">{row.from && <>{row.from} <span aria-label="→">→</span> {row.to}</>}{row.where}</span>
      <span className="what">{row.what}</span>
      <span className={`result ${row.bad ? "bad" : ""}`}>{row.result}</span>
    </>
  );
  const { request, response } = entry.facts;
  if (!opens(entry)) return <li className={`row ${row.quiet ? "quiet" : ""}`}><div className="line">{line}</div></li>;
  return (
    <li className="row">
      <details>
        <summary className="line" tabIndex={stop ? 0 : -1} onFocus={() => onChoose(entry.number)}>{line}</summary>
        {request && <Packet title={words.request} first={`${request.method} ${request.url}`} headers={request.headers} body={request.body} />}
        {response && <Packet title={words.response} first={`${response.status || "–"}`} headers={[]} body={response.body} />}
      </details>
    </li>
  );
}

function Packet({ title, first, headers, body }) {
  const { words } = useContext(Surroundings);
  const lines = [first, ...headers.map(([name, value]) => `${name}: ${value}`), "", pretty(body) || `(${words.empty})`];
  return (<><h4>{title}</h4><pre tabIndex={0}>{lines.join("\n")}</pre></>);
}

function pretty(body) {
  const text = body || "";
  try { return JSON.stringify(JSON.parse(text), null, 2); } catch { /* it is a form, or text */ }
  const payload = payloadOf(text);
  if (payload) return `payload=${JSON.stringify(payload, null, 2)}`;
  if (text.startsWith("payload=")) return `payload=${new URLSearchParams(text).get("payload")}`;
  if (/^[\w.-]+=[^\s]*(&[\w.-]+=[^\s]*)*$/.test(text)) {
    return [...new URLSearchParams(text)].map(([name, value]) => `${name}=${value}`).join("\n");
  }
  return text;
}

function describe(entry, words) {
  const { server, what, facts } = entry;
  const { names, wire_words: labels } = words;
  if (server === "slack" && what.startsWith("sent ")) {
    return { from: names.slack, to: names.slackfn, what: `${what.slice(5)} · ${labels.asked}`, result: size(facts.bytes) };
  }
  if (server === "slack" && what.startsWith("answered ")) {
    const result = facts.error ? `${facts.error}` : `${facts.status} · ${facts.milliseconds} ms`;
    return { from: names.slackfn, to: names.slack, what: facts.status ? labels.answered : labels.timeout, result, bad: Boolean(facts.error) };
  }
  if (server === "alert") {
    if (what.startsWith("sent ")) return { from: what.slice(5).split("-")[0], to: names.webhook, what: labels.asked, result: size(facts.bytes) };
    return { from: names.webhook, to: what.slice(9).split("-")[0], what: labels.answered, result: `${facts.status} · ${facts.milliseconds} ms`, bad: facts.status >= 400 };
  }
  if (server === "ccc") {
    const fault = facts.fault ? ` · ${labels.fault}${words.colon}${facts.fault}` : "";
    return { from: "callevents", to: names.ccc, what: `${what}${fault}`, result: `${facts.status || "–"} · ${facts.milliseconds} ms`, bad: facts.status !== 200 || Boolean(facts.fault) };
  }
  if (server === "fc") return described(what, facts, names, labels);
  if (server === "page" && what === "message") return { where: names.slack, what: labels.written, quiet: true };
  if (server === "page") {
    const now = what === "faults" ? (facts.on.length ? `${labels.faults}${words.colon}${facts.on.map((each) => words.switches[each][0]).join(words.comma)}` : labels.no_faults) : `${labels.language}${words.colon}${facts.locale}`;
    return { where: words.title, what: now, quiet: true };
  }
  if (what.includes(".") || what === "response_url") {
    const good = what === "response_url" ? facts.status === 200 : facts.ok;
    return { from: "callevents", to: names.slack, what, result: good ? "ok" : `${facts.error || facts.answer}`, bad: !good };
  }
  const notes = { shown: labels.shown, changed: labels.changed, "form opened": labels.form, "form changed": labels.form_changed, "form closed": labels.form_closed, "home published": labels.home, deleted: labels.deleted };
  return { where: names.slack, what: `${notes[what] || what}${facts.ephemeral_to ? ` · ${labels.only}` : ""}`, quiet: true };
}

function described(what, facts, names, labels) {
  const name = (facts.function || "").replace(/^callevents-/, "");
  if (what === "invoked") {
    const cold = facts.cold ? ` · ${labels.cold} ${facts.start_ms} ms` : "";
    return { where: names.fc, what: `${name} ${labels.ran}${cold}`, result: facts.error || `${facts.billed_ms} ${labels.ms}`, bad: Boolean(facts.error) };
  }
  if (what === "queued") return { from: "callevents", to: names.fc, what: labels.queue, result: "202" };
  if (what === "fault") return { from: "callevents", to: names.fc, what: `${name} · ${labels.fault}`, result: facts.kind, bad: true };
  return { where: names.fc, what: `${name} · ${labels.again} ${what.replace(/^task /, "")}`, quiet: true };
}

const size = (bytes) => (bytes > 1023 ? `${(bytes / 1024).toFixed(1)} kB` : `${bytes} B`);
