"""The auditor: attacks what was released as an outsider would, with methods of its own.

It knows nothing of how the gate decides; it gets released numbers and files, and tries to work out what was kept.
"""

from headwater.privacy.audit.attacks import ATTACKS, Attack
from headwater.privacy.audit.auditing import audit_folder, audit_releases
from headwater.privacy.audit.canary import Place, find_canary
from headwater.privacy.audit.verdict import LEAK_EXIT, Finding, Verdict

__all__ = [
    "ATTACKS",
    "LEAK_EXIT",
    "Attack",
    "Finding",
    "Place",
    "Verdict",
    "audit_folder",
    "audit_releases",
    "find_canary",
]
