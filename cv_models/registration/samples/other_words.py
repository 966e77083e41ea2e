"""Words for the other hand: holders, streets and vehicles that the own generator never prints. Only for judging."""

from __future__ import annotations

import datetime as dt
import random

from cv_models.registration import rules

_FORE = ("Agnieszka", "Yusuf", "Elfriede", "Mehmet", "Götz", "Magdalena", "Tom", "Nele", "Jürgen", "Hülya", "Roswitha", "Björn-Ole", "Chantal", "Dragan",
         "Ulrike", "Sophie", "Rüdiger", "Fatma", "Henning", "Käte", "Maximilian", "Ana-Maria", "Bärbel", "Lars", "Wolfgang", "Thi Hoa", "Emil", "Gül")  # fmt: skip
_LAST = ("Schulze-Rabe", "Kowalczyk", "Yıldız", "Schäfer", "Brückner", "von der Heide", "Nowak", "Großkopf", "Pfeiffer", "Öhlschläger", "Jäckel", "Petrović",
         "Lüdtke", "Weißenborn", "Kaya", "Hoffmann", "Ziegler", "Böhm", "Krüger", "Meißner", "Fuß", "Haase", "Dietz", "Quandt", "Löffelholz", "Nguyen",
         "Zimmer", "Ochs", "Vieth", "Uhl")  # fmt: skip
_FIRMS = (
    "Autohaus Stern KG",
    "Pflegedienst Sonnenhof gGmbH",
    "Metzgerei Wüst GmbH",
    "Rhein-Logistik SE",
    "Malerbetrieb Höß",
    "Stadtwerke Altenau AöR",
)
_STREETS = ("Goethestr.", "Hauptstraße", "Bahnhofstr.", "Im Wiesental", "Schützenstraße", "Mozartweg", "Dr.-Külz-Ring", "Feldweg", "An der Mühle", "Berliner Allee",
            "Rosa-Luxemburg-Str.", "Kirchgasse", "Neue Straße", "Gartenstr.", "Übersberg", "Poststraße")  # fmt: skip
_TOWNS = ("Görlitz", "Überlingen", "Quedlinburg", "Lübbecke", "Bad Tölz", "Schwäbisch Gmünd", "Jülich", "Wittenberg", "Erkelenz", "Zwönitz", "Föhren", "Xanten",
          "Neu-Isenburg", "Mühldorf a. Inn", "St. Wendel", "Ochtrup")  # fmt: skip
