"""Writing papers and notices (办文书和公示)."""

from shouwang.register.papers.actions.posting import NoticeWish, post_notice_sheet, preview_posting, take_down_posting

__all__ = ["NoticeWish", "post_notice_sheet", "preview_posting", "take_down_posting"]
