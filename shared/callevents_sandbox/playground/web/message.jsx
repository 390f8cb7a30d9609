// One message of a channel, with its thread.
import { useContext } from "react";
import { Blocks, Drawn, Surroundings } from "./blocks.jsx";
import { dated, elementsOf } from "./mrkdwn.js";

export function Message({ message, replies, onPress, onShortcut, onReply, busy }) {
  const { words, people, bot, locale, timezone } = useContext(Surroundings);
  const author = authorOf(message.author, people, bot);
  const time = dated(message.ts.split(".")[0], "{time}", locale, timezone);
  const label = `${author.name}, ${time}${message.ephemeral ? `, ${words.only_you}` : ""}`;
  return (
    <article className={`message ${message.ephemeral ? "ephemeral" : ""}`} aria-label={label} data-ts={message.ts}>
      {message.ephemeral && <p className="only-you"><Eye /> {words.only_you}</p>}
      <div className="message-row">
        <Avatar author={author} />
        <div className="message-body">
          <p className="byline">
            <strong>{author.name}</strong>
            {author.app && <span className="badge">{words.app}</span>}
            <time>{time}</time>
          </p>
          {message.blocks.length > 0
            ? <Blocks blocks={message.blocks} busy={busy} onUse={(action) => onPress(message, action)} />
            : <Drawn blocks={[{ type: "rich_text", elements: [{ type: "rich_text_section", elements: elementsOf(message.text) }] }]} />}
          {!message.ephemeral && (
            <p className="message-tools">
              <button type="button" className="plain-button link" onClick={() => onShortcut(message)}>{words.look_up}</button>
              {!message.thread_ts && <button type="button" className="plain-button link" onClick={() => onReply(message)}>{words.reply}</button>}
            </p>
          )}
          {replies.length > 0 && (
            <div role="group" aria-label={words.replies(replies.length)} className="thread">
              <p className="thread-title">{words.replies(replies.length)}</p>
              {replies.map((each) => (
                <Message key={each.ts} message={each} replies={[]} {...{ onPress, onShortcut, onReply, busy }} />
              ))}
            </div>
          )}
        </div>
      </div>
    </article>
  );
}

function authorOf(id, people, bot) {
  if (id === bot) return { name: "callevents", app: true };
  if (id === "USLACKBOT") return { name: "Slackbot", app: true, slackbot: true };
  return { name: people.find((each) => each.id === id)?.real_name || id };
}

function Avatar({ author }) {
  if (author.app && !author.slackbot) {
    return (
      <svg className="avatar" viewBox="0 0 36 36" aria-hidden="true">
        <rect width="36" height="36" rx="7" fill="#1f4e79" />
        <path d="M11.5 9c-2.2.8-3.2 3-2.4 6 1.9 6.6 6.4 11 12.9 12.9 3 .8 5.2-.2 6-2.4l-5-4.1-3 2.1c-3.1-1.2-5.2-3.3-6.4-6.4l2.1-3.1z" fill="#fff" />
        <path d="M21 8.5a7.5 7.5 0 0 1 6.5 6.5M21 12.5a3.6 3.6 0 0 1 2.6 2.5" stroke="#8ec7ff" strokeWidth="1.8" fill="none" strokeLinecap="round" />
      </svg>
    );
  }
  const hue = author.slackbot ? 280 : [...author.name].reduce((sum, letter) => sum + letter.codePointAt(0), 0) * 47 % 360;
  return <span className="avatar" aria-hidden="true" style={{ background: `hsl(${hue} 38% 32%)` }}>{[...author.name][0]}</span>;
}

function Eye() {
  return (
    <svg viewBox="0 0 20 20" width="14" height="14" aria-hidden="true">
      <path d="M1.5 10S4.5 4.5 10 4.5 18.5 10 18.5 10 15.5 15.5 10 15.5 1.5 10 1.5 10z" fill="none" stroke="currentColor" strokeWidth="1.5" />
      <circle cx="10" cy="10" r="2.6" fill="currentColor" />
    </svg>
  );
}
