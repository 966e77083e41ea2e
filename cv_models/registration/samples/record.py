"""Invented holders and vehicles for sample documents. No person and no vehicle here exists."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Mapping

from cv_models.registration import rules

FIRST_NAMES = [
    "Anneliese", "Jörg", "Käthe", "Björn", "Sören", "Mareike", "Günther", "Ümit", "Zoë", "Hannelore", "Fritz-Peter",
    "Łukasz", "Svenja", "Dörte", "Matthias", "Änne", "Özlem", "Kai", "Ruth", "Ingeborg", "Walburga", "Eike", "Torben",
    "Friederike", "Jens", "Wiebke", "Ludwig", "Mirjam", "Konstantin", "Heiko",
]  # fmt: skip
LAST_NAMES = [
    "Mustermann", "Grüßner", "Häberlein", "Öttinger", "Schönwälder", "Weißgräber", "Überall", "Köhlersen",
    "Düsterbeck", "Jägermann", "Bärenfeld", "Krautwurst", "Sandbrinker", "Hollerbusch", "Mühlenkötter", "Tannhäuser",
    "Wiesengrund", "Steinbrücker", "Lindenthaler", "Vogelsänger", "Brömmelkamp", "Fährmannsen", "Quastenberg",
    "Zwirnlein", "Rübsamen", "Ackermannsen", "Nüßlein", "Eschenlohr", "Schnürpel", "Kleinfeldt",
]  # fmt: skip
COMPANIES = (
    "Holzbau Zimmerlein GmbH",
    "Muster Leasing GmbH & Co. KG",
    "Bäckerei Süßmilch e.K.",
    "Elektro Blitzer GmbH",
    "Fuhrpark Nordlicht AG",
    "Gärtnerei Grünewald OHG",
)
STREETS = (
    "Am Weißdorn", "Größlinger Str.", "Ährenweg", "Zum Mühlbach", "Lerchenstieg", "Königsallee", "Hinter den Höfen",
    "Nußbaumallee", "Ostring", "Sankt-Jürgen-Platz",
)  # fmt: skip
TOWNS = (
    "Musterstadt", "Neuweiler", "Bad Übungshausen", "Kleingrünau", "Oberlöhne", "Südermühlen", "Altfelden",
    "Großbeispiel",
)  # fmt: skip
PLATE_AREAS = [
    "B", "M", "HH", "K", "F", "S", "D", "N", "HB", "H", "L", "MÜ", "KÖT", "GÖ", "AÖ", "TÜ", "WÜ", "LÖ", "BB", "RO",
    "FÜ", "OF", "DA", "KA", "MA", "HD", "FR", "UL", "RV", "KN", "PB", "BI", "OS", "OL", "KI", "HL", "SN", "HRO", "DD",
    "LDK", "ZW",
]  # fmt: skip

# make, maker's short name, HSN, WMI, models (name, power kW, speed min-1, displacement, body, length, width, height, mass)
_MODELS: tuple[tuple[str, str, str, str, tuple[tuple[str, int, int, int, int, int, int, int], ...]], ...] = (
    ("VOLKSWAGEN", "VOLKSWAGEN,VW", "0603", "WVW", (
        ("GOLF", 85, 5000, 1395, 4258, 1790, 1492, 1234), ("POLO", 70, 5000, 999, 4053, 1751, 1461, 1105),
        ("PASSAT VARIANT", 110, 3500, 1968, 4773, 1832, 1516, 1554), ("GOLF PLUS", 77, 4400, 1598, 4204, 1759, 1580, 1390))),
    ("AUDI", "AUDI", "0588", "WAU", (
        ("A3 SPORTBACK", 110, 5000, 1498, 4313, 1785, 1426, 1315), ("A4 AVANT", 140, 3800, 1968, 4725, 1842, 1434, 1580),
        ("Q5", 150, 3800, 1968, 4663, 1893, 1659, 1845))),
    ("BMW", "BMW", "0005", "WBA", (
        ("320D", 135, 4000, 1995, 4624, 1811, 1429, 1505), ("118I", 100, 4400, 1499, 4329, 1765, 1421, 1375),
        ("X1 SDRIVE18I", 103, 4600, 1499, 4439, 1821, 1598, 1480))),
    ("MERCEDES-BENZ", "DAIMLER (D)", "1313", "WDD", (
        ("C 220 D", 143, 3800, 1950, 4686, 1810, 1442, 1615), ("A 180", 100, 5500, 1332, 4419, 1796, 1440, 1375),
        ("E 300 DE", 143, 3800, 1950, 4923, 1852, 1481, 2060))),
    ("OPEL", "OPEL", "0035", "W0L", (
        ("ASTRA", 81, 5400, 1364, 4370, 1809, 1485, 1278), ("CORSA-D", 51, 5600, 998, 3999, 1737, 1488, 1100),
        ("INSIGNIA SPORTS TOURER", 125, 3750, 1956, 4986, 1863, 1500, 1714))),
    ("FORD", "FORD (D)", "8566", "WF0", (
        ("FOCUS", 92, 6000, 999, 4378, 1825, 1471, 1369), ("FIESTA", 74, 4500, 998, 4040, 1735, 1476, 1163),
        ("KUGA", 110, 6000, 1497, 4531, 1838, 1703, 1595))),
    ("SKODA", "SKODA (CZ)", "8004", "TMB", (
        ("OCTAVIA COMBI", 110, 3500, 1968, 4667, 1814, 1465, 1449), ("FABIA", 70, 5000, 999, 3992, 1732, 1467, 1084))),
    ("RENAULT", "RENAULT (F)", "3333", "VF1", (
        ("CLIO GRANDTOUR", 66, 5000, 898, 4267, 1732, 1475, 1190), ("MEGANE", 96, 5500, 1197, 4359, 1814, 1447, 1355))),
    ("FIAT", "FIAT (I)", "4136", "ZFA", (("500", 51, 5500, 1242, 3546, 1627, 1488, 940), ("TIPO", 70, 6000, 1368, 4368, 1792, 1495, 1270))),
    ("TOYOTA", "TOYOTA MOTOR (J)", "5013", "JTD", (("YARIS", 74, 6000, 1497, 3945, 1695, 1510, 1090), ("COROLLA", 90, 5200, 1798, 4370, 1790, 1435, 1395))),
    ("HYUNDAI", "HYUNDAI MOTOR (ROK)", "1349", "KMH", (("I30", 88, 6000, 1353, 4340, 1795, 1455, 1316), ("KONA", 100, 6200, 1580, 4165, 1800, 1565, 1405))),
    ("SEAT", "SEAT (E)", "7593", "VSS", (("LEON", 96, 5000, 1498, 4368, 1800, 1456, 1290), ("IBIZA", 59, 5000, 999, 4059, 1780, 1444, 1110))),
)  # fmt: skip
COLOURS = (
    ("WEISS", "0"), ("GELB", "1"), ("ORANGE", "2"), ("ROT", "3"), ("VIOLETT", "4"), ("BLAU", "5"), ("GRÜN", "6"),
    ("GRAU", "7"), ("BRAUN", "8"), ("SCHWARZ", "9"),
)  # fmt: skip
TYRES = ("195/65R15 91H", "205/55R16 91V", "225/45R17 91W", "185/60R15 84H", "235/55R19 101V", "205/60R16 96W XL")
REMARKS = (
    "ZU 15.1/15.2:AUCH GEN. 205/55R16 91V AUF FELGE 6 1/2JX16 ET 50",
    "ZU 0.2:ABGASVERHALTEN NACH EURO 6*",
    "ANHÄNGEKUPPLUNG EG-GEN. E13*94/20*0815*00",
    "MÜNDUNGSGERÄUSCH GEMESSEN*",
    "WW. M. SCHIEBEDACH*ZU 18-20:MASSE OHNE DACHRELING",
    "FZ IST SICHERUNGSÜBEREIGNET",
    "BEIM BETRIEB MIT ANHÄNGER GES. MASSE MAX. 3200 KG",
)


def _vin(rng: random.Random, wmi: str) -> str:
    letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
    middle = (
        "ZZZ" if wmi in ("WVW", "WAU", "TMB", "VSS") else "".join(rng.choice(letters + "0123456789") for _ in range(3))
    )
    year = rng.choice("ABCDEFGHJKLMNPR")
    plant = rng.choice(letters)
    body = rng.choice(letters + "0123456789") + rng.choice(letters + "0123456789") + rng.choice(letters + "0123456789")
    return wmi + middle + body + year + plant + f"{rng.randrange(10**6):06d}"


def _date(value: dt.date) -> str:
    return value.strftime("%d.%m.%Y")


def make_record(rng: random.Random, given: Mapping[str, str] | None = None) -> dict[str, str]:
    """What is printed on one document: code to text as printed (lines parted by a newline).

    Args:
        rng: all chance comes from here.
        given: printed values that must be kept (demonstration cases); VIN given without field 3 gets its check digit.
    """
    given = dict(given or {})
    make, short, hsn, wmi, models = rng.choice(_MODELS)
    if "D.1" in given:
        match = [m for m in _MODELS if m[0].split("-")[0] in given["D.1"].upper()]
        if match:
            make, short, hsn, wmi, models = match[0]
    name, power, speed, displacement, length, width, height, mass = rng.choice(models)
    if "D.3" in given:
        same = [m for m in models if m[0].split()[0] in given["D.3"].upper()]
        if same:
            name, power, speed, displacement, length, width, height, mass = same[0]
    first = dt.date(2006, 1, 1) + dt.timedelta(days=rng.randrange(365 * 19))
    if "B" in given:
        first = dt.datetime.strptime(given["B"], "%d.%m.%Y").date()
    today = dt.date(2026, 11, 1)
    this = first if rng.random() < 0.4 else first + dt.timedelta(days=rng.randrange(max(1, (today - first).days)))
    diesel = speed < 4450
    upper = rng.random() < 0.5
    company = rng.random() < 0.15
    padded = rng.random() < 0.5
    last = rng.choice(LAST_NAMES)
    fore = rng.choice(FIRST_NAMES) + (" " + rng.choice(FIRST_NAMES) if rng.random() < 0.2 else "")
    street = f"{rng.choice(STREETS)} {rng.randrange(1, 190)}{rng.choice(['', '', '', 'a', 'b'])}"
    town = f"{rng.randrange(1001, 99999):05d} {rng.choice(TOWNS)}"
    area, letters = rng.choice(PLATE_AREAS), "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=rng.choice([1, 2, 2])))
    suffix = rng.choice("EH") if rng.random() < 0.08 else ""
    digits = min(rng.choice([2, 3, 3, 4]), 8 - len(area + letters + suffix))
    plate = f"{area}{rng.choice([' ', '-', ' - '])}{letters} {rng.randrange(10 ** (digits - 1), 10**digits)}{suffix}"
    tsn = "".join(rng.choices("ABCDEFGHJKLMNPRSTUVWXYZ", k=3)) if first.year > 2005 else f"{rng.randrange(100, 999)}"
    key = (
        f"{tsn}{rng.randrange(0, 400):05d}{rng.randrange(10)}"
        if first.year > 2005 or rng.random() < 0.2
        else f"{tsn} {rng.randrange(1000):03d}{rng.randrange(10)}"
    )
    colour, colour_code = rng.choice(COLOURS)
    vin = _vin(rng, wmi)
    total = mass + rng.randrange(380, 640, 5)
    front, rear = total // 2 + 60, total // 2 + 20
    tyre = rng.choice(TYRES)

    def number(value: int, digits: int) -> str:
        return f"{value:0{digits}d}" if padded else str(value)

    type_code = f"{rng.choice('ABCFGHJ')}{rng.choice('0123456789UVX')}"
    record = {
        "Nr.": f"{rng.randrange(10**9):09d}/{rng.randrange(10, 26)}",
        "A": plate,
        "C.1.1": rng.choice(COMPANIES) if company else last,
        "C.1.2": "" if company else fore,
        "C.1.3": f"{town}\n{street}" if rng.random() < 0.5 else f"{street}\n{town}",
        "HU": f"{rng.randrange(1, 13):02d}/{rng.randrange(2026, 2030)}",
        "I": _date(this),
        "B": _date(first),
        "2.1": hsn,
        "2.2": key,
        "J": rng.choice(["M1", "01"]),
        "4": rng.choice(["AA", "AB", "AC", "AF", "0200"]),
        "E": vin,
        "D.1": make,
        "D.2": f"{type_code}\n{''.join(rng.choices('ABCDEFGHKLMX0123456789', k=7))}\n{''.join(rng.choices('ABCDFGKLMX0123456789', k=11))}\n-",
        "D.3": name,
        "2": short,
        "5": rng.choice(["FZ.Z.PERS.BEF. B. 8 SPL.\nSCHRÄGHECK", "FZ.Z.PERS.BEF. B. 8 SPL.\nKOMBILIMOUSINE", "PKW\nLIMOUSINE"]),
        "V.9": rng.choice(["715/2007*692/2008J", "715/2007*2018/1832AG", "70/220*2003/76B", "EURO 4"]),
        "14": rng.choice(["EURO 4", "EURO 5", "EURO 6", "EURO6D-TEMP"]),
        "P.3": "DIESEL" if diesel else "BENZIN",
        "10": "0002" if diesel else "0001",
        "14.1": rng.choice(["36W0", "36AG", "0462", "35J0", "36BG"]),
        "P.1": number(displacement, 5),
        "22": "\n".join(rng.sample(REMARKS, rng.randrange(0, 5))),
        "L": "2",
        "9": rng.choice("112"),
        "P.2/P.4": f"{power:04d}/{speed:05d}" if padded else f"{power}/{speed}",
        "T": number(rng.randrange(150, 250), 3),
        "18": number(length, 5),
        "19": number(width, 4),
        "20": number(height, 4),
        "G": number(mass, 6),
        "12": "-",
        "13": number(rng.randrange(50, 100, 5), 4),
        "Q": "-",
        "V.7": number(rng.randrange(90, 190), 3),
        "F.1": number(total, 6),
        "F.2": number(total, 6),
        "7.1": number(front, 5),
        "7.2": number(rear, 5),
        "7.3": "-",
        "8.1": number(front, 5),
        "8.2": number(rear, 5),
        "8.3": "-",
        "U.1": number(rng.randrange(70, 90), 3),
        "U.2": number(rng.randrange(2500, 4500, 250), 5),
        "U.3": number(rng.randrange(66, 75), 3),
        "O.1": number(rng.randrange(1000, 2200, 100), 5),
        "O.2": number(rng.randrange(450, 750, 10), 5),
        "S.1": f"{rng.choice([4, 5, 5, 7]):03d}" if padded else "5",
        "S.2": "-",
        "15.1": tyre,
        "15.2": tyre,
        "15.3": "-",
        "R": colour,
        "11": colour_code,
        "K": f"e{rng.choice([1, 2, 4, 9, 11, 13])}*2007/46*{rng.randrange(10000):04d}*{rng.randrange(40):02d}",
        "6": _date(first - dt.timedelta(days=rng.randrange(30, 900))),
        "17": rng.choice("KKEA"),
        "16": "".join(rng.choices("ABCDEFGHKLMNPRSTUVWXYZ", k=2)) + f"{rng.randrange(10**6):06d}",
        "21": rng.choice(["", "", "NUTZUNG IM EIG. BETRIEB"]),
    }  # fmt: skip
    if upper:
        for code in ("C.1.1", "C.1.2", "C.1.3"):
            record[code] = record[code].replace("ß", "SS").upper() if rng.random() < 0.5 else record[code]
    record.update(given)
    record["3"] = given.get("3") or rules.check_digit(record["E"])
    if "3" not in given and rng.random() < 0.06:
        record["3"] = "-"
    return record


def truth_values(record: Mapping[str, str]) -> dict[str, str]:
    """The values a perfect reader returns for a record, normalised as the reader normalises; empty fields left out."""
    out: dict[str, str] = {}
    for code, printed in record.items():
        # A row of dashes says the same as one: there is nothing to say. Lines of one-line fields belong together.
        text = "-" if printed and not printed.strip("- ") else printed
        if code in ONE_LINE:
            text = text.replace("/\n", "/").replace("\n", " ")
        if code in ("B", "I", "6"):
            out[code] = rules.parse_date(text) or ""
        elif code == "HU":
            out[code] = rules.parse_month(text) or ""
        elif code == "A":
            out[code] = rules.parse_plate(text) or text
        elif code == "2.2":
            out[code] = rules.parse_type_key(text) or text
        elif code == "P.2/P.4":
            pair = rules.parse_power(text)
            if pair:
                out["P.2"] = pair[0]
                if pair[1]:
                    out["P.4"] = pair[1]
        elif code == "D.2":
            out[code] = "\n".join(line for line in text.split("\n") if line.strip("- "))
        elif code in NUMBER_FIELDS and text.isdecimal():
            out[code] = str(int(text))
        else:
            out[code] = text
    return {code: text for code, text in out.items() if text}


NUMBER_FIELDS = frozenset((
    "P.1", "L", "9", "T", "18", "19", "20", "G", "13", "V.7", "F.1", "F.2", "7.1", "7.2",
    "7.3", "8.1", "8.2", "8.3", "U.1", "U.2", "U.3", "O.1", "O.2", "S.1", "S.2",
))  # fmt: skip
ONE_LINE = frozenset(("D.3", "2", "R"))
