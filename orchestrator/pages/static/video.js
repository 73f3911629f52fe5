// The page in its LiveKit room: asks the service for a way in, connects, and says how it goes. What leads in is good for two
// minutes only, so it is asked for at each connection. The other video_….js scripts are told the room once, by the event
// "video" of the document; "floor" tells them that the right to speak came or went ("broken": with the line, so that it
// may come back), or that it is not there at a new connection. They say "video-say" with a state of the line, and
// "video-failed" with the name of a tool and what went wrong.
//
// <section data-video="address that is asked" data-say-…="words"> with #video-line, [data-prompt] and [data-press] in it.

const { Room, RoomEvent, DisconnectReason, isBrowserSupported } = window.LivekitClient ?? {};
const stage = document.querySelector("[data-video]"), line = document.getElementById("video-line");
const SECOND = 1000, AGAIN = 10 * SECOND, PATIENCE = 3 * SECOND;
// It is tried again here, and said.
const CONNECT = { maxRetries: 0, websocketTimeout: 8 * SECOND, peerConnectionTimeout: 10 * SECOND };

// The room as this page knows it: its policy names one server.
const { mark } = document.querySelector("[data-mark]").dataset;

const stale = () => document.dispatchEvent(new Event("stale"));

// Who has pressed it is not left nowhere.
function prompt(name, on) {
  const place = stage.querySelector(`[data-prompt="${name}"]`);
  if (!on && place.contains(document.activeElement)) line.focus();
  place.hidden = !on;
}

const words = (state) => stage.dataset[`say${state.replace(/(?:^|-)(\w)/g, (_, letter) => letter.toUpperCase())}`];

// The state of the line in words; read out by screen readers, so only when it is another one.
function say(state) {
  stage.dataset.line = state;
  if (line.textContent !== words(state)) line.textContent = words(state);
}

// How it goes while nothing is wrong. Sound that is held back comes first: until the reader presses something he hears nobody.
const CALM = ["inside", "blocked", "heard", "floor"];

function calm() {
  if (!room.canPlaybackAudio) return "blocked";
  if (room.localParticipant.isMicrophoneEnabled) return "heard";
  return "speaks" in stage.dataset && !("chairs" in stage.dataset) ? "floor" : "inside";
}

function inside() {
  prompt("sound", !room.canPlaybackAudio);
  say(calm());
}

const still = () => CALM.includes(stage.dataset.line) && inside();

document.addEventListener("video-say", ({ detail }) => (detail === "inside" ? inside() : say(detail)));

const WHY = { NotAllowedError: "refused", SecurityError: "refused", NotFoundError: "missing", OverconstrainedError: "missing", NotReadableError: "busy" };

document.addEventListener("video-failed", ({ detail: { name, error } }) => {
  // A browser does not tell a reader who closed the choice of a screen from one who may not share any.
  const why = WHY[error.name] ?? "failed", state = name === "screen" && why === "refused" ? "unshared" : why;
  const dialog = stage.querySelector("dialog[open] [role=status]"); // what is behind it is not read out
  if (dialog) dialog.textContent = words(state);
  else say(state);
});

let timer = 0, breaking = 0, entering = false, room = null;
let elsewhere = false; // the video was taken from here: only its reader takes it back

async function way() {
  const answer = await fetch(stage.dataset.video, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(AGAIN) });
  if (answer.ok) return answer.json();
  // No seat any more, or the doors are closed: the page itself is another one then.
  if (answer.status !== 503) stale();
  throw new Error(String(answer.status));
}

async function enter() {
  clearTimeout(timer);
  if (entering || elsewhere || room.state !== "disconnected") return;
  entering = true;
  prompt("again", false);
  if (stage.dataset.line !== "silent") say("connecting");
  try {
    const { how, url, token, mark: now } = await way();
    if (how !== "livekit" || now !== mark) return moved();
    await room.connect(url, token, CONNECT);
    prompt("fallback", false);
    inside();
    floor();
  } catch {
    silent("silent");
  } finally {
    entering = false;
  }
}

