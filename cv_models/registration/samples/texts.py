# ruff: noqa: SIM905 - lists of words are easier to read and to add to as text
"""Texts as they are printed into the cells of the form, for single crops: by field, and plain strings of characters.

The words here are not those of `record`, so that a recogniser trained on them has not learned the sample photos by heart.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Final

from cv_models.registration import lines, rules

UPPER: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
LOWER: Final = "abcdefghijklmnopqrstuvwxyz"
DIGITS: Final = "0123456789"
# What the recogniser can say, in the order of its columns.
CHARSET: Final = lines.CHARSET

_VIN_LETTERS: Final = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
_WORLD: Final = (
    "WVW WV1 WV2 WAU WBA WBS WDB WDD WDF W1K W1N WMW WME WF0 W0L WP0 WP1 VF1 VF3 VF7 VR3 ZFA ZAR TMB TRU VSS UU1 JTD JMZ SJN "
    "JHM SHH KMH KNA TMA U5Y YV1 YS3 SAL SAJ 1FA 5YJ LRW NM0 TSM JSA JF1 JN1 NLH VNK SB1 XLR WJM VWV LSJ"
).split()
_MAKES: Final = (
    "VOLKSWAGEN,VW,VOLKSWAGEN-VW,AUDI,BMW,BMW I,BAYER.MOT.WERKE-BMW,MERCEDES-BENZ,DAIMLER AG,DAIMLERCHRYSLER (D),OPEL,ADAM OPEL,FORD,FORD (D),FORD-WERKE,"
    "SKODA,SKODA (CZ),SEAT,SEAT (E),CUPRA,RENAULT,RENAULT (F),DACIA,AUTOM.DACIA (RO),FIAT,FIAT (I),ALFA ROMEO,TOYOTA,TOYOTA EUROPE (B),HYUNDAI,HYUNDAI MOTOR (CZ),"
    "KIA,KIA MOTOR (SK),PEUGEOT,PEUGEOT (F),CITROEN,CITROËN,AUTOMOBILES CITROEN,MAZDA,MAZDA (J),NISSAN,NISSAN EUROPE (F),VOLVO,VOLVO (S),PORSCHE,MINI,SMART,SUZUKI,"
    "MAGYAR SUZUKI (H),HONDA,HONDA MOTOR (J),MITSUBISHI,TESLA,TESLA MOTORS (USA),LAND ROVER,JAGUAR,JEEP,LEXUS,SUBARU,CHEVROLET,SAAB,IVECO,MAN,POLESTAR,BYD,MG,"
    "SSANGYONG,DAIHATSU,LANCIA,CHRYSLER,DODGE,HYMER,KNAUS,PIAGGIO,YAMAHA,KAWASAKI,STELLANTIS AUTO"
).split(",")
_MODELS: Final = (
    "GOLF,GOLF VARIANT,GOLF SPORTSVAN,POLO,PASSAT,PASSAT CC,TIGUAN,TOURAN,T-ROC,T-CROSS,UP!,CADDY,CADDY LIFE,TRANSPORTER,MULTIVAN,SHARAN,ARTEON,ID.3,ID.4,TOUAREG,"
    "A1 SPORTBACK,A3 LIMOUSINE,A3,A4,A5 CABRIOLET,A6 AVANT,A6 ALLROAD QUATTRO,Q2,Q3,Q7,Q8 E-TRON,TT COUPE,116D,118D,120I,218I GRAN TOURER,318D TOURING,320I,"
    "330E,420D GRAN COUPE,520D TOURING,530D XDRIVE,X3 XDRIVE20D,X5,I3,IX3,A 160,A 200,B 180 CDI,B 200,C 180,C 200 T,C 250 D,CLA 200 SHOOTING BRAKE,"
    "E 200,E 220 BLUETEC,GLA 180,GLC 220 D 4MATIC,GLK 220 CDI,V 250 D,VITO 116 CDI,SPRINTER,ASTRA SPORTS TOURER,ASTRA CARAVAN,CORSA,CORSA-E,MOKKA,MOKKA X,"
    "MERIVA,ZAFIRA TOURER,INSIGNIA,CROSSLAND X,GRANDLAND X,ADAM,KARL,VIVARO,COMBO LIFE,FIESTA,FOCUS,FOCUS TURNIER,MONDEO TURNIER,C-MAX,GRAND C-MAX,S-MAX,KA+,"
    "ECOSPORT,PUMA,KUGA PHEV,MUSTANG MACH-E,TRANSIT CONNECT,TOURNEO CUSTOM,FABIA COMBI,OCTAVIA,SUPERB,SUPERB COMBI,KAMIQ,KAROQ,KODIAQ,SCALA,CITIGO,ENYAQ IV,YETI,"
    "IBIZA,LEON,LEON SPORTSTOURER,ARONA,ATECA,FORMENTOR,CLIO,CAPTUR,KADJAR,SCENIC,GRAND SCENIC,TWINGO,ZOE,KANGOO,TRAFIC,DUSTER,SANDERO STEPWAY,LOGAN MCV,DOKKER,"
    "500,500C,500X,500L,PANDA,PUNTO EVO,TIPO KOMBI,DUCATO,GIULIETTA,STELVIO,AURIS,AURIS TOURING SPORTS,YARIS HYBRID,COROLLA,C-HR,RAV4,AYGO,AVENSIS COMBI,"
    "I10,I20,I30 KOMBI,IX20,IX35,KONA ELEKTRO,TUCSON,SANTA FE,IONIQ 5,PICANTO,RIO,CEED SPORTSWAGON,PRO_CEED,XCEED,NIRO,SPORTAGE,SORENTO,STONIC,EV6,SOUL,"
    "108,208,2008,308 SW,3008,5008,508,PARTNER,C1,C3,C3 AIRCROSS,C4 PICASSO,BERLINGO,JUMPER,2,3,6,CX-3,CX-30,CX-5,MX-5,MICRA,NOTE,JUKE,QASHQAI,X-TRAIL,LEAF,"
    "V40,V60,V90,XC40,XC60,XC90,911 CARRERA,CAYENNE,MACAN,PANAMERA,TAYCAN,BOXSTER,COOPER,COOPER D CLUBMAN,ONE,COUNTRYMAN,FORTWO,FORFOUR,SWIFT,VITARA,IGNIS,"
    "JAZZ,CIVIC,CR-V,HR-V,SPACE STAR,ASX,OUTLANDER,MODEL 3,MODEL S,MODEL Y,RANGE ROVER EVOQUE,DISCOVERY SPORT,XF SPORTBRAKE,RENEGADE,COMPASS"
).replace("_", "-").split(",")  # fmt: skip
_FORE: Final = (
    "Anna Andreas Bernd Birgit Brigitte Carsten Christel Christian Claudia Daniel Dieter Doris Eberhard Elke Emine Erika Erwin Eva Felix Florian Frank Gabriele Georg "
    "Gerda Gisela Gökhan Günter Hans Heinz Helga Helmut Herbert Horst Ilse Ingrid Jan Jana Jonas Julia Jürgen Karin Karl Katharina Kerstin Klaus Lars Laura Lena Leon "
    "Lukas Manfred Maria Markus Martin Max Mehmet Michael Monika Nadine Nicole Nils Olaf Paul Peter Petra Rainer Ralf René Renate Rolf Rüdiger Sabine Sandra Sebastian "
    "Silke Simon Sophie Stefan Susanne Sybille Theo Thomas Tim Ursula Ute Uwe Vera Volker Walter Werner Wolfgang Yvonne Yüksel Zoé Noël André Jérôme Inés Aşkın Łucja Tomáš"
).replace("ı", "i").replace("Ł", "L").split()  # fmt: skip
_LAST: Final = (
    "Albrecht Arnold Bauer Baumann Becker Beck Berger Böhm Brandt Braun Busch Dietrich Engel Ernst Fischer Förster Frank Franke Friedrich Fuchs Graf Groß Günther Haas "
    "Hahn Hartmann Heinrich Herrmann Hoffmann Hofmann Horn Huber Jäger Jung Kaiser Keller Klein Koch Köhler König Krämer Kraus Krause Kröger Krüger Kuhn Kühn Lang Lange "
    "Lehmann Lorenz Ludwig Maier Martin Mayer Meier Meyer Möller Müller Neumann Otto Peters Pfeiffer Pohl Richter Roth Sauer Schäfer Schmid Schmidt Schmitt Schmitz Schneider "
    "Scholz Schreiber Schröder Schubert Schulte Schulz Schulze Schumacher Schuster Schütz Schwarz Seidel Simon Sommer Stein Thomas Vogel Vogt Voigt Wagner Walter Weber Weiß "
    "Werner Winkler Winter Wolf Wolff Yılmaz Öztürk Çelik Şahin Kowalski Nowak Özdemir Lübke Müßig Nöth Überschär Ächter Großmann Weißenfels Süß Kößler Bräutigam Käßbohrer"
).replace("ı", "i").replace("Ç", "C").replace("Ş", "S").split()  # fmt: skip
_STREETS: Final = (
    "Hauptstr.,Bahnhofstraße,Gartenweg,Schulstr.,Lindenallee,Am Kirchberg,Bergstraße,Dorfstr.,Goethestr.,Schillerstraße,Mühlweg,Im Grünen Winkel,An der Brücke,Rosenstr.,"
    "Friedrich-Ebert-Str.,Kölner Straße,Münchener Str.,Am Flößgraben,Äußere Ringstr.,Öhringer Weg,Übersee-Platz,Weidengasse,Postdamm,Hinterm Zaun,Heerstr.,Birkenring,"
    "Brüder-Grimm-Str.,Straße des Friedens,Kreuzäcker,Schloßstr.,Fährstraße,Klosterhof,Wörthstr.,Zeppelinufer,Auf der Höhe,Obere Gasse,Jahnplatz,Industriestr."
).split(",")
_TOWNS: Final = (
    "Aachen,Berlin,Bielefeld,Bonn,Braunschweig,Bremen,Chemnitz,Dortmund,Dresden,Duisburg,Düsseldorf,Erfurt,Essen,Frankfurt am Main,Freiburg im Breisgau,Gießen,Göttingen,"
    "Hagen,Halle (Saale),Hamburg,Hannover,Jena,Karlsruhe,Kassel,Kiel,Koblenz,Köln,Krefeld,Leipzig,Lübeck,Ludwigshafen,Lüneburg,Magdeburg,Mainz,Mannheim,Mönchengladbach,"
    "München,Münster,Neuss,Nürnberg,Oldenburg,Osnabrück,Paderborn,Passau,Plön,Rostock,Saarbrücken,Schwäbisch Gmünd,Siegen,Solingen,Stuttgart,Trier,Tübingen,Ulm,Würzburg,"
    "Wuppertal,Zwickau,Bad Oeynhausen,Großenhain,Weißenburg,Übach-Palenberg,Öhningen,Höxter,Görlitz,Füssen,Jülich"
).split(",")
_FIRMS: Final = (
    "Autohaus,Leasing,Bau,Dachdeckerei,Fahrschule,Taxi,Pflegedienst,Spedition,Malerbetrieb,Gebäudetechnik,Küchenstudio,Tischlerei,Möbel,Bank,Fleet Services,Mobility,Getränke,Logistik"
).split(",")  # fmt: skip
_FORMS: Final = ("GmbH", "AG", "KG", "OHG", "e.K.", "GmbH & Co. KG", "UG", "SE", "e.V.", "mbH", "GbR")
_COLOURS: Final = (
    "WEISS,WEIß,GELB,ORANGE,ROT,VIOLETT,BLAU,GRÜN,GRAU,BRAUN,SCHWARZ,SILBER,ANTHRAZIT,BEIGE,GRAU/SCHWARZ,WEISS/ROT,DUNKELBLAU,BLAU-METALLIC,BRONZE,GOLD"
).split(",")  # fmt: skip
_BODIES: Final = (
    "FZ.Z.PERS.BEF.B. 8 SPL.,FZ.Z.PERS.BEF. B. 8 SPL,SCHRÄGHECKLIMOUSINE,LIMOUSINE,KOMBILIMOUSINE,MEHRZWECKFAHRZEUG,COUPE,KABRIO-LIMOUSINE,VAN,PKW GESCHLOSSEN,PKW OFFEN,"
    "LKW GESCHLOSSENER KASTEN,LKW OFFENER KASTEN,SO.KFZ WOHNMOBIL,KRAFTRAD,FZ.Z.GÜT.BEF.B. 3,5 T,PERSONENKRAFTWAGEN,PICK-UP,SCHRÄGHECK,STUFENHECK"
).split(",")
_FUELS: Final = (
    "BENZIN,DIESEL,ELEKTRO,SUPER,HYBR.BENZIN/E,HYBRID BENZIN/E,OVC-HYBR. BENZIN/E,BENZIN/E,DIESEL/E,LPG,BENZIN/FLÜSSIGGAS,BIVALENTER BETR. CNG,ERDGAS (NG),OVC-HYBR.DIESEL/E,WASSERSTOFF"
).split(",")  # fmt: skip
_REMARKS: Final = (
    "ZU 15.1/2:AUCH GEN.:225/45R17 91W,BEIM BETRIEB M. ANHÄNGER,ZUL.STÜTZLAST,FELGENGR. 7JX17 ET 49,WAHLWEISE MIT RESERVERAD,SCHADSTOFFARM D4,STEUERBEFR. BIS,ANH.BETR.M.100KM/H,"
    "FAHRZEUG MIT ABGASNACHBEHANDLUNG,ZU 22:GLASDACH,AHK LT.EG-TG,EG-TYPGEN. LIEGT VOR,NUR ZUR SELBSTABHOLUNG,FAHRSCHULFAHRZEUG,TAXI,MIETWAGEN,SELBSTFAHRERVERMIETFZ,"
    "FZ IST LEASINGFAHRZEUG,SICHERUNGSÜBEREIGNUNG,DACHLAST MAX 75 KG,ZU F.1:BEI ANH.-BETRIEB +80KG,ZU G:MASSE M.FAHRER 75KG,GERÄUSCHARM*,ZUGMASCHINE,DIEBSTAHLSICHERUNG"
).split(",")


def _digits(rng: random.Random, low: int, high: int) -> str:
    return "".join(rng.choices(DIGITS, k=rng.randint(low, high)))


def _letters(rng: random.Random, low: int, high: int, of: str = UPPER) -> str:
    return "".join(rng.choices(of, k=rng.randint(low, high)))


_SYLLABLES: Final = (
    "ba ber bö brei burg dorf döl en er fel fen flü ge gen grün gut hagen hau heim her hof hö in ka kel kir klein kö lan le lich lin loh mann mar mei mühl nau neu nie "
    "ober öt rei rich rö sach schei schö see sen ßen stadt stei stö tal ten tor trau tü un uß vel wald wei weiß wil witz zel zie zü bach ck tz pf qu xan jo yl"
).split()  # fmt: skip


def _invented(rng: random.Random) -> str:
    word = "".join(rng.choices(_SYLLABLES, k=rng.randint(1, 3)))
    return word[:1].upper() + word[1:] if word[0] != "ß" else "S" + word


def _case(rng: random.Random, text: str) -> str:
    if rng.random() < 0.55:
        return text
    return text.replace("ß", rng.choice(["SS", "ß"])).upper().replace("SS", "SS")


def _date(rng: random.Random) -> str:
    year = rng.choice([rng.randint(1985, 2004), rng.randint(2005, 2029), rng.randint(2005, 2029)])
    return f"{rng.randint(1, 31):02d}.{rng.randint(1, 12):02d}.{year}"


def _vin(rng: random.Random) -> str:
    if rng.random() < 0.12:
        return _letters(rng, 11, 17, _VIN_LETTERS)
    start = rng.choice(_WORLD)
    middle = "ZZZ" if rng.random() < 0.35 else _letters(rng, 3, 3, _VIN_LETTERS)
    rest = _letters(rng, 5, 5, _VIN_LETTERS)
    tail = _digits(rng, 6, 6) if rng.random() < 0.8 else _letters(rng, 2, 2, _VIN_LETTERS) + _digits(rng, 4, 4)
    vin = start + middle + rest + tail
    if rng.random() < 0.1:
        vin = f"{vin[:3]} {vin[3:9]} {vin[9:]}" if rng.random() < 0.5 else vin.replace("Z", "2", 1)
    return vin


_DISTRICTS: list[str] = []


def _plate(rng: random.Random) -> str:
    if not _DISTRICTS:
        _DISTRICTS.extend(sorted(rules.plate_districts()))
    area = rng.choice(_DISTRICTS)
    if rng.random() < 0.25:
        area = rng.choice([d for d in _DISTRICTS if set(d) & set("ÄÖÜ")])
    if rng.random() < 0.08:
        area = _letters(rng, 1, 3, UPPER + "ÄÖÜ")
    gap = rng.choice([" ", "-", " - ", "- ", "-", "  "])
    suffix = rng.choice("EH") if rng.random() < 0.12 else ""
    return f"{area}{gap}{_letters(rng, 1, 2)}{rng.choice([' ', ' ', ''])}{rng.randint(1, 9999)}{suffix}"


def _type_key(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.65:
        return _letters(rng, 3, 3) + f"{rng.randrange(500):05d}" + _digits(rng, 1, 1)
    if kind < 0.8:
        return f"{rng.randrange(300, 1000)} {_digits(rng, 3, 4)}"
    if kind < 0.9:
        return "000" + _letters(rng, 5, 5, UPPER + DIGITS) + _digits(rng, 1, 1)
    return _letters(rng, 3, 3, UPPER + DIGITS) + _letters(rng, 5, 5, UPPER + DIGITS) + _letters(rng, 1, 1, DIGITS + "X")


def _number(rng: random.Random) -> str:
    digits = rng.choice([1, 1, 2, 2, 3, 3, 4, 4, 5])
    value = str(rng.randrange(10 ** (digits - 1), 10**digits)) if digits > 1 else rng.choice(DIGITS)
    return value.zfill(rng.choice([1, 1, 3, 4, 5, 6]))


def _power(rng: random.Random) -> str:
    power, speed = rng.randint(11, 420), rng.choice([rng.randrange(1000, 9000, 50), rng.randrange(1000, 9000)])
    if rng.random() < 0.1:
        return f"{power}/-"
    return f"{power:04d}/{speed:05d}" if rng.random() < 0.5 else f"{power}/{speed}"


def _tyre(rng: random.Random) -> str:
    width, share, rim = rng.randrange(135, 335, 10), rng.randrange(25, 85, 5), rng.randint(12, 22)
    load, speed = rng.randint(70, 121), rng.choice("TQSHVWYR")
    gap = rng.choice(["", "", " "])
    kind = rng.choice(["R", "R", "R", "ZR", "R"])
    c = "C" if rng.random() < 0.1 else ""
    pair = f"/{load - 2}" if c else ""
    extra = rng.choice(["", "", "", " XL", " M+S", " RF"])
    return f"{width}/{share}{gap}{kind}{gap}{rim}{c} {load}{pair}{speed}{extra}"


def _approval(rng: random.Random) -> str:
    base = f"{rng.choice('eE')}{rng.randint(1, 24)}*{rng.choice(['2007/46', '2001/116', '98/14', '70/156', '2018/858', 'KS07/46'])}*{_digits(rng, 4, 4)}"
    return base + (f"*{_digits(rng, 2, 2)}" if rng.random() < 0.85 else "")


def _emission(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.3:
        return rng.choice(["EURO ", "EURO", "Euro "]) + rng.choice(
            ["3", "4", "5", "6", "6B", "6D", "6D-TEMP", "6AP", "6 WLTP"]
        )
    first = f"{rng.choice([70, 98, 715, 595, 2005, 2007])}/{rng.choice([220, 69, 2007, 2009, 55])}"
    return f"{first}*{rng.randint(1999, 2019)}/{rng.randint(1, 1900)}{rng.choice(['', 'A', 'B', 'J', 'W', 'AG', 'AP', 'DG', 'BG', 'ZD'])}"


def _name(rng: random.Random) -> str:
    word = rng.choice(_LAST) if rng.random() < 0.5 else _invented(rng)
    if rng.random() < 0.12:
        word += "-" + (rng.choice(_LAST) if rng.random() < 0.5 else _invented(rng))
    if rng.random() < 0.06:
        word = rng.choice(["Dr. ", "von ", "van der ", "Prof. Dr. "]) + word
    if rng.random() < 0.15:
        word = f"{rng.choice([word, word, rng.choice(_TOWNS)])} {rng.choice(_FIRMS)} {rng.choice(_FORMS)}"
    return _case(rng, word)


def _fore(rng: random.Random) -> str:
    name = rng.choice(_FORE) if rng.random() < 0.7 else _invented(rng)
    if rng.random() < 0.25:
        name += rng.choice([" ", "-", " "]) + rng.choice(_FORE)
    return _case(rng, name)


def _address(rng: random.Random) -> str:
    if rng.random() < 0.5:
        street = (
            rng.choice(_STREETS)
            if rng.random() < 0.6
            else _invented(rng) + rng.choice(["str.", "straße", "weg", "gasse", "platz"])
        )
        return _case(rng, f"{street} {rng.randint(1, 250)}{rng.choice(['', '', '', '', 'a', ' b', 'c', '/2', '-5'])}")
    town = rng.choice(_TOWNS) if rng.random() < 0.6 else _invented(rng)
    return _case(rng, f"{_digits(rng, 5, 5)} {town}")


def _type_line(rng: random.Random) -> str:
    line = _letters(rng, 1, 14, UPPER + DIGITS)
    if rng.random() < 0.25:
        line = f"{line}{rng.choice('/-. ')}{_letters(rng, 1, 8, UPPER + DIGITS)}"
    return line


def _remark(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.55:
        text = rng.choice(_REMARKS)
    elif kind < 0.8:
        words = [rng.choice([_invented(rng).upper(), _tyre(rng), _approval(rng), _number(rng)]) for _ in range(3)]
        text = " ".join(words)
    else:
        text = f"ZU {_code(rng)}:{_invented(rng).upper()} {_number(rng)}*"
    start = rng.randrange(max(1, len(text) - 30)) if rng.random() < 0.4 else 0
    return text.replace("ß", "SS")[start : start + rng.randint(6, 36)].strip()


_CODES: Final = (
    "B 2.1 2.2 J 4 E 3 D.1 D.2 D.3 2 5 V.9 14 P.3 10 14.1 P.1 22 L 9 P.2 T 18 19 20 G 12 13 Q V.7 F.1 F.2 7.1 7.2 7.3 8.1 8.2 8.3 U.1 U.2 U.3 O.1 O.2 S.1 S.2 "
    "15.1 15.2 15.3 R 11 K 6 17 16 21 C.1.1 I X A P.2/P.4"
).split()  # fmt: skip


def _code(rng: random.Random) -> str:
    return rng.choice(_CODES)


def form_code(rng: random.Random) -> str:
    """A code that the form prints before a value."""
    return _code(rng)


def _random(rng: random.Random) -> str:
    kind = rng.random()
    if kind < 0.45:
        return _letters(rng, 1, 14, UPPER + DIGITS)
    if kind < 0.65:
        return _letters(rng, 2, 12, UPPER + "ÄÖÜ")
    if kind < 0.8:
        return _letters(rng, 2, 12, LOWER + "äöüß").capitalize()
    text = "".join(rng.choices(CHARSET, weights=[1] * (len(CHARSET) - 11) + [0.5] * 11, k=rng.randint(2, 14))).strip()
    return text or "-"


# Each kind of text with its share and the cells it stands for.
_KINDS: Final[tuple[tuple[float, Callable[[random.Random], str]], ...]] = (
    (13, _vin),
    (10, _plate),
    (7, _date),
    (2, lambda rng: f"{rng.randint(1, 12):02d}/{rng.randint(2024, 2032)}"),
    (3, lambda rng: _digits(rng, 4, 4)),
    (9, _type_key),
    (4, lambda rng: rng.choice(_MAKES)),
    (9, lambda rng: rng.choice(_MODELS)),
    (8, _number),
    (4, _power),
    (4, _tyre),
    (3, _approval),
    (3, _emission),
    (9, _name),
    (5, _fore),
    (5, _address),
    (4, _type_line),
    (5, _remark),
    (2, lambda rng: rng.choice(_COLOURS)),
    (2, lambda rng: rng.choice(_BODIES)),
    (2, lambda rng: rng.choice(_FUELS)),
    (1, lambda rng: rng.choice(["M1", "01", "M1G", "N1", "L3E", "AA", "AB", "AC", "AF", "BB", "0200", "0100", "SA"])),
    (2, lambda rng: rng.choice(["36W0", "36AG", "0462", "35J0", "36BG", "36AP", "0433"])),
    (2, lambda rng: _letters(rng, 2, 2) + _digits(rng, 6, 6)),
    (4, lambda rng: _letters(rng, 1, 1, DIGITS + UPPER)),
    (2, lambda _: "-"),
    (9, _random),
)


def random_text(rng: random.Random) -> str:
    """A text as it may be printed in some cell; only characters of `CHARSET`, spaces single and inside."""
    (kind,) = rng.choices(_KINDS, weights=[share for share, _ in _KINDS])
    text = " ".join("".join(c for c in kind[1](rng) if c in CHARSET).split())
    return text or "-"
