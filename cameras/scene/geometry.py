"""Where things are at the junction, in metres; one camera looks at it all."""

from cameras.scene.view import View

VIEW = View(x=3.6, height=6.5, pitch=10.0, focal=2150)
HALF_ROAD = 10.5
LANE = 3.5
STOP_LINE = 22.5
ZEBRA = (24.5, 28.5)
CROSSING_ROAD = (31.0, 47.0)
FAR_ZEBRA = (48.5, 51.5)
FACADE = 15.0
