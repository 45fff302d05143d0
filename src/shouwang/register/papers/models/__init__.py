"""Tables of papers and notices (文书和公示).

A posting can be taken down but neither changed nor deleted; a trigger of the database refuses it.
"""

from shouwang.register.papers.models.posting import PostedCase, Posting

__all__ = ["PostedCase", "Posting"]
