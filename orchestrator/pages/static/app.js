// Keeps an open page true: clocks, countdowns, what is on. Reads, and reloads what it reads; the one thing
// it ever sends is the form marked data-enter-at, on the page of a person who pressed and waits at the door.
// While the line is lost a press on a form is held back, and <div id="unsent"> says so.
// What the stream tells goes to the page's other scripts as events of the document, and so do "second" (the clock
// went on), "fresh" (an element has a fresh copy; who prevents the event takes it himself) and "woke" (from sleep).
// "back" says that a lost line is there again. They say "stale" to have the page read anew, "unsent" where a press of
// theirs had no answer, and "clock" when they know better what time it is.
// <html data-line> is "lost" while the line is, and "back" for some seconds after it.

const root = document.documentElement;
const SECOND = 1000, MINUTE = 60 * SECOND, DAY = 1440 * MINUTE;
const REFRESH = 5 * MINUTE;

// The event's present comes from the server alone (its clock may be moved). data-now is the minute in which the
// page was made; the header Server-Timing has the exact instant at which it was sent.
// "error" is the most by which it may be wrong: all that went by between asking and having the answer.
let anchor = { now: Date.parse(root.dataset.now), at: 0, error: MINUTE };
const opened = performance.getEntriesByType("navigation")[0];
const sent = opened?.serverTiming?.find((entry) => entry.name === "now");
if (sent?.duration) anchor = { now: sent.duration, at: opened.responseStart, error: opened.responseStart - opened.requestStart };
const present = () => anchor.now + performance.now() - anchor.at;

// What is known better stays, unless both cannot be true: then the event's clock was moved.
function settle(told) {
  const apart = Math.abs(told.now - anchor.now - (told.at - anchor.at));
  if (told.error <= anchor.error || apart > told.error + anchor.error) anchor = told;
}

const two = (number) => String(number).padStart(2, "0");
const clock = (now, seconds) => new Intl.DateTimeFormat("fr", {
  timeZone: root.dataset.zone, hour: "2-digit", minute: "2-digit", second: seconds ? "2-digit" : undefined,
}).format(now);

function length(left) {
  const minutes = Math.max(0, Math.ceil(left / MINUTE)), hours = Math.floor(minutes / 60), rest = minutes % 60;
  if (!hours) return `${rest}\u00a0min`;
  return rest ? `${hours}\u00a0h\u00a0${two(rest)}` : `${hours}\u00a0h`;
}

