"""What is known of data layers: one file a layer, registered by being in this folder.

Each module has a `LAYER`: how its models are declared and how its queries are written. Nothing here judges.
"""

from isolint.orms.registry import FUNCTIONS, LAYERS, SESSION, layer

__all__ = ["FUNCTIONS", "LAYERS", "SESSION", "layer"]
