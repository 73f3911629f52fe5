// The buttons below the video: sound, audio only, full screen; for who has the floor his microphone, camera and screen.

const { RoomEvent, Track } = window.LivekitClient ?? {};
let room, stage;

// What was on when the line broke, or when the page moved with the room, is turned on again soon after: nobody took it
// away. Not later, when nobody thinks of it any more. A screen is chosen anew each time, so that is only said.
const KEY = "video on", LIVES = 60_000;
const wanted = new Set();
let since = Infinity; // when the line broke

// What its reader chose to hear and see stays over a move.
const CHOSEN = ["quiet", "audio"];

function remember() {
  const chosen = CHOSEN.filter((name) => name in stage.dataset);
  sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), broke: Math.min(since, Date.now()), names: [...wanted], chosen }));
}

function remembered() {
  const { at, broke, names, chosen } = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  sessionStorage.removeItem(KEY);
  if (!(Date.now() - at < LIVES)) return;
  since = broke;
  for (const name of names) wanted.add(name);
  for (const name of chosen) {
    mark(name, true);
    does[name](true);
  }
}

const tool = (name) => stage.querySelector(`[data-tool="${name}"]`);
const say = (state) => document.dispatchEvent(new CustomEvent("video-say", { detail: state }));
const speaks = () => "speaks" in stage.dataset;

function mark(name, on) {
  tool(name).ariaPressed = String(on);
}

function quiet(on) {
  stage.toggleAttribute("data-quiet", on);
  for (const element of stage.querySelectorAll(".sounds audio")) element.muted = on;
}

// Pictures are not asked for at all then: what they would take is what a slow line lacks.
function audio(on) {
  stage.toggleAttribute("data-audio", on);
  for (const who of room.remoteParticipants.values()) for (const one of who.videoTrackPublications.values()) one.setSubscribed(!on);
}

function full(on) {
  if (on) stage.requestFullscreen?.().catch(() => mark("full", false));
  else if (document.fullscreenElement) document.exitFullscreen();
}

const publish = {
  microphone: (on) => room.localParticipant.setMicrophoneEnabled(on),
  camera: (on) => room.localParticipant.setCameraEnabled(on),
  screen: (on) => room.localParticipant.setScreenShareEnabled(on, { audio: true }),
};

async function turn(name, on) {
  const button = tool(name);
  button.ariaBusy = "true";
  try {
    await publish[name](on);
    wanted[on && speaks() ? "add" : "delete"](name);
    if (on) {
      shared()?.addEventListener("ended", () => wanted.delete("screen")); // by the browser's own button
      say("inside");
    }
  } catch (error) {
    // Without the floor or the line, it has been said why.
    if (speaks()) document.dispatchEvent(new CustomEvent("video-failed", { detail: { name, error } }));
  }
  button.ariaBusy = null;
  published();
}

const shared = () => room.localParticipant.getTrackPublication(Track.Source.ScreenShare)?.track?.mediaStreamTrack;

function published() {
  const { localParticipant: self } = room;
  mark("microphone", self.isMicrophoneEnabled);
  mark("camera", self.isCameraEnabled);
  mark("screen", self.isScreenShareEnabled);
}

// Without the floor nothing of this person is taken any more, and the light of his camera goes out.
async function floor({ detail: { may, broken } }) {
  const row = stage.querySelector("[data-speaking]");
  if (!may && row.contains(document.activeElement)) document.getElementById("video-line").focus();
  row.hidden = !may;
  if (may) await resume();
  else if (broken) since = Math.min(since, Date.now());
  else {
    since = Infinity;
    wanted.clear();
  }
  if (!may) {
    const all = [...room.localParticipant.trackPublications.values()];
    for (const { track } of all) track?.stop();
    await Promise.allSettled(all.map(({ track }) => track && room.localParticipant.unpublishTrack(track)));
  }
  published();
}

async function resume() {
  if (Date.now() - since > LIVES) wanted.clear();
  since = Infinity;
  const screen = wanted.delete("screen");
  for (const name of wanted) await turn(name, true);
  if (screen && speaks()) say("share-again");
}

const does = { quiet, audio, full };

document.addEventListener("video", ({ detail }) => {
  ({ room, stage } = detail);
  if (!stage.requestFullscreen) tool("full").hidden = true;
  if (!navigator.mediaDevices?.getDisplayMedia) tool("screen").hidden = true;
  stage.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-tool]"), name = button?.dataset.tool;
    if (!name || button.ariaBusy === "true") return;
    const on = button.ariaPressed !== "true";
    if (name in publish) return turn(name, on);
    mark(name, on);
    does[name](on);
  });
  document.addEventListener("fullscreenchange", () => mark("full", document.fullscreenElement === stage));
  document.addEventListener("floor", floor);
  remembered();
  document.addEventListener("moving", remember);
  room.on(RoomEvent.TrackPublished, (publication) => {
    if (publication.kind === Track.Kind.Video && "audio" in stage.dataset) publication.setSubscribed(false);
  });
  for (const change of ["LocalTrackPublished", "LocalTrackUnpublished", "TrackMuted", "TrackUnmuted"]) room.on(RoomEvent[change], published);
  room.on(RoomEvent.Connected, () => "audio" in stage.dataset && audio(true));
});
