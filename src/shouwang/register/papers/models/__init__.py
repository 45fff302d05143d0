"""Tables of papers and notices (文书和公示).

A posting can be taken down but neither changed nor deleted; a paper can be superseded and a template added, no more.
Triggers of the database refuse the rest.
"""

from shouwang.register.papers.models.paper import Counter, Paper
from shouwang.register.papers.models.posting import PostedCase, Posting
from shouwang.register.papers.models.template import Template

__all__ = ["Counter", "Paper", "PostedCase", "Posting", "Template"]
