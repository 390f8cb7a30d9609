// A window of Slack's: what views.open shows, with its form.
import { useContext, useEffect, useLayoutEffect, useRef, useState } from "react";
import { Blocks, Surroundings } from "./blocks.jsx";

export function Dialog({ opened, onUse, onSubmit, onClose, busy }) {
  const { words } = useContext(Surroundings);
  const dialog = useRef(null);
  const values = useRef({});
  const [errors, setErrors] = useState({});
  const { view } = opened;
  // Before the window is taken away: only then what had the focus gets it back.
  useLayoutEffect(() => {
    const element = dialog.current, before = document.activeElement;
    if (!element.open) element.showModal();
    element.querySelector(".block-input :is(textarea, input, select)")?.focus();
    return () => {
      element.close();
      // Chromium sends keys nowhere where what the closed window gives the focus back to is focused once more.
      document.activeElement?.blur();
      (before?.isConnected && before !== document.body ? before : document.querySelector(".composer textarea"))?.focus();
    };
  }, []);
  useEffect(() => { values.current = {}; setErrors({}); }, [view.callback_id, opened.id]);
  const form = {
    errors, words,
    set: (block, action, state) => { values.current[block] = { ...values.current[block], [action]: state }; },
  };
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    const answer = await onSubmit(values.current);
    if (answer?.response_action === "errors") setErrors(answer.errors || {});
  };
  return (
    <dialog ref={dialog} className="dialog" aria-label={view.title?.text} onCancel={(event) => { event.preventDefault(); onClose(); }}>
      <form method="dialog" onSubmit={submit}>
        <header>
          <h2>{view.title?.text}</h2>
          <button type="button" className="plain-button" aria-label={words.close} onClick={onClose}><span aria-hidden="true">✕</span></button>
        </header>
        <div className="dialog-body" tabIndex={0}><Blocks blocks={view.blocks || []} form={form} onUse={onUse} busy={busy} /></div>
        {(view.submit || view.close) && (
          <footer>
            <button type="button" className="element" onClick={onClose}>{view.close?.text || words.cancel}</button>
            {view.submit && <button type="submit" className="element primary" aria-disabled={busy || undefined}>{view.submit.text}</button>}
          </footer>
        )}
      </form>
    </dialog>
  );
}