# make, maker, HSN, WMI, models (name, kW, rpm, cm3, length, width, height, mass, fuel)
_CARS: tuple[tuple[str, str, str, str, tuple[tuple[str, int, int, int, int, int, int, int, str], ...]], ...] = (
    ("PEUGEOT", "PEUGEOT (F)", "3003", "VF3", (("308 SW", 96, 5500, 1199, 4585, 1804, 1471, 1305, "BENZIN"), ("2008", 73, 3750, 1560, 4159, 1739, 1556, 1180, "DIESEL"))),
    ("CITROËN", "CITROEN (F)", "3001", "VF7", (("C4 CACTUS", 60, 5750, 1199, 4157, 1729, 1480, 1055, "BENZIN"), ("BERLINGO", 75, 3500, 1499, 4403, 1848, 1844, 1470, "DIESEL"))),
    ("VOLVO", "VOLVO (S)", "9101", "YV1", (("XC60", 145, 5000, 1969, 4688, 1902, 1658, 1885, "BENZIN"), ("V40", 88, 3750, 1969, 4369, 1802, 1420, 1430, "DIESEL"))),
    ("MAZDA", "MAZDA (J)", "7118", "JMZ", (("CX-5", 121, 6000, 1998, 4550, 1840, 1680, 1540, "BENZIN"), ("MX-5", 97, 7000, 1496, 3915, 1735, 1230, 1050, "BENZIN"))),
    ("NISSAN", "NISSAN (GB)", "1329", "SJN", (("QASHQAI", 85, 4500, 1197, 4394, 1806, 1590, 1405, "BENZIN"), ("JUKE", 81, 4000, 1461, 4135, 1765, 1565, 1295, "DIESEL"))),
    ("KIA", "KIA MOTORS (SK)", "8253", "U5Y", (("CEE'D SPORTSWAGON", 73, 6300, 1368, 4505, 1780, 1485, 1280, "BENZIN"), ("SPORTAGE", 100, 2750, 1598, 4485, 1855, 1645, 1579, "DIESEL"))),
    ("DACIA", "DACIA (RO)", "8212", "UU1", (("DUSTER", 84, 5000, 1332, 4341, 1804, 1682, 1320, "BENZIN"), ("SANDERO STEPWAY", 66, 5000, 898, 4089, 1761, 1559, 1115, "BENZIN/LPG"))),
    ("MINI", "BMW", "0005", "WMW", (("COOPER S", 141, 5000, 1998, 3850, 1727, 1414, 1235, "BENZIN"), ("ONE D CLUBMAN", 85, 4000, 1496, 4253, 1800, 1441, 1395, "DIESEL"))),
    ("TESLA", "TESLA MOTORS (USA)", "1480", "5YJ", (("MODEL 3", 208, 5525, 0, 4694, 1849, 1443, 1847, "ELEKTRO"),)),
    ("PORSCHE", "PORSCHE", "0583", "WP0", (("MACAN", 185, 5000, 1984, 4696, 1923, 1624, 1845, "BENZIN"),)),
    ("SUZUKI", "SUZUKI (H)", "7102", "TSM", (("SWIFT", 66, 6000, 1242, 3840, 1735, 1495, 915, "BENZIN"), ("VITARA", 88, 3750, 1598, 4175, 1775, 1610, 1325, "DIESEL"))),
    ("VOLKSWAGEN", "VOLKSWAGEN,VW", "0603", "WVG", (("TIGUAN", 110, 3500, 1968, 4486, 1839, 1673, 1675, "DIESEL"), ("T-ROC", 85, 5000, 999, 4234, 1819, 1573, 1270, "BENZIN"))),
    ("MITSUBISHI", "MITSUBISHI (J)", "7107", "JMB", (("OUTLANDER", 99, 4500, 2360, 4695, 1800, 1710, 1880, "HYBR.BENZIN/E"), ("SPACE STAR", 59, 6000, 1193, 3795, 1665, 1505, 920, "BENZIN"))),
    ("ALFA ROMEO", "FIAT (I)", "4136", "ZAR", (("GIULIETTA", 88, 5000, 1368, 4351, 1798, 1465, 1355, "BENZIN"),)),
)  # fmt: skip
_FUELS = {"BENZIN": "0001", "DIESEL": "0002", "ELEKTRO": "0004", "BENZIN/LPG": "0005", "HYBR.BENZIN/E": "0008"}
_COLOURS = (
    ("SCHWARZ", "9"),
    ("GRAU", "7"),
    ("WEISS", "0"),
    ("BLAU", "5"),
    ("ROT", "3"),
    ("SILBER", "7"),
    ("BRAUN", "8"),
    ("GRÜN", "6"),
    ("GELB", "1"),
)
_TYRES = (
    "215/60R17 96H",
    "205/50ZR17 93W",
    "175/65R14 82T",
    "255/35R19 96Y",
    "215/70R16 100H",
    "195/55R16 87V",
    "165/70R14C 89/87R",
)
_NOTES = (
    "ZU K:GEN. ERTEILT N. RL 2007/46/EG",
    "ZU 15.1+15.2:AUCH 215/45R17 91W OD. 225/40R18 92Y ZUL.",
    "AHK LT. EG-TYPGEN. E4*00-2439*00 S=80 KG D=8,9 KN",
    "FZ AUS VEREINIGTEM KÖNIGREICH, RECHTSLENKER",
    "TAGFAHRLICHT*ZU G:M.FAHRER U.90% KRAFTSTOFF",
    "EUDC/WLTP:CO2 118 G/KM*GERÄUSCHMESSUNG 51.03",
    "GASANLAGE N. ECE-R 115-00 0187 NACHGERÜSTET",
    "LEIHGABE A. D. WERK*KURZZULASSUNG",
)


