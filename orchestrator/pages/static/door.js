// At the door: keeps a seat or a place in the queue by signs of life, follows where the person stands, and shows
// rooms in figures. Sends nothing but those signs, and that somebody who waits follows the stream meanwhile.

const root = document.documentElement, main = document.getElementById("main"), said = document.getElementById("said");
const SECOND = 1000, MINUTE = 60 * SECOND, EVERY = 20 * SECOND, QUIET = 30 * SECOND;
// Browsers wake a hidden tab once a minute, at whole minutes of their own: a timer of a minute would skip every other.
const HIDDEN = 50 * SECOND;

const write = (element, text) => element && element.textContent !== text && (element.textContent = text);
const stale = () => document.dispatchEvent(new Event("stale"));
const plural = new Intl.PluralRules(root.lang), order = new Intl.PluralRules(root.lang, { type: "ordinal" });
const ORDINALS = { fr: { one: "re", other: "e" }, en: { one: "st", two: "nd", few: "rd", other: "th" } }[root.lang];

// Numbers stand in elements marked data-n by their name, with the words around them.
function count(place, numbers) {
  for (const element of place.querySelectorAll("[data-n]")) {
    const number = numbers[element.dataset.n], words = element.dataset;
    if (number === undefined) continue;
    const form = (!number && words.zero) || words[plural.select(number)] || words.other || "{}";
    write(element, form.replace("{}", number));
  }
}

let timer = 0, announced = -QUIET, later = 0;

const watching = (address) => fetch(address, { method: "POST", keepalive: true, signal: AbortSignal.timeout(10 * SECOND) });

async function beat() {
  clearTimeout(timer);
  timer = setTimeout(beat, document.hidden ? HIDDEN : EVERY);
  try {
    const answer = await watching(main.dataset.beat);
    if (!answer.ok) return stale();
    const told = await answer.json();
    compare(told);
    follow(told);
  } catch {
    stale(); // says that the line is lost, if it is
  }
}

// A hidden page has no stream that tells it where its video room is now. A visible one has, and may know it sooner than
// the process that answers its sign of life.
function follow({ mark }) {
  const place = document.querySelector("[data-mark]");
  if (document.hidden && mark && place) place.dataset.mark = mark;
}

// Whether the page still shows where the person stands; a seat on another device is "elsewhere".
function compare({ standing, room = main.dataset.room, here = main.dataset.here }) {
  const other = main.dataset.room && room && room !== main.dataset.room;
  const inside = !here || here === main.dataset.here ? standing : "elsewhere";
  const is = standing === "inside" ? (other ? "outside" : inside) : standing;
  // When the doors close everybody is out in one instant.
  if (is !== main.dataset.standing) setTimeout(stale, is === "outside" ? 3 * SECOND * Math.random() : 0);
  return is;
}

function length(minutes) {
  const hours = Math.floor(minutes / 60), rest = String(minutes % 60);
  if (!hours) return `${minutes}\u00a0min`;
  return minutes % 60 ? `${hours}\u00a0h\u00a0${rest.padStart(2, "0")}` : `${hours}\u00a0h`;
}

// The place in the queue is read out when it changes, but not more often than a person can bear.
function announce(text) {
  clearTimeout(later);
  const wait = announced + QUIET - performance.now();
  later = setTimeout(() => { announced = performance.now(); write(said, text); }, Math.max(0, wait));
}

function move({ place, behind, wait }) {
  const rank = document.getElementById("rank"), told = document.querySelector("[data-wait]");
  const [number, ordinal] = rank.children, words = ORDINALS[order.select(place)] ?? ORDINALS.other;
  if (number.textContent !== String(place)) announce(rank.dataset.said.replace("{}", `${place}${words}`));
  write(number, String(place));
  write(ordinal, words);
  count(main, { before: place - 1, behind });
  if (Boolean(told) !== (wait !== null)) return stale(); // with what it rests on
  if (told) write(told, told.dataset.words.replace("{}", length(wait)));
}

function stands({ detail }) {
  if (compare(detail) === "waiting" && document.getElementById("rank")) move(detail);
}

if (main.dataset.standing) document.addEventListener("standing", stands);

if (main.dataset.beat) {
  // At once, for a page that was loaded anew; then, after a part of the time, not all in step.
  beat();
  clearTimeout(timer);
  timer = setTimeout(beat, (0.25 + 0.75 * Math.random()) * EVERY);
  document.addEventListener("visibilitychange", () => document.hidden || beat());
  // Other tabs of this browser keep the seat that the closed one gave up.
  const tabs = new BroadcastChannel("seat");
  tabs.onmessage = () => setTimeout(beat, SECOND);
  addEventListener("pagehide", () => {
    navigator.sendBeacon(main.dataset.unload);
    tabs.postMessage("closed");
  });
}

document.addEventListener("click", (event) => {
  const stream = event.target.closest("[data-watch]");
  if (stream) watching(stream.dataset.watch).catch(() => {});
});

const levels = ["", "near", "full"];

// One room: figures, the bar of a unit a seat, and one word of warning.
function show(box, figures) {
  const { inside, capacity, reserved } = figures, free = Math.max(0, capacity - inside - reserved);
  const level = !free ? "full" : inside >= box.dataset.mark ? "near" : "";
  count(box, { ...figures, free });
  const [taken, kept] = box.querySelectorAll(".bar rect");
  taken.setAttribute("class", { near: "f-warn", full: "f-over" }[level] ?? "f-accent");
  taken.setAttribute("width", Math.min(inside, capacity));
  kept.setAttribute("x", Math.min(inside, capacity) + Math.round(capacity / 300));
  kept.setAttribute("width", reserved);
  box.querySelector(".bar").ariaLabel = [...box.querySelectorAll("[data-part]")].map((one) => one.textContent).join(", ");
  for (const words of box.querySelectorAll("[data-level]")) {
    words.hidden = words.dataset.level !== level;
    const worse = levels.indexOf(level) > levels.indexOf(box.dataset.now);
    if (!words.hidden && worse) write(said, `${box.dataset.name} ${words.textContent}`.trim());
  }
  box.dataset.now = level;
}

if (document.querySelector("[data-gauge]")) {
  document.addEventListener("rooms", ({ detail }) => {
    for (const place of document.querySelectorAll("[data-people]")) count(place, detail);
    for (const figures of detail.rooms) {
      const box = [...document.querySelectorAll("[data-gauge]")].find((one) => one.dataset.gauge === figures.name);
      if (box) show(box, figures);
      for (const place of document.querySelectorAll("[data-figures]")) if (place.dataset.figures === figures.name) count(place, figures);
    }
  });
}
