package org.networkfission.prep.sample.geometry;

/**
 * How a surface looks.
 *
 * @param texture its colour
 * @param gloss the share of light that it mirrors when seen straight on, 0 to 1
 * @param emission how much brighter than a white surface it shines by itself; 0 for most
 */
public record Material(Texture texture, double gloss, double emission) {
  public static Material matt(Texture texture) {
    return new Material(texture, 0, 0);
  }

  public static Material glossy(Texture texture, double gloss) {
    return new Material(texture, gloss, 0);
  }

  public static Material shining(Texture texture, double emission) {
    return new Material(texture, 0, emission);
  }
}
