"""Loading the demo organisation (机构装载): units and accounts, in a database without users."""

from argon2 import PasswordHasher
from psycopg import AsyncConnection

from models.organisation import demo_organisation, demo_staff

_UNIT = """
INSERT INTO units (code, name, kind, level, parent, district, division) VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT DO NOTHING
"""
_STAFF = """
INSERT INTO staff (username, role, unit, name, password_hash) VALUES (%s, %s, %s, %s, %s)
ON CONFLICT (username) DO NOTHING
"""


async def load_demo_organisation(conninfo: str, password: str) -> None:
    """Load units and their demo users, all with one password, unless there are users already."""
    organisation = demo_organisation()
    async with await AsyncConnection.connect(conninfo) as connection:
        known = await (await connection.execute("SELECT count(*) FROM staff")).fetchone()
        if known and known[0]:
            return
        for unit in organisation.units.values():
            row = (unit.code, unit.name, unit.kind, unit.level, unit.parent, unit.district, unit.division)
            await connection.execute(_UNIT, [str(value) if value is not None else None for value in row])
        # One hash for all: they share the published password, and sixty hashes would take the start's ten seconds.
        password_hash = PasswordHasher().hash(password)
        for person in demo_staff(organisation):
            await connection.execute(
                _STAFF, (person.username, str(person.role), person.unit, person.name, password_hash)
            )
