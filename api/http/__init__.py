"""The way of every request and answer (HTTP): bodies, errors, headers, uploads, live changes."""
