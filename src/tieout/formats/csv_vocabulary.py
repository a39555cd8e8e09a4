"""How ERP systems head the columns of their exports: what a mapping is proposed from. Nothing is read by these names alone.

Table fields and list captions (English, German) of SAP MM and FI; Oracle E-Business Suite and Fusion; Dynamics 365 Finance and
Business Central; NetSuite; Odoo; Sage 50, 100 and Intacct; Xero. A heading may stand for several columns, as "Item" does.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

_SUPPLIER: Final = """
    supplier_number | LIFNR; ELIFN; Vendor; Supplier; Lieferant; Kreditor; Vendor Number; Supplier Number; Vendor Account;
        VENDOR_NUM; OrderVendorAccountNumber; InvoiceVendorAccountNumber; Buy-from Vendor No.; Pay-to Vendor No.; Vendor No.;
        Vendor ID; Entity ID; Account Ref; ACCOUNT_REF; Supplier Account Reference; A/C; Lieferantennummer; Lieferantennr.;
        Kreditorennummer; VENDORID
    supplier_name | NAME1; LFNAME; Name of Supplier; Name of Vendor; Vendor/supplying plant; Supplier/Supplying Plant;
        Lieferant/Lieferwerk; Name 1; Lieferantenname; Name des Lieferanten; VENDOR_NAME; Supplier Name; Buy-from Vendor Name;
        Pay-to Name; Vendor; Supplier; partner_id; Vendor/Display Name; Partner; Contact Name; ContactName; Contact; From
    supplier_vat | STCEG; VAT Registration No.; VAT Registration Number; Umsatzsteuer-Identifikationsnummer; USt-IdNr.;
        partner_id/vat; Vendor/Tax ID; Tax Registration Number; TAX_REG_NUM; VAT Reg No
    supplier_country | LAND1; Country Key; Länderschlüssel; Country/Region Code
"""
_PRODUCT: Final = """
    product | MATNR; EMATN; Material; Material Number; Materialnummer; Item; Item Number; ITEM_NUM; ItemNumber; ITEM_NUMBER;
        SEGMENT1_ITEM; No.; Item No.; Artikelnr.; Product; Product/Internal Reference; product_id; order_line/product_id;
        Order Lines/Product; Order Lines/Product/Internal Reference; Invoice lines/Product; Operations/Product; Stock Moves/Product;
        Stock Code; STOCK_CODE; Product Code; Item ID; ITEMID; Inventory Item Code; InventoryItemCode; ItemCode; Item Code
    supplier_product | IDNLF; Supplier Material Number; Vendor Material No.; Vendor Material Number; Lieferantenmaterialnummer;
        Lieferantenmaterialnr.; VENDOR_PRODUCT_NUM; Supplier Item; Supplier Item Number; SUPPLIER_ITEM_NUMBER; Vendor Item No.;
        Vendor Name/Code; ExternalItemNumber; Supplier Part Number
    gtin | EAN11; EAN/UPC; International Article Number; GTIN/EAN; Barcode
    description | TXZ01; MAKTX; Short Text; Material Description; Kurztext; Materialkurztext; Item Description; ITEM_DESCRIPTION;
        LineDescription; Description; Description 2; Order Lines/Description; order_line/name; Invoice lines/Label; Label; Memo;
        Details; Text
