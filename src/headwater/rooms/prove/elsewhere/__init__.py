"""What tends to work elsewhere: summaries of effects shared between organisations."""
