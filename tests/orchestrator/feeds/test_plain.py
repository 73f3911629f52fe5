"""Markdown becomes text that reads well without any mark-up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestrator.feeds.plain import plain


@pytest.mark.parametrize(
    ("markdown", "text"),
    [
        ("", ""),
        ("Un *mot* et **deux**.", "Un mot et deux."),
        ("# Titre\n\nSuite", "Titre\n\nSuite"),
        ("une ligne\nla même", "une ligne la même"),
        ("une ligne  \nune autre", "une ligne\nune autre"),
        ("Avant\n\n- a\n- b\n\nAprès", "Avant\n\n- a\n- b\n\nAprès"),
        ("- a\n\n  suite de a\n- b", "- a\n\nsuite de a\n\n- b"),
        ("[texte](https://a.example/x)", "texte (https://a.example/x)"),
        ("<https://a.example>", "https://a.example"),
        ("<ada@a.example>", "ada@a.example"),
        ("`code` et\n\n```\nbloc\n```", "code et\n\nbloc"),
        ("![une courbe](https://a.example/c.png)", "une courbe"),
        ("le nombre $a_i < b$ & <b>gras</b>", "le nombre $a_i < b$ & <b>gras</b>"),
    ],
)
def test_plain(markdown, text):
    assert plain(markdown) == text


@given(st.text())
def test_any_text_becomes_text(markdown):
    assert isinstance(plain(markdown), str)
