// Follows the video room when the organisers put it somewhere else: the page is read anew, and where it has the video in
// it, it goes along by itself. Where the video is in a tab of its own, it says that it has to be opened again.

const place = document.querySelector("[data-mark]"), told = document.getElementById("moved-told");
const way = document.querySelector(".way"), said = document.getElementById("said");
// Everybody moves within three seconds, not in one instant.
const SPREAD = 3000, TOLD_AGAIN = 10_000;
let mark = place?.dataset.mark, asking = 0;

function look() {
  const { mark: now } = place.dataset;
  if (!now || now === mark) return;
  mark = now;
  clearTimeout(asking);
  asking = setTimeout(moved, Math.random() * SPREAD);
}

function moved() {
  for (const type of ["moving", "stale"]) document.dispatchEvent(new Event(type));
  // Should the page not be had now, it is asked for again.
  if (!told) asking = setTimeout(moved, TOLD_AGAIN);
  if (!told || !way) return;
  told.hidden = false;
  way.dataset.moved = "";
  said.textContent = told.textContent;
}

way?.addEventListener("click", ({ target }) => {
  if (!target.closest("#way") || !told) return;
  told.hidden = true;
  delete way.dataset.moved;
});

// What is typed outlives the page that is left for it.
const KEY = `draft ${location.pathname}`, draft = document.getElementById("question");

if (draft) {
  const kept = sessionStorage.getItem(KEY);
  if (kept && !draft.value) draft.value = kept;
  sessionStorage.removeItem(KEY);
  addEventListener("pagehide", () => draft.value && sessionStorage.setItem(KEY, draft.value));
}

if (place) new MutationObserver(look).observe(place.parentElement, { subtree: true, attributes: true, attributeFilter: ["data-mark"] });
