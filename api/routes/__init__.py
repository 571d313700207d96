"""Routes (路由): one file a subject, each route a few lines."""
