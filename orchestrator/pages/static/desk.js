// The chair's desk: presses without loading the page, keys, dragging. Sends what the page's own forms say and nothing
// else; the answer holds the parts of the page as they are now, which stage.js takes as it takes fragments.

const root = document.documentElement, main = document.getElementById("main");
const said = document.getElementById("said"), answer = document.getElementById("answer"), keys = document.getElementById("keys");
const SECOND = 1000;

let time = { now: Date.parse(root.dataset.now), at: 0 };
document.addEventListener("second", ({ detail: { now } }) => { time = { now, at: performance.now() }; });
const present = () => time.now + performance.now() - time.at;

// Presses.

const order = () => document.querySelector(".rundown");
const lost = () => root.dataset.line === "lost";
const copy = (name) => document.getElementById(name).content.cloneNode(true);
const show = (name) => answer.replaceChildren(copy(name));

// Known to this press alone: sent twice, it is carried out once.
const newKey = () => [...crypto.getRandomValues(new Uint32Array(4))].map((part) => part.toString(36)).join("-");

async function ask(address, fields) {
  const options = {
    method: "POST", body: new URLSearchParams(fields),
    headers: { Accept: "application/json", "Idempotency-Key": newKey() },
  };
  const once = () => fetch(address, { ...options, signal: AbortSignal.timeout(10 * SECOND) });
  // A press is safe to send again: the answer may be all that was lost.
  return once().catch(() => once());
}

let sending = "", missed = false, held = null;

document.addEventListener("back", () => held?.remove());

// What is held back is not kept for later: by then the session has gone on.
async function send(address, fields, button) {
  const what = `${address}?${new URLSearchParams(fields)}`;
  if (sending) {
    // Pressed twice is meant once, while nothing else has changed what it would do; another press must not go nowhere unsaid.
    missed ||= what !== sending;
    if (missed) show("missed");
    return false;
  }
  if (lost()) {
    show("held");
    held = answer.firstElementChild;
    return false;
  }
  sending = what;
  root.dataset.sending = "";
  if (button) button.ariaBusy = "true";
  try {
    const given = await ask(address, fields);
    if ([401, 403, 404].includes(given.status) && !isJson(given)) return location.reload();
    if (!isJson(given)) throw new Error(String(given.status));
    take(await given.json());
    return given.ok;
  } catch {
    show("failed");
    document.dispatchEvent(new Event("stale")); // says that the line is lost, if it is
    return false;
  } finally {
    sending = "";
    delete root.dataset.sending;
    if (missed) answer.append(copy("missed")); // also below what the other one was told
    missed = false;
    if (button) button.ariaBusy = null;
  }
}

const isJson = (given) => given.headers.get("Content-Type")?.startsWith("application/json");

function take({ said: words, banner, parts }) {
  answer.innerHTML = banner;
  if (banner) asked = performance.now() + SECOND;
  if (words) said.textContent = words;
  for (const one of parts) document.dispatchEvent(new CustomEvent("stage", { detail: { ...one, now: present() } }));
}

function press(button) {
  if (button.ariaDisabled === "true") {
    said.textContent = button.title || button.textContent;
    return;
  }
  const form = button.form, address = button.getAttribute("formaction") ?? form.action;
  return send(address, new FormData(form, button), button);
}

// Whoever presses by hand goes on by key: a button that was clicked does not keep the keys for itself.
document.addEventListener("click", ({ detail, target }) => {
  if (detail) target.closest("button, summary")?.blur();
});

// Before app.js, which would hold the button until the page is loaded anew.
document.addEventListener("submit", async (event) => {
  if (event.target.method !== "post") return;
  event.preventDefault();
  event.stopPropagation();
  const form = event.target, button = event.submitter ?? form.querySelector("[type=submit]");
  const done = await press(button);
  if (!done || form.id !== "say" || button.name === "card") return;
  form.reset();
  leave();
}, true);

// The field of the message: M goes there, Escape and sending lead back.
const field = document.getElementById("m");
let before = null;