def other_values(rng: random.Random) -> dict[str, str]:
    """Printed values for `record.make_record(given=…)`: everything that this hand words itself."""
    make, maker, hsn, wmi, models = rng.choice(_CARS)
    name, power, speed, volume, length, width, height, mass, fuel = rng.choice(models)
    first = dt.date(2006, 1, 2) + dt.timedelta(days=rng.randrange(365 * 20))
    latest = dt.date(2026, 10, 30)
    this = min(latest, first + dt.timedelta(days=rng.choice([0, 0, rng.randrange(1, 4000)])))
    district = rng.choice(sorted(rules.plate_districts()))
    letters = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=rng.choice([1, 2])))
    tail = "E" if fuel == "ELEKTRO" else rng.choices(["", "H"], [30, 1])[0]
    count = max(1, min(rng.choice([1, 2, 3, 4, 4]), 8 - len(district + letters + tail)))
    plate = (
        f"{district}{rng.choice(['-', ' ', ' - ', '- '])}{letters} {rng.randrange(10 ** (count - 1), 10**count)}{tail}"
    )
    serial = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ0123456789", k=8)) + f"{rng.randrange(10**6):06d}"
    firm, capitals = rng.random() < 0.2, rng.random() < 0.5
    last = rng.choice(_FIRMS) if firm else rng.choice(_LAST)
    fore = "" if firm else " ".join(rng.sample(_FORE, rng.choice([1, 1, 2])))
    street = f"{rng.choice(_STREETS)} {rng.randrange(1, 240)}{rng.choice(['', '', ' a', 'c', '-' + str(rng.randrange(2, 9))])}"
    address = [street, f"{rng.randrange(1067, 99998):05d} {rng.choice(_TOWNS)}"]
    rng.shuffle(address)
    total = mass + rng.randrange(360, 620, 5)
    colour, colour_code = rng.choice(_COLOURS)
    padded = rng.random() < 0.5

    def pad(value: int, digits: int) -> str:
        return f"{value:0{digits}d}" if padded else str(value)

    def up(text: str) -> str:
        return text.upper() if capitals else text

    tyre = rng.choice(_TYRES)
    rpm = rng.choice([pad(speed, 5)] * 6 + ["-"])
    return {
        "A": plate,
        "C.1.1": up(last),
        "C.1.2": up(fore),
        "C.1.3": up("\n".join(address)),
        "I": this.strftime("%d.%m.%Y"),
        "B": first.strftime("%d.%m.%Y"),
        "2.1": hsn,
        "2.2": "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=3)) + f"{rng.randrange(900):05d}{rng.randrange(10)}",
        "E": wmi + serial,
        "D.1": make,
        "D.2": f"{rng.choice('LPRSW')}{rng.randrange(10)}\n{''.join(rng.choices('BCDFHJLNPRSTVX0123456789', k=6))}\n{''.join(rng.choices('ACEGHKMPRTUW023456789', k=9))}\n-",
        "D.3": name,
        "2": maker,
        "5": rng.choice(["FZ.Z.PERS.BEF. B. 8 SPL.\nMEHRZWECKFAHRZEUG", "FZ.Z.PERS.BEF. B. 8 SPL.\nLIMOUSINE", "PKW GESCHLOSSEN\nKOMBI"]),
        "V.9": rng.choice(["715/2007*2017/1151DG", "715/2007*136/2014W", "70/220*2003/76B", "EURO 6"]),
        "14": rng.choice(["EURO 6D", "EURO 6", "EURO 5", "EURO 4", "SCHADSTOFFARM EURO 6"]),
        "P.3": fuel,
        "10": _FUELS[fuel],
        "14.1": rng.choice(["36AP", "36N0", "0435", "35M0", "36DG"]),
        "P.1": pad(volume, 5) if volume else "-",
        "P.2/P.4": f"{pad(power, 4)}/{rpm}",
        "18": pad(length, 5),
        "19": pad(width, 4),
        "20": pad(height, 4),
        "G": pad(mass, 6),
        "F.1": pad(total, 6),
        "F.2": pad(total, 6),
        "15.1": tyre,
        "15.2": tyre,
        "R": colour,
        "11": colour_code,
        "6": (first - dt.timedelta(days=rng.randrange(20, 1200))).strftime("%d.%m.%Y"),
        "22": "\n".join(rng.sample(_NOTES, rng.randrange(0, 6))),
        "21": rng.choice(["", "", "", "SELBSTFAHRERVERMIETFZG."]),
    }  # fmt: skip
