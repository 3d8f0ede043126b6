"""Papers of the procedure in the ordinary layout (thể thức chung): decisions, slips, minutes.

Their layout is that of NĐ 30/2020; it has not yet been compared with the published forms line by
line, and a draft says so («bố cục chưa đối chiếu»). What each prints is decided by the act. No act
issues two of them: MQD12 (the costs of a remedial measure, paid back: the procedure by camera has
no such measure) and MQD34 (a delegation: it is of no case, and is entered with its own number).
"""

from typing import TypedDict

from notices.particulars import Paper, PostalAddress


class Line(TypedDict):
    """One labelled line of particulars."""

    label: str
    value: str


class Article(TypedDict):
    """One article or numbered section: its title, if any, and its paragraphs."""

    title: str | None
    paragraphs: list[str]


class OrdinaryContents(Paper):
    """A paper in the ordinary layout: heading, subject, bases, particulars, articles."""

    heading: str
    subject: str
    addressee: PostalAddress | None
    authority: str | None
    bases: list[str]
    particulars: list[Line]
    articles: list[Article]
    counter_signer: str | None  # who signs beside the unit: minutes have two sides


ORDINARY_KINDS = (
    "MBB02",
    "MBB03",
    "MBB06",
    "MBB29",
    "MQD03",
    "MQD04",
    "MQD05",
    "MQD07",
    "MQD08",
    "MQD09",
    "MQD10",
    "MQD11",
    "MQD12",
    "MQD34",
    "MQD38",
    "MQD39",
    "MQD40",
    "KNQD",
    "KN14A",
    "KN14B",
    "TBTC",
    "TBPGT",
    "TBTH",
)
