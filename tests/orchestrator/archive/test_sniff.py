"""Only what begins and ends as a PDF or a video is taken; names do not matter."""

import io

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from orchestrator.archive import sniff as sniffing
from orchestrator.archive.errors import WrongContent
from orchestrator.archive.model import AttachmentKind, Format
from orchestrator.archive.sniff import sniff
from tests.orchestrator.archive import samples

SLIDES, VIDEO = AttachmentKind.SLIDES, AttachmentKind.VIDEO


def refusal(content, kind=SLIDES):
    with pytest.raises(WrongContent) as refused:
        sniff(io.BytesIO(content), kind)
    return refused.value.detail


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (samples.PDF, Format.PDF),
        (samples.PDF + bytes(500), Format.PDF),
        (samples.MP4, Format.MP4),
        (samples.MP4 + b"\x00\x00\x00", Format.MP4),
        (samples.MP4[:-520] + b"\x00\x00\x00\x00mdat" + b"m" * 99, Format.MP4),
        (
            samples.MP4[:-520] + b"\x00\x00\x00\x01mdat" + (99).to_bytes(8) + b"m" * 83,
            Format.MP4,
        ),
        (samples.MOV, Format.QUICKTIME),
        (samples.WEBM, Format.WEBM),
        (samples.ebml(b"webm", segment=b"\x88"), Format.WEBM),
        (samples.MKV, Format.MATROSKA),
        (samples.OGV, Format.OGG),
    ],
)
def test_pdf_and_video_are_known_by_their_content(content, found):
    assert sniff(io.BytesIO(content), found.kind) is found


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (b"", "This file is empty. Check that it was copied completely."),
        (
            samples.zipped("[Content_Types].xml", "ppt/presentation.xml"),
            "This is a PowerPoint presentation (PPTX). Export it as PDF and attach that.",
        ),
        (
            samples.zipped("[Content_Types].xml", "word/document.xml"),
            "This is a Word document (DOCX). Export it as PDF and attach that.",
        ),
        (
            samples.zipped("[Content_Types].xml"),
            "This is an Office document. Export it as PDF and attach that.",
        ),
        (
            samples.zipped("a.txt"),
            "This is a ZIP archive. Unpack it and attach the PDF or the video inside.",
        ),
        (
            b'<?xml version="1.0"?>\n<svg onload="alert(1)"/>',
            "This is a drawing (SVG), which can run scripts. Export it as PDF and attach that.",
        ),
        (
            "\ufeff<!DOCTYPE html><p>hello".encode("utf-16"),
            "This is a web page (HTML). Print it to PDF, or attach its address instead.",
        ),
        (
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "This is an Office document (PPT, DOC). Export it as PDF and attach that.",
        ),
        (
            b"RIFF\x10\x00\x00\x00AVI LIST",
            "This is an AVI video. Convert it to MP4 (H.264) and attach that.",
        ),
        (
            (b"G" + bytes(187)) * 3,
            "This is an MPEG transport stream. Convert it to MP4 (H.264) and attach that.",
        ),
        (
            b"<?xml version='1.0'?><deck/>",
            "This is an XML document. Export it as PDF and attach that.",
        ),
        (
            b"The plan of my talk",
            "This is plain text. Export it as PDF and attach that.",
        ),
        (
            bytes(range(128, 256)),
            "This is no PDF. Slides are a PDF. Export it as PDF and attach that.",
        ),
        (
            samples.MP4,
            "This is an MP4 video, not slides. Attach it as the video of the talk; slides are a PDF.",
        ),
    ],
)
def test_what_is_refused_as_slides_is_named(content, detail):
    assert refusal(content) == detail


@pytest.mark.parametrize(
    ("content", "detail"),
    [
        (
            samples.PDF,
            "This is a PDF, not a video. Attach it as the slides of the talk; a video is MP4, WebM or Ogg.",
        ),
        (samples.M4A, "This is sound without picture. Attach a video (MP4)."),
        (samples.HEIC, "This is a picture. Slides are a PDF, a video is MP4."),
        (samples.OGA, "This is sound without picture (Ogg). Attach a video."),
        (
            bytes(range(128, 256)),
            "This is no video that is known here. Convert it to MP4 (H.264) and attach that.",
        ),
        (
            b"\x1a\x45\xdf\xa3\xff" + bytes(40),
            "This begins like a WebM video, but its header is broken.",
        ),
        (
            b"\x1a\x45\xdf\xa3\x84" + bytes(40),
            "This begins like a WebM video, but no video follows.",
        ),
        (
            b"\x1a\x45\xdf\xa3",
            "This begins like a WebM video, but its header is broken.",
        ),
    ],
)
def test_what_is_refused_as_video_is_named(content, detail):
    assert refusal(content, VIDEO) == detail


