// Keeps an open page true: clocks, countdowns, what is on. Reads, and reloads what it reads; the one thing
// it ever sends is the form marked data-enter-at, on the page of a person who pressed and waits at the door.
// What the stream tells goes to the page's other scripts as events of the document; "stale" has it read anew.

const root = document.documentElement;
const SECOND = 1000, MINUTE = 60 * SECOND, DAY = 1440 * MINUTE;
const REFRESH = 5 * MINUTE;

// The event's present comes from the server alone (its clock may be moved). data-now is the minute in which the
// page was made; the header Server-Timing has the exact instant at which it was sent.
let anchor = { now: Date.parse(root.dataset.now), at: 0 };
const opened = performance.getEntriesByType("navigation")[0];
const sent = opened?.serverTiming?.find((entry) => entry.name === "now");
if (sent?.duration) anchor = { now: sent.duration, at: opened.responseStart };
const present = () => anchor.now + performance.now() - anchor.at;

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

function tick() {
  const now = present();
  for (const element of document.querySelectorAll("[data-clock]")) write(element, clock(now));
  for (const element of document.querySelectorAll("[data-until]")) {
    const left = Date.parse(element.dataset.until) - now;
    if (left >= DAY) continue; // counted in days, by the server
    element.classList.remove("long");
    if ("digits" in element.dataset) write(element, digits(left));
    else write(element, element.dataset.words.replace("{}", length(left)));
  }
  for (const bar of document.querySelectorAll("[data-from]")) {
    const gone = Math.min(now, Date.parse(bar.dataset.untilEnd)) - Date.parse(bar.dataset.from);
    bar.setAttribute("width", Math.max(0, Math.round(gone / SECOND)));
  }
  enter(now);
  setTimeout(tick, SECOND - (now % SECOND));
}

// At the opening the waiting come in over three seconds, not all at once.
const scatter = 200 + Math.random() * 3 * SECOND;
const waiting = () => document.querySelector("form[data-enter-at]");
let entered = false;

function enter(now) {
  const form = waiting();
  if (!form || entered || now < Date.parse(form.dataset.enterAt) + scatter) return;
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
    if (!old) continue;
    if (old.className !== fresh.className) old.className = fresh.className;
    if (fresh.dataset.live === "class" || old.contains(document.activeElement)) continue;
    const said = fresh.dataset.say;
    if (said && said !== old.dataset.say) write(document.getElementById("said"), said);
    if (said) old.dataset.say = said;
    old.replaceChildren(...fresh.childNodes);
  }
  root.dataset.changes = page.documentElement.dataset.changes;
}

let reached = present(), timer = 0, asking = false, missed = false;

function lost(since) {
  const banner = document.getElementById("lost");
  if (since) {
    const words = banner.querySelector("[data-words]");
    write(words, words.dataset.words.replace("{time}", clock(since, true)));
  }
  banner.hidden = !since;
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
  try {
    const answer = await fetch(location.href, { headers: { Accept: "text/html" }, cache: "no-store", signal: AbortSignal.timeout(10 * SECOND) });
    const at = performance.now();
    if ([401, 403, 404, 410].includes(answer.status)) return reload();
    if (!answer.ok) throw new Error(String(answer.status));
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const exact = /(?:^|,)\s*now;dur=(\d+)/.exec(answer.headers.get("Server-Timing") ?? "");
    if (exact) anchor = { now: Number(exact[1]), at };
    const changed = page.documentElement.dataset.state !== root.dataset.state;
    if (changed && waiting()) return enter(Infinity);
    if (changed) return reload();
    take(page);
    reached = present();
    lost(0);
  } catch {
    lost(reached);
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
  const soon = document.getElementById("lost")?.hidden === false ? 10 * SECOND : held;
  timer = setTimeout(() => document.hidden || refresh(), soon > 0 ? soon : wait);
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

// A second press within a second is the same press; the button says that it was heard.
document.addEventListener("submit", (event) => {
  const button = event.submitter ?? event.target.querySelector("[type=submit]");
  if (event.target.method !== "post" || !button) return;
  if (button.ariaBusy === "true") return event.preventDefault();
  const label = button.textContent;
  button.ariaBusy = "true";
  setTimeout(() => write(button, root.dataset.busy));
  const back = () => { button.ariaBusy = null; write(button, label); };
  setTimeout(back, 10 * SECOND);
  addEventListener("pageshow", (shown) => shown.persisted && back(), { once: true });
});

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

const hand = ({ type, data }) => document.dispatchEvent(new CustomEvent(type, { detail: { ...JSON.parse(data), now: present() } }));

// The server tells at once that the programme changed; a hidden tab does not listen, so that six tabs of one
// browser do not use up its connections. Everybody asks again within three seconds, not in the same instant.
let stream = null, again = false; // what was told meanwhile was told to others

function listen() {
  if (document.hidden) {
    stream?.close();
    stream = null;
  } else if (!stream) {
    stream = new EventSource(`/api/v1/events/${root.dataset.event}/live`);
    stream.addEventListener("programme", () => setTimeout(refresh, scatter));
    stream.addEventListener("access", refresh);
    for (const topic of ["standing", "rooms"]) stream.addEventListener(topic, hand);
    stream.addEventListener("open", () => { if (again) setTimeout(refresh, scatter); again = true; });
    // After an answer that is no stream, as of a server whose database is away, a browser does not ask again.
    stream.addEventListener("error", ({ target }) => {
      if (target !== stream || target.readyState !== EventSource.CLOSED) return;
      stream = null;
      again = true;
      setTimeout(listen, 2 * SECOND + scatter);
    });
  }
}

tellZone();
tick();
if ("refresh" in root.dataset) {
  document.addEventListener("visibilitychange", () => document.hidden || refresh());
  document.addEventListener("stale", refresh);
  if (root.dataset.event) {
    document.addEventListener("visibilitychange", listen);
    listen();
  }
  if (opened?.type === "back_forward") refresh();
  plan();
}