// The page goes with the room. Should it not be had now, it is asked for again.
function moved() {
  for (const type of ["moving", "stale"]) document.dispatchEvent(new Event(type));
  timer = setTimeout(enter, AGAIN);
}

// Up to a second later: the provider comes back to everybody at once.
function silent(state) {
  say(state);
  prompt("fallback", true);
  timer = setTimeout(enter, AGAIN + Math.random() * SECOND);
}

function tell(may, broken = false) {
  stage.toggleAttribute("data-speaks", may);
  document.dispatchEvent(new CustomEvent("floor", { detail: { may, broken } }));
}

const FOR_GOOD = ["DUPLICATE_IDENTITY", "PARTICIPANT_REMOVED"];

function gone(reason) {
  clearTimeout(breaking);
  prompt("sound", false);
  tell(false, !FOR_GOOD.includes(DisconnectReason[reason]));
  switch (reason) {
    case DisconnectReason.CLIENT_INITIATED:
      return;
    case DisconnectReason.DUPLICATE_IDENTITY: // two that take it from each other would never rest
      elsewhere = true;
      say("elsewhere");
      return prompt("again", true);
    case DisconnectReason.PARTICIPANT_REMOVED:
      elsewhere = true;
      say("removed");
      prompt("again", true);
      return stale();
    case DisconnectReason.ROOM_DELETED:
    case DisconnectReason.ROOM_CLOSED:
      stale();
      return entering || silent("closed");
    default:
      if (entering) return; // told by the connection that failed
      say("broken");
      timer = setTimeout(enter, (0.5 + 2 * Math.random()) * SECOND);
  }
}

// The right to speak: the server has it, and tells when it comes and goes.
function floor() {
  const may = Boolean(room.localParticipant.permissions?.canPublish), had = "speaks" in stage.dataset;
  // Told at each connection without it as well: what was on when the line broke must not come on at some later turn.
  if (may !== had && !may && !("chairs" in stage.dataset)) say("no-floor");
  if (may !== had || !may) tell(may);
  if (may !== had && may) inside();
}

function follow() {
  room
    // Sound and picture may go on while only the signals are away: most such breaks end before anybody notices.
    .on(RoomEvent.SignalReconnecting, () => { breaking = setTimeout(say, PATIENCE, "broken"); })
    .on(RoomEvent.Reconnecting, () => say("broken"))
    .on(RoomEvent.Reconnected, () => { clearTimeout(breaking); inside(); floor(); })
    .on(RoomEvent.Disconnected, gone)
    .on(RoomEvent.ParticipantPermissionsChanged, (_, who) => who === room.localParticipant && floor())
    .on(RoomEvent.AudioPlaybackStatusChanged, sound);
  for (const change of ["LocalTrackPublished", "LocalTrackUnpublished", "TrackMuted", "TrackUnmuted"]) room.on(RoomEvent[change], still);
}

function sound() {
  if (!room.canPlaybackAudio) return inside();
  prompt("sound", false);
  still();
}

// Any press is one that the browser waits for. Before what the press is for: "quiet" comes after what turns all sound up.
for (const press of ["click", "keydown"]) {
  addEventListener(press, () => room && !room.canPlaybackAudio && room.startAudio().catch(() => {}), { capture: true });
}

stage.addEventListener("click", ({ target }) => {
  const { press } = target.closest("[data-press]")?.dataset ?? {};
  if (press === "again") {
    elsewhere = false;
    enter();
  }
});

if (Room && isBrowserSupported()) {
  window.LivekitClient.setLogLevel("silent"); // the page itself says how it goes
  room = new Room({ adaptiveStream: true, dynacast: true });
  follow();
  document.dispatchEvent(new CustomEvent("video", { detail: { room, stage } }));
  addEventListener("online", enter);
  addEventListener("pagehide", () => { clearTimeout(timer); room.disconnect(); });
  addEventListener("pageshow", ({ persisted }) => persisted && enter());
  enter();
} else {
  say("unfit");
  prompt("fallback", true);
}
