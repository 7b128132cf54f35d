"""A byline names people: what else it says is left out and told, and what cannot be told apart stays whole."""

import pytest

from newsroom.uploads import bylines


def names(byline: str) -> list[str]:
    return bylines.parse_byline(byline).names


@pytest.mark.parametrize(
    "byline",
    [
        "Ann Bell <ann@example.org>",
        "ann@example.org (Ann Bell)",
        "Ann Bell, ann@example.org",
        '"Ann Bell" <ann@example.org>',
        "Ann Bell (ann.bell+desk@news.example.org)",
        "By Ann Bell | ann@example.org",
        "Ann Bell - mailto:ann@example.org",
        "Ann Bell, @annbell",
        "Ann Bell (@annbell)",
        "Ann Bell https://ann.example/about",
        "<ann@example.org> Ann Bell",
    ],
)
def test_an_address_in_a_byline_is_never_printed(byline: str) -> None:
    found = bylines.parse_byline(byline)
    assert found.names == ["Ann Bell"]
    assert found.remarks == ["the address in the byline is not published"]


@pytest.mark.parametrize(
    "byline", ["ann@example.org", "<ann@example.org>", "(ann@example.org)", "@annbell", "mailto:a@b.example"]
)
def test_a_byline_that_is_only_an_address_names_nobody(byline: str) -> None:
    names, [remark] = bylines.parse_byline(byline)
    assert names == []
    assert "write the author's name" in remark
    assert "@" not in remark


@pytest.mark.parametrize(
    ("byline", "left_out"),
    [
        ("Ann Bell, Staff Writer", "Staff Writer"),
        ("Ann Bell, Political Editor", "Political Editor"),
        ("Ann Bell, Berlin Bureau", "Berlin Bureau"),
        ("Ann Bell | Reporter", "Reporter"),
        ("Ann Bell - Staff Writer", "Staff Writer"),
        ("Ann Bell — Reuters", "Reuters"),
        ("Ann Bell (Reuters)", "Reuters"),
        ("Ann Bell [AFP]", "AFP"),
        ("Reuters (Ann Bell)", "Reuters"),
        ("Ann Bell/AP", "AP"),
        ("Ann Bell, Reuters", "Reuters"),
        ("Ann Bell for The Example", "for The Example"),
        ("Ann Bell, for The Example", "for The Example"),
        ("Ann Bell in Berlin", "in Berlin"),
        ("Ann Bell • Berlin", "Berlin"),
        ("Ann Bell, The Example", "The Example"),
        ("Ann Bell, Health and Science Editor", "Health and Science Editor"),
        ("Ann Bell and staff", "staff"),
        ("Ann Bell, Ministry of Health and Social Affairs", "Ministry of Health and Social Affairs"),
        ("Ann Bell, Professor of Law", "Professor of Law"),
        ("Anna Roth, Redakteurin", "Redakteurin"),
        ("Pierre Petit, envoyé spécial", "envoyé spécial"),
        ("Ana Ruiz, corresponsal en París", "corresponsal en París"),
        ("김철수 기자", "기자"),
        ("张伟（记者）", "记者"),
        ("Text by Ann Bell and photos by Bo Carr", "photos by Bo Carr"),
    ],
)
def test_roles_desks_and_agencies_are_no_people_and_their_writer_is_told(byline: str, left_out: str) -> None:
    found = bylines.parse_byline(byline)
    assert len(found.names) == 1
    assert found.names[0].split()[0] in {"Ann", "Anna", "Pierre", "Ana", "김철수", "张伟"}
    assert len(found.names[0].split()) <= 2
    assert found.remarks == [f"'{left_out}' is no author and is left out of the byline"]


