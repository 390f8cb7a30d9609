// The playground: a channel as Slack shows it, and beside it what goes over the wire.
import "slack-blocks-to-jsx/dist/style.css";
import "./page.css";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { Blocks, Surroundings } from "./blocks.jsx";
import { Composer } from "./composer.jsx";
import { Dialog } from "./dialog.jsx";
import { Message } from "./message.jsx";
import { Panel, Switch } from "./panel.jsx";
import { perform, follow, seen, setting as getSetting } from "./sandbox.js";
import { WORDS } from "./words.js";

const MOST_ENTRIES = 600;
const HOME = "home";

function kept(name, otherwise) {
  try { return localStorage.getItem(name) || otherwise; } catch { return otherwise; }
}
function keep(name, value) {
  try { localStorage.setItem(name, value); } catch { /* a browser that keeps nothing */ }
}

function useTheme() {
  const system = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  const [theme, setTheme] = useState(kept("callevents.theme", system));
  useEffect(() => { document.documentElement.dataset.theme = theme; }, [theme]);
  return [theme, (next) => { keep("callevents.theme", next); setTheme(next); }];
}

function useSandbox(user) {
  const [setting, setSetting] = useState(null);
  const [scene, setScene] = useState(null);
  const [entries, setEntries] = useState([]);
  const [alive, setAlive] = useState(true);
  const timer = useRef(0), who = useRef(user);
  who.current = user;
  const look = useCallback(async () => {
    const asked = who.current;
    const found = await seen(asked).catch(() => null);
    if (found && asked === who.current) setScene(found);
  }, []);
  useEffect(() => { getSetting().then(setSetting, () => setAlive(false)); }, []);
  useEffect(() => { look(); }, [user]);
  useEffect(() => follow((fresh) => {
    setEntries((old) => [...old, ...fresh].slice(-MOST_ENTRIES));
    clearTimeout(timer.current);
    timer.current = setTimeout(look, 40);
  }, setAlive), []);
  return { setting, scene, entries, alive, look };
}

