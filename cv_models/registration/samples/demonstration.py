"""Document photos for the demonstration sets: `python -m cv_models.registration.samples.demonstration SETS.json OUT TRUTH.json`.

SETS.json names plate, vehicle and holder of each set; OUT receives `<set>/00_registration.jpg`. One set gets a photo that
nobody can read and one gets none, so that both cases can be shown.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from PIL import Image

from cv_models.registration.samples import readable_values
from cv_models.registration.samples.form import Print, make_sheet
from cv_models.registration.samples.photo import Shot, take
from cv_models.registration.samples.record import make_record

UNREADABLE = "hatch_poor_photos"
WITHOUT = "compact_mirror"
SIZE = 1600

_BODIES = {"hatchback": "SCHRÄGHECK", "estate": "KOMBILIMOUSINE", "suv": "MEHRZWECKFAHRZEUG", "compact": "SCHRÄGHECK"}
_LENGTHS = {"hatchback": "4263", "estate": "4671", "suv": "4532", "compact": "3612"}


def printed(entry: dict[str, Any]) -> dict[str, str]:
    """What the document of one set must say, by code."""
    vehicle, claim = entry["vehicle"], entry["claim"]
    first = dt.date.fromisoformat(vehicle["first_registration"])
    seed = vehicle["vin_seed"]
    vin = f"{seed[:3]}ZZZ{seed[3:6]}ZW{int(seed[6:]):06d}"
    colour = entry["colour_de"].split()[0].replace("ß", "ss").upper()
    codes = {
        "WEISS": "0",
        "GELB": "1",
        "ORANGE": "2",
        "ROT": "3",
        "BLAU": "5",
        "GRÜN": "6",
        "GRAU": "7",
        "ANTHRAZIT": "7",
        "SILBER": "7",
        "BEIGE": "1",
        "PETROL": "5",
        "BRAUN": "8",
        "SCHWARZ": "9",
    }
    remarks = (
        "FZ IST SICHERUNGSÜBEREIGNET"
        if claim.get("leased_or_financed") == "financed"
        else "ZU 0.2:ABGASVERHALTEN NACH EURO 6*"
    )
    return {
        "A": entry["plate"],
        "C.1.1": claim["holder_last"],
        "C.1.2": claim["holder_first"],
        "C.1.3": f"{claim['street']}\n{claim['postcode']} {claim['city']}",
        "B": first.strftime("%d.%m.%Y"),
        "I": first.strftime("%d.%m.%Y"),
        "2.1": vehicle["hsn"],
        "2.2": f"{vehicle['tsn']}00012{sum(map(ord, vehicle['tsn'])) % 10}",
        "E": vin,
        "D.1": vehicle["make"].upper(),
        "D.3": vehicle["model"].upper(),
        "2": vehicle["make"].upper(),
        "5": f"FZ.Z.PERS.BEF. B. 8 SPL.\n{_BODIES.get(entry['body'], 'LIMOUSINE')}",
        "P.2/P.4": f"{vehicle['power_kw']:04d}/{'03750' if vehicle['fuel'] == 'Diesel' else '05500'}",
        "P.1": f"{vehicle['displacement_ccm']:05d}",
        "P.3": vehicle["fuel"].upper(),
        "10": "0002" if vehicle["fuel"] == "Diesel" else "0001",
        "18": _LENGTHS.get(entry["body"], "4300"),
        "R": colour,
        "11": next((code for name, code in codes.items() if name in colour), "7"),
        "22": remarks,
        "21": "",
    }


def main() -> None:
    """Write the photos and their truth."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sets", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("truth", type=Path)
    parser.add_argument("--only", nargs="*", help="names of sets")
    args = parser.parse_args()
    sets = json.loads(args.sets.read_text(encoding="utf-8"))
    truth: dict[str, Any] = {}
    for number, (name, entry) in enumerate(sets.items()):
        if name == WITHOUT:
            truth[name] = {"file": None, "readable": False, "fields": {}}
            continue
        rng = random.Random(f"demonstration-{name}")
        record = make_record(rng, printed(entry))
        printer = replace(
            Print.draw(rng, "phone"),
            kind=("laser", "ink", "laser", "ink", "laser")[number % 5],
            ink=rng.uniform(0.85, 1.0),
            fade=0.0,
            bands=0.0,
            streaks=0.0,
            spill=0.0,
        )
        shot = Shot.draw(rng, "phone", SIZE)
        turn = (0, 0, 90, 0, 180, 0, 270, 0)[number % 8]
        shot = replace(
            shot,
            turn=turn + rng.uniform(-8, 8),
            portrait=turn in (90, 270),
            fill=rng.uniform(0.80, 0.87),
            defocus=rng.uniform(0.2, 0.45),
            motion=0.0,
            exposure=rng.uniform(0.85, 1.02),
            glare=0.0,
            thumb=False,
            clutter=(1, 3, 2, 0, 4)[number % 5],
            shadow=(0.0, 0.28, 0.0, 0.22)[number % 4],
            panels=(0, 3),
            focus_tilt=0.0,
            flash=0.0,
            hand_shadow=0.0,
            sleeve=0.0,
            messenger=0,
            screenshot=False,
            second=False,
        )
        if name == UNREADABLE:
            shot = replace(shot, exposure=0.42, motion=34.0, defocus=5.5, noise=0.035, fill=0.7)
        photo = take(make_sheet(record, printer, rng), shot, rng)
        values = readable_values(record, photo)
        truth[name] = {"file": f"photos/{name}/00_registration.jpg", "readable": name != UNREADABLE, "fields": values}
        if args.only and name not in args.only:
            continue
        exif = Image.Exif()
        exif[0x010F] = "SYNTHETIC"
        exif[0x0110] = "Telekalk sample documents"
        (args.out / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray(photo.pixels).save(
            args.out / name / "00_registration.jpg", quality=82, exif=exif, optimize=True
        )
    args.truth.write_text(json.dumps(truth, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
