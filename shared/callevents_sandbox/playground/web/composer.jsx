// Where one types; `/` offers the sample calls.
import { useContext, useEffect, useId, useRef, useState } from "react";
import { Surroundings } from "./blocks.jsx";

const COMMAND = "/callevents";

export function Composer({ channel, samples, alerted, thread, onLeave, onSay }) {
  const { words } = useContext(Surroundings);
  const [text, setText] = useState("");
  const [chosen, setChosen] = useState(-1);
  const [closed, setClosed] = useState(false);
  const field = useRef(null), list = useId();
  const offers = closed ? [] : fitting(text, samples, alerted, words);
  const at = Math.min(chosen, offers.length - 1);
  useEffect(() => { field.current.focus({ preventScroll: true }); }, [thread, channel]);
  useEffect(() => {
    field.current.style.height = "auto";
    field.current.style.height = `${Math.min(field.current.scrollHeight, 160)}px`;
  }, [text]);
  useEffect(() => { document.getElementById(`${list}-${at}`)?.scrollIntoView({ block: "nearest" }); }, [at]);

  const change = (value) => { setText(value); setChosen(-1); setClosed(false); };
  const take = (offer) => { setText(offer.text); setClosed(true); field.current.focus(); };
  const send = () => {
    if (!text.trim()) return;
    onSay(text.trim()).then(({ failed }) => failed && setText((now) => now || text)); // what was not sent is not lost
    setText(""); setClosed(false); setChosen(-1);
    field.current.focus();
  };
  const onKeyDown = (event) => {
    if (event.nativeEvent.isComposing) return;
    if (offers.length) {
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        setChosen(event.key === "ArrowDown" ? (at + 1) % offers.length : (Math.max(at, 0) + offers.length - 1) % offers.length);
        return;
      }
      if (event.key === "Escape") { event.preventDefault(); setClosed(true); return; }
      const begun = !text.startsWith(COMMAND); // Enter on `/ca` completes; a whole command is sent
      const offer = offers[Math.max(at, 0)];
      if (!event.shiftKey && (event.key === "Tab" || (event.key === "Enter" && (at >= 0 || begun) && offer.text !== text.trim()))) {
        event.preventDefault(); take(offer); return;
      }
    }
    if (event.key === "Enter" && !event.shiftKey) { event.preventDefault(); send(); }
  };
  return (
    <form className="composer" onSubmit={(event) => { event.preventDefault(); send(); }}>
      <p className="heard" role="status">{offers.length > 0 && words.offered(offers.length)}</p>
      {offers.length > 0 && (
        <ul id={list} role="listbox" aria-label={words.suggestions} className="offers">
          {offers.map((offer, i) => (
            <li
              key={offer.text} id={`${list}-${i}`} role="option" aria-selected={i === at}
              onPointerDown={(event) => { event.preventDefault(); take(offer); }}
            >
              <code>{offer.text}</code><span>{offer.says}</span>
            </li>
          ))}
        </ul>
      )}
      {thread && (
        <p className="threading">{words.replying} <button type="button" className="plain-button link" onClick={onLeave}>{words.stop}</button></p>
      )}
      <div className="composer-box">
        <textarea
          ref={field} rows={1} value={text} aria-label={words.composer} placeholder={words.placeholder(channel)}
          aria-autocomplete="list" aria-controls={offers.length ? list : undefined}
          aria-activedescendant={at >= 0 ? `${list}-${at}` : undefined}
          onChange={(event) => change(event.target.value)} onKeyDown={onKeyDown} onBlur={() => setClosed(true)} onFocus={() => setClosed(false)}
        />
        <button type="submit" className="send" aria-label={words.send} disabled={!text.trim()}>
          <svg viewBox="0 0 20 20" width="18" height="18" aria-hidden="true"><path d="M2 17 18.5 10 2 3v5.6L12 10 2 11.4z" fill="currentColor" /></svg>
        </button>
      </div>
    </form>
  );
}

function fitting(text, samples, alerted, words) {
  if (!text.startsWith("/")) return [];
  const typed = text.toLowerCase();
  const all = [
    ...samples.map(({ job, name, description }) => ({ text: `${COMMAND} ${job}`, says: words.samples[name] || description, name })),
    { text: `${COMMAND} ${alerted.slice(0, 3).join(" ")}`, says: words.several },
    { text: `${COMMAND} job-00000000-0000-4000-8000-000000000000`, says: words.none },
    { text: `${COMMAND} help`, says: words.help },
    { text: COMMAND, says: words.form },
  ];
  const wanted = typed.replace(/^\/\w*\s*/, "");
  if (!COMMAND.startsWith(typed.split(/\s/)[0])) return [];
  return all.filter((offer) => offer.text.startsWith(typed.trimEnd()) || (wanted && `${offer.says} ${offer.name || ""}`.toLowerCase().includes(wanted)));
}
