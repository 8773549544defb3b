"""Leaders as stakeholders, and what is asked of each in minutes."""
