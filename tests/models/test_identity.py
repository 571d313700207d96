"""Identity numbers and social credit codes: those that must pass, those that must not (证件号校验).

Persons are synthetic, born in 1900; check digits are worked out here by the tables printed in the standards, another
way than the code under test takes.
"""

from datetime import date

import pytest

from models.identity import check_id_card, check_uscc

TODAY = date(2026, 11, 23)
ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
DIGITS = "0123456789X"

# domain.md 3.2
PERSONS = [
    "330109190001010016",
    "330109190001010024",
    "330111190001010034",
    "330111190001010042",
    "140802190001010057",
    "320102190001010060",
]
# domain.md 3.3
CODES = [
    "91120101MA0000015R",
    "91120110MA0000023M",
    "91320102MA0000031B",
    "91320102MA000004X3",
    "91140802MA00000582",
    "11330109000000019G",
    "54330109MJ0000018K",
    "N2330109MF0000013J",
]


def id_card(first: str) -> str:
    """The number with its check digit, by the table of weights in GB 11643."""
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return first + "10X98765432"[sum(int(d) * w for d, w in zip(first, weights, strict=True)) % 11]


def uscc(head: str, organisation: str) -> str:
    """The code with both check digits, by the tables of weights in GB 11714 and GB 32100."""
    inner = 11 - sum(int(c, 36) * w for c, w in zip(organisation, (3, 7, 9, 10, 5, 8, 4, 2), strict=True)) % 11
    first = head + organisation + {10: "X", 11: "0"}.get(inner, str(inner))
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    return first + ALPHABET[-sum(ALPHABET.index(c) * w for c, w in zip(first, weights, strict=True)) % 31]


@pytest.mark.parametrize("number", PERSONS)
def test_synthetic_persons_pass(number: str) -> None:
    assert id_card(number[:17]) == number
    found = check_id_card(number, TODAY)
    assert (found.errors, found.warnings) == ([], [])


@pytest.mark.parametrize("area", ["810000", "820000", "830000", "330109", "330111"])
def test_residence_permits_and_young_divisions_pass(area: str) -> None:
    found = check_id_card(id_card(f"{area}19900101001"), TODAY)
    assert (found.errors, found.warnings) == ([], [])


def test_a_check_digit_x_in_either_case() -> None:
    number = next(n for n in (id_card(f"33010919000101{i:03}") for i in range(1000)) if n.endswith("X"))
    assert check_id_card(number, TODAY).errors == []
    assert check_id_card(number.lower(), TODAY).errors == []


def test_a_birth_date_to_come_is_refused() -> None:
    assert check_id_card(id_card("33010920990101001"), TODAY).errors == ["身份证号中的出生日期晚于今天，请核对是否输错"]


def test_who_is_born_today_passes_and_tomorrow_not() -> None:
    assert check_id_card(id_card("33010920261123001"), TODAY).errors == []
    assert len(check_id_card(id_card("33010920261124001"), TODAY).errors) == 1


@pytest.mark.parametrize("birth", ["19000229", "19001301", "19000100", "00000101"])
def test_an_impossible_birth_date_is_refused(birth: str) -> None:
    errors = check_id_card(id_card(f"330109{birth}001"), TODAY).errors
    assert errors == ["身份证号中的出生日期不存在，请核对是否输错"]


def test_an_unknown_area_only_warns() -> None:
    found = check_id_card(id_card("99010919000101001"), TODAY)
    assert found.errors == []
    assert len(found.warnings) == 1
    assert "地区码" in found.warnings[0]


def test_fifteen_digits_are_taken_and_marked() -> None:
    found = check_id_card("330109000101001", TODAY)
    assert found.errors == []
    assert ["待升位" in warning for warning in found.warnings] == [True]
    assert check_id_card("330109001301001", TODAY).errors == ["身份证号中的出生日期不存在，请核对是否输错"]


@pytest.mark.parametrize(
    "number",
    [
        "",
        "33010919000101001",
        "3301091900010100166",
        "33010919000101001A",
        "33010X190001010016",
        "３３０１０９１９０００１０１００１６",
    ],
)
def test_another_shape_is_refused(number: str) -> None:
    errors = check_id_card(number, TODAY).errors
    assert len(errors) == 1
    assert "18 位" in errors[0]


@pytest.mark.parametrize("number", PERSONS)
def test_no_mistyped_digit_of_a_person_passes(number: str) -> None:
    for i, right in enumerate(number):
        for wrong in DIGITS if i == 17 else DIGITS[:10]:
            if wrong != right:
                assert check_id_card(number[:i] + wrong + number[i + 1 :], TODAY).errors, (i, wrong)


@pytest.mark.parametrize(("number", "check"), [*((p, "person") for p in PERSONS), *((c, "code") for c in CODES)])
def test_no_swapped_neighbours_pass(number: str, check: str) -> None:
    for i in range(17):
        swapped = number[:i] + number[i + 1] + number[i] + number[i + 2 :]
        if swapped != number:
            assert check_id_card(swapped, TODAY).errors if check == "person" else check_uscc(swapped), swapped


@pytest.mark.parametrize("code", CODES)
def test_synthetic_codes_pass(code: str) -> None:
    assert uscc(code[:8], code[8:16]) == code
    assert check_uscc(code) == []
    assert check_uscc(code.lower()) == []


@pytest.mark.parametrize("department", "123456789ANY")
@pytest.mark.parametrize("category", "123459")
def test_every_department_registers_its_categories(department: str, category: str) -> None:
    assert check_uscc(uscc(f"{department}{category}330109", "MJ000001")) == []


@pytest.mark.parametrize(
    ("prefix", "said"), [("B1", "第 1 位"), ("01", "第 1 位"), ("90", "第 2 位"), ("9A", "第 2 位"), ("NN", "第 2 位")]
)
def test_no_such_department_or_category(prefix: str, said: str) -> None:
    errors = check_uscc(uscc(f"{prefix}330109", "MF000001"))
    assert len(errors) == 1
    assert said in errors[0]


def test_the_division_is_digits() -> None:
    errors = check_uscc(uscc("9133010A", "MA000001"))
    assert len(errors) == 1
    assert "第 3 至 8 位" in errors[0]


@pytest.mark.parametrize("organisation", ["MA00000X", "00000000", "12345678"])
def test_the_inner_check_digit_in_all_its_forms(organisation: str) -> None:
    assert check_uscc(uscc("91330109", organisation)) == []


def test_the_inner_check_digit_alone_is_enough_to_refuse() -> None:
    wrong = "91120101MA0000025"
    weights = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
    outer = ALPHABET[-sum(ALPHABET.index(c) * w for c, w in zip(wrong, weights, strict=True)) % 31]
    errors = check_uscc(wrong + outer)
    assert len(errors) == 1
    assert "第 17 位" in errors[0]


@pytest.mark.parametrize(
    "code", ["", CODES[0][:17], CODES[0] + "0", *(CODES[0][:9] + letter + CODES[0][10:] for letter in "IOSVZ-一")]
)
def test_another_shape_of_code_is_refused(code: str) -> None:
    errors = check_uscc(code)
    assert len(errors) == 1
    assert "18 位" in errors[0]


@pytest.mark.parametrize("code", CODES)
def test_no_mistyped_character_of_a_code_passes(code: str) -> None:
    for i, right in enumerate(code):
        for wrong in ALPHABET:
            if wrong != right:
                assert check_uscc(code[:i] + wrong + code[i + 1 :]), (i, wrong)
