"""Takes orders off the queue."""

print("orders.queue loaded")  # <- PG212


def take(queue):
    order = queue.get()
    print("took", order)  # <- PG212
    return order
