"""Addresses of other systems that an administrator enters (对方地址)."""

from urllib.parse import urlsplit


def usable(url: str, schemes: tuple[str, ...]) -> bool:
    """Whether this is an absolute address of one of these schemes, without user, password and fragment."""
    try:
        parts = urlsplit(url)
        port_fits = parts.port is None or parts.port > 0
    except ValueError:
        return False
    plain = parts.username is None and parts.password is None and not parts.fragment and url.isprintable()
    return port_fits and plain and parts.scheme in schemes and bool(parts.hostname) and " " not in url
