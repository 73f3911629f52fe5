// In the room: what the parts for everybody cannot say. Marks the reader's own votes, writes his own times, and sends
// his votes and questions without leaving the page. Without it they are plain forms.

const main = document.getElementById("main"), said = document.getElementById("said");
const ask = document.querySelector("form[data-asked]"), text = document.getElementById("question"), to = document.getElementById("to");
const SECOND = 1000;

// Whether the reader supports a question, as the page was made, and as he pressed since.
const mine = new Map();
const buttons = () => document.querySelectorAll("form[data-vote] button");
const key = (button) => button.form.elements.question.value;

function mark(button, on) {
  if (button.ariaPressed !== String(on)) button.ariaPressed = String(on); // each writing is a mutation
  button.value = on ? "no" : "yes";
}

for (const button of buttons()) mine.set(key(button), button.ariaPressed === "true");

// The reader's own time under each time, when his clock shows another: parts for everybody leave its place empty.
const { ownZone, ownPlace, ownDays } = main.dataset, [before, after] = ownDays?.split("|") ?? [];
const day = (date, timeZone) => new Intl.DateTimeFormat("sv", { timeZone }).format(date);

function own(place) {
  const at = new Date(place.dataset.own), clock = { timeZone: ownZone, hour: "2-digit", minute: "2-digit" };
  const [here, there] = [day(at, document.documentElement.dataset.zone), day(at, ownZone)];
  const where = Object.assign(document.createElement("span"), { className: "place", textContent: ` ${ownPlace}` });
  place.append(new Intl.DateTimeFormat("fr", clock).format(at), where, there < here ? ` ${before}` : there > here ? ` ${after}` : "");
}

// A question goes to who is on, unless the reader has begun to write one to somebody else.
function address() {
  const talk = document.querySelector("[data-talk]")?.dataset.talk;
  if (!ask || text.value || to === document.activeElement) return;
  for (const option of to.options) if (option.value === talk) option.selected = true;
}

function dress() {
  for (const button of buttons()) if (mine.has(key(button))) mark(button, mine.get(key(button)));
  if (ownZone) for (const place of main.querySelectorAll("[data-own]:empty")) own(place);
  address();
}

async function sent(form, button) {
  const body = new URLSearchParams(new FormData(form, button));
  try {
    return await fetch(form.action, { method: "POST", body, signal: AbortSignal.timeout(10 * SECOND) });
  } catch {
    return null;
  }
}

async function give(form, button) {
  const vote = form !== ask, on = button.value === "yes", answer = await sent(form, button);
  button.ariaBusy = null;
  if (!answer) return document.dispatchEvent(new Event("stale")); // says that the line is lost; what was typed stays
  if (!answer.ok) {
    form.dataset.plain = ""; // its page says why
    return form.requestSubmit(button);
  }
  if (vote) {
    mine.set(key(button), on);
    return mark(button, on);
  }
  text.value = "";
  said.textContent = form.dataset.asked;
}

document.addEventListener("submit", (event) => {
  const { target: form, submitter: button } = event;
  if ((form !== ask && !("vote" in form.dataset)) || "plain" in form.dataset) return;
  event.preventDefault();
  event.stopImmediatePropagation();
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  give(form, button);
}, { capture: true });

new MutationObserver(dress).observe(main, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-talk", "aria-pressed"] });
dress();
