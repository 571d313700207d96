"""监督 at the door: inquiries, tasks of supervision, draws, scores, clusters of cases."""
