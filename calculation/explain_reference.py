"""Derivation nodes of the reference workshop: its guards and its sheet beside the report's."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from calculation.derivation import Operand, number
from calculation.model import CalculationInput, Text
from calculation.money import ZERO
from calculation.sheet import POINT

if TYPE_CHECKING:
    from calculation.explain import Builder
    from calculation.settled import Settled

_NET = Text("Reparaturkosten in der Referenzwerkstatt", "repair costs at the reference workshop")
_REPORT = Text("Reparaturkosten der Kalkulation", "repair costs of the sheet")


def reference_nodes(build: Builder, data: CalculationInput, case: Settled) -> None:
    """Nodes ``reference.workshop_net``, ``reference.<block>``, ``reference.difference`` and ``reference.status``."""
    found, workshop = case.point.reference, data.settlement.reference_workshop
    assert found is not None
    assert workshop is not None
    assert case.reference is not None
    report = Operand(_REPORT, str(found.report_net), "EUR", "net_allowed")
    if found.workshop_net is not None:
        sheet = case.reference.sheet(POINT)
        rule = Text(
            "Sätze und Aufschläge der Werkstatt, Zeiten und Teile der Kalkulation",
            "its rates and mark-ups, times and parts of the sheet",
        )
        if sheet is None:
            offer = Text("Angebot der Werkstatt netto", "net offer of the workshop")
            build.add(
                "reference.workshop_net",
                _NET,
                found.workshop_net,
                "EUR",
                Text("Angebot − Abzüge der Kalkulation", "offer − deductions of the sheet"),
                f"{number(workshop.repair_net or ZERO)} | {number(found.workshop_net)} EUR",
                (Operand(offer, str(workshop.repair_net), "EUR", None, f"workshop ({workshop.name})"), report),
                rule,
                "BGH VI ZR 53/09",
            )
        else:
            rates = tuple(
                Operand(
                    Text(f"Stundensatz {name}", f"hourly rate {name}"),
                    str(hourly),
                    "EUR/h",
                    None,
                    f"workshop ({workshop.name})",
                )
                for name, hourly in workshop.rates.items()
            )
            terms: list[tuple[Text, Decimal, str]] = []
            for key, name, amount in (
                ("parts_total", Text("Ersatzteile gesamt", "parts in total"), sheet.parts_total),
                ("labour_total", Text("Arbeit gesamt", "labour in total"), sheet.labour_total),
                ("paint", Text("Lackierung", "paint"), sheet.paint),
                ("incidentals", Text("Nebenkosten", "side costs"), sheet.incidentals),
            ):
                ours = Operand(name, str(getattr(case_sheet(build, key), "value", "")), "EUR", key)
                inputs = (ours, *(rates if key in {"labour_total", "paint"} else ()))
                words = Text(
                    "dieselben Positionen zu den Bedingungen der Werkstatt", "the same lines at the workshop's terms"
                )
                build.add(
                    f"reference.{key}",
                    name,
                    amount,
                    "EUR",
                    words,
                    f"{number(amount)} EUR",
                    inputs,
                    rule,
                    "BGH VI ZR 53/09",
                )
                terms.append((name, amount, f"reference.{key}"))
            inside = sheet.surcharges - sheet.discounts
            terms.append((Text("Zuschläge und Nachlässe", "surcharges and discounts"), inside, "net"))
            off = found.workshop_net - sheet.net
            terms.append((Text("Abzüge", "deductions"), off, "net_allowed"))
            build.total("reference.workshop_net", _NET, found.workshop_net, terms, rule, "BGH VI ZR 53/09")
        build.add(
            "reference.difference",
            Text("streitiger Unterschied", "difference in dispute"),
            found.difference,
            "EUR",
            Text("Kalkulation − Referenzwerkstatt", "sheet − reference workshop"),
            f"{number(found.report_net)} − {number(found.workshop_net)} = {number(found.difference)} EUR",
            (report, Operand(_NET, str(found.workshop_net), "EUR", "reference.workshop_net")),
            Text("nie kleiner als null", "never below zero"),
            "BGH VI ZR 398/02, VI ZR 53/09",
        )
    reasons = found.blocked_by or found.unknown
    words = Text("kein Hindernis", "nothing stands against it")
    if reasons:
        words = Text("; ".join(r.text.de for r in reasons), "; ".join(r.text.en for r in reasons))
    build.add(
        "reference.status",
        Text(f"Verweisung auf {found.name}", f"reference to {found.name}"),
        found.status,
        "",
        words,
        "; ".join(r.code for r in reasons) or "-",
        (
            Operand(Text("entschieden von", "decided by"), found.decided_by or "-", "", None, "input"),
            Operand(
                Text("Nachweis der Gleichwertigkeit", "proof of equivalence"),
                workshop.equivalence_evidence or "-",
                "",
                None,
                "input",
            ),
        ),
        Text(
            "bis 36 Monate oder stets markengepflegt unzulässig; gleichwertig, mühelos erreichbar, kein Sonderpreis",
            "barred up to 36 months or when always brand-serviced; equivalent, easily reachable, no special price",
        ),
        "; ".join(dict.fromkeys(r.source for r in reasons if r.source)) or "BGH VI ZR 53/09",
    )


def case_sheet(build: Builder, key: str) -> object:
    """The node of the sheet with this key; None where there is none."""
    return build.nodes.get(key)
