"""Arms of a robot: every handler repeats the same answer for each of them."""


class RobotError(Exception):
    """The robot failed."""


class GripperException(RobotError):  # <- PG211
    """The gripper failed."""


class ElbowException(RobotError):
    """The elbow failed."""


class ShoulderException(RobotError):
    """The shoulder failed."""

    def __str__(self):
        return f"shoulder: {self.args}"


class Gripper:
    async def close(self):
        raise GripperException


class Elbow:
    async def bend(self):
        raise ElbowException("cold")


class Shoulder:
    async def lift(self):
        raise ShoulderException from None


async def wave(robot):
    try:
        await robot.shoulder.lift()
        await robot.elbow.bend()
        await robot.gripper.close()
    except GripperException as error:
        await robot.stop(error)
    except ElbowException as error:
        await robot.stop(error)
    except ShoulderException as fault:
        await robot.stop(fault)
