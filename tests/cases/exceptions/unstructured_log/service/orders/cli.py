"""The command line of the service."""


def run(queue):
    print("orders waiting:", len(queue))  # output of a command
