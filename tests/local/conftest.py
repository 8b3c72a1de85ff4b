"""What several tests of commands share."""

from tests.local.smoke_scene import scene as scene
