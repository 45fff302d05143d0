"""Reading papers and notices (查文书和公示)."""

from shouwang.register.papers.queries.listing import households_to_list
from shouwang.register.papers.queries.papers import (
    Verdict,
    code_words,
    paper_file,
    paper_of,
    papers,
    verified,
)
from shouwang.register.papers.queries.postings import (
    notice_of,
    posting_of,
    posting_on_board,
    postings,
    postings_about,
    state_of,
)
from shouwang.register.papers.queries.templates import (
    shipped,
    template_bytes,
    template_in_force,
    template_of,
    templates,
)

__all__ = [
    "Verdict",
    "code_words",
    "households_to_list",
    "notice_of",
    "paper_file",
    "paper_of",
    "papers",
    "posting_of",
    "posting_on_board",
    "postings",
    "postings_about",
    "shipped",
    "state_of",
    "template_bytes",
    "template_in_force",
    "template_of",
    "templates",
    "verified",
]