function digits(left) {
  const all = Math.max(0, Math.ceil(left / SECOND)), hours = Math.floor(all / 3600);
  const minutes = Math.floor(all / 60) % 60, seconds = all % 60;
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

const say = (type, detail) => document.dispatchEvent(new CustomEvent(type, { detail, cancelable: true }));

// This machine's two clocks run apart when it sleeps, and when its time of day is put right.
const apart = () => Date.now() - performance.now();
let ticking = 0, ran = apart();

function tick() {
  clearTimeout(ticking);
  const now = present();
  for (const element of document.querySelectorAll("[data-clock]")) write(element, clock(now, element.dataset.clock === "seconds"));
  for (const element of document.querySelectorAll("[data-until]:not([data-counts])")) {
    const left = Date.parse(element.dataset.until) - now;
    if (left >= DAY) continue; // counted in days, by the server
    element.classList.remove("long");
    if ("digits" in element.dataset) write(element, digits(left));
    else write(element, element.dataset.words.replace("{}", length(left)));
  }
  for (const bar of document.querySelectorAll("[data-from]:not([data-counts])")) {
    const gone = Math.min(now, Date.parse(bar.dataset.untilEnd)) - Date.parse(bar.dataset.from);
    bar.setAttribute("width", Math.max(0, Math.round(gone / SECOND)));
  }
  enter(now);
  say("second", { now });
  watch();
  ticking = setTimeout(tick, SECOND - (present() % SECOND));
}

// At the opening the waiting come in over three seconds, not all at once.
const scatter = 200 + Math.random() * 3 * SECOND;
const waiting = () => document.querySelector("form[data-enter-at]");
let entered = false;

function enter(now) {
  const form = waiting();
  if (!form || entered || isLost() || now < Date.parse(form.dataset.enterAt) + scatter) return;
  entered = true;
  form.requestSubmit();
}

// A fresh copy of the page replaces what is marked data-live, by id. Focus, open folds and scrolling stay:
// what holds the focus is left alone until the next time.
function take(page) {
  const [form, door] = [waiting(), page.querySelector("form[data-enter-at]")];
  if (form && door) form.dataset.enterAt = door.dataset.enterAt;
  for (const fresh of page.querySelectorAll("[data-live][id]")) {
    const old = document.getElementById(fresh.id);
    if (!old || !say("fresh", { old, fresh, now: present() })) continue;
    if (old.className !== fresh.className) old.className = fresh.className;
    if (fresh.dataset.live === "class" || old.contains(document.activeElement)) continue;
    const said = fresh.dataset.say;
    if (said && said !== old.dataset.say) write(document.getElementById("said"), said);
    if (said) old.dataset.say = said;
    old.replaceChildren(...fresh.childNodes);
  }
  for (const fresh of page.querySelectorAll("[data-sorted]")) sort(document.getElementById(fresh.id), [...fresh.children]);
  const { changes, revision } = page.documentElement.dataset;
  root.dataset.changes = changes;
  if (revision) root.dataset.revision = revision;
}

// Lines in the order of a fresh copy, those that are there as they are: folds stay open.
function sort(old, lines) {
  if (!old || old.contains(document.activeElement)) return;
  const ids = (all) => [...all].map((line) => line.id).join(" ");
  if (ids(old.children) !== ids(lines)) old.replaceChildren(...lines.map((line) => document.getElementById(line.id) ?? line));
}

let reached = present(), timer = 0, asking = false, missed = false;
let tries = 0, next = 0; // while the line is lost: how often it was tried, and when it will be

const isLost = () => root.dataset.line === "lost";

function lost() {
  const words = document.querySelector("#lost [data-words]");
  write(words, words.dataset.words.replace("{time}", clock(reached, true)));
  root.dataset.line = "lost";
  show();
}

function found() {
  tries = 0;
  if (unsent && !unsent.hidden) setTimeout(() => isLost() || clearUnsent(), 10 * SECOND);
  if (!isLost()) return;
  root.dataset.line = "back";
  show();
  say("back");
  write(document.getElementById("said"), document.getElementById("back").textContent);
  setTimeout(() => {
    if (isLost()) return;
    delete root.dataset.line;
    show();
  }, 5 * SECOND);
}

function show() {
  for (const state of ["lost", "back"]) document.getElementById(state).hidden = root.dataset.line !== state;
}

// A line that broke without a word is noticed by the silence: the server says every 25 s that it is there.
function watch() {
  if (isLost()) {
    const words = document.querySelector("#lost [data-next]");
    write(words, words.dataset.next.replace("{}", Math.max(0, Math.ceil((next - performance.now()) / SECOND))));
  }
  if (Math.abs(apart() - ran) > 2 * SECOND) {
    ran = apart();
    say("woke");
    if (stream) anew();
  } else if (stream?.readyState === EventSource.OPEN && performance.now() - heard > SILENCE) {
    reached = present() - (performance.now() - heard);
    anew();
  }
}

// Three times in ten seconds at most, should two servers disagree on the state for a moment. What has to wait is
// looked at again then: somebody may be let in, and sent out, seconds after the page was loaded.
let held = 0;

function reload() {
  const now = Date.now(), lately = JSON.parse(sessionStorage.getItem("reloads") ?? "[]").filter((at) => now - at < 10 * SECOND);
  held = lately.length < 3 ? 0 : lately[0] + 10 * SECOND - now;
  if (held > 0) return;
  sessionStorage.setItem("reloads", JSON.stringify([...lately, now]));
  location.reload();
}

async function refresh() {
  missed = asking; // what is being read may be older than what was just told
  if (asking) return;
  asking = true;
  held = 0;
  const asked = performance.now();
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(10 * SECOND) });
    const at = performance.now();
    if ([401, 403, 404, 410].includes(answer.status)) return reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const exact = /(?:^|,)\s*now;dur=(\d+)/.exec(answer.headers.get("Server-Timing") ?? "");
    if (exact) settle({ now: Number(exact[1]), at, error: at - asked });
    const changed = page.documentElement.dataset.state !== root.dataset.state;
    if (!changed) take(page);
    reached = present();
    found();
    if (changed && waiting()) return enter(Infinity);
    if (changed) return reload();
  } catch {
    lost();
  } finally {
    asking = false;
    plan();
    if (missed) refresh();
  }
}

