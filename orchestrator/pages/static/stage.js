// A page that follows the stage (a frame with stage=True). app.js has the stream and the clock; this takes fragments,
// counts, rings, and measures the server's clock. What a page may hold:
//
// <section id="now" data-live data-version="14">: taken from a fragment with target "now", and from a fresh copy of the
//   page. Only what differs is touched: focus, selection, scrolling, typed text, chosen radios, open folds stay, if what
//   holds them keeps its id. Nothing older than data-version is taken. data-say: words to be read out when they change.
//   data-kept: an element inside that is never touched.
// data-clock="seconds": the event's time of day, with seconds (app.js).
// data-counts="down" data-until="2021-06-28T08:46:00Z": "6:12" left, "+7:12" over. data-counts="up" data-from="…": since
//   then. Either may have data-phases="soon:300 over:0", seconds left until data-until; before the first it is "on-time".
//   The phase stands in data-phase of the nearest element around that has one, and in there each element with
//   data-word-on-time="…" data-word-soon="…" data-word-over="…" shows its words.
// data-bells="5 1 0" on a counter: at so many minutes left the document has an event "bell" { minutes }, the words of
//   data-say-5="…" are read out, and this screen rings if its reader wants it.
// <input type="checkbox" data-setting="sound">: a choice of this browser, kept here; "checked" is its default. All that
//   are on stand in <html data-settings="light sound bell-5">. "sound" lets bells ring, "bell-5" is one of them.

const root = document.documentElement, said = document.getElementById("said");
const SECOND = 1000, MINUTE = 60 * SECOND, DAY = 1440 * MINUTE;

const write = (element, text) => element && element.textContent !== text && (element.textContent = text);
const two = (number) => String(number).padStart(2, "0");

// Fragments.

// What the reader did to an element is his: no fragment takes back a choice, an open fold, a half-typed text.
const TYPED = /^(email|number|password|search|tel|text|url)$/;
const typed = (field) => (field.matches("textarea") || TYPED.test(field.type)) && field.value !== field.defaultValue;

window.htmx.registerExtension("stage", {
  htmx_before_morph_node: (element) => !(element.matches("textarea") && typed(element)),
  htmx_before_morph_attr: (element, { attrName }) =>
    !(["checked", "selected"].includes(attrName)
      || (attrName === "open" && element.matches("details, dialog"))
      || (attrName === "value" && element.matches("input") && typed(element))),
});

function morph(old, html, version, now) {
  if (version < Number(old.dataset.version ?? version)) return;
  const { id, dataset: { say } } = old, shape = document.createElement("template");
  shape.innerHTML = html;
  const whole = shape.content.firstElementChild?.id === id;
  const chosen = [...old.querySelectorAll("input:checked")];
  window.htmx.swap({ text: html, target: old, sourceElement: old, swap: whole ? "outerMorph" : "innerMorph" });
  // A line that came in with a choice of its own does not take the reader's away.
  for (const one of chosen) if (one.isConnected && !one.checked) one.checked = true;
  const fresh = document.getElementById(id);
  if (!Number.isNaN(version)) fresh.dataset.version = version;
  if (fresh.dataset.say && fresh.dataset.say !== say) write(said, fresh.dataset.say);
  count(fresh.parentElement, now);
}

document.addEventListener("stage", ({ detail: { target, html, version, now } }) => {
  const old = document.getElementById(target);
  if (old) morph(old, html, version, now);
});

document.addEventListener("fresh", (event) => {
  const { old, fresh, now } = event.detail;
  if (fresh.dataset.live === "class") return;
  event.preventDefault();
  morph(old, fresh.outerHTML, Number(fresh.dataset.version ?? NaN), now);
});

// Counters.

function digits(seconds) {
  const all = Math.abs(seconds), hours = Math.floor(all / 3600);
  const text = hours ? `${hours}:${two(Math.floor(all / 60) % 60)}` : Math.floor(all / 60);
  return `${seconds < 0 ? "+" : ""}${text}:${two(all % 60)}`;
}

function phase(steps, left) {
  let found = "on-time";
  for (const step of steps.split(" ")) {
    const [name, seconds] = step.split(":");
    if (left <= seconds * SECOND) found = name;
  }
  return found;
}

function enter(box, name) {
  if (box.dataset.phase !== name) box.dataset.phase = name;
  const words = `data-word-${name}`;
  for (const element of box.querySelectorAll(`[${words}]`)) write(element, element.getAttribute(words));
}

