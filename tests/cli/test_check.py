"""`tieout check`: the example of its README, every exit code, and no Django."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tieout.cli import main

EXAMPLE = Path(__file__).parents[2] / "examples" / "check-an-invoice"
AT = ("--at", "2026-05-04T10:00Z")


def check(capsys, invoice="invoice.json", *words, folder=EXAMPLE):
    code = main(["check", str(folder / invoice), *map(str, words), *AT])
    captured = capsys.readouterr()
    return code, captured.out, captured.err


ORDER = ("--order", EXAMPLE / "order.json")
RECEIPT = ("--receipt", EXAMPLE / "receipt.json")
INSPECTED = ("--receipt", EXAMPLE / "receipt.json", EXAMPLE / "inspection.json")


def test_in_inspection_it_waits_and_says_for_what(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER, *RECEIPT)
    assert code == 1
    for part in (
        "AP-QTY-INSP",
        "1,200 EA",
        "1,150 EA",
        "50 EA",
        "IL-77",
        "WAITING",
        "Clears when:",
        "Receiving/WMS-4",
        "500.00 EUR",
    ):
        assert part in out


def test_inspected_it_is_clear(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER, *INSPECTED)
    assert code == 0
    assert "CLEAR" in out
    assert "supplier and bank account were not checked" in out


def test_without_receipt_it_is_held(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER)
    assert (code, "AP-QTY-NOREC" in out, "HELD" in out) == (1, True, True)


def test_evidence_of_any_kind_is_given_by_one_option_and_by_its_former_name(capsys):
    without = check(capsys, "invoice.json", *ORDER)
    now, formerly = (
        check(capsys, "invoice.json", *ORDER, option, *INSPECTED[1:]) for option in ("--evidence", "--beside")
    )
    assert now == formerly
    assert ("AP-QTY-NOREC" in without[1], "AP-QTY-NOREC" in now[1]) == (True, False)


def test_billed_before_it_is_rejected(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER, *INSPECTED, "--earlier", EXAMPLE / "invoice.json")
    assert (code, "AP-DUP-CERT" in out, "REJECTED" in out) == (2, True, True)


def test_an_earlier_invoice_uses_up_what_was_received(capsys, tmp_path):
    other = json.loads((EXAMPLE / "invoice.json").read_bytes()) | {"number": "NF-1188"}
    (tmp_path / "other.json").write_text(json.dumps(other))
    code, out, _ = check(
        capsys, "other.json", *ORDER, *INSPECTED, "--earlier", EXAMPLE / "invoice.json", folder=tmp_path
    )
    assert (code, "AP-QTY-ORD" in out) == (1, True)


def test_as_json_it_says_the_same(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER, *RECEIPT, "--json")
    answer = json.loads(out)
    assert (code, answer["exit"], answer["verdict"]["status"]) == (1, 1, "waiting")
    (finding,) = answer["verdict"]["findings"]
    assert (finding["code"], finding["variance"], finding["at_stake"]) == ("AP-QTY-INSP", "50 EA", "500.00 EUR")
    assert answer["rows"][0]["billed"] == "1200"


def test_a_policy_of_ones_own_decides(capsys, tmp_path):
    shipped = (Path(__file__).parents[2] / "src/tieout/packs/payables/default_policy.yaml").read_text(encoding="utf-8")
    mine = shipped.replace("3-way+inspection ", "2-way ").replace("supplier_required: true", "supplier_required: false")
    (tmp_path / "mine.yaml").write_text(mine, encoding="utf-8")
    code, _, _ = check(capsys, "invoice.json", *ORDER, "--policy", tmp_path / "mine.yaml")
    assert code == 0
    (tmp_path / "mine.yaml").write_text(mine.replace("quantity: zero", "quantity: naught"), encoding="utf-8")
    code, _, err = check(capsys, "invoice.json", *ORDER, "--policy", tmp_path / "mine.yaml")
    assert code == 3
    assert "'naught' is not allowed here" in err


def test_a_supplier_who_is_not_given_in_full_is_checked_once_any_is_given(capsys, tmp_path):
    (tmp_path / "suppliers.csv").write_text(
        "supplier_number,name,vat,blocked,block_reason\n1,NF,SE556677889901,yes,fraud\n"
    )
    code, out, _ = check(capsys, "invoice.json", *ORDER, *INSPECTED, "--supplier", tmp_path / "suppliers.csv")
    assert (code, "MD-VEND-BLOCK" in out, "fraud" in out) == (1, True, True)


@pytest.mark.parametrize(
    ("name", "content", "part"),
    [("broken.json", b'{"kind": "invoice"', "cannot be read"), ("noise.bin", b"\x00\x01\x02" * 50, "cannot be read")],
)
def test_an_unreadable_invoice_ends_with_three(capsys, tmp_path, name, content, part):
    (tmp_path / name).write_bytes(content)
    code, out, _ = check(capsys, name, *ORDER, folder=tmp_path)
    assert (code, part in out, "DOC-UNREAD" in out) == (3, True, True)


def test_unfit_evidence_ends_with_three_and_a_remedy(capsys, tmp_path):
    code, _, err = check(capsys, "invoice.json", "--order", tmp_path / "nothing.xml")
    assert (code, "cannot be opened" in err) == (3, True)
    code, _, err = check(capsys, "invoice.json", "--order", EXAMPLE / "receipt.json")
    assert (code, "contains a receipt" in err) == (3, True)
    code, _, err = check(capsys, "order.json")
    assert (code, "is not a claim but of kind order" in err) == (3, True)
    other = json.loads((EXAMPLE / "receipt.json").read_bytes()) | {"site": ""}
    (tmp_path / "receipt2.json").write_text(json.dumps(other))
    code, _, err = check(capsys, "invoice.json", "--receipt", EXAMPLE / "receipt.json", tmp_path / "receipt2.json")
    assert (code, "two different documents" in err) == (3, True)
    (tmp_path / "bad.json").write_text('{"kind": "order", "numbr": "1"}')
    code, _, err = check(capsys, "invoice.json", "--order", tmp_path / "bad.json")
    assert (code, "did you mean 'number'?" in err) == (3, True)


def test_the_same_evidence_twice_counts_once(capsys):
    code, out, _ = check(capsys, "invoice.json", *ORDER, *RECEIPT, "--receipt", EXAMPLE / "receipt.json")
    assert (code, "1,150 EA" in out, "2,300 EA" in out) == (1, True, False)


def test_evidence_that_was_not_asked_for_is_named(capsys, tmp_path):
    other = json.loads((EXAMPLE / "order.json").read_bytes()) | {"number": "77"}
    (tmp_path / "other.json").write_text(json.dumps(other))
    _, out, _ = check(capsys, "invoice.json", *ORDER, tmp_path / "other.json")
    assert "other.json: order 77 was not used" in out


def test_narrow_terminals_get_blocks_and_nothing_steers_the_terminal(tmp_path):
    from rich.console import Console

    from tieout.cli.check_show import Checked, show
    from tieout.core.documents.unreadable import Unreadable
    from tieout.core.tie_out.pack import TieOut
    from tieout.core.tie_out.verdict import Verdict
    from tieout.core.tie_out.worksheet import Row

    verdict = Verdict(
        status="clear", findings=(), allocations=(), postable=(), awaited=(), policies=(), inputs=(), code_version=""
    )
    row = Row(claim_line="1", description="[bold]bolt\x1b[2J", verdict="ok", order="9")
    for width in (40, 140):
        with (tmp_path / "out").open("w+") as file:
            out = Console(file=file, width=width)
            document = Unreadable(number="x", reason="y")
            show(Checked(file="f", document=document, result=TieOut(verdict=verdict, rows=(row,)), unused=()), out)
            file.seek(0)
            text = file.read()
        assert "\x1b" not in text
        assert "[bold]bolt" in text.replace("\n", "")


def test_it_imports_no_django():
    words = ["check", str(EXAMPLE / "invoice.json"), *map(str, ORDER), *AT]
    program = f"import sys; from tieout.cli import main; main({words!r}); sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, capture_output=True).returncode == 0


def test_orders_of_one_number_of_two_companies_are_both_taken_and_the_invoices_own_counts(capsys, tmp_path):
    ours = json.loads((EXAMPLE / "order.json").read_text()) | {"entity": "DE01"}
    theirs = ours | {"entity": "AT01", "lines": [line | {"price": "1.00", "net": None} for line in ours["lines"]]}
    bill = json.loads((EXAMPLE / "invoice.json").read_text())
    received = json.loads((EXAMPLE / "receipt.json").read_text()) | {"entity": "DE01"}
    looked_at = json.loads((EXAMPLE / "inspection.json").read_text()) | {"entity": "DE01"}
    files = {"order-a": ours, "order-b": theirs, "receipt": received, "inspection": looked_at}
    for name, tree in files.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(tree))
    words = ("--order", tmp_path / "order-a.json", tmp_path / "order-b.json")
    words += ("--receipt", tmp_path / "receipt.json", tmp_path / "inspection.json")
    for company, status, exit_ in (("DE01", "CLEAR", 0), ("AT01", "HELD", 1), ("", "HELD", 1)):
        (tmp_path / "invoice.json").write_text(json.dumps(bill | {"entity": company}))
        code, out, _ = check(capsys, "invoice.json", *words, folder=tmp_path)
        assert (code, status in out) == (exit_, True), company
    assert "exists in AT01, DE01" in out


def _two_systems(tmp_path, **different):
    ours = json.loads((EXAMPLE / "order.json").read_text())
    trees = {
        "order-a": ours,
        "order-b": ours | {"issue_date": "2026-01-05"} | different,
        "receipt": json.loads((EXAMPLE / "receipt.json").read_text()),
        "inspection": json.loads((EXAMPLE / "inspection.json").read_text()),
        "invoice": json.loads((EXAMPLE / "invoice.json").read_text()),
    }
    for name, tree in trees.items():
        (tmp_path / f"{name}.json").write_text(json.dumps(tree))
    orders = ("--order", tmp_path / "order-a.json", tmp_path / "order-b.json")
    return (*orders, "--receipt", tmp_path / "receipt.json", tmp_path / "inspection.json")


@pytest.mark.mission("MAT-01")
def test_orders_of_one_number_of_two_systems_are_both_taken_and_a_person_says_which_is_meant(capsys, tmp_path):
    words = _two_systems(tmp_path)
    code, out, _ = check(capsys, "invoice.json", *words, folder=tmp_path)
    assert (code, "HELD" in out) == (1, True)
    assert "exists in several systems" in out
    goods = ("receipt.json", "inspection.json")
    for mine, moved, exit_ in (("a", "a", 0), ("a", "b", 1), ("b", "a", 1), ("b", "b", 0)):
        for where in ("invoice.json", ""):
            systems = {name: ["--system", name, tmp_path / f"order-{name}.json"] for name in ("a", "b")}
            systems[moved] += [tmp_path / name for name in goods]
            systems[mine] += [tmp_path / where] if where else []
            code, out, _ = check(capsys, "invoice.json", *words, *systems["a"], *systems["b"], folder=tmp_path)
            assert code == (exit_ if where else 1), (mine, moved, where, out)


def test_where_the_supplier_says_which_order_is_meant_nobody_is_asked(capsys, tmp_path):
    other = {"name": "Another Supplier", "identifiers": [{"scheme": "vat", "value": "DE999999999"}]}
    words = _two_systems(tmp_path, supplier=other)
    systems = ("--system", "sap1", *words[1:2], *words[4:], "--system", "sap2", *words[2:3])
    code, out, _ = check(capsys, "invoice.json", *words, *systems, folder=tmp_path)
    assert (code, "CLEAR" in out) == (0, True), out


def test_a_system_needs_a_name_and_files_that_are_given(capsys, tmp_path):
    words = _two_systems(tmp_path)
    for stated in (("sap1",), ("sap1", tmp_path / "else.json"), ("a/b", tmp_path / "order-a.json")):
        code, _, err = check(capsys, "invoice.json", *words, "--system", *stated, folder=tmp_path)
        assert (code, "--system" in err) == (3, True)
