// In the room: what the parts for everybody cannot say. Marks the reader's own votes, writes his own times, and sends
// his votes and questions without leaving the page. Without it they are plain forms.

const main = document.getElementById("main"), said = document.getElementById("said");
const ask = document.querySelector("form[data-asked]"), text = document.getElementById("question"), to = document.getElementById("to");
const SECOND = 1000;

// Whether the reader supports a question, as the page was made, and as he pressed since; and which are his own.
const mine = new Map(), own = new Set();
const buttons = () => document.querySelectorAll("form[data-vote] button");
const key = (button) => button.form.elements.question.value;

function mark(button, on) {
  if (button.ariaPressed !== String(on)) button.ariaPressed = String(on); // each writing is a mutation
  button.value = on ? "no" : "yes";
}

for (const button of buttons()) {
  mine.set(key(button), button.ariaPressed === "true");
  if (button.ariaDisabled === "true") own.add(key(button));
}

// The reader's own time under each time, when his clock shows another: parts for everybody leave its place empty.
const { ownZone, ownPlace, ownDays } = main.dataset, [before, after] = ownDays?.split("|") ?? [];
const day = (date, timeZone) => new Intl.DateTimeFormat("sv", { timeZone }).format(date);

function put(place) {
  const at = new Date(place.dataset.own), clock = { timeZone: ownZone, hour: "2-digit", minute: "2-digit" };
  const [here, there] = [day(at, document.documentElement.dataset.zone), day(at, ownZone)];
  const where = Object.assign(document.createElement("span"), { className: "place", textContent: ` ${ownPlace}` });
  place.append(new Intl.DateTimeFormat("fr", clock).format(at), where, there < here ? ` ${before}` : there > here ? ` ${after}` : "");
}

// A question goes to who is on, unless the reader has begun to write one to somebody else.
function address() {
  const { talk, who } = document.querySelector("[data-talk]")?.dataset ?? {};
  if (!ask || !talk || text.value || to === document.activeElement) return;
  if (![...to.options].some((option) => option.value === talk)) to.add(new Option(who, talk));
  to.value = talk;
}

function dress() {
  for (const button of buttons()) {
    if (mine.has(key(button))) mark(button, mine.get(key(button)));
    if (own.has(key(button)) && button.ariaDisabled !== "true") button.ariaDisabled = "true";
  }
  if (ownZone) for (const place of main.querySelectorAll("[data-own]:empty")) put(place);
  address();
}

const api = `/api/v1/events/${document.documentElement.dataset.event}`;

async function sent(address, method, value) {
  const headers = value ? { "Content-Type": "application/json" } : {}, signal = AbortSignal.timeout(10 * SECOND);
  try {
    return await fetch(`${api}/${address}`, { method, headers, signal, body: value && JSON.stringify(value) });
  } catch {
    return null;
  }
}

const question = () => sent(`talks/${to.value}/questions`, "POST", { text: text.value });
const vote = (button) => sent(`questions/${key(button)}/vote`, button.value === "yes" ? "PUT" : "DELETE");

async function give(form, button) {
  const answer = await (form === ask ? question() : vote(button));
  button.ariaBusy = null;
  if (!answer) return document.dispatchEvent(new Event("unsent")); // what was typed stays
  if (!answer.ok) {
    form.dataset.plain = ""; // its page says why
    return form.requestSubmit(button);
  }
  const { id, voted, mine: asked } = await answer.json();
  mine.set(id, voted);
  if (asked) own.add(id);
  if (form === ask) {
    text.value = "";
    said.textContent = form.dataset.asked;
  }
  dress();
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if ((form !== ask && !("vote" in form.dataset)) || "plain" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (form !== ask && own.has(key(button))) said.textContent = main.dataset.ownVote;
  else if (button.ariaBusy !== "true") {
    button.ariaBusy = "true";
    give(form, button);
  }
}, { capture: true });

new MutationObserver(dress).observe(main, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-talk", "aria-pressed"] });
dress();
