"""What a browser shows and plays of a video room, by its own account."""

from tests.waiting import until_so

MEDIA = (
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
    # The server is on this machine, and told the addresses as they are.
    "--disable-features=WebRtcHideLocalIpsWithMdns",
)
"""Flags for Chromium: a camera that shows a clock and a microphone that beeps."""

_PICTURES = """() => [...document.querySelectorAll('.tile video')].map(
  (one) => one.videoWidth && one.currentTime)"""
_LEVEL = """async () => {
  const heard = document.querySelector('.sounds audio')?.srcObject;
  if (!heard) return 0;
  const audio = new AudioContext(), meter = audio.createAnalyser();
  audio.createMediaStreamSource(heard).connect(meter);
  const samples = new Float32Array(meter.fftSize);
  let loudest = 0;
  for (let looked = 0; looked < 60; looked++) {
    await new Promise((done) => setTimeout(done, 25));
    meter.getFloatTimeDomainData(samples);
    loudest = Math.max(loudest, ...samples.map(Math.abs));
  }
  await audio.close();
  return loudest;
}"""


async def sees(page, pictures=1):
    """Wait until so many videos are decoded and go on."""
    before = {}

    async def moving():
        now = await page.evaluate(_PICTURES)
        moved = [n for n, at in enumerate(now) if at and at > before.get(n, at)]
        before.update({n: at for n, at in enumerate(now) if at and n not in before})
        return len(moved) >= pictures

    await until_so(moving)


async def hears(page):
    """Wait until something is heard that is no silence."""

    async def loud():
        return await page.evaluate(_LEVEL) > 0.01

    await until_so(loud)
