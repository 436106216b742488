"""The catalogue refuses what breaks its rules, and says in which file, entry and key."""

import shutil
from pathlib import Path

import pytest

from pipelines import catalogue
from pipelines.sources import culture_coaches


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(catalogue.FOLDER, tmp_path / "catalogue"))


def edit(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")


POPULATION = '[indicator.population]\nsource = "cbs_kwb"\n'
BROKEN = {
    "unknown key": (
        "residents.toml",
        POPULATION,
        POPULATION + 'formula = "a / b"\n',
        ["residents.toml", "indicator.population", "formula", "unknown key"],
    ),
    "missing translation": (
        "residents.toml",
        'label_en = "Number of residents"\n',
        "",
        ["residents.toml", "indicator.population", "label_en", "missing"],
    ),
    "empty translation": (
        "residents.toml",
        'label_en = "Number of residents"',
        'label_en = ""',
        ["residents.toml", "indicator.population", "label_en"],
    ),
    "translation of a theme": (
        "residents.toml",
        'label_en = "Who lives here"\n',
        "",
        ["residents.toml", "theme", "label_en", "missing"],
    ),
    "caveat in one language": (
        "residents.toml",
        'caveat_en = "Rounded to five by CBS for districts and neighbourhoods."\n',
        "",
        ["residents.toml", "indicator.population", "caveat"],
    ),
    "unknown unit": (
        "residents.toml",
        'unit = "residents"',
        'unit = "heads"',
        ["residents.toml", "indicator.population", "unit", "'heads'"],
    ),
    "unknown source": (
        "residents.toml",
        POPULATION,
        POPULATION.replace("cbs_kwb", "cbs_kwp"),
        ["residents.toml", "indicator.population", "source", "'cbs_kwp'"],
    ),
    "unknown term": (
        "residents.toml",
        'domain = "policy"',
        'domain = "politics"',
        ["residents.toml", "indicator.population", "domain", "'politics'"],
    ),
    "unknown area level": (
        "residents.toml",
        'levels = ["land",',
        'levels = ["province",',
        ["residents.toml", "indicator.population", "levels", "'province'"],
    ),
    "empty range": (
        "residents.toml",
        "range = [0, 20000000]",
        "range = [0, 0]",
        ["residents.toml", "indicator.population", "range"],
    ),
    "duplicate id": (
        "spending.toml",
        "[indicator.budget_culture]",
        "[indicator.population]",
        ["spending.toml", "indicator.population", "residents.toml"],
    ),
    "given id": (
        "residents.toml",
        POPULATION,
        POPULATION + 'id = "people"\n',
        ["residents.toml", "indicator.population", "id", "leave it out"],
    ),
    "unknown table": (
        "residents.toml",
        "[theme]",
        "[chart]\n[theme]",
        ["residents.toml", "chart"],
    ),
    "unknown term of a kind": (
        "taxonomy.toml",
        '[kind.library]\nlabel_nl = "Bibliotheek"\nlabel_en = "Library"\ndomain = "leisure"',
        '[kind.library]\nlabel_nl = "Bibliotheek"\nlabel_en = "Library"\ndomain = "books"',
        ["taxonomy.toml", "kind.library", "domain", "'books'"],
    ),
    "unknown scheme": (
        "taxonomy.toml",
        "[domain.education]",
        "[colour.red]\n[domain.education]",
        ["taxonomy.toml", "colour"],
    ),
    "unknown distance of a need": (
        "taxonomy.toml",
        'distance = "distance_library_km"\nleast',
        'distance = "distance_cafe_km"\nleast',
        ["taxonomy.toml", "need.everyone", "distance", "'distance_cafe_km'"],
    ),
    "place in the order of what stands out": (
        "spending.toml",
        "headline = 3",
        "headline = -3",
        ["spending.toml", "theme", "headline", "-3"],
    ),
    "unknown indicator of peers": (
        "taxonomy.toml",
        'features = ["children_share"',
        'features = ["kids_share"',
        ["taxonomy.toml", "peers", "features", "'kids_share'"],
    ),
    "other name of what is no municipality": (
        "taxonomy.toml",
        "GM0518 = [",
        "Haag = [",
        ["taxonomy.toml", "other_names", "Haag"],
    ),
    "unknown kind of an age": (
        "taxonomy.toml",
        'label_en = "Ages 4 to 12"\nkinds = ["primary_school"',
        'label_en = "Ages 4 to 12"\nkinds = ["nursery"',
        ["taxonomy.toml", "age.child", "kinds", "unknown kind", "'nursery'"],
    ),
    "unknown kind of an interest": (
        "taxonomy.toml",
        'label_en = "Reading and writing"\nkinds = ["primary_school"',
        'label_en = "Reading and writing"\nkinds = ["reading_room"',
        ["taxonomy.toml", "interest.reading", "kinds", "unknown kind", "'reading_room'"],
    ),
    "age without kinds": (
        "taxonomy.toml",
        "[age.child]",
        '[age.baby]\nlabel_nl = "0 tot 4 jaar"\nlabel_en = "Ages 0 to 4"\nkinds = []\n[age.child]',
        ["taxonomy.toml", "age.baby", "kinds"],
    ),
    "translation of an age": (
        "taxonomy.toml",
        'label_en = "Ages 4 to 12"\n',
        "",
        ["taxonomy.toml", "age.child", "label_en", "missing"],
    ),
    "translation of an interest": (
        "taxonomy.toml",
        'label_en = "Reading and writing"\n',
        "",
        ["taxonomy.toml", "interest.reading", "label_en", "missing"],
    ),
    "description of an age in one language": (
        "taxonomy.toml",
        'label_en = "Ages 4 to 12"\n',
        'label_en = "Ages 4 to 12"\ndescription_nl = "Basisschool."\n',
        ["taxonomy.toml", "age.child", "description", "one language"],
    ),
    "unknown unit of a tie": (
        "taxonomy.toml",
        'unit = "euros"',
        'unit = "guilders"',
        ["taxonomy.toml", "tie.funding", "unit", "'guilders'"],
    ),
    "unknown proof of a tie": (
        "taxonomy.toml",
        'proof = "shared_site"',
        'proof = "possible"',
        ["taxonomy.toml", "tie.shared_site", "proof", "'possible'"],
    ),
    "translation of a tie": (
        "taxonomy.toml",
        'description_en = "Money from one to the other: funding, not partnership."\n',
        "",
        ["taxonomy.toml", "tie.funding", "description_en", "missing"],
    ),
    "translation of a sector": (
        "taxonomy.toml",
        '[sector.welfare]\nlabel_nl = "welzijn"\n',
        "[sector.welfare]\n",
        ["taxonomy.toml", "sector.welfare", "label_nl", "missing"],
    ),
    "unknown key of a sector": (
        "taxonomy.toml",
        "[sector.welfare]\n",
        '[sector.welfare]\ndomain = "social"\n',
        ["taxonomy.toml", "sector.welfare", "domain", "unknown key"],
    ),
    "breaks and a reference": (
        "education_income.toml",
        "reference = 40\n",
        "reference = 40\nbreaks = [1]\n",
        ["education_income.toml", "indicator.lowest_incomes_share", "exclude"],
    ),
    "a table that is none": (
        "residents.toml",
        POPULATION,
        "[indicator]\nhouses = 3\n" + POPULATION,
        ["residents.toml", "indicator.houses", "3"],
    ),
    "a term that is gone": (
        "taxonomy.toml",
        "[facet.institutional]",
        "[method.institutional]",
        ["taxonomy.toml", "kind.", ".facet", "unknown facet", "'institutional'"],
    ),
    "invalid TOML": (
        "residents.toml",
        "order = 6",
        "order = = 6",
        ["residents.toml", "not valid TOML", "line 2"],
    ),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_rule_names_file_entry_and_key(case: str, folder: Path) -> None:
    file, old, new, words = BROKEN[case]
    edit(folder, file, old, new)
    with pytest.raises(catalogue.CatalogueError) as caught:
        catalogue.load(folder)
    assert [w for w in words if w not in str(caught.value)] == []


def test_an_empty_folder_is_no_catalogue(tmp_path: Path) -> None:
    with pytest.raises(catalogue.CatalogueError, match=r"taxonomy\.toml: not found"):
        catalogue.load(tmp_path)


def test_a_catalogue_without_indicators_is_refused(folder: Path) -> None:
    for file in folder.glob("*.toml"):
        if file.name != "taxonomy.toml":
            file.unlink()
    with pytest.raises(catalogue.CatalogueError, match="no indicators"):
        catalogue.load(folder)


def test_removing_a_theme_removes_its_indicators_and_nothing_else(folder: Path) -> None:
    before = catalogue.load(folder)
    (folder / "spending.toml").unlink()
    after = catalogue.load(folder)
    gone = {name for name, i in before.indicators.items() if i.theme == "spending"}
    assert gone
    assert set(before.indicators) - set(after.indicators) == gone


def test_every_source_that_has_indicators_exists_and_every_theme_is_in_its_own_place() -> None:
    cat = catalogue.load()
    assert {i.source for i in cat.indicators.values()} <= {
        *catalogue.source_names(),
        *catalogue.measure_names(),
    }
    orders = [theme.order for theme in cat.themes.values()]
    assert sorted(orders) == list(range(1, len(orders) + 1))


def test_every_sector_that_a_coach_joins_has_a_word() -> None:
    assert {culture_coaches._id(name) for name in culture_coaches.SECTOR} == {
        f"culture_coaches:{name}" for name in catalogue.load().sectors
    }


def test_the_readable_catalogue_is_fresh() -> None:
    written = (catalogue.FOLDER / "README.md").read_text(encoding="utf-8")
    assert written == catalogue.readable(catalogue.load()), "run `make catalogue`"
