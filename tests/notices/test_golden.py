"""The words of the forms that have a made-up context, held against their golden text files."""

import pytest

from notices.contents import CONTENTS
from notices.contents_post import SHEET_KINDS
from notices.form_versions import FORM_VERSIONS
from notices.models import PaperKind
from notices.register import NUMBER_FORMS, number_to_come
from tests.golden import FOLDER, check_golden
from tests.notices.contexts import KINDS, context

pytestmark = pytest.mark.gate


@pytest.mark.parametrize("kind", [*KINDS, *SHEET_KINDS])
def test_the_words_of_a_form_are_those_of_its_golden_text(kind: str) -> None:
    check_golden(kind, context(kind))


@pytest.mark.parametrize("kind", PaperKind.values)
def test_every_kind_of_paper_can_be_numbered_printed_and_dated(kind: str) -> None:
    assert kind in NUMBER_FORMS
    assert number_to_come(kind).startswith("……/")
    assert kind in CONTENTS
    assert kind in FORM_VERSIONS


def test_no_two_kinds_end_their_numbers_alike() -> None:
    """Each kind counts for itself, so the ending alone tells two papers of one unit apart."""
    assert len(set(NUMBER_FORMS.values())) == len(PaperKind.values)


def test_every_paper_that_somebody_issues_has_a_golden_text() -> None:
    written = {path.stem for path in FOLDER.glob("*.txt")}
    another_helper = {"TBTH"}
    assert set(PaperKind.values) - written == another_helper
