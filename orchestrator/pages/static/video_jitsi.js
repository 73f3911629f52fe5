// The page with its Jitsi room in a frame. The address with the token is made when the page is opened, and stands in no
// history and in no other page: a frame's first address is in neither.

const stage = document.querySelector("[data-video]"), line = document.getElementById("video-line");
const { mark } = document.querySelector("[data-mark]").dataset;
const AGAIN = 10_000, SECOND = 1000;
const CONFIG = { "prejoinConfig.enabled": false, startWithAudioMuted: true, startWithVideoMuted: true, disableDeepLinking: true, disableInviteFunctions: true };

const stale = () => document.dispatchEvent(new Event("stale"));
const say = (words) => { line.textContent = words; };
let timer = 0, entering = false;

function address({ url, room, token, name }) {
  const config = { ...CONFIG, defaultLanguage: document.documentElement.lang };
  const told = Object.entries(config).map(([key, value]) => `config.${key}=${encodeURIComponent(JSON.stringify(value))}`);
  told.push(`userInfo.displayName=${encodeURIComponent(JSON.stringify(name))}`);
  return `${url}/${encodeURIComponent(room)}?jwt=${encodeURIComponent(token)}#${told.join("&")}`;
}

// A frame of its own for each address.
function show(address) {
  const former = stage.querySelector("iframe"), frame = former.cloneNode();
  frame.src = address;
  former.replaceWith(frame);
}

async function enter() {
  clearTimeout(timer);
  if (entering) return;
  entering = true;
  say(stage.dataset.sayConnecting);
  try {
    const answer = await fetch(stage.dataset.video, { method: "POST", cache: "no-store", signal: AbortSignal.timeout(AGAIN) });
    if (!answer.ok && answer.status !== 503) return stale();
    if (!answer.ok) throw new Error(String(answer.status));
    const way = await answer.json();
    if (way.how !== "jitsi" || way.mark !== mark) { // it has moved, and the page goes with it
      timer = setTimeout(enter, AGAIN);
      return stale();
    }
    show(address(way));
    say("");
  } catch {
    say(stage.dataset.saySilent);
    timer = setTimeout(enter, AGAIN + Math.random() * SECOND);
  } finally {
    entering = false;
  }
  // Whether the frame shows the room, no page can see: the other way stands beside it.
  stage.querySelector('[data-prompt="fallback"]').hidden = false;
}

// Nor can it see that the room let go of the frame, or that its reader hung up in it.
stage.querySelector('[data-press="again"]').addEventListener("click", enter);
enter();
