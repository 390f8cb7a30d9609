// Asks the app's tools as Slack's assistant would, and shows the request and what a model would read.
import { useContext, useEffect, useState } from "react";
import { Surroundings } from "./blocks.jsx";

const LOOK_UP = "look_up_call", FIND = "find_calls";
const DAYS = "2026-03-04 2026-03-05"; // when the sample calls were

export function Assistant({ setting, user, onAsk }) {
  const { words } = useContext(Surroundings);
  const [tools, setTools] = useState(null);
  const [tool, setTool] = useState(LOOK_UP);
  const [ids, setIds] = useState(setting.samples[0].job);
  const [kind, setKind] = useState("missed");
  const [what, setWhat] = useState("");
  const [days, setDays] = useState(DAYS);
  const [came, setCame] = useState(null);
  useEffect(() => { setTools(null); setTool(LOOK_UP); setCame(null); }, [user]);
  const ask = async (request) => {
    const answer = await onAsk(request);
    if (answer.request) setCame(answer);
    return answer;
  };
  const list = async () => {
    const answer = await ask({});
    setTools(read(answer)?.result?.tools || null);
  };
  const send = (event) => {
    event.preventDefault();
    const found = { kind, ...(what.trim() && { what: what.trim() }), days };
    ask({ tool, arguments: tool === FIND ? found : { ids: ids.split(/[\s,]+/).filter(Boolean) } });
  };
  return (
    <section className="assistant" aria-label={words.assistant}>
      <h2>{words.assistant}</h2>
      <p className="quiet">{words.assistant_hint}</p>
      {!tools ? <button type="button" className="element" onClick={list}>{words.assistant_list}</button> : (
        <form onSubmit={send}>
          <select aria-label={words.assistant_tool} value={tool} onChange={(event) => { setTool(event.target.value); setCame(null); }}>
            {tools.map((each) => <option key={each.name} value={each.name}>{each.name}</option>)}
          </select>
          {tool === LOOK_UP ? <input aria-label={words.assistant_ids} value={ids} onChange={(event) => setIds(event.target.value)} /> : (
            <>
              <select aria-label={words.search_kind} value={kind} onChange={(event) => setKind(event.target.value)}>
                {Object.entries(words.search_kinds).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
              </select>
              {kind !== "mine" && <input aria-label={words.assistant_what} placeholder={words.search_for[kind]} value={what} maxLength={300} onChange={(event) => setWhat(event.target.value)} />}
              <input aria-label={words.search_days} value={days} maxLength={300} onChange={(event) => setDays(event.target.value)} />
            </>
          )}
          <button type="submit" className="element primary">{words.assistant_ask}</button>
        </form>
      )}
      <div role="status">{came && <Came came={came} words={words} />}</div>
    </section>
  );
}

function Came({ came, words }) {
  const given = read(came);
  const texts = (given?.result?.content || []).map((each) => each.text);
  return (
    <>
      {given?.result?.tools && <ul className="tools">{given.result.tools.map((each) => <li key={each.name}><strong>{each.name}</strong> {each.description}</li>)}</ul>}
      {texts.length > 0 && <p className={given.result.isError ? "read refused" : "read"}>{texts[0]}</p>}
      {texts.length > 1 && <details><summary>{words.assistant_data}</summary><pre tabIndex={0}>{texts.slice(1).join("\n")}</pre></details>}
      {!given?.result && <p className="read refused">{words.assistant_failed(came.status, given?.error?.message || came.error || "")}</p>}
      <details><summary>{words.request}</summary><pre tabIndex={0}>{JSON.stringify(came.request, null, 2)}</pre></details>
      <details><summary>{words.response}</summary><pre tabIndex={0}>{given ? JSON.stringify(given, null, 2) : came.body}</pre></details>
    </>
  );
}

function read({ body }) {
  try { return JSON.parse(body); } catch { return null; }
}
