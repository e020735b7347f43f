package dev.tailgate.quant.data;

/** What is done to pictures before a model sees them. */
public enum ImagePreset {
  /** Resized to the model's size, values in [0, 1]. */
  PLAIN,
  /** ImageNet's evaluation: shorter side, centre crop, its mean and deviation. */
  IMAGENET,
  /** CLIP's. */
  CLIP
}
