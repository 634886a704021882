"""The classic handlers: what image pipelines on Lambda did before this one, with Pillow."""

from io import BytesIO

from PIL import Image

CELLS = (8, 16, 32, 48, 64)


def thumbnail(body):
    image = Image.open(BytesIO(body))
    image.thumbnail((128, 128))
    return {"small": encode(image, image.format)}


def pixelate(body):
    outputs = {}
    for cells in CELLS:
        image = Image.open(BytesIO(body))
        small = image.resize((cells, cells), Image.Resampling.BILINEAR)
        large = small.resize(image.size, Image.Resampling.NEAREST)
        outputs[f"{cells}x{cells}"] = encode(large, image.format)
    return outputs


def rotate(body):
    """Of an animation, the first frame is all that is turned."""
    outputs = {}
    for name, degrees in (("clockwise", -90), ("counterclockwise", 90)):
        image = Image.open(BytesIO(body))
        outputs[name] = encode(image.rotate(degrees, expand=True), image.format)
    return outputs


def encode(image, image_format):
    output = BytesIO()
    image.save(output, format=image_format)
    return output.getvalue()


HANDLERS = {"thumbnail": thumbnail, "pixelate": pixelate, "rotate": rotate}
