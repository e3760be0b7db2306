package org.networkfission.prep.sample;

import org.networkfission.prep.settings.Check;

/**
 * What a sample archive holds.
 *
 * @param seed everything follows from it
 * @param trainTrajectories rooms to train on; each has one trajectory
 * @param valTrajectories rooms to evaluate on
 * @param trainParts parts that the training trajectories are spread over, as SceneNet RGB-D has 17
 * @param views views per trajectory
 * @param width of the pictures, in pixels
 * @param height of the pictures; fields of view are 60 by 45 degrees whatever the size
 * @param jpegQuality of the photos, 1 to 100
 */
public record SampleSettings(
    long seed,
    int trainTrajectories,
    int valTrajectories,
    int trainParts,
    int views,
    int width,
    int height,
    int jpegQuality) {
  private static final int MOST_PARTS = 17;
  private static final int MOST_VIEWS = 300;
  private static final int SMALLEST = 16;
  private static final int LARGEST = 4096;

  public SampleSettings {
    // Other shapes would need focal lengths that differ more than those of any real camera.
    boolean shape = Math.abs((double) width / height * 3 / 4 - 1) <= 0.05;
    new Check()
        .that("trainTrajectories", trainTrajectories, trainTrajectories >= 0, "0 or more")
        .that("valTrajectories", valTrajectories, valTrajectories >= 0, "0 or more")
        .that(
            "trainParts",
            trainParts,
            trainParts >= 1 && trainParts <= MOST_PARTS,
            "1 to " + MOST_PARTS)
        .that("views", views, views >= 1 && views <= MOST_VIEWS, "1 to " + MOST_VIEWS)
        .that(
            "width",
            width,
            width >= SMALLEST && width <= LARGEST,
            "%d to %d".formatted(SMALLEST, LARGEST))
        .that(
            "height",
            height,
            height >= 1 && shape,
            "about three quarters of the width, which is %d".formatted(width))
        .that("jpegQuality", jpegQuality, jpegQuality >= 1 && jpegQuality <= 100, "1 to 100")
        .done();
  }

  /** How many frames the archive has. */
  public int frames() {
    return (trainTrajectories + valTrajectories) * views;
  }
}
