"""Reading papers and notices (查文书和公示)."""

from shouwang.register.papers.queries.listing import households_to_list
from shouwang.register.papers.queries.papers import (
    Verdict,
    code_words,
    paper_file,
    paper_of,
    papers,
    papers_handed_to,
    verified,
)
from shouwang.register.papers.queries.postings import (
    board_key,
    notice_of,
    office_line,
    posting_behind,
    posting_of,
    posting_on_board,
    postings,
    postings_about,
    standing_in_village,
    state_of,
    village_of_board,
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
    "board_key",
    "code_words",
    "households_to_list",
    "notice_of",
    "office_line",
    "paper_file",
    "paper_of",
    "papers",
    "papers_handed_to",
    "posting_behind",
    "posting_of",
    "posting_on_board",
    "postings",
    "postings_about",
    "shipped",
    "standing_in_village",
    "state_of",
    "template_bytes",
    "template_in_force",
    "template_of",
    "templates",
    "verified",
    "village_of_board",
]
