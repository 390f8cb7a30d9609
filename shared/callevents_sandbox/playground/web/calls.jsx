// The calls looked up last: what the customer lived through and every leg, drawn to one scale of time, and the same as text.
import { useContext, useId, useState } from "react";
import { Surroundings } from "./blocks.jsx";

export function Calls({ calls }) {
  const { words } = useContext(Surroundings);
  const [chosen, setChosen] = useState("");
  const call = calls.find((each) => each.job_id === chosen) || calls[0];
  return (
    <section className="calls">
      <h2>{words.call}</h2>
      {calls.length > 1 ? (
        <select aria-label={words.call_which} value={call.job_id} onChange={(event) => setChosen(event.target.value)}>
          {calls.map((each) => <option key={each.job_id} value={each.job_id}>{each.job_id}</option>)}
        </select>
      ) : <p className="calls-job">{call.job_id}</p>}
      {call.journey.length || call.legs.length ? <Call call={call} /> : <p className="quiet">{words.call_empty}</p>}
    </section>
  );
}

function Call({ call }) {
  const { words } = useContext(Surroundings);
  const scale = scaleOf(call);
  return (
    <>
      <Drawing call={call} scale={scale} />
      <h3>{words.journey}</h3>
      <ol className="journey" aria-label={words.journey}>
        {call.journey.filter(isWorthWords).map((phase) => (
          <li key={phase.at}>
            <i className={`phase ${phase.phase}`} aria-hidden="true" />
            {phaseName(phase, call, words)} <b>{lasted(phase, call, words)}</b>
            {who(phase, call, words).map((name, i) => <span key={name} className="quiet">{i ? words.comma : " · "}{name}</span>)}
          </li>
        ))}
      </ol>
      <Legs legs={call.legs} />
    </>
  );
}

/** Say whether a reader can use *phase*: a moment between two others is the machinery's, as in the answer. */
function isWorthWords({ phase, seconds }) {
  return seconds === null || seconds >= (phase === "wait" || phase === "unknown" ? 1 : 0.05);
}

/** Return what happened in *phase*, in the answer's words: before a phone rings nobody waits for the call yet. */
function phaseName(phase, { journey, direction }, words) {
  const dials = phase.phase === "wait" && phase.at === journey[0].at && direction && direction !== "inbound";
  return dials ? words.dialling : words.phases[phase.phase];
}

function lasted({ seconds }, { outcome }, words) {
  if (seconds !== null) return lengthOf(seconds, words);
  return outcome === "in_progress" ? words.so_far : words.unknown_time;
}

/** Return who was on the line in *phase*: its agents, then a number outside. */
function who({ phase, at, seconds, agents }, { legs }, words) {
  const from = Date.parse(at), to = seconds === null ? Infinity : from + seconds * 1000;
  const isIn = ({ side, began_at, connected_at, ended_at }) => {
    const [begin, end] = phase === "ring" ? [began_at, connected_at || ended_at] : [connected_at, ended_at];
    return side === "outside" && begin && Date.parse(begin) < to && (!end || Date.parse(end) > from);
  };
  const outside = ["talk", "hold", "ring"].includes(phase) && legs.some(isIn);
  return [...agents.map(nameOf), ...(outside ? [words.sides.outside] : [])];
}

/** The picture; the list and the table below have the same content for people who cannot see it. */
function Drawing({ call, scale }) {
  const { words } = useContext(Surroundings);
  return (
    <div className="drawing" aria-hidden="true">
      <span className="drawing-name">{words.journey}</span>
      <div className="track tall">
        {call.journey.map((phase) => {
          const from = Date.parse(phase.at), to = phase.seconds === null ? scale.end : from + phase.seconds * 1000;
          return <i key={phase.at} className={`phase ${phase.phase}${phase.seconds === null ? " open" : ""}`} style={scale.span(from, to)} title={phaseName(phase, call, words)} />;
        })}
      </div>
      {call.legs.map((leg, i) => <LegTrack key={i} leg={leg} scale={scale} />)}
      <span />
      <div className="axis"><span>0</span><span>{lengthOf((scale.end - scale.start) / 2000, words)}</span><span>{lengthOf((scale.end - scale.start) / 1000, words)}{scale.open && " …"}</span></div>
    </div>
  );
}

function LegTrack({ leg, scale }) {
  const { words } = useContext(Surroundings);
  const [began, connected, ended] = [leg.began_at, leg.connected_at, leg.ended_at].map((each) => each && Date.parse(each));
  const end = ended || scale.end, from = began || connected;
  return (
    <>
      <span className="drawing-name">{legName(leg, words)}</span>
      <div className="track">
        {!from && ended && <i className="leg end" style={scale.span(ended, ended)} />}
        {from && <i className={`leg rang${connected || ended ? "" : " open"}`} style={scale.span(from, connected || end)} />}
        {connected && <i className={`leg connected${ended ? "" : " open"}`} style={scale.span(connected, end)} />}
      </div>
    </>
  );
}

function Legs({ legs }) {
  const { words, locale, timezone } = useContext(Surroundings);
  const caption = useId();
  const clock = new Intl.DateTimeFormat(locale, { timeZone: timezone, hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  const time = (value) => (value ? clock.format(new Date(value)) : "–");
  return (
    <div className="legs" tabIndex={0} role="region" aria-labelledby={caption}>
      <table>
        <caption id={caption}><b>{words.legs}</b> · {timezone}</caption>
        <thead><tr>{words.leg_columns.map((each) => <th key={each} scope="col">{each}</th>)}</tr></thead>
        <tbody>
          {legs.map((leg, i) => (
            <tr key={i}>
              <th scope="row">{legName(leg, words)}</th>
              <td>{time(leg.began_at)}</td><td>{time(leg.connected_at)}</td><td>{time(leg.ended_at)}</td>
              <td>{leg.talk_seconds === null ? "–" : lengthOf(leg.talk_seconds, words)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Return the scale of *call*: its ends in milliseconds, whether it goes on, and where a span lies on it. */
function scaleOf({ journey, legs, started_at, ended_at }) {
  const moments = [
    started_at, ended_at, ...legs.flatMap((leg) => [leg.began_at, leg.connected_at, leg.ended_at]),
  ].filter(Boolean).map((each) => Date.parse(each));
  for (const { at, seconds } of journey) moments.push(Date.parse(at) + (seconds || 0) * 1000);
  const open = journey.at(-1)?.seconds === null || legs.some((leg) => !leg.ended_at);
  const start = Math.min(...moments), known = Math.max(...moments);
  const end = open ? known + Math.max(1000, (known - start) / 6) : Math.max(known, start + 1);
  const percent = (value) => `${(100 * value / (end - start)).toFixed(3)}%`;
  return { start, end, open, span: (from, to) => ({ left: percent(from - start), width: percent(Math.max(0, to - from)) }) };
}

const nameOf = (agent) => agent.replace(/@.*/, "");
const legName = ({ side, agent }, words) => (agent ? `${words.sides[side]} ${nameOf(agent)}` : words.sides[side]);

/** Return a length of time as the answer writes it: 12.3 s, 2 min 3 s, 1 h 2 min. */
function lengthOf(seconds, { units }) {
  const held = "\u00a0"; // a blank at which no line ends
  if (seconds < 59.95) return `${Number(seconds.toFixed(1))}${held}${units.s}`;
  const whole = Math.round(seconds);
  const parts = [[Math.floor(whole / 3600), units.h], [Math.floor(whole / 60) % 60, whole % 60 ? units.min_s : units.min], [whole % 60, units.s]];
  return parts.filter(([count]) => count).map((part) => part.join(held)).join(held);
}
