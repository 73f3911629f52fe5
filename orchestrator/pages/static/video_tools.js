// The buttons below the video: sound, audio only, full screen; for who has the floor his microphone, camera and screen.

const { RoomEvent, Track } = window.LivekitClient ?? {};
let room, stage;

// What was on when the line broke, or when the page moved with the room, is turned on again: nobody took it away.
const KEY = "video on", LIVES = 60_000;
const wanted = new Set();

function remembered() {
  const { at, names } = JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  sessionStorage.removeItem(KEY);
  return Date.now() - at < LIVES ? names : [];
}

const tool = (name) => stage.querySelector(`[data-tool="${name}"]`);
const say = (state) => document.dispatchEvent(new CustomEvent("video-say", { detail: state }));

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
    if (name !== "screen") wanted[on ? "add" : "delete"](name);
    if (on && stage.dataset.line !== "inside") say("inside");
  } catch (error) {
    // Who closes the browser's choice of a screen has changed his mind.
    if (name !== "screen") say(error.name === "NotFoundError" ? "missing" : "refused");
  }
  button.ariaBusy = null;
  published();
}

function published() {
  const { localParticipant: self } = room;
  mark("microphone", self.isMicrophoneEnabled);
  mark("camera", self.isCameraEnabled);
  mark("screen", self.isScreenShareEnabled);
}

// Without the floor nothing of this person is taken any more, and the light of his camera goes out.
async function floor({ detail: { may, broken } }) {
  stage.querySelector("[data-speaking]").hidden = !may;
  if (may) for (const name of wanted) await turn(name, true);
  else if (!broken) wanted.clear();
  if (!may) {
    const all = [...room.localParticipant.trackPublications.values()];
    for (const { track } of all) track?.stop();
    await Promise.allSettled(all.map(({ track }) => track && room.localParticipant.unpublishTrack(track)));
  }
  published();
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
  for (const name of remembered()) wanted.add(name);
  document.addEventListener("moving", () => {
    sessionStorage.setItem(KEY, JSON.stringify({ at: Date.now(), names: [...wanted] }));
  });
  room.on(RoomEvent.TrackPublished, (publication) => {
    if (publication.kind === Track.Kind.Video && "audio" in stage.dataset) publication.setSubscribed(false);
  });
  for (const change of ["LocalTrackPublished", "LocalTrackUnpublished", "TrackMuted", "TrackUnmuted"]) room.on(RoomEvent[change], published);
  room.on(RoomEvent.Connected, () => "audio" in stage.dataset && audio(true));
});
