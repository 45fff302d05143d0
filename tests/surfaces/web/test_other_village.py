"""Access by place: what lies in another village is not there, on no page and under no address."""

import pytest

from tests.cast import NEXT_VILLAGE, OTHER_COUNTY, VILLAGE


@pytest.mark.parametrize("address", ["/warnings/", "/households/", "/dashboard/"])
def test_a_collector_sees_no_name_of_the_next_village(as_person, screened, address):
    shown = as_person("xiaozhao").get(address).content.decode()

    assert "李大山" not in shown
    assert "/households/H1/" not in shown


def test_the_household_of_the_next_village_is_not_found(as_person, screened):
    assert as_person("xiaozhao").get("/households/H1/").status_code == 404


def test_the_card_of_the_next_village_is_not_found(as_person, screened):
    assert as_person("xiaozhao").get(f"/warnings/{screened.li.pk}/").status_code == 404


def test_a_resident_of_the_other_county_cannot_be_revealed(as_person, screened):
    answer = as_person("xiaofeng").post("/residents/R1/reveal/", {"reason": "核对身份信息"})

    assert answer.status_code == 404


@pytest.mark.parametrize("page", ["dashboard", "warnings", "households", "doubts", "gaps"])
@pytest.mark.parametrize("place", [f"village={VILLAGE}", f"county={OTHER_COUNTY}", "township=431021102", "county=43"])
def test_a_place_outside_the_own_area_is_not_found(as_person, screened, page, place):
    assert as_person("xiaozhao").get(f"/{page}/?{place}").status_code == 404


def test_what_is_missing_and_what_lies_elsewhere_get_the_same_answer(as_person, screened):
    client = as_person("xiaozhao")

    assert client.get("/households/H1/").content == client.get("/households/NOBODY/").content


def test_doubts_stay_in_their_village(as_person, screened):
    assert "该户没有户主" in as_person("xiaozhao").get("/doubts/").content.decode()
    assert "该户没有户主" not in as_person("xiaowang").get("/doubts/").content.decode()


def test_the_county_officer_may_narrow_to_a_village(as_person, screened):
    shown = as_person("xiaozhou").get(f"/warnings/?village={NEXT_VILLAGE}").content.decode()

    assert "赵有田" in shown
    assert "李大山" not in shown