function count(place, now) {
  for (const counter of place.querySelectorAll("[data-counts]")) {
    const { counts, from, until, phases } = counter.dataset, left = Date.parse(until) - now;
    const shown = counts === "up" ? Math.max(0, now - Date.parse(from)) : left;
    // Counted in days, by the server.
    if (Math.abs(shown) < DAY) write(counter, digits(counts === "up" ? Math.floor(shown / SECOND) : Math.ceil(shown / SECOND)));
    const box = phases && until && counter.closest("[data-phase]");
    if (box) enter(box, phase(phases, left));
  }
}

let former = 0; // the second before

function strike(now) {
  // After a sleep the bells of the time between stay silent.
  const since = now - former < 5 * SECOND ? former : now;
  former = now;
  for (const counter of document.querySelectorAll("[data-bells]")) {
    const until = Date.parse(counter.dataset.until);
    for (const minutes of counter.dataset.bells.split(" ").filter(Boolean)) {
      const at = until - minutes * MINUTE;
      if (!(since < at && at <= now)) continue;
      write(said, counter.getAttribute(`data-say-${minutes}`) ?? "");
      document.dispatchEvent(new CustomEvent("bell", { detail: { minutes: Number(minutes) } }));
    }
  }
}

document.addEventListener("second", ({ detail: { now } }) => {
  count(document, now);
  strike(now);
});

// Settings, and the sound of the bells.

const KEY = "settings", settings = {};
const chosen = () => Object.keys(settings).filter((name) => settings[name]);
let audio = null;

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {}; // the browser keeps nothing, or somebody else's
  }
}

function remember() {
  root.dataset.settings = chosen().sort().join(" ");
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...settings }));
  } catch {
    // it holds until the page is left
  }
}

function offer() {
  const kept = remembered();
  for (const box of document.querySelectorAll("[data-setting]")) {
    box.checked = kept[box.dataset.setting] ?? box.defaultChecked;
    settings[box.dataset.setting] = box.checked;
  }
  root.dataset.settings = chosen().sort().join(" ");
}

// Browsers let a page sound only after its reader touched it.
function tune() {
  if (!settings.sound) return;
  audio ??= new AudioContext();
  if (audio.state === "suspended") audio.resume();
}

// One stroke at five minutes, two at one, three at the end.
function ring(strokes) {
  if (!settings.sound || !audio) return;
  for (let stroke = 0; stroke < strokes; stroke++) {
    const begin = audio.currentTime + 0.6 * stroke, gain = audio.createGain();
    gain.gain.setValueAtTime(0.3, begin);
    gain.gain.exponentialRampToValueAtTime(0.001, begin + 1.5);
    gain.connect(audio.destination);
    for (const pitch of [880, 2 * 880, 2.76 * 880]) {
      const tone = new OscillatorNode(audio, { frequency: pitch });
      tone.connect(gain);
      tone.start(begin);
      tone.stop(begin + 1.5);
    }
  }
}

document.addEventListener("bell", ({ detail: { minutes } }) => {
  if (settings[`bell-${minutes}`] ?? true) ring(minutes === 0 ? 3 : minutes === 1 ? 2 : 1);
});

document.addEventListener("change", ({ target }) => {
  const name = target.dataset?.setting;
  if (!name) return;
  settings[name] = target.checked;
  remember();
  tune();
  if (name === "sound") ring(1);
});

for (const touch of ["pointerdown", "keydown"]) addEventListener(touch, tune);
addEventListener("storage", ({ key }) => key === KEY && offer());
offer();

// The server's clock: of some questions the answer that came soonest, which is wrong by half its time at most. The
// time of day of this machine is never asked.

const GOOD = 40, SAMPLES = 5, AGAIN = 5 * MINUTE;
let measuring = false, measured = -Infinity;

async function sample() {
  const at = performance.now();
  const answer = await fetch(`/api/v1/clock?event=${root.dataset.event}`, { cache: "no-store", signal: AbortSignal.timeout(5 * SECOND) });
  const took = performance.now() - at;
  return { now: Date.parse((await answer.json()).now), at: at + took / 2, error: took / 2 };
}

async function measure() {
  if (measuring || document.hidden || !root.dataset.event) return;
  measuring = true;
  let best = null;
  try {
    for (let asked = 0; asked < SAMPLES && !(best?.error < GOOD / 2); asked++) {
      const one = await sample();
      if (!best || one.error < best.error) best = one;
    }
  } catch {
    // the line is lost; app.js says so
  }
  measuring = false;
  if (!(best?.now > 0)) return;
  measured = performance.now();
  document.dispatchEvent(new CustomEvent("clock", { detail: best }));
}

// What the page itself told may do until the first rush is over.
setTimeout(measure, 3 * SECOND * Math.random());
setInterval(measure, AGAIN);
document.addEventListener("woke", measure);
addEventListener("online", measure);
document.addEventListener("visibilitychange", () => performance.now() - measured > AGAIN && measure());
