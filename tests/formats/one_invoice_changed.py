"""One right invoice changed in many ways. What the official rules and `tieout check` say of each is in `one_invoice_changed.toml`."""

from __future__ import annotations

from typing import Final

from tests.formats.one_invoice import (
    BUYER_TAX,
    CLASSIFIED,
    DELIVERY,
    INVOICE,
    LINE,
    PRICE,
    SELLER_TAX,
    SUBTOTAL,
    TAX,
    TOTALS,
)

Pair = tuple[str, str]
_VAT: Final = "<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme>"
_RATED: Final = "<cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>"
_DAY: Final = "<cbc:ActualDeliveryDate>2026-06-05</cbc:ActualDeliveryDate>"
_PERIOD: Final = "<cac:InvoicePeriod><cbc:StartDate>2026-06-01</cbc:StartDate><cbc:EndDate>2026-06-30</cbc:EndDate></cac:InvoicePeriod>"


def _amount(name: str, amount: str) -> str:
    return f'<cbc:{name} currencyID="EUR">{amount}</cbc:{name}>'


def _entry(charge: str, amount: str, tax: str) -> str:
    return (
        f"<cac:AllowanceCharge><cbc:ChargeIndicator>{charge}</cbc:ChargeIndicator><cbc:AllowanceChargeReason>x"
        f"</cbc:AllowanceChargeReason>{_amount('Amount', amount)}{tax}</cac:AllowanceCharge>"
    )


def _category(code: str, percent: str | None = "21", reason: str = "") -> tuple[Pair, Pair]:
    """Another tax category on the line and in the breakdown."""
    rate = "" if percent is None else f"<cbc:Percent>{percent}</cbc:Percent>"
    words = f"<cbc:TaxExemptionReason>{reason}</cbc:TaxExemptionReason>" if reason else ""
    line = (CLASSIFIED, CLASSIFIED.replace(_RATED, f"<cbc:ID>{code}</cbc:ID>{rate}"))
    return line, (f"<cac:TaxCategory>{_RATED}", f"<cac:TaxCategory><cbc:ID>{code}</cbc:ID>{rate}{words}")


