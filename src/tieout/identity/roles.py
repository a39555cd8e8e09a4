"""The closed list of roles. What a role may do is said by the commands; who holds one, by grants."""

from __future__ import annotations

from django.db.models import TextChoices


class Role(TextChoices):
    """What somebody is to the work."""

    AP_ANALYST = "ap_analyst", "AP analyst"
    AR_ANALYST = "ar_analyst", "AR analyst"
    RECEIVER = "receiver", "Receiver"
    BUYER = "buyer", "Buyer"
    CREDIT = "credit", "Credit"
    APPROVER = "approver", "Approver"
    CONTROLLER = "controller", "Controller"
    AUDITOR = "auditor", "Auditor"
    ENGINEER = "engineer", "Engineer"
