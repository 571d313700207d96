"""统一认证: who comes back from the issuer is let in; what an impostor brings is not. And how much anybody may ask."""

import httpx
import pytest

from tests.api.conftest import People
from tests.api.issuer import Issuer

pytestmark = [pytest.mark.system, pytest.mark.xdist_group("api")]


def go_there_and_back(strict: People, browser: httpx.Client) -> httpx.Response:
    there = browser.get("/sign-in/oidc")
    assert there.status_code == 302, there.text
    back = httpx.get(there.headers["location"])
    return browser.get(back.headers["location"])


@pytest.fixture
def tab(strict: People) -> httpx.Client:
    return httpx.Client(base_url=strict.system.api_url, timeout=30)


def test_who_comes_back_is_signed_in_with_the_rights_of_their_account(
    strict: People, issuer: Issuer, tab: httpx.Client
) -> None:
    issuer.user, issuer.wrong = "xw-center.head", ""
    with tab:
        answer = go_there_and_back(strict, tab)
        assert (answer.status_code, answer.headers["location"]) == (303, "/")
        assert tab.get("/api/me").json()["role"] == "head"
    assert issuer.challenges[-1] == "S256"


@pytest.mark.parametrize("wrong", ["issuer", "audience", "nonce", "expired", "signature", "algorithm", "error"])
def test_what_an_impostor_brings_signs_nobody_in(strict: People, issuer: Issuer, tab: httpx.Client, wrong: str) -> None:
    issuer.user, issuer.wrong = "xw-center.head", wrong
    with tab:
        answer = go_there_and_back(strict, tab)
        assert answer.status_code == 401, answer.text
        assert "重新登录" in answer.json()["detail"]
        assert tab.get("/api/me").status_code == 401
    issuer.wrong = ""


def test_a_state_that_is_not_ours_signs_nobody_in(strict: People, issuer: Issuer, tab: httpx.Client) -> None:
    with tab:
        tab.get("/sign-in/oidc")
        assert tab.get("/sign-in/oidc/back", params={"code": "code", "state": "forged"}).status_code == 401
    with httpx.Client(base_url=strict.system.api_url) as other:
        assert other.get("/sign-in/oidc/back", params={"code": "code", "state": "forged"}).status_code == 401


def test_no_account_and_one_factor_too_few_are_told_what_to_do(
    strict: People, issuer: Issuer, tab: httpx.Client
) -> None:
    issuer.wrong = ""
    with tab:
        for user, amr, status in (
            ("nobody.at-all", ["pwd", "otp"], 403),
            ("xw-jw.supervisor", ["pwd"], 403),
            ("xw-jw.supervisor", ["pwd", "otp"], 303),
        ):
            issuer.user, issuer.amr = user, amr
            assert go_there_and_back(strict, tab).status_code == status
    issuer.amr = ["pwd"]


def test_who_asks_too_much_is_told_to_wait(strict: People) -> None:
    assert strict.get("xw-center.clerk", "/api/me").status_code == 200
    with httpx.Client(base_url=strict.system.api_url) as tab:
        answers = [tab.get("/api/public/stamps/NOTHING").status_code for _ in range(650)]
    assert answers[0] == 404
    assert answers[-1] == 429
    assert strict.get("xw-center.clerk", "/api/me").status_code == 200, "nobody who is signed in is held up"
