// The page with its Jitsi room in a frame. The address with the token is made when the page is opened, and stands in no
// history and in no other page: a frame's first address is in neither.

const stage = document.querySelector("[data-video]"), frame = stage.querySelector("iframe"), line = document.getElementById("video-line");
const AGAIN = 10_000, SECOND = 1000;
const CONFIG = { "prejoinConfig.enabled": false, startWithAudioMuted: true, startWithVideoMuted: true, disableDeepLinking: true, disableInviteFunctions: true };

const stale = () => document.dispatchEvent(new Event("stale"));
const say = (words) => { line.textContent = words; };

function address({ url, room, token, name }) {
  const config = { ...CONFIG, defaultLanguage: document.documentElement.lang };
  const told = Object.entries(config).map(([key, value]) => `config.${key}=${encodeURIComponent(JSON.stringify(value))}`);
  told.push(`userInfo.displayName=${encodeURIComponent(JSON.stringify(name))}`);
  return `${url}/${encodeURIComponent(room)}?jwt=${encodeURIComponent(token)}#${told.join("&")}`;
}

async function enter() {
  say(stage.dataset.sayConnecting);
  try {
    const answer = await fetch(stage.dataset.video, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(AGAIN) });
    if (!answer.ok && answer.status !== 503) return stale();
    if (!answer.ok) throw new Error(String(answer.status));
    const way = await answer.json();
    if (way.how !== "jitsi") return stale();
    frame.src = address(way);
    say("");
  } catch {
    say(stage.dataset.saySilent);
    setTimeout(enter, AGAIN + Math.random() * SECOND);
  }
  // Whether the frame shows the room, no page can see: the other way stands beside it.
  stage.querySelector('[data-prompt="fallback"]').hidden = false;
}

enter();