_PAY: Final = _amount("PayableAmount", "1210.00")
_UNTAXED: Final = (
    (">210.00<", ">0.00<"),
    (_amount("TaxInclusiveAmount", "1210.00"), _amount("TaxInclusiveAmount", "1000.00")),
    (_PAY, _amount("PayableAmount", "1000.00")),
)
_TC: Final = f"<cac:TaxCategory>{_RATED}{_VAT}</cac:TaxCategory>"
_O: Final = "<cbc:ID>O</cbc:ID><cbc:TaxExemptionReason>n</cbc:TaxExemptionReason>"
CHANGES: Final[dict[str, tuple[Pair, ...]]] = {
    "unchanged": (),
    "tax category XX": (*_category("XX"),),
    "tax category AA (lower rate)": (*_category("AA"),),
    "split payment between other countries": (*_category("B"),),
    "split payment beside standard rate": ((CLASSIFIED, CLASSIFIED.replace("<cbc:ID>S", "<cbc:ID>B")),),
    "standard rate without the seller's VAT id": ((SELLER_TAX, ""),),
    "standard rate at 0 %": (
        *_category("S", "0"),
        *_UNTAXED,
    ),
    "standard rate with a reason for exemption": (*_category("S", "21", "because"),),
    "standard rate without a percentage on the line": (
        (CLASSIFIED, CLASSIFIED.replace("<cbc:Percent>21</cbc:Percent>", "")),
    ),
    "zero rated, and right": (
        *_category("Z", "0"),
        *_UNTAXED,
    ),
    "zero rated with tax": (*_category("Z", "0"),),
    "zero rated at 21 %": (*_category("Z", "21"),),
    "zero rated with a reason": (
        *_category("Z", "0", "because"),
        *_UNTAXED,
    ),
    "exempt with a reason, and right": (
        *_category("E", "0", "Article 132"),
        *_UNTAXED,
    ),
    "exempt without a reason": (
        *_category("E", "0"),
        *_UNTAXED,
    ),
    "exempt with tax": (*_category("E", "0", "Article 132"),),
    "exempt at 21 %": (
        *_category("E", "21", "Article 132"),
        *_UNTAXED,
    ),
    "reverse charge, and right": (
        *_category("AE", "0", "Reverse charge"),
        *_UNTAXED,
    ),
    "reverse charge without a VAT id of the buyer": (
        *_category("AE", "0", "Reverse charge"),
        *_UNTAXED,
        (BUYER_TAX, ""),
    ),
    "reverse charge with a legal registration of the buyer": (
        *_category("AE", "0", "Reverse charge"),
        *_UNTAXED,
        (BUYER_TAX, ""),
        (
            "Harbour Supply GmbH</cbc:RegistrationName>",
            "Harbour Supply GmbH</cbc:RegistrationName><cbc:CompanyID>HRB 1</cbc:CompanyID>",
        ),
    ),
    "reverse charge without a reason": (
        *_category("AE", "0"),
        *_UNTAXED,
    ),
    "intra-community supply, and right": (
        *_category("K", "0", "Intra-community supply"),
        *_UNTAXED,
    ),
    "intra-community supply without delivery": (
        *_category("K", "0", "Intra-community supply"),
        *_UNTAXED,
        (DELIVERY, ""),
    ),
    "intra-community supply without the day of delivery": (
        *_category("K", "0", "Intra-community supply"),
        *_UNTAXED,
        (_DAY, ""),
    ),
    "intra-community supply with an invoicing period": (
        *_category("K", "0", "Intra-community supply"),
        *_UNTAXED,
        (_DAY, ""),
        ("<cac:OrderReference>", _PERIOD + "<cac:OrderReference>"),
    ),
    "intra-community supply without a VAT id of the buyer": (
        *_category("K", "0", "Intra-community supply"),
        *_UNTAXED,
        (BUYER_TAX, ""),
    ),
    "export, and right": (
        *_category("G", "0", "Export"),
        *_UNTAXED,
    ),
    "export without the seller's VAT id": (
        *_category("G", "0", "Export"),
        *_UNTAXED,
        (SELLER_TAX, ""),
    ),
    "not subject to tax, and right": (
        *_category("O", None, "Not subject"),
        *_UNTAXED,
        (SELLER_TAX, ""),
        (BUYER_TAX, ""),
    ),
    "not subject to tax with VAT ids": (
        *_category("O", None, "Not subject"),
        *_UNTAXED,
    ),
    "not subject to tax at 0 %": (
        *_category("O", "0", "Not subject"),
        *_UNTAXED,
        (SELLER_TAX, ""),
        (BUYER_TAX, ""),
    ),
    "not subject to tax beside standard rate": (
        (SUBTOTAL, SUBTOTAL + SUBTOTAL.replace(_RATED, _O).replace("1000.00", "0.00").replace("210.00", "0.00")),
    ),
    "no tax category on the line": ((CLASSIFIED, ""),),
    "no tax breakdown": ((SUBTOTAL, ""),),
    "no tax total": ((TAX, ""),),
    "VAT id of the seller without a country": (("NL123456789B01", "123456789B01"),),
    "tax a cent too much, in all places": (
        (">210.00<", ">210.01<"),
        (">1210.00<", ">1210.01<"),
    ),
    "tax 99 cents too much, in all places": (
        (">210.00<", ">210.99<"),
        (">1210.00<", ">1210.99<"),
    ),
    "tax a unit too much, in all places": (
        (">210.00<", ">211.00<"),
        (">1210.00<", ">1211.00<"),
    ),
    "tax total is not that of its rows": (
        (f"<cac:TaxTotal>{_amount('TaxAmount', '210.00')}", f"<cac:TaxTotal>{_amount('TaxAmount', '200.00')}"),
    ),
    "two tax totals in one currency": ((TAX, TAX + f"<cac:TaxTotal>{_amount('TaxAmount', '210.00')}</cac:TaxTotal>"),),
    "two tax totals that differ": ((TAX, TAX + f"<cac:TaxTotal>{_amount('TaxAmount', '420.00')}</cac:TaxTotal>"),),
    "tax currency without its total": (
        ("<cbc:BuyerReference>", "<cbc:TaxCurrencyCode>USD</cbc:TaxCurrencyCode><cbc:BuyerReference>"),
    ),
    "taxable amount 100 too low": (
        ('TaxableAmount currencyID="EUR">1000.00', 'TaxableAmount currencyID="EUR">900.00'),
    ),
    "prepaid 200, and right": ((_PAY, _amount("PrepaidAmount", "200.00") + _amount("PayableAmount", "1010.00")),),
    "prepaid 200, still 1,210 to pay": ((_PAY, _amount("PrepaidAmount", "200.00") + _PAY),),
    "prepaid -5,000": ((_PAY, _amount("PrepaidAmount", "-5000.00") + _amount("PayableAmount", "6210.00")),),
    "5,000 more to pay": ((_PAY, _amount("PayableAmount", "6210.00")),),
    "a cent more to pay": ((_PAY, _amount("PayableAmount", "1210.01")),),
    "a cent less to pay": ((_PAY, _amount("PayableAmount", "1209.99")),),
    "rounding 0.40": ((_PAY, _amount("PayableRoundingAmount", "0.40") + _amount("PayableAmount", "1210.40")),),
    "rounding 500": ((_PAY, _amount("PayableRoundingAmount", "500.00") + _amount("PayableAmount", "1710.00")),),
    "no amount to pay": ((_PAY, ""),),
    "gross is not net and tax": (
        ('TaxInclusiveAmount currencyID="EUR">1210.00', 'TaxInclusiveAmount currencyID="EUR">1220.00'),
    ),
    "gross and amount to pay 10 too high": ((">1210.00<", ">1220.00<"),),
    "lines are not their total": (
        (
            "LegalMonetaryTotal>" + _amount("LineExtensionAmount", "1000.00"),
            "LegalMonetaryTotal>" + _amount("LineExtensionAmount", "1100.00"),
        ),
    ),
    "line net is not price times quantity": (('EA">10<', 'EA">9<'),),
    "a document allowance that the totals forget": (
        ("<cac:TaxTotal>", _entry("false", "100.00", _TC) + "<cac:TaxTotal>"),
    ),
    "a document charge without a tax category": (
        ("<cac:TaxTotal>", _entry("true", "10.00", "") + "<cac:TaxTotal>"),
        (_amount("TaxExclusiveAmount", "1000.00"), _amount("TaxExclusiveAmount", "1010.00")),
        (">1210.00<", ">1220.00<"),
        (
            _amount("PayableAmount", "1220.00"),
            _amount("ChargeTotalAmount", "10.00") + _amount("PayableAmount", "1220.00"),
        ),
    ),
    "negative price": (('PriceAmount currencyID="EUR">100.00', 'PriceAmount currencyID="EUR">-100.00'),),
    "no price": ((PRICE, ""),),
    "price of another currency": (('PriceAmount currencyID="EUR"', 'PriceAmount currencyID="USD"'),),
    "line net in another currency": (
        (
            'unitCode="EA">10</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR"',
            'unitCode="EA">10</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="USD"',
        ),
    ),
    "unknown currency": (("<cbc:DocumentCurrencyCode>EUR", "<cbc:DocumentCurrencyCode>EUX"),),
    "two invoice numbers": (("<cbc:ID>B-1</cbc:ID>", "<cbc:ID>B-1</cbc:ID><cbc:ID>B-2</cbc:ID>"),),
    "two invoice currencies": (
        (
            "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>",
            "<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode><cbc:DocumentCurrencyCode>USD</cbc:DocumentCurrencyCode>",
        ),
    ),
    "two sets of totals": ((TOTALS, TOTALS + TOTALS.replace("1210.00", "1310.00")),),
    "two amounts to pay": ((_PAY, _PAY + _amount("PayableAmount", "2210.00")),),
    "two amounts to pay that are the same": ((_PAY, _PAY + _PAY),),
    "no number": (("<cbc:ID>B-1</cbc:ID>", "<cbc:ID></cbc:ID>"),),
    "no issue date": (("<cbc:IssueDate>2026-06-10</cbc:IssueDate>", ""),),
    "no seller name": (("Brindle Works BV</cbc:RegistrationName>", "</cbc:RegistrationName>"),),
    "no buyer name": (("Harbour Supply GmbH</cbc:RegistrationName>", "</cbc:RegistrationName>"),),
    "no country of the seller": (("<cbc:IdentificationCode>NL</cbc:IdentificationCode>", ""),),
    "no lines": ((LINE, ""),),
    "line without a number": (("<cac:InvoiceLine><cbc:ID>1</cbc:ID>", "<cac:InvoiceLine>"),),
    "line without a quantity": (('<cbc:InvoicedQuantity unitCode="EA">10</cbc:InvoicedQuantity>', ""),),
    "line without a unit": ((' unitCode="EA"', ""),),
    "line with an unknown unit": (('unitCode="EA"', 'unitCode="QQQ"'),),
    "line without a net amount": (
        (
            '</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">1000.00</cbc:LineExtensionAmount>',
            "</cbc:InvoicedQuantity>",
        ),
    ),
    "line without a name": (("<cbc:Name>Widget</cbc:Name>", ""),),
    "unknown means of payment": (("<cbc:PaymentMeansCode>30", "<cbc:PaymentMeansCode>999"),),
    "credit transfer without an account": (
        ("<cac:PayeeFinancialAccount><cbc:ID>NL02ABNA0123456789</cbc:ID></cac:PayeeFinancialAccount>", ""),
    ),
    "SEPA direct debit": (("<cbc:PaymentMeansCode>30", "<cbc:PaymentMeansCode>59"),),
    "three decimals in the line net": (
        (
            '</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">1000.00',
            '</cbc:InvoicedQuantity><cbc:LineExtensionAmount currencyID="EUR">1000.001',
        ),
    ),
    "profile not named": (
        (
            "<cbc:CustomizationID>urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0</cbc:CustomizationID>",
            "",
        ),
    ),
}


def changed(name: str) -> str:
    """The invoice with one change."""
    content = INVOICE
    for old, new in CHANGES[name]:
        assert old in content, f"{name}: {old} is not there"
        content = content.replace(old, new)
    return content


def untaxed(name: str) -> bool:
    """Whether the change is of an invoice without tax, which its order agrees to."""
    return _UNTAXED[0] in CHANGES[name]
