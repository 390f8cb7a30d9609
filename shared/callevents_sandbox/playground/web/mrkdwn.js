// Slack's mrkdwn as rich text, which the renderer draws right: escaped text stays text, `*bold*` is bold.
// https://docs.slack.dev/messaging/formatting-message-text

const ENTITIES = { "&lt;": "<", "&gt;": ">", "&amp;": "&" };
const decoded = (text) => text.replace(/&(?:lt|gt|amp);/g, (entity) => ENTITIES[entity]);

const STYLES = [
  ["code", /`([^`\n]+)`/],
  ["bold", /(?<![\p{L}\p{N}*])\*(?![\s*])([^*\n]*[^\s*])\*(?![\p{L}\p{N}*])/u],
  ["italic", /(?<![\p{L}\p{N}_])_(?![\s_])([^_\n]*[^\s_])_(?![\p{L}\p{N}_])/u],
  ["strike", /(?<![\p{L}\p{N}~])~(?![\s~])([^~\n]*[^\s~])~(?![\p{L}\p{N}~])/u],
];

/** Return mrkdwn as the elements of a rich_text_section. */
export function elementsOf(text) {
  return styled(text, {});
}

function styled(text, style) {
  for (const [name, pattern] of STYLES) {
    const found = pattern.exec(text);
    if (!found) continue;
    const [whole, inner] = found;
    const within = { ...style, [name]: true };
    return [
      ...styled(text.slice(0, found.index), style),
      ...(name === "code" ? [{ type: "text", text: decoded(inner), style: within }] : styled(inner, within)),
      ...styled(text.slice(found.index + whole.length), style),
    ];
  }
  return text.split(/(<[^<>\n]+>)/).filter(Boolean).flatMap((part) => piece(part, style));
}

function piece(part, style) {
  const angled = /^<([^<>|]+)(?:\|([^<>]*))?>$/.exec(part);
  if (!angled) return words(part, style);
  const [, target, label] = angled;
  const date = /^!date\^(\d+)\^([^^]*)(?:\^(.*))?$/.exec(target);
  if (date) return [{ type: "date", timestamp: Number(date[1]), format: decoded(date[2]), style }];
  if (/^@[UW]/.test(target)) return [{ type: "user", user_id: target.slice(1), style }];
  if (/^#C/.test(target)) return [{ type: "channel", channel_id: target.slice(1), style }];
  const group = /^!subteam\^(\w+)/.exec(target);
  if (group) return [{ type: "usergroup", usergroup_id: group[1], style }];
  if (/^!(channel|here|everyone)$/.test(target)) return [{ type: "broadcast", range: target.slice(1), style }];
  if (/^(https?|mailto|tel):/.test(target)) {
    return [{ type: "link", url: decoded(target), text: decoded(label || target), style }];
  }
  return [{ type: "text", text: decoded(label || target), style }];
}

function words(text, style) {
  return text.split(/(:[a-z0-9_+-]+:)/).filter(Boolean).map((part) =>
    /^:[a-z_+-][a-z0-9_+-]*:$/.test(part)
      ? { type: "emoji", name: part.slice(1, -1) }
      : { type: "text", text: decoded(part), style },
  );
}

/** Return a moment as Slack's date tokens ask for it. */
export function dated(timestamp, format, locale, timeZone) {
  const at = new Date(Number(timestamp) * 1000);
  const of = (options) => new Intl.DateTimeFormat(locale, { timeZone, ...options }).format(at);
  const day = (date) => new Intl.DateTimeFormat("en-CA", { timeZone }).format(date);
  const long = { weekday: "long", year: "numeric", month: "long", day: "numeric" };
  const today = day(at) === day(new Date()) ? (locale.startsWith("zh") ? "今天" : "today") : null;
  const tokens = {
    date_num: () => day(at),
    date: () => of({ year: "numeric", month: "long", day: "numeric" }),
    date_slash: () => of({ year: "numeric", month: "2-digit", day: "2-digit" }),
    date_short: () => of({ year: "numeric", month: "short", day: "numeric" }),
    date_long: () => of(long),
    date_pretty: () => today || tokens.date(),
    date_short_pretty: () => today || tokens.date_short(),
    date_long_pretty: () => today || tokens.date_long(),
    time: () => of({ hour: "numeric", minute: "2-digit" }),
    time_secs: () => of({ hour: "numeric", minute: "2-digit", second: "2-digit" }),
    day_divider_pretty: () => today || tokens.date_long(),
    ago: () => tokens.time(),
  };
  return format.replace(/\{(\w+)\}/g, (whole, name) => (tokens[name] ? tokens[name]() : whole));
}
