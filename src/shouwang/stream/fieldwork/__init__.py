"""Work on the way (外出采集): what a phone takes along to the villages, and what comes back from it.

Furthest down the stream: what comes back is done by the actions of the stages above, under the person's post.
"""
