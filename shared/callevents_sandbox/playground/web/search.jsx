// Finding calls: a small form that writes the real command, so that one sees what to type.
import { useContext, useId, useState } from "react";
import { Surroundings } from "./blocks.jsx";

const COMMAND = "/callevents";
const RANGES = ["today", "yesterday", "7d", "2026-03-04 2026-03-05"]; // the last is when the sample calls were

export function Search({ onSay }) {
  const { words } = useContext(Surroundings);
  const [kind, setKind] = useState("number");
  const [sought, setSought] = useState({ number: "13800000201", agent: "alice", missed: "" });
  const [range, setRange] = useState(RANGES[3]);
  const preview = useId();
  const text = [COMMAND, ...words.search_words[kind], sought[kind], range].filter(Boolean).join(" ");
  return (
    <section>
      <h2>{words.search}</h2>
      <form className="search" onSubmit={(event) => { event.preventDefault(); onSay(text); }}>
        <select aria-label={words.search_kind} value={kind} onChange={(event) => setKind(event.target.value)}>
          {Object.entries(words.search_kinds).map(([id, name]) => <option key={id} value={id}>{name}</option>)}
        </select>
        {kind !== "mine" && (
          <input
            aria-label={words.search_for[kind]} placeholder={words.search_for[kind]} value={sought[kind]} maxLength={64}
            onChange={(event) => setSought({ ...sought, [kind]: event.target.value })}
          />
        )}
        <select aria-label={words.search_days} value={range} onChange={(event) => setRange(event.target.value)}>
          {RANGES.map((id, i) => <option key={id} value={id}>{words.search_ranges[i]}</option>)}
        </select>
        <button type="submit" className="element primary" aria-describedby={preview} disabled={kind !== "mine" && kind !== "missed" && !sought[kind].trim()}>{words.search_do}</button>
      </form>
      <p id={preview} className="search-text"><code>{text}</code></p>
    </section>
  );
}
