// Talks with the sandbox: what there is, what one sees, what one does, and what goes over the wire.

async function json(response) {
  const given = await response.json();
  if (!response.ok) throw new Error(given.error || `${response.status}`);
  return given;
}

export const setting = () => fetch("/page/setting").then(json);
export const seen = (user) => fetch(`/page/seen?user=${encodeURIComponent(user)}`).then(json);
export const journal = (after) => fetch(`/_sandbox/journal?after=${after}`).then(json);

/** Do what *request* says and return what came of it. */
export const perform = (request) =>
  fetch("/page/action", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(request),
  }).then(json);

/** Call *onEntries* with what is in the journal now and with all that comes; return what ends it.
 * Where the sandbox is another one than before, nothing on the page is true any more: it is loaded anew. */
export function follow(onEntries, onState) {
  let last = 0, run = null;
  const begun = (given) => {
    if (run && run !== given.run) location.reload();
    run = given.run;
  };
  const take = (entries) => {
    const fresh = entries.filter((entry) => entry.number > last);
    if (!fresh.length) return;
    last = fresh.at(-1).number;
    onEntries(fresh);
  };
  const source = new EventSource("/_sandbox/journal/stream");
  source.onopen = () => { onState(true); setting().then(begun, () => {}); journal(last).then(take, () => {}); };
  source.onmessage = (event) => take([JSON.parse(event.data)]);
  source.onerror = () => onState(false);
  return () => source.close();
}
