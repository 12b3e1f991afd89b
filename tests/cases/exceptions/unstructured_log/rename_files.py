"""A script that renames photos; whoever runs it reads what it prints."""

from pathlib import Path

for path in Path().glob("*.JPG"):
    print(f"{path} -> {path.stem}.jpg")  # the script's own body
    path.rename(f"{path.stem}.jpg")