function write() {
  before = document.activeElement;
  field.focus();
}

function leave() {
  if (document.activeElement !== field) return;
  field.blur();
  if (before?.isConnected && before !== document.body) before.focus({ preventScroll: true });
  before = null;
}

answer.addEventListener("click", (event) => {
  if (!event.target.closest("[data-close]")) return;
  event.preventDefault();
  answer.replaceChildren();
});

// The chosen step: what is next, until the chair chooses; and again once what he chose has gone.

const steps = () => [...order().querySelectorAll("li > input[type=radio]")];
const chosen = () => order().querySelector("li > input:checked");

function follow() {
  if (chosen()?.closest("[data-ahead]") || order().contains(document.activeElement)) return;
  const first = order().querySelector("[data-ahead] > input");
  if (first) first.checked = true;
}

function choose(by) {
  const all = steps(), at = all.indexOf(chosen());
  const next = all[Math.max(0, Math.min(all.length - 1, at + by))];
  if (!next) return;
  next.checked = true;
  next.focus();
}

document.addEventListener("stage", follow);

// Keys. They work where no field, button or link has the focus; in the running order too.

const CONTROLS = "a, button, input, select, summary, textarea, dialog, [contenteditable]";
const isStep = (element) => element.matches(".rundown > li > input");
let pause = 0; // for Space
let asked = 0; // for A, which would mean yes to a question not yet read

function buttonOf(key) {
  const all = [...document.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  return all.find((one) => one.closest("li:has(> input:checked)")) ?? all.find((one) => !one.closest(".cue-tools") || key === "q");
}

function strike(event, key) {
  if (key === "?") return keys.togglePopover();
  if (key === "m") return write();
  if (key === "ArrowUp" || key === "ArrowDown") return choose(key === "ArrowUp" ? -1 : 1);
  if (performance.now() < ({ " ": pause, a: asked }[key] ?? 0)) return;
  const button = buttonOf(key);
  if (!button) return;
  if (button.matches("[data-close]")) return answer.replaceChildren();
  if (key === " ") pause = performance.now() + SECOND;
  press(button);
}

const ALONE = /^([amrqsu125?]| |Arrow(Up|Down)|alt\+Arrow(Up|Down))$/;

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    answer.replaceChildren();
    leave();
  }
  if (event.ctrlKey || event.metaKey || event.isComposing || !root.dataset.settings?.split(" ").includes("keys")) return;
  if (event.target.closest(CONTROLS) && !isStep(event.target)) return;
  const key = (event.altKey ? "alt+" : "") + (event.key.length === 1 ? event.key.toLowerCase() : event.key);
  if (!ALONE.test(key) || (isStep(event.target) && key.startsWith("Arrow"))) return;
  event.preventDefault();
  if (!event.repeat || key.startsWith("Arrow")) strike(event, key);
});

// Dragging: those to come, among themselves. Nothing is taken into the list meanwhile.

let dragged = null;

function drag() {
  const list = order(), part = list.closest("[data-live]");
  if (!window.Sortable || window.Sortable.get(list)) return;
  const ahead = () => [...list.querySelectorAll("[data-ahead]")].map((one) => one.dataset.ahead);
  new window.Sortable(list, {
    draggable: "[data-ahead]", filter: ".cue-tools", preventOnFilter: false, delay: 200, delayOnTouchOnly: true,
    onStart: () => {
      dragged = { was: ahead(), version: part.dataset.version };
      part.dataset.version = "Infinity";
    },
    onEnd: () => {
      const { was, version } = dragged, talks = ahead();
      part.dataset.version = version;
      if (String(talks) === String(was)) return document.dispatchEvent(new Event("stale"));
      const fields = new FormData(document.getElementById("press"));
      fields.set("act", JSON.stringify({ do: "order", talks }));
      send(document.getElementById("press").action, fields).then((done) => done || document.dispatchEvent(new Event("stale")));
    },
  });
}

document.addEventListener("stage", drag);
addEventListener("load", drag);
drag();
