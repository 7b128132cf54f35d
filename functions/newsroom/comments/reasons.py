"""Reasons that a comment's row stores and an editor reads: the words continue "Held because it …"."""

WAITS = "waits for the comment it answers"
"""The reason of a reply that is held only for its parent: it is approved when the parent is."""

NOT_THERE = "answers a comment that is not there"
DECLINED = "answers a comment that was declined"
CROWDED = "answers a comment that is not published, as many others do"
STAFF = "comes from an address of the paper’s own: approve it if they wrote it, and it is marked as theirs"

BY_EDITOR = "was put on hold by an editor"
"""The reason of a comment that an editor held: no edit by its writer publishes it."""
