package org.networkfission.prep.list;

import java.util.Optional;
import org.networkfission.prep.labels.LabelSpace;
import org.networkfission.prep.settings.Check;

/**
 * What only a list of frames asks: what its rows do not say themselves.
 *
 * @param name of the data set, in its manifest and in reports
 * @param labelIds whose ids the label images hold, where the class map is one that is shipped;
 *     empty: those of NYU13 for {@code nyu13}, of NYU40 for the others
 * @param depthUnit what depth is counted in, after scale and shift
 * @param depthScale the factor of the depth images' numbers
 * @param depthShift what is added to them then
 * @param depthKind along which line depth is measured
 * @param depthInvalid a number that stands for "not measured", besides 0
 * @param normalsAxes the axes of normal images
 * @param fx focal length in columns of the photo
 * @param fy focal length in rows
 * @param cx column of the principal point; pixel centres at integer coordinates
 * @param cy row of the principal point
 */
public record ListSettings(
    String name,
    Optional<LabelSpace> labelIds,
    DepthCode.Unit depthUnit,
    double depthScale,
    double depthShift,
    DepthCode.Kind depthKind,
    Optional<Double> depthInvalid,
    NormalAxes normalsAxes,
    Optional<Double> fx,
    Optional<Double> fy,
    Optional<Double> cx,
    Optional<Double> cy) {
  public ListSettings {
    new Check()
        .that(
            "name",
            name,
            name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}"),
            "1 to 64 letters, digits, dots, dashes and underscores")
        .that(
            "depthScale",
            depthScale,
            Double.isFinite(depthScale) && depthScale != 0,
            "a finite number other than 0")
        .that("depthShift", depthShift, Double.isFinite(depthShift), "a finite number")
        .done();
  }

  /** The same for the rows, in a form that travels to executors. */
  RowDefaults defaults() {
    return new RowDefaults(
        new DepthCode(depthUnit, depthScale, depthShift, depthKind, depthInvalid.orElse(null)),
        normalsAxes,
        fx.orElse(null),
        fy.orElse(null),
        cx.orElse(null),
        cy.orElse(null));
  }

  /** What holds where nothing is said: millimetres along z, no camera. */
  public static ListSettings named(String name) {
    return new ListSettings(
        name,
        Optional.empty(),
        DepthCode.Unit.MILLIMETRES,
        1,
        0,
        DepthCode.Kind.Z,
        Optional.empty(),
        NormalAxes.RIGHT_UP_FORWARD,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
