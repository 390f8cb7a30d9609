// Block Kit on the page. What the renderer draws right it draws: rich text, tables, dividers, images. Text objects are
// turned into rich text before, because it un-escapes mrkdwn and parses plain text; what people use is drawn here.
import { Message as Library } from "slack-blocks-to-jsx";
import { createContext, useContext, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { DataTable } from "./data_table.jsx";
import { dated, elementsOf } from "./mrkdwn.js";

export const Surroundings = createContext(null);

const BAR = /^[░▒▓█▇▂·?\s]+$/;

/** Draw *blocks*; `onUse({action_id, value})` is called for whatever is pressed, `busy` says that it is under way. */
export function Blocks({ blocks, onUse, busy, form, headingLevel = 3 }) {
  return (
    <div className="blocks">
      {blocks.map((block, index) => (
        <Block key={block.block_id || index} id={block.block_id || `b${index}`} {...{ block, onUse, busy, form, headingLevel }} />
      ))}
    </div>
  );
}

function Block({ block, id, onUse, busy, form, headingLevel }) {
  switch (block.type) {
    case "header": {
      const Heading = `h${headingLevel}`;
      return <Heading className="block-header">{block.text.text}</Heading>;
    }
    case "section":
      return (
        <div className="block-section">
          <div className="block-section-text">
            {block.text && <Text text={block.text} />}
            {block.fields && (
              <div className="block-fields">{block.fields.map((field, i) => <Text key={i} text={field} />)}</div>
            )}
          </div>
          {block.accessory && <Element element={block.accessory} {...{ id, onUse, busy, form }} />}
        </div>
      );
    case "context":
      return (
        <div className="block-context">
          {block.elements.map((each, i) =>
            each.type === "image" ? <img key={i} src={each.image_url} alt={each.alt_text} /> : <Text key={i} text={each} />,
          )}
        </div>
      );
    case "actions":
      return (
        <div className="block-actions">
          {block.elements.map((each, i) => <Element key={i} element={each} {...{ id, onUse, busy, form }} />)}
        </div>
      );
    case "input":
      return <Input block={block} id={id} form={form} />;
    case "table":
      return <Drawn blocks={[{ ...block, rows: block.rows.map((row) => row.map(cell)) }]} className="block-table" />;
    case "data_table":
      return <DataTable block={block} />;
    default:
      return <Drawn blocks={[block]} />;
  }
}

// A raw cell as rich text: the renderer would look for mentions and bold in it.
const cell = (each) => (each.type === "raw_text" ? rich([{ type: "text", text: each.text }]) : each);
const rich = (elements) => ({ type: "rich_text", elements: [{ type: "rich_text_section", elements }] });

function Text({ text }) {
  if (text.type !== "mrkdwn") return <div className="plain">{text.text}</div>;
  return <Drawn blocks={[rich(elementsOf(text.text))]} />;
}

/** Draw blocks with the library. */
export function Drawn({ blocks, className }) {
  const { theme, locale, timezone, people, channels } = useContext(Surroundings);
  const hooks = {
    user: ({ id, name }) => <span className="mention">@{people.find((each) => each.id === id)?.real_name || name}</span>,
    date: ({ timestamp, format }) => dated(timestamp, format, locale, timezone),
  };
  // A bar of shades tells a screen reader nothing: the line above it has every phase with its length.
  const drawn = useRef(null);
  useLayoutEffect(() => {
    for (const each of drawn.current.querySelectorAll("pre")) if (BAR.test(each.textContent)) each.setAttribute("aria-hidden", "true");
  });
  return (
    <div className={className} ref={drawn}>
      <Library key={`${locale} ${timezone}`} withoutWrapper logo="" name="" data={{ users: people, channels }} {...{ blocks, theme, hooks }} />
    </div>
  );
}

function Element({ element, id, onUse, busy, form }) {
  if (element.type === "button") {
    const style = element.style ? ` ${element.style}` : "";
    const more = element.accessibility_label;
    return (
      <button
        type="button" className={`element${style}`} aria-disabled={busy || undefined} title={more}
        onClick={() => busy || onUse({ action_id: element.action_id, value: element.value, block_id: id })}
      >
        {element.text.text}
      </button>
    );
  }
  if (element.type === "overflow") return <Overflow {...{ element, id, onUse, busy }} />;
  if (element.type === "image") return <img className="accessory" src={element.image_url} alt={element.alt_text} />;
  return <Field element={element} id={id} form={form} />;
}

function Overflow({ element, id, onUse, busy }) {
  const { words } = useContext(Surroundings);
  const [open, setOpen] = useState(false);
  const menu = useRef(null), button = useRef(null), name = useId();
  useLayoutEffect(() => {
    if (!open) return undefined;
    const follow = () => place(menu.current, button.current);
    const outside = (event) => { if (!menu.current?.parentNode.contains(event.target)) setOpen(false); };
    follow();
    menu.current.querySelector("button").focus({ preventScroll: true });
    document.addEventListener("pointerdown", outside);
    document.addEventListener("scroll", follow, true);
    addEventListener("resize", follow);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("scroll", follow, true);
      removeEventListener("resize", follow);
    };
  }, [open]);
  const onKeyDown = (event) => {
    const items = [...menu.current.querySelectorAll("button")];
    const at = items.indexOf(document.activeElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (to !== undefined) { event.preventDefault(); items.at(to % items.length).focus(); }
    if (event.key === "Escape") { event.stopPropagation(); event.preventDefault(); setOpen(false); button.current.focus(); }
    if (event.key === "Tab") setOpen(false);
  };
  return (
    <div className="overflow">
      <button
        ref={button} type="button" className="element" aria-haspopup="menu" aria-expanded={open} aria-controls={name}
        aria-label={words.more_actions} title={words.more_actions} aria-disabled={busy || undefined} onClick={() => busy || setOpen(!open)}
      >
        <span aria-hidden="true">•••</span>
      </button>
      {open && (
        <div ref={menu} id={name} role="menu" aria-label={words.more_actions} className="menu" onKeyDown={onKeyDown}>
          {element.options.map((option, i) => (
            <button
              key={i} type="button" role="menuitem" tabIndex={-1}
              onClick={() => { setOpen(false); button.current.focus(); onUse({ action_id: element.action_id, value: option.value, block_id: id }); }}
            >
              {option.text.text}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

const MARGIN = 8; // pixels between a menu and the window's edge

/** Put *menu* above *button*, below it where there is no room, and inside the window: the list of messages would clip it. */
function place(menu, button) {
  const at = button.getBoundingClientRect(), { width, height } = menu.getBoundingClientRect();
  const above = at.top - height - 4, left = Math.min(at.left, innerWidth - width - MARGIN);
  menu.style.left = `${Math.max(MARGIN, left)}px`;
  menu.style.top = `${above >= MARGIN ? above : Math.min(at.bottom + 4, innerHeight - height - MARGIN)}px`;
}

function Input({ block, id, form }) {
  const name = useId(), error = form?.errors?.[id];
  return (
    <div className="block-input">
      <label htmlFor={name}>{block.label.text}{block.optional && <span className="optional"> ({form.words.optional})</span>}</label>
      <Field element={block.element} id={id} form={form} name={name} describedBy={`${name}-more`} invalid={Boolean(error)} />
      <div id={`${name}-more`}>
        {error && <p className="input-error" role="alert">{error}</p>}
        {block.hint && <p className="input-hint">{block.hint.text}</p>}
      </div>
    </div>
  );
}

function Field({ element, id, form, name, describedBy, invalid }) {
  const { channels } = useContext(Surroundings);
  const initial = useRef(startOf(element));
  const [value, setValue] = useState(initial.current);
  const options = element.type === "conversations_select" || element.type === "channels_select"
    ? channels.map((each) => ({ value: each.id, text: { text: `#${each.name}` } }))
    : (element.options || []);
  useEffect(() => { form?.set(id, element.action_id, stateOf(element, value, options)); }, [value]);
  const common = { id: name, "aria-describedby": describedBy, "aria-invalid": invalid || undefined, value };
  if (options.length) {
    return (
      <select {...common} onChange={(event) => setValue(event.target.value)}>
        {!initial.current && <option value="">{element.placeholder?.text || "–"}</option>}
        {options.map((each) => <option key={each.value} value={each.value}>{each.text.text}</option>)}
      </select>
    );
  }
  const Tag = element.multiline ? "textarea" : "input";
  return (
    <Tag
      {...common} rows={element.multiline ? 4 : undefined} maxLength={element.max_length}
      placeholder={element.placeholder?.text} onChange={(event) => setValue(event.target.value)}
      autoFocus={element.focus_on_load || element.multiline}
    />
  );
}

function startOf(element) {
  if (element.default_to_current_conversation) return "C0SUPPORT";
  return element.initial_value || element.initial_option?.value || element.initial_conversation || element.initial_channel || "";
}

/** Return what view_submission says about one element. */
function stateOf(element, value, options) {
  const type = element.type;
  if (type === "conversations_select") return { type, selected_conversation: value || null };
  if (type === "channels_select") return { type, selected_channel: value || null };
  if (options.length) {
    const { text, value: chosen } = options.find((each) => each.value === value) || {};
    return { type, selected_option: chosen ? { text, value: chosen } : null };
  }
  return { type, value: value || null };
}
