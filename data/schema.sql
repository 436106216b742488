-- Every table of an edition: its columns, its keys, what must hold of each row, and what it is about.
--
-- One place for all: the build makes the tables from it and checks keys, references and rules with the rows that break
-- them; the dashboard refuses a database that lacks a column; the Data Package tells keys and references. Written in the
-- order in which tables are filled and the id of a build is computed. What each column means stands in two languages in
-- dashboard/words/texts/columns.toml (csv_<column>, or csv_<table>_<column>). Rules over more tables are in pipelines/build/checks.py.

CREATE TABLE source (
    id VARCHAR PRIMARY KEY, title VARCHAR, publisher VARCHAR, licence VARCHAR NOT NULL CHECK (licence <> ''),
    url VARCHAR, cadence VARCHAR, attribution VARCHAR, retrieved VARCHAR, sha256 VARCHAR, rows INTEGER, via VARCHAR
);
COMMENT ON TABLE source IS 'Who publishes what, under which licence, and when it was fetched.';

CREATE TABLE area (
    code VARCHAR PRIMARY KEY, year INTEGER NOT NULL,
    level VARCHAR NOT NULL, name VARCHAR NOT NULL, parent VARCHAR REFERENCES area (code), municipality VARCHAR REFERENCES area (code),
    province VARCHAR CHECK (province IS NOT NULL OR municipality IS DISTINCT FROM code), population INTEGER, lon DOUBLE, lat DOUBLE,
    west DOUBLE, south DOUBLE, east DOUBLE, north DOUBLE,
    geometry VARCHAR CHECK (geometry IS NOT NULL OR municipality IS DISTINCT FROM code)
);
COMMENT ON TABLE area IS 'The country, its municipalities, districts and neighbourhoods, with their outlines.';

CREATE TABLE indicator (
    id VARCHAR PRIMARY KEY, theme VARCHAR NOT NULL, source VARCHAR NOT NULL REFERENCES source (id), domain VARCHAR,
    level VARCHAR, learning_form VARCHAR, facet VARCHAR, unit VARCHAR NOT NULL, decimals INTEGER NOT NULL, label_nl VARCHAR NOT NULL,
    label_en VARCHAR NOT NULL, description_nl VARCHAR NOT NULL, description_en VARCHAR NOT NULL, caveat_nl VARCHAR,
    caveat_en VARCHAR, minimum INTEGER, lowest DOUBLE NOT NULL, highest DOUBLE NOT NULL, headline INTEGER NOT NULL,
    position INTEGER NOT NULL
);
COMMENT ON TABLE indicator IS 'What is measured, in the order of reading.';

CREATE TABLE observation (
    indicator VARCHAR REFERENCES indicator (id), area VARCHAR REFERENCES area (code), period VARCHAR, value DOUBLE,
    low DOUBLE, high DOUBLE,
    status VARCHAR NOT NULL
        CHECK (status IN ('measured', 'estimated', 'suppressed', 'missing', 'refused', 'not_applicable')),
    method VARCHAR, area_year INTEGER,
    PRIMARY KEY (indicator, area, period),
    CHECK ((status IN ('measured', 'estimated')) = (value IS NOT NULL)),
    CHECK ((low IS NULL) = (high IS NULL) AND (low IS NULL OR method IS NOT NULL)),
    CHECK (low <= value AND value <= high)
);
COMMENT ON TABLE observation IS 'Every figure, or why there is none, with its margin and what that rests on.';

CREATE TABLE place (
    id VARCHAR PRIMARY KEY, name VARCHAR, kind VARCHAR NOT NULL, domain VARCHAR, level VARCHAR, learning_form VARCHAR,
    facet VARCHAR, lon DOUBLE, lat DOUBLE, area VARCHAR REFERENCES area (code), step_free BOOLEAN, address VARCHAR,
    period VARCHAR, source VARCHAR REFERENCES source (id), also VARCHAR
);
COMMENT ON TABLE place IS 'Places where people may learn and meet. One that no source knows of may still exist.';

CREATE TABLE actor (
    id VARCHAR PRIMARY KEY, name VARCHAR, domain VARCHAR, area VARCHAR REFERENCES area (code),
    source VARCHAR REFERENCES source (id)
);
COMMENT ON TABLE actor IS 'Organisations that ties are between and that are no place.';

