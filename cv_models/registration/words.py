"""Words that fields of the form are known to hold, from general knowledge; another word is always possible.

They raise or lower how far a reading is believed. Makes with the key numbers of their makers (field 2.1) and the world codes
of their VINs (ISO 3780) where these are widely known; a make may have others.
"""

from __future__ import annotations

from typing import Final

# make: (key numbers of makers, first three characters of the VIN)
MAKES: Final[dict[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "VOLKSWAGEN": (("0600", "0603"), ("WVW", "WVG", "WV1", "WV2", "WV3", "WV4", "1VW", "3VW", "9BW", "AAV", "XW8")),
    "VW": (("0600", "0603"), ("WVW", "WVG", "WV1", "WV2", "WV3", "WV4", "1VW", "3VW", "9BW", "AAV", "XW8")),
    "VOLKSWAGEN,VW": (("0600", "0603"), ("WVW", "WVG", "WV1", "WV2", "WV3", "WV4", "1VW", "3VW", "9BW", "AAV")),
    "AUDI": (("0588",), ("WAU", "WA1", "WUA", "TRU")),
    "BMW": (("0005", "7909"), ("WBA", "WBS", "WBY", "WBX", "4US", "5UX", "WB1", "WB5")),
    "BMW I": (("0005",), ("WBY",)),
    "MINI": (("0005",), ("WMW", "WBA")),
    "MERCEDES-BENZ": (("0708", "0709", "0710", "1313", "2222"), ("WDB", "WDD", "WDC", "WDF", "WDW", "W1K", "W1N", "W1V", "W1T", "4JG", "VSA", "WMX", "WME")),
    "MERCEDES-AMG": (("1313",), ("WDD", "W1K", "WMX")),
    "DAIMLER": (("0708", "0709", "0710", "1313"), ("WDB", "WDD", "WDC", "WDF")),
    "DAIMLERCHRYSLER": (("0709", "0710", "1313"), ("WDB", "WDD", "WDC", "WDF")),
    "OPEL": (("0035", "0039", "1889"), ("W0L", "W0V", "VXK", "VXE", "VXR", "ZAR", "VF3", "KL1", "VN1")),
    "FORD": (("0928", "8566"), ("WF0", "VS6", "1FA", "1FM", "1FT", "NM0", "UN1", "MAJ", "MPB", "6FP")),
    "SKODA": (("8004",), ("TMB", "TM9")),
    "SEAT": (("7593",), ("VSS",)),
    "CUPRA": (("7593",), ("VSS",)),
    "RENAULT": (("3004", "3333"), ("VF1", "VF2", "VF6", "VF8", "UU1", "VS5", "VNV", "KNM")),
    "DACIA": (("8212",), ("UU1", "VF1", "UU6", "UU9")),
    "ALPINE": ((), ("VFA", "VF1")),
    "FIAT": (("4001", "4136"), ("ZFA", "ZFC", "VF3", "NM4", "3C3", "MM6", "JHM")),
    "ABARTH": (("4136",), ("ZFA", "ZFN")),
    "ALFA ROMEO": (("4136", "4030"), ("ZAR", "ZAS")),
    "LANCIA": (("4136",), ("ZLA",)),
    "IVECO": ((), ("ZCF", "WJM", "VNE")),
    "TOYOTA": (("5013", "5048"), ("JTD", "JTE", "JTM", "JTN", "JTH", "SB1", "VNK", "NMT", "TW1", "YAR", "WZ1", "JT1", "JT2", "JTB")),
    "LEXUS": (("5013",), ("JTH", "JTJ")),
    "HYUNDAI": (("1349", "8252"), ("KMH", "TMA", "NLH", "MAL", "U5Y", "KMF")),
    "GENESIS": ((), ("KMT", "KMH")),
    "KIA": (("8253", "1260"), ("KNA", "KNE", "KNB", "KNC", "U5Y", "U6Y", "KND", "VSK")),
    "PEUGEOT": (("3003",), ("VF3", "VR3", "ZCE", "VXE", "VSC")),
    "CITROEN": (("3001",), ("VF7", "VR7", "VS7", "ZFA", "VXE")),
    "CITROËN": (("3001",), ("VF7", "VR7", "VS7")),
    "DS": (("3001",), ("VR1", "VF7")),
    "DS AUTOMOBILES": (("3001",), ("VR1", "VF7")),
    "MAZDA": (("7118",), ("JMZ", "JM0", "MM7", "3MZ", "3MD")),
    "NISSAN": (("7105",), ("SJN", "JN1", "VSK", "VWA", "MDH", "3N1", "VNV")),
    "INFINITI": ((), ("JN1", "SJK")),
    "VOLVO": (("9101",), ("YV1", "YV4", "XLB", "LYV", "LVY", "YV2", "7JR")),
    "POLESTAR": ((), ("LPS", "YSM", "YSR")),
    "SAAB": ((), ("YS3",)),
    "PORSCHE": (("0583",), ("WP0", "WP1")),
    "SMART": ((), ("WME", "W1A", "HES", "TYA")),
    "SUZUKI": (("7102", "1213"), ("TSM", "JSA", "JSB", "MA3", "VSE", "MBH", "JS1", "VTT")),
    "HONDA": (("7100", "2131"), ("JHM", "SHH", "SHS", "NLA", "MRH", "LUC", "JHL", "ZDC", "RLH", "JH2")),
    "MITSUBISHI": (("7107",), ("JMB", "JMA", "XMC", "MMB", "MMC", "MNB", "VF1", "4MB")),
    "SUBARU": (("7106",), ("JF1", "JF2", "4S3")),
    "DAIHATSU": ((), ("JDA", "ZFD")),
    "ISUZU": ((), ("MPA", "JAA", "JAC")),
    "CHEVROLET": ((), ("KL1", "1G1", "KLA", "1GN", "2G1", "XUU")),
    "DAEWOO": ((), ("KLA",)),
    "CADILLAC": ((), ("1G6", "YSC", "1GY")),
    "CHRYSLER": ((), ("1C3", "1C4", "1A8", "1C8", "2C3", "3C3", "2C4", "1A4")),
    "DODGE": ((), ("1B3", "1C3", "2C3", "1D3", "3D7", "1D7", "1C6")),
    "RAM": ((), ("1C6", "3C6")),
    "JEEP": ((), ("1C4", "1J4", "1J8", "ZAC", "1A4", "ZFA")),
    "TESLA": (("1480",), ("5YJ", "XP7", "LRW", "7SA", "SFZ")),
    "JAGUAR": ((), ("SAJ", "SAD")),
    "LAND ROVER": ((), ("SAL",)),
    "ROVER": ((), ("SAR",)),
    "MG": ((), ("LSJ", "SAR", "SDP")),
    "MG ROEWE": ((), ("LSJ",)),
    "LOTUS": ((), ("SCC", "LPP")),
    "BENTLEY": ((), ("SCB", "SJA")),
    "ROLLS-ROYCE": ((), ("SCA",)),
    "ASTON MARTIN": ((), ("SCF",)),
    "FERRARI": ((), ("ZFF",)),
    "LAMBORGHINI": ((), ("ZHW", "ZPB")),
    "MASERATI": ((), ("ZAM", "ZN6")),
    "SSANGYONG": ((), ("KPT", "KPA", "KPB")),
    "KGM": ((), ("KPT",)),
    "LADA": ((), ("XTA",)),
    "BYD": ((), ("LGX", "LC0", "LGW")),
    "GREAT WALL": ((), ("LGW",)),
    "ORA": ((), ("LGW",)),
    "NIO": ((), ("LJ1",)),
    "XPENG": ((), ("L1N",)),
    "LYNK & CO": ((), ("LB3", "L6T", "LYV")),
    "MAXUS": ((), ("LSK", "LSF", "LSH")),
    "LEAPMOTOR": ((), ("LFZ",)),
    "FISKER": ((), ("VCF",)),
    "CHERY": ((), ("LVV",)),
    "MAN": ((), ("WMA", "WV3")),
    "SCANIA": ((), ("YS2", "XLE", "VLU")),
    "DAF": ((), ("XLR",)),
    "BMW ALPINA": ((), ("WAP", "WBA")),
    "ALPINA": ((), ("WAP",)),
    "KTM": ((), ("VBK",)),
    "YAMAHA": ((), ("JYA", "VG5", "RKR")),
    "KAWASAKI": ((), ("JKA", "JKB", "ML5")),
    "DUCATI": ((), ("ZDM",)),
    "HARLEY-DAVIDSON": ((), ("1HD", "5HD", "MEG")),
    "TRIUMPH": ((), ("SMT",)),
    "PIAGGIO": ((), ("ZAP", "ZAX")),
    "VESPA": ((), ("ZAP",)),
    "APRILIA": ((), ("ZD4",)),
    "TRABANT": ((), ()),
    "WARTBURG": ((), ()),
    "KNAUS": ((), ()),
    "HYMER": ((), ()),
    "CARTHAGO": ((), ()),
    "BÜRSTNER": ((), ()),
    "FENDT": ((), ()),
    "HOBBY": ((), ()),
    "DETHLEFFS": ((), ()),
    "HUMBAUR": ((), ()),
    "STEMA": ((), ()),
    "LEVC": ((), ("SCR",)),
    "STREETSCOOTER": ((), ()),
    "AIWAYS": ((), ()),
    "VINFAST": ((), ()),
    "SERES": ((), ()),
    "DFSK": ((), ()),
    "MICROLINO": ((), ()),
}  # fmt: skip

# Other makers' key numbers that stand for no make.
OTHER_MAKERS: Final = frozenset(("0900", "0901"))

COLOURS: Final[dict[str, str]] = {
    "WEISS": "0", "WEIß": "0", "GELB": "1", "ORANGE": "2", "ROT": "3", "VIOLETT": "4", "LILA": "4", "BLAU": "5",
    "GRÜN": "6", "GRUEN": "6", "GRAU": "7", "SILBER": "7", "BRAUN": "8", "SCHWARZ": "9",
}  # fmt: skip
TINTS: Final = ("BEIGE", "ANTHRAZIT", "MEHRFARBIG", "GOLD", "TÜRKIS", "ROSA", "PINK", "CREME", "SONSTIGE", "BRONZE")

# energy source as printed: code of field 10 (those that are sure)
FUELS: Final[dict[str, tuple[str, ...]]] = {
    "BENZIN": ("0001",),
    "DIESEL": ("0002",),
    "VIELSTOFF": ("0003",),
    "ELEKTRO": ("0004",),
    "ELEKTR.": ("0004",),
    "LPG": ("0005",),
    "FLÜSSIGGAS (LPG)": ("0005",),
    "BENZIN/FLÜSSIGGAS": ("0006",),
    "BENZIN/LPG": ("0006",),
    "BENZIN / LPG": ("0006",),
    "BENZIN/KOMP.ERDGAS": ("0007",),
    "BENZIN/ERDGAS": ("0007",),
    "BENZIN/CNG": ("0007",),
    "HYBR.BENZIN/E": ("0008",),
    "HYBR. BENZIN/E": ("0008",),
    "HYBRID BENZIN/E": ("0008",),
    "BENZIN/ELEKTRO": ("0008", "0025"),
    "ERDGAS": ("0009",),
    "ERDGAS NG": ("0009",),
    "CNG": ("0009",),
    "HYBR.DIESEL/E": ("0010",),
    "HYBR. DIESEL/E": ("0010",),
    "HYBRID DIESEL/E": ("0010",),
    "DIESEL/ELEKTRO": ("0010", "0031"),
    "HYBR.BENZ/E EXT.AUFL.": ("0025",),
    "HYBR.BENZIN/E EXT.AUFL.": ("0025",),
    "HYBR.B/E EXT.AUFL.": ("0025",),
    "HYBR.DIESEL/E EXT.AUFL.": ("0031",),
    "WASSERSTOFF": ("0011",),
    "BENZIN/ETHANOL": (),
    "ETHANOL": (),
    "SUPER": ("0001",),
    "OTTO": ("0001",),
}  # fmt: skip

WORLD_CODES: Final = frozenset(code for _, codes in MAKES.values() for code in codes)


def makes_of_world_code(code: str) -> tuple[str, ...]:
    """Makes that use a VIN's first three characters; empty when the code is not known."""
    return tuple(make for make, (_, codes) in MAKES.items() if code in codes)


def known_world_code(code: str) -> bool:
    """Whether the three characters are a maker's that is known here."""
    return code in WORLD_CODES
