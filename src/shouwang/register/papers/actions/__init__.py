"""Writing papers and notices (办文书和公示)."""

from shouwang.register.papers.actions.issue import issue_paper
from shouwang.register.papers.actions.notice_papers import issue_notice_paper
from shouwang.register.papers.actions.opening import open_handed_paper, open_paper
from shouwang.register.papers.actions.posting import NoticeWish, post_notice_sheet, preview_posting, take_down_posting
from shouwang.register.papers.actions.templates import revert_template, specimen, upload_template

__all__ = [
    "NoticeWish",
    "issue_notice_paper",
    "issue_paper",
    "open_handed_paper",
    "open_paper",
    "post_notice_sheet",
    "preview_posting",
    "revert_template",
    "specimen",
    "take_down_posting",
    "upload_template",
]
