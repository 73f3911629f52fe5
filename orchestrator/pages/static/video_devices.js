// Which microphone, camera and loudspeaker, in a dialog with the level of the microphone and, on a press, the picture of the
// camera. Anybody may try his own, before he has the floor too: what is only tried here is sent to nobody.

const { Room, RoomEvent, createAudioAnalyser, createLocalAudioTrack, createLocalVideoTrack, Track } = window.LivekitClient ?? {};
const KINDS = ["audioinput", "videoinput", "audiooutput"], PERIOD = 100;
const dialog = document.getElementById("devices"), level = document.getElementById("level");
const picture = dialog.querySelector("video"), press = dialog.querySelector('[data-press="preview"]');
const told = dialog.querySelector("[role=status]");
let room;

const failed = (name, error) => document.dispatchEvent(new CustomEvent("video-failed", { detail: { name, error } }));

async function list() {
  for (const kind of KINDS) {
    const select = dialog.querySelector(`[data-device="${kind}"]`), field = select.closest(".choices");
    // The first question asks for the permission, without which devices have no names.
    const found = await Room.getLocalDevices(kind, kind === "audioinput").catch(() => []);
    const named = found.filter(({ deviceId, label }) => deviceId && label);
    field.hidden = !named.length || (kind === "audiooutput" && !("setSinkId" in HTMLMediaElement.prototype));
    const active = room.getActiveDevice(kind) ?? "default";
    select.replaceChildren(...named.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === active)));
  }
}

// One trial of a device at a time: "begin" gives what ends it, and who had it ended meanwhile has it ended at once.
function trial(begin) {
  let turn = 0, end = null;
  const stop = () => {
    turn++;
    end?.();
    end = null;
  };
  const start = async () => {
    stop();
    const mine = turn, ends = await begin();
    if (mine !== turn || !dialog.open) return ends?.();
    end = ends;
  };
  return { start, stop, isOn: () => Boolean(end) };
}

// Of what is heard in the room, or else of a track that nobody else hears.
const sound = trial(async () => {
  const publication = room.localParticipant.getTrackPublication(Track.Source.Microphone);
  const published = publication?.isMuted ? null : publication?.track;
  try {
    const own = published ? null : await createLocalAudioTrack({ deviceId: room.getActiveDevice("audioinput") });
    const { calculateVolume, cleanup } = createAudioAnalyser(published ?? own);
    const timer = setInterval(() => { level.value = calculateVolume(); }, PERIOD);
    return () => { clearInterval(timer); cleanup(); own?.stop(); level.value = 0; };
  } catch (error) {
    failed("microphone", error);
  }
});

const view = trial(async () => {
  try {
    const own = await createLocalVideoTrack({ deviceId: room.getActiveDevice("videoinput") });
    own.attach(picture);
    return () => { own.detach(picture); own.stop(); };
  } catch (error) {
    failed("camera", error);
  }
});

async function show(on) {
  await (on ? view.start() : view.stop());
  picture.hidden = !view.isOn();
  press.ariaPressed = String(view.isOn());
}

document.addEventListener("video", ({ detail: { room: joined, stage } }) => {
  room = joined;
  stage.addEventListener("click", async ({ target }) => {
    if (!target.closest('[data-press="devices"]')) return;
    told.textContent = "";
    dialog.showModal();
    await list();
    await sound.start();
  });
  press.addEventListener("click", async () => {
    told.textContent = "";
    await show(!view.isOn());
    await list();
  });
  dialog.addEventListener("close", () => {
    sound.stop();
    show(false);
  });
  dialog.addEventListener("change", async ({ target: { value, dataset: { device } } }) => {
    if (!device) return;
    await room.switchActiveDevice(device, value).catch(() => {});
    if (device === "audioinput") await sound.start();
    if (device === "videoinput" && view.isOn()) await show(true);
  });
  room.on(RoomEvent.MediaDevicesChanged, () => dialog.open && list());
  // The floor may come and go meanwhile, and the microphone with it.
  for (const change of ["LocalTrackPublished", "LocalTrackUnpublished", "TrackMuted", "TrackUnmuted"]) {
    room.on(RoomEvent[change], ({ source }, who) => dialog.open && who.isLocal && source === Track.Source.Microphone && sound.start());
  }
});
