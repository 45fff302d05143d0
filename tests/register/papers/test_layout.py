"""What the printed page keeps of the Word file: sizes, faces, indents, merged cells, heights."""

import io

import docx
from docx.shared import Pt

from shouwang.register.papers.documents.building import shipped_template
from shouwang.register.papers.documents.reading import blocks_of


def blocks(change):
    document = docx.Document(io.BytesIO(shipped_template("pledge")))
    change(document)
    sink = io.BytesIO()
    document.save(sink)
    # A county's file comes through `checking`, which packs it anew; reading goes by the same parts.
    return blocks_of(sink.getvalue())


def test_the_shipped_form_is_read_as_it_was_built():
    given = blocks_of(shipped_template("pledge"))

    title, form = given["blocks"][0], given["blocks"][1]
    assert (title["align"], title["runs"][0]["f"], title["runs"][0]["s"]) == ("center", "heading", 22)
    assert [[cell["span"] for cell in row] for row in form["rows"]] == [[1, 1, 1, 1], [1, 3], [1, 3]]
    assert abs(given["page"]["width"] - 595.3) < 0.1
    words = next(one for one in given["blocks"] if one["k"] == "p" and one["first"])
    assert (words["first"], words["size"], words["align"]) == (28, 14, "justify")


def test_a_countys_own_size_and_face_are_kept():
    def change(document):
        run = document.add_paragraph().add_run("加粗的大字")
        run.bold, run.underline, run.font.size = True, True, Pt(18)

    last = blocks(change)["blocks"][-1]

    assert last["runs"] == [{"t": "加粗的大字", "s": 18, "f": "sans", "u": True}]


def test_cells_merged_downwards_become_one():
    def change(document):
        table = document.add_table(rows=2, cols=2)
        table.cell(0, 0).merge(table.cell(1, 0)).text = "两行"
        table.cell(0, 1).text, table.cell(1, 1).text = "上", "下"

    table = blocks(change)["blocks"][-1]

    assert [[cell["down"] for cell in row] for row in table["rows"]] == [[2, 1], [1]]


def test_room_for_a_signature_is_kept():
    signs = [one for one in blocks_of(shipped_template("pledge"))["blocks"] if one["k"] == "t"][-1]

    assert signs["rows"][0][1]["high"] == 28
