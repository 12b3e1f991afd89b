"""A migration, which someone runs and watches."""


def upgrade(batches):
    for number, batch in enumerate(batches):
        print("batch", number)  # progress for whoever runs it
        batch.run()
