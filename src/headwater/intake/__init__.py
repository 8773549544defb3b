"""Sealed answers: the one package that writes answers at rest."""

from headwater.intake.layout import wave_folder
from headwater.intake.manifest import Manifest, SealedPart, SealedWave, open_waves, read_manifest
from headwater.intake.sealing import SealReport, seal

__all__ = [
    "Manifest",
    "SealReport",
    "SealedPart",
    "SealedWave",
    "open_waves",
    "read_manifest",
    "seal",
    "wave_folder",
]