@pytest.mark.parametrize(
    "content",
    [
        b"<html><script>alert(1)</script>" + samples.PDF,
        b"\n" + samples.PDF,
        samples.zipped("a.txt")[:200] + samples.PDF,
        b"%PDF-x" + samples.PDF,
    ],
)
def test_anything_in_front_of_a_pdf_is_refused(content):
    assert refusal(content).startswith("This is a PDF with something else in front")


def test_pdf_that_is_a_web_page_too_is_refused():
    page = samples.PDF.replace(b"1 0 obj", b"%<ScRiPt>alert(1)</script>\n1 0 obj")

    assert refusal(page).startswith("This looks like a PDF and like a web page")


def test_pdf_that_is_a_web_page_too_would_pass_without_the_guard(monkeypatch):
    page = samples.PDF.replace(b"1 0 obj", b"%<ScRiPt>alert(1)</script>\n1 0 obj")
    never = sniffing.re.compile(rb"(?!)")
    monkeypatch.setattr(sniffing, "_MARKUP", never)

    assert sniff(io.BytesIO(page), SLIDES) is Format.PDF


def test_pdf_that_is_an_archive_too_is_refused():
    detail = refusal(samples.PDF + samples.zipped("payload.exe"))

    assert detail.startswith("This looks like a PDF with a ZIP archive behind it")


def test_pdf_that_is_an_archive_too_would_pass_without_the_guard(monkeypatch):
    monkeypatch.setattr(sniffing, "_ZIP_END", b"another mark")

    found = sniff(io.BytesIO(samples.PDF + samples.zipped("payload.exe")), SLIDES)

    assert found is Format.PDF


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (samples.PDF[:-8], SLIDES),
        (samples.MP4[:-1], VIDEO),
        (samples.MP4[:-500], VIDEO),
        (samples.ebml(b"webm", segment=b"\x48\x00"), VIDEO),
    ],
)
def test_what_was_cut_short_is_refused(content, kind):
    assert "cut short" in refusal(content, kind)


def test_boxes_that_lead_nowhere_end_the_search():
    loop = samples.MP4 + b"\x00\x00\x00\x01free" + (8).to_bytes(8) + bytes(32)

    assert "cut short" in refusal(loop, VIDEO)


def test_search_through_boxes_has_an_end():
    many = samples.MP4 + samples.box(b"free") * 100_000 + b"\xff" * 100

    assert sniff(io.BytesIO(many), VIDEO) is Format.MP4


HEADS = st.sampled_from(
    [
        b"%PDF-1.7\n",
        samples.PDF,
        samples.MP4[:24],
        samples.MP4,
        samples.WEBM[:20],
        samples.WEBM,
        samples.OGV,
        b"PK\x03\x04",
        b"<svg",
        b"",
    ]
)


@given(st.lists(st.one_of(HEADS, st.binary(max_size=64)), max_size=4).map(b"".join))
@example(samples.MP4[:24] + b"\x00\x00\x00\x01")
@example(b"\x1a\x45\xdf\xa3\x9f\x42\x82")
def test_any_content_is_refused_or_begins_as_its_format(content):
    for kind in AttachmentKind:
        found = found_or_none(content, kind)

        assert found is None or found.kind is kind
        assert found is None or content.startswith(beginning(found, content))


def found_or_none(content, kind):
    try:
        return sniff(io.BytesIO(content), kind)
    except WrongContent:
        return None


def beginning(found, content):
    return {
        Format.PDF: b"%PDF-",
        Format.MP4: content[:4] + b"ftyp",
        Format.QUICKTIME: content[:4] + b"ftypqt  ",
        Format.WEBM: b"\x1a\x45\xdf\xa3",
        Format.MATROSKA: b"\x1a\x45\xdf\xa3",
        Format.OGG: b"OggS",
    }[found]
