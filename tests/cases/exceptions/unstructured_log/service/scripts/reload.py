"""Reloads the queue by hand."""


def reload(queue):
    print("reloading", queue)  # a script
    queue.reload()
