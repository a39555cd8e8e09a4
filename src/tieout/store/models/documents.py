"""What came in: source files as they came, the documents read from them, and the keys under which documents are found."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from tieout.store.packed_fields import PackedField


class SourceFile(models.Model):
    """A source file: bytes as they came. Once this row is committed, the file cannot be lost. Never changed.

    A file that its sender has not named is named by its hash, so that its bytes are kept once. An external system may send
    the same bytes under several names: version 3 of an order may have the content of version 1.
    """

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    sha256 = models.TextField()
    system = models.TextField(help_text="the external system or channel that sent it")
    source_kind = models.TextField()
    external_id = models.TextField()
    version = models.TextField()
    stated = models.BooleanField(help_text="the sender named the file; else its name is its hash")
    name = models.TextField(help_text="the file's name as it came")
    media_type = models.TextField()
    size = models.BigIntegerField()
    content = PackedField(kind="original")
    received_at = models.DateTimeField()
    entity = models.TextField(help_text="the company of the source it came by, where that has exactly one")
    origin = models.TextField(default="", help_text="the source that it came from, as the tenant has named it")
    handed_by = models.TextField(default="", help_text="the actor who handed it in; empty: not recorded")
    erased_at = models.DateTimeField(null=True, help_text="since then name and content are empty")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["tenant", "system", "source_kind", "external_id", "version"], name="source_file_key"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["tenant", "sha256"], name="source_file_content")]


class Unread(models.Model):
    """A source file that is not yet read into documents; the row goes in the transaction that writes them."""

    pk = models.CompositePrimaryKey("tenant", "source_file")
    tenant = models.TextField()
    source_file = models.UUIDField()
    received_at = models.DateTimeField()


class Document(models.Model):
    """One version of a canonical document. `body` is its canonical JSON; the other columns are for looking up and listing.

    Of a key at most one version is in force: for evidence, the last; for claims, which have keys of their own, each.
    Amounts are minor units of `currency`. Never changed but for `superseded_at`, when a later version supersedes
    it, and by erasing its content.
    """

    pk = models.CompositePrimaryKey("tenant", "id")
    tenant = models.TextField()
    id = models.UUIDField()
    kind = models.TextField()
    key = models.TextField(help_text="source key without its version: system/kind/external id")
    version = models.TextField()
    number = models.TextField()
    entity = models.TextField(help_text="the company that the document names, or empty")
    book = models.TextField(help_text="whose document it is: the company it names, else that of the source it came by")
    counterparty = models.TextField(help_text="the other side's name as the document has it, for lists")
    currency = models.TextField()
    net = models.BigIntegerField(null=True)
    tax = models.BigIntegerField(null=True)
    payable = models.BigIntegerField(null=True)
    issue_date = models.DateField(null=True)
    sha256 = models.TextField(help_text="of the body")
    body = PackedField(kind="document")
    format = models.TextField()
    source_file = models.UUIDField(null=True, help_text="null for documents that were made here, such as acceptances")
    part = models.IntegerField()
    remarks = PackedField(kind="document", null=True, help_text="canonical JSON of the reader's remarks")
    recorded_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)
    erased_at = models.DateTimeField(null=True, help_text="since then body, remarks and counterparty are empty")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["tenant", "key", "version"], name="document_version"),
            models.UniqueConstraint(
                fields=["tenant", "key"], name="document_in_force", condition=Q(superseded_at__isnull=True)
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["tenant", "number"], name="document_number"),
            models.Index(fields=["tenant", "source_file"], name="document_source_file"),
        ]


class Lookup(models.Model):
    """A key, without its book, under which a document is found: the book is the document's.

    `id` only ever grows, also when a row is touched: see `engine.announce`.
    """

    pk = models.CompositePrimaryKey("tenant", "key", "document")
    tenant = models.TextField()
    key = models.TextField()
    document = models.UUIDField()
    id = models.BigIntegerField()
