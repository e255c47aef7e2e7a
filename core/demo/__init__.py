"""The main job on an example: ``python -m core.demo`` paints it into the installation."""
