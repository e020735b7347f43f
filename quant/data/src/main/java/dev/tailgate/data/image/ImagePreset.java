package dev.tailgate.data.image;

import java.util.List;
import java.util.Locale;

/**
 * What is done to pictures before a model sees them: a pixel p of 0 to 255 becomes (p / 255 - mean)
 * / std, channel by channel. Models only work with the preset that they were trained with.
 */
public enum ImagePreset {
  /** p / 255, the whole picture. */
  PLAIN(ImageResize.Fit.STRETCH),

  /**
   * The middle of the picture, scaled so that the shorter side is 8/7 of the model's (256 for 224),
   * as torchvision evaluates its ImageNet classifiers.
   */
  IMAGENET(ImageResize.Fit.CROP),

  /** The largest square of the middle, bicubic. Source: A. Radford et al., arXiv 2103.00020. */
  CLIP(ImageResize.Fit.CROP),

  /** 2p / 255 - 1, the whole picture, as the ViT releases and Inception have it. */
  VIT(ImageResize.Fit.STRETCH),

  /** Mean and deviation that CIFAR-10 classifiers are usually trained with. */
  CIFAR10(ImageResize.Fit.STRETCH),

  /** Mean and deviation of CIFAR-100's training pictures. */
  CIFAR100(ImageResize.Fit.STRETCH),

  /** Mean and deviation of MNIST's training pictures. */
  MNIST(ImageResize.Fit.STRETCH);

  private final ImageResize.Fit fit;

  ImagePreset(ImageResize.Fit fit) {
    this.fit = fit;
  }

  /** Mean by channel (red, green, blue), or one for all. */
  public List<Double> mean() {
    return switch (this) {
      case PLAIN -> List.of(0.0);
      case IMAGENET -> List.of(0.485, 0.456, 0.406);
      case CLIP -> List.of(0.48145466, 0.4578275, 0.40821073);
      case VIT -> List.of(0.5);
      case CIFAR10 -> List.of(0.4914, 0.4822, 0.4465);
      case CIFAR100 -> List.of(0.5071, 0.4867, 0.4408);
      case MNIST -> List.of(0.1307);
    };
  }

  /** Standard deviation by channel (red, green, blue), or one for all. */
  public List<Double> deviation() {
    return switch (this) {
      case PLAIN -> List.of(1.0);
      case IMAGENET -> List.of(0.229, 0.224, 0.225);
      case CLIP -> List.of(0.26862954, 0.26130258, 0.27577711);
      case VIT -> List.of(0.5);
      case CIFAR10 -> List.of(0.2023, 0.1994, 0.2010);
      case CIFAR100 -> List.of(0.2675, 0.2565, 0.2761);
      case MNIST -> List.of(0.3081);
    };
  }

  /** How pictures reach the model's {@code side}. */
  public ImageResize resize(int side) {
    ResampleFilter filter = this == CLIP ? ResampleFilter.BICUBIC : ResampleFilter.BILINEAR;
    return new ImageResize(fit, this == IMAGENET ? (int) (side * 8L / 7) : 0, filter);
  }

  /** As options and reports write it. */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
