// Beside the channel: what breaks, alerts, what it cost, what went over the wire, how a call was signed.
import { useContext, useEffect, useState } from "react";
import { Assistant } from "./assistant.jsx";
import { Surroundings } from "./blocks.jsx";
import { Calls } from "./calls.jsx";
import { Search } from "./search.jsx";
import { Wire } from "./wire.jsx";

export function Panel({ setting, scene, entries, onSwitch, onAlert, onAsk, onSay, raised }) {
  const { words } = useContext(Surroundings);
  return (
    <aside className="panel" aria-label={words.beside}>
      {scene.calls.length > 0 && <Calls calls={scene.calls} />}
      <details className="welcome" key={scene.calls.length > 0} open={!scene.calls.length}>
        <summary><h2>{words.welcome}</h2></summary>
        <ol>{words.steps.map(([what, how]) => <li key={what}><strong>{what}</strong> {how}</li>)}</ol>
      </details>
      <Search onSay={onSay} />
      <Assistant setting={setting} user={scene.user} onAsk={onAsk} />
      <section>
        <h2>{words.break_it}</h2>
        <div className="switches">
          {setting.switches.map((name) => (
            <Switch key={name} label={words.switches[name][0]} hint={words.switches[name][1]} on={scene.faults.includes(name)} onTurn={(on) => onSwitch(name, on)} />
          ))}
        </div>
      </section>
      <Alerts setting={setting} onAlert={onAlert} raised={raised} />
      <section>
        <h2>{words.cost}</h2>
        <table className="bills">
          <thead><tr><th scope="col">{words.function}</th><th scope="col">{words.invocations}</th><th scope="col">{words.billed}</th><th scope="col">{words.cold}</th></tr></thead>
          <tbody>
            {scene.bills.map((bill) => (
              <tr key={bill.function}><th scope="row">{bill.function}</th><td>{bill.invocations}</td><td>{bill.milliseconds} ms</td><td>{bill.cold_starts}</td></tr>
            ))}
          </tbody>
        </table>
      </section>
      <section>
        <h2>{words.wire}</h2>
        <Wire entries={entries} />
      </section>
      {scene.signature && <Signature signature={scene.signature} />}
    </aside>
  );
}

export function Switch({ label, hint, on, onTurn }) {
  const [shown, setShown] = useState(on); // at once; what the sandbox says comes a moment later
  useEffect(() => setShown(on), [on]);
  return (
    <label className="switch" title={hint}>
      <input type="checkbox" role="switch" aria-label={label} aria-description={hint} checked={shown} onChange={(event) => { setShown(event.target.checked); onTurn(event.target.checked); }} />
      <span className="switch-track" aria-hidden="true" />
      <span className="switch-words"><span>{label}</span>{hint && <small>{hint}</small>}</span>
    </label>
  );
}

function Alerts({ setting, onAlert, raised }) {
  const { words } = useContext(Surroundings);
  const [name, setName] = useState(setting.alerts[0].name);
  const option = (each) => <option key={each.name} value={each.name}>{alertName(each, words)}</option>;
  return (
    <section>
      <h2>{words.alert}</h2>
      <div className="alerts">
        <select aria-label={words.alert_label} value={name} onChange={(event) => setName(event.target.value)}>
          <optgroup label={words.good}>{setting.alerts.filter((each) => each.good).map(option)}</optgroup>
          <optgroup label={words.all}>{setting.alerts.filter((each) => !each.good).map(option)}</optgroup>
        </select>
        <button type="button" className="element primary" onClick={() => onAlert(name)}>{words.raise}</button>
      </div>
      <p className="raised" role="status">{raised && answerOf(raised, words)}</p>
    </section>
  );
}

/** Return what a sample is called: its own words, or its sender with what the rest of the file's name says. */
function alertName({ name, sender }, words) {
  const rest = name.slice(sender.length + 1);
  return words.alerts[name] || `${words.senders[sender]}${words.colon}${words.alert_kinds[rest] || rest}`;
}

function answerOf({ status, body }, words) {
  try {
    const given = JSON.parse(body);
    return words.alerted(status, [given.status, given.reason || given.error].filter(Boolean).join(words.comma), given.jobs?.length);
  } catch {
    return words.alerted(status, body);
  }
}

function Signature({ signature }) {
  const { words } = useContext(Surroundings);
  return (
    <section>
      <details className="signature">
        <summary><h2>{words.signature}</h2></summary>
        {Object.entries(words.stage).map(([name, title]) => (
          <div key={name}><h3>{title}</h3><pre tabIndex={0}>{signature[name]}</pre></div>
        ))}
        <p className="quiet">{words.hidden}</p>
      </details>
    </section>
  );
}