@pytest.mark.parametrize(
    "name",
    [
        "Ministry of Health and Social Affairs",
        "Ministry of Trade and Industry",
        "Department for Environment, Food and Rural Affairs",
        "Ministry of Health, Labour and Welfare",
        "Women and Equalities Unit",
        "Bell & Sons",
        "Harbour and Coast Authority",
        "Office of the Mayor",
        "Committee on Rules and Order",
        "Example News Staff",
        "Staff Writer",
        "The Editors",
        "Editorial Board",
        "O’Brien-Núñez",
        "Ursula von der Leyen",
        "von der Leyen",
        "Ludwig van Dyk",
        "Von Miller",
        "Par Lind",
        "J.K. Rowe",
        "C. S. Lent",
        "José Ortega y Gasset",
        "Ana Costa e Silva",
        "Antoni Puig i Cornet",
        "Ann Bell, Jr.",
        "Sammy Davis Jr.",
        "Ann Bell, PhD",
        "Robert (Bob) Smith",
        "アン・ベル",
        "chrisc",
        "mel-choyce",
        "Madonna",
        "AC/DC",
        "ann bell",
        "ANN BELL",
        "王小明",
    ],
)
def test_one_author_stays_whole_and_nothing_is_said(name: str) -> None:
    assert bylines.parse_byline(name) == ([name], [])


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("Ann Bell and Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell & Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell&Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("ANN BELL AND BO CARR", ["ANN BELL", "BO CARR"]),
        ("Ann Bell und Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell et Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ana Ruiz y Bo Carr", ["Ana Ruiz", "Bo Carr"]),
        ("Ana Lima e Bo Carr", ["Ana Lima", "Bo Carr"]),
        ("Kari Dal og Ola Berg", ["Kari Dal", "Ola Berg"]),
        ("Eva Lund och Bo Carr", ["Eva Lund", "Bo Carr"]),
        ("Jan Smit en Piet Bos", ["Jan Smit", "Piet Bos"]),
        ("Jan Nowak i Anna Lis", ["Jan Nowak", "Anna Lis"]),
        ("Антон Белов и Мария Кац", ["Антон Белов", "Мария Кац"]),
        ("张伟、李静", ["张伟", "李静"]),
        ("张伟，李静", ["张伟", "李静"]),
        ("김철수·이영희", ["김철수", "이영희"]),
        ("علی رضایی و مریم احمدی", ["علی رضایی", "مریم احمدی"]),
        ("Ann Bell; Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell / Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell/Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell | Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell with Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell, Bo Carr", ["Ann Bell", "Bo Carr"]),
        ("Ann Bell, Bo Carr and Cy Dee", ["Ann Bell", "Bo Carr", "Cy Dee"]),
        ("Ann Bell, Bo Carr, and Cy Dee", ["Ann Bell", "Bo Carr", "Cy Dee"]),
        ("Ann Bell, Bo Carr, & Cy Dee", ["Ann Bell", "Bo Carr", "Cy Dee"]),
        ("Jean-Luc Petit, Anne Roy et Paul Sy", ["Jean-Luc Petit", "Anne Roy", "Paul Sy"]),
        ("Sammy Davis, Jr. and Ann Bell", ["Sammy Davis, Jr.", "Ann Bell"]),
        ("Ann Bell, PhD, and Bo Carr III", ["Ann Bell, PhD", "Bo Carr III"]),
        ("Madonna and Ann Bell", ["Madonna", "Ann Bell"]),
        ("Ann Bell and Madonna", ["Ann Bell", "Madonna"]),
        ("Madonna, Cher and Ann Bell", ["Madonna", "Cher", "Ann Bell"]),
        ("Santiago Ramón y Cajal y Ann Bell", ["Santiago Ramón y Cajal", "Ann Bell"]),
        ("Ursula von der Au and Bo Carr", ["Ursula von der Au", "Bo Carr"]),
        ("Ministry of Finance; Ann Bell", ["Ministry of Finance", "Ann Bell"]),
        ("ann-bell, bo-carr", ["ann-bell", "bo-carr"]),
        ("Bell, Ann; Carr, Bo", ["Ann Bell", "Bo Carr"]),
        ("van der Berg, Jan", ["Jan van der Berg"]),
        ("Bell, A. M.", ["A. M. Bell"]),
        ("Ann Bell and Ann Bell", ["Ann Bell"]),
    ],
)
def test_each_author_of_a_byline_is_one(byline: str, expected: list[str]) -> None:
    assert bylines.parse_byline(byline) == (expected, [])


@pytest.mark.parametrize(
    ("byline", "expected"),
    [
        ("By Ann Bell", ["Ann Bell"]),
        ("by ann bell", ["ann bell"]),
        ("BY ANN BELL", ["ANN BELL"]),
        ("By: Ann Bell", ["Ann Bell"]),
        ("Words by Ann Bell", ["Ann Bell"]),
        ("Text: Ann Bell", ["Ann Bell"]),
        ("Posted by Ann Bell", ["Ann Bell"]),
        ("Von Anna Roth und Karl Meier", ["Anna Roth", "Karl Meier"]),
        ("Par Anne Roy", ["Anne Roy"]),
        ("Por Ana Ruiz y Bo Carr", ["Ana Ruiz", "Bo Carr"]),
        ("di Mario Riva", ["Mario Riva"]),
        ("Av Kari Dal", ["Kari Dal"]),
        ("文／张伟", ["张伟"]),
        ("作者：张伟", ["张伟"]),
        ("本报记者 张伟", ["张伟"]),
        ("By Byron Bay", ["Byron Bay"]),
        ("Von Ursula von der Au", ["Ursula von der Au"]),
    ],
)
def test_the_word_before_the_names_is_none_of_them(byline: str, expected: list[str]) -> None:
    assert names(byline) == expected


def test_each_author_keeps_a_name_and_loses_a_role() -> None:
    assert names("Ann Bell, Staff Writer, and Bo Carr, Political Editor") == ["Ann Bell", "Bo Carr"]
    assert names("Ann Bell, Staff Writer and Bo Carr") == ["Ann Bell", "Bo Carr"]
    assert names("Ann Bell (Reuters) and Bo Carr (AP)") == ["Ann Bell", "Bo Carr"]
    assert names("Ann Bell in Berlin and Bo Carr in Paris") == ["Ann Bell", "Bo Carr"]
    assert names("Ann Bell <a@b.example>, Bo Carr <b@b.example>") == ["Ann Bell", "Bo Carr"]
    assert names("김철수·이영희 기자") == ["김철수", "이영희"]


@pytest.mark.parametrize(
    "byline",
    [
        "Madonna and Cher",
        "Ernst & Young",
        "Bell, Ann",
        "Ann Bell, Berlin",
        "Food and Drink",
        "Smith, John and Doe, Jane",
        "Ann Bell, Ministry of Health and Bo Carr",
        "Association of Nurses and Midwives, Ann Bell",
    ],
)
def test_what_cannot_be_told_apart_stays_whole_and_its_writer_is_told(byline: str) -> None:
    found, [remark] = bylines.parse_byline(byline)
    assert found == [byline]
    assert remark == f"'{byline}' is taken for one author; if they are several, write a list of names"


@pytest.mark.parametrize(
    ("line", "is_so"),
    [
        ("Ann Bell and Bo Carr", True),
        ("Ann Bell, Staff Writer", True),
        ("the time the tide came in, Bo Carr had gone", False),
        ("Monday the harbour was shut", False),
        ("Madonna", False),
        ("x" * 3_000, False),
    ],
)
def test_a_sentence_is_no_byline(line: str, is_so: bool) -> None:
    assert bylines.is_people(line) is is_so