function App() {
  const [theme, setTheme] = useTheme();
  const [user, setUser] = useState("U0MEI");
  const [place, setPlace] = useState("C0SUPPORT");
  const [thread, setThread] = useState(null);
  const [pending, setPending] = useState(0);
  const [warning, setWarning] = useState("");
  const [raised, setRaised] = useState(null);
  const [read, setRead] = useState({});
  const log = useRef(null);
  const { setting, scene, entries, alive, look } = useSandbox(user);
  const language = scene?.locale?.startsWith("zh") ? "zh-CN" : "en";
  const words = WORDS[language];
  useEffect(() => { document.documentElement.lang = language; document.title = words.title; }, [language]);

  const surroundings = useMemo(() => scene && setting && {
    words, theme, locale: scene.locale, timezone: scene.timezone, bot: setting.bot,
    people: [...setting.people, { id: setting.bot, name: "callevents", real_name: "callevents" }],
    channels: setting.channels,
  }, [words, theme, scene?.locale, scene?.timezone, setting]);
  const messages = scene?.messages || [];
  const channel = setting?.channels.find((each) => each.id === place);
  const here = messages.filter((each) => each.channel === place);
  const last = here.at(-1);
  const newest = here.filter((each) => !each.thread_ts).at(-1)?.ts;
  useEffect(() => { toNewest(log.current); }, [place, newest, here.length, pending > 0, Boolean(surroundings)]);
  useEffect(() => { if (last) setRead((old) => ({ ...old, [place]: last.ts })); }, [place, last?.ts]);

  const act = async (request) => {
    const channel = place === HOME ? "C0SUPPORT" : place;
    setPending((count) => count + 1);
    setWarning("");
    try {
      const answer = await perform({ user, channel, ...request });
      if (answer.error && request.do !== "say") setWarning(words.errors[answer.error] || words.failed(answer.error));
      return answer;
    } catch (error) {
      setWarning(error instanceof TypeError ? words.gone : error.message);
      return { failed: true };
    } finally {
      setPending((count) => count - 1);
      look();
    }
  };
  const press = (message, action) => act({ do: "press", channel: message.channel, ts: message.ts, action });
  const raise = async (name) => {
    setPlace("C0ALERTS"); setThread(null);
    const answer = await act({ do: "alert", name });
    if (answer.status) setRaised(answer);
  };
  const go = (id) => {
    setPlace(id); setThread(null);
    if (id === HOME) act({ do: "home" });
  };

  if (!surroundings) return <p className="loading" role="status">{alive ? "…" : words.gone}</p>;
  const opened = scene.views.at(-1);
  const busy = pending > 0;
  return (
    <Surroundings.Provider value={surroundings}>
      <header className="top">
        <div className="brand"><h1>{words.title}</h1><p>{words.tagline}</p></div>
        <label className="who">{words.you_are}
          <select value={user} onChange={(event) => { setUser(event.target.value); setRead({}); setThread(null); }}>
            {setting.people.filter((each) => each.here).map((each) => <option key={each.id} value={each.id}>{words.named(each.real_name, words.roles[each.id])}</option>)}
          </select>
        </label>
        <Languages words={words} language={language} onChoose={(id) => act({ do: "language", language: id })} />
        <Switch label={words.dark} on={theme === "dark"} onTurn={(on) => setTheme(on ? "dark" : "light")} />
      </header>
      <div className="columns">
        <nav className="sidebar" aria-label={words.channels}>
          <h2>{words.channels}</h2>
          {setting.channels.filter((each) => each.here).map((each) => {
            const unread = each.id === place ? 0 : messages.filter((one) => one.channel === each.id && one.ts > (read[each.id] || "")).length;
            return (
              <button key={each.id} type="button" aria-current={each.id === place ? "page" : undefined} onClick={() => go(each.id)} title={each.shared ? words.shared : undefined}>
                <span># {each.name}</span>{unread > 0 && <span className="unread" aria-label={`${unread} ${words.unread}`}>{unread}</span>}
              </button>
            );
          })}
          <h2>{words.apps}</h2>
          <button type="button" aria-current={place === HOME ? "page" : undefined} onClick={() => go(HOME)}>{words.home}</button>
        </nav>
        <main className="channel">
          {place === HOME ? <Home home={scene.home} busy={busy} onUse={(action) => act({ do: "press", view: HOME, action, channel: "C0SUPPORT" })} /> : (
            <>
              <h2 className="channel-title"># {channel.name}{channel.shared && <small> · {words.shared}</small>}</h2>
              <div ref={log} role="log" aria-label={`#${channel.name}`} tabIndex={0} className="log">
                {here.filter((each) => !each.thread_ts || each.broadcast || !here.some((one) => one.ts === each.thread_ts)).map((each) => (
                  <Message
                    key={each.ts} message={each} busy={busy} replies={here.filter((one) => one.thread_ts === each.ts && one.ts !== each.ts)}
                    onPress={press} onShortcut={(message) => act({ do: "shortcut", channel: message.channel, ts: message.ts })} onReply={(message) => setThread(message.ts)}
                  />
                ))}
                {!here.length && !busy && <p className="empty">{words.nothing_yet[place] || words.nothing_yet.any}</p>}
                {busy && <p className="asking" role="status">{words.asking}</p>}
              </div>
              <div className="warning" role="alert">{warning}</div>
              <Composer
                channel={channel.name} samples={setting.samples} alerted={setting.alerted} thread={thread}
                onLeave={() => setThread(null)} onSay={(text) => act({ do: "say", text, ...(thread ? { thread_ts: thread } : {}) })}
              />
            </>
          )}
        </main>
        <Panel {...{ setting, scene, entries, raised }} onSwitch={(name, on) => act({ do: "switch", name, on })} onAlert={raise} onAsk={(request) => act({ do: "assistant", ...request })} onSay={(text) => { if (place === HOME) setPlace("C0SUPPORT"); act({ do: "say", text }); }} />
      </div>
      {!alive && <p className="gone" role="alert">{words.gone}</p>}
      {opened && (
        <Dialog
          key={opened.id} opened={opened} busy={busy} onUse={(action) => act({ do: "press", view: opened.id, action })}
          onClose={() => act({ do: "close", view: opened.id })}
          onSubmit={async (values) => {
            const answer = await act({ do: "submit", view: opened.id, values });
            try { return JSON.parse(answer.body); } catch { return null; }
          }}
        />
      )}
    </Surroundings.Provider>
  );
}

function Languages({ words, language, onChoose }) {
  const [shown, setShown] = useState(language);
  useEffect(() => setShown(language), [language]);
  return (
    <div className="languages" role="radiogroup" aria-label={words.language}>
      {[["en", "English"], ["zh-CN", "中文"]].map(([id, name]) => (
        <label key={id} lang={id}>
          <input type="radio" name="language" checked={shown === id} onChange={() => { setShown(id); onChoose(id); }} /><span>{name}</span>
        </label>
      ))}
    </div>
  );
}

function Home({ home, busy, onUse }) {
  return (
    <div className="log home" role="region" aria-label="Home">
      {home ? <Blocks blocks={home.blocks || []} busy={busy} onUse={onUse} headingLevel={2} /> : <p className="asking" role="status">…</p>}
    </div>
  );
}

/** Show the end, or the beginning of a last message that is too long for the window: its verdict comes first. */
function toNewest(log) {
  if (!log) return;
  const last = [...log.children].filter((each) => each.matches("article")).at(-1);
  const room = log.getBoundingClientRect();
  log.scrollTop = log.scrollHeight;
  const hidden = last ? room.top - last.getBoundingClientRect().top : 0;
  if (hidden > 0) log.scrollTop -= hidden;
}

createRoot(document.getElementById("root")).render(<App />);