"""

_BY_KIND: Final[Mapping[str, str]] = {
    "order": f"""
    order_number | EBELN; Purchasing Document; Purch.Doc.; Purchasing Doc.; Purch. Doc.; Purchasing Document Number; Einkaufsbeleg;
        EinkBeleg; Einkaufsbelegnummer; Bestellung; Bestellnummer; Bestellnr.; PO Number; PO_NUMBER; DOCUMENT_NUM; Order;
        Order Number; PurchaseOrderNumber; Purchase order; Document No.; Document Number; Purchase Order Number; Order Reference;
        name; PO No.; ORDER_NUMBER; Order No.; Transaction ID; DOCNO
    order_date | BEDAT; Document Date; Doc. Date; Belegdatum; Bestelldatum; Purchasing Document Date; AccountingDate; Order Date;
        ORDER_DATE; Date; date_order; date_approve; Order Deadline; Confirmation Date; Creation Date; Datum
    currency | WAERS; Crcy; Currency; Currency Key; Währung; Whrg; CURRENCY_CODE; CurrencyCode; Currency Code; currency_id;
        Order Currency; Währungscode
{_SUPPLIER.strip()}
    buyer_name | BUTXT; Company Name; Firmenname; BUYER; Subsidiary
    entity | BUKRS; Company Code; CoCd; Buchungskreis; BuKr; dataAreaId; Company; Business Unit; Legal Entity; company_id
    site | RECEIVING_PLANT; Ship-To Location; SHIP_TO_LOCATION; DeliveryAddressLocationId; DefaultReceivingSiteId;
        DefaultReceivingWarehouseId; picking_type_id; Deliver To; Deliver to
    terms | ZTERM; Terms of Payment; PayT; Zahlungsbedingung; ZBed; PAYMENT_TERMS; Payment Terms; PaymentTermsName;
        Payment Terms Code; payment_term_id; Terms
    incoterm | INCO1; Incoterms; Inco. 1; Incoterms (Part 1); incoterm_id; DeliveryTermsId; Shipment Method Code
    contract | KONNR; Outline Agreement; Principal Agreement; Outl. Agmt; Rahmenvertrag; Kontrakt; FROM_HEADER_ID;
        Blanket Order No.; PurchaseAgreementId; Agreement
    made_by | ERNAM; Created By; Angelegt von; CREATED_BY; create_uid; Entered By; ORDER_TAKEN_BY
    approved_by | FRGZU_USER; Approver; Approved By; APPROVED_BY
    line | EBELP; Item; Position; Pos.; Bestellposition; Belegposition; Item Number of Purchasing Document; PO Line; PO_LINE;
        LINE_NUM; LINE_NUMBER; Line; Line Number; LineNumber; Line No.; Zeilennr.; Line ID; Line Sequence Number;
        order_line/sequence; Order Lines/Sequence
{_PRODUCT.strip()}
    quantity | MENGE; Order Quantity; PO Quantity; Purchase Order Quantity; Quantity; Order Qty; Bestellmenge; Menge;
        QUANTITY_ORDERED; Quantity Ordered; OrderedPurchaseQuantity; Qty; Order Lines/Quantity; order_line/product_qty; product_qty;
        QTY_ORDER; Qty Ordered
    unit | MEINS; BSTME; Order Unit; OUn; Unit of Measure; Purchase Order Unit of Measure; Bestellmengeneinheit; BME; Mengeneinheit;
        ME; UOM; UNIT_OF_MEASURE; UNIT_MEAS_LOOKUP_CODE; UOM_CODE; PurchaseUnitSymbol; Unit of Measure Code; Einheitencode; Units;
        Unit; Order Lines/Unit of Measure; Order Lines/Unit; order_line/product_uom; product_uom; UNIT_OF_SALE
    price | NETPR; Net Price; Net Order Price; Nettopreis; Preis; UNIT_PRICE; Unit Price; Price; PurchasePrice; Direct Unit Cost;
        Direct Unit Cost Excl. VAT; EK-Preis; Item Rate; Rate; Order Lines/Unit Price; order_line/price_unit; price_unit;
        Unit Amount; UnitAmount; Unit Cost
    price_per | PEINH; Price Unit; Per; Preiseinheit; PE; PurchasePriceQuantity; Price Quantity
    price_unit | BPRME; Order Price Unit; OPU; Bestellpreismengeneinheit; BPME
    line_net | NETWR; Net Order Value; Net Value; Nettobestellwert; Nettowert; LineAmount; Line Amount; Line Amount Excl. VAT;
        LINE_AMOUNT; Amount; Order Lines/Subtotal; order_line/price_subtotal; price_subtotal; Net Amount; NET_AMOUNT; Zeilenbetrag
    due_on | EINDT; Delivery Date; Item Delivery Date; Lieferdatum; NEED_BY_DATE; Need By Date; Need-by Date; PROMISED_DATE;
        RequestedDeliveryDate; ConfirmedDeliveryDate; Expected Receipt Date; Order Lines/Expected Arrival; Expected Arrival;
        date_planned; order_line/date_planned; DeliveryDate; Due Date; Wareneingangsdatum
    tax_percent | TAX_RATE; Tax Rate; VAT %; MwSt %; Tax %
    category | MATKL; Material Group; Matl Group; Warengruppe; CATEGORY; Category; CATEGORY_NAME; ProcurementProductCategoryName;
        Item Category Code
    line_site | WERKS; Plant; Plnt; Werk; SHIP_TO_ORGANIZATION_CODE; Organization; ReceivingSiteId; ReceivingWarehouseId;
        Location Code; Lagerortcode; Location; Warehouse
    deleted | LOEKZ; Deletion Indicator; Löschkennzeichen; LK; CANCEL_FLAG; Cancelled; Closed; isClosed
    """,
    "receipt": f"""
    receipt_number | MBLNR; Material Document; Mat. Doc.; Material Doc.; Number of Material Document; Materialbeleg; MatBeleg;
        Materialbelegnr.; RECEIPT_NUM; Receipt Number; Receipt; ProductReceiptNumber; Product receipt; Document No.;
        Document Number; Reference; Picking/Reference; name; picking_id; Transfer; GRN; GRN Number; Receipt No.; DOCNO
    received_at | TIMESTAMP; Received At; TRANSACTION_TIMESTAMP
    received_on | BUDAT; Posting Date; Pstng Date; Buchungsdatum; Buch.dat.; Receipt Date; RECEIPT_DATE; Transaction Date;
        TRANSACTION_DATE; ProductReceiptDate; Date; date_done; Effective Date; Date Received; Datum
{_SUPPLIER.strip()}
    entity | BUKRS; Company Code; CoCd; Buchungskreis; dataAreaId; Company; Subsidiary
    site | WERKS; Plant; Plnt; Werk; ORGANIZATION_CODE; Organization; ReceivingSiteId; ReceivingWarehouseId; Location Code;
        Lagerortcode; Location; Warehouse
    despatch_number | XBLNR; Reference; Referenz; SHIPMENT_NUM; PACKING_SLIP; Packing Slip; Vendor Shipment No.;
        Lieferantenlieferscheinnr.; Delivery Note; Lieferschein
    made_by | USNAM; User Name; Entered by; Benutzername; ERNAM; Created By; CREATED_BY
    order_number | EBELN; Purchase Order; Purchasing Document; Purch.Doc.; PO; Bestellung; Einkaufsbeleg; Bestellnummer; PO_NUMBER;
        PO Number; DOCUMENT_NUM; DOCUMENT_NUMBER; PurchaseOrderNumber; Order No.; Auftragsnr.; Created From; Source Document;
        origin; Purchase Order Number; Order Number; ORDER_NUMBER
    order_line | EBELP; Item; PO Item; Position; Pos.; Bestellposition; PO_LINE; PO_LINE_NUM; PO Line; DOCUMENT_LINE_NUMBER;
        DOCUMENT_LINE_NUM; PurchaseOrderLineNumber; Order Line No.; Auftragszeilennr.; order_line; purchase_line_id
    line | ZEILE; Material Doc.Item; Material Document Item; Mat. Doc. Item; Item in Material Document; Materialbelegposition;
        MatBelPos; Pos. Mat.Beleg; LINE_NUM; LINE_NUMBER; Line; Line Number; LineNumber; Line No.; Zeilennr.; Line ID
{_PRODUCT.strip()}
    accepted | ERFMG; BSTMG; MENGE; Quantity; Qty in Un. of Entry; Qty in UnE; Quantity in Unit of Entry; Qty in OPUn; Menge;
        Menge in ErfassME; Menge in BestellME; QUANTITY; QUANTITY_RECEIVED; Quantity Received; ReceivedQuantity;
        ReceivedInventoryQuantity; Qty. Received; Quantity (Base); Done; quantity_done; qty_done; Qty Received; Demand
    unit | ERFME; BSTME; MEINS; Unit of Entry; EUn; UnE; Base Unit of Measure; BUn; Erfassungsmengeneinheit; ErfassME;
        Basismengeneinheit; BME; UOM; UNIT_OF_MEASURE; UOM_CODE; PurchaseUnitSymbol; Unit of Measure Code; Einheitencode; Units;
        Unit; Unit of Measure; product_uom; product_uom_id
    lot | CHARG; Batch; Charge; LOT_NUMBER; Lot Number; Lot No.; lot_id; Lot/Serial Number
    sign | SHKZG; Debit/Credit Ind.; Debit/Credit Indicator; D/C; Soll/Haben-Kennz.; Soll-/Haben-Kennzeichen; S/H
    movement | BWART; Movement Type; MvT; Bewegungsart; BwA; BEWTP; PO history category; Bestellentwicklungstyp; TRANSACTION_TYPE;
        Transaction Type
    """,
    "invoice": f"""
    invoice_number | XBLNR; Reference; Referenz; Reference Document Number; INVOICE_NUM; Invoice Number; InvoiceNumber;
        Vendor Invoice No.; Kred.-Rechnungsnr.; Reference No.; tranid; Bill Reference; ref; Number; INVOICE_NUMBER; Bill Number;
        Invoice No.; Belegreferenz; Document No.
    kind | Document Type; Belegart; INVOICE_TYPE_LOOKUP_CODE; move_type; Type
    invoice_date | BLDAT; Document Date; Doc. Date; Belegdatum; INVOICE_DATE; Invoice Date; InvoiceDate; Bill Date;
        Invoice/Bill Date; invoice_date; Date; Rechnungsdatum; Datum
    due_on | ZFBDT; NETDT; Net Due Date; Due Date; DueDate; Fälligkeit; Nettofälligkeit; Fälligkeitsdatum; TERMS_DATE; invoice_date_due
    currency | WAERS; Currency; Crcy; Währung; INVOICE_CURRENCY_CODE; Invoice Currency; CurrencyCode; Currency Code; currency_id
{_SUPPLIER.strip()}
    account | IBAN; BANKN; Bank Account; Bankkonto; Recipient Bank Account; partner_bank_id
    entity | BUKRS; Company Code; CoCd; Buchungskreis; dataAreaId; Company; Business Unit; Subsidiary; company_id
    terms | ZTERM; Terms of Payment; Zahlungsbedingung; TERMS_NAME; Payment Terms; Payment Terms Code; invoice_payment_term_id
    total_net | Total Net; Untaxed Amount; amount_untaxed; Untaxed Amount Signed; SubTotal; TotalNet; Net Total
    total_tax | WMWST; WMWST1; Tax Amount; Steuerbetrag; TAX_AMOUNT; amount_tax; Tax; Total Tax; TotalTax
    total_gross | RMWWR; Gross Invoice Amount; Gross Amount; Bruttobetrag; Bruttorechnungsbetrag; Amount Including VAT;
        amount_total; Total
    made_by | USNAM; ERFNAM; Entered by; Erfasser; CREATED_BY; Created By; create_uid
    total_payable | RMWWR; Gross Invoice Amount; Bruttorechnungsbetrag; INVOICE_AMOUNT; Invoice Amount; Amount Due; AmountDue;
        amount_residual; Amount Including VAT; Remaining Amount; Total
    line | BUZEI; Invoice Item; Document Item; Rechnungsposition; Belegposition; LINE_NUMBER; Line Number; LineNumber; Line;
        Line No.; Zeilennr.; Line ID
    order_number | EBELN; Purchasing Document; Purchase Order; Einkaufsbeleg; Bestellung; Bestellnummer; PO_NUMBER; PO Number;
        PurchaseOrderNumber; Order No.; Auftragsnr.; Created From; Source Document; invoice_origin; purchase_order_id
    order_line | EBELP; Item; PO Item; Position; Bestellposition; PO_LINE_NUMBER; PO Line; PurchaseOrderLineNumber; Order Line No.;
        Auftragszeilennr.; purchase_line_id
{_PRODUCT.strip()}
    quantity | MENGE; Quantity; Menge; QUANTITY_INVOICED; Quantity Invoiced; Qty; Invoice lines/Quantity; invoice_line_ids/quantity;
        InvoicedQuantity; QTY_ORDER
    unit | MEINS; BSTME; Order Unit; Unit of Measure; Mengeneinheit; ME; UOM; UNIT_MEAS_LOOKUP_CODE; UNIT_OF_MEAS_LOOKUP_CODE;
        Unit of Measure Code; Einheitencode; Units; Unit; Invoice lines/Unit of Measure; PurchaseUnitSymbol
    price | NETPR; Net Price; Nettopreis; UNIT_PRICE; Unit Price; Direct Unit Cost; EK-Preis; Item Rate; Rate;
        Invoice lines/Unit Price; price_unit; Unit Amount; UnitAmount; PurchasePrice
    price_per | PEINH; Price Unit; Preiseinheit; PE
    line_net | WRBTR; Amount in Doc. Curr.; Amount in document currency; Betrag in Belegwährung; Betrag; LINE_AMOUNT; Amount;
        Line Amount; Line Amount Excl. VAT; Zeilenbetrag; LineAmount; Net Amount; NET_AMOUNT; Invoice lines/Subtotal;
        price_subtotal; invoice_line_ids/price_subtotal
    tax_percent | TAX_RATE; Tax Rate; VAT %; MwSt %; Tax %
    """,
    "contract": f"""
    contract_number | EBELN; KONNR; Outline Agreement; Agreement; Rahmenvertrag; Kontrakt; Purchasing Document; Einkaufsbeleg;
        AGREEMENT_NUMBER; Agreement Number; Contract No.; Blanket Order No.; PurchaseAgreementId; Contract Number; Vertragsnummer
{_SUPPLIER.strip()}
    currency | WAERS; Currency; Crcy; Währung; CURRENCY_CODE; CurrencyCode; Currency Code
    entity | BUKRS; Company Code; CoCd; Buchungskreis; dataAreaId; Company; Business Unit
    valid_from | KDATB; Validity Start; Start of Validity Period; Validity Start Date; Laufzeitbeginn; START_DATE; Start Date;
        Starting Date; EffectiveDate
    valid_to | KDATE; Validity End; End of Validity Period; Validity End Date; Laufzeitende; END_DATE; End Date; Ending Date;
        ExpirationDate
    incoterm | INCO1; Incoterms; Incoterms (Part 1)
    terms | ZTERM; Terms of Payment; Zahlungsbedingung; Payment Terms; PAYMENT_TERMS; Payment Terms Code
{_PRODUCT.strip()}
    price | NETPR; Net Price; Nettopreis; UNIT_PRICE; Unit Price; Direct Unit Cost; Price; Preis
    price_per | PEINH; Price Unit; Preiseinheit; PE
    unit | BPRME; MEINS; Order Price Unit; OPU; Order Unit; Bestellmengeneinheit; Bestellpreismengeneinheit; UOM; UNIT_OF_MEASURE;
        Unit of Measure Code; Einheitencode; Unit of Measure; Units; Unit
    price_from | DATAB; Valid From; Gültig ab; PRICE_START_DATE
    price_to | DATBI; Valid To; Gültig bis; PRICE_END_DATE
    """,
    "supplier": """
    supplier_number | LIFNR; Vendor; Supplier; Lieferant; Kreditor; Account Number of Supplier; Vendor Number; VENDOR_NUMBER;
        Supplier Number; SEGMENT1; VendorAccountNumber; Vendor account; No.; Nr.; Vendor No.; Entity ID; ID; Vendor ID; VENDORID;
        Reference; Internal Reference; A/C; Account Ref; ACCOUNT_REF; AccountNumber; Account Number
    supplier_name | NAME1; Name 1; Name; VENDOR_NAME; Supplier Name; VendorOrganizationName; Vendor Name; Company Name;
        Display Name; Contact Name; ContactName; Firma
    country | LAND1; Country; Country Key; Land; Länderschlüssel; COUNTRY; COUNTRY_CODE; AddressCountryRegionId;
        Country/Region Code; Länder-/Regionscode; country_id; Country/Country Code; POCountry; Cty
    entity | BUKRS; Company Code; CoCd; Buchungskreis; dataAreaId; Company; Primary Subsidiary; company_id
    supplier_vat | STCEG; VAT Registration No.; VAT Registration Number; Umsatzsteuer-Identifikationsnummer; USt-IdNr.;
        VAT_REGISTRATION_NUM; TAX_REG_NUM; Tax Registration Number; TaxExemptNumber; vat; Tax ID; VAT Number; TaxNumber; Tax Number;
        Tax Reg. Number
    tax_number | STCD1; Tax Number 1; Steuernummer 1; Steuernummer; Registration No.; NUM_1099; Taxpayer ID
    gln | GLN; Global Location Number; BBBNR
    blocked | SPERR; SPERM; ZAHLS; Posting Block; Buchungssperre; Central Posting Block; Blocked; Gesperrt; HOLD_FLAG;
        Hold All Payments; OnHoldStatus; Inactive; Account On Hold
    terms | ZTERM; Terms of Payment; Zahlungsbedingung; Payment Terms; TERMS_NAME; DefaultPaymentTermsName; Payment Terms Code;
        Zlg.-Bedingungscode; property_supplier_payment_term_id; Terms
    category | KTOKK; Account Group; Kontengruppe; VENDOR_TYPE_LOOKUP_CODE; VendorGroupId; Vendor Posting Group; Category; Tags
    made_by | ERNAM; Created By; Angelegt von; CREATED_BY; create_uid
    account | IBAN; BANKN; Bank Account; Bankkonto; BANK_ACCOUNT_NUM; Bank Account Number; BankIBAN; bank_ids/acc_number;
        Banks/Account Number; BankAccountNumber
    """,
    "product": """
    product_number | MATNR; Material; Material Number; Materialnummer; ITEM_NUMBER; Item Number; SEGMENT1; Item; ItemNumber;
        ProductNumber; No.; Nr.; Item No.; Artikelnr.; Name/Number; Internal Reference; default_code; Stock Code; STOCK_CODE;
        Product Code; Item ID; ITEMID; Item Code; ItemCode; *ItemCode
    gtin | EAN11; EAN/UPC; GTIN; Barcode; barcode; UPC Code
    entity | BUKRS; Company Code; dataAreaId; Company
    description | MAKTX; Material Description; Materialkurztext; DESCRIPTION; Item Description; ProductName; Description;
        Beschreibung; Display Name; Name; ItemName; Item Name
    unit | MEINS; Base Unit of Measure; BUn; Basismengeneinheit; BME; PRIMARY_UOM_CODE; PRIMARY_UNIT_OF_MEASURE; Primary UOM;
        InventoryUnitSymbol; Base Unit of Measure Code; Basiseinheitencode; Base Unit; uom_id; Unit of Measure; Primary Units Type;
        UNIT_OF_SALE
    category | MATKL; Material Group; Matl Group; Warengruppe; Item Category; Item Category Code; categ_id; Product Category; Category
    pack_unit | MEINH; Alternative Unit of Measure; AUn; Alternativmengeneinheit; Alternative Unit; FROM_UOM_CODE; FromUnitSymbol
    pack_factor | Conversion Factor; CONVERSION_RATE; Factor; Qty. per Unit of Measure; Menge pro Einheit
    pack_into | ToUnitSymbol; TO_UOM_CODE
    made_by | ERNAM; Created By; Angelegt von; CREATED_BY; create_uid
    """,
}


def spelled(heading: str) -> str:
    """A heading for comparison: capitals, blanks, stars and dots do not matter."""
    return re.sub(r"[^\w]+", "_", heading.strip().lower()).strip("_")


@lru_cache(maxsize=16)
def headings_of(kind: str) -> Mapping[str, tuple[str, ...]]:
    """The headings under which other systems export each column of a kind of document; {} for a kind without tables."""
    text = re.sub(r";\n\s*", "; ", _BY_KIND.get(kind, "").strip())
    rows = [line.strip().split("|") for line in text.splitlines() if line.strip()]
    return {name.strip(): tuple(part.strip() for part in words.split(";")) for name, words in rows}


@lru_cache(maxsize=16)
def meanings(kind: str) -> Mapping[str, frozenset[str]]:
    """By heading for comparison: the columns that it may stand for."""
    columns_by_word: dict[str, set[str]] = {}
    for column, words in headings_of(kind).items():
        for word in words:
            columns_by_word.setdefault(spelled(word), set()).add(column)
    return {word: frozenset(columns) for word, columns in columns_by_word.items()}
