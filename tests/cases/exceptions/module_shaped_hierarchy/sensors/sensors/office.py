"""Reads all sensors at once."""

from asyncio import TaskGroup

from sensors import heat, humidity, pressure
from sensors.heat import HeatError
from sensors.humidity import HumidityError as Humid
from sensors.pressure import PressureError


async def run(page):
    try:
        async with TaskGroup() as group:
            for sensor in (heat, humidity, pressure):
                group.create_task(sensor.start(page))
    except* (HeatError, Humid, PressureError):
        return
