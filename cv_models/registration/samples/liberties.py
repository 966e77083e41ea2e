"""Liberties that offices take with a record: empty fields, rows of dashes, values of two lines, long remarks."""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping

from cv_models.registration.samples.record import REMARKS

_OPTIONAL = ("HU", "14", "V.9", "12", "13", "Q", "V.7", "7.3", "8.1", "8.2", "8.3", "U.1", "U.2", "U.3", "O.1", "O.2", "S.2", "15.2", "15.3",
             "17", "16", "6", "21", "Nr.", "P.1", "4", "14.1")  # fmt: skip
_TRIMS = (
    "COMFORTLINE",
    "AMBIENTE PLUS",
    "BUSINESS EDITION",
    "STYLE 4X4",
    "ALLRAD AUTOMATIK",
    "KOMBI TREND",
    "SPORT LINE",
    "LIMITED 5-TÜRIG",
)
_LONG = (
    *REMARKS,
    "ZU 7.1/8.1:AUCH 1075 KG BEI ANHÄNGERBETRIEB*ZU 7.2/8.2:AUCH 1120 KG",
    "ZU 18-20:MASSE JE N. AUSRÜSTUNG*ZU G:LEERMASSE M. FAHRER 75 KG",
    "REIFENFABR.BIND. BEACHTEN*M+S-BEREIFUNG ZUL.*SCHNEEKETTEN NUR VORN",
    "FZG M. ROLLSTUHLRAMPE*ZU S.1:5 OD. 4 SITZPL. JE N. AUSRÜST.",
    "ABW. Z. D.3:SONDERMODELL*SCHALLD. NACHRÜSTUNG GEN. KBA 17432",
    "AUSNAHMEGEN. §70 STVZO LIEGT VOR*GELBE RUNDUMLEUCHTE N. §52(4)",
)


def take_liberties(
    record: Mapping[str, str], rng: random.Random, tier: str, keep: Collection[str] = ()
) -> dict[str, str]:
    """A record as another office would have printed it.

    Args:
        record: code to printed text.
        rng: source of chance.
        tier: `clean`, `phone` or `hard`: harder tiers see more.
        keep: codes that must stay as they are.
    """
    out = dict(record)
    share = {"clean": 0.5, "phone": 0.8, "hard": 1.0}[tier]

    def maybe(chance: float) -> bool:
        return rng.random() < chance * share

    if maybe(0.4):
        for code in rng.sample(_OPTIONAL, rng.randrange(2, 12)):
            out[code] = rng.choice(["", "-"])
    if maybe(0.06):
        out["D.3"] = f"{out['D.3']} {rng.choice(_TRIMS)}\n{rng.choice(_TRIMS)}"
    elif maybe(0.2):
        out["D.3"] = f"{out['D.3']} {rng.choice(_TRIMS)}"
    if maybe(0.04):
        out["2"] = f"{out['2']}\nWERK {rng.choice(['NORD', 'SÜD', 'II'])}"
    if maybe(0.05):
        out["R"] = f"{out['R']}/\n{rng.choice(['SCHWARZ', 'SILBER', 'WEISS', 'GRÜN'])}"
    if maybe(0.25):
        out["22"] = "\n".join(rng.sample(_LONG, rng.randrange(5, 8)))
    if maybe(0.1):
        out["21"] = rng.choice(
            ["FZ GENUTZT ALS MIETWAGEN", "E-KENNZEICHEN", "SAISON 04-10", "VERSICHERUNGSBEGINN 01.04."]
        )
    dash = rng.choices(["-", "---", "--", "- -"], [10, 3, 1, 0.5])[0]
    out = {code: dash if text == "-" and code != "3" else text for code, text in out.items()}
    return {code: record[code] if code in keep else text for code, text in out.items()}
