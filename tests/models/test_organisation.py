"""The demo organisation is the contract's table, line by line."""

from models.organisation import demo_organisation, demo_staff

TABLE = """
xiaoshan 330109 xs-center:window:district xs-guali:window:town<xs-center xs-tangtou:window:village<xs-guali
xiaoshan 330109 xs-sgb:lead:district xs-jw:discipline:district xs-ga:department:district xs-mz:department:district
xiaoshan 330109 xs-rs:department:district xs-jy:department:district xs-zj:department:district xs-zr:department:district
xiaoshan 330109 xs-sc:department:district xs-sw:department:district xs-yj:department:district xs-cl:department:district
xiaoshan 330109 xs-xa:department:town
fuyang 330111 fy-center:window:district fy-changkou:window:town<fy-center fy-sgb:lead:district fy-jw:discipline:district
fuyang 330111 fy-ga:department:district fy-bdc:department:district fy-sw:department:district fy-zj:department:district
xuanwu 320102 xw-center:window:district xw-rsfz:window:district<xw-center xw-gafz:window:district<xw-center
xuanwu 320102 xw-swfz:window:district<xw-center xw-hyfz:window:district<xw-center xw-jd:window:town<xw-center
xuanwu 320102 xw-spj:lead:district xw-jw:discipline:district xw-sc:department:district xw-zj:department:district
xuanwu 320102 xw-zr:department:district xw-sw:department:district
heping 120101 hp-center:window:district hp-zw:lead:district hp-jw:discipline:district hp-yj:department:district
heping 120101 hp-sc:department:district
dongli 120110 dl-center:window:district dl-zw:lead:district dl-jw:discipline:district dl-rs:department:district
yanhu 140802 yh-center:window:district yh-zw:lead:district yh-jw:discipline:district yh-rs:department:district
yanhu 140802 yh-sc:department:district
ningbo 330200 nb-center:window:district nb-zw:lead:district nb-jw:discipline:district nb-sc:department:district
ningbo 330200 nb-zj:department:district
shangyu 330604 sy-center:window:district sy-zw:lead:district sy-jw:discipline:district sy-zr:department:district
shangyu 330604 sy-yb:department:district
zhangqiu 370114 zq-center:window:district zq-sp:lead:district zq-jw:discipline:district zq-rs:department:district
binhai 120116 bh-center:window:district bh-zw:lead:district bh-jw:discipline:district bh-sc:department:district
"""


def test_units_are_the_contracts() -> None:
    expected = {}
    for line in TABLE.strip().splitlines():
        district, division, *units = line.split()
        for unit in units:
            said, _, parent = unit.partition("<")
            code, kind, level = said.split(":")
            expected[code] = (kind, level, parent or None, district, division)
    found = {u.code: (u.kind, u.level, u.parent, u.district, u.division) for u in demo_organisation().units.values()}
    assert found == expected


def test_users_are_one_for_each_role_of_a_units_kind() -> None:
    staff = {person.username: (person.role, person.unit) for person in demo_staff(demo_organisation())}
    assert staff["xs-center.clerk"] == ("clerk", "xs-center")
    assert staff["xs-center.head"] == ("head", "xs-center")
    assert staff["xs-mz.liaison"] == ("liaison", "xs-mz")
    assert staff["xs-sgb.lead"] == ("lead", "xs-sgb")
    assert staff["xs-jw.supervisor"] == staff["xs-jw.supervisor2"] == ("supervisor", "xs-jw")
    assert staff["auditor"] == ("auditor", None)
    assert staff["admin"] == ("admin", None)
    windows = sum(unit.kind == "window" for unit in demo_organisation().units.values())
    assert sum(role in ("clerk", "head") for role, _ in staff.values()) == 2 * windows


def test_the_tree() -> None:
    organisation = demo_organisation()
    assert organisation.ancestors("xs-tangtou") == ["xs-tangtou", "xs-guali", "xs-center"]
    assert sorted(organisation.subtree("xs-center")) == ["xs-center", "xs-guali", "xs-tangtou"]
    assert organisation.subtree("nowhere") == []
    assert organisation.lead("xuanwu").code == "xw-spj"
    assert organisation.discipline("heping").code == "hp-jw"
