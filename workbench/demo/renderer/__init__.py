"""Procedural renderer of the demonstration photos; needs Blender's `bpy`, used at development time only."""
