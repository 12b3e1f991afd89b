"""An example that comes with the package."""


def job(order):
    print("job for", order)  # examples print what they do
