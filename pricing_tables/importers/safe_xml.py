"""XML from outside: no document type, no entities, nothing fetched, limited depth and size. The standard library's expat, driven directly."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NoReturn
from xml.parsers import expat

from pricing_tables.importers.problems import Place, refuse

MAX_DEPTH: Final = 60
MAX_ELEMENTS: Final = 400_000
MAX_CHARACTERS: Final = 20_000


@dataclass(slots=True)
class Element:
    """One element.

    Attributes:
        name: without its namespace.
        line: in the file.
        text: its own text, stripped.
        children: its elements.
        attributes: by name without namespace.
    """

    name: str
    line: int
    text: str = ""
    children: list[Element] = field(default_factory=list)
    attributes: dict[str, str] = field(default_factory=dict)

    def child(self, name: str) -> Element | None:
        """The first child of a name."""
        return next((c for c in self.children if c.name == name), None)

    def value(self, name: str) -> str:
        """Text of the first child of a name; empty where there is none."""
        found = self.child(name)
        return found.text if found is not None else ""

    def find_all(self, name: str) -> list[Element]:
        """Every element of a name at any depth, in the order of the file."""
        found, waiting = [], [self]
        while waiting:
            element = waiting.pop()
            if element.name == name:
                found.append(element)
            waiting.extend(reversed(element.children))
        return found


def _declared(*_: object) -> NoReturn:
    raise refuse(
        "TK-TABLE-019", "XML mit DTD oder Entitäten wird nicht gelesen.", "XML with a DTD or entities is not read."
    )


def parse(content: bytes) -> Element:
    """The document as a tree.

    Raises:
        ImportFileError: TK-TABLE-019 document type, entities or no well-formed XML; 011 too deep or too big.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    root = Element("", 0)
    stack = [root]
    count = 0

    def too_big() -> NoReturn:
        raise refuse(
            "TK-TABLE-011",
            "Das XML ist zu groß oder zu tief.",
            "The XML is too big or too deep.",
            Place(row=parser.CurrentLineNumber),
        )

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal count
        count += 1
        if count > MAX_ELEMENTS or len(stack) > MAX_DEPTH:
            too_big()
        plain = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
        element = Element(name.rpartition(" ")[2], parser.CurrentLineNumber, attributes=plain)
        stack[-1].children.append(element)
        stack.append(element)

    def end(_name: str) -> None:
        element = stack.pop()
        element.text = " ".join(element.text.split())

    def text(data: str) -> None:
        if len(stack[-1].text) + len(data) > MAX_CHARACTERS:
            # Attachments (photos in base64) stand in such files; their text is of no use here.
            return
        stack[-1].text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = _declared
    parser.EntityDeclHandler = _declared
    parser.UnparsedEntityDeclHandler = _declared
    parser.ExternalEntityRefHandler = _declared
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError) as error:
        if getattr(error, "problems", None):
            raise
        line = getattr(error, "lineno", 0)
        raise refuse(
            "TK-TABLE-019", "Das ist kein wohlgeformtes XML.", "This is no well-formed XML.", Place(row=line)
        ) from error
    return root