function plan() {
  clearTimeout(timer);
  const change = Date.parse(root.dataset.changes) - present();
  const wait = change > 0 && change < REFRESH ? change + scatter : REFRESH;
  const soon = isLost() ? Math.min(2 ** ++tries, 10) * SECOND * (0.75 + 0.25 * Math.random()) : held;
  timer = setTimeout(() => document.hidden || refresh(), soon > 0 ? soon : wait);
  next = performance.now() + soon;
}

// Told twice, read once.
let reading = 0, readingAt = 0;

function refreshIn(wait) {
  const at = performance.now() + wait;
  if (reading && readingAt <= at) return;
  clearTimeout(reading);
  readingAt = at;
  reading = setTimeout(() => { reading = 0; refresh(); }, wait);
}

// The reader's own zone, told to the server once; a choice made on the page /zone stays.
function tellZone() {
  const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (!own || /(?:^|; )tz=/.test(document.cookie)) return;
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `tz=${own}; path=/; max-age=31536000; samesite=lax${secure}`;
  const there = (zone) => new Intl.DateTimeFormat("fr", { timeZone: zone, dateStyle: "short", timeStyle: "short" }).format(present());
  if (root.dataset.state && document.cookie.includes("tz=") && there(own) !== there(root.dataset.zone)) reload();
}

// Presses. What is held back is not kept for later: by then it may mean something else.
const unsent = document.getElementById("unsent");
let turning = 0;

function tellUnsent() {
  clearUnsent();
  turning = setTimeout(() => { unsent.hidden = false; }); // is read out each time
}

function clearUnsent() {
  clearTimeout(turning);
  unsent.hidden = true;
}

if (unsent) {
  // Before all others, who would send it.
  addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    if (!isLost()) return clearUnsent();
    event.preventDefault();
    event.stopImmediatePropagation();
    tellUnsent();
  }, { capture: true });
  document.addEventListener("unsent", () => { tellUnsent(); refresh(); });
  document.addEventListener("back", clearUnsent);
  document.querySelector("#lost a").addEventListener("click", (event) => {
    event.preventDefault();
    refresh();
  });
}

// A second press within a second is the same press; the button says that it was heard. A form of the room, whose page
// is there to be kept open, is sent when the line was found to be there.
const ROOM = "[data-standing], [data-enter-at]";
const sure = new WeakSet();

document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event, button = submitter ?? form.querySelector("[type=submit]");
  if (form.method !== "post" || sure.delete(form)) return;
  if (button?.ariaBusy === "true") return event.preventDefault();
  const free = button ? hold(button) : () => {};
  if (!unsent || form.target || !form.closest(ROOM)) return;
  event.preventDefault();
  send(form, submitter, free);
});

async function send(form, submitter, free) {
  if (await there()) {
    sure.add(form);
    return form.requestSubmit(submitter);
  }
  free();
  if (!isLost()) cut();
  if (form !== waiting()) return tellUnsent();
  entered = false; // it is tried again when the line is back
}