CREATE TABLE tie (
    kind VARCHAR NOT NULL, proof VARCHAR NOT NULL CHECK (proof IN ('known', 'shared_site', 'possible')),
    a VARCHAR NOT NULL, b VARCHAR NOT NULL, weight DOUBLE, low DOUBLE, high DOUBLE, unit VARCHAR, status VARCHAR,
    scheme VARCHAR, period VARCHAR NOT NULL CHECK (period <> ''), source VARCHAR NOT NULL REFERENCES source (id),
    UNIQUE (kind, a, b, scheme, period, source),
    CHECK (status IS DISTINCT FROM 'suppressed' OR coalesce(weight IS NULL AND low < high, false)), -- masked
    CHECK (status IS DISTINCT FROM 'missing' OR coalesce(weight, low, high) IS NULL)
);
COMMENT ON TABLE tie IS 'What ties two actors, places or postcodes, with its proof.';

CREATE TABLE kind (
    id VARCHAR PRIMARY KEY, domain VARCHAR, level VARCHAR, learning_form VARCHAR, facet VARCHAR, distance VARCHAR
);
COMMENT ON TABLE kind IS 'Kinds of place, where they stand in the ecosystem, and the published distance to them.';

CREATE TABLE audience (scheme VARCHAR, id VARCHAR, kind VARCHAR REFERENCES kind (id), PRIMARY KEY (scheme, id, kind));
COMMENT ON TABLE audience IS 'Which kinds of place are for which age and interest.';

CREATE TABLE survey (
    indicator_text VARCHAR, discipline VARCHAR, mode VARCHAR, dimension VARCHAR, subgroup VARCHAR, period VARCHAR,
    value DOUBLE, unit VARCHAR, population VARCHAR, sample VARCHAR, publication VARCHAR, url VARCHAR, note VARCHAR,
    source VARCHAR REFERENCES source (id)
);
COMMENT ON TABLE survey IS 'Figures of surveys that are on no area of ours, as published.';

CREATE TABLE left_out (
    source VARCHAR REFERENCES source (id), year INTEGER, code VARCHAR, name VARCHAR, now VARCHAR, reason VARCHAR,
    residents INTEGER,
    PRIMARY KEY (source, year, code)
);
COMMENT ON TABLE left_out IS 'Earlier areas whose figures are on no area of today, and why.';

CREATE TABLE contradiction (
    kind VARCHAR, area VARCHAR, name VARCHAR, indicator VARCHAR, period VARCHAR, value DOUBLE,
    source VARCHAR REFERENCES source (id), other DOUBLE, other_period VARCHAR, other_source VARCHAR REFERENCES source (id)
);
COMMENT ON TABLE contradiction IS 'Figures that cannot both be so.';

CREATE TABLE classification (kind VARCHAR PRIMARY KEY, labelled INTEGER, told INTEGER, correct INTEGER);
COMMENT ON TABLE classification IS 'How often the rule that says what a polling place is agrees with a reader.';

CREATE TABLE proof (
    method VARCHAR, item VARCHAR, source VARCHAR, url VARCHAR, published DOUBLE, ours DOUBLE, difference DOUBLE,
    tolerance DOUBLE,
    PRIMARY KEY (method, item),
    CHECK (coalesce(abs(ours - published) <= tolerance, false))
);
COMMENT ON TABLE proof IS 'Published numbers beside what our methods give from the same input.';

CREATE TABLE completeness (
    municipality VARCHAR REFERENCES area (code), source VARCHAR REFERENCES source (id),
    kind VARCHAR REFERENCES kind (id), places INTEGER, covered BOOLEAN,
    PRIMARY KEY (municipality, source, kind)
);
COMMENT ON TABLE completeness IS 'How many places of each kind a source lists in a municipality, and whether that is all.';

CREATE TABLE listing (
    kind VARCHAR PRIMARY KEY REFERENCES kind (id), entries INTEGER, places INTEGER, total INTEGER, total_source VARCHAR,
    estimate DOUBLE, high DOUBLE, complete BOOLEAN
);
COMMENT ON TABLE listing IS 'Of each kind of place how much of all there is the sources list.';

CREATE TABLE access (
    area VARCHAR REFERENCES area (code), kind VARCHAR REFERENCES kind (id), metres DOUBLE NOT NULL, low DOUBLE,
    high DOUBLE,
    PRIMARY KEY (area, kind)
);
COMMENT ON TABLE access IS 'The distance by road to the nearest place of a kind that is listed in full, estimated.';

CREATE TABLE detour (
    since INTEGER, until INTEGER, sparse INTEGER, dense INTEGER, areas INTEGER, low DOUBLE, median DOUBLE, high DOUBLE,
    coverage DOUBLE
);
COMMENT ON TABLE detour IS 'How much farther the road is than a straight line, by class of distance and of urbanity.';

CREATE TABLE alias (area VARCHAR REFERENCES area (code), name VARCHAR, kind VARCHAR);
COMMENT ON TABLE alias IS 'Other names of areas: former ones, in other languages, postcodes.';

