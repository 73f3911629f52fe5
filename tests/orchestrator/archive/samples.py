"""The smallest files of each kind, made up byte by byte."""

import io
import zipfile

PDF = (
    b"%PDF-1.4\n1 0 obj\n<</Type/Catalog>>\nendobj\n"
    b"trailer\n<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
)


def box(name, body=b""):
    """One box of an MP4 file."""
    return (len(body) + 8).to_bytes(4) + name + body


MP4 = (
    box(b"ftyp", b"isom\x00\x00\x02\x00isommp41")
    + box(b"moov", b"m" * 40)
    + box(b"mdat", b"pictures" * 64)
)
MOV = box(b"ftyp", b"qt  \x00\x00\x02\x00qt  ") + box(b"moov") + box(b"mdat")
M4A = box(b"ftyp", b"M4A \x00\x00\x02\x00M4A ") + box(b"moov") + box(b"mdat")
HEIC = box(b"ftyp", b"heic\x00\x00\x00\x00mif1heic") + box(b"meta")


def ebml(doctype, *, segment=b"\x01\xff\xff\xff\xff\xff\xff\xff", body=b"clusters"):
    """A WebM or Matroska file; the segment's length is unknown unless given."""
    header = b"\x42\x82" + bytes([0x80 | len(doctype)]) + doctype + b"\x42\x87\x81\x04"
    start = b"\x1a\x45\xdf\xa3" + bytes([0x80 | len(header)]) + header
    return start + b"\x18\x53\x80\x67" + segment + body


WEBM = ebml(b"webm")
MKV = ebml(b"matroska")


def ogg(first_packet):
    return b"OggS\x00\x02" + bytes(20) + b"\x01\x2a" + first_packet + bytes(40)


OGV = ogg(b"\x80theora\x03\x02\x01")
OGA = ogg(b"\x01vorbis\x00")


def zipped(*names):
    """A ZIP archive with empty files of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name in names:
            archive.writestr(name, "")
    return file.getvalue()
