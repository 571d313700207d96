"""Compression (压缩): texts travel compressed; files that are packed already, and live feeds, as they are.

The size of a compressed answer gives away its content to one who can have a browser ask often (BREACH). Our cookie is
SameSite=Lax: another site's page cannot have a browser send it in the background.
"""

from fastapi import FastAPI
from starlette.middleware.gzip import DEFAULT_EXCLUDED_CONTENT_TYPES, GZipMiddleware

AT_LEAST = 1000
"""Bytes; less is not worth it."""

LEVEL = 5
"""Of nine. Higher ones cost a multiple of the time for a few per cent."""

OFFICE = "application/vnd.openxmlformats-officedocument"
PACKED = (
    *DEFAULT_EXCLUDED_CONTENT_TYPES,
    "application/pdf",
    f"{OFFICE}.spreadsheetml.sheet",
    f"{OFFICE}.wordprocessingml.document",
)


def install(app: FastAPI) -> None:
    """Compress answers for clients that take it."""
    app.add_middleware(GZipMiddleware, minimum_size=AT_LEAST, compresslevel=LEVEL, exclude_content_types=PACKED)
