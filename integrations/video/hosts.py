"""Which product an address belongs to, for people who look for its window."""

from urllib.parse import urlsplit

# Hosts, those below them included.
_PRODUCTS = {
    "8x8.vc": "Jitsi Meet",
    "framatalk.org": "Framatalk",
    "gotomeeting.com": "GoTo Meeting",
    "jit.si": "Jitsi Meet",
    "meet.google.com": "Google Meet",
    "rendez-vous.renater.fr": "RENATER Rendez-vous",
    "teams.cloud.microsoft": "Microsoft Teams",
    "teams.live.com": "Microsoft Teams",
    "teams.microsoft.com": "Microsoft Teams",
    "visio.numerique.gouv.fr": "Visio",
    "webconf.numerique.gouv.fr": "Webconf",
    "webex.com": "Webex",
    "whereby.com": "Whereby",
    "youtu.be": "YouTube",
    "youtube.com": "YouTube",
    "zoom.com": "Zoom",
    "zoom.us": "Zoom",
    "zoomgov.com": "Zoom",
}
# Installations of one's own name the product where they can.
_IN_NAMES = {"bbb": "BigBlueButton", "bigbluebutton": "BigBlueButton"}
_IN_PATHS = {"bigbluebutton": "BigBlueButton"}


def product(address: str) -> str:
    """The product at ``address`` (https), empty where it is not known."""
    parts = urlsplit(address)
    labels = (parts.hostname or "").split(".")
    for first in range(len(labels)):
        if known := _PRODUCTS.get(".".join(labels[first:])):
            return known
    first_folder = parts.path.split("/")[1:2]
    named = (_IN_NAMES.get(one.rstrip("0123456789")) for one in labels[:-2])
    of_path = (_IN_PATHS.get(one) for one in first_folder)
    return next(filter(None, (*named, *of_path)), "")
