package org.networkfission.model.task;

import java.util.List;

/**
 * How a histogram of errors is drawn.
 *
 * @param title of the chart
 * @param caption what it shows
 * @param axis what the x axis counts
 * @param from what the error 0 is called: 0 for degrees, 1 for ratios
 * @param to where the x axis ends
 * @param marks thresholds, by value
 */
public record ErrorChart(
    String title, String caption, String axis, double from, double to, List<Mark> marks) {
  /** A value on the x axis that is marked. */
  public record Mark(double x, String label) {}
}
