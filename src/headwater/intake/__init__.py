"""Sealed answers: the one package that writes answers at rest."""

from headwater.intake.manifest import Manifest, SealedPart, SealedWave, open_waves, read_manifest, source_mark
from headwater.intake.sealing import SealReport, seal
from headwater.vocab.store_layout import wave_folder

__all__ = [
    "Manifest",
    "SealReport",
    "SealedPart",
    "SealedWave",
    "open_waves",
    "read_manifest",
    "seal",
    "source_mark",
    "wave_folder",
]
