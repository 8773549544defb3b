"""The experience leadership team: structure, responsibilities, competencies, mandate, practices."""
