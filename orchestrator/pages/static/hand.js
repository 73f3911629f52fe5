// One's own hand: what all in the room are told says whose hands are up, in order; here the reader is found among them.
// A press is sent without leaving the page, which may hold the video. Without this the form is a plain one.

const form = document.querySelector("form[data-hand]"), said = document.getElementById("said");
const SECOND = 1000;

// Each writing is a mutation, and one that changes nothing may be looked at for ever.
const write = (element, words) => element.textContent !== words && (element.textContent = words);

function show(state, number) {
  const { dataset } = form, button = form.elements.hand, place = form.querySelector("p");
  const words = state === "down" ? "" : dataset[`say${state}`].replace("{}", number);
  if (!place.firstElementChild) place.append(document.createElement("strong"));
  write(place.firstElementChild, words);
  button.value = state === "down" ? "up" : "down";
  write(button, dataset[`press${state === "down" ? "Down" : state}`]);
}

let former = form.elements.hand.value === "up" ? "down" : "";

function look() {
  const told = document.getElementById(form.dataset.floor).dataset;
  const [up, given] = [told.up, told.given].map((ids) => (ids ? ids.split(" ") : []));
  const own = form.dataset.hand, number = up.indexOf(own) + 1;
  turn(given.includes(own) ? "Given" : number ? "Up" : "down", number);
}

function turn(state, number) {
  show(state, number);
  if (former && former !== state) said.textContent = form.dataset[state === "down" ? "sayDown" : `say${state}`].replace("{}", number);
  former = state;
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  event.stopImmediatePropagation();
  const button = form.elements.hand;
  if (button.ariaBusy === "true") return;
  button.ariaBusy = "true";
  try {
    const answer = await fetch(form.action, {
      method: "POST", headers: { Accept: "application/json" }, body: new URLSearchParams(new FormData(form, button)),
      signal: AbortSignal.timeout(10 * SECOND),
    });
    if (answer.ok) {
      const { number, given } = await answer.json();
      turn(given ? "Given" : number ? "Up" : "down", number);
    } else if (answer.status !== 429) document.dispatchEvent(new Event("stale"));
  } catch {
    document.dispatchEvent(new Event("unsent"));
  }
  button.ariaBusy = null;
}, { capture: true });

// A fragment changes the element that is there.
new MutationObserver(look).observe(document.getElementById(form.dataset.floor), { attributes: true, attributeFilter: ["data-up", "data-given"] });
