"""Small pictures, and what Pillow makes of them, for the tests of quant.data.image.

Needs numpy and Pillow (written with 9.4.0):
    python image_vectors.py quant/data/src/test/resources/dev/tailgate/data/image
"""

import pathlib
import sys

import numpy as np
from PIL import Image

OUT = pathlib.Path(sys.argv[1])
RNG = np.random.default_rng(7)


def picture(width, height, channels):
    """Smooth waves with noise and hard edges, so that overshooting filters have to clip."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    planes = [
        127 + 90 * np.sin(x / (3 + c) + y / 7) + 30 * RNG.standard_normal((height, width))
        for c in range(channels)
    ]
    pixels = np.stack(planes, -1)
    pixels[: height // 3, : width // 3] = 255
    pixels[height // 2 :, width // 2 :] = 0
    return np.clip(pixels, 0, 255).astype(np.uint8).squeeze()


def save(path, image, **options):
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path, **options)


def expect(name, pixels):
    (OUT / "expected").mkdir(parents=True, exist_ok=True)
    np.save(OUT / "expected" / name, np.ascontiguousarray(pixels))


def resampling():
    colour = Image.fromarray(picture(37, 23, 3))
    grey = Image.fromarray(picture(28, 28, 1))
    save(OUT / "colour.png", colour)
    save(OUT / "grey.png", grey)
    expect("colour.npy", np.asarray(colour))
    expect("luma.npy", np.asarray(colour.convert("L")))
    for name, filter in (("bilinear", Image.BILINEAR), ("bicubic", Image.BICUBIC)):
        for width, height in ((16, 16), (64, 40), (37, 7), (5, 23)):
            expect(f"colour-{name}-{width}x{height}.npy", np.asarray(colour.resize((width, height), filter)))
        expect(f"grey-{name}-32x32.npy", np.asarray(grey.resize((32, 32), filter)))


def formats():
    colour = picture(20, 14, 3)
    image = Image.fromarray(colour)
    save(OUT / "formats/rgb.bmp", image)
    save(OUT / "formats/rgb.jpg", image, quality=92)
    save(OUT / "formats/grey.jpg", image.convert("L"), quality=92)
    save(OUT / "formats/palette.gif", image.quantize(64))
    save(OUT / "formats/palette.png", image.quantize(16))
    alpha = np.dstack([colour, RNG.integers(0, 256, colour.shape[:2], dtype=np.uint8)])
    save(OUT / "formats/alpha.png", Image.fromarray(alpha))
    grey = np.dstack([colour[..., 0], alpha[..., 3]])
    save(OUT / "formats/greyalpha.png", Image.fromarray(grey, "LA"))
    for path in sorted((OUT / "formats").iterdir()):
        expect(path.name + ".npy", np.asarray(Image.open(path).convert("RGB")))
    wide = RNG.integers(0, 65536, (6, 5), dtype=np.uint16)
    save(OUT / "formats/wide.png", Image.fromarray(wide))
    # Pillow cuts 16-bit grey off at 255; the rule here is to round.
    eight = np.floor(wide / 257 + 0.5).astype(np.uint8)
    expect("wide.png.npy", np.stack([eight] * 3, -1))


def crop(image, side, size, filter):
    """torchvision's Resize and CenterCrop."""
    width, height = image.size
    short = min(width, height)
    image = image.resize((side * width // short, side * height // short), filter)
    left, top = (int(round((image.size[i] - size) / 2.0)) for i in (0, 1))
    return image.crop((left, top, left + size, top + size))


def presets():
    """The four pictures of the class folders under the presets, NCHW, 14 pixels a side."""
    folder = OUT / "classes"
    for name, kinds in (("apple", 2), ("pear", 2)):
        for i in range(kinds):
            width, height = ((33, 20), (20, 31), (14, 14), (50, 26))[i + (2 if name == "pear" else 0)]
            save(folder / name / f"{i}.png", Image.fromarray(picture(width, height, 3)))
    images = [Image.open(p) for p in sorted(folder.glob("*/*.png"))]

    def normalised(pictures, mean, std):
        values = np.stack([np.asarray(p) for p in pictures]).astype(np.float32) / np.float32(255)
        return ((values - np.float32(mean)) / np.float32(std)).transpose(0, 3, 1, 2)

    size = 14
    stretched = [i.resize((size, size), Image.BILINEAR) for i in images]
    expect("plain.npy", normalised(stretched, [0, 0, 0], [1, 1, 1]))
    expect("vit.npy", normalised(stretched, [0.5] * 3, [0.5] * 3))
    expect(
        "imagenet.npy",
        normalised(
            [crop(i, size * 256 // 224, size, Image.BILINEAR) for i in images],
            [0.485, 0.456, 0.406],
            [0.229, 0.224, 0.225],
        ),
    )
    expect(
        "clip.npy",
        normalised(
            [crop(i, size, size, Image.BICUBIC) for i in images],
            [0.48145466, 0.4578275, 0.40821073],
            [0.26862954, 0.26130258, 0.27577711],
        ),
    )


resampling()
formats()
presets()
