"""Comments: submission, moderation, signed tokens and notifications."""
