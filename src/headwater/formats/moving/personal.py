"""Which columns of another product's export say who a person is, where they were, or when exactly they answered."""

from __future__ import annotations

import itertools
import re
import unicodedata


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_PEOPLE = _words(
    "your my full first last middle family given sur fore nick user respondent employee customer "
    "contact person interviewer enumerator manager supervisor"
)
_NAMES = _words(
    "username firstname lastname surname fullname forename nickname apellido apellidos prenom nachname vorname"
)
_NAME = _words("name names nombre nombres nom naam اسم")
_REASONS: tuple[tuple[str, frozenset[str]], ...] = (
    ("an internet address", _words("ip ipaddress ipv4 ipv6 iphash")),
    ("an e-mail address", _words("email emails mail emailaddress correo courriel")),
    (
        "a telephone number",
        _words("phone phonenumber tel telephone telefono telefon cell cellphone mobile mobil movil fax"),
    ),
    (
        "a device",
        _words("device deviceid imei imsi simserial simid subscriberid mac useragent browser fingerprint cookie"),
    ),
    (
        "a place",
        _words(
            "geopoint geolocation geotrace geoshape gps latitude longitude lat lon lng altitude coordinates "
            "locationlatitude locationlongitude address street direccion adresse postcode zip zipcode"
        ),
    ),
    (
        "a person's identity",
        _words(
            "ssn nif dni passport dob birthdate birthday uuid instanceid userid employeeid personid "
            "externalreference externaldatareference recipientemail respondentid responseid signature "
            "caseid recordid respid interviewid participantid subjectid memberid staffid workerid patientid "
            "customerid clientid employeenumber employeeno staffnumber staffno personnelnumber personnelno "
            "payrollnumber payrollid personalnummer matricule legajo"
        ),
    ),
    (
        "a moment finer than the wave",
        _words(
            "timestamp submissiontime submitdate startdate enddate starttime endtime startlanguage "
            "recordeddate datestamp"
        ),
    ),
)
_RECORD = _words(
    "_id _uuid _index _parent_index _parent_table_name _submission_time _submitted_by _tags _notes "
    "_status _version_ _validation_status __version__ formhub/uuid meta/instanceid start end today"
)


_ASKED = re.compile(
    r"(what is|please (?:enter|give|write|provide)|enter|give|tell) (?:us )?(?:your|the respondent's) "
    r"(?:full |first |last |e-?mail|phone|telephone|mobile|name|home|postal|date of birth|address)"
    r"|\bdate of birth\b|\be-?mail address\b|\b(?:phone|telephone) number\b|correo electr[oó]nico|fecha de nacimiento"
    r"|cu[aá]l es su nombre|quel est votre nom|num[eé]ro de t[eé]l[eé]?fono",
    re.IGNORECASE,
)
"""Longer labels that ask for it outright."""


def personal(name: str, label: str = "") -> str:
    """Return what a column gives away about a person, as "an e-mail address"; "" when nothing is seen.

    Judged by the column's name, by its label where that is as short as a name (at most 4 words), and by a longer label
    that asks for it outright. Meant for texts, numbers and dates; a question with fixed choices identifies nobody by
    itself. English, Spanish, French and German.
    """
    if name.casefold() in _RECORD or label.casefold() in _RECORD:
        return "a record of the other product"
    if len(label.split()) <= 4:
        return _by_words(name) or _by_words(label)
    return _by_words(name) or ("a person's identity" if _ASKED.search(label) else "")


def _by_words(text: str) -> str:
    if text.strip().casefold() == "id":
        return "a person's identity"
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(sign for sign in plain if not unicodedata.combining(sign))
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).casefold()
    words = [word for word in re.split(r"[\W_]+", apart) if word]
    joined = {first + second for first, second in itertools.pairwise(words)}
    seen = {*words, *joined, "".join(words)}
    for reason, signs in _REASONS:
        if seen & signs:
            return reason
    if seen & _NAMES or (seen & _NAME and (len(words) == 1 or seen & _PEOPLE)):
        return "a person's name"
    return ""
