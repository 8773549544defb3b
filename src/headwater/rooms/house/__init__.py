"""What all rooms share: layout, slots, jobs, mail, the audit trail, rate limits, security headers."""
