"""Reading papers and notices (查文书和公示)."""

from shouwang.register.papers.queries.listing import households_to_list
from shouwang.register.papers.queries.postings import (
    notice_of,
    posting_of,
    posting_on_board,
    postings,
    postings_about,
    state_of,
)

__all__ = [
    "households_to_list",
    "notice_of",
    "posting_of",
    "posting_on_board",
    "postings",
    "postings_about",
    "state_of",
]