function hold(button) {
  const label = [...button.childNodes].map((one) => one.cloneNode(true));
  button.ariaBusy = "true";
  const busy = setTimeout(() => write(button, root.dataset.busy));
  const back = () => {
    for (const one of [busy, late]) clearTimeout(one);
    if (button.ariaBusy !== "true") return; // it has been written anew
    button.ariaBusy = null;
    button.replaceChildren(...label);
  };
  const late = setTimeout(back, 10 * SECOND);
  addEventListener("pageshow", (shown) => shown.persisted && back(), { once: true });
  return back;
}

// Where the browser keeps its clipboard to https the address is selected, for the reader's own copy.
document.addEventListener("click", async (event) => {
  const button = event.target.closest("[data-copy]");
  if (!button || "label" in button.dataset) return;
  const field = document.getElementById(button.dataset.copy), said = document.getElementById("said");
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    return;
  }
  button.focus();
  button.dataset.label = button.textContent;
  for (const place of [button, said]) write(place, button.dataset.copied);
  setTimeout(() => {
    write(button, button.dataset.label);
    delete button.dataset.label;
    write(said, "");
  }, 5 * SECOND);
});

const hand = ({ type, data }) => say(type, { ...JSON.parse(data), now: present() });

// The server tells at once that the programme changed; a hidden tab does not listen, so that six tabs of one
// browser do not use up its connections. Everybody asks again within three seconds, not in the same instant.
// A page of the stage is told what it shows, by fragments; the rest of it can wait ten times as long.
const SILENCE = 40 * SECOND;
const stage = "stage" in root.dataset;
let stream = null, again = false; // what was told meanwhile was told to others
let heard = 0;

function listen() {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (!stream) {
    const desk = "desk" in root.dataset ? `&desk=${root.dataset.desk}` : "";
    const asked = stage ? `?lang=${root.lang}&revision=${root.dataset.revision}${desk}` : "";
    stream = new EventSource(`/api/v1/events/${root.dataset.event}/live${asked}`);
    for (const topic of ["standing", "rooms", "stage"]) stream.addEventListener(topic, hand);
    stream.addEventListener("programme", () => refreshIn(stage ? 10 * scatter : scatter));
    stream.addEventListener("missed", () => refreshIn(scatter));
    stream.addEventListener("access", refresh);
    for (const topic of ["open", "here", "programme", "stage", "standing", "rooms"]) {
      stream.addEventListener(topic, () => { heard = performance.now(); });
    }
    stream.addEventListener("open", () => { if (again) refreshIn(scatter); again = true; });
    // After an answer that is no stream, as of a server whose database is away, a browser does not ask again.
    stream.addEventListener("error", ({ target }) => {
      if (target !== stream) return;
      if (heard) reached = present();
      heard = 0;
      doubt();
      if (target.readyState !== EventSource.CLOSED) return;
      stream = null;
      again = true;
      setTimeout(listen, 2 * SECOND + scatter);
    });
  }
}

function anew() {
  stream?.close();
  stream = null;
  heard = 0;
  again = true;
  doubt();
  listen();
}

// The stream broke: is it the line, or does only the server start anew? What is asked costs it little.
let doubting = 0;

function doubt() {
  if (doubting || isLost()) return;
  doubting = setTimeout(async () => {
    if (!await there()) cut();
    doubting = 0;
  }, SECOND * Math.random());
}

async function there() {
  try {
    return (await fetch("/api/v1/clock", { cache: "no-store", signal: AbortSignal.timeout(5 * SECOND) })).ok;
  } catch {
    return false;
  }
}

function cut() {
  if (heard) reached = present() - (performance.now() - heard);
  lost();
  plan();
}

function offline() {
  reached = present();
  lost();
  plan();
}

document.addEventListener("clock", ({ detail }) => { anchor = detail; tick(); });
tellZone();
tick();
if ("refresh" in root.dataset) {
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  document.addEventListener("stale", refresh);
  addEventListener("offline", offline);
  addEventListener("online", refresh);
  if (root.dataset.event) {
    document.addEventListener("visibilitychange", listen);
    listen();
  }
  if (opened?.type === "back_forward") refresh();
  plan();
}
