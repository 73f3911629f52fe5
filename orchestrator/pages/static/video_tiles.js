// Who is on stage, in tiles: one large (a shared screen, else who spoke last), the others small, and the sound of all. Only
// those who publish something are shown.

const { RoomEvent, Track } = window.LivekitClient ?? {};
const SHOWN = 6;
const tiles = new Map(), spoke = new Map();
let room, stage, scene, sounds;

const write = (element, text) => element.textContent === text || (element.textContent = text);

// What each participant publishes, by the key of its tile.
function* published() {
  for (const who of [...room.remoteParticipants.values(), room.localParticipant]) {
    const shared = who.getTrackPublication(Track.Source.ScreenShare);
    if (shared) yield { key: `${who.identity} screen`, who, publication: shared, shared: true };
    const seen = who.getTrackPublication(Track.Source.Camera), heard = who.getTrackPublication(Track.Source.Microphone);
    if (who.isLocal ? seen : seen || heard) yield { key: who.identity, who, publication: seen, muted: !heard || heard.isMuted };
  }
}

// Screens first, the latest of them foremost; then who spoke last; oneself at the end. Who comes in is told of no speaker
// until another one speaks: whoever has his microphone on is it by then.
function order(one, other) {
  const rank = ({ who, shared }) => (shared ? 2 : 0) - (who.isLocal ? 1 : 0);
  return rank(other) - rank(one) || (spoke.get(other.key) ?? 0) - (spoke.get(one.key) ?? 0) || Boolean(one.muted) - Boolean(other.muted);
}

function made(key) {
  const tile = document.createElement("figure"), video = document.createElement("video"), name = document.createElement("figcaption");
  tile.className = "tile";
  Object.assign(video, { autoplay: true, playsInline: true, muted: true, hidden: true });
  tile.append(video, name);
  tiles.set(key, { tile, video, name, track: null });
  scene.append(tile);
  return tiles.get(key);
}

function show(one, place) {
  const { key, who, publication, shared, muted } = one, { tile, video, name } = tiles.get(key) ?? made(key);
  const on = publication && !publication.isMuted && publication.isSubscribed !== false;
  const track = on ? publication.track ?? null : null, kept = tiles.get(key);
  if (kept.track !== track) {
    kept.track?.detach(video);
    track?.attach(video);
    kept.track = track;
  }
  video.hidden = !track;
  tile.hidden = place >= SHOWN;
  tile.classList.toggle("large", place === 0);
  tile.classList.toggle("shared", Boolean(shared));
  tile.classList.toggle("loud", !shared && who.isSpeaking);
  const caption = shared ? stage.dataset.sayScreen.replace("{}", who.name) : who.name, mute = Boolean(!shared && muted);
  if (name.firstElementChild?.textContent !== caption || name.children.length > 1 !== mute) {
    const words = Object.assign(document.createElement("span"), { className: "who", textContent: caption });
    name.replaceChildren(words, ...(mute ? [document.getElementById("muted").content.cloneNode(true)] : []));
  }
  video.ariaLabel = caption;
}

function draw() {
  const all = [...published()].sort(order), keys = new Set(all.map(({ key }) => key));
  for (const [key, { tile, video, track }] of tiles) {
    if (keys.has(key)) continue;
    track?.detach(video);
    tile.remove();
    tiles.delete(key);
  }
  all.forEach(show);
  scene.dataset.count = Math.min(all.length, SHOWN);
  const others = scene.querySelector(".others");
  others.hidden = all.length <= SHOWN;
  write(others, stage.dataset.sayOthers.replace("{}", all.length - SHOWN));
  const own = onStage();
  scene.querySelector(".nobody").hidden = own;
  scene.querySelector(".alone").hidden = !own;
}

// A chair may speak at any time: he is on stage once he is heard.
const onStage = () => ("speaks" in stage.dataset && !("chairs" in stage.dataset)) || room.localParticipant.isMicrophoneEnabled;

function heard(track) {
  if (track.kind === Track.Kind.Audio) {
    const element = track.attach();
    element.muted = "quiet" in stage.dataset;
    sounds.append(element);
  }
  draw();
}

function unheard(track) {
  if (track.kind === Track.Kind.Audio) for (const element of track.detach()) element.remove();
  draw();
}

function cleared() {
  sounds.replaceChildren();
  draw();
}

document.addEventListener("video", ({ detail }) => {
  ({ room, stage } = detail);
  scene = stage.querySelector(".scene");
  sounds = stage.querySelector(".sounds");
  // The client turns all sound up when it starts it, as with the reader's own microphone.
  sounds.addEventListener("volumechange", ({ target }) => { target.muted ||= "quiet" in stage.dataset; }, { capture: true });
  document.addEventListener("floor", draw);
  room.on(RoomEvent.TrackSubscribed, heard).on(RoomEvent.TrackUnsubscribed, unheard).on(RoomEvent.Disconnected, cleared);
  room.on(RoomEvent.ActiveSpeakersChanged, (speakers) => {
    for (const who of speakers) spoke.set(who.identity, performance.now());
    draw();
  });
  room.on(RoomEvent.TrackPublished, ({ source }, who) => {
    if (source === Track.Source.ScreenShare) spoke.set(`${who.identity} screen`, performance.now());
    draw();
  });
  for (const change of ["TrackUnpublished", "LocalTrackPublished", "LocalTrackUnpublished", "TrackMuted", "TrackUnmuted", "ParticipantDisconnected", "Connected", "Reconnected", "TrackSubscriptionStatusChanged"]) {
    room.on(RoomEvent[change], draw);
  }
});
