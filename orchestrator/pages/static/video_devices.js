// Which microphone, camera and loudspeaker, in a dialog with the level of the microphone.

const { Room, RoomEvent, createAudioAnalyser, createLocalAudioTrack, Track } = window.LivekitClient ?? {};
const KINDS = ["audioinput", "videoinput", "audiooutput"], PERIOD = 100;
const dialog = document.getElementById("devices"), level = document.getElementById("level");
let room, stop = null;

async function list() {
  for (const kind of KINDS) {
    const select = dialog.querySelector(`[data-device="${kind}"]`), field = select.closest(".field");
    // The first question asks for the permission, without which devices have no names.
    const found = await Room.getLocalDevices(kind, kind === "audioinput").catch(() => []);
    const named = found.filter(({ deviceId, label }) => deviceId && label);
    field.hidden = !named.length || (kind === "audiooutput" && !("setSinkId" in HTMLMediaElement.prototype));
    const active = room.getActiveDevice(kind) ?? "default";
    select.replaceChildren(...named.map(({ deviceId, label }) => new Option(label, deviceId, false, deviceId === active)));
  }
}

// Of what is published, or else of a track that nobody else hears.
async function listen() {
  stop?.();
  const published = room.localParticipant.getTrackPublication(Track.Source.Microphone)?.track;
  try {
    const own = published ? null : await createLocalAudioTrack({ deviceId: room.getActiveDevice("audioinput") });
    const { calculateVolume, cleanup } = createAudioAnalyser(published ?? own);
    const timer = setInterval(() => { level.value = calculateVolume(); }, PERIOD);
    stop = () => { clearInterval(timer); cleanup(); own?.stop(); level.value = 0; stop = null; };
    if (!dialog.open) stop();
  } catch {
    document.dispatchEvent(new CustomEvent("video-say", { detail: "refused" }));
  }
}

document.addEventListener("video", ({ detail: { room: joined, stage } }) => {
  room = joined;
  stage.addEventListener("click", async ({ target }) => {
    if (!target.closest('[data-press="devices"]')) return;
    dialog.showModal();
    await list();
    await listen();
  });
  dialog.addEventListener("close", () => stop?.());
  dialog.addEventListener("change", async ({ target: { value, dataset: { device } } }) => {
    if (!device) return;
    await room.switchActiveDevice(device, value).catch(() => {});
    if (device === "audioinput") await listen();
  });
  room.on(RoomEvent.MediaDevicesChanged, () => dialog.open && list());
  document.addEventListener("floor", ({ detail: { may } }) => !may && dialog.open && dialog.close());
});