CREATE TABLE peer (
    area VARCHAR REFERENCES area (code), peer VARCHAR REFERENCES area (code), position INTEGER, distance DOUBLE,
    PRIMARY KEY (area, position)
);
COMMENT ON TABLE peer IS 'The areas most like an area in who lives there.';

CREATE TABLE model (predictors VARCHAR[], level DOUBLE, least_r2 DOUBLE, low DOUBLE, high DOUBLE);
COMMENT ON TABLE model IS 'What the model of taking part predicts from, and the bar that it must pass.';

CREATE TABLE validation (
    indicator VARCHAR, design VARCHAR, n INTEGER, r2 DOUBLE, rmse DOUBLE, bias DOUBLE, coverage DOUBLE, passed BOOLEAN,
    PRIMARY KEY (indicator, design)
);
COMMENT ON TABLE validation IS 'How well the model predicts what it did not see.';

CREATE TABLE fold (
    indicator VARCHAR, design VARCHAR, area VARCHAR REFERENCES area (code), observed DOUBLE, predicted DOUBLE,
    low DOUBLE, high DOUBLE, apart BOOLEAN,
    PRIMARY KEY (indicator, design, area)
);
COMMENT ON TABLE fold IS 'Each prediction of an area that the model did not see, beside what was observed.';

CREATE TABLE transport (
    indicator VARCHAR, design VARCHAR, n INTEGER, r2 DOUBLE, rmse DOUBLE, bias DOUBLE, coverage DOUBLE,
    municipalities INTEGER, refused INTEGER, spread DOUBLE,
    PRIMARY KEY (indicator, design)
);
COMMENT ON TABLE transport IS 'How well the model of one city predicts what is known elsewhere.';

CREATE TABLE change (
    indicator VARCHAR REFERENCES indicator (id), area VARCHAR REFERENCES area (code), since VARCHAR, until VARCHAR,
    value DOUBLE, low DOUBLE, high DOUBLE, spread DOUBLE, apart BOOLEAN,
    PRIMARY KEY (indicator, area)
);
COMMENT ON TABLE change IS 'The change between the last two waves of a survey, and whether it is told apart from noise.';

CREATE TABLE cluster (
    indicator VARCHAR REFERENCES indicator (id), area VARCHAR REFERENCES area (code), period VARCHAR, kind VARCHAR,
    chance DOUBLE, apart BOOLEAN,
    PRIMARY KEY (indicator, area)
);
COMMENT ON TABLE cluster IS 'Where neighbourhoods with alike participation lie together.';

CREATE TABLE need (
    who VARCHAR, indicator VARCHAR REFERENCES indicator (id), position INTEGER, residents VARCHAR, distance VARCHAR,
    least INTEGER,
    PRIMARY KEY (who, indicator)
);
COMMENT ON TABLE need IS 'Of each group of residents what tells their need, and the distance that counts for them.';

CREATE TABLE scale (
    indicator VARCHAR REFERENCES indicator (id), level VARCHAR, breaks DOUBLE[], kind VARCHAR, reference DOUBLE,
    PRIMARY KEY (indicator, level)
);
COMMENT ON TABLE scale IS 'The colour classes of a map.';

CREATE TABLE term (
    scheme VARCHAR, id VARCHAR, label_nl VARCHAR, label_en VARCHAR, description_nl VARCHAR, description_en VARCHAR,
    position INTEGER,
    PRIMARY KEY (scheme, id)
);
COMMENT ON TABLE term IS 'The words of the taxonomy, in two languages.';

CREATE TABLE revision (
    area VARCHAR NOT NULL, name VARCHAR, level VARCHAR, municipality VARCHAR, indicator VARCHAR, since VARCHAR,
    until VARCHAR, before DOUBLE, value DOUBLE, allowed DOUBLE, was VARCHAR, status VARCHAR,
    sort VARCHAR NOT NULL CHECK (sort IN ('real', 'boundary', 'correction', 'status', 'untold', 'noise')),
    kind VARCHAR, other VARCHAR,
    UNIQUE (area, indicator),
    CHECK (indicator IS NOT NULL OR sort = 'boundary' AND kind IS NOT NULL),
    CHECK (sort <> 'real' OR coalesce(until > since AND abs(value - before) > allowed - 1e-6, false)),
    CHECK (status IS DISTINCT FROM 'suppressed' OR before IS NULL)
);
COMMENT ON TABLE revision IS 'What is not what it was in the edition before this one.';

CREATE TABLE build (
    id VARCHAR PRIMARY KEY, built_at VARCHAR NOT NULL, version VARCHAR NOT NULL, mirror BOOLEAN NOT NULL,
    compared VARCHAR, compared_at VARCHAR, accepted VARCHAR
);
COMMENT ON TABLE build IS 'The edition itself: its one row.';
