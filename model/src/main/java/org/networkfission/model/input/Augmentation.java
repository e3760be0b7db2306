package org.networkfission.model.input;

import java.io.Serializable;
import org.networkfission.prep.settings.Check;

/**
 * How training changes its images. Geometry stays true: normals turn with the image, depth scales
 * with the crop, labels stay nearest. The defaults of real data are in network.md, section 5.
 *
 * @param flip probability of mirroring left and right
 * @param crop largest share cut off on each side, 0 to below 0.5; the aspect ratio stays
 * @param rotation largest angle in degrees, either way
 * @param blur largest kernel of a Gaussian blur, in pixels, odd; 1 = none
 * @param noise largest variance of Gaussian noise, on the scale of 0 to 1
 * @param brightness largest change of brightness, on the scale of 0 to 1
 * @param contrast largest relative change of contrast
 * @param saturation largest relative change of saturation
 */
public record Augmentation(
    double flip,
    double crop,
    double rotation,
    int blur,
    double noise,
    double brightness,
    double contrast,
    double saturation)
    implements Serializable {
  /** Changes nothing. */
  public static final Augmentation NONE = new Augmentation(0, 0, 0, 1, 0, 0, 0, 0);

  public Augmentation {
    new Check()
        .that("flip", flip, flip >= 0 && flip <= 1, "0 to 1")
        .that("crop", crop, crop >= 0 && crop < 0.5, "at least 0 and below 0.5")
        .that("rotation", rotation, rotation >= 0 && rotation <= 180, "0 to 180 degrees")
        .that("blur", blur, blur >= 1 && blur % 2 == 1 && blur <= 31, "odd, 1 to 31")
        .that("noise", noise, noise >= 0 && noise <= 1, "0 to 1")
        .that("brightness", brightness, brightness >= 0 && brightness <= 1, "0 to 1")
        .that("contrast", contrast, contrast >= 0 && contrast < 1, "at least 0 and below 1")
        .that("saturation", saturation, saturation >= 0 && saturation <= 1, "0 to 1")
        .done();
  }
}
